/* lib_string.c -- the `string` table and its functions that need no pattern
 * (manual 5.4). */
#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "clocale.h"
#include "outbuf.h"
#include "strformat.h"
#include "strmatch.h"
#include "strpos.h"

/* Bytes of C stack for a result of known size; longer ones are made in a userdata. */
#define LOCAL_SIZE 2048

/* Handing over so many values is work. */
#define LONG_LIST 64

/* string.len(s) */
static int string_len(lua_State *L) {
  size_t len;
  luaL_checklstring(L, 1, &len);
  lua_pushinteger(L, (lua_Integer)len);
  return 1;
}

/* string.sub(s, i [, j]) */
static int string_sub(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  lua_Integer first = string_position(luaL_checkinteger(L, 2), len);
  lua_Integer last = string_position(luaL_optinteger(L, 3, -1), len);
  if (first < 1) first = 1;
  if (last > (lua_Integer)len) last = (lua_Integer)len;
  if (first > last) lua_pushliteral(L, "");
  else if (first == 1 && last == (lua_Integer)len) lua_pushvalue(L, 1);
  else lua_pushlstring(L, s + first - 1, (size_t)(last - first) + 1);
  return 1;
}

/* string.reverse(s) */
static int string_reverse(lua_State *L) {
  char local[LOCAL_SIZE];
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  char *out = (char *)scratch(L, local, sizeof(local), len);
  size_t i = 0;
  for (; len - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {   /* a word at a time */
    uint64_t word;
    memcpy(&word, s + len - i - sizeof(word), sizeof(word));
    word = __builtin_bswap64(word);
    memcpy(out + i, &word, sizeof(word));
  }
  for (; i < len; i++) out[i] = s[len - 1 - i];
  lua_pushlstring(L, out, len);
  return 1;
}

/* Copies n bytes, the 26 letters from `first` on in the other case.  Compilers turn this
 * loop into vector code. */
static void swap_letters(char *restrict out, const char *restrict s, size_t n,
                         unsigned char first) {
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    unsigned char is_letter = (unsigned char)(c - first) < 26;
    out[i] = (char)(c ^ (unsigned char)(is_letter << 5));
  }
}

/* Pushes argument 1 in the other case: its ASCII letters from `first` on or, where the
 * locale may know more letters, every byte by `map`. */
static int change_case(lua_State *L, unsigned char first, int (*map)(int)) {
  char local[LOCAL_SIZE];
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  char *out = (char *)scratch(L, local, sizeof(local), len);
  if (locale_is_c(LC_CTYPE)) {
    swap_letters(out, s, len, first);
  } else {
    for (size_t i = 0; i < len; i++) out[i] = (char)map((unsigned char)s[i]);
  }
  lua_pushlstring(L, out, len);
  return 1;
}

/* string.lower(s) */
static int string_lower(lua_State *L) { return change_case(L, 'A', tolower); }

/* string.upper(s) */
static int string_upper(lua_State *L) { return change_case(L, 'a', toupper); }

/* string.rep(s, n): "" when n <= 0.  5.1 has no separator; a third argument is ignored.
 * The copies double, so the number of copying steps is logarithmic. */
static int string_rep(lua_State *L) {
  char local[LOCAL_SIZE];
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  lua_Integer n = luaL_checkinteger(L, 2);
  if (n <= 0 || len == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (n == 1) {
    lua_pushvalue(L, 1);
    return 1;
  }
  if ((size_t)n > (size_t)PTRDIFF_MAX / len) return luaL_error(L, "string length overflow");
  size_t total = len * (size_t)n;
  char *out = (char *)scratch(L, local, sizeof(local), total);
  if (len == 1) {
    memset(out, s[0], total);
  } else {
    size_t done = len;
    memcpy(out, s, len);
    while (done < total) {
      size_t step = done <= total - done ? done : total - done;
      memcpy(out + done, out, step);
      done += step;
    }
  }
  lua_pushlstring(L, out, total);
  return 1;
}

/* string.byte(s [, i [, j]]) */
static int string_byte(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  lua_Integer first = string_position(luaL_optinteger(L, 2, 1), len);
  lua_Integer last = string_position(luaL_optinteger(L, 3, first), len);
  if (first < 1) first = 1;
  if (last > (lua_Integer)len) last = (lua_Integer)len;
  if (first > last) return 0;
  lua_Integer n = last - first + 1;
  if (n >= INT_MAX) return luaL_error(L, "string slice too long");
  luaL_checkstack(L, (int)n, "string slice too long");
  if (n >= LONG_LIST) plx_charge(L, (size_t)n / 8);
  for (lua_Integer i = first - 1; i < last; i++) lua_pushinteger(L, (unsigned char)s[i]);
  return (int)n;
}

/* string.char(...) */
static int string_char(lua_State *L) {
  char local[LOCAL_SIZE];
  int n = lua_gettop(L);
  char *out = local;
  if (n > LOCAL_SIZE) out = (char *)lua_newuserdata(L, (size_t)n);
  for (int i = 1; i <= n; i++) {
    int c = luaL_checkint(L, i);
    luaL_argcheck(L, c >= 0 && c <= UCHAR_MAX, i, "invalid value");
    out[i - 1] = (char)c;
  }
  lua_pushlstring(L, out, (size_t)n);
  return 1;
}

static int add_piece(lua_State *L, const void *piece, size_t size, void *out) {
  (void)L;
  out_add((OutBuf *)out, (const char *)piece, size);
  return 0;
}

/* string.dump(f) */
static int string_dump(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  OutBuf out;
  out_init(&out, L);
  if (lua_dump(L, add_piece, &out) != 0) return luaL_error(L, "unable to dump given function");
  out_push(&out);
  return 1;
}

/* ---- The library --------------------------------------------------------------- */

static const luaL_Reg string_functions[] = {
  {"byte", string_byte},
  {"char", string_char},
  {"dump", string_dump},
  {"find", lib_string_find},
  {"format", lib_string_format},
  {"gfind", lib_string_gmatch},
  {"gmatch", lib_string_gmatch},
  {"gsub", lib_string_gsub},
  {"len", string_len},
  {"lower", string_lower},
  {"match", lib_string_match},
  {"rep", string_rep},
  {"reverse", string_reverse},
  {"sub", string_sub},
  {"upper", string_upper},
  {NULL, NULL}
};

/* Gives all strings one metatable whose __index is the library: s:len(). */
static void make_string_metatable(lua_State *L) {
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "");
  lua_pushvalue(L, -2);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

LUALIB_API int luaopen_string(lua_State *L) {
  luaL_register(L, LUA_STRLIBNAME, string_functions);
  lua_getfield(L, -1, "gmatch");   /* 5.0's name for the same function object */
  lua_setfield(L, -2, "gfind");
  make_string_metatable(L);
  return 1;
}
