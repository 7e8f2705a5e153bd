/* aux_alloc.h -- the allocator that luaL_newstate gives to its states.
 *
 * It is an ordinary lua_Alloc, so that the VM, which frees with exact sizes, works the same on it
 * and on any allocator a host brings.  Each state has an arena of its own; nothing is shared, so
 * states may live in different threads.
 *
 * Small blocks come from slabs, each for one size class and aligned to its own size, so that a
 * block's address tells its slab; slabs come from regions of the C library's memory.  A slab that
 * becomes free goes back to its region, and all but one region that become free go back to the C
 * library.  Large blocks are the C library's own.  Under AddressSanitizer all blocks are.     */
#ifndef AUXLIB_AUX_ALLOC_H
#define AUXLIB_AUX_ALLOC_H

#include <stddef.h>

typedef struct Arena Arena;

/* An empty arena, or NULL when memory is out.  It frees itself with the last of its blocks, once
 * alloc_settle_arena() has said that no first block is to come. */
Arena *alloc_new_arena(void);
void alloc_settle_arena(Arena *arena);

/* realloc with sizes: `ptr` is NULL or a block of exactly `osize` bytes from this function and
 * `arena`.  `nsize` 0 frees it and returns NULL; otherwise the result is a block of `nsize` bytes,
 * aligned for any object, with the old contents up to the smaller size -- or NULL, and then the old
 * block is untouched.  Never raises. */
void *alloc_default(void *arena, void *ptr, size_t osize, size_t nsize);

#endif
