/* meta.h -- metatables and metamethods.  Manual 2.8. */
#ifndef OBJECT_META_H
#define OBJECT_META_H

#include "object/tab.h"

typedef enum Event {
#define EVENT(name, text) EVENT_##name,
#include "object/events.def"
#undef EVENT
  NUM_EVENTS
} Event;
#define EVENT_CACHED 8 /* events with a bit in Table.absent */

/* Make the names of the events, fixed; the first thing a new state does with strings. */
MAY_THROW void meta_init(lua_State *L);

/* The metatable of any value, or NULL. */
Table *meta_of(const lua_State *L, TValue v);

/* Metamethod `e` of value v, or nil. */
TValue meta_find(const lua_State *L, TValue v, Event e);

/* Spend what a search in metatable `mt` may cost beyond a little: meta_find does, meta_lookup does not. */
static inline void meta_spend(const lua_State *L, const Table *mt, Event e) {
  if (unlikely(G(L)->limits.crowded))
    fuel_spend(L, tab_crowd(mt, val_from_string(G(L)->event_names[e])));
}

/* Metamethod `e` (< EVENT_CACHED) in metatable `mt`, which may be NULL; remembers absence. */
TValue meta_lookup(const lua_State *L, Table *mt, Event e);
static inline TValue meta_fast(const lua_State *L, Table *mt, Event e) {
  if (mt == NULL || (mt->absent & (1u << e))) return VAL_NIL;
  return meta_lookup(L, mt, e);
}

/* "nil", "number", ... as the type names appear in messages; index: LUA_T... + 1. */
extern const char *const meta_type_names[];
const char *meta_type_name(TValue v);

#endif
