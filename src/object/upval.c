/* upval.c -- variables shared by closures.
 *
 * An open upvalue is in two lists: that of its thread, sorted by stack address so that leaving a
 * block finds its variables at the front, and the ring of all threads' open upvalues, which the
 * collector visits in its atomic step because a thread may be dead while a closure still uses its
 * variables.                                                                                */
#include "object/upval.h"

static void join_ring(global_State *g, UpVal *uv) {
  UpVal *head = &g->open_upvals;
  uv->u.open.prev = head;
  uv->u.open.next = head->u.open.next;
  head->u.open.next->u.open.prev = uv;
  head->u.open.next = uv;
}

static void leave_ring(const UpVal *uv) {
  CHECK(uv->u.open.next->u.open.prev == uv && uv->u.open.prev->u.open.next == uv);
  uv->u.open.next->u.open.prev = uv->u.open.prev;
  uv->u.open.prev->u.open.next = uv->u.open.next;
}

UpVal *upval_new(lua_State *L) {
  UpVal *uv = heap_new(L, sizeof(UpVal), OBJ_UPVAL);
  uv->v = &uv->u.closed.v;
  slot_init(&uv->u.closed, VAL_NIL);
  return uv;
}

UpVal *upval_find(lua_State *L, StkId level) {
  global_State *g = G(L);
  UpVal *above = NULL, *uv = L->open_upvals;
  for (; uv != NULL && uv->v >= level; uv = (UpVal *)uv->next) {
    CHECK(upval_is_open(uv));
    if (uv->v == level) {
      if (heap_is_dead(g, OBJ(uv))) uv->marked ^= MARK_WHITES; /* not swept yet: lives again */
      return uv;
    }
    above = uv;
  }
  UpVal *fresh = mem_new(L, sizeof(UpVal));
  fresh->tt = OBJ_UPVAL;
  fresh->marked = heap_white(g);
  fresh->v = level;
  fresh->next = OBJ(uv);
  if (above != NULL) above->next = OBJ(fresh);
  else L->open_upvals = fresh;
  join_ring(g, fresh);
  return fresh;
}

void upval_close(lua_State *L, StkId level) {
  const global_State *g = G(L);
  UpVal *uv;
  while ((uv = L->open_upvals) != NULL && uv->v >= level) {
    CHECK(upval_is_open(uv) && !obj_is_black(OBJ(uv)));
    L->open_upvals = (UpVal *)uv->next;
    if (heap_is_dead(g, OBJ(uv))) {
      upval_free(L, uv);
      continue;
    }
    leave_ring(uv);
    slot_init(&uv->u.closed, *uv->v);
    uv->v = &uv->u.closed.v;
    heap_link_closed_upval(L, uv);
  }
}

void upval_free(lua_State *L, UpVal *uv) {
  if (upval_is_open(uv)) leave_ring(uv);
  mem_free(L, uv, sizeof(UpVal));
}
