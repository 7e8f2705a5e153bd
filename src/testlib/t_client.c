/* t_client.c -- see t_client.h. */
#include "t_client.h"

#include <assert.h>
#include <string.h>

#include "lualib.h"

/* ---- Numbers --------------------------------------------------------------------------------- */

static int t_d2s(lua_State *L) {
  lua_Number n = luaL_checknumber(L, 1);
  char bytes[sizeof n];
  memcpy(bytes, &n, sizeof n);
  lua_pushlstring(L, bytes, sizeof bytes);
  return 1;
}

static int t_s2d(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  lua_Number n;
  luaL_argcheck(L, len >= sizeof n, 1, "too short for a number");
  memcpy(&n, s, sizeof n);
  lua_pushnumber(L, n);
  return 1;
}

static int t_num2int(lua_State *L) {
  lua_pushinteger(L, lua_tointeger(L, 1));
  return 1;
}

static int t_log2(lua_State *L) {
  int result = -1;
  for (unsigned x = (unsigned)luaL_checkint(L, 1); x > 0; x >>= 1) result++;
  lua_pushinteger(L, result);
  return 1;
}

/* ---- Userdata, references, upvalues ---------------------------------------------------------- */

static int t_newuserdata(lua_State *L) {
  int size = luaL_checkint(L, 1);
  luaL_argcheck(L, size >= 0, 1, "negative size");
  memset(lua_newuserdata(L, (size_t)size), 0, (size_t)size);
  return 1;
}

static int t_pushuserdata(lua_State *L) {
  lua_pushlightuserdata(L, (void *)(size_t)luaL_checkint(L, 1));
  return 1;
}

static int t_udataval(lua_State *L) {
  lua_pushnumber(L, (lua_Number)(size_t)lua_touserdata(L, 1));
  return 1;
}

static int t_ref(lua_State *L) {
  luaL_checkany(L, 1);
  const int top = lua_gettop(L), lock = luaL_optint(L, 2, 1);
  lua_pushvalue(L, 1);
  const int reference = lua_ref(L, lock);
  assert(lua_gettop(L) == top);
  lua_pushinteger(L, reference);
  return 1;
}

static int t_getref(lua_State *L) {
  const int top = lua_gettop(L);
  lua_getref(L, luaL_checkint(L, 1));
  assert(lua_gettop(L) == top + 1);
  return 1;
}

static int t_unref(lua_State *L) {
  const int top = lua_gettop(L);
  lua_unref(L, luaL_checkint(L, 1));
  assert(lua_gettop(L) == top);
  return 0;
}

static int t_upvalue(lua_State *L) {
  const int n = luaL_checkint(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  if (lua_isnone(L, 3)) {
    const char *name = lua_getupvalue(L, 1, n);
    if (name == NULL) return 0;
    lua_pushstring(L, name);
    return 2;
  }
  lua_settop(L, 3);
  lua_pushstring(L, lua_setupvalue(L, 1, n));
  return 1;
}

static int t_gsub(lua_State *L) {
  const char *s = luaL_checkstring(L, 1), *p = luaL_checkstring(L, 2), *r = luaL_checkstring(L, 3);
  const int top = lua_gettop(L);
  luaL_gsub(L, s, p, r);
  assert(lua_gettop(L) == top + 1);
  return 1;
}

/* ---- Coroutines and hooks -------------------------------------------------------------------- */

static void yield_nothing(lua_State *L, lua_Debug *event) {
  (void)event;
  lua_yield(L, 0);
}

static int t_setyhook(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_sethook(L, NULL, 0, 0);
    return 0;
  }
  const char *letters = luaL_checkstring(L, 1);
  const int count = luaL_optint(L, 2, 0);
  int mask = strchr(letters, 'l') != NULL ? LUA_MASKLINE : 0;
  if (count > 0) mask |= LUA_MASKCOUNT;
  lua_sethook(L, yield_nothing, mask, count);
  return 0;
}

static int t_resume(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argcheck(L, co != NULL, 1, "coroutine expected");
  const int status = lua_resume(co, 0);
  lua_pushboolean(L, status == 0 || status == LUA_YIELD);
  if (lua_toboolean(L, -1)) return 1;
  lua_pushvalue(co, -1); /* the coroutine keeps its message */
  lua_xmove(co, L, 1);
  return 2;
}

static int t_doonnewstack(lua_State *L) {
  size_t len;
  const char *source = luaL_checklstring(L, 1, &len);
  lua_State *L1 = lua_newthread(L);
  int status = luaL_loadbuffer(L1, source, len, source);
  if (status == 0) status = lua_pcall(L1, 0, 0, 0);
  lua_pushinteger(L, status);
  return 1;
}

/* ---- Other states ---------------------------------------------------------------------------- */

static lua_State *check_state(lua_State *L, int arg) {
  lua_State *L1 = (lua_State *)(size_t)luaL_checknumber(L, arg);
  luaL_argcheck(L, L1 != NULL, arg, "state expected");
  return L1;
}

static int t_newstate(lua_State *L) {
  void *ud;
  const lua_Alloc alloc = lua_getallocf(L, &ud);
  lua_State *L1 = lua_newstate(alloc, ud);
  if (L1 != NULL) lua_pushnumber(L, (lua_Number)(size_t)L1);
  else lua_pushnil(L);
  return 1;
}

static int t_closestate(lua_State *L) {
  lua_close(check_state(L, 1));
  return 0;
}

static int register_openers(lua_State *L1) {
  static const luaL_Reg openers[] = {
    {"baselibopen", luaopen_base},    {"dblibopen", luaopen_debug},   {"iolibopen", luaopen_io},
    {"mathlibopen", luaopen_math},    {"strlibopen", luaopen_string}, {"tablibopen", luaopen_table},
    {"packageopen", luaopen_package}, {NULL, NULL}};
  lua_pushvalue(L1, LUA_GLOBALSINDEX);
  luaL_register(L1, NULL, openers);
  return 0;
}

/* Push onto L what lua_tostring would make of the value of L1 at `idx`; nil if that is nothing.
 * Nothing here can fail in L1, where nobody would catch it. */
static void push_as_string(lua_State *L, lua_State *L1, int idx) {
  if (lua_type(L1, idx) == LUA_TNUMBER) {
    lua_pushnumber(L, lua_tonumber(L1, idx));
    lua_tostring(L, -1);
  } else if (lua_type(L1, idx) == LUA_TSTRING) {
    size_t len;
    const char *s = lua_tolstring(L1, idx, &len);
    lua_pushlstring(L, s, len);
  } else {
    lua_pushnil(L);
  }
}

static int t_loadlib(lua_State *L) {
  lua_State *L1 = check_state(L, 1);
  if (lua_cpcall(L1, register_openers, NULL) == 0) return 0;
  push_as_string(L, L1, -1);
  lua_pop(L1, 1);
  return lua_error(L);
}

static int t_doremote(lua_State *L) {
  size_t len;
  lua_State *L1 = check_state(L, 1);
  const char *source = luaL_checklstring(L, 2, &len);
  lua_settop(L1, 0);
  int status = luaL_loadbuffer(L1, source, len, source);
  if (status == 0) status = lua_pcall(L1, 0, LUA_MULTRET, 0);
  if (status != 0) {
    lua_pushnil(L);
    lua_pushinteger(L, status);
    push_as_string(L, L1, -1);
    return 3;
  }
  const int n = lua_gettop(L1);
  luaL_checkstack(L, n + 1, "too many results");
  for (int i = 1; i <= n; i++) push_as_string(L, L1, i);
  lua_settop(L1, 0);
  return n;
}

int t_client_trick;

static int t_trick(lua_State *L) {
  t_client_trick = luaL_checkint(L, 1);
  return 0;
}

const luaL_Reg t_client_functions[] = {
  {"d2s", t_d2s}, {"s2d", t_s2d}, {"num2int", t_num2int}, {"log2", t_log2},
  {"newuserdata", t_newuserdata}, {"pushuserdata", t_pushuserdata}, {"udataval", t_udataval},
  {"ref", t_ref}, {"getref", t_getref}, {"unref", t_unref}, {"upvalue", t_upvalue},
  {"gsub", t_gsub}, {"setyhook", t_setyhook}, {"resume", t_resume},
  {"doonnewstack", t_doonnewstack}, {"newstate", t_newstate}, {"closestate", t_closestate},
  {"loadlib", t_loadlib}, {"doremote", t_doremote}, {"trick", t_trick}, {NULL, NULL}
};
