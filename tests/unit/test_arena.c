/* test_arena.c -- the default allocator keeps blocks apart, keeps their contents, and gives
 * everything back. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "heap/arena.h"
#include "types/state.h"
#include "support/harness.h"

/* Under AddressSanitizer every block is malloc's, and LeakSanitizer asks the questions below. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

#define BLOCKS 20000
#define LARGE 4000 /* a block that keeps an arena alive, as a state does */

typedef struct Live {
  unsigned char *p;
  size_t size;
  unsigned char fill;
} Live;

static uint32_t next_random(uint32_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 17;
  *seed ^= *seed << 5;
  return *seed;
}

static bool holds(const Live *b, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (b->p[i] != b->fill) return false;
  return true;
}

static void resize(Arena *arena, Live *b, size_t size, unsigned char fill) {
  unsigned char *p = arena_alloc(arena, b->p, b->size, size);
  const size_t kept = size < b->size ? size : b->size;
  b->p = p;
  if (size > 0) {
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % 16, 0);
    assert_true(holds(b, kept));
    memset(p, fill, size);
  } else {
    assert_null(p);
  }
  b->size = size;
  b->fill = fill;
}

/* Sizes of both sides of every boundary, mostly small. */
static size_t random_size(uint32_t *seed) {
  uint32_t r = next_random(seed);
  if (r % 16 == 0) return next_random(seed) % 3000;
  return next_random(seed) % 520;
}

static void blocks_do_not_overlap_and_keep_their_contents(void **unused) {
  (void)unused;
  static Live live[BLOCKS];
  memset(live, 0, sizeof live);
  Arena *arena = arena_new();
  uint32_t seed = 4711;
  Live first = {0};
  resize(arena, &first, LARGE, 1);
  arena_settle(arena);
  for (int i = 0; i < 300000; i++) {
    Live *b = &live[next_random(&seed) % BLOCKS];
    resize(arena, b, next_random(&seed) % 3 ? random_size(&seed) : 0, (unsigned char)i);
  }
  for (int i = 0; i < BLOCKS; i++) assert_true(holds(&live[i], live[i].size));
  for (int i = 0; i < BLOCKS; i++) resize(arena, &live[i], 0, 0);
  resize(arena, &first, 0, 0);
}

#ifndef SANITIZED
/* What is mapped, the C library's heap apart, and what is used of that. */
static size_t bytes_taken(void) {
  size_t pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (f == NULL || fscanf(f, "%zu", &pages) != 1) fail_msg("no /proc/self/statm");
  fclose(f);
  const size_t mapped = pages * (size_t)sysconf(_SC_PAGESIZE);
  return mapped - (size_t)(uintptr_t)sbrk(0) + mallinfo2().uordblks;
}

/* libc counts as used what it keeps for a next request: much less than a region. */
#define SLACK ((size_t)32 << 10)
#define assert_all_given_back(before) \
  assert_true((ptrdiff_t)(bytes_taken() - (before)) < (ptrdiff_t)SLACK)

static void an_arena_goes_with_its_last_block(void **unused) {
  (void)unused;
  const size_t before = bytes_taken();
  for (int last_is_small = 0; last_is_small <= 1; last_is_small++) {
    Arena *arena = arena_new();
    Live blocks[1000] = {{0}}, state = {0};
    resize(arena, &state, LARGE, 1);
    arena_settle(arena);
    for (size_t i = 0; i < ROWS(blocks); i++) resize(arena, &blocks[i], 1 + i, 2);
    if (last_is_small) resize(arena, &state, 0, 0);
    for (size_t i = 0; i < ROWS(blocks); i++) resize(arena, &blocks[i], 0, 0);
    if (!last_is_small) resize(arena, &state, 0, 0);
    assert_all_given_back(before);
  }
}

static void an_arena_without_blocks_goes_when_settled(void **unused) {
  (void)unused;
  const size_t before = bytes_taken();
  arena_settle(arena_new());
  assert_all_given_back(before);
}

static void memory_that_is_free_goes_back_while_the_state_lives(void **unused) {
  (void)unused;
  static Live many[BLOCKS * 5];
  memset(many, 0, sizeof many);
  Arena *arena = arena_new();
  Live state = {0};
  resize(arena, &state, LARGE, 1);
  arena_settle(arena);
  const size_t before = bytes_taken();
  for (size_t i = 0; i < ROWS(many); i++) resize(arena, &many[i], 100, 2);
  assert_true(bytes_taken() - before > 100 * ROWS(many));
  for (size_t i = 0; i < ROWS(many); i++) resize(arena, &many[i], 0, 0);
  assert_true((ptrdiff_t)(bytes_taken() - before) < 4 << 20); /* two regions of 1 MB, and slack */
  resize(arena, &state, 0, 0);
}

static void closing_a_state_gives_everything_back(void **unused) {
  (void)unused;
  const size_t before = bytes_taken();
  lua_State *L = luaL_newstate();
  for (int i = 0; i < 10000; i++) {
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, i + 1);
  }
  lua_close(L);
  assert_all_given_back(before);
}
#endif

/* ---- Hosts that change the allocator of a running state ------------------------------------- */

typedef struct Account {
  size_t calls;
  size_t released; /* bytes */
  lua_Alloc next;  /* NULL: the C library */
  void *next_ud;
} Account;

static void *counting_alloc(void *ud, void *ptr, size_t osize, size_t nsize) {
  Account *account = ud;
  account->calls++;
  if (nsize == 0) account->released += osize;
  if (account->next != NULL) return account->next(account->next_ud, ptr, osize, nsize);
  if (nsize > 0) return realloc(ptr, nsize);
  free(ptr);
  return NULL;
}

static void fill_registry(lua_State *L) {
  for (int i = 1; i <= 2000; i++) {
    lua_pushfstring(L, "number %d", i);
    lua_createtable(L, i % 100, 3);
    lua_rawset(L, LUA_REGISTRYINDEX);
  }
}

/* The manual calls the default allocator "based on realloc", so this is allowed. */
static void a_host_may_switch_to_realloc(void **unused) {
  (void)unused;
  lua_State *L = luaL_newstate();
  fill_registry(L);
  Account account = {0}, second = {0};
  void *ud;
  lua_setallocf(L, counting_alloc, &account);
  assert_ptr_equal(lua_getallocf(L, &ud), counting_alloc);
  assert_ptr_equal(ud, &account);
  fill_registry(L);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_true(account.calls > 2000);
  const size_t calls = account.calls;
  lua_setallocf(L, counting_alloc, &second);
  fill_registry(L);
  lua_close(L);
  assert_int_equal(account.calls, calls);
  assert_true(second.calls > 2000);
}

static void a_host_that_forwards_sees_every_block(void **unused) {
  (void)unused;
  lua_State *L = luaL_newstate();
  fill_registry(L);
  Account account = {0};
  account.next = lua_getallocf(L, &account.next_ud);
  lua_setallocf(L, counting_alloc, &account);
  fill_registry(L);
  lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t before = account.released;
  const size_t in_use = G(L)->total_bytes;
  lua_close(L);
  assert_int_equal(account.released - before, in_use);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(blocks_do_not_overlap_and_keep_their_contents),
    cmocka_unit_test(a_host_may_switch_to_realloc),
    cmocka_unit_test(a_host_that_forwards_sees_every_block),
#ifndef SANITIZED
    cmocka_unit_test(an_arena_goes_with_its_last_block),
    cmocka_unit_test(an_arena_without_blocks_goes_when_settled),
    cmocka_unit_test(memory_that_is_free_goes_back_while_the_state_lives),
    cmocka_unit_test(closing_a_state_gives_everything_back),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
