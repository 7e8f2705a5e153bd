/* harness.c -- see harness.h: an honest allocator, and short ways to run Lua inside a test. */
#include "support/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In front of each block, so that the old size a caller states can be checked.  Sixteen bytes
 * keep the block as aligned as malloc's. */
typedef struct BlockHead {
  size_t size;
  size_t mark;
} BlockHead;

#define BLOCK_MARK ((size_t)0x50a11a5eu)

static BlockHead *head_of(void *block) { return (BlockHead *)block - 1; }

/* A wrong size is a bug of the VM at the point of the call, so stop there: the stack is the
 * report. */
static void check_block(void *block, size_t osize) {
  const BlockHead *head = head_of(block);
  if (head->mark == BLOCK_MARK && head->size == osize) return;
  fprintf(stderr, "harness: block %p of %zu bytes is said to have %zu\n", block,
          head->mark == BLOCK_MARK ? head->size : (size_t)0, osize);
  abort();
}

static void release(TestHeap *heap, void *block, size_t osize) {
  check_block(block, osize);
  heap->live_bytes -= osize;
  heap->live_blocks--;
  head_of(block)->mark = 0;
  memset(block, 0xDB, osize);
  free(head_of(block));
}

void *heap_realloc(void *account, void *block, size_t osize, size_t nsize) {
  TestHeap *heap = account;
  if (nsize == 0) {
    if (block != NULL) release(heap, block, osize);
    return NULL;
  }
  if (block != NULL) check_block(block, osize);
  heap->calls++;
  bool fails = heap->fail_at != 0 && (heap->calls == heap->fail_at ||
                                      (heap->fail_forever && heap->calls > heap->fail_at));
  /* The manual lets the VM assume that shrinking never fails. */
  if (fails && (block == NULL || nsize > osize)) return NULL;
  BlockHead *head = malloc(sizeof(BlockHead) + nsize);
  if (head == NULL) return NULL;
  *head = (BlockHead){.size = nsize, .mark = BLOCK_MARK};
  void *fresh = head + 1;
  memset(fresh, 0xA5, nsize);
  heap->live_bytes += nsize;
  heap->live_blocks++;
  if (block != NULL) {
    memcpy(fresh, block, osize < nsize ? osize : nsize);
    release(heap, block, osize);
  }
  if (heap->live_bytes > heap->peak_bytes) heap->peak_bytes = heap->live_bytes;
  return fresh;
}

lua_State *test_state(TestHeap *heap) {
  lua_State *L = heap != NULL ? lua_newstate(heap_realloc, heap) : luaL_newstate();
  assert_non_null(L);
  return L;
}

lua_State *test_state_libs(TestHeap *heap) {
  lua_State *L = test_state(heap);
  luaL_openlibs(L);
  return L;
}

void test_close(lua_State *L, TestHeap *heap) {
  lua_close(L);
  if (heap == NULL) return;
  assert_int_equal(heap->live_bytes, 0);
  assert_int_equal(heap->live_blocks, 0);
}

static int load_and_call(lua_State *L, const char *source, int nresults) {
  int status = luaL_loadbuffer(L, source, strlen(source), "=test");
  return status != 0 ? status : lua_pcall(L, 0, nresults, 0);
}

int test_run(lua_State *L, const char *source, int nresults) {
  int before = lua_gettop(L);
  if (load_and_call(L, source, nresults) != 0) {
    const char *message = lua_tostring(L, -1);
    fail_msg("%s\nraises: %s", source,
             message != NULL ? message : "(error object is not a string)");
  }
  return lua_gettop(L) - before;
}

const char *test_error(lua_State *L, const char *source) {
  if (load_and_call(L, source, 0) == 0) fail_msg("%s\nraises nothing", source);
  const char *message = lua_tostring(L, -1);
  if (message == NULL) fail_msg("%s\nraises a %s", source, luaL_typename(L, -1));
  return message;
}

/* What `tostring` shows for the value at `index`, without needing the base library. */
static void add_shown(lua_State *L, char *out, size_t size, int index) {
  size_t used = strlen(out);
  const char *blank = used > 0 ? " " : "";
  int type = lua_type(L, index);
  if (type == LUA_TNIL) {
    snprintf(out + used, size - used, "%snil", blank);
  } else if (type == LUA_TBOOLEAN) {
    snprintf(out + used, size - used, "%s%s", blank, lua_toboolean(L, index) ? "true" : "false");
  } else if (lua_isstring(L, index)) {
    snprintf(out + used, size - used, "%s%s", blank, lua_tostring(L, index));
  } else {
    snprintf(out + used, size - used, "%s%s", blank, lua_typename(L, type));
  }
}

void test_expect(lua_State *L, const char *source, const char *expected) {
  char chunk[4096], shown[4096] = "";
  snprintf(chunk, sizeof chunk, "return %s", source);
  int first = lua_gettop(L) + 1;
  test_run(L, chunk, LUA_MULTRET);
  for (int i = first; i <= lua_gettop(L); i++) add_shown(L, shown, sizeof shown, i);
  lua_settop(L, first - 1);
  if (strcmp(shown, expected) != 0) {
    fail_msg("%s\nis:       %s\nexpected: %s", source, shown, expected);
  }
}

void test_assert_number(double actual, double expected, const char *file, int line) {
  if (actual != actual && expected != expected) return;
  if (memcmp(&actual, &expected, sizeof actual) == 0) return;
  print_error("%a (%.17g) is not %a (%.17g)\n", actual, actual, expected, expected);
  _fail(file, line);
}
