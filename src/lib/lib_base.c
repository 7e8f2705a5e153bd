/* lib_base.c -- the basic functions (manual 5.1): what a program finds in `_G`. */
#define _GNU_SOURCE   /* fwrite_unlocked */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "lua_limits.h"
#include "parallax.h"
#include "faststdio.h"
#include "lib_coroutine.h"
#include "outbuf.h"

/* ---- Output and conversion ------------------------------------------------------ */

/* tostring(v) */
static int base_tostring(lua_State *L) {
  int type = lua_type(L, 1);
  if (type == LUA_TNONE) luaL_checkany(L, 1);
  if (luaL_callmeta(L, 1, "__tostring")) return 1;
  switch (type) {
    case LUA_TNUMBER:
      lua_tostring(L, 1);   /* converts it in place */
      lua_pushvalue(L, 1);
      break;
    case LUA_TSTRING:
      lua_pushvalue(L, 1);
      break;
    case LUA_TBOOLEAN:
      if (lua_toboolean(L, 1)) lua_pushliteral(L, "true");
      else lua_pushliteral(L, "false");
      break;
    case LUA_TNIL:
      lua_pushliteral(L, "nil");
      break;
    default:
      lua_pushfstring(L, "%s: %p", lua_typename(L, type), lua_topointer(L, 1));
  }
  return 1;
}

/* Whether value `i` prints as base_tostring would convert it, without calling that: it
 * is a string or number, no metatable has a say, and no hook watches the calls. */
static int prints_as_is(lua_State *L, int i) {
  int type = lua_type(L, i);
  if (type != LUA_TSTRING && type != LUA_TNUMBER) return 0;
  if (lua_gethookmask(L) != 0) return 0;
  if (!luaL_getmetafield(L, i, "__tostring")) return 1;
  lua_pop(L, 1);
  return 0;
}

/* print(...): what the global `tostring` says of each argument.  An embedded NUL ends
 * what is printed of its argument, as with fputs. */
static int base_print(lua_State *L) {
  int n = lua_gettop(L);
  lua_getglobal(L, "tostring");
  int standard = lua_tocfunction(L, -1) == base_tostring;
  for (int i = 1; i <= n; i++) {
    const char *s;
    if (standard && prints_as_is(L, i)) {
      s = lua_tostring(L, i);
    } else {
      lua_pushvalue(L, n + 1);
      lua_pushvalue(L, i);
      lua_call(L, 1, 1);
      s = lua_tostring(L, -1);
      if (s == NULL)
        return luaL_error(L, LUA_QL("tostring") " must return a string to " LUA_QL("print"));
    }
    if (i > 1) file_put(stdout, "\t", 1);
    size_t len = strlen(s);
    if (len >= LONG_TEXT) plx_charge(L, len / 64);
    file_put(stdout, s, len);
    lua_settop(L, n + 1);
  }
  file_put(stdout, "\n", 1);
  return 0;
}

/* The number that all of `s` spells in `base`, by the rules of strtoul: a sign wraps
 * around, "0x" may precede base 16, what is too large saturates.  Pushes nil if it is
 * none. */
static void push_number_in_base(lua_State *L, const char *s, int base) {
  char *end;
  unsigned long n = strtoul(s, &end, base);
  if (end != s) {
    while (isspace((unsigned char)*end)) end++;
    if (*end == '\0') {
      lua_pushnumber(L, (lua_Number)n);
      return;
    }
  }
  lua_pushnil(L);
}

/* tonumber(v [, base]) */
static int base_tonumber(lua_State *L) {
  int base = luaL_optint(L, 2, 10);
  if (base == 10) {
    luaL_checkany(L, 1);
    if (lua_isnumber(L, 1)) lua_pushnumber(L, lua_tonumber(L, 1));
    else lua_pushnil(L);
  } else {
    size_t len;
    const char *s = luaL_checklstring(L, 1, &len);
    plx_charge(L, len / 8);
    luaL_argcheck(L, base >= 2 && base <= 36, 2, "base out of range");
    push_number_in_base(L, s, base);
  }
  return 1;
}

/* type(v) */
static int base_type(lua_State *L) {
  int type = lua_type(L, 1);
  if (type == LUA_TNONE) luaL_checkany(L, 1);
  lua_pushstring(L, lua_typename(L, type));
  return 1;
}

/* ---- Errors ------------------------------------------------------------------------ */

/* error(message [, level]) */
static int base_error(lua_State *L) {
  int level = luaL_optint(L, 2, 1);
  lua_settop(L, 1);
  if (lua_isstring(L, 1) && level > 0) {
    luaL_where(L, level);
    lua_pushvalue(L, 1); /* which stays, for handlers that look at locals */
    lua_concat(L, 2);
  }
  return lua_error(L);
}

/* assert(v [, message, ...]) */
static int base_assert(lua_State *L) {
  luaL_checkany(L, 1);
  if (lua_toboolean(L, 1)) return lua_gettop(L);
  return luaL_error(L, "%s", luaL_optstring(L, 2, "assertion failed!"));
}

/* pcall(f, ...) */
static int base_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  lua_pushboolean(L, status == 0);
  lua_insert(L, 1);
  return lua_gettop(L);
}

/* xpcall(f, handler) */
static int base_xpcall(lua_State *L) {
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_insert(L, 1);
  int status = lua_pcall(L, 0, LUA_MULTRET, 1);
  lua_pushboolean(L, status == 0);
  lua_replace(L, 1);
  return lua_gettop(L);
}

/* ---- Tables --------------------------------------------------------------------------- */

/* getmetatable(v) */
static int base_getmetatable(lua_State *L) {
  luaL_checkany(L, 1);
  if (!lua_getmetatable(L, 1)) lua_pushnil(L);
  else luaL_getmetafield(L, 1, "__metatable");   /* on top of the metatable, if it exists */
  return 1;
}

/* setmetatable(t, mt) */
static int base_setmetatable(lua_State *L) {
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argcheck(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table expected");
  if (luaL_getmetafield(L, 1, "__metatable"))
    return luaL_error(L, "cannot change a protected metatable");
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

/* rawequal(a, b) */
static int base_rawequal(lua_State *L) {
  luaL_checkany(L, 1);
  luaL_checkany(L, 2);
  lua_pushboolean(L, lua_rawequal(L, 1, 2));
  return 1;
}

/* rawget(t, k) */
static int base_rawget(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_rawget(L, 1);
  return 1;
}

/* rawset(t, k, v) */
static int base_rawset(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  lua_rawset(L, 1);
  return 1;
}

/* next(t [, k]) */
static int base_next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (lua_next(L, 1)) return 2;
  lua_pushnil(L);
  return 1;
}

/* pairs(t); the upvalue is `next`. */
static int base_pairs(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

/* One step of ipairs: (t, i) to (i + 1, t[i + 1]). */
static int ipairs_step(lua_State *L) {
  int i = luaL_checkint(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  i = (int)((unsigned)i + 1u);
  lua_pushinteger(L, i);
  lua_rawgeti(L, 1, i);
  return lua_isnil(L, -1) ? 0 : 2;
}

/* ipairs(t); the upvalue is the step. */
static int base_ipairs(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

/* Handing over so many values is work. */
#define LONG_LIST 64

/* unpack(list [, i [, j]]) */
static int base_unpack(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int i = luaL_optint(L, 2, 1);
  int last = lua_isnoneornil(L, 3) ? (int)lua_objlen(L, 1) : luaL_checkint(L, 3);
  if (i > last) return 0;
  long long n = (long long)last - i + 1;
  if (n > LUAI_MAXCSTACK || !lua_checkstack(L, (int)n))
    return luaL_error(L, "too many results to unpack");
  if (n >= LONG_LIST) plx_charge(L, (size_t)n);
  for (int left = (int)n; left > 0; left--) {
    lua_rawgeti(L, 1, i);
    if (left > 1) i++;   /* `i` may be INT_MAX at the last */
  }
  return (int)n;
}

/* select(n, ...) or select('#', ...) */
static int base_select(lua_State *L) {
  int n = lua_gettop(L);
  if (lua_type(L, 1) == LUA_TSTRING && *lua_tostring(L, 1) == '#') {
    lua_pushinteger(L, n - 1);
    return 1;
  }
  long long i = luaL_checkint(L, 1);
  if (i < 0) i += n;
  else if (i > n) i = n;
  luaL_argcheck(L, i >= 1, 1, "index out of range");
  return n - (int)i;
}

/* ---- Environments --------------------------------------------------------------------- */

/* Pushes the function that argument 1 means: itself, or the one running at that level
 * (`optional`: level 1 if it is absent). */
static void push_function(lua_State *L, int optional) {
  if (lua_isfunction(L, 1)) {
    lua_pushvalue(L, 1);
    return;
  }
  lua_Debug ar;
  int level = optional ? luaL_optint(L, 1, 1) : luaL_checkint(L, 1);
  luaL_argcheck(L, level >= 0, 1, "level must be non-negative");
  if (!lua_getstack(L, level, &ar)) luaL_argerror(L, 1, "invalid level");
  lua_getinfo(L, "f", &ar);
  if (lua_isnil(L, -1))
    luaL_error(L, "no function environment for tail call at level %d", level);
}

/* getfenv([f]): C functions answer with the thread's globals. */
static int base_getfenv(lua_State *L) {
  push_function(L, 1);
  if (lua_iscfunction(L, -1)) lua_pushvalue(L, LUA_GLOBALSINDEX);
  else lua_getfenv(L, -1);
  return 1;
}

/* setfenv(f, table): level 0 means the running thread. */
static int base_setfenv(lua_State *L) {
  luaL_checktype(L, 2, LUA_TTABLE);
  push_function(L, 0);
  lua_pushvalue(L, 2);
  if (lua_isnumber(L, 1) && lua_tonumber(L, 1) == 0) {
    lua_pushthread(L);
    lua_insert(L, -2);
    lua_setfenv(L, -2);
    return 0;
  }
  if (lua_iscfunction(L, -2) || !lua_setfenv(L, -2))
    return luaL_error(L, LUA_QL("setfenv") " cannot change environment of given object");
  return 1;
}

/* ---- Chunks --------------------------------------------------------------------------- */

/* The results of a load function: the chunk, or nil and the message on top. */
static int load_results(lua_State *L, int status) {
  if (status == 0) return 1;
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

/* loadstring(s [, chunkname]) */
static int base_loadstring(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  return load_results(L, luaL_loadbuffer(L, s, len, luaL_optstring(L, 2, s)));
}

/* loadfile([filename]) */
static int base_loadfile(lua_State *L) {
  return load_results(L, luaL_loadfile(L, luaL_optstring(L, 1, NULL)));
}

#define LOAD_PIECE 3   /* the stack slot that keeps the reader's last piece alive */

/* Reads from the Lua function in slot 1.  Once that has signalled the end it is not
 * asked again. */
static const char *read_from_function(lua_State *L, void *ud, size_t *size) {
  int *ended = (int *)ud;
  *size = 0;
  if (*ended) return NULL;
  luaL_checkstack(L, 2, "too many nested functions");
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    *ended = 1;
    return NULL;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
  lua_replace(L, LOAD_PIECE);
  const char *piece = lua_tolstring(L, LOAD_PIECE, size);
  *ended = *size == 0;
  return piece;
}

/* load(f [, chunkname]) */
static int base_load(lua_State *L) {
  int ended = 0;
  const char *name = luaL_optstring(L, 2, "=(load)");
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, LOAD_PIECE);
  return load_results(L, lua_load(L, read_from_function, &ended, name));
}

/* dofile([filename]) */
static int base_dofile(lua_State *L) {
  const char *filename = luaL_optstring(L, 1, NULL);
  int n = lua_gettop(L);
  if (luaL_loadfile(L, filename) != 0) lua_error(L);
  lua_call(L, 0, LUA_MULTRET);
  return lua_gettop(L) - n;
}

/* ---- The collector ---------------------------------------------------------------------- */

/* collectgarbage([opt [, arg]]) */
static int base_collectgarbage(lua_State *L) {
  static const char *const names[] = {
    "stop", "restart", "collect", "count", "step", "setpause", "setstepmul", NULL
  };
  static const int codes[] = {
    LUA_GCSTOP, LUA_GCRESTART, LUA_GCCOLLECT, LUA_GCCOUNT, LUA_GCSTEP, LUA_GCSETPAUSE,
    LUA_GCSETSTEPMUL
  };
  int code = codes[luaL_checkoption(L, 1, "collect", names)];
  int result = lua_gc(L, code, luaL_optint(L, 2, 0));
  if (code == LUA_GCCOUNT)
    lua_pushnumber(L, result + (lua_Number)lua_gc(L, LUA_GCCOUNTB, 0) / 1024);
  else if (code == LUA_GCSTEP)
    lua_pushboolean(L, result);
  else
    lua_pushnumber(L, result);
  return 1;
}

/* gcinfo(): whole Kbytes in use; 5.0's collectgarbage("count"). */
static int base_gcinfo(lua_State *L) {
  lua_pushinteger(L, lua_getgccount(L));
  return 1;
}

/* ---- newproxy ---------------------------------------------------------------------------- */

/* newproxy([true | proxy]): an empty userdata, with a metatable of its own, or with that
 * of another proxy.  The upvalue remembers the metatables that were made here. */
static int base_newproxy(lua_State *L) {
  lua_settop(L, 1);
  lua_newuserdata(L, 0);
  if (!lua_toboolean(L, 1)) return 1;
  if (lua_isboolean(L, 1)) {
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, lua_upvalueindex(1));
  } else {
    int ours = 0;
    if (lua_getmetatable(L, 1)) {
      lua_rawget(L, lua_upvalueindex(1));
      ours = lua_toboolean(L, -1);
      lua_pop(L, 1);
    }
    luaL_argcheck(L, ours, 1, "boolean or proxy expected");
    lua_getmetatable(L, 1);
  }
  lua_setmetatable(L, 2);
  return 1;
}

/* ---- The library ------------------------------------------------------------------------- */

static const luaL_Reg base_functions[] = {
  {"assert", base_assert},
  {"collectgarbage", base_collectgarbage},
  {"dofile", base_dofile},
  {"error", base_error},
  {"gcinfo", base_gcinfo},
  {"getfenv", base_getfenv},
  {"getmetatable", base_getmetatable},
  {"loadfile", base_loadfile},
  {"load", base_load},
  {"loadstring", base_loadstring},
  {"next", base_next},
  {"pcall", base_pcall},
  {"print", base_print},
  {"rawequal", base_rawequal},
  {"rawget", base_rawget},
  {"rawset", base_rawset},
  {"select", base_select},
  {"setfenv", base_setfenv},
  {"setmetatable", base_setmetatable},
  {"tonumber", base_tonumber},
  {"tostring", base_tostring},
  {"type", base_type},
  {"unpack", base_unpack},
  {"xpcall", base_xpcall},
  {NULL, NULL}
};

/* Stores in `_G` (on top) a closure of f over `upvalue`, an iterator that the VM knows as
 * `which`. */
static void add_closure(lua_State *L, const char *name, lua_CFunction f, lua_CFunction upvalue,
                        int which) {
  lua_pushcfunction(L, upvalue);
  plx_setintrinsic(L, -1, which);
  lua_pushcclosure(L, f, 1);
  lua_setfield(L, -2, name);
}

static void open_base(lua_State *L) {
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  lua_setglobal(L, "_G");
  luaL_register(L, "_G", base_functions);
  lua_pushliteral(L, LUA_VERSION);
  lua_setglobal(L, "_VERSION");
  lua_getglobal(L, "next");
  plx_setintrinsic(L, -1, PLX_NEXT);
  lua_pop(L, 1);
  add_closure(L, "ipairs", base_ipairs, ipairs_step, PLX_IPAIRS);
  add_closure(L, "pairs", base_pairs, base_next, PLX_NEXT);
  lua_createtable(L, 0, 1);   /* the metatables of proxies: weak, and its own metatable */
  lua_pushvalue(L, -1);
  lua_setmetatable(L, -2);
  lua_pushliteral(L, "kv");
  lua_setfield(L, -2, "__mode");
  lua_pushcclosure(L, base_newproxy, 1);
  lua_setglobal(L, "newproxy");
}

LUALIB_API int luaopen_base(lua_State *L) {
  open_base(L);
  lib_open_coroutine(L);
  return 2;
}
