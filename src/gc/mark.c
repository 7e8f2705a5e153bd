/* mark.c -- what each kind of object refers to.
 *
 * A grey object is taken from g->grey, made black, and everything white that it refers to becomes
 * grey in turn.  Two kinds never stay black: a thread, since stores to its stack have no barrier,
 * and a weak table, since not all of its entries were followed.  Both are seen again in the
 * atomic step. */
#include "gc/mark.h"

#include "gc/weak.h"
#include "heap/slot.h"
#include "object/fn.h"

/* ---- The delay line ---------------------------------------------------------------------------
 *
 * Whether an object is white can only be told by touching it, and mostly that means waiting for
 * memory.  So an object that a traversal comes across is only asked for, and looked at when LATE
 * others have been asked for, or when there is nothing else to do.  After a run of traversals
 * nobody is left in line. */
#define LATE 16 /* a power of two */

typedef struct Marker {
  global_State *g;
  unsigned first, end; /* numbers of those in line; number n is at line[n % LATE] */
  GCObject *line[LATE];
} Marker;

static inline void look_at_first(Marker *m) {
  GCObject *o = m->line[m->first++ % LATE];
  if (!obj_is_white(o)) return;
  if (o->tt == OBJ_TABLE) { /* the next to be traversed, as likely as not */
    __builtin_prefetch(((Table *)o)->array);
    __builtin_prefetch(((Table *)o)->node);
  }
  heap_mark(m->g, o);
}

static inline void mark_object(Marker *m, GCObject *o) {
  __builtin_prefetch(o);
  if (m->end - m->first == LATE) look_at_first(m);
  m->line[m->end++ % LATE] = o;
}

static inline void mark_value(Marker *m, TValue v) {
  if (val_is_collectable(v)) mark_object(m, val_object(v));
}

/* A reference that may be absent. */
#define MARK_REF(m, r) ((r).ref != NULL ? mark_object((m), OBJ((r).ref)) : (void)0)

/* ---- Tables --------------------------------------------------------------------------------- */

static void mark_array(Marker *m, const Slot *from, size_t n) {
  for (size_t i = 0; i < n; i++) mark_value(m, slot_get(&from[i]));
}

static void mark_nodes(Marker *m, Node *node, size_t n, bool weak_keys, bool weak_values) {
  for (Node *end = node + n; node < end; node++) {
    if (slot_is_nil(&node->val)) {
      weak_release_key(node);
      continue;
    }
    if (!weak_keys) mark_value(m, node->key);
    if (!weak_values) mark_value(m, slot_get(&node->val));
  }
}

static size_t traverse_table(Marker *m, Table *t) {
  const uint32_t nnodes = table_nnodes(t);
  MARK_REF(m, t->metatable);
  const uint8_t weak = ref_get(t->metatable) != NULL ? weak_mode(m->g, t) : 0;
  t->marked &= (uint8_t)~(MARK_WEAK_KEY | MARK_WEAK_VALUE);
  if (unlikely(weak != 0)) {
    t->marked = (uint8_t)((t->marked & ~MARK_BLACK) | weak);
    t->gclist = m->g->weak;
    m->g->weak = OBJ(t);
  }
  if (weak != (MARK_WEAK_KEY | MARK_WEAK_VALUE)) {
    if (!(weak & MARK_WEAK_VALUE)) mark_array(m, t->array, t->narray);
    mark_nodes(m, t->node, nnodes, weak & MARK_WEAK_KEY, weak & MARK_WEAK_VALUE);
  }
  return sizeof(Table) + t->narray * sizeof(Slot) + nnodes * sizeof(Node);
}

/* ---- Functions ------------------------------------------------------------------------------ */

static size_t traverse_lclosure(Marker *m, const LClosure *f) {
  MARK_REF(m, f->env);
  mark_object(m, OBJ(f->p));
  for (int i = 0; i < f->nups; i++) MARK_REF(m, f->upvals[i]);
  return lclosure_size(f->nups);
}

static size_t traverse_cclosure(Marker *m, const CClosure *c) {
  MARK_REF(m, c->env);
  mark_array(m, c->upvals, c->nups);
  return cclosure_size(c->nups);
}

/* It may be under construction: names and nested prototypes may be missing still. */
static size_t traverse_proto(Marker *m, const Proto *p) {
  MARK_REF(m, p->source);
  mark_array(m, p->k, (size_t)p->size_k);
  for (int i = 0; i < p->size_upvalue_names; i++) MARK_REF(m, p->upvalue_names[i]);
  for (int i = 0; i < p->size_p; i++) MARK_REF(m, p->p[i]);
  for (int i = 0; i < p->size_locvars; i++) MARK_REF(m, p->locvars[i].name);
  return fn_proto_size(p);
}

/* ---- Threads -------------------------------------------------------------------------------- */

/* What C code holds for now.  A prototype that grows has no barriers, so the atomic step looks at
 * it once more. */
static void mark_held(Marker *m, const Roots *roots, bool atomic) {
  for (; roots != NULL; roots = roots->outer) {
    for (size_t i = 0; i < ARRAY_LEN(roots->object); i++) {
      GCObject *o = roots->object[i];
      if (o == NULL) continue;
      mark_object(m, o);
      if (atomic && o->tt == OBJ_PROTO && obj_is_black(o)) {
        o->marked &= (uint8_t)~MARK_BLACK;
        ((Proto *)o)->gclist = m->g->grey;
        m->g->grey = o;
      }
    }
  }
}

static size_t traverse_thread(Marker *m, lua_State *L1, bool atomic) {
  L1->marked &= (uint8_t)~MARK_BLACK;
  L1->gclist = m->g->grey_again;
  m->g->grey_again = OBJ(L1);
  mark_value(m, L1->globals);
  mark_held(m, L1->roots, atomic);
  if (L1->stack == NULL) return sizeof(lua_State); /* not fully made */
  for (const CallInfo *ci = L1->base_ci; ci <= L1->ci; ci++)
    if (ci->callee != NULL) mark_object(m, OBJ(ci->callee));
  for (const TValue *p = L1->stack; p < L1->top; p++) mark_value(m, *p);
  if (atomic) { /* what is above the top may die now, and a later frame must not find it there */
    for (StkId p = L1->top, end = L1->stack + L1->size_stack; p < end; p++) *p = VAL_NIL;
  }
  return sizeof(lua_State) + (size_t)L1->size_stack * sizeof(TValue) +
         (size_t)L1->size_ci * sizeof(CallInfo);
}

/* ---- The queue ------------------------------------------------------------------------------ */

/* Take one object out of g->grey, which is not empty, and traverse it. */
static inline size_t traverse(Marker *m, bool atomic) {
  global_State *g = m->g;
  GCObject *o = g->grey;
  CHECK(obj_is_grey(o));
  o->marked |= MARK_BLACK;
  switch (o->tt) {
    case OBJ_TABLE:
      g->grey = ((Table *)o)->gclist;
      return traverse_table(m, (Table *)o);
    case OBJ_LCLOSURE:
      g->grey = ((Closure *)o)->gclist;
      return traverse_lclosure(m, (LClosure *)o);
    case OBJ_CCLOSURE:
      g->grey = ((Closure *)o)->gclist;
      return traverse_cclosure(m, (CClosure *)o);
    case OBJ_THREAD:
      g->grey = ((lua_State *)o)->gclist;
      return traverse_thread(m, (lua_State *)o, atomic);
    case OBJ_PROTO:
      g->grey = ((Proto *)o)->gclist;
      return traverse_proto(m, (Proto *)o);
    default:
      UNREACHABLE();
      return 0;
  }
}

/* Traverse until more than `budget` is used up or nothing is grey; returns the sum of sizes. */
static inline size_t traverse_within(global_State *g, size_t budget, bool atomic) {
  Marker m;
  size_t sum = 0;
  m.g = g;
  m.first = m.end = 0;
  for (;;) {
    if (g->grey != NULL && sum < budget) sum += traverse(&m, atomic);
    else if (m.first != m.end) look_at_first(&m);
    else return sum;
  }
}

void mark_some(global_State *g, ptrdiff_t *budget) {
  *budget -= (ptrdiff_t)traverse_within(g, *budget > 0 ? (size_t)*budget : 1, false);
}

size_t mark_all_atomically(global_State *g) { return traverse_within(g, SIZE_MAX, true); }

/* ---- Roots ---------------------------------------------------------------------------------- */

static void mark_root(global_State *g, GCObject *o) {
  if (o != NULL && obj_is_white(o)) heap_mark(g, o);
}

static void mark_metatables(global_State *g) {
  for (size_t i = 0; i < ARRAY_LEN(g->metatables); i++) mark_root(g, OBJ(g->metatables[i].ref));
}

void mark_roots(global_State *g) {
  g->grey = g->grey_again = g->weak = NULL;
  mark_root(g, OBJ(g->main_thread));
  heap_mark_value(g, g->main_thread->globals); /* before the stack, which is visited twice */
  heap_mark_value(g, g->registry);
  mark_metatables(g);
}

void mark_roots_again(global_State *g, lua_State *running) {
  mark_root(g, OBJ(running));
  heap_mark_value(g, g->registry);
  mark_metatables(g);
}

void mark_open_upvalues(global_State *g) {
  for (UpVal *uv = g->open_upvals.u.open.next; uv != &g->open_upvals; uv = uv->u.open.next)
    if (obj_is_grey(OBJ(uv))) heap_mark_value(g, *uv->v);
}

void mark_to_finalize(global_State *g) {
  GCObject *last = g->to_finalize, *o = last;
  if (last == NULL) return;
  do {
    o = o->next;
    o->marked = (uint8_t)((o->marked & ~(MARK_BLACK | MARK_WHITES)) | heap_white(g));
    heap_mark(g, o);
  } while (o != last);
}
