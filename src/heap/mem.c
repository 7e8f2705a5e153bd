/* mem.c -- typed allocation through lua_Alloc, and its accounting. */
#include "heap/mem.h"

#include <limits.h>

#include "heap/throw.h"

void *mem_try_realloc(lua_State *L, void *block, size_t old_size, size_t new_size) {
  global_State *g = G(L);
  CHECK((old_size == 0) == (block == NULL));
  void *p = g->alloc(g->alloc_ud, block, old_size, new_size);
  if (unlikely(p == NULL && new_size > 0)) return NULL;
  CHECK(g->total_bytes >= old_size);
  g->total_bytes = g->total_bytes - old_size + new_size;
  return p;
}

void *mem_realloc(lua_State *L, void *block, size_t old_size, size_t new_size) {
  void *p = mem_try_realloc(L, block, old_size, new_size);
  if (unlikely(p == NULL && new_size > 0)) throw_memory(L);
  return p;
}

void mem_free(lua_State *L, void *block, size_t size) {
  global_State *g = G(L);
  if (block == NULL || size == 0) return;
  g->alloc(g->alloc_ud, block, size, 0);
  g->total_bytes -= size;
}

void *mem_resize(lua_State *L, void *block, size_t old_n, size_t new_n, size_t elem) {
  if (unlikely(new_n > SIZE_MAX / 2 / elem)) throw_memory(L);
  return mem_realloc(L, old_n == 0 ? NULL : block, old_n * elem, new_n * elem);
}

void *mem_grow(lua_State *L, void *block, int *size, size_t elem) {
  if (unlikely(*size > INT_MAX / 2)) throw_memory(L);
  int larger = *size < 2 ? 4 : *size * 2;
  block = mem_resize(L, block, (size_t)*size, (size_t)larger, elem);
  *size = larger;
  return block;
}
