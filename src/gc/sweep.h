/* sweep.h -- freeing what the mark phase did not reach, and making the rest white again. */
#ifndef GC_SWEEP_H
#define GC_SWEEP_H

#include "heap/heap.h"

/* Sweep bucket number `bucket` of the string table. */
void sweep_strings(lua_State *L, int bucket);

/* Sweep up to `count` objects from *at on, open upvalues of threads not counted; returns where to go
 * on, which is the address of a NULL at the end. */
GCObject **sweep_objects(lua_State *L, GCObject **at, size_t count);

/* Free one object, of any kind, that is in no list any more. */
void sweep_free(lua_State *L, GCObject *o);

#endif
