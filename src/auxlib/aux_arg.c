/* aux_arg.c -- checked access to the arguments of a C function, and to userdata by
 * the name of their metatable (manual chapter 4). */
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

static int wrong_type(lua_State *L, int narg, int expected) {
  return luaL_typerror(L, narg, lua_typename(L, expected));
}

LUALIB_API void luaL_checkstack(lua_State *L, int sz, const char *msg) {
  if (!lua_checkstack(L, sz)) luaL_error(L, "stack overflow (%s)", msg);
}

LUALIB_API void luaL_checktype(lua_State *L, int narg, int t) {
  if (lua_type(L, narg) != t) wrong_type(L, narg, t);
}

LUALIB_API void luaL_checkany(lua_State *L, int narg) {
  if (lua_type(L, narg) == LUA_TNONE) luaL_argerror(L, narg, "value expected");
}

LUALIB_API const char *luaL_checklstring(lua_State *L, int narg, size_t *l) {
  const char *s = lua_tolstring(L, narg, l);
  if (s == NULL) wrong_type(L, narg, LUA_TSTRING);
  return s;
}

LUALIB_API const char *luaL_optlstring(lua_State *L, int narg, const char *def, size_t *l) {
  if (!lua_isnoneornil(L, narg)) return luaL_checklstring(L, narg, l);
  if (l != NULL) *l = def != NULL ? strlen(def) : 0;
  return def;
}

/* Zero is what both a zero and a non-number convert to, so only zeros need a second
 * look at the type. */
LUALIB_API lua_Number luaL_checknumber(lua_State *L, int narg) {
  lua_Number n = lua_tonumber(L, narg);
  if (n == 0 && !lua_isnumber(L, narg)) wrong_type(L, narg, LUA_TNUMBER);
  return n;
}

LUALIB_API lua_Number luaL_optnumber(lua_State *L, int narg, lua_Number def) {
  return lua_isnoneornil(L, narg) ? def : luaL_checknumber(L, narg);
}

LUALIB_API lua_Integer luaL_checkinteger(lua_State *L, int narg) {
  lua_Integer n = lua_tointeger(L, narg);
  if (n == 0 && !lua_isnumber(L, narg)) wrong_type(L, narg, LUA_TNUMBER);
  return n;
}

LUALIB_API lua_Integer luaL_optinteger(lua_State *L, int narg, lua_Integer def) {
  return lua_isnoneornil(L, narg) ? def : luaL_checkinteger(L, narg);
}

LUALIB_API int luaL_checkoption(lua_State *L, int narg, const char *def,
                                const char *const lst[]) {
  const char *name = def != NULL ? luaL_optstring(L, narg, def) : luaL_checkstring(L, narg);
  for (int i = 0; lst[i] != NULL; i++)
    if (strcmp(lst[i], name) == 0) return i;
  return luaL_argerror(L, narg, lua_pushfstring(L, "invalid option " LUA_QS, name));
}

LUALIB_API int luaL_newmetatable(lua_State *L, const char *tname) {
  luaL_getmetatable(L, tname);
  if (!lua_isnil(L, -1)) return 0;   /* the name is taken: leave what is there */
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, tname);
  return 1;
}

LUALIB_API void *luaL_checkudata(lua_State *L, int narg, const char *tname) {
  void *block = lua_touserdata(L, narg);
  if (block != NULL && lua_getmetatable(L, narg)) {
    luaL_getmetatable(L, tname);
    int same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (same) return block;
  }
  luaL_typerror(L, narg, tname);
  return NULL;
}

LUALIB_API int luaL_getmetafield(lua_State *L, int obj, const char *e) {
  if (!lua_getmetatable(L, obj)) return 0;
  lua_pushstring(L, e);
  lua_rawget(L, -2);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 2);
    return 0;
  }
  lua_remove(L, -2);
  return 1;
}

LUALIB_API int luaL_callmeta(lua_State *L, int obj, const char *e) {
  if (!luaL_getmetafield(L, obj, e)) return 0;
  /* The function is on top now, which moved what a relative index means. */
  lua_pushvalue(L, obj < 0 && obj > LUA_REGISTRYINDEX ? obj - 1 : obj);
  lua_call(L, 1, 1);
  return 1;
}
