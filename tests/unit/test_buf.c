/* test_buf.c -- a buffer grows by doubling, keeps what it holds, and is accounted for. */
#include "heap/buf.h"

#include <string.h>

#include "heap/throw.h"
#include "support/harness.h"

static void reserving_grows_to_what_is_asked_or_to_double(void **unused) {
  (void)unused;
  static const struct {
    size_t ask, size;
  } rows[] = {{0, 0},     {1, 32},    {32, 32},     {33, 64},    {20, 64},
              {65, 128},  {255, 256}, {1000, 1000}, {1001, 2000}, {5000, 5000}};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Buf b = {0};
  for (size_t i = 0; i < ROWS(rows); i++) {
    const size_t other = heap.live_bytes - b.size;
    const char *data = buf_reserve(L, &b, rows[i].ask);
    assert_ptr_equal(data, b.data);
    assert_int_equal(b.size, rows[i].size);
    assert_int_equal(heap.live_bytes, other + b.size);
  }
  buf_free(L, &b);
  assert_null(b.data);
  assert_int_equal(b.size, 0);
  test_close(L, &heap);
}

static void growing_keeps_the_contents(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Buf b = {0};
  size_t used = 0;
  for (size_t size = 32; size <= 4096; size *= 2) {
    char *data = buf_reserve(L, &b, size);
    for (; used < size; used++) data[used] = (char)(used * 7);
  }
  for (size_t i = 0; i < used; i++) assert_int_equal(b.data[i], (char)(i * 7));
  buf_free(L, &b);
  test_close(L, &heap);
}

static void shrinking_halves_down_to_the_usual_size(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Buf b = {0};
  buf_reserve(L, &b, 300);
  static const size_t sizes[] = {150, 75, 37, 37, 37};
  for (size_t i = 0; i < ROWS(sizes); i++) {
    buf_shrink(L, &b);
    assert_int_equal(b.size, sizes[i]);
  }
  buf_free(L, &b);
  buf_shrink(L, &b); /* nothing there to halve */
  assert_int_equal(b.size, 0);
  test_close(L, &heap);
}

static void reserve_thousand(lua_State *L, void *b) { buf_reserve(L, b, 1000); }

static void a_failure_leaves_the_buffer_as_it_was(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Buf b = {0};
  memcpy(buf_reserve(L, &b, 32), "still here", 11);
  heap.fail_at = heap.calls + 1;
  assert_int_equal(throw_run(L, reserve_thousand, &b), LUA_ERRMEM);
  heap.fail_at = 0;
  assert_int_equal(b.size, 32);
  assert_string_equal(b.data, "still here");
  buf_free(L, &b);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(reserving_grows_to_what_is_asked_or_to_double),
    cmocka_unit_test(growing_keeps_the_contents),
    cmocka_unit_test(shrinking_halves_down_to_the_usual_size),
    cmocka_unit_test(a_failure_leaves_the_buffer_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
