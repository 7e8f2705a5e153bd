/* test_t_inspect.c -- what T tells of the inside; tests/internal uses it for more. */
#include "testlib/t_inspect.h"

#include <string.h>

#include "support/harness.h"

static lua_State *open_inspect(void) {
  lua_State *L = test_state_libs(NULL);
  luaL_register(L, "T", t_inspect_functions);
  lua_pop(L, 1);
  return L;
}

static void functions_answer_what_they_should(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"T.listcode(function(a) return a end)[1]", "(   1)    0 - RETURN          0    2    0"},
      {"T.listcode(function() while true do end end)[1]", "(   1)    0 - JMP             0   -1"},
      {"T.listcode(function() x = 1.5 end)[2]", "(   1)    1 - SETGLOBAL       0    0"},
      {"T.listcode(function(a, b) end).numparams, T.listcode(function(a, b) end).maxstack", "2 2"},
      {"T.listcode(function() end)[2]", "nil"},
      {"unpack(T.listk(function() return 1, 'k' end))", "1 k"},
      {"T.listlocals(function(a, b) local c = 1 return c end, 2)", "a b c"},
      {"T.limits().MAXSTACK, T.limits().NUM_OPCODES", "250 38"},
      {"T.int2fb(17)", "17 18"},
      {"T.int2fb(16)", "16 16"},
      {"T.querytab({})", "0 0 0"},
      {"T.querytab({1, 2, 3})", "3 0 0"},
      {"T.querytab({'one'}, 0)", "0 one nil"},
      {"T.querytab({x = 'field'}, 0)", "x field nil"},
      {"T.querytab({x = nil}, 0)", "<undef> nil nil"},
      {"select('#', T.querytab({}, 99))", "3"},
      {"T.hash('abc'), T.hash(1, {}), T.hash('x', {x = 1})", "198887 0 0"},
      {"T.gccolor(1), T.gccolor({}) ~= 'no collectable'", "no collectable true"},
      {"T.querystr(nil, 1e9)", ""},
  };
  lua_State *L = open_inspect();
  for (size_t i = 0; i < ROWS(rows); i++) test_expect(L, rows[i][0], rows[i][1]);
  lua_close(L);
}

static void a_deleted_key_is_not_shown(void **unused) {
  (void)unused;
  lua_State *L = open_inspect();
  test_run(L, "t = {name = 1} t.name = nil", 0);
  test_expect(L, "T.querytab(t, 0)", "<undef> nil nil");
  test_run(L, "t = {[2.5] = 1} t[2.5] = nil", 0);
  test_expect(L, "T.querytab(t, 0)", "2.5 nil nil");
  lua_close(L);
}

static void wrong_arguments_are_errors(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"T.listcode(print)", "Lua function expected"}, {"T.listk()", "Lua function expected"},
      {"T.listlocals(1, 1)", "Lua function expected"}, {"T.querytab(1)", "table expected"},
      {"T.hash(1)", "string expected"},                {"T.gccolor()", "value expected"},
  };
  lua_State *L = open_inspect();
  for (size_t i = 0; i < ROWS(rows); i++) {
    const char *message = test_error(L, rows[i][0]);
    if (strstr(message, rows[i][1]) == NULL) fail_msg("%s: %s", rows[i][0], message);
  }
  lua_close(L);
}

static void the_stack_and_the_phase_are_told(void **unused) {
  (void)unused;
  lua_State *L = open_inspect();
  test_run(L, "local used, usable, calls, roomy, address = T.stacklevel() "
              "assert(used > 0 and usable > used and calls == 2 and roomy >= calls) "
              "assert(address > 0)", 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  test_expect(L, "(function() collectgarbage() return T.gcstate() end)()", "pause");
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest inspect[] = {
      cmocka_unit_test(functions_answer_what_they_should),
      cmocka_unit_test(a_deleted_key_is_not_shown),
      cmocka_unit_test(wrong_arguments_are_errors),
      cmocka_unit_test(the_stack_and_the_phase_are_told),
  };
  return cmocka_run_group_tests(inspect, NULL, NULL);
}
