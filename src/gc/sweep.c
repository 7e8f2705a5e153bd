/* sweep.c -- freeing dead objects.
 *
 * Most of a collection's time goes by here and in mark.c, waiting for memory: so the next object is
 * fetched while one is looked at, and objects of the common kinds are freed without another
 * call. */
#include "gc/sweep.h"

#include "gc/gc.h"
#include "object/fn.h"
#include "object/upval.h"
#include "types/table.h"

static inline void release(global_State *g, void *block, size_t size) {
  g->alloc(g->alloc_ud, block, size, 0);
  g->total_bytes -= size;
}

static void free_table(global_State *g, Table *t) {
  if (table_has_nodes(t)) release(g, t->node, ((size_t)t->node_mask + 1) * sizeof(Node));
  if (t->narray > 0) release(g, t->array, t->narray * sizeof(Slot));
  release(g, t, sizeof(Table));
}

void gc_free_stack(lua_State *L, lua_State *L1) {
  MEM_FREE_ARRAY(L, L1->base_ci, L1->size_ci, CallInfo);
  MEM_FREE_ARRAY(L, L1->stack, L1->size_stack, TValue);
}

/* Its open upvalues that are still in use are closed: they outlive it. */
static void free_thread(lua_State *L, lua_State *L1) {
  if (L1->stack != NULL) upval_close(L1, L1->stack);
  CHECK(L1->open_upvals == NULL);
  if (L1->counts_as_hooked) /* a signal may count, too: see vm/hook.c */
    __atomic_fetch_sub(&G(L)->nhooked, 1, __ATOMIC_RELAXED);
  gc_free_stack(L, L1);
  mem_free(L, L1, sizeof(lua_State));
}

void sweep_free(lua_State *L, GCObject *o) {
  global_State *g = G(L);
  switch ((enum ObjectKind)o->tt) {
    case OBJ_TABLE:
      free_table(g, (Table *)o);
      break;
    case OBJ_LCLOSURE:
      release(g, o, lclosure_size(((Closure *)o)->nups));
      break;
    case OBJ_CCLOSURE:
      release(g, o, cclosure_size(((Closure *)o)->nups));
      break;
    case OBJ_STRING: case OBJ_BIGPTR:
      g->strings.nstrings--;
      release(g, o, string_size(((TString *)o)->len));
      break;
    case OBJ_UPVAL:
      upval_free(L, (UpVal *)o);
      break;
    case OBJ_USERDATA:
      release(g, o, udata_size(((Udata *)o)->len));
      break;
    case OBJ_PROTO:
      fn_free_proto(L, (Proto *)o);
      break;
    case OBJ_THREAD:
      free_thread(L, (lua_State *)o);
      break;
  }
}

/* How many buckets ahead strings are fetched. */
#define PREFETCH_BUCKETS 16

/* Alive and of the colour it was marked with, to begin the next cycle. */
static inline void whiten(GCObject *o, uint8_t white) {
  o->marked = (uint8_t)((o->marked & ~(MARK_BLACK | MARK_WHITES)) | white);
}

void sweep_strings(lua_State *L, int first, int count) {
  const global_State *g = G(L);
  const uint8_t dead = heap_other_white(g), white = heap_white(g);
  for (int i = first; i < first + count; i++) {
    GCObject **at = (GCObject **)(void *)&g->strings.bucket[i];
    __builtin_prefetch(g->strings.bucket[(i + PREFETCH_BUCKETS) & (g->strings.nbuckets - 1)]);
    for (GCObject *o; (o = *at) != NULL;) {
      if ((o->marked & (dead | MARK_FIXED)) == dead) {
        *at = o->next;
        sweep_free(L, o);
      } else {
        whiten(o, white);
        at = &o->next;
      }
    }
  }
}

static void sweep_open_upvalues(lua_State *L, lua_State *L1) {
  const global_State *g = G(L);
  const uint8_t dead = heap_other_white(g), white = heap_white(g);
  GCObject **at = (GCObject **)(void *)&L1->open_upvals;
  for (GCObject *o; (o = *at) != NULL;) {
    if (o->marked & dead) {
      *at = o->next;
      upval_free(L, (UpVal *)o);
    } else {
      whiten(o, white);
      at = &o->next;
    }
  }
}

size_t sweep_objects(lua_State *L, GCObject ***where, size_t count) {
  const global_State *g = G(L);
  const uint8_t dead = heap_other_white(g), white = heap_white(g);
  GCObject **at = *where;
  size_t left = count;
  for (GCObject *o; (o = *at) != NULL && left > 0; left--) {
    __builtin_prefetch(o->next);
    if (o->tt == OBJ_THREAD) sweep_open_upvalues(L, (lua_State *)o);
    if (o->marked & dead) {
      *at = o->next; /* before it is freed: a dying thread may put an upvalue in the list here */
      sweep_free(L, o);
    } else {
      whiten(o, white);
      at = &o->next;
    }
  }
  *where = at;
  return count - left;
}

void gc_free_all(lua_State *L) {
  global_State *g = G(L);
  for (GCObject *o, **at = &g->objects; (o = *at) != NULL;) {
    if (o == OBJ(g->main_thread)) {
      at = &o->next;
    } else {
      *at = o->next;
      sweep_free(L, o);
    }
  }
  for (GCObject *o, *last = g->to_finalize; last != NULL; last = o == last ? NULL : last) {
    o = last->next; /* only after finalisers that would not end: see safepoint_finalize_all() */
    last->next = o->next;
    sweep_free(L, o);
  }
  g->to_finalize = NULL;
  for (int i = 0; i < g->strings.nbuckets; i++) {
    for (GCObject *o; (o = OBJ(g->strings.bucket[i])) != NULL;) {
      g->strings.bucket[i] = (TString *)o->next;
      sweep_free(L, o);
    }
  }
}
