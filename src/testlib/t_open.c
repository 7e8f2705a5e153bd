/* t_open.c -- see t_open.h: 34 functions from four files become one table. */
#include "testlib/t_open.h"

#include <stdio.h>

#include "testlib/t_capi.h"
#include "testlib/t_client.h"
#include "testlib/t_inspect.h"

static int report_panic(lua_State *L) {
  const char *message = lua_tostring(L, -1);
  fprintf(stderr, "PANIC: unprotected error in call to Lua API (%s)\n", message ? message : "?");
  return 0;
}

lua_State *t_open_state(TMemory *memory) {
  lua_State *L = lua_newstate(t_memory_alloc, memory);
  if (L != NULL) lua_atpanic(L, report_panic);
  return L;
}

void t_open_library(lua_State *L) {
  static const luaL_Reg others[] = {{"testC", t_testc},
                                    {"totalmem", t_totalmem},
                                    {"checkmemory", t_checkmemory},
                                    {NULL, NULL}};
  lua_setallocf(L, t_memory_alloc, t_memory_of(L)); /* a state may change to what it has */
  luaL_register(L, "T", others);
  luaL_register(L, "T", t_client_functions);
  luaL_register(L, "T", t_inspect_functions);
  lua_pop(L, 3);
}
