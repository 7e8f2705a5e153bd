/* lib_table.c -- the `table` table (manual 5.5).  All access is raw, without metamethods,
 * and a list's length is lua_objlen's border. */
#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "lua_limits.h"
#include "numtext.h"
#include "outbuf.h"
#include "tabsort.h"

/* An insertion further than this below the end would only move nils around for minutes. */
#define MAX_SHIFT (1LL << 28)

/* The length of the list that argument 1 must be. */
static int check_list(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  return (int)lua_objlen(L, 1);
}

/* ---- Strings ------------------------------------------------------------------- */

/* Adds element i, which stays on the stack above `held` others.  A bad element raises an
 * error, and is then alone: debug.getlocal shows a handler what is on the stack. */
static void add_element(lua_State *L, OutBuf *out, int i, int held) {
  lua_rawgeti(L, 1, i);
  int type = lua_type(L, -1);
  if (type == LUA_TSTRING) {
    size_t len;
    const char *s = lua_tolstring(L, -1, &len);
    out_add(out, s, len);
  } else if (type == LUA_TNUMBER) {
    lua_Number n = lua_tonumber(L, -1);
    out->len += num_to_text(out_reserve(out, LUAI_MAXNUMBER2STR), n);
    size_t work = num_text_work(n);
    if (work > 0) plx_charge(L, work);
  } else {
    lua_insert(L, -1 - held);
    lua_pop(L, held);
    luaL_error(L, "invalid value (%s) at index %d in table for " LUA_QL("concat"),
               lua_typename(L, type), i);
  }
}

/* Elements that table.concat leaves on the stack before it pops them together. */
#define CONCAT_BATCH 8

/* Elements that it is charged for together. */
#define PAID_BATCH 256

/* table.concat(t [, sep [, i [, j]]]) */
static int table_concat(lua_State *L) {
  size_t nsep;
  const char *sep = luaL_optlstring(L, 2, "", &nsep);
  luaL_checktype(L, 1, LUA_TTABLE);
  int i = luaL_optint(L, 3, 1);
  int last = lua_isnoneornil(L, 4) ? (int)lua_objlen(L, 1) : luaL_checkint(L, 4);
  OutBuf out;
  out_init(&out, L);
  int held = 0;
  for (; i < last; i++) {
    add_element(L, &out, i, held);
    if (nsep == 1) out_char(&out, *sep);
    else if (nsep > 1) out_add(&out, sep, nsep);
    if (++held == CONCAT_BATCH) {
      lua_pop(L, CONCAT_BATCH);
      held = 0;
      if (((unsigned)i & (PAID_BATCH - 1)) < CONCAT_BATCH) plx_charge(L, PAID_BATCH);
    }
  }
  if (i == last) add_element(L, &out, i, held++);
  lua_pop(L, held);
  out_push(&out);
  return 1;
}

/* ---- Insertion and removal --------------------------------------------------------- */

/* table.insert(t, [pos,] v): a position beyond the end leaves a gap. */
static int table_insert(lua_State *L) {
  int end = (int)((unsigned)check_list(L) + 1u);
  int pos = end;
  switch (lua_gettop(L)) {
    case 2:
      break;
    case 3:
      pos = luaL_checkint(L, 2);
      luaL_argcheck(L, (long long)end - pos <= MAX_SHIFT, 2, "position out of bounds");
      if (end > pos) plx_charge(L, (size_t)((long long)end - pos));
      for (int i = end; i > pos; i--) {
        lua_rawgeti(L, 1, i - 1);
        lua_rawseti(L, 1, i);
      }
      break;
    default:
      return luaL_error(L, "wrong number of arguments to " LUA_QL("insert"));
  }
  lua_rawseti(L, 1, pos);
  return 0;
}

/* table.remove(t [, pos]): nothing is removed, or returned, outside of the list. */
static int table_remove(lua_State *L) {
  int end = check_list(L);
  int pos = luaL_optint(L, 2, end);
  if (pos < 1 || pos > end) return 0;
  lua_rawgeti(L, 1, pos);
  if (pos < end) plx_charge(L, (size_t)(end - pos));
  for (; pos < end; pos++) {
    lua_rawgeti(L, 1, pos + 1);
    lua_rawseti(L, 1, pos);
  }
  lua_pushnil(L);
  lua_rawseti(L, 1, end);
  return 1;
}

/* ---- Sizes ---------------------------------------------------------------------------- */

/* table.maxn(t): the largest number among the keys, or 0. */
static int table_maxn(lua_State *L) {
  lua_Number max = 0;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    plx_charge(L, 1);
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TNUMBER) {
      lua_Number key = lua_tonumber(L, -1);
      if (key > max) max = key;
    }
  }
  lua_pushnumber(L, max);
  return 1;
}

/* table.getn(t): 5.0's #t. */
static int table_getn(lua_State *L) {
  lua_pushinteger(L, check_list(L));
  return 1;
}

/* table.setn(t, n): lengths are no longer stored. */
static int table_setn(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  return luaL_error(L, LUA_QL("setn") " is obsolete");
}

/* ---- Iteration: 5.0's forms of `for` ----------------------------------------------------- */

/* table.foreach(t, f): calls f(k, v) until it returns something. */
static int table_foreach(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    plx_charge(L, 1);   /* the function may be one in C */
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 1);
    if (!lua_isnil(L, -1)) return 1;
    lua_pop(L, 2);
  }
  return 0;
}

/* table.foreachi(t, f): the same for the list's elements; its length is taken once. */
static int table_foreachi(lua_State *L) {
  int n = check_list(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  for (int i = 1; i <= n; i++) {
    plx_charge(L, 1);
    lua_pushvalue(L, 2);
    lua_pushinteger(L, i);
    lua_rawgeti(L, 1, i);
    lua_call(L, 2, 1);
    if (!lua_isnil(L, -1)) return 1;
    lua_pop(L, 1);
  }
  return 0;
}

static const luaL_Reg table_functions[] = {
  {"concat", table_concat},
  {"foreach", table_foreach},
  {"foreachi", table_foreachi},
  {"getn", table_getn},
  {"maxn", table_maxn},
  {"insert", table_insert},
  {"remove", table_remove},
  {"setn", table_setn},
  {"sort", lib_table_sort},
  {NULL, NULL}
};

LUALIB_API int luaopen_table(lua_State *L) {
  luaL_register(L, LUA_TABLIBNAME, table_functions);
  return 1;
}
