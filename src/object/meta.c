/* meta.c -- finding metatables and metamethods. */
#include "object/meta.h"

#include "object/str.h"

const char *const meta_type_names[] = {"no value", "nil",    "boolean",  "userdata", "number",
                                       "string",   "table",  "function", "userdata", "thread",
                                       "proto",    "upval"};

const char *meta_type_name(TValue v) { return meta_type_names[val_type(v) + 1]; }

void meta_init(lua_State *L) {
  static const char *const names[NUM_EVENTS] = {
#define EVENT(name, text) text,
#include "object/events.def"
#undef EVENT
  };
  _Static_assert(NUM_EVENTS <= MAX_EVENTS, "global_State.event_names is too small");
  for (int e = 0; e < NUM_EVENTS; e++) {
    TString *s = str_from_c(L, names[e]);
    str_fix(s);
    s->event = (uint8_t)(e + 1);
    G(L)->event_names[e] = s;
  }
}

Table *meta_of(const lua_State *L, TValue v) {
  if (val_is_table(v)) return ref_get(val_table(v)->metatable);
  if (val_is_userdata(v)) return ref_get(val_udata(v)->metatable);
  return ref_get(G(L)->metatables[val_type(v)]);
}

static NOINLINE TValue find_in_crowd(const lua_State *L, const Table *mt, Event e) {
  meta_spend(L, mt, e);
  return tab_get_str(mt, G(L)->event_names[e]);
}

TValue meta_find(const lua_State *L, TValue v, Event e) {
  const Table *mt = meta_of(L, v);
  if (unlikely(G(L)->limits.crowded) && mt != NULL) return find_in_crowd(L, mt, e);
  return mt ? tab_get_str(mt, G(L)->event_names[e]) : VAL_NIL;
}

TValue meta_lookup(const lua_State *L, Table *mt, Event e) {
  CHECK(e < EVENT_CACHED);
  TValue v = tab_get_str(mt, G(L)->event_names[e]);
  if (val_is_nil(v)) mt->absent |= (uint8_t)(1u << e);
  return v;
}
