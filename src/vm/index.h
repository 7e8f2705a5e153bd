/* index.h -- t[k] with metamethods, both directions.  Manual 2.8. */
#ifndef VM_INDEX_H
#define VM_INDEX_H

#include "object/tab.h"
#include "types/state.h"

/* The value obj[key].  May call metamethods. */
MAY_THROW MAY_GC MOVES_STACK TValue index_get(lua_State *L, TValue obj, TValue key);
/* obj[key] = v. */
MAY_THROW MAY_GC MOVES_STACK void index_set(lua_State *L, TValue obj, TValue key, TValue v);

/* The same for an object in a register of the running Lua frame, which errors then name. */
MAY_THROW MAY_GC MOVES_STACK TValue index_get_at(lua_State *L, const TValue *where, TValue key);
MAY_THROW MAY_GC MOVES_STACK void index_set_at(lua_State *L, const TValue *where, TValue key,
                                               TValue v);

/* The slot of a key of t, as tab_slot, for the value v that is to be stored there.  In a state with a
 * memory cap, a table that may not grow is tried again after a collection; so only then does this
 * collect. */
MAY_THROW MAY_GC MOVES_STACK Slot *index_slot_capped(lua_State *L, Table *t, TValue key, TValue v);
MAY_THROW MAY_GC MOVES_STACK static inline Slot *index_slot(lua_State *L, Table *t, TValue key,
                                                            TValue v) {
  if (likely(G(L)->limits.memory == NO_LIMIT)) return tab_slot(L, t, key);
  return index_slot_capped(L, t, key, v);
}

/* t[key] = v without metamethods. */
MAY_THROW MAY_GC MOVES_STACK static inline void index_set_raw(lua_State *L, Table *t, TValue key,
                                                              TValue v) {
  table_slot_set(L, t, index_slot(L, t, key, v), v);
}

#endif
