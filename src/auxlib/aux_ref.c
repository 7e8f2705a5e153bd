/* aux_ref.c -- references: small integers by which C code holds Lua values in a table
 * (manual chapter 4).
 *
 * The free numbers form a list inside the table itself: t[0] is the first free number,
 * t[t[0]] the next one; nil (or 0) ends it. */
#include "lua.h"
#include "lauxlib.h"

#define FREE_LIST 0

static int absolute(lua_State *L, int idx) {
  return idx < 0 && idx > LUA_REGISTRYINDEX ? lua_gettop(L) + idx + 1 : idx;
}

LUALIB_API int luaL_ref(lua_State *L, int t) {
  t = absolute(L, t);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return LUA_REFNIL;
  }
  lua_rawgeti(L, t, FREE_LIST);
  int ref = (int)lua_tointeger(L, -1);
  lua_pop(L, 1);
  if (ref != 0) {   /* unlink it */
    lua_rawgeti(L, t, ref);
    lua_rawseti(L, t, FREE_LIST);
  } else {
    ref = (int)lua_objlen(L, t) + 1;
  }
  lua_rawseti(L, t, ref);
  return ref;
}

LUALIB_API void luaL_unref(lua_State *L, int t, int ref) {
  if (ref < 0) return;   /* LUA_NOREF and LUA_REFNIL name no slot */
  t = absolute(L, t);
  lua_rawgeti(L, t, FREE_LIST);
  lua_rawseti(L, t, ref);
  lua_pushinteger(L, ref);
  lua_rawseti(L, t, FREE_LIST);
}
