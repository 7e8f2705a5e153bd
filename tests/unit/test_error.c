/* test_error.c -- run-time errors: what they say, and where they say it happened. */
#include <string.h>

#include "support/harness.h"

static void assert_error(lua_State *L, const char *source, const char *expected) {
  const char *message = test_error(L, source);
  if (strcmp(message, expected) != 0)
    fail_msg("%s\nraises   %s\nexpected %s", source, message, expected);
  lua_settop(L, 0);
}

static void the_position_is_that_of_the_instruction(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"\n\nlocal a\n\na.b = 1", "test:5: attempt to index local 'a' (a nil value)"},
      {"local a = {}\na\n.b\n.c\n.d = 1", "test:4: attempt to index field 'b' (a nil value)"},
      {"local a = 1\nlocal b =\na\n+\n{}",
       "test:5: attempt to perform arithmetic on a table value"},
      {"\nfor i = 1,\n'x'\ndo\nend", "test:4: 'for' limit must be a number"},
      {"for i = {}, 1 do end", "test:1: 'for' initial value must be a number"},
      {"for i = 1, 2, {} do end", "test:1: 'for' step must be a number"},
      {"function\na.x.y\n()\nend", "test:2: attempt to index global 'a' (a nil value)"},
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) assert_error(L, rows[i][0], rows[i][1]);
  lua_close(L);
}

static void comparisons_blame_both_types(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"return {} < {}", "test:1: attempt to compare two table values"},
      {"return {} < 1", "test:1: attempt to compare table with number"},
      {"return 1 < {}", "test:1: attempt to compare number with table"},
      {"return 1 <= 'x'", "test:1: attempt to compare number with string"},
      {"return 1 >= 'x'", "test:1: attempt to compare string with number"},
      {"return nil > false", "test:1: attempt to compare boolean with nil"},
      {"return true < false", "test:1: attempt to compare two boolean values"},
      {"return nil <= nil", "test:1: attempt to compare two nil values"},
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) assert_error(L, rows[i][0], rows[i][1]);
  lua_newthread(L); /* a string and a thread pass for the same type, in the reference too */
  lua_setglobal(L, "co");
  assert_error(L, "return 'x' < co", "test:1: attempt to compare two string values");
  assert_error(L, "return co < 'x'", "test:1: attempt to compare two thread values");
  lua_close(L);
}

static void light_and_full_userdata_are_one_type_in_messages(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newuserdata(L, 1);
  lua_setglobal(L, "full");
  lua_pushlightuserdata(L, L);
  lua_setglobal(L, "light");
  assert_error(L, "return light.x", "test:1: attempt to index global 'light' (a userdata value)");
  assert_error(L, "full()", "test:1: attempt to call global 'full' (a userdata value)");
  assert_error(L, "return full < light", "test:1: attempt to compare two userdata values");
  lua_close(L);
}

static int raise_number(lua_State *L) {
  lua_pushnumber(L, 42);
  return lua_error(L);
}

static int index_number(lua_State *L) {
  lua_pushnumber(L, 42);
  lua_getfield(L, -1, "x");
  return 1;
}

static void c_functions_have_no_position_and_no_names(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "raise", raise_number);
  lua_register(L, "index", index_number);
  assert_error(L, "raise()", "42");
  assert_error(L, "local x = 1; index(x)", "attempt to index a number value");
  lua_close(L);
}

static void an_error_value_is_passed_on_untouched(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "raise", raise_number);
  luaL_loadstring(L, "raise()");
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_int_equal(lua_type(L, -1), LUA_TNUMBER);
  lua_close(L);
}

static void a_long_chunk_name_is_cut_in_the_position(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  static const char source[] =
      "x.y = 'a line that is long enough to be cut in the message' -- and more";
  luaL_loadstring(L, source);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1),
                      "[string \"x.y = 'a line that is long enough to be cut...\"]:1: "
                      "attempt to index global 'x' (a nil value)");
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest error[] = {
      cmocka_unit_test(the_position_is_that_of_the_instruction),
      cmocka_unit_test(comparisons_blame_both_types),
      cmocka_unit_test(light_and_full_userdata_are_one_type_in_messages),
      cmocka_unit_test(c_functions_have_no_position_and_no_names),
      cmocka_unit_test(an_error_value_is_passed_on_untouched),
      cmocka_unit_test(a_long_chunk_name_is_cut_in_the_position),
  };
  return cmocka_run_group_tests(error, NULL, NULL);
}
