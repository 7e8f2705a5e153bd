/* test_gc.c -- phases, pacing and what `step`, `stop` and the two settings promise. */
#include "gc/gc.h"

#include "gc/heapcheck.h"
#include "support/harness.h"
#include "vm/safepoint.h"

static void push_small_tables(lua_State *L, int n) {
  lua_createtable(L, n, 0);
  for (int i = 1; i <= n; i++) { /* {{{}, ...}} and as many that are garbage at once */
    lua_createtable(L, 1, 0);
    lua_newtable(L);
    lua_rawseti(L, -2, 1);
    lua_rawseti(L, -2, i);
    lua_newtable(L);
    lua_pop(L, 1);
  }
}

/* How many lua_gc(LUA_GCSTEP, kbytes) a cycle takes over a small heap; the steps of gc.lua. */
static int steps_of_a_cycle(lua_State *L, int kbytes) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCSTOP, 0);
  push_small_tables(L, 100);
  const int before = lua_gc(L, LUA_GCCOUNT, 0);
  int n = 1;
  while (!lua_gc(L, LUA_GCSTEP, kbytes)) n++;
  assert_true(lua_gc(L, LUA_GCCOUNT, 0) < before);
  lua_pop(L, 1);
  return n;
}

static void larger_steps_make_fewer(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  assert_true(steps_of_a_cycle(L, 0) > 10);
  assert_true(steps_of_a_cycle(L, 6) < steps_of_a_cycle(L, 2));
  assert_int_equal(steps_of_a_cycle(L, 10000), 1);
  assert_int_equal(lua_gc(L, LUA_GCSTEP, 1000000), 1);
  assert_int_equal(lua_gc(L, LUA_GCSTEP, 1000000), 1);
  heap_check(L);
  test_close(L, &heap);
}

static void a_cycle_passes_all_phases_in_order(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCSTOP, 0);
  int phase = GC_PAUSE;
  assert_int_equal(G(L)->gc_phase, phase);
  GCStep step = GC_STEP_WORKED;
  for (int i = 0; i < 100000 && step != GC_STEP_CYCLE_DONE; i++) {
    ptrdiff_t one = 1;
    step = gc_work(L, &one);
    heap_check(L);
    if (G(L)->gc_phase == phase) continue;
    assert_int_equal(G(L)->gc_phase, phase == GC_FINALIZE ? GC_PAUSE : phase + 1);
    phase = G(L)->gc_phase;
  }
  assert_int_equal(step, GC_STEP_CYCLE_DONE);
  assert_int_equal(phase, GC_PAUSE);
  test_close(L, &heap);
}

static void unit_steps_cost_what_they_do(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  gc_begin_full(L);
  while (G(L)->gc_phase == GC_PROPAGATE) {
    ptrdiff_t one = 1;
    const bool traverses = G(L)->grey != NULL;
    gc_work(L, &one);
    if (traverses) assert_true(one <= 1 - (ptrdiff_t)sizeof(Table)); /* the smallest traversed */
  }
  ptrdiff_t one = 1;
  gc_work(L, &one);
  assert_int_equal(one, 1 - 10);
  while (G(L)->gc_phase == GC_SWEEP_STRINGS) gc_work(L, &one);
  one = 1;
  gc_work(L, &one);
  assert_int_equal(one, 1 - 400);
  test_close(L, &heap);
}

static void a_stopped_collector_starts_again_with_any_manual_step(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  assert_int_equal(G(L)->threshold, GC_STOPPED);
  const int limit = lua_gc(L, LUA_GCCOUNT, 0) + 1000;
  while (lua_gc(L, LUA_GCCOUNT, 0) < limit) {
    lua_newtable(L);
    lua_pop(L, 1);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_true(lua_gc(L, LUA_GCCOUNT, 0) < limit - 900);
  assert_int_not_equal(G(L)->threshold, GC_STOPPED);
  test_close(L, &heap);
}

static void allocation_alone_keeps_a_bound(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t floor = G(L)->total_bytes;
  for (int i = 0; i < 100000; i++) {
    lua_pushfstring(L, "string %d", i); /* strings too must drive the collector */
    lua_pop(L, 1);
  }
  assert_true(heap.peak_bytes < 3 * floor + 20000);
  for (int i = 0; i < 100000; i++) {
    lua_newtable(L);
    lua_pop(L, 1);
  }
  assert_true(heap.peak_bytes < 3 * floor + 20000);
  test_close(L, &heap);
}

static void the_pause_sets_when_the_next_cycle_begins(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  assert_int_equal(lua_gc(L, LUA_GCSETPAUSE, 300), 200);
  assert_int_equal(lua_gc(L, LUA_GCSETSTEPMUL, 400), 200);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(G(L)->threshold, G(L)->estimate / 100 * 300);
  assert_int_equal(lua_gc(L, LUA_GCSETPAUSE, 2147483647), 300);
  G(L)->estimate = SIZE_MAX / 2; /* too much for any product */
  gc_set_threshold(G(L));
  assert_int_equal(G(L)->threshold, GC_STOPPED - 1);
  lua_gc(L, LUA_GCSETPAUSE, -1);
  gc_set_threshold(G(L));
  assert_int_equal(G(L)->threshold, 0);
  test_close(L, &heap);
}

/* Makes and drops one of everything, then collects until halving has come to its end. */
static size_t bytes_after_litter(lua_State *L) {
  push_small_tables(L, 500);
  for (int i = 0; i < 500; i++) {
    lua_pushfstring(L, "unlike any other %d", i);
    lua_pop(L, 1);
  }
  lua_newthread(L);
  lua_newuserdata(L, 5001);
  lua_settop(L, 0);
  for (int i = 0; i < 6; i++) lua_gc(L, LUA_GCCOLLECT, 0);
  heap_check(L);
  return G(L)->total_bytes;
}

static void a_full_collection_gives_back_everything_but_what_is_used(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  const size_t once = bytes_after_litter(L); /* the string table keeps some of its growth */
  for (int round = 0; round < 3; round++) assert_int_equal(bytes_after_litter(L), once);
  assert_int_equal(heap.live_bytes, once);
  assert_true(heap.peak_bytes > once + 5001);
  test_close(L, &heap);
}

static void settling_forgets_marks_at_every_point_of_a_cycle(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  push_small_tables(L, 50);
  bool ended = false;
  for (int steps = 0; !ended; steps++) {
    for (int i = 0; i < steps && !ended; i++) {
      ptrdiff_t one = 1;
      ended = gc_work(L, &one) == GC_STEP_CYCLE_DONE;
    }
    gc_settle(L);
    assert_int_equal(G(L)->gc_phase, GC_PAUSE);
    heap_check(L);
  }
  lua_rawgeti(L, 1, 50);
  assert_true(lua_istable(L, -1));
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(larger_steps_make_fewer),
    cmocka_unit_test(a_cycle_passes_all_phases_in_order),
    cmocka_unit_test(unit_steps_cost_what_they_do),
    cmocka_unit_test(a_stopped_collector_starts_again_with_any_manual_step),
    cmocka_unit_test(allocation_alone_keeps_a_bound),
    cmocka_unit_test(the_pause_sets_when_the_next_cycle_begins),
    cmocka_unit_test(a_full_collection_gives_back_everything_but_what_is_used),
    cmocka_unit_test(settling_forgets_marks_at_every_point_of_a_cycle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
