/* cap.h -- the memory cap of a state: an allocator before the state's allocator.
 *
 * While it stands there, g->total_bytes never exceeds g->limits.memory: a request that would is refused
 * as if memory were out.  A state without a cap has no such allocator and pays nothing.  What collects
 * early enough for that to be rare is vm/safepoint.c.                                          */
#ifndef HEAP_CAP_H
#define HEAP_CAP_H

#include "types/state.h"

/* The lua_Alloc of a capped state; `g` is its global_State. */
void *cap_alloc(void *g, void *block, size_t osize, size_t nsize);

/* Allow `bytes` in all, NO_LIMIT: any number.  Fewer than are in use: nothing more, until less is. */
void cap_set(global_State *g, size_t bytes);

/* The host's allocator: the one behind the cap, if there is one. */
lua_Alloc *cap_host_alloc(global_State *g);
void **cap_host_ud(global_State *g);

/* The next early collection, after one that left total_bytes in use: in the middle of what is left. */
void cap_plan_collection(global_State *g);

#endif
