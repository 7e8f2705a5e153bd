/* tables.c -- reading, writing and walking tables from C, with and without metamethods, and the
 * environments and metatables of every type of value (manual 2.8, 2.9, 3.7). */
#include "show.h"

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

/* A handler that shows its arguments and returns their number. */
static int handler(lua_State *L) {
  int n = lua_gettop(L);
  show_stack(L, lua_tostring(L, lua_upvalueindex(1)));
  lua_pushinteger(L, n);
  return 1;
}

static void set_handler(lua_State *L, const char *event) {
  lua_pushstring(L, event);
  lua_pushcclosure(L, handler, 1);
  lua_setfield(L, -2, event);
}

static void reading_and_writing(lua_State *L) {
  lua_createtable(L, 2, 3);
  lua_pushliteral(L, "by field");
  EFFECT0(L, lua_setfield(L, 1, "name"));
  lua_pushinteger(L, 1), lua_pushliteral(L, "by settable");
  EFFECT0(L, lua_settable(L, 1));
  lua_pushinteger(L, 2), lua_pushliteral(L, "by rawset");
  EFFECT0(L, lua_rawset(L, -3));
  lua_pushliteral(L, "by rawseti");
  EFFECT0(L, lua_rawseti(L, -2, 3));
  lua_pushliteral(L, "negative");
  lua_rawseti(L, 1, -7);
  lua_pushboolean(L, 1), lua_pushliteral(L, "true");
  lua_rawset(L, 1);
  EFFECT0(L, lua_getfield(L, 1, "name"));
  lua_pushliteral(L, "name");
  EFFECT0(L, lua_gettable(L, 1));
  lua_pushnumber(L, 2);
  EFFECT0(L, lua_rawget(L, 1));
  EFFECT0(L, lua_rawgeti(L, 1, 3));
  EFFECT0(L, lua_rawgeti(L, 1, -7));
  EFFECT0(L, lua_rawgeti(L, 1, 99));
  EFFECT0(L, lua_getfield(L, 1, ""));
  lua_pushboolean(L, 1);
  EFFECT0(L, lua_rawget(L, 1));
  lua_pushnil(L);
  EFFECT0(L, lua_rawget(L, 1));
  lua_pushnumber(L, -0.0), lua_pushliteral(L, "zero");
  lua_rawset(L, 1);
  EFFECT0(L, lua_rawgeti(L, 1, 0));
  lua_pushnil(L);
  lua_setfield(L, 1, "name");
  EFFECT0(L, lua_getfield(L, 1, "name"));
  printf("%lu\n", (unsigned long)lua_objlen(L, 1));
  lua_settop(L, 0);
}

static void metamethods(lua_State *L) {
  lua_newtable(L);
  lua_newtable(L);
  set_handler(L, "__index"), set_handler(L, "__newindex");
  lua_setmetatable(L, 1);
  EFFECT0(L, lua_getfield(L, 1, "absent"));
  lua_pushinteger(L, 9);
  EFFECT0(L, lua_gettable(L, 1));
  lua_pushinteger(L, 9);
  EFFECT0(L, lua_rawget(L, 1));
  lua_pushliteral(L, "value");
  EFFECT0(L, lua_setfield(L, 1, "absent"));
  lua_pushliteral(L, "k"), lua_pushliteral(L, "v");
  EFFECT0(L, lua_settable(L, 1));
  lua_pushliteral(L, "k"), lua_pushliteral(L, "v");
  EFFECT0(L, lua_rawset(L, 1));
  EFFECT0(L, lua_getfield(L, 1, "k"));
  lua_settop(L, 0);
  lua_newuserdata(L, 1);
  lua_newtable(L);
  set_handler(L, "__index"), set_handler(L, "__newindex"), set_handler(L, "__len");
  lua_setmetatable(L, 1);
  EFFECT0(L, lua_getfield(L, 1, "of userdata"));
  lua_pushinteger(L, 5);
  EFFECT0(L, lua_setfield(L, 1, "of userdata"));
  printf("objlen has no metamethod: %lu\n", (unsigned long)lua_objlen(L, 1));
  lua_settop(L, 0);
  lua_pushliteral(L, "text");
  EFFECT0(L, lua_getfield(L, 1, "len"));
  lua_settop(L, 0);
}

static int index_nil(lua_State *L) {
  lua_pushnil(L);
  lua_getfield(L, -1, "x");
  return 0;
}
static int index_number(lua_State *L) {
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_gettable(L, -2);
  return 0;
}
static int set_boolean(lua_State *L) {
  lua_pushboolean(L, 1);
  lua_pushinteger(L, 2);
  lua_setfield(L, -2, "x");
  return 0;
}
static int set_nil_key(lua_State *L) {
  lua_newtable(L);
  lua_pushnil(L), lua_pushinteger(L, 2);
  lua_settable(L, -3);
  return 0;
}
static int rawset_nil_key(lua_State *L) {
  lua_newtable(L);
  lua_pushnil(L), lua_pushinteger(L, 2);
  lua_rawset(L, -3);
  return 0;
}
static int set_nan_key(lua_State *L) {
  lua_newtable(L);
  lua_pushliteral(L, "nan"), lua_pushnumber(L, lua_tonumber(L, -1)), lua_pushinteger(L, 2);
  lua_rawset(L, -4);
  return 0;
}
static int next_of_unknown(lua_State *L) {
  lua_newtable(L);
  lua_pushliteral(L, "unknown");
  lua_next(L, -2);
  return 0;
}
static int index_loop(lua_State *L) {
  lua_newtable(L);
  lua_pushvalue(L, -1), lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1), lua_setmetatable(L, -2);
  lua_getfield(L, -1, "absent");
  return 0;
}
static int newindex_loop(lua_State *L) {
  lua_newtable(L);
  lua_pushvalue(L, -1), lua_setfield(L, -2, "__newindex");
  lua_pushvalue(L, -1), lua_setmetatable(L, -2);
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "absent");
  return 0;
}

static void documented_errors(lua_State *L) {
  show_pcall(L, "index nil", index_nil);
  show_pcall(L, "index a number", index_number);
  show_pcall(L, "assign to a boolean", set_boolean);
  show_pcall(L, "nil as key", set_nil_key);
  show_pcall(L, "nil as raw key", rawset_nil_key);
  show_pcall(L, "NaN as key", set_nan_key);
  show_pcall(L, "next of an unknown key", next_of_unknown);
  show_pcall(L, "a loop in __index", index_loop);
  show_pcall(L, "a loop in __newindex", newindex_loop);
}

static void walk(lua_State *L, const char *what) {
  printf("%s:", what);
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    putchar(' '), show_value(L, -2), putchar('='), show_value(L, -1);
    lua_pop(L, 1);
  }
  printf(" top %d\n", lua_gettop(L));
}

static void walking(lua_State *L) {
  int i, seen = 0;
  lua_newtable(L);
  walk(L, "empty");
  luaL_loadstring(L, "return {10, 20, 30, x = 1, y = 2, z = 3, [true] = 4, [2.5] = 5}");
  lua_call(L, 0, 1);
  lua_replace(L, 1);
  walk(L, "mixed");
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    if (++seen % 2) lua_pushnil(L);
    else lua_pushliteral(L, "changed");
    lua_rawset(L, 1);
  }
  walk(L, "half removed, half changed on the way");
  lua_settop(L, 0);
  lua_newtable(L);
  for (i = 1; i <= 40; i++) lua_pushinteger(L, i), lua_rawseti(L, 1, i);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1), lua_pushnil(L), lua_settable(L, 1);
    lua_gc(L, LUA_GCCOLLECT, 0);
  }
  walk(L, "all removed while the collector runs");
  printf("%lu\n", (unsigned long)lua_objlen(L, 1));
  lua_settop(L, 0);
}

static void push_each_type(lua_State *L) {
  static int anchor;
  lua_pushnil(L), lua_pushboolean(L, 1), lua_pushlightuserdata(L, &anchor), lua_pushinteger(L, 1);
  lua_pushliteral(L, "s"), lua_newtable(L), lua_pushcfunction(L, nothing),
      luaL_loadstring(L, "return x");
  lua_newuserdata(L, 1), lua_newthread(L);
}

static void environments(lua_State *L) {
  int i, n;
  push_each_type(L);
  n = lua_gettop(L);
  for (i = 1; i <= n; i++) {
    lua_getfenv(L, i);
    printf("%s: %s %d", luaL_typename(L, i), luaL_typename(L, -1),
           lua_rawequal(L, -1, LUA_GLOBALSINDEX));
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushinteger(L, i), lua_setfield(L, -2, "x");
    printf(" set %d top %d", lua_setfenv(L, i), lua_gettop(L) - n);
    lua_getfenv(L, i);
    if (lua_istable(L, -1)) lua_getfield(L, -1, "x"), show_value(L, -1);
    lua_settop(L, n);
    putchar('\n');
  }
  lua_pushvalue(L, 8);
  lua_call(L, 0, 1);
  show_value(L, -1);
  lua_getglobal(lua_tothread(L, 10), "x");
  lua_getglobal(lua_tothread(L, 10), "print");
  show_and_clear(lua_tothread(L, 10), " globals of the thread");
  lua_settop(L, 0);
}

static void metatables(lua_State *L) {
  int i, n;
  push_each_type(L);
  n = lua_gettop(L);
  for (i = 1; i <= n; i++) {
    int had = lua_getmetatable(L, i);
    printf("%s: had %d %d", luaL_typename(L, i), had, lua_gettop(L) - n);
    lua_settop(L, n);
    if (had) lua_getmetatable(L, i);
    else lua_pushnil(L);
    lua_newtable(L);
    lua_pushinteger(L, i), lua_setfield(L, -2, "number");
    printf(" set %d", lua_setmetatable(L, i));
    printf(" has %d", luaL_getmetafield(L, i, "number"));
    putchar(' '), show_value(L, -1);
    lua_pop(L, 1);
    printf(" lacks %d", luaL_getmetafield(L, i, "other"));
    printf(" top %d", lua_gettop(L) - n);
    lua_setmetatable(L, i); /* what was there */
    printf(" again %d %d\n", lua_getmetatable(L, i), lua_gettop(L) - n);
    lua_settop(L, n);
  }
  printf("absent: %d %d\n", lua_getmetatable(L, n + 5), lua_gettop(L) - n);
  lua_settop(L, 0);
}

static void threads_as_keys(lua_State *L) {
  int i;
  lua_newtable(L);
  for (i = 0; i < 10; i++) {
    lua_State *co = lua_newthread(L);
    lua_pushinteger(co, i);
    lua_pushvalue(L, -1);
    lua_pushinteger(L, i);
    lua_rawset(L, 1);
    lua_insert(L, 2 + i);
  }
  lua_pushthread(L), lua_pushliteral(L, "main"), lua_rawset(L, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (i = 0; i < 10; i++) {
    lua_pushvalue(L, 2 + i);
    lua_rawget(L, 1);
    printf("%d %d\n", (int)lua_tointeger(L, -1), (int)lua_tointeger(lua_tothread(L, 2 + i), 1));
  }
  lua_settop(L, 1);
  lua_pushthread(L), lua_rawget(L, 1);
  show_and_clear(L, "main thread");
}

static void borders(lua_State *L) {
  int i;
  lua_createtable(L, 4, 0);
  for (i = 1; i <= 9; i++)
    lua_pushboolean(L, 1), lua_rawseti(L, 1, i), printf("%lu ", (unsigned long)lua_objlen(L, 1));
  for (i = 9; i >= 1; i--)
    lua_pushnil(L), lua_rawseti(L, 1, i), printf("%lu ", (unsigned long)lua_objlen(L, 1));
  lua_pushboolean(L, 1), lua_rawseti(L, 1, 5);
  printf("%lu %d\n", (unsigned long)lua_objlen(L, 1), luaL_getn(L, 1));
  luaL_setn(L, 1, 77);
  printf("%d\n", luaL_getn(L, 1));
  lua_settop(L, 0);
}

int main(void) {
  lua_State *L = new_state();
  section("reading and writing");
  reading_and_writing(L);
  section("metamethods");
  metamethods(L);
  section("documented errors");
  documented_errors(L);
  section("walking");
  walking(L);
  section("environments of every type");
  environments(L);
  section("metatables of every type");
  metatables(L);
  section("threads as keys");
  threads_as_keys(L);
  section("borders");
  borders(L);
  lua_close(L);
  return 0;
}
