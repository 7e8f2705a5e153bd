/* tab.h -- Lua tables: an array part for keys 1..narray, a hash part for the rest.
 *
 * Invariants (heap_check() tests them):
 *   - a key lives in exactly one of the two parts;
 *   - a nil value means "absent", even while its node still holds the key;
 *   - the hash part has 2^k nodes, or none (then `node` is the shared empty node);
 *   - every chain starts at the main position of its keys; nodes at or above last_free are in use.
 * Sizes, positions and the order of `next` are the reference's: they can be seen.
 * Manual: 2.2 (keys), 2.5.5 (border and length), 5.1 `next`.                               */
#ifndef OBJECT_TAB_H
#define OBJECT_TAB_H

#include "heap/slot.h"
#include "types/table.h"

/* A new empty table with room for `narray` slots and at least `nhash` nodes.
 * Raises LUA_ERRMEM.  Does not collect. */
MAY_THROW Table *tab_new(lua_State *L, uint32_t narray, uint32_t nhash);
void tab_free(lua_State *L, Table *t);

/* The slot that holds `key`, or NULL.  Never raises and never creates: nil and NaN, which cannot be
 * keys, are just absent.  The slot may hold nil. */
Slot *tab_find(const Table *t, TValue key);
Slot *tab_find_int(const Table *t, int64_t key);
Slot *tab_find_str(const Table *t, const TString *key);

/* t[key], or nil. */
static inline TValue tab_get(const Table *t, TValue key) {
  const Slot *s = tab_find(t, key);
  return s ? slot_get(s) : VAL_NIL;
}
static inline TValue tab_get_str(const Table *t, const TString *key) {
  const Slot *s = tab_find_str(t, key);
  return s ? slot_get(s) : VAL_NIL;
}
static inline TValue tab_get_int(const Table *t, int64_t key) {
  const Slot *s = tab_find_int(t, key);
  return s ? slot_get(s) : VAL_NIL;
}

/* The slot of `key`, created (as nil) if absent; store into it with table_slot_set at once.
 * Forgets what is known about absent metamethods.
 * Raises LUA_ERRRUN ("table index is nil", "table index is NaN") and LUA_ERRMEM. */
MAY_THROW Slot *tab_slot(lua_State *L, Table *t, TValue key);
MAY_THROW Slot *tab_slot_int(lua_State *L, Table *t, int64_t key);
MAY_THROW Slot *tab_slot_str(lua_State *L, Table *t, TString *key);

/* The slot of a string key that tab_find_str has just not found. */
MAY_THROW Slot *tab_insert_str(lua_State *L, Table *t, TString *key);

/* t[key] = v, without metamethods; barrier included.  Raises as tab_slot. */
MAY_THROW static inline void tab_set(lua_State *L, Table *t, TValue key, TValue v) {
  table_slot_set(L, t, tab_slot(L, t, key), v);
}
MAY_THROW static inline void tab_set_int(lua_State *L, Table *t, int64_t key, TValue v) {
  table_slot_set(L, t, tab_slot_int(L, t, key), v);
}
MAY_THROW static inline void tab_set_str(lua_State *L, Table *t, TString *key, TValue v) {
  table_slot_set(L, t, tab_slot_str(L, t, key), v);
}

/* Exactly `narray` array slots and at least `nhash` nodes; contents are kept. */
MAY_THROW void tab_resize(lua_State *L, Table *t, uint32_t narray, uint32_t nhash);
/* At least `narray` array slots. */
MAY_THROW void tab_resize_array(lua_State *L, Table *t, uint32_t narray);

/* A border (manual 2.5.5), the one that the reference gives. */
uint32_t tab_length(const Table *t);

/* Step of a traversal: `key[0]` is the previous key (nil: begin) and becomes the next one, `key[1]`
 * its value.  False at the end.  Raises LUA_ERRRUN "invalid key to 'next'". */
MAY_THROW bool tab_next(lua_State *L, const Table *t, TValue key[2]);
/* The same without raising: 1, 0 at the end, -1 for an invalid key. */
int tab_step(const Table *t, TValue key[2]);

/* What work budgets count: slots that the step after `key` passes over, looks of tab_length() beyond a
 * few, and nodes that a search for `key` may meet, beside its own. */
size_t tab_gap(const Table *t, TValue key);
size_t tab_length_cost(const Table *t);
static inline size_t tab_crowd(const Table *t, TValue key);

/* Index of the node where the chain of `key` begins; only for tables with nodes. */
uint32_t tab_main_position(const Table *t, TValue key);

static inline size_t tab_crowd(const Table *t, TValue key) {
  return val_is_nil(key) ? 0 : t->node[tab_main_position(t, key)].crowd;
}

#endif
