/* lib11.c -- a C module that needs another one: luaopen_lib1 is not here, it has to come from lib1.so,
 * which must have been loaded before, with its names for all to see. */
#include "lua.h"

int luaopen_lib1(lua_State *L);
int luaopen_lib11(lua_State *L);

int luaopen_lib11(lua_State *L) { return luaopen_lib1(L); }
