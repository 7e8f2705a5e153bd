/* gc.c -- the phases of a cycle, and the userdata whose finalisers become due in it. */
#include "gc/gc.h"

#include "gc/mark.h"
#include "gc/sweep.h"
#include "gc/weak.h"
#include "heap/slot.h"
#include "object/meta.h"
#include "object/str.h"

/* What unit steps cost, beside bytes traversed; and how much one sweep step sweeps. */
#define COST_BUCKET 10
#define COST_SWEEP 400
#define OBJECTS_PER_STEP 40

void gc_set_threshold(global_State *g) {
  const size_t percent = g->estimate / 100, pause = (size_t)(g->gc_pause > 0 ? g->gc_pause : 0);
  g->threshold = percent > 0 && pause > GC_STOPPED / percent ? GC_STOPPED - 1 : percent * pause;
}

/* ---- Userdata to finalise ------------------------------------------------------------------- */

size_t gc_separate_udata(global_State *g, bool all) {
  size_t waiting = 0;
  GCObject **at = &g->main_thread->next;
  for (GCObject *o; (o = *at) != NULL;) {
    Udata *u = (Udata *)o;
    CHECK(o->tt == OBJ_USERDATA);
    if ((!all && !obj_is_white(o)) || (o->marked & MARK_FINALIZED)) {
      at = &o->next;
      continue;
    }
    o->marked |= MARK_FINALIZED;
    if (val_is_nil(meta_fast(g->main_thread, ref_get(u->metatable), EVENT_GC))) {
      at = &o->next;
      continue;
    }
    waiting += udata_size(u->len);
    *at = o->next;
    if (g->to_finalize == NULL) {
      o->next = o;
    } else {
      o->next = g->to_finalize->next;
      g->to_finalize->next = o;
    }
    g->to_finalize = o;
  }
  return waiting;
}

Udata *gc_next_finalizer(global_State *g) {
  GCObject *last = g->to_finalize;
  if (last == NULL) return NULL;
  GCObject *o = last->next;
  if (o == last) g->to_finalize = NULL;
  else last->next = o->next;
  o->next = g->main_thread->next;
  g->main_thread->next = o;
  o->marked = (uint8_t)((o->marked & ~(MARK_BLACK | MARK_WHITES)) | heap_white(g));
  return (Udata *)o;
}

/* ---- Phases --------------------------------------------------------------------------------- */

static void start_marking(global_State *g) {
  mark_roots(g);
  g->gc_phase = GC_PROPAGATE;
}

static void start_sweeping(global_State *g) {
  g->sweep_bucket = 0;
  g->sweep_at = &g->objects;
  g->gc_phase = GC_SWEEP_STRINGS;
}

/* All that must happen while the program stands still.  From its end on, white of the old colour
 * means dead. */
static void atomic_step(lua_State *L) {
  global_State *g = G(L);
  mark_open_upvalues(g);
  mark_all_atomically(g);
  g->grey = g->weak; /* what became reachable, or weak, since they were traversed */
  g->weak = NULL;
  mark_roots_again(g, L);
  mark_all_atomically(g);
  g->grey = g->grey_again; /* threads, and tables that were written to */
  g->grey_again = NULL;
  mark_all_atomically(g);
  size_t waiting = gc_separate_udata(g, false);
  mark_to_finalize(g);
  waiting += mark_all_atomically(g);
  weak_clear(g->weak);
  g->current_white = heap_other_white(g);
  g->estimate = g->total_bytes - waiting;
  start_sweeping(g);
}

/* The string table never shrinks while it is swept, so it does here. */
static void shrink_string_table(lua_State *L) {
  const StringTable *st = &G(L)->strings;
  const size_t smaller = (size_t)st->nbuckets / 2 * sizeof *st->bucket;
  if (G(L)->total_bytes + smaller > G(L)->limits.memory) return; /* both stand for a moment */
  if (st->nstrings < (uint32_t)st->nbuckets / 4 && st->nbuckets > 2 * MIN_STRING_BUCKETS)
    str_resize_table(L, st->nbuckets / 2);
}

/* How many unit steps of `cost` it takes to use up a budget; at least one. */
static size_t steps_for(ptrdiff_t budget, ptrdiff_t cost) {
  return budget <= cost ? 1 : (size_t)((budget - 1) / cost + 1);
}

/* Unit steps of the current sweep phase until *budget is used up or the phase ends. */
static void sweep_some(lua_State *L, ptrdiff_t *budget) {
  global_State *g = G(L);
  const size_t before = g->total_bytes;
  if (g->gc_phase == GC_SWEEP_STRINGS) {
    const size_t left = (size_t)(g->strings.nbuckets - g->sweep_bucket);
    size_t n = steps_for(*budget, COST_BUCKET);
    if (n > left) n = left;
    sweep_strings(L, g->sweep_bucket, (int)n);
    g->sweep_bucket += (int)n;
    if (g->sweep_bucket >= g->strings.nbuckets) g->gc_phase = GC_SWEEP;
    *budget -= (ptrdiff_t)n * COST_BUCKET;
  } else {
    const size_t wanted = steps_for(*budget, COST_SWEEP) * OBJECTS_PER_STEP;
    const size_t swept = sweep_objects(L, &g->sweep_at, wanted);
    *budget -= (ptrdiff_t)steps_for((ptrdiff_t)swept, OBJECTS_PER_STEP) * COST_SWEEP;
    if (*g->sweep_at == NULL) g->gc_phase = GC_FINALIZE;
  }
  g->estimate -= before - g->total_bytes;
}

GCStep gc_work(lua_State *L, ptrdiff_t *budget) {
  global_State *g = G(L);
  do {
    switch ((enum GCPhase)g->gc_phase) {
      case GC_PAUSE:
        start_marking(g);
        break;
      case GC_PROPAGATE:
        if (g->grey == NULL) {
          atomic_step(L);
          return GC_STEP_MARKED;
        }
        mark_some(g, budget);
        break;
      case GC_SWEEP_STRINGS: case GC_SWEEP:
        sweep_some(L, budget);
        if (g->gc_phase == GC_FINALIZE) shrink_string_table(L);
        break;
      case GC_FINALIZE:
        if (g->to_finalize != NULL) return GC_STEP_FINALIZER;
        g->gc_phase = GC_PAUSE;
        g->gc_debt = 0;
        return GC_STEP_CYCLE_DONE;
    }
  } while (*budget > 0);
  return GC_STEP_WORKED;
}

void gc_settle(lua_State *L) {
  global_State *g = G(L);
  if (g->gc_phase == GC_PAUSE) return;
  if (g->gc_phase == GC_PROPAGATE) {
    g->grey = g->grey_again = g->weak = NULL;
    start_sweeping(g); /* no white changed: nothing is dead, all marks go */
  }
  while (g->gc_phase != GC_FINALIZE) {
    ptrdiff_t budget = PTRDIFF_MAX;
    sweep_some(L, &budget);
  }
  g->gc_phase = GC_PAUSE;
}

void gc_begin_full(lua_State *L) {
  gc_settle(L);
  start_marking(G(L));
}
