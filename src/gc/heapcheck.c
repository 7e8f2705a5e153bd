/* heapcheck.c -- see heapcheck.h: the heap as it must be, written down a second time. */
#include "gc/heapcheck.h"

#include <stdio.h>

#include "base/hash.h"
#include "gc/heappath.h"
#include "heap/slot.h"
#include "object/fn.h"
#include "object/tab.h"

static const char *const phase_names[] = {"pause", "propagate", "sweep strings", "sweep",
                                          "finalize"};

typedef struct Walk {
  const global_State *g;
  GCObject *from;   /* whose references are looked at; NULL: of one that the atomic step marks */
  HeapStep step;    /* the reference that is looked at */
  size_t bytes;     /* sizes of what was visited */
  size_t queued;    /* grey objects that must be in a queue of the collector */
  size_t open;      /* open upvalues in the lists of threads */
} Walk;

NORETURN static void broken(const Walk *w, const HeapStep *step, GCObject *from, const char *rule) {
  fprintf(stderr, "heap_check: %s [phase %s]\n", rule, phase_names[w->g->gc_phase]);
  if (step->object != NULL) heap_print_path(w->g, step, from);
  check_failed(rule, __FILE__, __LINE__);
}

/* The culprit may be NULL where it is no object. */
static void must(const Walk *w, bool holds, GCObject *culprit, const char *rule) {
  const HeapStep step = {.object = culprit};
  if (unlikely(!holds)) broken(w, &step, NULL, rule);
}

/* The same of the reference that is looked at. */
static void must_refer(const Walk *w, bool holds, const char *rule) {
  if (unlikely(!holds)) broken(w, &w->step, w->from, rule);
}

static bool is_sweeping(const global_State *g) {
  return g->gc_phase == GC_SWEEP_STRINGS || g->gc_phase == GC_SWEEP;
}

/* Is everything swept, and nothing marked yet? */
static bool is_between(const global_State *g) {
  return g->gc_phase == GC_PAUSE || g->gc_phase == GC_FINALIZE;
}

/* Is `o` a prototype that C code is still building, without barriers? */
static bool is_held(const global_State *g, const GCObject *o) {
  for (GCObject *t = g->objects; t != NULL; t = t->next) {
    if (t->tt != OBJ_THREAD) continue;
    for (const Roots *r = ((lua_State *)t)->roots; r != NULL; r = r->outer)
      for (size_t i = 0; i < ARRAY_LEN(r->object); i++)
        if (r->object[i] == o) return true;
  }
  return false;
}

/* Is a chunk being compiled or loaded?  Then there is memory that belongs to no object. */
static bool is_building(const global_State *g) {
  for (const GCObject *t = g->objects; t != NULL; t = t->next)
    if (t->tt == OBJ_THREAD && ((const lua_State *)t)->roots != NULL) return true;
  return false;
}

static void check_ref(void *context, GCObject *to, bool fits, const char *field, long index) {
  Walk *w = context;
  w->step = (HeapStep){to, w->from != NULL ? field : NULL, index};
  must_refer(w, to->tt >= OBJ_STRING && to->tt <= OBJ_UPVAL, "a reference leads to no object");
  must_refer(w, fits, "a reference is for another kind of object");
  must_refer(w, !heap_is_dead(w->g, to), "a live object refers to a dead one");
  if (w->g->gc_phase == GC_PROPAGATE && w->from != NULL && obj_is_black(w->from) &&
      obj_is_white(to))
    must_refer(w, w->from->tt == OBJ_PROTO && is_held(w->g, w->from),
               "a black object refers to a white one");
}

/* The chain that goes through node `i` ends, and on its way meets used nodes only. */
static void check_chain(const Walk *w, Table *t, uint32_t i) {
  const uint32_t n = table_nnodes(t);
  for (uint32_t steps = 0; t->node[i].next != 0; steps++) {
    const int64_t next = (int64_t)i + t->node[i].next;
    must(w, next >= 0 && next < n, OBJ(t), "a chain leaves the nodes");
    must(w, !val_is_nil(t->node[next].key), OBJ(t), "a chain leads to a free node");
    must(w, steps < n, OBJ(t), "a chain has no end");
    i = (uint32_t)next;
  }
}

/* What a table says of itself as a metatable. */
static void check_absent(const Walk *w, Table *t) {
  for (int e = 0; t->absent >> e != 0; e++) {
    if (!(t->absent >> e & 1)) continue;
    const Slot *s = tab_find_str(t, w->g->event_names[e]);
    must(w, s == NULL || slot_is_nil(s), OBJ(t), "a metamethod is taken for absent");
  }
}

static void check_table(const Walk *w, Table *t) {
  GCObject *o = OBJ(t);
  const uint32_t n = table_nnodes(t);
  must(w, (t->array == NULL) == (t->narray == 0), o, "a table's array part and its size disagree");
  must(w, n == 0 || n == UINT32_C(1) << t->log2_nodes, o, "a table's node count is wrong");
  must(w, t->last_free <= n, o, "a table's free pointer is outside");
  for (uint32_t i = 0; i < n; i++) {
    const Node *node = &t->node[i];
    must(w, i < t->last_free || !val_is_nil(node->key), o, "a node above the free pointer is free");
    check_chain(w, t, i);
    if (slot_is_nil(&node->val)) continue;
    must(w, !val_is_nil(node->key) && !val_is_dead_key(node->key), o, "a value has no key");
    must(w, tab_find(t, node->key) == &node->val, o, "a key is not found where it is");
    must(w, i >= t->last_free || tab_main_position(t, node->key) == i, o,
         "a colliding key lies below the free pointer");
  }
  check_absent(w, t);
}

static void check_frames(const Walk *w, lua_State *L1) {
  GCObject *o = OBJ(L1);
  const TValue *end = L1->stack + L1->size_stack, *func = L1->stack - 1;
  must(w, L1->stack_last == end - EXTRA_STACK, o, "a stack ends elsewhere");
  must(w, L1->top >= L1->stack && L1->top <= end, o, "a stack's top is outside");
  must(w, L1->end_ci == L1->base_ci + L1->size_ci - 1, o, "the frames end elsewhere");
  must(w, L1->ci >= L1->base_ci && L1->ci <= L1->end_ci, o, "the current frame is outside");
  must(w, L1->base_ci->callee == NULL, o, "the base frame has a callee");
  for (const CallInfo *ci = L1->base_ci; ci <= L1->ci; ci++) {
    must(w, ci->func > func, o, "frames are out of order");
    must(w, ci->func < ci->base && ci->base <= end && ci->top <= end, o,
         "a frame is outside the stack");
    if (call_is_lua(ci)) {
      const Proto *p = call_lclosure(ci)->p;
      must(w, p->size_exec == 0 || (ci->pc >= p->exec && ci->pc <= p->exec + p->size_exec), o,
           "a frame's program counter is outside its function");
    }
    func = ci->func;
  }
}

static void check_thread(Walk *w, lua_State *L1) {
  GCObject *o = OBJ(L1);
  must(w, L1->g == w->g, o, "a thread belongs to another state");
  must(w, (L1->stack == NULL) == (L1->size_stack == 0), o, "a thread has a size and no stack");
  must(w, (L1->base_ci == NULL) == (L1->size_ci == 0), o, "a thread has a size and no frames");
  if (L1->stack == NULL) return; /* there was no memory to make all of it */
  must(w, val_is_table(L1->globals), o, "a thread has no globals");
  check_frames(w, L1);
  const TValue *above = L1->stack + L1->size_stack;
  for (UpVal *uv = L1->open_upvals; uv != NULL; uv = (UpVal *)uv->next) {
    must(w, uv->tt == OBJ_UPVAL && upval_is_open(uv), OBJ(uv),
         "a closed upvalue is in a thread's list");
    must(w, uv->v >= L1->stack && uv->v < above, OBJ(uv), "open upvalues are out of order");
    must(w, !obj_is_black(OBJ(uv)), OBJ(uv), "an open upvalue is black");
    must(w, !is_between(w->g) || obj_is_white(OBJ(uv)), OBJ(uv),
         "an open upvalue kept its mark beyond the sweep");
    above = uv->v;
    w->open++;
    w->bytes += sizeof(UpVal);
  }
}

static size_t object_bytes(const Walk *w, const GCObject *o) {
  switch ((enum ObjectKind)o->tt) {
    case OBJ_TABLE: {
      const Table *t = (const Table *)o;
      return sizeof *t + t->narray * sizeof(Slot) + (size_t)table_nnodes(t) * sizeof(Node);
    }
    case OBJ_LCLOSURE: return lclosure_size(((const Closure *)o)->nups);
    case OBJ_CCLOSURE: return cclosure_size(((const Closure *)o)->nups);
    case OBJ_USERDATA: return udata_size(((const Udata *)o)->len);
    case OBJ_PROTO: return fn_proto_size((const Proto *)o);
    case OBJ_UPVAL: return sizeof(UpVal);
    case OBJ_THREAD: {
      const lua_State *L1 = (const lua_State *)o;
      return (L1 == w->g->main_thread ? sizeof(StateBlock) : sizeof *L1) +
             (size_t)L1->size_stack * sizeof(TValue) + (size_t)L1->size_ci * sizeof(CallInfo);
    }
    default: return string_size(((const TString *)o)->len);
  }
}

static bool is_queued_kind(const GCObject *o) {
  return o->tt == OBJ_TABLE || o->tt == OBJ_LCLOSURE || o->tt == OBJ_CCLOSURE ||
         o->tt == OBJ_THREAD || o->tt == OBJ_PROTO;
}

/* Everything about one object of a list, except that a dead one may refer to anything. */
static void check_object(Walk *w, GCObject *o) {
  const global_State *g = w->g;
  w->bytes += object_bytes(w, o);
  if (o->tt == OBJ_THREAD) check_thread(w, (lua_State *)o);
  if (heap_is_dead(g, o)) {
    must(w, is_sweeping(g), o, "an object is dead though nothing is being swept");
    return;
  }
  const unsigned colour = o->marked & (MARK_WHITES | MARK_BLACK);
  must(w, (colour & (colour - 1)) == 0, o, "an object has two colours");
  must(w, !is_between(g) || obj_is_white(o), o, "an object kept its mark beyond the sweep");
  if (g->gc_phase == GC_PROPAGATE && obj_is_grey(o) && is_queued_kind(o)) w->queued++;
  if (o->tt == OBJ_TABLE) check_table(w, (Table *)o);
  if (o->tt == OBJ_UPVAL) {
    must(w, !upval_is_open((UpVal *)o), o, "an open upvalue is among the objects");
    must(w, !obj_is_grey(o), o, "a closed upvalue is grey");
  }
  if (o->tt == OBJ_LCLOSURE) {
    const LClosure *f = (LClosure *)o;
    must(w, f->nups == f->p->nups, o, "a function and its prototype disagree about upvalues");
  }
  w->from = o;
  const Refs refs = {check_ref, w};
  heap_each_ref(&refs, o);
}

static void check_objects(Walk *w) {
  bool behind_main = false;
  for (GCObject *o = w->g->objects; o != NULL; o = o->next) {
    must(w, o->tt >= OBJ_TABLE && o->tt <= OBJ_UPVAL && o->tt != OBJ_BIGPTR, o,
         "something else than an object is among them");
    must(w, (o->tt == OBJ_USERDATA) == behind_main, o, "userdata and others are mixed");
    check_object(w, o);
    behind_main |= o == OBJ(w->g->main_thread);
  }
  must(w, behind_main, NULL, "the main thread is not among the objects");
}

static void check_to_finalize(Walk *w) {
  GCObject *const last = w->g->to_finalize;
  if (last == NULL) return;
  const Refs refs = {check_ref, w};
  for (GCObject *o = last->next;; o = o->next) {
    must(w, o->tt == OBJ_USERDATA && (o->marked & MARK_FINALIZED), o,
         "something else than userdata waits for its finaliser");
    w->bytes += object_bytes(w, o);
    w->from = NULL;
    heap_each_ref(&refs, o);
    if (o == last) break;
  }
}

/* Has the sweep of this cycle been there, or was there none yet? */
static bool is_swept_bucket(const global_State *g, int i) {
  return g->gc_phase != GC_SWEEP_STRINGS || i < g->sweep_bucket;
}

static void check_strings(Walk *w) {
  const global_State *g = w->g;
  const StringTable *st = &g->strings;
  const uint32_t mask = (uint32_t)st->nbuckets - 1;
  size_t count = 0;
  must(w, st->nbuckets >= MIN_STRING_BUCKETS && ((uint32_t)st->nbuckets & mask) == 0, NULL,
       "the number of string buckets is no power of two");
  for (int i = 0; i < st->nbuckets; i++) {
    for (TString *s = st->bucket[i]; s != NULL; s = (TString *)s->next) {
      must(w, s->tt == OBJ_STRING || s->tt == OBJ_BIGPTR, OBJ(s),
           "something else than a string is in the string table");
      must(w, (s->bucket_hash & mask) == (uint32_t)i, OBJ(s), "a string is in the wrong bucket");
      must(w, s->data[s->len] == '\0', OBJ(s), "a string has no NUL at its end");
      must(w, s->tt != OBJ_STRING || s->hash == hash_text(s->data, s->len), OBJ(s),
           "a string's text changed");
      must(w, !heap_is_dead(g, OBJ(s)) || !is_swept_bucket(g, i), OBJ(s),
           "a dead string was not swept");
      must(w, obj_is_white(OBJ(s)) || g->gc_phase == GC_PROPAGATE || !is_swept_bucket(g, i), OBJ(s),
           "a string kept its mark beyond the sweep");
      w->bytes += string_size(s->len);
      count++;
    }
  }
  must(w, count == st->nstrings, NULL, "the number of strings is wrong");
  w->bytes += (size_t)st->nbuckets * sizeof *st->bucket + g->buf.size;
}

static void check_open_upvalues(Walk *w) {
  const UpVal *head = &w->g->open_upvals;
  const Refs refs = {check_ref, w};
  size_t count = 0;
  for (UpVal *uv = head->u.open.next; uv != head; uv = uv->u.open.next, count++) {
    must(w, uv->u.open.next->u.open.prev == uv && uv->u.open.prev->u.open.next == uv, OBJ(uv),
         "the ring of open upvalues is broken");
    must(w, uv->tt == OBJ_UPVAL && upval_is_open(uv), OBJ(uv), "a closed upvalue is in the ring");
    if (heap_is_dead(w->g, OBJ(uv))) continue;
    w->from = OBJ(uv);
    heap_each_ref(&refs, OBJ(uv));
  }
  must(w, count == w->open, NULL, "ring and threads disagree about open upvalues");
}

static GCObject *next_queued(GCObject *o) {
  switch (o->tt) {
    case OBJ_TABLE: return ((Table *)o)->gclist;
    case OBJ_LCLOSURE: case OBJ_CCLOSURE: return ((Closure *)o)->gclist;
    case OBJ_THREAD: return ((lua_State *)o)->gclist;
    default: return ((Proto *)o)->gclist;
  }
}

static void check_queue(const Walk *w, GCObject *o, size_t *left) {
  for (; o != NULL; o = next_queued(o), --*left) {
    must(w, is_queued_kind(o) && obj_is_grey(o), o, "an object in a queue is not grey");
    must(w, *left > 0, o, "a queue holds an object twice");
  }
}

/* While marking, the queues hold every grey object once. */
static void check_queues(const Walk *w) {
  const global_State *g = w->g;
  size_t left = w->queued;
  if (g->gc_phase != GC_PROPAGATE) return;
  check_queue(w, g->grey, &left);
  check_queue(w, g->grey_again, &left);
  check_queue(w, g->weak, &left);
  must(w, left == 0, NULL, "a grey object is in no queue");
}

void heap_check(lua_State *L) {
  Walk w = {.g = G(L)};
  const Refs roots = {check_ref, &w};
  check_objects(&w);
  check_to_finalize(&w);
  w.from = NULL;
  heap_root_refs(&roots, w.g);
  check_strings(&w);
  check_open_upvalues(&w);
  check_queues(&w);
  must(&w, w.bytes == w.g->total_bytes || (w.bytes < w.g->total_bytes && is_building(w.g)), NULL,
       "the sizes of all objects do not add up to total_bytes");
}
