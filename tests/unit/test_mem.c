/* test_mem.c -- what mem.h counts, and what it leaves alone when memory is out. */
#include "heap/mem.h"

#include <limits.h>

#include "heap/throw.h"
#include "support/harness.h"

static void bytes_are_counted_exactly(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  char *p = mem_new(L, 100);
  assert_int_equal(G(L)->total_bytes, heap.live_bytes);
  p = mem_realloc(L, p, 100, 1000);
  p = mem_realloc(L, p, 1000, 10);
  assert_int_equal(G(L)->total_bytes, heap.live_bytes);
  mem_free(L, p, 10);
  mem_free(L, NULL, 0);
  assert_int_equal(G(L)->total_bytes, heap.live_bytes);
  test_close(L, &heap);
}

static void arrays_double_from_four(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  int *a = NULL, size = 0;
  for (int used = 0; used < 33; used++) {
    MEM_GROW_ARRAY(L, a, used, size, int);
    a[used] = used;
  }
  assert_int_equal(size, 64);
  for (int i = 0; i < 33; i++) assert_int_equal(a[i], i);
  MEM_FREE_ARRAY(L, a, size, int);
  test_close(L, &heap);
}

typedef struct Request {
  void *block;
  int size;
  size_t elements;
} Request;

static void grow(lua_State *L, void *ud) {
  Request *r = ud;
  r->block = mem_grow(L, r->block, &r->size, sizeof(double));
}
static void resize(lua_State *L, void *ud) {
  Request *r = ud;
  r->block = mem_resize(L, NULL, 0, r->elements, sizeof(double));
}

static void a_failed_growth_leaves_the_old_block(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Request r = {0};
  assert_int_equal(throw_run(L, grow, &r), 0);
  double *first = r.block;
  first[3] = 0.5;
  heap.fail_at = heap.calls + 1;
  assert_int_equal(throw_run(L, grow, &r), LUA_ERRMEM);
  assert_ptr_equal(r.block, first);
  assert_int_equal(r.size, 4);
  assert_number_is(first[3], 0.5);
  assert_int_equal(G(L)->total_bytes, heap.live_bytes);
  mem_free(L, r.block, 4 * sizeof(double));
  test_close(L, &heap);
}

static void sizes_that_overflow_are_memory_errors(void **unused) {
  (void)unused;
  static const size_t sizes[] = {SIZE_MAX, SIZE_MAX / 8, SIZE_MAX / 16 + 1};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const size_t calls = heap.calls;
  for (size_t i = 0; i < ROWS(sizes); i++) {
    Request r = {.elements = sizes[i]};
    assert_int_equal(throw_run(L, resize, &r), LUA_ERRMEM);
  }
  Request r = {.size = INT_MAX / 2 + 1};
  assert_int_equal(throw_run(L, grow, &r), LUA_ERRMEM);
  assert_int_equal(heap.calls, calls); /* not even asked for */
  test_close(L, &heap);
}

static void trying_reports_failure_without_raising(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  heap.fail_at = heap.calls + 1;
  assert_null(mem_try_realloc(L, NULL, 0, 64));
  assert_int_equal(G(L)->total_bytes, heap.live_bytes);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bytes_are_counted_exactly),
    cmocka_unit_test(arrays_double_from_four),
    cmocka_unit_test(a_failed_growth_leaves_the_old_block),
    cmocka_unit_test(sizes_that_overflow_are_memory_errors),
    cmocka_unit_test(trying_reports_failure_without_raising),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
