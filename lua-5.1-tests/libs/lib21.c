/* lib21.c -- the same as lib11.c, over lib2.so. */
#include "lua.h"

int luaopen_lib2(lua_State *L);
int luaopen_lib21(lua_State *L);

int luaopen_lib21(lua_State *L) { return luaopen_lib2(L); }
