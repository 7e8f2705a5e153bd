/* test_throw.c -- a throw reaches the innermost catcher, with its status, and nothing else. */
#include "heap/throw.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/harness.h"

typedef struct Trial {
  int status; /* to throw; 0: return */
  int inner;  /* what the inner throw_run gave */
  Roots roots;
} Trial;

static void throw_it(lua_State *L, void *ud) {
  const Trial *trial = ud;
  if (trial->status != 0) throw_status(L, trial->status);
}

static void every_status_arrives(void **unused) {
  (void)unused;
  static const int statuses[] = {0, LUA_ERRRUN, LUA_ERRSYNTAX, LUA_ERRMEM, LUA_ERRERR};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(statuses); i++) {
    Trial trial = {.status = statuses[i]};
    assert_int_equal(throw_run(L, throw_it, &trial), statuses[i]);
    assert_null(L->protect);
  }
  test_close(L, &heap);
}

static void catch_inside(lua_State *L, void *ud) {
  Trial *trial = ud;
  trial->inner = throw_run(L, throw_it, ud);
  throw_status(L, LUA_ERRRUN);
}

static void the_innermost_catcher_catches(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Trial trial = {.status = LUA_ERRMEM};
  assert_int_equal(throw_run(L, catch_inside, &trial), LUA_ERRRUN);
  assert_int_equal(trial.inner, LUA_ERRMEM);
  test_close(L, &heap);
}

static void hold_and_throw(lua_State *L, void *ud) {
  Trial *trial = ud;
  trial->roots = (Roots){.outer = L->roots};
  L->roots = &trial->roots;
  lua_pushinteger(L, 5);
  throw_status(L, LUA_ERRRUN);
}

static void what_c_code_held_is_let_go_but_the_stack_stays(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Trial trial = {0};
  assert_int_equal(throw_run(L, hold_and_throw, &trial), LUA_ERRRUN);
  assert_null(L->roots);
  assert_int_equal(lua_gettop(L), 1);
  test_close(L, &heap);
}

static int leave_with_seven(lua_State *L) {
  _exit(lua_isstring(L, -1) ? 7 : 8);
  return 0;
}

static int exit_status_of_uncaught(lua_CFunction panic, int status) {
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    lua_State *L = luaL_newstate();
    lua_atpanic(L, panic);
    lua_pushliteral(L, "an error object");
    throw_status(L, status);
  }
  int result;
  waitpid(child, &result, 0);
  return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

static void without_a_catcher_the_panic_function_speaks_and_the_process_ends(void **unused) {
  (void)unused;
  assert_int_equal(exit_status_of_uncaught(leave_with_seven, LUA_ERRRUN), 7);
  assert_int_equal(exit_status_of_uncaught(leave_with_seven, LUA_ERRMEM), 7);
  assert_int_equal(exit_status_of_uncaught(lua_gettop, LUA_ERRRUN), EXIT_FAILURE);
  assert_int_equal(exit_status_of_uncaught(NULL, LUA_ERRRUN), EXIT_FAILURE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_status_arrives),
    cmocka_unit_test(the_innermost_catcher_catches),
    cmocka_unit_test(what_c_code_held_is_let_go_but_the_stack_stays),
    cmocka_unit_test(without_a_catcher_the_panic_function_speaks_and_the_process_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
