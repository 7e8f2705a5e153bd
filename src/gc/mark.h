/* mark.h -- following references: from the roots, and from one grey object at a time.
 *
 * Nothing here recurses deeper than heap_mark() or allocates: objects that wait are linked through
 * their gclist fields. */
#ifndef GC_MARK_H
#define GC_MARK_H

#include "heap/heap.h"

/* Forget all queues and mark what the state itself refers to. */
void mark_roots(global_State *g);
/* The same references again, for the atomic step; and the thread that runs. */
void mark_roots_again(global_State *g, lua_State *running);
/* The values of all open upvalues that a live closure uses, whether or not their thread lives. */
void mark_open_upvalues(global_State *g);
/* Userdata whose finaliser waits, and what they refer to. */
void mark_to_finalize(global_State *g);

/* Traverse objects of g->grey, which is not empty, and take their sizes from *budget until it is
 * used up or none is left.  A thread joins g->grey_again, a weak table g->weak. */
void mark_some(global_State *g, ptrdiff_t *budget);
/* Traverse all of g->grey, within the atomic step: the unused part of a stack is cleared, and
 * prototypes under construction are traversed again.  Returns the sum of sizes. */
size_t mark_all_atomically(global_State *g);

#endif
