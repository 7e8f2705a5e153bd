/* aux_error.c -- the luaL_ functions that raise errors, so that every library words
 * and positions its messages alike (manual chapter 4). */
#include <stdarg.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

LUALIB_API void luaL_where(lua_State *L, int lvl) {
  lua_Debug ar;
  if (lua_getstack(L, lvl, &ar)) {
    lua_getinfo(L, "Sl", &ar);
    if (ar.currentline > 0) {
      lua_pushfstring(L, "%s:%d: ", ar.short_src, ar.currentline);
      return;
    }
  }
  lua_pushliteral(L, "");   /* a C function, or code without line information */
}

LUALIB_API int luaL_error(lua_State *L, const char *fmt, ...) {
  va_list args;
  luaL_where(L, 1);
  va_start(args, fmt);
  lua_pushvfstring(L, fmt, args);
  va_end(args);
  lua_concat(L, 2);
  return lua_error(L);
}

/* In `a:f(x)` the user sees x as the first argument, but f sees a: numbers are shifted
 * for methods, and a fault of `a` itself gets a message of its own. */
LUALIB_API int luaL_argerror(lua_State *L, int narg, const char *extramsg) {
  lua_Debug ar;
  if (!lua_getstack(L, 0, &ar))   /* called from outside of any function */
    return luaL_error(L, "bad argument #%d (%s)", narg, extramsg);
  lua_getinfo(L, "n", &ar);
  if (strcmp(ar.namewhat, "method") == 0 && --narg == 0)
    return luaL_error(L, "calling " LUA_QS " on bad self (%s)", ar.name, extramsg);
  return luaL_error(L, "bad argument #%d to " LUA_QS " (%s)", narg,
                    ar.name != NULL ? ar.name : "?", extramsg);
}

LUALIB_API int luaL_typerror(lua_State *L, int narg, const char *tname) {
  const char *msg = lua_pushfstring(L, "%s expected, got %s", tname, luaL_typename(L, narg));
  return luaL_argerror(L, narg, msg);
}
