/* test_upval.c -- variables that outlive their register are shared, sorted and closed in order. */
#include "object/upval.h"

#include "gc/heapcheck.h"
#include "support/harness.h"

static void one_register_has_one_upvalue(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (int i = 0; i < 5; i++) lua_pushinteger(L, i);
  const StkId base = L->ci->base;
  UpVal *middle = upval_find(L, base + 2), *high = upval_find(L, base + 4);
  UpVal *low = upval_find(L, base);
  assert_ptr_equal(upval_find(L, base + 2), middle);
  assert_ptr_equal(upval_find(L, base + 4), high);
  assert_ptr_equal(L->open_upvals, high); /* highest first */
  assert_ptr_equal(high->next, middle);
  assert_ptr_equal(middle->next, low);
  assert_null(low->next);
  heap_check(L);
  upval_close(L, L->stack);
  test_close(L, &heap);
}

static void closing_takes_those_at_and_above_the_level(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  UpVal *uv[5];
  for (int i = 0; i < 5; i++) lua_pushinteger(L, 10 * i);
  const StkId base = L->ci->base;
  for (int i = 0; i < 5; i++) uv[i] = upval_find(L, base + i);
  base[3] = val_from_num(33);
  upval_close(L, base + 2);
  for (int i = 0; i < 5; i++) {
    assert_int_equal(upval_is_open(uv[i]), i < 2);
    assert_number_is(val_num(*uv[i]->v), i == 3 ? 33 : 10 * i);
  }
  base[3] = val_from_num(1); /* nobody's any more */
  assert_number_is(val_num(*uv[3]->v), 33);
  assert_ptr_equal(L->open_upvals, uv[1]);
  heap_check(L);
  upval_close(L, L->stack);
  assert_null(L->open_upvals);
  test_close(L, &heap);
}

static void an_open_upvalue_nobody_uses_is_freed(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_pushinteger(L, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t before = heap.live_bytes;
  upval_find(L, L->top - 1);
  assert_int_equal(heap.live_bytes, before + sizeof(UpVal));
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_null(L->open_upvals);
  assert_int_equal(heap.live_bytes, before);
  heap_check(L);
  test_close(L, &heap);
}

static void a_closure_keeps_the_variable_of_a_dead_coroutine(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "alive = setmetatable({}, {__mode = 'k'})\n"
           "do local co = coroutine.create(function()\n"
           "     local x = {value = 41}\n"
           "     coroutine.yield(function() x.value = x.value + 1 return x.value end)\n"
           "   end)\n"
           "   alive[co] = true\n"
           "   _, f = coroutine.resume(co) end\n"
           "collectgarbage()",
           0);
  heap_check(L);
  test_expect(L, "next(alive), f(), f()", "nil 42 43");
  test_close(L, &heap);
}

static void a_suspended_coroutine_that_refers_to_itself_dies(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "alive = setmetatable({}, {__mode = 'k'})\n"
           "for i = 1, 100 do\n"
           "  local co co = coroutine.create(function(self)\n"
           "    local f = function() return self, co end coroutine.yield() end)\n"
           "  coroutine.resume(co, co) alive[co] = i\n"
           "end\n"
           "collectgarbage()",
           0);
  heap_check(L);
  test_expect(L, "next(alive)", "nil");
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_register_has_one_upvalue),
    cmocka_unit_test(closing_takes_those_at_and_above_the_level),
    cmocka_unit_test(an_open_upvalue_nobody_uses_is_freed),
    cmocka_unit_test(a_closure_keeps_the_variable_of_a_dead_coroutine),
    cmocka_unit_test(a_suspended_coroutine_that_refers_to_itself_dies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
