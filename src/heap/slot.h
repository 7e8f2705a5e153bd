/* slot.h -- the only way to store into a heap object.
 *
 *   slot_set, ref_set     into an object that the collector may have visited: barrier included;
 *   table_slot_set        the same for a table, whose barrier goes backwards;
 *   slot_init, ref_init   into an object that is new (white) or for a value that needs none
 *                         (not collectable, or reachable otherwise): no barrier.
 * Values on a stack need no barrier: stacks are traversed again in the atomic step.          */
#ifndef HEAP_SLOT_H
#define HEAP_SLOT_H

#include "heap/heap.h"

static inline void slot_init(Slot *s, TValue v) { s->v = v; }

/* owner: any GCObject but a Table. */
static inline void slot_set(lua_State *L, GCObject *owner, Slot *s, TValue v) {
  s->v = v;
  if (val_is_collectable(v) && unlikely(obj_is_black(owner)) && obj_is_white(val_object(v)))
    heap_barrier_forward(L, owner, val_object(v));
}

static inline void table_barrier(lua_State *L, Table *t, TValue v) {
  if (val_is_collectable(v) && unlikely(obj_is_black(OBJ(t))) && obj_is_white(val_object(v)))
    heap_barrier_back(L, t);
}
static inline void table_slot_set(lua_State *L, Table *t, Slot *s, TValue v) {
  s->v = v;
  table_barrier(L, t, v);
}

#define ref_get(r) ((r).ref)
#define ref_init(r, p) ((void)((r)->ref = (p)))
/* owner: any object but a stack or a table; p may be NULL. */
#define ref_set(L, owner, r, p)                                                        \
  do {                                                                                 \
    GCObject *ref_child_ = OBJ((r)->ref = (p));                                        \
    if (ref_child_ != NULL && obj_is_black(OBJ(owner)) && obj_is_white(ref_child_))    \
      heap_barrier_forward(L, OBJ(owner), ref_child_);                                 \
  } while (0)

#endif
