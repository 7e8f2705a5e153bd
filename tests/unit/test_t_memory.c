/* test_t_memory.c -- the checking allocator notices what it is made to notice, and nothing else. */
#include "testlib/t_memory.h"

#include <stdlib.h>
#include <string.h>

#include "support/child.h"
#include "support/harness.h"

static void *alloc(TMemory *m, void *block, size_t osize, size_t nsize) {
  return t_memory_alloc(m, block, osize, nsize);
}

static void it_counts_bytes_blocks_and_the_most_there_was(void **unused) {
  (void)unused;
  TMemory m = t_memory_new();
  void *a = alloc(&m, NULL, 0, 100), *b = alloc(&m, NULL, 0, 1);
  assert_int_equal(m.bytes, 101);
  assert_int_equal(m.blocks, 2);
  a = alloc(&m, a, 100, 300);
  assert_int_equal(m.bytes, 301);
  assert_int_equal(m.peak, 301); /* not 401: the old block does not count beside the new one */
  alloc(&m, a, 300, 0);
  alloc(&m, b, 1, 0);
  assert_int_equal(m.bytes + m.blocks, 0);
  assert_int_equal(m.peak, 301);
  t_memory_check_empty(&m);
}

static void new_bytes_are_garbage_and_old_ones_are_kept(void **unused) {
  (void)unused;
  TMemory m = t_memory_new();
  unsigned char *a = alloc(&m, NULL, 0, 4);
  for (int i = 0; i < 4; i++) assert_int_equal(a[i], T_MEMORY_FILL);
  assert_int_equal((uintptr_t)a % _Alignof(max_align_t), 0);
  memcpy(a, "abcd", 4);
  a = alloc(&m, a, 4, 6);
  assert_memory_equal(a, "abcd\xAB\xAB", 6);
  a = alloc(&m, a, 6, 2);
  assert_memory_equal(a, "ab", 2);
  alloc(&m, a, 2, 0);
  t_memory_check_empty(&m);
}

static void a_resized_block_always_moves(void **unused) {
  (void)unused;
  TMemory m = t_memory_new();
  void *a = alloc(&m, NULL, 0, 64);
  for (size_t size = 63; size > 0; size--) {
    void *moved = alloc(&m, a, size + 1, size);
    assert_ptr_not_equal(moved, a);
    a = moved;
  }
  alloc(&m, a, 1, 0);
}

static void the_limit_refuses_growth_and_nothing_else(void **unused) {
  (void)unused;
  TMemory m = t_memory_new();
  m.limit = 100;
  char *a = alloc(&m, NULL, 0, 60);
  assert_null(alloc(&m, NULL, 0, 41));
  assert_non_null(a);
  memset(a, 'a', 60);
  assert_null(alloc(&m, a, 60, 101));
  assert_int_equal(a[59], 'a'); /* the old block stays */
  assert_int_equal(m.bytes, 60);
  a = alloc(&m, a, 60, 100);
  assert_non_null(a);
  m.limit = 10;
  a = alloc(&m, a, 100, 50); /* smaller, though far beyond the limit */
  assert_non_null(a);
  assert_null(alloc(&m, a, 50, 51));
  assert_null(alloc(&m, NULL, 0, SIZE_MAX));
  alloc(&m, a, 50, 0);
  t_memory_check_empty(&m);
}

static void memlimit_in_the_environment_is_the_first_limit(void **unused) {
  (void)unused;
  setenv("MEMLIMIT", "12345", 1);
  assert_int_equal(t_memory_new().limit, 12345);
  unsetenv("MEMLIMIT");
  assert_int_equal(t_memory_new().limit, T_MEMORY_UNLIMITED);
}

/* ---- What ends the process ------------------------------------------------------------------- */

typedef void Damage(TMemory *m, char *block);

static void do_damage(void *damage) {
  TMemory m = t_memory_new();
  char *block = alloc(&m, NULL, 0, 24);
  (*(Damage **)damage)(&m, block);
}

/* Does `damage` abort with a report that contains `text`? */
static void expect_abort(Damage *damage, const char *text) {
  char report[1000];
  if (!test_child_aborted(test_child_run(do_damage, &damage, report, sizeof report)))
    fail_msg("no abort for \"%s\"", text);
  if (strstr(report, text) == NULL) fail_msg("\"%s\" is not in the report:\n%s", text, report);
}

static void write_behind(TMemory *m, char *block) {
  block[24] = 0;
  alloc(m, block, 24, 0);
}
static void write_far_behind(TMemory *m, char *block) {
  block[24 + 15] ^= 1;
  t_memory_check(m);
}
static void write_before(TMemory *m, char *block) {
  memset(block - 32, 0x11, 32);
  t_memory_check(m);
}
static void wrong_size(TMemory *m, char *block) { alloc(m, block, 23, 0); }
static void wrong_size_of_growth(TMemory *m, char *block) { alloc(m, block, 25, 30); }
static void size_of_nothing(TMemory *m, char *block) {
  (void)block;
  alloc(m, NULL, 8, 16);
}
static void leave_it(TMemory *m, char *block) {
  (void)block;
  t_memory_check_empty(m);
}
static void miscount(TMemory *m, char *block) {
  (void)block;
  m->bytes++;
  t_memory_check(m);
}

static void damage_and_leaks_are_reported(void **unused) {
  (void)unused;
  expect_abort(write_behind, "bytes behind a block were written");
  expect_abort(write_far_behind, "bytes behind a block were written");
  expect_abort(write_before, "a block's header was overwritten");
  expect_abort(wrong_size, "a block is handed back with a wrong size");
  expect_abort(wrong_size_of_growth, "a block is handed back with a wrong size");
  expect_abort(size_of_nothing, "no block is handed back with a size");
  expect_abort(leave_it, "1 blocks with 24 bytes are left");
  expect_abort(miscount, "sums of an account");
}

/* ---- States ---------------------------------------------------------------------------------- */

static void a_state_gives_every_byte_back(void **unused) {
  (void)unused;
  TMemory m = t_memory_new();
  lua_State *L = lua_newstate(t_memory_alloc, &m);
  luaL_openlibs(L);
  assert_ptr_equal(t_memory_of(L), &m);
  test_run(L, "local t = {} for i = 1, 100 do t[i] = {i .. ''} end "
              "return coroutine.wrap(function() end)()", 0);
  lua_pushcfunction(L, t_checkmemory);
  lua_call(L, 0, 0);
  lua_pushcfunction(L, t_totalmem);
  lua_call(L, 0, 3);
  assert_int_equal(lua_tointeger(L, -3), m.bytes);
  assert_int_equal(lua_tointeger(L, -2), m.blocks);
  assert_int_equal(lua_tointeger(L, -1), m.peak);
  lua_pushcfunction(L, t_totalmem);
  lua_pushinteger(L, (lua_Integer)m.bytes);
  lua_call(L, 1, 0);
  assert_int_equal(luaL_loadstring(L, "return {}"), LUA_ERRMEM);
  m.limit = T_MEMORY_UNLIMITED;
  lua_close(L);
  t_memory_check_empty(&m);
}

int main(void) {
  const struct CMUnitTest memory[] = {
      cmocka_unit_test(it_counts_bytes_blocks_and_the_most_there_was),
      cmocka_unit_test(new_bytes_are_garbage_and_old_ones_are_kept),
      cmocka_unit_test(a_resized_block_always_moves),
      cmocka_unit_test(the_limit_refuses_growth_and_nothing_else),
      cmocka_unit_test(memlimit_in_the_environment_is_the_first_limit),
      cmocka_unit_test(damage_and_leaks_are_reported),
      cmocka_unit_test(a_state_gives_every_byte_back),
  };
  return cmocka_run_group_tests(memory, NULL, NULL);
}
