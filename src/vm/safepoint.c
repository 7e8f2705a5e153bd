/* safepoint.c -- where the collector advances, and what it may not do itself: run finalisers,
 * shrink stacks, give up hooks of dead threads. */
#include "vm/safepoint.h"

#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "heap/buf.h"
#include "heap/cap.h"
#include "heap/throw.h"
#include "object/meta.h"
#include "object/upval.h"
#include "vm/call.h"
#include "vm/hook.h"
#include "vm/stack.h"

/* Allocation allowed between two steps of a cycle, in bytes; and the work of one step is stepmul
 * percent of this. */
#define STEP_SIZE 1024

/* Collecting so many bytes costs a unit of a work budget. */
#define BYTES_PER_UNIT 32

/* Finalisers that lua_close runs at most, beyond those that wait when it begins. */
#define MAX_EXTRA_FINALIZERS 10000

static void run_finalizer(lua_State *L) {
  global_State *g = G(L);
  Udata *u = gc_next_finalizer(g);
  const TValue f = meta_fast(L, ref_get(u->metatable), EVENT_GC);
  if (val_is_nil(f)) return; /* it was taken away in the meantime */
  const uint8_t hook_allowed = L->hook_allowed;
  const size_t threshold = g->threshold;
  L->hook_allowed = 0;
  g->threshold = 2 * g->total_bytes;
  L->top[0] = f; /* EXTRA_STACK leaves room */
  L->top[1] = val_from_udata(u);
  L->top += 2;
  call_function(L, L->top - 2, 0);
  L->hook_allowed = hook_allowed;
  g->threshold = threshold;
}

static void run_one_finalizer(lua_State *L, void *unused) {
  (void)unused;
  run_finalizer(L);
}

/* In a state with limits a finaliser's error is nobody's: scripts that end for want of fuel or memory
 * must not be able to raise errors in what the host does next. */
static void run_limited_finalizer(lua_State *L) {
  global_State *g = G(L);
  const size_t threshold = g->threshold;
  const uint8_t hook_allowed = L->hook_allowed;
  L->hook_allowed = 0; /* a failure collects nothing: each would run the next finaliser inside this one */
  if (call_protected(L, run_one_finalizer, NULL, stack_save(L, L->top), 0) != 0) L->top--;
  L->hook_allowed = hook_allowed;
  g->threshold = threshold < g->limits.collect_at ? threshold : g->limits.collect_at;
}

static bool is_limited(const global_State *g) {
  return g->limits.counting || g->limits.memory != NO_LIMIT;
}

/* Marking has just ended: give back what threads, and the scratch buffer, do not need.  The
 * buffer is left alone while a parser may be using it. */
static void shrink_after_marking(lua_State *L) {
  global_State *g = G(L);
  bool parsing = false;
  for (GCObject *o = g->grey_again; o != NULL; o = ((lua_State *)o)->gclist) {
    lua_State *L1 = (lua_State *)o;
    CHECK(o->tt == OBJ_THREAD);
    parsing |= L1->roots != NULL;
    stack_shrink_unused(L1);
    stack_shrink_unused(L1); /* the reference, too, looks at each thread twice a cycle */
  }
  if (!parsing) buf_shrink(L, &g->buf);
}

/* Unit steps until *budget is used up or the cycle ends. */
static void work(lua_State *L, ptrdiff_t *budget) {
  global_State *g = G(L);
  do {
    const int nhooked = g->nhooked;
    const GCStep step = gc_work(L, budget);
    if (g->nhooked != nhooked) hook_apply_count(g); /* hooked threads have died */
    switch (step) {
      case GC_STEP_MARKED:
        shrink_after_marking(L);
        break;
      case GC_STEP_FINALIZER:
        if (is_limited(g)) run_limited_finalizer(L);
        else run_finalizer(L);
        if (g->estimate > GC_FINALIZER_COST) g->estimate -= GC_FINALIZER_COST;
        *budget -= GC_FINALIZER_COST;
        break;
      case GC_STEP_WORKED: case GC_STEP_CYCLE_DONE:
        break;
    }
  } while (*budget > 0 && g->gc_phase != GC_PAUSE);
}

static void basic_step(lua_State *L) {
  global_State *g = G(L);
  ptrdiff_t budget = STEP_SIZE / 100 * (ptrdiff_t)g->gc_stepmul;
  if (budget == 0) budget = PTRDIFF_MAX; /* "no limit" */
  if (g->total_bytes > g->threshold) g->gc_debt += g->total_bytes - g->threshold;
  const size_t most = (size_t)budget < g->total_bytes ? (size_t)budget : g->total_bytes;
  fuel_spend(L, most / BYTES_PER_UNIT);
  work(L, &budget);
  if (g->gc_phase == GC_PAUSE) {
    gc_set_threshold(g);
  } else if (g->gc_debt < STEP_SIZE) {
    g->threshold = g->total_bytes + STEP_SIZE;
  } else {
    g->gc_debt -= STEP_SIZE;
    g->threshold = g->total_bytes;
  }
  if (g->threshold > g->limits.collect_at) g->threshold = g->limits.collect_at;
}

static void full_cycle(lua_State *L) {
  const global_State *g = G(L);
  gc_begin_full(L);
  do {
    ptrdiff_t budget = PTRDIFF_MAX;
    work(L, &budget);
  } while (g->gc_phase != GC_PAUSE);
}

#if STRESS_GC
/* A heap of up to this size is collected at every safepoint.  A larger one is when it has taken
 * so much new memory that all collections while it grows visit each byte a bounded number of
 * times; without that, building a large heap would take the square of its size. */
#define STRESS_ALWAYS ((size_t)128 << 10)

static size_t stress_pause(const global_State *g) {
  const size_t times = g->total_bytes / STRESS_ALWAYS;
  return times * times * 64;
}

/* Begin a cycle and leave it where it is, each time somewhere else: what the program does until the
 * next safepoint, it does in the middle of marking or of a sweep. */
static void stress_begin(lua_State *L) {
  global_State *g = G(L);
  g->stress_turn = g->stress_turn * 1664525 + 1013904223; /* the same in every run */
  ptrdiff_t budget = (ptrdiff_t)(g->stress_turn % (2 * g->total_bytes));
  gc_begin_full(L);
  work(L, &budget);
}
#endif

void safepoint_advance(lua_State *L) {
  /* Near the memory cap, but not nested: finalisers that fill it would run inside each other. */
  if (unlikely(G(L)->total_bytes >= G(L)->limits.collect_at) && L->hook_allowed) {
    safepoint_full(L);
    return;
  }
#if STRESS_GC
  global_State *g = G(L);
  const size_t threshold = g->threshold, pause = stress_pause(g);
  if (threshold == GC_STOPPED || !L->hook_allowed) return; /* not inside a finaliser */
  if (pause > 0 && g->total_bytes < g->stress_at) return;
  heap_check(L);
  full_cycle(L);
  heap_check(L);
  stress_begin(L);
  g->stress_at = g->total_bytes + pause;
  g->threshold = threshold;
#else
  basic_step(L);
#endif
}

void safepoint_full(lua_State *L) {
  fuel_spend(L, G(L)->total_bytes / BYTES_PER_UNIT);
  full_cycle(L);
  gc_set_threshold(G(L));
  cap_plan_collection(G(L));
}

int safepoint_step(lua_State *L, int kbytes) {
  global_State *g = G(L);
  const size_t bytes = (size_t)(ptrdiff_t)kbytes << 10;
  g->threshold = bytes <= g->total_bytes ? g->total_bytes - bytes : 0;
  while (g->threshold <= g->total_bytes) {
    basic_step(L);
    if (g->gc_phase == GC_PAUSE) return 1;
  }
  return 0;
}

static int count_to_finalize(const global_State *g) {
  int n = 0;
  const GCObject *o = g->to_finalize;
  if (o != NULL) do n++; while ((o = o->next) != g->to_finalize);
  return n;
}

static void finalize_waiting(lua_State *L, void *ud) {
  int *left = ud;
  while (G(L)->to_finalize != NULL && *left > 0) {
    --*left;
    run_finalizer(L);
  }
}

void safepoint_finalize_all(lua_State *L) {
  int left = count_to_finalize(G(L)) + MAX_EXTRA_FINALIZERS;
  do {
    upval_close(L, L->stack);
    L->ci = L->base_ci;
    L->top = L->ci->base;
    L->ncalls = L->base_ncalls = 0;
    L->error_func = 0;
    L->roots = NULL;
  } while (throw_run(L, finalize_waiting, &left) != 0);
}
