/* random.c -- rows of random calls: each step is a valid use of the API by itself, their order is
 * what no one thought of.  The generator is our own, so that both libraries see the same rows. */
#include <stdint.h>

#include "show.h"

static uint64_t seed;

static int pick(int n) {
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (int)((seed >> 33) % (uint64_t)n);
}

static int event(lua_State *L) {
  int n = lua_gettop(L);
  lua_settop(L, n > 2 ? 2 : n);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  if (pick(4) == 0) return luaL_error(L, "event %s raises", lua_tostring(L, 1));
  return lua_gettop(L);
}

/* The metatable that tables and userdata of a row may share, with handlers for every event. */
static void push_metatable(lua_State *L) {
  static const char *const events[] = {"__index", "__newindex", "__call", "__eq", "__lt", "__le",
                                       "__concat", "__add", "__len", "__unm", "__tostring"};
  int i;
  if (!luaL_newmetatable(L, "random")) return;
  for (i = 0; i < COUNT(events); i++) {
    lua_pushstring(L, events[i]);
    lua_pushcclosure(L, event, 1);
    lua_setfield(L, -2, events[i]);
  }
}

static int adds(lua_State *L) {
  lua_pushnumber(L, lua_tonumber(L, 1) + lua_tonumber(L, 2));
  return pick(lua_gettop(L) > 1 ? 3 : 2);
}

static void push_random(lua_State *L) {
  static const char *const texts[] = {"",    "a",   "b",   "10",  "0x10",
                                      " 3 ", "1e3", "key", "nan", "a longer text than the others"};
  static const char *const chunks[] = {"return ...",
                                       "return select('#', ...), ...",
                                       "local a, b = ... return b, a",
                                       "error('raised', 0)",
                                       "local t = ... t.x = 1",
                                       "return 1 + ...",
                                       "return function() return ... end",
                                       "x = ... return x"};
  static const double numbers[] = {0,   -0.0, 1,     2,     3,   -1,
                                   0.5, 1e15, 1e100, -7.25, 255, 4294967296.0};
  switch (pick(14)) {
    case 0: lua_pushnil(L); break;
    case 1: lua_pushboolean(L, pick(2)); break;
    case 2: lua_pushinteger(L, pick(6)); break;
    case 3: lua_pushnumber(L, numbers[pick(COUNT(numbers))]); break;
    case 4:
    case 5: lua_pushstring(L, texts[pick(COUNT(texts))]); break;
    case 6: lua_createtable(L, pick(4), pick(4)); break;
    case 7: lua_newtable(L), push_metatable(L), lua_setmetatable(L, -2); break;
    case 8: lua_newuserdata(L, (size_t)pick(40)); break;
    case 9: lua_newuserdata(L, 8), push_metatable(L), lua_setmetatable(L, -2); break;
    case 10: lua_pushcfunction(L, adds); break;
    case 11: luaL_loadstring(L, chunks[pick(COUNT(chunks))]); break;
    case 12: lua_pushlightuserdata(L, (void *)(uintptr_t)pick(5)); break;
    default: lua_newthread(L); break;
  }
}

/* A valid index of a value, counted from either end. */
static int index_of_any(lua_State *L) {
  int top = lua_gettop(L), i = 1 + pick(top);
  return pick(2) ? i : i - top - 1;
}

/* The last table on the stack, or the globals. */
static int index_of_table(lua_State *L) {
  int i;
  for (i = lua_gettop(L); i > 0; i--)
    if (lua_istable(L, i)) return i;
  return LUA_GLOBALSINDEX;
}

/* Keys whose order in a table is not decided by an address. */
static int is_key(lua_State *L, int i) {
  int t = lua_type(L, i);
  return t == LUA_TNUMBER || t == LUA_TSTRING || t == LUA_TBOOLEAN;
}

static void count_entries(lua_State *L, int table) {
  int entries = 0;
  if (table == LUA_GLOBALSINDEX) return;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    if (++entries <= 3) show_value(L, -2), putchar('='), show_value(L, -1), putchar(' ');
    lua_pop(L, 1);
  }
  printf("%d entries ", entries);
}

static void stack_step(lua_State *L) {
  int i = index_of_any(L);
  switch (pick(9)) {
    case 0: lua_pushvalue(L, i); break;
    case 1: lua_insert(L, i); break;
    case 2: lua_remove(L, i); break;
    case 3: if (lua_gettop(L) > 1) lua_replace(L, i); break;
    case 4: lua_settop(L, -1 - pick(lua_gettop(L))); break;
    case 5: lua_settop(L, lua_gettop(L) + pick(3)); break;
    case 6: lua_concat(L, pick(lua_gettop(L) < 4 ? lua_gettop(L) : 4)); break;
    case 7: lua_gc(L, LUA_GCCOLLECT, 0); break;
    default: push_random(L); break;
  }
}

static void look_step(lua_State *L) {
  int i = index_of_any(L), j = index_of_any(L);
  size_t n = 0;
  const char *s;
  switch (pick(10)) {
    case 0: printf("equal %d ", lua_equal(L, i, j)); break;
    case 1: printf("rawequal %d ", lua_rawequal(L, i, j)); break;
    case 2: printf("lessthan %d ", lua_lessthan(L, i, j)); break;
    case 3: printf("number %.14g %d ", lua_tonumber(L, i), lua_isnumber(L, i)); break;
    case 4: if ((s = lua_tolstring(L, i, &n)) != NULL) show_bytes(s, n), putchar(' '); break;
    case 5:
      if (lua_type(L, i) != LUA_TTABLE) printf("len %lu ", (unsigned long)lua_objlen(L, i));
      break;
    case 6:
      printf("is %d%d%d %d ", lua_isstring(L, i), lua_iscfunction(L, i), lua_isuserdata(L, i),
             lua_toboolean(L, i));
      break;
    case 7: printf("callmeta %d ", luaL_callmeta(L, i, "__tostring")); break;
    case 8: printf("meta %d ", lua_getmetatable(L, i)); break;
    default: lua_getfenv(L, i); break;
  }
}

static void table_step(lua_State *L) {
  int t = index_of_table(L), any = index_of_any(L);
  switch (pick(10)) {
    case 0: lua_getfield(L, any, "key"); break;
    case 1: lua_rawgeti(L, t, pick(5)); break;
    case 2: lua_gettable(L, any); break;
    case 3: lua_pushinteger(L, pick(6)), lua_rawget(L, t); break;
    case 4: if (is_key(L, -1)) lua_pushvalue(L, any), lua_rawset(L, t); break;
    case 5: if (is_key(L, -1)) lua_pushinteger(L, pick(9)), lua_settable(L, t); break;
    case 6: lua_pushvalue(L, any), lua_rawseti(L, t, pick(6)); break;
    case 7: lua_pushvalue(L, any), lua_setfield(L, t, "key"); break;
    case 8: printf("ref %d ", luaL_ref(L, t) > 0); break;
    default: count_entries(L, t); break;
  }
}

static void call_step(lua_State *L) {
  int top = lua_gettop(L), nargs = pick(top < 3 ? top : 3), status;
  const char *name;
  switch (pick(5)) {
    case 0:
    case 1:
      status = lua_pcall(L, nargs, pick(4) - 1, 0);
      printf("pcall %d ", status);
      break;
    case 2:
      if (!lua_isfunction(L, -1)) break;
      name = lua_getupvalue(L, -1, 1);
      printf("upvalue %s ", name ? name : "none");
      break;
    case 3: lua_pushcclosure(L, adds, nargs); break;
    default: {
      lua_State *co = lua_newthread(L);
      lua_insert(L, 1);
      lua_xmove(L, co, nargs + 1);
      status = lua_resume(co, nargs);
      printf("resume %d ", status);
      if (lua_gettop(co) > 0) lua_xmove(co, L, 1);
      break;
    }
  }
}

/* One step on the values that it is given; it returns what it makes of them. */
static int step(lua_State *L) {
  luaL_checkstack(L, 100, "a step");
  switch (pick(6)) {
    case 0:
    case 1: printf("s "), stack_step(L); break;
    case 2: printf("l "), look_step(L); break;
    case 3: printf("t "), table_step(L); break;
    case 4: printf("c "), call_step(L); break;
    default: printf("p "), push_random(L); break;
  }
  return lua_gettop(L);
}

/* Steps on copies of the stack, so that an error loses the step alone. */
static void row(lua_State *L, int steps) {
  while (steps-- > 0) {
    int i, n, status;
    while (lua_gettop(L) < 3) push_random(L);
    if (lua_gettop(L) > 40) lua_settop(L, 15);
    n = lua_gettop(L);
    luaL_checkstack(L, 150, "a row");
    lua_pushcfunction(L, step);
    for (i = 1; i <= n; i++) lua_pushvalue(L, i);
    status = lua_pcall(L, n, LUA_MULTRET, 0);
    printf("%d %d ", status, lua_gettop(L) - n);
    if (lua_gettop(L) > n) show_value(L, -1);
    putchar('\n');
    if (status != 0) lua_settop(L, n);
    else while (n-- > 0) lua_remove(L, 1);
  }
}

int main(void) {
  static const char *const names[] = {"one",  "two", "three", "four",
                                      "five", "six", "seven", "eight"};
  int part, i;
  for (part = 0; part < COUNT(names); part++) {
    section(names[part]);
    for (i = 0; i < 30; i++) {
      lua_State *L = new_state();
      printf("-- row %d\n", i);
      seed = (uint64_t)part * 1000 + (uint64_t)i;
      row(L, 100);
      show_and_clear(L, "left");
      lua_close(L);
    }
  }
  return 0;
}
