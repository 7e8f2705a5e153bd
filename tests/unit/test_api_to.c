/* test_api_to.c -- asking what a value is and turning it into one of C's. */
#include <string.h>

#include "support/harness.h"
#include "support/sweep.h"

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

/* One value of each kind, from index 1 on. */
enum { NIL = 1, YES, NO, NUMBER, NUMERAL, TEXT, TABLE, CFUNC, LFUNC, FULL, LIGHT, THREAD, NONE };

static lua_State *zoo(void) {
  lua_State *L = test_state(NULL);
  lua_pushnil(L);
  lua_pushboolean(L, 1);
  lua_pushboolean(L, 0);
  lua_pushnumber(L, -3.75);
  lua_pushliteral(L, " 0x10 ");
  lua_pushliteral(L, "16 tons");
  lua_newtable(L);
  lua_pushcfunction(L, nothing);
  luaL_loadstring(L, "return 1");
  lua_newuserdata(L, 12);
  lua_pushlightuserdata(L, L);
  lua_newthread(L);
  return L;
}

static void every_kind_has_its_type_and_tests(void **unused) {
  (void)unused;
  static const struct {
    int type;
    const char *name;
    bool number, string, cfunction, userdata, truth;
  } rows[] = {
      {LUA_TNIL, "nil", 0, 0, 0, 0, 0},
      {LUA_TBOOLEAN, "boolean", 0, 0, 0, 0, 1},
      {LUA_TBOOLEAN, "boolean", 0, 0, 0, 0, 0},
      {LUA_TNUMBER, "number", 1, 1, 0, 0, 1},
      {LUA_TSTRING, "string", 1, 1, 0, 0, 1},
      {LUA_TSTRING, "string", 0, 1, 0, 0, 1},
      {LUA_TTABLE, "table", 0, 0, 0, 0, 1},
      {LUA_TFUNCTION, "function", 0, 0, 1, 0, 1},
      {LUA_TFUNCTION, "function", 0, 0, 0, 0, 1},
      {LUA_TUSERDATA, "userdata", 0, 0, 0, 1, 1},
      {LUA_TLIGHTUSERDATA, "userdata", 0, 0, 0, 1, 1},
      {LUA_TTHREAD, "thread", 0, 0, 0, 0, 1},
      {LUA_TNONE, "no value", 0, 0, 0, 0, 0},
  };
  lua_State *L = zoo();
  for (int i = NIL; i <= NONE; i++) {
    assert_int_equal(lua_type(L, i), rows[i - 1].type);
    assert_string_equal(luaL_typename(L, i), rows[i - 1].name);
    assert_int_equal(lua_isnumber(L, i), rows[i - 1].number);
    assert_int_equal(lua_isstring(L, i), rows[i - 1].string);
    assert_int_equal(lua_iscfunction(L, i), rows[i - 1].cfunction);
    assert_int_equal(lua_isuserdata(L, i), rows[i - 1].userdata);
    assert_int_equal(lua_toboolean(L, i), rows[i - 1].truth);
  }
  lua_close(L);
}

static void what_does_not_convert_gives_zero_or_null(void **unused) {
  (void)unused;
  lua_State *L = zoo();
  for (int i = NIL; i <= NONE; i++) {
    bool numeric = i == NUMBER || i == NUMERAL, text = numeric || i == TEXT;
    size_t len = 99;
    if (!numeric) {
      assert_number_is(lua_tonumber(L, i), 0);
      assert_int_equal(lua_tointeger(L, i), 0);
    }
    if (!text) {
      assert_null(lua_tolstring(L, i, &len));
      assert_int_equal(len, 0);
      assert_null(lua_tolstring(L, i, NULL));
    }
    if (i != CFUNC) assert_null(lua_tocfunction(L, i));
    if (i != FULL && i != LIGHT) assert_null(lua_touserdata(L, i));
    if (i != THREAD) assert_null(lua_tothread(L, i));
    bool points = i >= TABLE && i != NONE;
    assert_int_equal(lua_topointer(L, i) != NULL, points);
  }
  assert_ptr_equal(lua_tocfunction(L, CFUNC), nothing);
  assert_number_is(lua_tonumber(L, NUMERAL), 16);
  assert_int_equal(lua_tointeger(L, NUMERAL), 16);
  assert_int_equal(lua_tointeger(L, NUMBER), -3);
  lua_close(L);
}

static void integers_out_of_range_are_the_smallest(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const struct {
    double number;
    lua_Integer integer;
  } rows[] = {{0.99, 0}, {-0.99, 0}, {4294967296.5, 4294967296}, {-1e18, -1000000000000000000},
              {9223372036854774784.0, 9223372036854774784}, {9223372036854775808.0, PTRDIFF_MIN},
              {-9223372036854775808.0, PTRDIFF_MIN}, {1e300, PTRDIFF_MIN},
              {0.0 / 0.0, PTRDIFF_MIN}};
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_pushnumber(L, rows[i].number);
    assert_int_equal(lua_tointeger(L, -1), rows[i].integer);
    lua_pop(L, 1);
  }
  lua_close(L);
}

static void tolstring_turns_a_number_into_a_string_in_place(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  size_t len;
  lua_pushnumber(L, 0.1);
  lua_pushnumber(L, 1e15);
  assert_string_equal(lua_tolstring(L, 1, &len), "0.1");
  assert_int_equal(len, 3);
  assert_int_equal(lua_type(L, 1), LUA_TSTRING);
  assert_int_equal(lua_objlen(L, -1), 5);
  assert_int_equal(lua_type(L, -1), LUA_TSTRING);
  assert_string_equal(lua_tostring(L, -1), "1e+15");
  assert_int_equal(lua_gettop(L), 2);
  lua_close(L);
}

static int textify_upvalue(lua_State *L) {
  lua_tostring(L, lua_upvalueindex(1));
  lua_pushinteger(L, lua_type(L, lua_upvalueindex(1)));
  return 1;
}

static void tolstring_changes_an_upvalue_too(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushinteger(L, 42);
  lua_pushcclosure(L, textify_upvalue, 1);
  lua_call(L, 0, 1);
  assert_int_equal(lua_tointeger(L, -1), LUA_TSTRING);
  lua_close(L);
}

static void objlen_measures_strings_tables_and_blocks(void **unused) {
  (void)unused;
  lua_State *L = zoo();
  const size_t expected[] = {0, 0, 0, 5, 6, 7, 0, 0, 0, 12, 0, 0, 0};
  for (int i = NIL; i <= NONE; i++) assert_int_equal(lua_objlen(L, i), expected[i - 1]);
  for (int i = 1; i <= 9; i++) {
    lua_pushboolean(L, 1);
    lua_rawseti(L, TABLE, i);
  }
  assert_int_equal(lua_objlen(L, TABLE), 9);
  lua_close(L);
}

static void equality_is_by_identity_and_nothing_equals_none(void **unused) {
  (void)unused;
  lua_State *L = zoo();
  for (int i = NIL; i <= NONE; i++) {
    for (int j = NIL; j <= NONE; j++) {
      int same = i == j && i != NONE;
      assert_int_equal(lua_rawequal(L, i, j), same);
      assert_int_equal(lua_equal(L, i, j), same);
    }
  }
  assert_int_equal(lua_lessthan(L, NONE, NUMBER), 0);
  assert_int_equal(lua_lessthan(L, NUMBER, NONE), 0);
  lua_pushnumber(L, 16);
  assert_int_equal(lua_equal(L, -1, NUMERAL), 0);
  assert_int_equal(lua_lessthan(L, NUMBER, -1), 1);
  assert_int_equal(lua_lessthan(L, -1, -1), 0);
  assert_int_equal(lua_lessthan(L, NUMERAL, TEXT), 1);
  lua_close(L);
}

static int compare_badly(lua_State *L) {
  lua_newtable(L);
  lua_pushinteger(L, 1);
  return lua_lessthan(L, -2, -1);
}

static void comparisons_call_metamethods(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  test_run(L,
           "local mt = {__eq = function() return 1 end,\n"
           "  __lt = function(a, b) return a.n < b.n end}\n"
           "return setmetatable({n = 1}, mt), setmetatable({n = 2}, mt)",
           2);
  assert_int_equal(lua_equal(L, 1, 2), 1);
  assert_int_equal(lua_rawequal(L, 1, 2), 0);
  assert_int_equal(lua_lessthan(L, 1, 2), 1);
  assert_int_equal(lua_lessthan(L, 2, 1), 0);
  assert_int_equal(lua_gettop(L), 2);
  assert_int_equal(lua_cpcall(L, compare_badly, NULL), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "attempt to compare table with number");
  lua_close(L);
}

static int convert(lua_State *L) {
  for (int i = 0; i < 50; i++) {
    lua_pushnumber(L, i / 7.0);
    lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  return 0;
}

static void converting_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(convert, false);
}

int main(void) {
  const struct CMUnitTest api_to[] = {
      cmocka_unit_test(every_kind_has_its_type_and_tests),
      cmocka_unit_test(what_does_not_convert_gives_zero_or_null),
      cmocka_unit_test(integers_out_of_range_are_the_smallest),
      cmocka_unit_test(tolstring_turns_a_number_into_a_string_in_place),
      cmocka_unit_test(tolstring_changes_an_upvalue_too),
      cmocka_unit_test(objlen_measures_strings_tables_and_blocks),
      cmocka_unit_test(equality_is_by_identity_and_nothing_equals_none),
      cmocka_unit_test(comparisons_call_metamethods),
      cmocka_unit_test(converting_survives_every_allocation_failure),
  };
  return cmocka_run_group_tests(api_to, NULL, NULL);
}
