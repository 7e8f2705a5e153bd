/* test_arena.c -- memory at a fixed address comes back byte by byte, address by address. */
#include "engine/arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "support/harness.h"

#define ADDRESS 0x300000000000u
#define CAPACITY ((size_t)64 << 20)

static Arena *open_arena(size_t padding) {
  Diag why = {0};
  Arena *a = arena_open(ADDRESS, CAPACITY, padding, &why);
  if (a == NULL) fail_msg("%s", diag_text(&why));
  return a;
}

static void blocks_are_apart_aligned_and_inside(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  enum { N = 600 };
  unsigned char *blocks[N];
  for (int i = 0; i < N; i++) {
    size_t size = (size_t)i * 7 % 3000 + 1;
    blocks[i] = arena_alloc(a, NULL, 0, size);
    assert_non_null(blocks[i]);
    assert_int_equal((uintptr_t)blocks[i] % 8, 0);
    assert_true(arena_contains(a, blocks[i]));
    memset(blocks[i], i & 255, size);
  }
  for (int i = 0; i < N; i++) {
    size_t size = (size_t)i * 7 % 3000 + 1;
    for (size_t k = 0; k < size; k++) assert_int_equal(blocks[i][k], i & 255);
    assert_null(arena_alloc(a, blocks[i], size, 0));
  }
  assert_int_equal(arena_usage(a).bytes, 0);
  assert_int_equal(arena_usage(a).blocks, 0);
  arena_close(a);
}

static void a_freed_block_serves_again(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  void *first = arena_alloc(a, NULL, 0, 100);
  arena_alloc(a, first, 100, 0);
  assert_ptr_equal(arena_alloc(a, NULL, 0, 99), first);
  arena_close(a);
}

static void content_moves_with_a_resized_block(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  size_t size = 1;
  char *block = arena_alloc(a, NULL, 0, size);
  *block = 'x';
  for (; size < 300000; size = size * 3 + 1) {
    size_t more = size * 3 + 1;
    block = arena_alloc(a, block, size, more);
    assert_non_null(block);
    assert_int_equal(block[0], 'x');
    block[more - 1] = 'y';
  }
  block = arena_alloc(a, block, size, 3);
  assert_int_equal(block[0], 'x');
  assert_int_equal(arena_usage(a).bytes, 3);
  assert_int_equal(arena_usage(a).blocks, 1);
  assert_true(arena_usage(a).peak >= size);
  arena_close(a);
}

static void the_limit_counts_what_was_asked_for(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  arena_limit(a, 1000);
  char *block = arena_alloc(a, NULL, 0, 600);
  assert_non_null(block);
  assert_false(arena_usage(a).refused);
  assert_null(arena_alloc(a, NULL, 0, 401));
  assert_null(arena_alloc(a, block, 600, 1001));
  assert_true(arena_usage(a).refused);
  assert_int_equal(arena_usage(a).bytes, 600);
  assert_non_null(arena_alloc(a, NULL, 0, 400));
  block = arena_alloc(a, block, 600, 10);
  assert_non_null(arena_alloc(a, NULL, 0, 590));
  arena_limit(a, 0);
  assert_non_null(arena_alloc(a, NULL, 0, 1 << 20));
  assert_null(arena_alloc(a, NULL, 0, CAPACITY));
  assert_null(arena_alloc(a, NULL, 0, SIZE_MAX - 100));
  assert_null(arena_alloc(a, block, 10, SIZE_MAX));
  arena_close(a);
}

static void a_snapshot_comes_back_whatever_happened(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  char *kept = arena_alloc(a, NULL, 0, 64), *freed = arena_alloc(a, NULL, 0, 64);
  strcpy(kept, "kept");
  strcpy(freed, "freed");
  arena_snapshot(a);
  ArenaUsage before = arena_usage(a);
  void *next = NULL;
  for (int round = 0; round < 3; round++) {
    arena_alloc(a, freed, 64, 0);
    strcpy(kept, "gone");
    void *now = arena_alloc(a, NULL, 0, 1000);
    if (round > 0) assert_ptr_equal(now, next);
    next = now;
    memset(now, 'z', 1000);
    for (int i = 0; i < 50; i++) assert_non_null(arena_alloc(a, NULL, 0, 600000));
    assert_null(arena_alloc(a, NULL, 0, CAPACITY));
    arena_restore(a);
    assert_string_equal(kept, "kept");
    assert_string_equal(freed, "freed");
    ArenaUsage after = arena_usage(a);
    assert_int_equal(after.bytes, before.bytes);
    assert_int_equal(after.blocks, before.blocks);
    assert_int_equal(after.peak, before.peak);
    assert_false(after.refused);
  }
  arena_close(a);
}

/* A state that crashed may have written anywhere in its arena. */
static void an_overwritten_head_is_restored_too(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  char *kept = arena_alloc(a, NULL, 0, 64);
  strcpy(kept, "kept");
  arena_snapshot(a);
  memset((void *)(uintptr_t)ADDRESS, 0xff, 256);
  arena_restore(a);
  assert_string_equal(kept, "kept");
  assert_non_null(arena_alloc(a, NULL, 0, 64));
  arena_close(a);
}

static void clearing_keeps_the_snapshot(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  char *kept = arena_alloc(a, NULL, 0, 64);
  strcpy(kept, "kept");
  arena_snapshot(a);
  arena_clear(a);
  assert_int_equal(arena_usage(a).blocks, 0);
  char *other = arena_alloc(a, NULL, 0, 64);
  assert_ptr_equal(other, kept);
  strcpy(other, "other");
  arena_restore(a);
  assert_string_equal(kept, "kept");
  arena_close(a);
  a = open_arena(0);
  arena_alloc(a, NULL, 0, 64);
  arena_restore(a);
  assert_int_equal(arena_usage(a).blocks, 0);
  arena_close(a);
}

/* Opens "libraries": blocks that stay, with others between them that do not. */
static void make_state(Arena *a, char *kept[3], size_t short_lived) {
  char *first = arena_alloc(a, NULL, 0, short_lived), *second;
  kept[0] = arena_alloc(a, NULL, 0, 40);
  kept[1] = arena_alloc(a, NULL, 0, 40);
  kept[1] = arena_alloc(a, kept[1], 40, 400);            /* moves */
  second = arena_alloc(a, NULL, 0, 5000);
  kept[2] = arena_alloc(a, NULL, 0, 64);
  arena_alloc(a, first, short_lived, 0);
  arena_alloc(a, second, 5000, 0);
  for (int i = 0; i < 3; i++) memset(kept[i], 'a' + i, 40);
}

/* Behind each block, where a sanitizer watches. */
static size_t gap(Arena *a) {
  char *one = arena_alloc(a, NULL, 0, 16), *next = arena_alloc(a, NULL, 0, 16);
  return (size_t)(next - one) - 16;
}

static void what_was_rehearsed_lies_without_gaps(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  char *kept[3], *first;
  size_t watched = gap(a);
  arena_rehearse(a);
  make_state(a, kept, 1000);
  arena_perform(a);
  make_state(a, kept, 1000);
  assert_true(arena_snapshot(a));
  assert_ptr_equal(kept[1], kept[0] + 48 + watched);
  assert_ptr_equal(kept[2], kept[1] + 400 + watched);
  assert_int_equal(arena_usage(a).blocks, 3);
  assert_int_equal(arena_usage(a).bytes, 40 + 400 + 64);
  for (int round = 0; round < 2; round++) {
    first = arena_alloc(a, NULL, 0, 1000);
    assert_ptr_equal(first, kept[2] + 64 + watched);
    memset(first, 'z', 1000);
    arena_alloc(a, kept[0], 40, 0);
    assert_ptr_equal(arena_alloc(a, NULL, 0, 33), kept[0]);        /* serves again */
    memset(kept[1], 'z', 400);
    arena_restore(a);
    for (int i = 0; i < 3; i++) assert_int_equal(kept[i][39], 'a' + i);
  }
  arena_close(a);
}

static void a_performance_unlike_its_rehearsal_is_no_snapshot(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  char *kept[3];
  arena_rehearse(a);
  make_state(a, kept, 1000);
  arena_perform(a);
  make_state(a, kept, 30);
  assert_false(arena_snapshot(a));
  arena_clear(a);
  make_state(a, kept, 30);
  assert_true(arena_snapshot(a));
  memset(kept[0], 'z', 40);
  arena_restore(a);
  assert_int_equal(kept[0][0], 'a');
  arena_close(a);
}

static void padding_moves_the_first_block(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  uintptr_t plain = (uintptr_t)arena_alloc(a, NULL, 0, 8);
  arena_close(a);
  a = open_arena(100);
  assert_int_equal((uintptr_t)arena_alloc(a, NULL, 0, 8) - plain, 112);
  arena_close(a);
}

static void an_address_that_is_taken_is_not_taken_over(void **unused) {
  (void)unused;
  Arena *a = open_arena(0);
  Diag why = {0};
  assert_null(arena_open(ADDRESS, CAPACITY, 0, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  arena_close(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(blocks_are_apart_aligned_and_inside),
    cmocka_unit_test(a_freed_block_serves_again),
    cmocka_unit_test(content_moves_with_a_resized_block),
    cmocka_unit_test(the_limit_counts_what_was_asked_for),
    cmocka_unit_test(a_snapshot_comes_back_whatever_happened),
    cmocka_unit_test(an_overwritten_head_is_restored_too),
    cmocka_unit_test(clearing_keeps_the_snapshot),
    cmocka_unit_test(what_was_rehearsed_lies_without_gaps),
    cmocka_unit_test(a_performance_unlike_its_rehearsal_is_no_snapshot),
    cmocka_unit_test(padding_moves_the_first_block),
    cmocka_unit_test(an_address_that_is_taken_is_not_taken_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
