/* weak.c -- finding out which tables are weak, and clearing them. */
#include "gc/weak.h"

#include <string.h>

#include "object/meta.h"

uint8_t weak_mode(const global_State *g, const Table *t) {
  TValue mode = meta_fast(g->main_thread, ref_get(t->metatable), EVENT_MODE);
  if (!val_is_string(mode)) return 0;
  const char *text = val_string(mode)->data;
  const unsigned keys = strchr(text, 'k') ? MARK_WEAK_KEY : 0;
  const unsigned values = strchr(text, 'v') ? MARK_WEAK_VALUE : 0;
  return (uint8_t)(keys | values);
}

/* Will `v` be gone, as a key or as a value, once this cycle ends?  A string met here is marked: it
 * stays in the table. */
static inline bool is_cleared(TValue v, bool as_key) {
  if (!val_is_collectable(v)) return false;
  GCObject *o = val_object(v);
  if (o->tt == OBJ_STRING || o->tt == OBJ_BIGPTR) {
    o->marked &= (uint8_t)~MARK_WHITES;
    return false;
  }
  return obj_is_white(o) || (o->tt == OBJ_USERDATA && !as_key && (o->marked & MARK_FINALIZED));
}

void weak_clear(GCObject *list) {
  for (Table *t; list != NULL; list = t->gclist) {
    t = (Table *)list;
    CHECK(t->tt == OBJ_TABLE && (t->marked & (MARK_WEAK_KEY | MARK_WEAK_VALUE)));
    if (t->marked & MARK_WEAK_VALUE) {
      for (uint32_t i = 0; i < t->narray; i++)
        if (is_cleared(slot_get(&t->array[i]), false)) slot_init(&t->array[i], VAL_NIL);
    }
    for (uint32_t i = 0, n = table_nnodes(t); i < n; i++) {
      Node *node = &t->node[i];
      if (slot_is_nil(&node->val)) continue;
      if (!is_cleared(node->key, true) && !is_cleared(slot_get(&node->val), false)) continue;
      slot_init(&node->val, VAL_NIL);
      weak_release_key(node);
    }
  }
}
