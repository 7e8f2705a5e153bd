/* test_api_table.c -- fields, read and written from C. */
#include <string.h>

#include "support/harness.h"
#include "support/sweep.h"

static void raw_access_pops_and_pushes_what_it_says(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_pushinteger(L, 5);
  lua_rawset(L, 1);
  lua_pushinteger(L, 6);
  lua_rawseti(L, 1, -3);
  assert_int_equal(lua_gettop(L), 1);
  lua_pushliteral(L, "k");
  lua_rawget(L, -2);
  assert_int_equal(lua_gettop(L), 2);
  assert_int_equal(lua_tointeger(L, -1), 5);
  lua_rawgeti(L, 1, -3);
  assert_int_equal(lua_tointeger(L, -1), 6);
  lua_rawgeti(L, 1, 77);
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_pushnil(L);
  lua_rawget(L, 1);
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_pushnumber(L, 0.0 / 0.0);
  lua_rawget(L, 1);
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  assert_int_equal(lua_gettop(L), 6);
  lua_close(L);
}

static void fields_are_reached_from_relative_and_pseudo_indices(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L);
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "x");
  lua_pushinteger(L, 2);
  lua_setfield(L, -2, "x");
  assert_int_equal(lua_gettop(L), 1);
  lua_getfield(L, -1, "x");
  assert_int_equal(lua_tointeger(L, -1), 2);
  lua_getfield(L, 1, "y");
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_setglobal(L, "g"); /* first the nil, then the number */
  lua_setglobal(L, "g");
  lua_getglobal(L, "g");
  assert_int_equal(lua_tointeger(L, -1), 2);
  lua_setfield(L, LUA_REGISTRYINDEX, "g");
  assert_int_equal(lua_gettop(L), 1);
  lua_pushliteral(L, "g");
  lua_gettable(L, LUA_REGISTRYINDEX);
  assert_int_equal(lua_tointeger(L, -1), 2);
  lua_close(L);
}

/* The table is its own key and below it. */
static void settable_takes_key_and_value_from_the_top(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L);
  lua_pushvalue(L, 1);
  lua_pushliteral(L, "value");
  lua_settable(L, -3);
  assert_int_equal(lua_gettop(L), 1);
  lua_pushvalue(L, 1);
  lua_gettable(L, 1);
  assert_string_equal(lua_tostring(L, -1), "value");
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  lua_settable(L, 1);
  lua_pushvalue(L, 1);
  lua_gettable(L, -3);
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  assert_int_equal(lua_gettop(L), 3);
  lua_close(L);
}

static void only_the_raw_forms_pass_metamethods_by(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  test_run(L,
           "log = ''\n"
           "return setmetatable({here = 0}, {\n"
           "  __index = function(t, k) log = log .. 'r' .. tostring(k); return 'made' end,\n"
           "  __newindex = function(t, k, v) log = log .. 'w' .. tostring(k) .. tostring(v) end})",
           1);
  lua_getfield(L, 1, "a");
  assert_string_equal(lua_tostring(L, -1), "made");
  lua_pushliteral(L, "b");
  lua_gettable(L, 1);
  assert_string_equal(lua_tostring(L, -1), "made");
  lua_pushinteger(L, 1);
  lua_setfield(L, 1, "c");
  lua_pushliteral(L, "d");
  lua_pushinteger(L, 2);
  lua_settable(L, 1);
  lua_getfield(L, 1, "here");
  lua_pushinteger(L, 9);
  lua_setfield(L, 1, "here");
  lua_rawgeti(L, 1, 4);
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_pushinteger(L, 3);
  lua_rawseti(L, 1, 4);
  lua_getglobal(L, "log");
  assert_string_equal(lua_tostring(L, -1), "rarbwc1wd2");
  lua_getfield(L, 1, "here");
  assert_int_equal(lua_tointeger(L, -1), 9);
  assert_int_equal(lua_gettop(L), 7);
  lua_close(L);
}

/* A metamethod that comes into being after it was found absent is used. */
static void a_new_metamethod_is_seen_at_once(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setmetatable(L, 1);
  lua_getfield(L, 1, "x");
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_newtable(L);
  lua_pushliteral(L, "inherited");
  lua_setfield(L, -2, "x");
  lua_setfield(L, 2, "__index");
  lua_getfield(L, 1, "x");
  assert_string_equal(lua_tostring(L, -1), "inherited");
  lua_pushnil(L);
  lua_setfield(L, 2, "__index");
  lua_getfield(L, 1, "x");
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_close(L);
}

static void next_visits_each_pair_once(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_createtable(L, 3, 4);
  for (int i = 1; i <= 10; i++) {
    lua_pushinteger(L, i);
    lua_rawseti(L, 1, i * i);
  }
  int seen = 0, sum = 0;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    assert_int_equal(lua_gettop(L), 3);
    assert_int_equal(lua_tointeger(L, 2), lua_tointeger(L, 3) * lua_tointeger(L, 3));
    sum += (int)lua_tointeger(L, -1);
    seen++;
    lua_pop(L, 1);
  }
  assert_int_equal(lua_gettop(L), 1);
  assert_int_equal(seen, 10);
  assert_int_equal(sum, 55);
  lua_close(L);
}

static void createtable_takes_any_size_hint(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_createtable(L, 0, 0);
  lua_createtable(L, 100, 0);
  lua_createtable(L, 0, 100);
  for (int i = 1; i <= 3; i++) {
    assert_int_equal(lua_objlen(L, i), 0);
    lua_pushnil(L);
    assert_int_equal(lua_next(L, i), 0);
  }
  assert_int_equal(lua_gettop(L), 3);
  lua_close(L);
}

static int index_nil(lua_State *L) {
  lua_pushnil(L);
  lua_getfield(L, -1, "x");
  return 0;
}
static int store_in_number(lua_State *L) {
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "x");
  return 0;
}
static int store_at_nil(lua_State *L) {
  lua_newtable(L);
  lua_pushnil(L);
  lua_pushinteger(L, 1);
  lua_rawset(L, -3);
  return 0;
}
static int store_at_nan(lua_State *L) {
  lua_newtable(L);
  lua_pushnumber(L, 0.0 / 0.0);
  lua_pushinteger(L, 1);
  lua_settable(L, -3);
  return 0;
}
static int next_of_stranger(lua_State *L) {
  lua_newtable(L);
  lua_pushliteral(L, "stranger");
  lua_next(L, -2);
  return 0;
}
static int endless_index(lua_State *L) {
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1);
  lua_setmetatable(L, -2);
  lua_getfield(L, -1, "x");
  return 0;
}
static int endless_newindex(lua_State *L) {
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__newindex");
  lua_pushvalue(L, -1);
  lua_setmetatable(L, -2);
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "x");
  return 0;
}

static void wrong_accesses_raise_their_messages(void **unused) {
  (void)unused;
  static const struct {
    lua_CFunction body;
    const char *message;
  } rows[] = {
      {index_nil, "attempt to index a nil value"},
      {store_in_number, "attempt to index a number value"},
      {store_at_nil, "table index is nil"},
      {store_at_nan, "table index is NaN"},
      {next_of_stranger, "invalid key to 'next'"},
      {endless_index, "loop in gettable"},
      {endless_newindex, "loop in settable"},
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) {
    assert_int_equal(lua_cpcall(L, rows[i].body, NULL), LUA_ERRRUN);
    assert_string_equal(lua_tostring(L, -1), rows[i].message);
    lua_pop(L, 1);
  }
  lua_close(L);
}

static int fill(lua_State *L) {
  lua_createtable(L, 2, 2);
  for (int i = 1; i <= 20; i++) {
    lua_pushinteger(L, i);
    lua_rawseti(L, -2, i);
    lua_pushfstring(L, "key %d", i);
    lua_pushboolean(L, 1);
    lua_settable(L, -3);
    lua_pushnumber(L, i + 0.5);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
  }
  lua_pushboolean(L, 1);
  lua_setfield(L, -2, "one more");
  lua_getfield(L, -1, "never seen");
  return 0;
}

static void filling_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(fill, false);
}

int main(void) {
  const struct CMUnitTest api_table[] = {
      cmocka_unit_test(raw_access_pops_and_pushes_what_it_says),
      cmocka_unit_test(fields_are_reached_from_relative_and_pseudo_indices),
      cmocka_unit_test(settable_takes_key_and_value_from_the_top),
      cmocka_unit_test(only_the_raw_forms_pass_metamethods_by),
      cmocka_unit_test(a_new_metamethod_is_seen_at_once),
      cmocka_unit_test(next_visits_each_pair_once),
      cmocka_unit_test(createtable_takes_any_size_hint),
      cmocka_unit_test(wrong_accesses_raise_their_messages),
      cmocka_unit_test(filling_survives_every_allocation_failure),
  };
  return cmocka_run_group_tests(api_table, NULL, NULL);
}
