/* heapcheck.h -- a walk over the whole heap that tests every invariant of it.
 *
 *   lists     every object is where its kind belongs, once; links of rings agree both ways; the
 *             queues of the collector hold exactly the grey objects;
 *   colours   nothing refers to a dead object; no black object refers to a white one while marking;
 *             dead objects exist only while sweeping; all is white between cycles;
 *   shapes    strings are in their buckets; keys of tables are found from their main positions;
 *             frames and open upvalues of threads are in order and inside the stack; a reference
 *             and its object are of one kind;
 *   bytes     the sizes of all objects add up to total_bytes.                                 */
#ifndef GC_HEAPCHECK_H
#define GC_HEAPCHECK_H

#include "types/state.h"

/* Verify the heap of L's state.  On the first violation prints what is wrong and the path of
 * references that leads there from a root, and aborts.  Built in every variant; called by gcstress
 * and T.  Changes nothing and allocates nothing. */
void heap_check(lua_State *L);

#endif
