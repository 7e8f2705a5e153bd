/* heapcheck.h -- a walk over the whole heap that tests every invariant of it. */
#ifndef GC_HEAPCHECK_H
#define GC_HEAPCHECK_H

#include "types/state.h"

/* Verify the heap of L's state.  On the first violation prints what is wrong and the path of
 * references that leads there, and aborts.  Built in every variant; called by gcstress and T. */
void heap_check(lua_State *L);

#endif
