/* heap.c -- birth and colours of objects, and what the write barriers do when they have to act. */
#include "heap/heap.h"

#include "heap/throw.h"

void heap_link(lua_State *L, GCObject *o, int kind) {
  global_State *g = G(L);
  o->next = g->objects;
  o->tt = (uint8_t)kind;
  o->marked = heap_white(g);
  g->objects = o;
}

void *heap_new(lua_State *L, size_t size, int kind) {
  global_State *g = G(L);
  GCObject *o = g->alloc(g->alloc_ud, NULL, 0, size);
  if (unlikely(o == NULL)) throw_memory(L);
  g->total_bytes += size;
  heap_link(L, o, kind);
  return o;
}

static inline void make_white(const global_State *g, GCObject *o) {
  o->marked = (uint8_t)((o->marked & ~(MARK_BLACK | MARK_WHITES)) | heap_white(g));
}

void heap_link_closed_upval(lua_State *L, UpVal *uv) {
  global_State *g = G(L);
  uv->next = g->objects;
  g->objects = OBJ(uv);
  if (!obj_is_grey(OBJ(uv))) return;
  if (g->gc_phase != GC_PROPAGATE) { /* marking is over: what it holds was visited */
    make_white(g, OBJ(uv));
    return;
  }
  uv->marked |= MARK_BLACK;
  heap_mark_value(g, slot_get(&uv->u.closed));
}

static inline void queue(global_State *g, GCObject *o, GCObject **gclist) {
  *gclist = g->grey;
  g->grey = o;
}

void heap_mark(global_State *g, GCObject *o) {
  CHECK(obj_is_white(o) && !heap_is_dead(g, o));
  o->marked &= (uint8_t)~MARK_WHITES;
  switch ((enum ObjectKind)o->tt) {
    case OBJ_STRING: case OBJ_BIGPTR:
      break; /* refers to nothing: done, though it is never black */
    case OBJ_TABLE:
      queue(g, o, &((Table *)o)->gclist);
      break;
    case OBJ_LCLOSURE: case OBJ_CCLOSURE:
      queue(g, o, &((Closure *)o)->gclist);
      break;
    case OBJ_THREAD:
      queue(g, o, &((lua_State *)o)->gclist);
      break;
    case OBJ_PROTO:
      queue(g, o, &((Proto *)o)->gclist);
      break;
    case OBJ_USERDATA: {
      Udata *u = (Udata *)o;
      o->marked |= MARK_BLACK;
      if (u->metatable.ref && obj_is_white(OBJ(u->metatable.ref)))
        heap_mark(g, OBJ(u->metatable.ref));
      if (u->env.ref && obj_is_white(OBJ(u->env.ref))) heap_mark(g, OBJ(u->env.ref));
      break;
    }
    case OBJ_UPVAL: { /* an open one stays grey: its value can change without a barrier */
      UpVal *uv = (UpVal *)o;
      if (!upval_is_open(uv)) o->marked |= MARK_BLACK;
      heap_mark_value(g, *uv->v);
      break;
    }
  }
}

void heap_barrier_forward(lua_State *L, GCObject *owner, GCObject *child) {
  global_State *g = G(L);
  CHECK(obj_is_black(owner) && obj_is_white(child));
  CHECK(!heap_is_dead(g, owner) && !heap_is_dead(g, child));
  CHECK(owner->tt != OBJ_TABLE);
  if (g->gc_phase == GC_PROPAGATE) heap_mark(g, child);
  else make_white(g, owner); /* spares it further barriers until it is swept */
}

void heap_barrier_back(lua_State *L, Table *owner) {
  global_State *g = G(L);
  CHECK(obj_is_black(OBJ(owner)) && !heap_is_dead(g, OBJ(owner)));
  owner->marked &= (uint8_t)~MARK_BLACK;
  owner->gclist = g->grey_again;
  g->grey_again = OBJ(owner);
}
