/* mark.c -- what each kind of object refers to.
 *
 * A grey object is taken from g->grey, made black, and everything white that it refers to becomes grey
 * in turn.  Two kinds never stay black: a thread, since stores to its stack have no barrier, and a
 * weak table, since not all of its entries were followed.  Both are seen again in the atomic step. */
#include "gc/mark.h"

#include "gc/weak.h"
#include "heap/slot.h"

static inline void mark_object(global_State *g, GCObject *o) {
  if (obj_is_white(o)) heap_mark(g, o);
}

/* A reference that may be absent. */
#define MARK_REF(g, r) ((r).ref != NULL ? mark_object((g), OBJ((r).ref)) : (void)0)

/* ---- Tables ------------------------------------------------------------------------------ */

static void mark_array(global_State *g, const Slot *from, size_t n) {
  for (size_t i = 0; i < n; i++) heap_mark_value(g, slot_get(&from[i]));
}

static void mark_nodes(global_State *g, Node *node, size_t n, bool weak_keys, bool weak_values) {
  for (Node *end = node + n; node < end; node++) {
    if (slot_is_nil(&node->val)) {
      weak_release_key(node);
      continue;
    }
    if (!weak_keys) heap_mark_value(g, node->key);
    if (!weak_values) heap_mark_value(g, slot_get(&node->val));
  }
}

static size_t traverse_table(global_State *g, Table *t) {
  const uint32_t nnodes = table_nnodes(t);
  MARK_REF(g, t->metatable);
  const uint8_t weak = ref_get(t->metatable) != NULL ? weak_mode(g, t) : 0;
  t->marked &= (uint8_t)~(MARK_WEAK_KEY | MARK_WEAK_VALUE);
  if (unlikely(weak != 0)) {
    t->marked = (uint8_t)((t->marked & ~MARK_BLACK) | weak);
    t->gclist = g->weak;
    g->weak = OBJ(t);
  }
  if (weak != (MARK_WEAK_KEY | MARK_WEAK_VALUE)) {
    if (!(weak & MARK_WEAK_VALUE)) mark_array(g, t->array, t->narray);
    mark_nodes(g, t->node, nnodes, weak & MARK_WEAK_KEY, weak & MARK_WEAK_VALUE);
  }
  return sizeof(Table) + t->narray * sizeof(Slot) + nnodes * sizeof(Node);
}

/* ---- Functions ------------------------------------------------------------------------------ */

static size_t traverse_lclosure(global_State *g, const LClosure *f) {
  MARK_REF(g, f->env);
  mark_object(g, OBJ(f->p));
  for (int i = 0; i < f->nups; i++) MARK_REF(g, f->upvals[i]);
  return lclosure_size(f->nups);
}

static size_t traverse_cclosure(global_State *g, const CClosure *c) {
  MARK_REF(g, c->env);
  mark_array(g, c->upvals, c->nups);
  return cclosure_size(c->nups);
}

/* It may be under construction: names and nested prototypes may be missing still. */
static size_t traverse_proto(global_State *g, const Proto *p) {
  MARK_REF(g, p->source);
  mark_array(g, p->k, (size_t)p->size_k);
  for (int i = 0; i < p->size_upvalue_names; i++) MARK_REF(g, p->upvalue_names[i]);
  for (int i = 0; i < p->size_p; i++) MARK_REF(g, p->p[i]);
  for (int i = 0; i < p->size_locvars; i++) MARK_REF(g, p->locvars[i].name);
  return sizeof(Proto) + (size_t)p->size_k * sizeof(Slot) + (size_t)p->size_code * sizeof(Instruction) +
         (size_t)p->size_p * sizeof(ProtoRef) + (size_t)p->size_lineinfo * sizeof(int) +
         (size_t)p->size_locvars * sizeof(LocVar) +
         (size_t)p->size_upvalue_names * sizeof(StringRef) + (size_t)p->size_exec * sizeof(Word);
}

/* ---- Threads -------------------------------------------------------------------------------- */

/* What C code holds for now.  A prototype that grows has no barriers, so the atomic step looks at it
 * once more. */
static void mark_held(global_State *g, const Roots *roots, bool atomic) {
  for (; roots != NULL; roots = roots->outer) {
    for (size_t i = 0; i < ARRAY_LEN(roots->object); i++) {
      GCObject *o = roots->object[i];
      if (o == NULL) continue;
      mark_object(g, o);
      if (atomic && o->tt == OBJ_PROTO && obj_is_black(o)) {
        o->marked &= (uint8_t)~MARK_BLACK;
        ((Proto *)o)->gclist = g->grey;
        g->grey = o;
      }
    }
  }
}

static size_t traverse_thread(global_State *g, lua_State *L1, bool atomic) {
  L1->marked &= (uint8_t)~MARK_BLACK;
  L1->gclist = g->grey_again;
  g->grey_again = OBJ(L1);
  heap_mark_value(g, L1->globals);
  mark_held(g, L1->roots, atomic);
  if (L1->stack == NULL) return sizeof(lua_State); /* not fully made */
  for (const CallInfo *ci = L1->base_ci; ci <= L1->ci; ci++)
    if (ci->callee != NULL) mark_object(g, OBJ(ci->callee));
  for (const TValue *p = L1->stack; p < L1->top; p++) heap_mark_value(g, *p);
  if (atomic) { /* what is above the top may die now, and a later frame must not find it there */
    for (StkId p = L1->top, end = L1->stack + L1->size_stack; p < end; p++) *p = VAL_NIL;
  }
  return sizeof(lua_State) + (size_t)L1->size_stack * sizeof(TValue) +
         (size_t)L1->size_ci * sizeof(CallInfo);
}

/* ---- The queue ------------------------------------------------------------------------------ */

/* Take `o` out of g->grey and traverse it. */
static inline size_t traverse(global_State *g, bool atomic) {
  GCObject *o = g->grey;
  CHECK(obj_is_grey(o));
  o->marked |= MARK_BLACK;
  switch (o->tt) {
    case OBJ_TABLE:
      g->grey = ((Table *)o)->gclist;
      return traverse_table(g, (Table *)o);
    case OBJ_LCLOSURE:
      g->grey = ((Closure *)o)->gclist;
      return traverse_lclosure(g, (LClosure *)o);
    case OBJ_CCLOSURE:
      g->grey = ((Closure *)o)->gclist;
      return traverse_cclosure(g, (CClosure *)o);
    case OBJ_THREAD:
      g->grey = ((lua_State *)o)->gclist;
      return traverse_thread(g, (lua_State *)o, atomic);
    case OBJ_PROTO:
      g->grey = ((Proto *)o)->gclist;
      return traverse_proto(g, (Proto *)o);
    default:
      UNREACHABLE();
      return 0;
  }
}

void mark_some(global_State *g, ptrdiff_t *budget) {
  ptrdiff_t left = *budget;
  do left -= (ptrdiff_t)traverse(g, false); while (left > 0 && g->grey != NULL);
  *budget = left;
}

size_t mark_all_atomically(global_State *g) {
  size_t sum = 0;
  while (g->grey != NULL) sum += traverse(g, true);
  return sum;
}

/* ---- Roots ---------------------------------------------------------------------------------- */

static void mark_metatables(global_State *g) {
  for (size_t i = 0; i < ARRAY_LEN(g->metatables); i++) MARK_REF(g, g->metatables[i]);
}

void mark_roots(global_State *g) {
  g->grey = g->grey_again = g->weak = NULL;
  mark_object(g, OBJ(g->main_thread));
  heap_mark_value(g, g->main_thread->globals); /* before the stack, which is traversed twice anyway */
  heap_mark_value(g, g->registry);
  mark_metatables(g);
}

void mark_roots_again(global_State *g, lua_State *running) {
  mark_object(g, OBJ(running));
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
