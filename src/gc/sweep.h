/* sweep.h -- freeing what the mark phase did not reach, and making the rest white again. */
#ifndef GC_SWEEP_H
#define GC_SWEEP_H

#include "heap/heap.h"

/* Sweep `count` buckets of the string table from number `first` on. */
void sweep_strings(lua_State *L, int first, int count);

/* Sweep up to `count` objects from **at on, open upvalues of threads not counted.  Leaves in *at
 * where to go on, which is the address of a NULL at the end; returns how many there were. */
size_t sweep_objects(lua_State *L, GCObject ***at, size_t count);

/* Free one object, of any kind, that is in no list any more. */
void sweep_free(lua_State *L, GCObject *o);

#endif
