/* t_memory.c -- see t_memory.h: the account of all blocks, and what T tells about it. */
#include "testlib/t_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "include/lauxlib.h"

#define MARKS 16
#define FIRST_MARK 0x55 /* the marks count up from here */

struct TBlock {
  TBlock *older;
  TBlock *newer;
  size_t size; /* of the user's bytes, which follow; then the marks */
  uintptr_t guard; /* guard_of() this block, while it is one */
  _Alignas(max_align_t) unsigned char user[];
};

/* ---- Blocks ---------------------------------------------------------------------------------- */

static size_t whole_size(size_t size) { return sizeof(TBlock) + size + MARKS; }

static TBlock *block_of(void *user) {
  return (TBlock *)(void *)((char *)user - offsetof(TBlock, user));
}

static uintptr_t guard_of(const TBlock *b) { return (uintptr_t)b ^ b->size ^ UINT32_C(0x5B10C4ED); }

NORETURN static void corrupt(const char *what, const TBlock *b) {
  fprintf(stderr, "memory: %s: block %p of %zu bytes\n", what, (const void *)b->user, b->size);
  check_failed(what, __FILE__, __LINE__);
}

static void write_marks(TBlock *b) {
  for (size_t i = 0; i < MARKS; i++) b->user[b->size + i] = (unsigned char)(FIRST_MARK + i);
}

static void check_block(const TMemory *m, const TBlock *b) {
  if (b->guard != guard_of(b) || (b->newer != NULL ? b->newer->older : m->newest) != b)
    corrupt("a block's header was overwritten, or it is none", b);
  for (size_t i = 0; i < MARKS; i++)
    if (b->user[b->size + i] != FIRST_MARK + i) corrupt("bytes behind a block were written", b);
}

static void link_block(TMemory *m, TBlock *b) {
  b->newer = NULL;
  b->older = m->newest;
  if (b->older != NULL) b->older->newer = b;
  m->newest = b;
  m->blocks++;
  m->bytes += b->size;
}

static void unlink_block(TMemory *m, const TBlock *b) {
  if (b->newer != NULL) b->newer->older = b->older;
  else m->newest = b->older;
  if (b->older != NULL) b->older->newer = b->newer;
  m->blocks--;
  m->bytes -= b->size;
}

static void *take(TMemory *m, size_t size) {
  if (size > SIZE_MAX - whole_size(0)) return NULL;
  TBlock *b = malloc(whole_size(size));
  if (b == NULL) return NULL;
  memset(b, T_MEMORY_FILL, whole_size(size));
  b->size = size;
  b->guard = guard_of(b);
  write_marks(b);
  link_block(m, b);
  return b->user;
}

static void give_back(TMemory *m, TBlock *b) {
  unlink_block(m, b);
  memset(b, T_MEMORY_FILL, whole_size(b->size));
  free(b);
}

void *t_memory_alloc(void *memory, void *block, size_t osize, size_t nsize) {
  TMemory *m = memory;
  TBlock *old = NULL;
  if (block != NULL) {
    old = block_of(block);
    check_block(m, old);
    if (old->size != osize) corrupt("a block is handed back with a wrong size", old);
  } else if (osize != 0) {
    check_failed("no block is handed back with a size", __FILE__, __LINE__);
  }
  if (nsize > osize && (m->bytes > m->limit || nsize - osize > m->limit - m->bytes)) return NULL;
  void *fresh = NULL;
  if (nsize > 0) {
    fresh = take(m, nsize);
    if (fresh == NULL) return NULL;
    if (old != NULL) memcpy(fresh, block, osize < nsize ? osize : nsize);
  }
  if (old != NULL) give_back(m, old);
  if (m->bytes > m->peak) m->peak = m->bytes; /* only now: for a moment both blocks were there */
  return fresh;
}

/* ---- Accounts -------------------------------------------------------------------------------- */

TMemory t_memory_new(void) {
  TMemory m = {.limit = T_MEMORY_UNLIMITED};
  const char *limit = getenv("MEMLIMIT");
  if (limit != NULL) m.limit = strtoul(limit, NULL, 10);
  return m;
}

void t_memory_check(const TMemory *m) {
  size_t blocks = 0, bytes = 0;
  for (const TBlock *b = m->newest; b != NULL; b = b->older) {
    check_block(m, b);
    blocks++;
    bytes += b->size;
  }
  if (blocks != m->blocks || bytes != m->bytes)
    check_failed("the sums of an account are those of its blocks", __FILE__, __LINE__);
}

void t_memory_check_empty(const TMemory *m) {
  t_memory_check(m);
  if (m->blocks == 0 && m->bytes == 0) return;
  fprintf(stderr, "memory: %zu blocks with %zu bytes are left\n", m->blocks, m->bytes);
  corrupt("memory was not freed", m->newest);
}

TMemory *t_memory_of(lua_State *L) {
  void *ud;
  if (lua_getallocf(L, &ud) != t_memory_alloc)
    check_failed("a state runs on the checking allocator", __FILE__, __LINE__);
  return ud;
}

/* ---- Functions of T -------------------------------------------------------------------------- */

int t_totalmem(lua_State *L) {
  TMemory *m = t_memory_of(L);
  if (!lua_isnone(L, 1)) {
    m->limit = (size_t)luaL_checkint(L, 1);
    return 0;
  }
  lua_pushnumber(L, (lua_Number)m->bytes);
  lua_pushnumber(L, (lua_Number)m->blocks);
  lua_pushnumber(L, (lua_Number)m->peak);
  return 3;
}

int t_checkmemory(lua_State *L) {
  t_memory_check(t_memory_of(L));
  heap_check(L);
  return 0;
}
