/* test_sweep.c -- the dead are freed, each kind with its exact size; the rest turns white. */
#include "gc/sweep.h"

#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "object/fn.h"
#include "object/str.h"
#include "object/tab.h"
#include "object/udata.h"
#include "object/upval.h"
#include "support/harness.h"
#include "vm/lifecycle.h"

/* One dead object of each kind; the allocator aborts at a wrong size. */
static void make_one_of_each(lua_State *L) {
  tab_new(L, 0, 0);
  tab_new(L, 7, 0);
  tab_new(L, 3, 9);
  Proto *p = fn_new_proto(L);
  p->nups = 3;
  fn_new_lclosure(L, p, NULL);
  fn_new_cclosure(L, lua_gettop, 0, NULL);
  fn_new_cclosure(L, lua_gettop, 200, NULL);
  udata_new(L, 0, NULL);
  udata_new(L, 1001, NULL);
  upval_new(L);
  thread_new(L);
  str_literal(L, "nothing refers to this");
  str_light(L, (void *)(UINTPTR_MAX - 15)); /* does not fit in a value: boxed */
}

static void each_kind_gives_its_bytes_back(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (int i = 0; i < 2; i++) lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t bytes = heap.live_bytes, blocks = heap.live_blocks;
  const uint32_t nstrings = G(L)->strings.nstrings;
  make_one_of_each(L);
  assert_int_equal(G(L)->strings.nstrings, nstrings + 2);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(heap.live_bytes, bytes);
  assert_int_equal(heap.live_blocks, blocks);
  assert_int_equal(G(L)->strings.nstrings, nstrings);
  assert_int_equal(G(L)->total_bytes, bytes);
  test_close(L, &heap);
}

static void closing_frees_each_kind_as_well(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  make_one_of_each(L);
  test_close(L, &heap);
}

static void a_step_sweeps_as_many_as_it_is_told(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  GCObject *before = G(L)->objects;
  for (int i = 0; i < 10; i++) tab_new(L, 0, 0);
  const size_t bytes = heap.live_bytes;
  G(L)->current_white = heap_other_white(G(L)); /* all of them are dead now */
  GCObject **at = &G(L)->objects;
  assert_int_equal(sweep_objects(L, &at, 4), 4);
  assert_int_equal(heap.live_bytes, bytes - 4 * sizeof(Table));
  assert_ptr_equal(at, &G(L)->objects);
  assert_int_equal(sweep_objects(L, &at, 6), 6);
  assert_ptr_equal(*at, before);
  assert_int_equal(heap.live_bytes, bytes - 10 * sizeof(Table));
  G(L)->current_white = heap_other_white(G(L));
  test_close(L, &heap);
}

static void a_string_asked_for_again_before_its_bucket_is_swept_lives(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  const TString *s = str_literal(L, "nobody holds it while marking");
  gc_begin_full(L);
  ptrdiff_t budget = PTRDIFF_MAX;
  assert_int_equal(gc_work(L, &budget), GC_STEP_MARKED);
  assert_true(heap_is_dead(G(L), OBJ(s)));
  lua_pushliteral(L, "nobody holds it while marking");
  assert_ptr_equal(val_string(L->top[-1]), s);
  assert_false(heap_is_dead(G(L), OBJ(s)));
  while (G(L)->gc_phase != GC_PAUSE) gc_work(L, &budget);
  heap_check(L);
  assert_string_equal(lua_tostring(L, -1), "nobody holds it while marking");
  test_close(L, &heap);
}

static void the_string_table_follows_the_number_of_strings(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const int at_first = G(L)->strings.nbuckets;
  lua_gc(L, LUA_GCSTOP, 0);
  for (int i = 0; i < 3000; i++) {
    lua_pushinteger(L, i);
    lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  assert_int_equal(G(L)->strings.nbuckets, 4096);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(G(L)->strings.nbuckets, 2048); /* once a cycle */
  for (int i = 0; i < 10; i++) lua_gc(L, LUA_GCCOLLECT, 0);
  assert_in_range(G(L)->strings.nbuckets, at_first, 128);
  heap_check(L);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_kind_gives_its_bytes_back),
    cmocka_unit_test(closing_frees_each_kind_as_well),
    cmocka_unit_test(a_step_sweeps_as_many_as_it_is_told),
    cmocka_unit_test(a_string_asked_for_again_before_its_bucket_is_swept_lives),
    cmocka_unit_test(the_string_table_follows_the_number_of_strings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
