/* harness.h -- what every unit test needs and cmocka lacks: a state on an allocator that counts,
 * fails on demand and catches wrong sizes; numbers compared bit by bit; Lua source run in a line.
 *
 * It is the only file that includes cmocka.h, which wants four headers before it.
 * Never assert inside a C function that runs under lua_pcall: cmocka leaves by longjmp, over the
 * VM's own handlers.  Record there, assert outside. */
#ifndef SUPPORT_HARNESS_H
#define SUPPORT_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

/* An allocator's account.  Start it with {0}. */
typedef struct TestHeap {
  size_t calls;      /* requests for memory so far (frees are not counted) */
  size_t fail_at;    /* the request that fails, as `calls` would count it; 0: none */
  bool fail_forever; /* every later request fails too */
  size_t live_bytes; /* what is allocated now */
  size_t live_blocks;
  size_t peak_bytes;
} TestHeap;

/* A lua_Alloc over a TestHeap.  Aborts the program if an old size is not the exact one; fills new
 * memory with 0xA5 and freed memory with 0xDB; always moves a block that it resizes. */
void *heap_realloc(void *heap, void *block, size_t osize, size_t nsize);

/* A state on `heap` (which may be NULL: an uncounted one), without libraries. */
lua_State *test_state(TestHeap *heap);

/* The same with all standard libraries open. */
lua_State *test_state_libs(TestHeap *heap);

/* Closes L and asserts that everything it took from `heap` came back. */
void test_close(lua_State *L, TestHeap *heap);

/* Runs `source` as the chunk "=test" and leaves `nresults` results (LUA_MULTRET: all) on the
 * stack; returns how many there are.  Fails the test, with the message, if an error is raised. */
int test_run(lua_State *L, const char *source, int nresults);

/* Runs `source`, which must raise an error (or not compile), and returns its message, which stays
 * alive on the stack.  Fails the test if nothing is raised or the error is no string. */
const char *test_error(lua_State *L, const char *source);

/* Asserts that `source`, an expression list, evaluates to the values that `tostring` shows as
 * `expected`, separated by one blank: test_expect(L, "1, 'a', nil", "1 a nil"). */
void test_expect(lua_State *L, const char *source, const char *expected);

/* Equal as bits, except that all NaNs are equal; 0 and -0 differ.  cmocka's own assertion casts
 * both sides to float. */
#define assert_number_is(actual, expected) \
  test_assert_number((actual), (expected), __FILE__, __LINE__)
void test_assert_number(double actual, double expected, const char *file, int line);

/* The number of rows of a table of cases. */
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#endif
