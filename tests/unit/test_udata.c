/* test_udata.c -- the host's bytes in a full userdata. */
#include "object/udata.h"

#include <string.h>

#include "gc/heapcheck.h"
#include "heap/throw.h"
#include "support/harness.h"

static void bytes_are_aligned_and_belong_to_the_host(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Udata *u[5];
  static const size_t sizes[] = {0, 1, 7, 64, 5001};
  for (size_t i = 0; i < ROWS(sizes); i++) {
    u[i] = udata_new(L, sizes[i], NULL);
    assert_int_equal((uintptr_t)u[i]->data % sizeof(double), 0);
    assert_int_equal(u[i]->len, sizes[i]);
    memset(u[i]->data, 0x77, sizes[i]);
  }
  heap_check(L);
  test_close(L, &heap);
}

static void ask_for_everything(lua_State *L, void *size) { udata_new(L, *(size_t *)size, NULL); }

static void a_size_beyond_memory_is_a_memory_error(void **unused) {
  (void)unused;
  static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 8, SIZE_MAX / 2 + 1};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(sizes); i++) {
    size_t size = sizes[i];
    assert_int_equal(throw_run(L, ask_for_everything, &size), LUA_ERRMEM);
  }
  heap_check(L);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bytes_are_aligned_and_belong_to_the_host),
    cmocka_unit_test(a_size_beyond_memory_is_a_memory_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
