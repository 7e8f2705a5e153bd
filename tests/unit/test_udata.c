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

static void a_size_beyond_memory_is_a_memory_error_and_one_beyond_counting_another(void **unused) {
  (void)unused;
  static const struct {
    size_t size;
    int status;
  } rows[] = {{SIZE_MAX, LUA_ERRRUN},
              {SIZE_MAX - 41, LUA_ERRRUN},
              {SIZE_MAX - 42, LUA_ERRMEM},
              {SIZE_MAX / 2 + 1, LUA_ERRMEM}};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    size_t size = rows[i].size;
    assert_int_equal(throw_run(L, ask_for_everything, &size), rows[i].status);
  }
  heap_check(L);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bytes_are_aligned_and_belong_to_the_host),
    cmocka_unit_test(a_size_beyond_memory_is_a_memory_error_and_one_beyond_counting_another),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
