/* lib2.c -- a second C module for cases about `require`.
 *
 * It is built twice, as lib2.so and as -lib2.so: what follows a hyphen in a file's name is what
 * names the entry point, so both open with luaopen_lib2. */
#include "lua.h"
#include "lauxlib.h"

int luaopen_lib2(lua_State *L);

/* id(...): its arguments. */
static int lib2_id(lua_State *L) {
  return lua_gettop(L);
}

static const luaL_Reg functions[] = {{"id", lib2_id}, {NULL, NULL}};

/* The global `x` shows that the module was opened, and when. */
int luaopen_lib2(lua_State *L) {
  lua_pushnumber(L, 0.5);
  lua_setglobal(L, "x");
  luaL_register(L, "lib2", functions);
  return 1;
}
