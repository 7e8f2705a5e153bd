/* arena.h -- the memory of one Lua state at a fixed address, and its snapshot.
 *
 * A state whose whole memory comes from one arena is put back by one memcpy: same bytes, same
 * addresses, nothing to free.  Everything the allocator knows lies in the arena as well, so that
 * the snapshot covers it.  What a state does is then a function of what it is given. */
#ifndef ENGINE_ARENA_H
#define ENGINE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

typedef struct Arena Arena;

typedef struct ArenaUsage {
  size_t bytes, blocks;  /* in use now, as Lua asked for them */
  size_t peak;           /* most bytes in use since the last restore */
  bool refused;          /* the limit was hit since the last restore */
} ArenaUsage;

/* Reserves `capacity` bytes of address space at exactly `address` (a multiple of the page size);
 * the first block lies `padding` bytes (rounded up to 16) further on.  Nothing that is mapped there
 * is replaced: false, EXIT_INFRA. */
Arena *arena_open(uintptr_t address, size_t capacity, size_t padding, Diag *why);
void arena_close(Arena *a);

/* A lua_Alloc; its `ud` is the Arena.  Refuses what would exceed the limit or the capacity. */
void *arena_alloc(void *ud, void *block, size_t old_size, size_t new_size);

/* Bytes that may be in use at a time; 0: as many as the capacity holds.  Stays through restores. */
void arena_limit(Arena *a, size_t bytes);

ArenaUsage arena_usage(const Arena *a);

/* For a snapshot without gaps, which is sooner put back.  arena_rehearse empties the arena, and
 * what the snapshot will hold is made; arena_perform empties it again, and the same is made once
 * more, by the same requests in the same order.  Now blocks that did not live to the end of the
 * rehearsal do not lie between those that did. */
void arena_rehearse(Arena *a);
void arena_perform(Arena *a);

/* Remembers the present content; an earlier snapshot is forgotten.  False: the performance was not
 * like the rehearsal, so that something of use lies far away; then the arena has to be cleared
 * and filled without the two. */
bool arena_snapshot(Arena *a);

/* Puts the snapshot's content back; without a snapshot the arena becomes empty. */
void arena_restore(Arena *a);

/* Makes the arena empty without forgetting the snapshot. */
void arena_clear(Arena *a);

bool arena_contains(const Arena *a, const void *p);

#endif
