/* mem.h -- every byte of a state comes and goes here, through the state's lua_Alloc, with exact
 * sizes, and is counted in g->total_bytes.
 *
 * Allocation never collects (docs/decisions): a fresh object may rest in a C local until the next
 * MAY_GC call.                                                                            */
#ifndef HEAP_MEM_H
#define HEAP_MEM_H

#include "types/state.h"

/* The one call of lua_Alloc: resize `block` from `old_size` to `new_size` bytes.  `block` is NULL
 * exactly when old_size is 0; new_size 0 frees and returns NULL.
 * Raises LUA_ERRMEM, and then the old block is untouched. */
MAY_THROW void *mem_realloc(lua_State *L, void *block, size_t old_size, size_t new_size);

/* The same, but NULL instead of LUA_ERRMEM; new_size is not 0. */
void *mem_try_realloc(lua_State *L, void *block, size_t old_size, size_t new_size);

MAY_THROW static inline void *mem_new(lua_State *L, size_t size) {
  return mem_realloc(L, NULL, 0, size);
}
/* Never raises. */
void mem_free(lua_State *L, void *block, size_t size);

/* An array of `new_n` elements out of one of `old_n`, old contents kept.  A size that does not fit in
 * memory's addresses raises LUA_ERRMEM too. */
MAY_THROW void *mem_resize(lua_State *L, void *block, size_t old_n, size_t new_n, size_t elem);

/* A larger array out of one of *size elements: twice as many, at least 4; updates *size. */
MAY_THROW void *mem_grow(lua_State *L, void *block, int *size, size_t elem);

#define MEM_NEW_ARRAY(L, n, T) ((T *)mem_resize(L, NULL, 0, (n), sizeof(T)))
#define MEM_RESIZE_ARRAY(L, p, old_n, new_n, T) \
  ((p) = (T *)mem_resize(L, (p), (old_n), (new_n), sizeof(T)))
#define MEM_FREE_ARRAY(L, p, n, T) mem_free(L, (p), (size_t)(n) * sizeof(T))
/* Make room for one element beyond the `used` ones of an array of `size`. */
#define MEM_GROW_ARRAY(L, p, used, size, T)                          \
  do {                                                               \
    if ((used) >= (size)) (p) = (T *)mem_grow(L, (p), &(size), sizeof(T)); \
  } while (0)

#endif
