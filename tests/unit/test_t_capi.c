/* test_t_capi.c -- testC programs do to the stack what they say.  tests/api/testc compares longer
 * programs with stock lua5.1. */
#include "testlib/t_capi.h"

#include <string.h>

#include "support/harness.h"

static lua_State *open_testc(void) {
  lua_State *L = test_state_libs(NULL);
  lua_register(L, "testC", t_testc);
  return L;
}

static void programs_answer_what_they_should(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"testC('pushnum 1; pushnum -2; pushnum 3; return 2')", "-2 3"},
      {"testC('pushnum,1;pushnum\\t2\\npushnum 3 return 3')", "1 2 3"},
      {"testC('pushbool 1; pushbool 0; pushnil; pushstring a-b; return 4')", "true false nil a-b"},
      {"testC('gettop; return 1', 10, 20)", "3"},
      {"testC('pushnum 2; pushvalue .; return 1', 'two')", "two"},
      {"testC('isnumber 2; isstring 2; istable 2; isnull 9; return 4', 12)", "1 1 0 1"},
      {"testC('insert 2; return 3', 1, 2, 3)", "3 1 2"},
      {"testC('replace 2; return 2', 1, 2, 3)", "3 2"},
      {"testC('concat 3; return 1', 'a', 1, 'b')", "a1b"},
      {"testC('lessthan 2 3; equal 2 3; return 2', 1, 2)", "true false"},
      {"testC('rawcall 1 -1; return 2', math.modf, 3.5)", "3 0.5"},
      {"testC('gettable 2; return 1', {x = 'field'}, 'x')", "field"},
      {"testC('loadstring 2; call 0 1; return 1', 'return 6 * 7')", "42"},
      {"testC('pushnum 5; pushcclosure 1; return 1')('pushvalue U1; return 1')", "5"},
      {"select('#', testC(''))", "0"},
  };
  lua_State *L = open_testc();
  for (size_t i = 0; i < ROWS(rows); i++) test_expect(L, rows[i][0], rows[i][1]);
  lua_close(L);
}

static void wrong_programs_are_errors(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"testC('nonsense 1')", "unknown instruction nonsense"},
      {"testC('pushnum 1; Pushnum 2')", "unknown instruction Pushnum"},
      {"testC('pushnum 99999999999')", "number too large"},
      {"testC(('x'):rep(30))", "word too long"},
      {"testC('throw')", "C++"},
      {"testC({})", "string expected"},
  };
  lua_State *L = open_testc();
  for (size_t i = 0; i < ROWS(rows); i++) {
    const char *message = test_error(L, rows[i][0]);
    if (strstr(message, rows[i][1]) == NULL) fail_msg("%s: %s", rows[i][0], message);
  }
  lua_close(L);
}

static void a_number_names_another_state(void **unused) {
  (void)unused;
  lua_State *L = open_testc(), *other = test_state(NULL);
  lua_pushnumber(L, (lua_Number)(uintptr_t)other);
  lua_setglobal(L, "other");
  test_expect(L, "testC(other, 'pushstring text; pushnum 2')", "");
  assert_int_equal(lua_gettop(other), 2);
  assert_string_equal(lua_tostring(other, 1), "text");
  lua_close(other);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest capi[] = {
      cmocka_unit_test(programs_answer_what_they_should),
      cmocka_unit_test(wrong_programs_are_errors),
      cmocka_unit_test(a_number_names_another_state),
  };
  return cmocka_run_group_tests(capi, NULL, NULL);
}
