/* test_stack.c -- the limits of stack and frames that programs can see, and what survives a
 * move. */
#include "vm/stack.h"

#include "gc/heapcheck.h"
#include "object/upval.h"
#include "support/harness.h"
#include "support/sweep.h"

static void growing_moves_everything_that_points_into_the_stack(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const StkId before = L->stack;
  for (int i = 0; i < 10; i++) lua_pushinteger(L, i);
  UpVal *uv = upval_find(L, L->stack + 5);
  stack_grow(L, 1000);
  assert_ptr_not_equal(L->stack, before); /* the test allocator always moves */
  assert_true(L->stack_last - L->top > 1000);
  assert_int_equal(lua_gettop(L), 10);
  assert_int_equal(lua_tointeger(L, 10), 9);
  assert_ptr_equal(uv->v, L->stack + 5);
  heap_check(L);
  upval_close(L, L->stack);
  test_close(L, &heap);
}

static void slots_never_used_hold_nil(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  stack_grow(L, 500);
  for (const TValue *p = L->top; p < L->stack + L->size_stack; p++) assert_true(val_is_nil(*p));
  test_close(L, &heap);
}

static void the_stack_doubles_unless_more_is_asked(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  assert_int_equal(L->size_stack, BASIC_STACK_SIZE + EXTRA_STACK);
  stack_grow(L, BASIC_STACK_SIZE);
  assert_int_equal(L->size_stack, 2 * BASIC_STACK_SIZE + EXTRA_STACK);
  stack_grow(L, 2 * BASIC_STACK_SIZE + 1);
  assert_int_equal(L->size_stack, 4 * BASIC_STACK_SIZE + 1 + EXTRA_STACK);
  test_close(L, &heap);
}

/* Doubling from 8: 16384 frames fit, 32768 are too many; after that the array stays at 20000. */
static void recursion_ends_where_the_reference_ends_it(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_gc(L, LUA_GCSTOP, 0); /* the collector would shrink the frames in between */
  test_run(L,
           "local function depth()\n"
           "  local n = 0\n"
           "  local function f() n = n + 1 return 1 + f() end\n"
           "  local ok, message = pcall(f)\n"
           "  return n, message\n"
           "end\n"
           "first, message = depth() second = depth() third = depth()",
           0);
  test_expect(L, "first, second, third", "16380 19996 19996");
  test_expect(L, "message", "test:3: stack overflow");
  assert_int_equal(L->size_ci, LUAI_MAXCALLS);
  test_close(L, &heap);
}

static void overflowing_while_an_overflow_is_handled_ends_in_a_fixed_message(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function deep() return 1 + deep() end\n"
           "result = {xpcall(deep, deep)}\n"
           "local handler_calls = 0\n"
           "plain = {xpcall(deep, function(m) handler_calls = handler_calls + 1 return m end)}\n"
           "calls = handler_calls",
           0);
  test_expect(L, "result[1], result[2]", "false error in error handling");
  test_expect(L, "plain[1], plain[2], calls", "false test:1: stack overflow 1");
  assert_true(L->size_ci <= LUAI_MAXCALLS);
  test_close(L, &heap);
}

static void the_collector_gives_back_unused_stack_and_frames(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "local function f(n) if n > 0 then return 1 + f(n - 1) end return 0 end f(5000)", 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (int i = 0; i < 12; i++) lua_gc(L, LUA_GCCOLLECT, 0);
  assert_true(L->size_ci <= 2 * BASIC_CI_SIZE);
  assert_true(L->size_stack <= 3 * (BASIC_STACK_SIZE + EXTRA_STACK));
  heap_check(L);
  test_close(L, &heap);
}

/* Thirty frames of C, each with 200 slots. */
static int nest(lua_State *L) {
  const int depth = (int)lua_tointeger(L, 1);
  luaL_checkstack(L, 200, "no room");
  for (int i = 0; i < 190; i++) lua_pushinteger(L, i);
  if (depth == 30) return 0;
  lua_pushcfunction(L, nest);
  lua_pushinteger(L, depth + 1);
  lua_call(L, 1, 0);
  return 0;
}

static void growing_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(nest, false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(growing_moves_everything_that_points_into_the_stack),
    cmocka_unit_test(slots_never_used_hold_nil),
    cmocka_unit_test(the_stack_doubles_unless_more_is_asked),
    cmocka_unit_test(recursion_ends_where_the_reference_ends_it),
    cmocka_unit_test(overflowing_while_an_overflow_is_handled_ends_in_a_fixed_message),
    cmocka_unit_test(the_collector_gives_back_unused_stack_and_frames),
    cmocka_unit_test(growing_survives_every_allocation_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
