/* api_table.c -- the part of the C API that reads and writes fields.
 *
 * A table is answered here with one look-up, as long as its metatable, if any, has no say: because it
 * has none, or because the key is there.  All else goes on to vm/index.c. */
#include "api/api.h"
#include "object/str.h"
#include "object/tab.h"
#include "vm/index.h"
#include "vm/safepoint.h"

static inline bool is_present(const Slot *s) { return s != NULL && !slot_is_nil(s); }
static inline bool is_plain(const Table *t) { return ref_get(t->metatable) == NULL; }

/* A search that may be long. */
static inline void pay_for_key(const lua_State *L, const Table *t, TValue key) {
  if (unlikely(G(L)->limits.crowded)) fuel_spend(L, tab_crowd(t, key));
}

/* ---- Reading ------------------------------------------------------------------ */

LUA_API void lua_gettable(lua_State *L, int idx) {
  TValue t = api_get(L, idx), key = L->top[-1];
  if (likely(val_is_table(t))) {
    pay_for_key(L, val_table(t), key);
    const Slot *s = tab_find(val_table(t), key);
    if (is_present(s) || is_plain(val_table(t))) {
      L->top[-1] = s != NULL ? slot_get(s) : VAL_NIL;
      return;
    }
  }
  TValue v = index_get(L, t, key);
  L->top[-1] = v;
}

LUA_API void lua_getfield(lua_State *L, int idx, const char *k) {
  TValue t = api_get(L, idx);
  TString *key = str_from_c(L, k);
  if (likely(val_is_table(t))) {
    const Slot *s = tab_find_str(val_table(t), key);
    if (is_present(s) || is_plain(val_table(t))) {
      api_push(L, s != NULL ? slot_get(s) : VAL_NIL);
      return;
    }
  }
  TValue v = index_get(L, t, val_from_string(key));
  api_push(L, v);
}

LUA_API void lua_rawget(lua_State *L, int idx) {
  const Table *t = api_table(L, idx);
  pay_for_key(L, t, L->top[-1]);
  L->top[-1] = tab_get(t, L->top[-1]);
}

LUA_API void lua_rawgeti(lua_State *L, int idx, int n) {
  const Table *t = api_table(L, idx);
  if (likely((uint32_t)n - 1 < t->narray)) {
    api_push(L, slot_get(&t->array[n - 1]));
    return;
  }
  pay_for_key(L, t, val_from_num(n));
  api_push(L, tab_get_int(t, n));
}

/* Passing over empty slots takes its time. */
static void pay_for_step(const lua_State *L, const Table *t, TValue key) {
  fuel_spend(L, 1 + tab_gap(t, key) + tab_crowd(t, key));
}

LUA_API int lua_next(lua_State *L, int idx) {
  if (unlikely(G(L)->limits.counting)) pay_for_step(L, api_table(L, idx), L->top[-1]);
  bool more = tab_next(L, api_table(L, idx), L->top - 1);
  if (more)
    L->top++;
  else
    L->top--;
  return more;
}

LUA_API void lua_createtable(lua_State *L, int narr, int nrec) {
  Table *t = tab_new(L, narr > 0 ? (uint32_t)narr : 0, nrec > 0 ? (uint32_t)nrec : 0);
  api_push(L, val_from_table(t));
  gc_safepoint(L);
}

/* ---- Writing -------------------------------------------------------------------- */

LUA_API void lua_settable(lua_State *L, int idx) {
  api_check_pops(L, 2);
  TValue t = api_get(L, idx);
  if (likely(val_is_table(t))) pay_for_key(L, val_table(t), L->top[-2]);
  if (likely(val_is_table(t) && is_plain(val_table(t))))
    index_set_raw(L, val_table(t), L->top[-2], L->top[-1]);
  else
    index_set(L, t, L->top[-2], L->top[-1]);
  L->top -= 2;
}

LUA_API void lua_setfield(lua_State *L, int idx, const char *k) {
  api_check_pops(L, 1);
  TValue t = api_get(L, idx);
  TString *key = str_from_c(L, k);
  if (likely(val_is_table(t) && is_plain(val_table(t))))
    index_set_raw(L, val_table(t), val_from_string(key), L->top[-1]);
  else
    index_set(L, t, val_from_string(key), L->top[-1]);
  L->top--;
}

LUA_API void lua_rawset(lua_State *L, int idx) {
  api_check_pops(L, 2);
  Table *t = api_table(L, idx);
  pay_for_key(L, t, L->top[-2]);
  index_set_raw(L, t, L->top[-2], L->top[-1]);
  L->top -= 2;
}

LUA_API void lua_rawseti(lua_State *L, int idx, int n) {
  api_check_pops(L, 1);
  Table *t = api_table(L, idx);
  const TValue v = L->top[-1];
  if (likely((uint32_t)n - 1 < t->narray)) {
    table_slot_set(L, t, &t->array[n - 1], v);
  } else {
    pay_for_key(L, t, val_from_num(n));
    index_set_raw(L, t, val_from_num(n), v);
  }
  L->top--;
}
