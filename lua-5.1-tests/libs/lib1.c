/* lib1.c -- a C module for cases about package.loadlib and "all-in-one" C modules.
 *
 * `require "lib1"` finds luaopen_lib1 in lib1.so; `require "lib1.sub"` finds luaopen_lib1_sub
 * in the same file, because there is no lib1/sub.so. */
#include "lua.h"
#include "lauxlib.h"

int luaopen_lib1(lua_State *L);
int luaopen_lib1_sub(lua_State *L);
int anotherfunc(lua_State *L);

/* id(...): its arguments. */
static int lib1_id(lua_State *L) {
  return lua_gettop(L);
}

static const luaL_Reg functions[] = {{"id", lib1_id}, {NULL, NULL}};
static const luaL_Reg no_functions[] = {{NULL, NULL}};

/* The name under which a case finds this one is not luaopen_*: loadlib takes any symbol.
 * Two numbers side by side, as numbers print, and a newline. */
int anotherfunc(lua_State *L) {
  lua_pushfstring(L, "%f%f\n", luaL_checknumber(L, 1), luaL_checknumber(L, 2));
  return 1;
}

int luaopen_lib1_sub(lua_State *L) {
  luaL_register(L, "lib1.sub", no_functions);
  return 1;
}

int luaopen_lib1(lua_State *L) {
  luaL_register(L, "lib1", functions);
  return 1;
}
