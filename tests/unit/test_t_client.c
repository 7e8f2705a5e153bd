/* test_t_client.c -- the functions of T for any client of the API; tests/api/testc compares what
 * they do with stock lua5.1. */
#include "testlib/t_client.h"

#include <string.h>

#include "support/harness.h"

static TestHeap heap;

static lua_State *open_client(void) {
  heap = (TestHeap){0};
  lua_State *L = test_state_libs(&heap);
  luaL_register(L, "T", t_client_functions);
  lua_pop(L, 1);
  return L;
}

static void functions_answer_what_they_should(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"#T.d2s(1.5), T.s2d(T.d2s(-0.25))", "8 -0.25"},
      {"T.num2int(-3.7), T.num2int('12'), T.log2(1024), T.log2(0)", "-3 12 10 -1"},
      {"T.udataval(T.pushuserdata(12)), T.udataval(1), type(T.newuserdata(3))", "12 0 userdata"},
      {"T.ref(nil), T.getref(T.ref('kept'))", "-1 kept"},
      {"T.upvalue(function() return _G end, 1)", ""},
      {"(function() local x = 5 return T.upvalue(function() return x end, 1) end)()", "5 x"},
      {"T.gsub('a.b.c', '.', '::')", "a::b::c"},
      {"T.doonnewstack(''), T.doonnewstack('x'), T.doonnewstack('error()')", "0 3 2"},
      {"T.resume(coroutine.create(function() error('why', 0) end))", "false why"},
      {"T.resume(coroutine.create(coroutine.wrap(function() end) and function() end))", "true"},
  };
  lua_State *L = open_client();
  for (size_t i = 0; i < ROWS(rows); i++) test_expect(L, rows[i][0], rows[i][1]);
  test_run(L, "T.trick(99)", 0);
  assert_int_equal(t_client_trick, 99);
  test_close(L, &heap);
}

static void wrong_arguments_are_errors(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"T.ref()", "value expected"},
      {"T.ref(1, 0)", "unlocked references are obsolete"},
      {"T.upvalue(1, 1)", "function expected"},
      {"T.resume(1)", "coroutine expected"},
      {"T.newuserdata(-1)", "negative size"},
      {"T.s2d('short')", "too short"},
      {"T.closestate(0)", "state expected"},
  };
  lua_State *L = open_client();
  for (size_t i = 0; i < ROWS(rows); i++) {
    const char *message = test_error(L, rows[i][0]);
    if (strstr(message, rows[i][1]) == NULL) fail_msg("%s: %s", rows[i][0], message);
  }
  test_close(L, &heap);
}

static void another_state_takes_memory_from_the_same_allocator(void **unused) {
  (void)unused;
  lua_State *L = open_client();
  test_run(L, "L1 = T.newstate()", 0);
  test_expect(L, "T.doremote(L1, \"return 1, 'two', nil, {}\")", "1 two nil nil");
  test_expect(L, "T.doremote(L1, 'return a +')",
              "nil 3 [string \"return a +\"]:1: unexpected symbol near '<eof>'");
  test_run(L, "T.loadlib(L1) T.doremote(L1, 'baselibopen() strlibopen() mathlibopen()')", 0);
  test_expect(L, "T.doremote(L1, 'error({})')", "nil 2 nil");
  test_expect(L, "T.doremote(L1, \"return ('x'):rep(math.abs(-3))\")", "xxx");
  test_run(L, "T.closestate(L1)", 0);
  test_close(L, &heap); /* asserts that all of both states came back */
}

static void a_failure_inside_another_state_is_an_error_here(void **unused) {
  (void)unused;
  lua_State *L = open_client();
  test_run(L, "L1 = T.newstate()", 0);
  size_t failures = 0;
  for (size_t n = 1;; n++) {
    lua_getglobal(L, "T");
    lua_getfield(L, -1, "loadlib");
    lua_getglobal(L, "L1");
    heap.fail_at = heap.calls + n;
    heap.fail_forever = true;
    const int status = lua_pcall(L, 1, 0, 0);
    heap.fail_at = 0;
    heap.fail_forever = false;
    if (status == 0) break;
    assert_string_equal(lua_tostring(L, -1), "not enough memory");
    lua_settop(L, 0);
    failures++;
  }
  assert_true(failures > 0);
  test_run(L, "T.closestate(L1)", 0);
  test_close(L, &heap);
}

static void a_hook_that_yields_stops_every_n_instructions(void **unused) {
  (void)unused;
  lua_State *L = open_client();
  test_expect(L, "(function() local co, n = coroutine.create(function() T.setyhook('', 100) "
                 "for i = 1, 1000 do end T.setyhook() end), 0 "
                 "repeat n = n + 1 assert(T.resume(co)) until coroutine.status(co) == 'dead' "
                 "return n end)()",
              "11");
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest client[] = {
      cmocka_unit_test(functions_answer_what_they_should),
      cmocka_unit_test(wrong_arguments_are_errors),
      cmocka_unit_test(another_state_takes_memory_from_the_same_allocator),
      cmocka_unit_test(a_failure_inside_another_state_is_an_error_here),
      cmocka_unit_test(a_hook_that_yields_stops_every_n_instructions),
  };
  return cmocka_run_group_tests(client, NULL, NULL);
}
