/* gc.h -- the collector: incremental mark and sweep, with the reference's phases, pacing and return
 * values.  It knows the layout of every object and calls no Lua: finalisers that became due wait in
 * g->to_finalize until vm/safepoint.c runs them.
 *
 * Phases: pause, propagate (grey objects one by one, ended by one atomic step), sweep strings (one
 * bucket a step), sweep (40 objects a step), finalize (one finaliser a step, run by the caller).
 * Manual 2.10; reference facts: T-library notes G6, G7, G8.                                  */
#ifndef GC_GC_H
#define GC_GC_H

#include "heap/heap.h"

/* What one step has to tell its caller. */
typedef enum GCStep {
  GC_STEP_WORKED,     /* did `cost` units of work */
  GC_STEP_FINALIZER,  /* phase finalize: the caller runs one finaliser (safepoint.c) */
  GC_STEP_CYCLE_DONE, /* the cycle ended: the phase is pause again */
} GCStep;

/* One unit step of whatever phase is current; *cost is the work done. */
GCStep gc_single_step(lua_State *L, size_t *cost);

/* Start a cycle afresh even if one is under way, and go through it up to phase finalize. */
void gc_full_cycle(lua_State *L);

/* Set the threshold for the pause between two cycles. */
void gc_set_threshold(global_State *g);

/* Move every userdata that is dead (all = false) or every one (all = true) and has a __gc to
 * g->to_finalize.  Returns the bytes that await finalisation. */
size_t gc_separate_udata(lua_State *L, bool all);

/* Take the next userdata to finalise out of g->to_finalize and put it back among the living ones,
 * white.  NULL when there is none. */
Udata *gc_next_finalizer(lua_State *L);

/* Free every object but the main thread; used by lua_close. */
void gc_free_all(lua_State *L);

#endif
