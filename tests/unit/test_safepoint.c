/* test_safepoint.c -- when finalisers run, in which order, and what their errors do. */
#include "vm/safepoint.h"

#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "support/harness.h"

static void finalizers_run_newest_first(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "collectgarbage('stop') order = ''\n"
           "local first = newproxy(true)\n"
           "local names = {[first] = 0}\n"
           "getmetatable(first).__gc = function(u) order = order .. names[u] end\n"
           "for i = 1, 9 do names[newproxy(first)] = i end\n"
           "setmetatable(names, {__mode = 'k'}) first = nil\n"
           "collectgarbage()",
           0);
  test_expect(L, "order", "9876543210");
  test_close(L, &heap);
}

static void each_error_ends_one_collection_and_spares_the_others(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "collectgarbage('stop') calls, handled, good = 0, 0, 0\n"
           "for i = 1, 20 do\n"
           "  local u = newproxy(true)\n"
           "  local function bad() calls = calls + 1 error('no', 0) end\n"
           "  getmetatable(u).__gc = i % 2 == 0 and bad or function() good = good + 1 end\n"
           "end\n"
           "local function handler(m) handled = handled + 1 return m end\n"
           "for i = 1, 15 do\n"
           "  local ok, m = xpcall(collectgarbage, handler)\n"
           "  assert(ok or m == 'no')\n"
           "end",
           0);
  test_expect(L, "calls, handled, good", "10 10 10");
  heap_check(L);
  test_close(L, &heap);
}

static void a_finalizer_may_collect_create_and_resurrect(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "runs = 0\n"
           "do local u = newproxy(true)\n"
           "   getmetatable(u).__gc = function(o)\n"
           "     runs = runs + 1 saved = o collectgarbage()\n"
           "     for i = 1, 100 do local t = {i, {}} end\n"
           "     assert(getmetatable(o).__gc)\n"
           "   end end\n"
           "collectgarbage() assert(type(saved) == 'userdata')\n"
           "saved = nil collectgarbage() collectgarbage()",
           0);
  test_expect(L, "runs", "1");
  heap_check(L);
  test_close(L, &heap);
}

static void a_finalizer_in_a_metatable_that_dies_first_is_never_called(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "called = false\n"
           "do local u = newproxy(true)\n"
           "   setmetatable(getmetatable(u), {__mode = 'v'})\n"
           "   getmetatable(u).__gc = function() called = true end end\n"
           "collectgarbage() collectgarbage()",
           0);
  test_expect(L, "called", "false");
  test_close(L, &heap);
}

static void memory_of_finalized_userdata_goes_one_cycle_later(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_newuserdata(L, 100000);
  lua_newtable(L);
  test_run(L, "return function() end", 1);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t with = heap.live_bytes;
  lua_pop(L, 1);
  safepoint_full(L);
  assert_true(heap.live_bytes > with - 1000);
  safepoint_full(L);
  assert_true(heap.live_bytes < with - 100000);
  test_close(L, &heap);
}

static void finalizers_see_hooks_off_and_a_later_threshold(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t threshold = G(L)->threshold;
  test_run(L,
           "lines = 0 debug.sethook(function() lines = lines + 1 end, 'l')\n"
           "do local u = newproxy(true)\n"
           "   getmetatable(u).__gc = function()\n"
           "     local before = lines\n"
           "     local x = 1\n"
           "     inside = lines - before\n"
           "   end end\n"
           "collectgarbage()\n"
           "debug.sethook()",
           0);
  test_expect(L, "inside, lines > 3", "0 true");
  assert_true(G(L)->threshold < 2 * threshold);
  assert_int_equal(L->hook_allowed, 1);
  test_close(L, &heap);
}

static void dead_threads_stop_being_hooked(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "for i = 1, 10 do\n"
           "  debug.sethook(coroutine.create(function() end), print, 'c')\n"
           "end",
           0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(G(L)->nhooked, 0);
  test_expect(L, "(function() local s = 0 for i = 1, 9 do s = s + i end return s end)()", "45");
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(finalizers_run_newest_first),
    cmocka_unit_test(each_error_ends_one_collection_and_spares_the_others),
    cmocka_unit_test(a_finalizer_may_collect_create_and_resurrect),
    cmocka_unit_test(a_finalizer_in_a_metatable_that_dies_first_is_never_called),
    cmocka_unit_test(memory_of_finalized_userdata_goes_one_cycle_later),
    cmocka_unit_test(finalizers_see_hooks_off_and_a_later_threshold),
    cmocka_unit_test(dead_threads_stop_being_hooked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
