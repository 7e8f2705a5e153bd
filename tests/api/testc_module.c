/* testc_module.c -- testC as a C module, for any library for Lua 5.1: `require "testc"` makes the same
 * table T that variant internal has, with the functions that need the public API only.  So a script
 * can be run on stock lua5.1 and on ours, and what it prints compared (tests/scripts/test-testc). */
#include "t_capi.h"
#include "t_client.h"

LUALIB_API int luaopen_testc(lua_State *L);

LUALIB_API int luaopen_testc(lua_State *L) {
  static const luaL_Reg testc[] = {{"testC", t_testc}, {NULL, NULL}};
  luaL_register(L, "T", testc);
  luaL_register(L, NULL, t_client_functions);
  return 1;
}
