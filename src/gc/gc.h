/* gc.h -- the collector: incremental mark and sweep, with the reference's phases, pacing and return
 * values.  It knows the layout of every object and calls no Lua: finalisers that became due wait in
 * g->to_finalize until vm/safepoint.c runs them.
 *
 * A cycle: pause, propagate (grey objects one by one, ended by one atomic step), sweep strings (one
 * bucket a step), sweep (40 objects a step), finalize (one finaliser a step, run by the caller).
 * Manual 2.10.                                                                               */
#ifndef GC_GC_H
#define GC_GC_H

#include "heap/heap.h"

/* g->threshold of a stopped collector. */
#define GC_STOPPED SIZE_MAX

/* Why gc_work() came back. */
typedef enum GCStep {
  GC_STEP_WORKED,     /* the budget is used up */
  GC_STEP_MARKED,     /* the atomic step is over; g->grey_again lists all live threads */
  GC_STEP_FINALIZER,  /* phase finalize: the caller runs one finaliser (safepoint.c) */
  GC_STEP_CYCLE_DONE, /* the cycle ended: the phase is pause again */
} GCStep;

/* Unit steps of whatever phase is current until *budget <= 0, at least one, or until the caller has
 * to act; the cost is taken from *budget.  Units: bytes traversed, 10 for a bucket of strings, 400
 * for 40 objects swept; the caller accounts GC_FINALIZER_COST.
 * Raises LUA_ERRMEM when the string table cannot be rebuilt smaller; the phase is in order then. */
MAY_THROW GCStep gc_work(lua_State *L, ptrdiff_t *budget);
#define GC_FINALIZER_COST 100

/* Bring the cycle under way to an end without marking: its dead objects are freed, its marks
 * forgotten.  All objects are white and the phase is pause after it; g->to_finalize is not
 * touched. */
void gc_settle(lua_State *L);
/* Settle and begin the next cycle: the phase is propagate after it. */
void gc_begin_full(lua_State *L);

/* Set the threshold for the pause between two cycles: gc_pause percent of what is in use. */
void gc_set_threshold(global_State *g);

/* Move every userdata that has a __gc and is white at the end of marking (all = false), or every
 * one that has a __gc (all = true; only when settled) to the end of g->to_finalize.  Returns the
 * bytes that await finalisation. */
size_t gc_separate_udata(global_State *g, bool all);

/* Take the next userdata to finalise out of g->to_finalize and put it back among the living ones,
 * white.  NULL when there is none. */
Udata *gc_next_finalizer(global_State *g);

/* Free the stack and the frames of thread L1. */
void gc_free_stack(lua_State *L, lua_State *L1);

/* Free every object but the main thread, strings too; used by lua_close. */
void gc_free_all(lua_State *L);

#endif
