/* arena.h -- the default allocator: what luaL_newstate gives to its states.
 *
 * It is an ordinary lua_Alloc, so that the VM, which frees with exact sizes, works the same on it
 * and on any allocator a host brings.  Each state has an arena of its own; nothing is shared, so
 * states may live in different threads.
 *
 * Small blocks come from slabs, each for one size class and aligned to its own size, so that a
 * block's address tells its slab; slabs come from mapped regions.  A slab that becomes free goes
 * back to its region, and all but one region that become free are unmapped.  Large blocks are
 * malloc's. Under AddressSanitizer all blocks are. */
#ifndef HEAP_ARENA_H
#define HEAP_ARENA_H

#include "base/common.h"
#include "include/lua.h"

typedef struct Arena Arena;

/* An empty arena, or NULL when memory is out.  It frees itself with the last of its blocks, once
 * arena_settle() has said that no first block is to come. */
Arena *arena_new(void);
void arena_settle(Arena *arena);

/* A lua_Alloc: realloc with sizes.  `ptr` is NULL or a block of exactly `osize` bytes from this
 * function and `arena`.  `nsize` 0 frees it and returns NULL; otherwise the result is a block of
 * `nsize` bytes, aligned for any object, with the old contents up to the smaller size -- or NULL,
 * and then the old block is untouched. */
void *arena_alloc(void *arena, void *ptr, size_t osize, size_t nsize);

/* ---- Another allocator takes over ---------------------------------------------------------------
 *
 * The manual says that luaL_newstate's allocator is based on realloc, so a host may lua_setallocf
 * one that hands the state's blocks to realloc and free.  arena_bridge() stands between: it gives
 * large and new blocks to the host's allocator and keeps small old ones, which realloc does not
 * know, to itself.  A host that asked for the arena by lua_getallocf first is taken to forward to
 * it. */

/* The host knows the arena now. */
void arena_expose(Arena *arena);
bool arena_is_exposed(const Arena *arena);
/* From now on arena_bridge() uses `f`. */
void arena_hand_over(Arena *arena, lua_Alloc f, void *ud);
/* What was handed over to. */
lua_Alloc arena_host(const Arena *arena, void **ud);
/* The lua_Alloc after arena_hand_over().  The arena does not free itself any more. */
void *arena_bridge(void *arena, void *ptr, size_t osize, size_t nsize);
/* Free an arena that was handed over, and whatever small blocks it still has. */
void arena_free(Arena *arena);

#endif
