/* values.c -- every way to look at a value and to make one: what each lua_is*, lua_to* says of each
 * kind of value, and which conversions change the value in its place (manual 3.7). */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>

#include "show.h"

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static const char *const kinds[] = {
    "nil",      "false",    "true",  "0",        "1.5",   "-0",       "10",    "0x10", " 7 ",
    "1e2",      "word",     "empty", "embedded", "light", "NULL",     "full",  "C",    "closure",
    "Lua",      "table",    "thread", "main",    "huge",  "inf text", "nan text"};

/* Pushes one value of each kind, in the order of `kinds`. */
static void push_kinds(lua_State *L) {
  static int anchor;
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  lua_pushboolean(L, 2);
  lua_pushinteger(L, 0);
  lua_pushnumber(L, 1.5);
  lua_pushnumber(L, -0.0);
  lua_pushliteral(L, "10");
  lua_pushliteral(L, "0x10");
  lua_pushliteral(L, " 7 ");
  lua_pushliteral(L, "1e2");
  lua_pushliteral(L, "word");
  lua_pushliteral(L, "");
  lua_pushlstring(L, "1\0002", 3);
  lua_pushlightuserdata(L, &anchor);
  lua_pushlightuserdata(L, NULL);
  lua_newuserdata(L, 24);
  lua_pushcfunction(L, nothing);
  lua_pushinteger(L, 1);
  lua_pushcclosure(L, nothing, 1);
  luaL_loadstring(L, "return 1");
  lua_createtable(L, 3, 0);
  lua_newthread(L);
  lua_pushthread(L);
  lua_pushnumber(L, DBL_MAX);
  lua_pushliteral(L, "Infinity");
  lua_pushliteral(L, "nan");
}

static void types(lua_State *L) {
  int i;
  push_kinds(L);
  for (i = 1; i <= COUNT(kinds) + 1; i++) {
    printf("%s: %d %s num %d str %d cf %d ud %d bool %d |",
           i > COUNT(kinds) ? "none" : kinds[i - 1], lua_type(L, i), luaL_typename(L, i),
           lua_isnumber(L, i), lua_isstring(L, i), lua_iscfunction(L, i), lua_isuserdata(L, i),
           lua_toboolean(L, i));
    printf(" %d%d%d%d%d%d%d%d\n", lua_isfunction(L, i), lua_istable(L, i),
           lua_islightuserdata(L, i), lua_isnil(L, i), lua_isboolean(L, i), lua_isthread(L, i),
           lua_isnone(L, i), lua_isnoneornil(L, i));
  }
  lua_settop(L, 0);
}

static void conversions(lua_State *L) {
  int i;
  push_kinds(L);
  for (i = 1; i <= COUNT(kinds) + 1; i++) {
    const char *name = i > COUNT(kinds) ? "none" : kinds[i - 1];
    printf("%s: number %.17g len %lu", name, lua_tonumber(L, i), (unsigned long)lua_objlen(L, i));
    if (strcmp(name, "nan text") != 0 && strcmp(name, "inf text") != 0 && strcmp(name, "huge") != 0)
      printf(" integer %ld", (long)lua_tointeger(L, i));
    printf(" cf %d ud %d thread %d pointer %d\n", lua_tocfunction(L, i) == nothing,
           lua_touserdata(L, i) != NULL, lua_tothread(L, i) == L, lua_topointer(L, i) != NULL);
  }
  for (i = 1; i <= COUNT(kinds) + 1; i++) {
    size_t n = 12345;
    const char *s = lua_tolstring(L, i, &n);
    printf("%s: tolstring ", i > COUNT(kinds) ? "none" : kinds[i - 1]);
    if (s == NULL) printf("NULL %d", (int)n);
    else show_bytes(s, n + 1);
    printf(" now %s\n", luaL_typename(L, i));
  }
  lua_settop(L, 0);
}

static void conversion_in_place(lua_State *L) {
  lua_pushnumber(L, 12.5);
  lua_pushvalue(L, 1);
  printf("%s %s", lua_tostring(L, 2), luaL_typename(L, 1));
  printf(" %s %lu %s\n", luaL_typename(L, 2), (unsigned long)lua_strlen(L, 1), luaL_typename(L, 1));
  lua_settop(L, 0);
  lua_pushinteger(L, 7);
  lua_setglobal(L, "seven");
  lua_getglobal(L, "seven");
  printf("%s", lua_tostring(L, -1));
  lua_getglobal(L, "seven");
  printf(" %s\n", luaL_typename(L, -1));
  lua_settop(L, 0);
  lua_pushinteger(L, 100);
  lua_pushliteral(L, "100");
  printf("before %d", lua_rawequal(L, 1, 2));
  printf(" %s", luaL_checkstring(L, 1));
  printf(" after %d\n", lua_rawequal(L, 1, 2));
  lua_settop(L, 0);
}

static void numbers_as_text(lua_State *L) {
  static const double numbers[] = {0,
                                   -0.0,
                                   1,
                                   -1,
                                   0.1,
                                   1.0 / 3,
                                   1e15,
                                   1e16,
                                   1e100,
                                   1e-5,
                                   1e-300,
                                   5e-324,
                                   123456789012345.0,
                                   2147483648.0,
                                   -2147483649.0,
                                   9007199254740993.0,
                                   DBL_MAX,
                                   DBL_MIN,
                                   1e14,
                                   99999999999999.5};
  int i;
  for (i = 0; i < COUNT(numbers); i++) {
    lua_pushnumber(L, numbers[i]);
    printf("%s %.17g\n", lua_tostring(L, -1), lua_tonumber(L, -1));
  }
  lua_settop(L, 0);
  lua_pushnumber(L, HUGE_VAL);
  lua_pushnumber(L, -HUGE_VAL);
  printf("%s %s\n", lua_tostring(L, 1), lua_tostring(L, 2));
  lua_settop(L, 0);
}

static void text_as_numbers(lua_State *L) {
  static const char *const texts[] = {
      "0",   "-0",  "+1",  " 12",   "12 ",    "12 x", "1.",   ".5",    ".",   "e1",
      "1e",  "1e+", "1e1", "0x",    "0xg",    "0xA",  "-0xA", "0x1p4", "1 2", "\t\n3\v\f\r",
      "inf", "INF", "nan", "1e999", "-1e999", "0b1",  "1_0",  "--1",   "١",   "1e-400"};
  int i;
  for (i = 0; i < COUNT(texts); i++) {
    double n;
    lua_pushstring(L, texts[i]);
    n = lua_tonumber(L, -1);
    printf("%d %d %s ", i, lua_isnumber(L, -1), luaL_typename(L, -1));
    if (n != n) printf("nan\n");
    else printf("%.17g\n", n);
  }
  lua_settop(L, 0);
}

static void integers(lua_State *L) {
  static const double numbers[] = {1.9,
                                   -1.9,
                                   0.5,
                                   -0.5,
                                   2147483647.0,
                                   2147483648.0,
                                   -2147483648.0,
                                   4294967296.5,
                                   9007199254740992.0,
                                   -9007199254740992.0,
                                   4611686018427387904.0,
                                   1e18,
                                   -1e18};
  static const lua_Integer whole[] = {
      0, 1, -1, INT32_MAX, INT32_MIN, INT64_C(1) << 53, INT64_MAX, INT64_MIN};
  int i;
  for (i = 0; i < COUNT(numbers); i++) {
    lua_pushnumber(L, numbers[i]);
    printf("%.17g -> %ld\n", numbers[i], (long)lua_tointeger(L, -1));
  }
  for (i = 0; i < COUNT(whole); i++) {
    lua_pushinteger(L, whole[i]);
    printf("%ld -> %.17g\n", (long)whole[i], lua_tonumber(L, -1));
  }
  lua_settop(L, 0);
}

static const char *push_by_list(lua_State *L, const char *format, ...) {
  const char *s;
  va_list list;
  va_start(list, format);
  s = lua_pushvfstring(L, format, list);
  va_end(list);
  return s;
}

static void formats(lua_State *L) {
  char wide[2000];
  const char *s;
  memset(wide, 'w', sizeof wide - 1);
  wide[sizeof wide - 1] = '\0';
  EFFECT(L, lua_pushfstring(L, "plain"));
  EFFECT(L, lua_pushfstring(L, ""));
  EFFECT(L, lua_pushfstring(L, "%s|%d|%c|%f|%%", "text", -42, 'z', 0.25));
  EFFECT(L, lua_pushfstring(L, "%s", (char *)NULL));
  EFFECT(L, lua_pushfstring(L, "%f %f %f", 1e15, -0.0, 1.0 / 3));
  EFFECT(L, lua_pushfstring(L, "%d %d", 2147483647, -2147483647 - 1));
  EFFECT(L, lua_pushfstring(L, "%x %5d", 1));
  EFFECT(L, lua_pushfstring(L, "a%cb", 0));
  EFFECT(L, lua_pushfstring(L, "%s%s%s%s%s%s%s%s", "1", "2", "3", "4", "5", "6", "7", "8"));
  EFFECT(L, push_by_list(L, "%s=%d", "key", 9));
  s = lua_pushfstring(L, "%s-%s", wide, wide);
  printf("long %lu %d %d\n", (unsigned long)lua_objlen(L, -1), s == lua_tostring(L, -1), s[1999]);
  lua_pushfstring(L, "%p", (void *)wide);
  lua_pushfstring(L, "%p", (void *)wide);
  printf("pointers %d %d\n", lua_equal(L, -1, -2), strncmp(lua_tostring(L, -1), "0x", 2));
  lua_settop(L, 0);
}

static void strings(lua_State *L) {
  char text[] = "mine";
  const char *kept;
  EFFECT0(L, lua_pushstring(L, text));
  text[0] = 'M';
  show_stack(L, "copied");
  kept = lua_tostring(L, 1);
  lua_pushvalue(L, 1);
  printf("same bytes %d\n", lua_tostring(L, 2) == kept);
  EFFECT0(L, lua_pushstring(L, NULL));
  EFFECT0(L, lua_pushstring(L, ""));
  EFFECT0(L, lua_pushlstring(L, "\0\0", 2));
  EFFECT0(L, lua_pushlstring(L, text, 0));
  EFFECT0(L, lua_pushliteral(L, "lit\0eral"));
  lua_settop(L, 0);
}

static void light_pointers(lua_State *L) {
  static const uintptr_t bits[] = {0,
                                   1,
                                   7,
                                   UINTPTR_MAX,
                                   UINTPTR_MAX - 1,
                                   (uintptr_t)1 << 63,
                                   (uintptr_t)1 << 47,
                                   ((uintptr_t)1 << 48) - 1,
                                   (uintptr_t)0x7ff8 << 48,
                                   (uintptr_t)0xfff8 << 48,
                                   (uintptr_t)0xfffeULL << 48,
                                   (uintptr_t)0x5555555555555555ULL,
                                   (uintptr_t)0xaaaaaaaaaaaaaaaaULL,
                                   (uintptr_t)0x7ff0 << 48};
  int i, j;
  lua_newtable(L);
  for (i = 0; i < COUNT(bits); i++) {
    void *p = (void *)bits[i];
    lua_pushlightuserdata(L, p);
    printf("%d: %s %d %d", i, luaL_typename(L, -1), lua_touserdata(L, -1) == p,
           lua_topointer(L, -1) == p);
    printf(" %d %d %lu\n", lua_toboolean(L, -1), lua_isnumber(L, -1),
           (unsigned long)lua_objlen(L, -1));
    lua_pushinteger(L, i);
    lua_rawset(L, 1);
  }
  for (i = 0; i < COUNT(bits); i++) {
    lua_pushlightuserdata(L, (void *)bits[i]);
    for (j = 0; j < COUNT(bits); j++) {
      lua_pushlightuserdata(L, (void *)bits[j]);
      putchar(lua_rawequal(L, -1, -2) ? '1' : '0');
      putchar(lua_equal(L, -1, -2) ? '1' : '0');
      lua_pop(L, 1);
    }
    lua_rawget(L, 1);
    printf(" key %d\n", (int)lua_tointeger(L, -1));
    lua_pop(L, 1);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (i = 0; i < COUNT(bits); i++) {
    lua_pushlightuserdata(L, (void *)bits[i]);
    lua_rawget(L, 1);
  }
  lua_remove(L, 1);
  show_and_clear(L, "after a collection");
}

static void typenames(lua_State *L) {
  int t;
  for (t = LUA_TNONE; t <= LUA_TTHREAD; t++) printf("%d %s\n", t, lua_typename(L, t));
  printf("%d\n", lua_typename(L, LUA_TLIGHTUSERDATA) != NULL);
}

extern const char lua_ident[]; /* exported, but in no header */

int main(void) {
  lua_State *L = new_state();
  section("each kind of value has its type");
  types(L);
  section("each kind of value converts");
  conversions(L);
  section("conversion happens in place");
  conversion_in_place(L);
  section("numbers as text");
  numbers_as_text(L);
  section("text as numbers");
  text_as_numbers(L);
  section("integers");
  integers(L);
  section("formats");
  formats(L);
  section("strings");
  strings(L);
  section("light userdata keeps all bits");
  light_pointers(L);
  section("names of types");
  typenames(L);
  printf("%.12s\n", lua_ident);
  lua_close(L);
  return 0;
}
