/* heappath.c -- see heappath.h. */
#include "gc/heappath.h"

#include <stdio.h>

#include "heap/slot.h"

/* ---- References ----------------------------------------------------------------------------- */

static void ref(const Refs *refs, const void *to, int kind, const char *field, long index) {
  if (to != NULL) refs->visit(refs->context, OBJ(to), OBJ(to)->tt == kind, field, index);
}

static void value_ref(const Refs *refs, TValue v, const char *field, long index) {
  if (!val_is_collectable(v)) return;
  GCObject *o = val_object(v);
  refs->visit(refs->context, o, val_has_kind(v, o->tt), field, index);
}

static void table_refs(const Refs *refs, const Table *t) {
  ref(refs, t->metatable.ref, OBJ_TABLE, "metatable", -1);
  for (uint32_t i = 0; i < t->narray; i++)
    value_ref(refs, slot_get(&t->array[i]), "array", (long)i + 1);
  for (uint32_t i = 0; i < table_nnodes(t); i++) {
    if (slot_is_nil(&t->node[i].val)) continue; /* its key may be gone already */
    value_ref(refs, t->node[i].key, "key of node", (long)i);
    value_ref(refs, slot_get(&t->node[i].val), "value of node", (long)i);
  }
}

static void proto_refs(const Refs *refs, const Proto *p) {
  ref(refs, p->source.ref, OBJ_STRING, "source", -1);
  for (int i = 0; i < p->size_k; i++) value_ref(refs, slot_get(&p->k[i]), "constant", i);
  for (int i = 0; i < p->size_p; i++) ref(refs, p->p[i].ref, OBJ_PROTO, "prototype", i);
  for (int i = 0; i < p->size_locvars; i++)
    ref(refs, p->locvars[i].name.ref, OBJ_STRING, "local name", i);
  for (int i = 0; i < p->size_upvalue_names; i++)
    ref(refs, p->upvalue_names[i].ref, OBJ_STRING, "upvalue name", i);
}

static void thread_refs(const Refs *refs, const lua_State *L1) {
  value_ref(refs, L1->globals, "globals", -1);
  for (const Roots *r = L1->roots; r != NULL; r = r->outer)
    for (size_t i = 0; i < ARRAY_LEN(r->object); i++)
      if (r->object[i] != NULL) ref(refs, r->object[i], r->object[i]->tt, "held by C", (long)i);
  if (L1->stack == NULL) return;
  for (const CallInfo *ci = L1->base_ci; ci <= L1->ci; ci++)
    ref(refs, ci->callee, call_is_lua(ci) ? OBJ_LCLOSURE : OBJ_CCLOSURE, "callee of frame",
        (long)(ci - L1->base_ci));
  for (const TValue *p = L1->stack; p < L1->top; p++)
    value_ref(refs, *p, "stack", (long)(p - L1->stack));
}

void heap_each_ref(const Refs *refs, GCObject *o) {
  switch ((enum ObjectKind)o->tt) {
    case OBJ_STRING: case OBJ_BIGPTR:
      break;
    case OBJ_TABLE:
      table_refs(refs, (Table *)o);
      break;
    case OBJ_LCLOSURE: {
      const LClosure *f = (LClosure *)o;
      ref(refs, f->env.ref, OBJ_TABLE, "environment", -1);
      ref(refs, f->p, OBJ_PROTO, "prototype", -1);
      for (int i = 0; i < f->nups; i++)
        ref(refs, f->upvals[i].ref, OBJ_UPVAL, "upvalue", i + 1);
      break;
    }
    case OBJ_CCLOSURE: {
      const CClosure *c = (CClosure *)o;
      ref(refs, c->env.ref, OBJ_TABLE, "environment", -1);
      for (int i = 0; i < c->nups; i++) value_ref(refs, slot_get(&c->upvals[i]), "upvalue", i + 1);
      break;
    }
    case OBJ_USERDATA:
      ref(refs, ((Udata *)o)->metatable.ref, OBJ_TABLE, "metatable", -1);
      ref(refs, ((Udata *)o)->env.ref, OBJ_TABLE, "environment", -1);
      break;
    case OBJ_THREAD:
      thread_refs(refs, (lua_State *)o);
      break;
    case OBJ_PROTO:
      proto_refs(refs, (Proto *)o);
      break;
    case OBJ_UPVAL:
      value_ref(refs, *((UpVal *)o)->v, "value", -1);
      break;
  }
}

void heap_root_refs(const Refs *refs, const global_State *g) {
  ref(refs, g->main_thread, OBJ_THREAD, "main thread", -1);
  value_ref(refs, g->registry, "registry", -1);
  for (size_t i = 0; i < ARRAY_LEN(g->metatables); i++)
    ref(refs, g->metatables[i].ref, OBJ_TABLE, "metatable of type", (long)i);
  for (GCObject *last = g->to_finalize, *o = last; o != NULL;) {
    o = o->next;
    ref(refs, o, OBJ_USERDATA, "one to finalise", -1);
    if (o == last) break;
  }
}

/* ---- Paths ---------------------------------------------------------------------------------- */

#define LONGEST_PATH 20
#define MOST_TRIED 60

/* From an object, which is the first, towards a root.  What was tried once is not looked into
 * again: the first may be broken, others lead in a circle or nowhere. */
typedef struct Path {
  HeapStep step[LONGEST_PATH];
  int length;
  int given; /* steps that were not searched, and stay */
  const GCObject *tried[MOST_TRIED];
  int ntried;
} Path;

static void print_object(const GCObject *o) {
  static const char *const kinds[] = {"?",        "string",        "table",     "Lua function",
                                      "C function", "userdata",    "thread",    "light pointer",
                                      "prototype", "upvalue"};
  const char *kind = o->tt < ARRAY_LEN(kinds) ? kinds[o->tt] : "?";
  fprintf(stderr, "%s %p (marked %02x", kind, (const void *)o, o->marked);
  if (o->tt == OBJ_STRING) {
    const TString *s = (const TString *)o;
    fprintf(stderr, ", \"%.*s\"", s->len < 40 ? (int)s->len : 40, s->data);
  }
  fputs(")", stderr);
}

/* Who refers to step->object? */
static void compare_ref(void *context, GCObject *to, bool fits, const char *field, long index) {
  HeapStep *step = context;
  (void)fits;
  if (to != step->object || step->field != NULL) return;
  step->field = field;
  step->index = index;
}

static bool was_tried(const Path *path, const GCObject *o) {
  for (int i = 0; i < path->ntried; i++)
    if (path->tried[i] == o) return true;
  return false;
}

static bool refers_to_last(Path *path, GCObject *from) {
  HeapStep *last = &path->step[path->length - 1];
  const Refs refs = {compare_ref, last};
  if (!was_tried(path, from)) heap_each_ref(&refs, from);
  return last->field != NULL;
}

/* Somebody who refers to the last of the path and was not tried yet, or NULL. */
static GCObject *find_referrer(const global_State *g, Path *path) {
  for (GCObject *o = g->objects; o != NULL; o = o->next)
    if (refers_to_last(path, o)) return o;
  for (UpVal *uv = g->open_upvals.u.open.next; uv != &g->open_upvals; uv = uv->u.open.next)
    if (refers_to_last(path, OBJ(uv))) return OBJ(uv);
  return NULL;
}

static void path_add(Path *path, HeapStep step) {
  path->step[path->length++] = step;
  path->tried[path->ntried++] = step.object;
}

/* Make the path as long as it has to be; false if no root is found. */
static bool find_root(const global_State *g, Path *path) {
  for (;;) {
    HeapStep *last = &path->step[path->length - 1];
    const Refs refs = {compare_ref, last};
    last->field = NULL;
    heap_root_refs(&refs, g);
    if (last->field != NULL) return true;
    if (path->length == LONGEST_PATH || path->ntried == MOST_TRIED) return false;
    GCObject *from = find_referrer(g, path);
    if (from != NULL) path_add(path, (HeapStep){.object = from});
    else if (path->length > path->given) path->length--; /* the last one leads nowhere */
    else return false;
  }
}

static void print_steps(const Path *path) {
  fputs("  ", stderr);
  print_object(path->step[0].object);
  for (int i = 0; i < path->length && path->step[i].field != NULL; i++) {
    fprintf(stderr, "\n    which is the %s", path->step[i].field);
    if (path->step[i].index >= 0) fprintf(stderr, " %ld", path->step[i].index);
    fputs(" of ", stderr);
    if (i + 1 < path->length) print_object(path->step[i + 1].object);
    else fputs("the state", stderr);
  }
}

void heap_print_path(const global_State *g, const HeapStep *step, GCObject *from) {
  Path path = {.length = 0};
  path_add(&path, *step);
  if (from != NULL) path_add(&path, (HeapStep){.object = from});
  path.given = path.length;
  const bool is_rooted = find_root(g, &path);
  print_steps(&path);
  fputs(is_rooted ? "\n" : "\n    to which no path from a root was found\n", stderr);
}
