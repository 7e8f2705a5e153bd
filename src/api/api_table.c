/* api_table.c -- the part of the C API that reads and writes fields.
 *
 * A plain table with the key in it is answered here with one look-up; only what needs a metamethod
 * or a new key goes on to vm/index.c. */
#include "api/api.h"
#include "object/str.h"
#include "object/tab.h"
#include "vm/index.h"
#include "vm/safepoint.h"

/* ---- Reading ------------------------------------------------------------------ */

LUA_API void lua_gettable(lua_State *L, int idx) {
  TValue t = api_get(L, idx), key = L->top[-1];
  if (likely(val_is_table(t))) {
    const Slot *s = tab_find(val_table(t), key);
    if (s != NULL && !slot_is_nil(s)) {
      L->top[-1] = slot_get(s);
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
    if (s != NULL && !slot_is_nil(s)) {
      api_push(L, slot_get(s));
      return;
    }
  }
  TValue v = index_get(L, t, val_from_string(key));
  api_push(L, v);
}

LUA_API void lua_rawget(lua_State *L, int idx) {
  L->top[-1] = tab_get(api_table(L, idx), L->top[-1]);
}

LUA_API void lua_rawgeti(lua_State *L, int idx, int n) {
  api_push(L, tab_get_int(api_table(L, idx), n));
}

LUA_API int lua_next(lua_State *L, int idx) {
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
  if (likely(val_is_table(t))) {
    Slot *s = tab_find(val_table(t), L->top[-2]);
    if (s != NULL && !slot_is_nil(s)) {
      table_slot_set(L, val_table(t), s, L->top[-1]);
      L->top -= 2;
      return;
    }
  }
  index_set(L, t, L->top[-2], L->top[-1]);
  L->top -= 2;
}

LUA_API void lua_setfield(lua_State *L, int idx, const char *k) {
  api_check_pops(L, 1);
  TValue t = api_get(L, idx);
  TString *key = str_from_c(L, k);
  if (likely(val_is_table(t))) {
    Slot *s = tab_find_str(val_table(t), key);
    if (s != NULL && !slot_is_nil(s)) {
      table_slot_set(L, val_table(t), s, L->top[-1]);
      L->top--;
      return;
    }
  }
  index_set(L, t, val_from_string(key), L->top[-1]);
  L->top--;
}

LUA_API void lua_rawset(lua_State *L, int idx) {
  api_check_pops(L, 2);
  tab_set(L, api_table(L, idx), L->top[-2], L->top[-1]);
  L->top -= 2;
}

LUA_API void lua_rawseti(lua_State *L, int idx, int n) {
  api_check_pops(L, 1);
  tab_set_int(L, api_table(L, idx), n, L->top[-1]);
  L->top--;
}
