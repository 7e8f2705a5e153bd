/* borrowed.h -- finalisers meet userdata that were given another library's metatable by
 * debug.setmetatable.  An error in one would strike whatever code the collector
 * interrupts, so those are collected in silence. */
#ifndef LIB_BORROWED_H
#define LIB_BORROWED_H

#include "lua.h"
#include "lauxlib.h"

/* Argument 1 is not what the finaliser `gc` is for.  Returns if it is a userdata with
 * that finaliser all the same; raises the type error `tname` if this is a mere call. */
static inline int reject_finalised(lua_State *L, lua_CFunction gc, const char *tname) {
  if (lua_type(L, 1) == LUA_TUSERDATA && luaL_getmetafield(L, 1, "__gc") &&
      lua_tocfunction(L, -1) == gc)
    return 0;
  return luaL_typerror(L, 1, tname);
}

#endif
