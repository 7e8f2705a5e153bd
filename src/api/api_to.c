/* api_to.c -- the part of the C API that asks what a value is and turns it into one of C's. */
#include "api/api.h"
#include "base/cast.h"
#include "object/meta.h"
#include "object/str.h"
#include "vm/coerce.h"
#include "vm/compare.h"
#include "vm/safepoint.h"

/* ---- What it is -------------------------------------------------------------- */

LUA_API int lua_type(lua_State *L, int idx) {
  const TValue *p = api_index(L, idx);
  return likely(p != &api_none) ? val_type(*p) : LUA_TNONE;
}

LUA_API const char *lua_typename(lua_State *L, int tp) {
  (void)L;
  return meta_type_names[tp + 1];
}

LUA_API int lua_iscfunction(lua_State *L, int idx) { return val_is_cclosure(api_get(L, idx)); }

/* The number that v, which is none, reads as; 0 if it reads as none. */
static NOINLINE lua_Number number_of(const lua_State *L, TValue v) {
  lua_Number n;
  return coerce_to_number(L, v, &n) ? n : 0;
}

LUA_API int lua_isnumber(lua_State *L, int idx) {
  lua_Number ignored;
  TValue v = api_get(L, idx);
  return val_is_number(v) || coerce_to_number(L, v, &ignored);
}

LUA_API int lua_isstring(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  return val_is_string(v) || val_is_number(v);
}

LUA_API int lua_isuserdata(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  return val_is_userdata(v) || val_is_light(v);
}

/* ---- How two compare ------------------------------------------------------------ */

LUA_API int lua_rawequal(lua_State *L, int idx1, int idx2) {
  const TValue *a = api_index(L, idx1), *b = api_index(L, idx2);
  return a != &api_none && b != &api_none && compare_raw_equal(*a, *b);
}

/* Two environments share one scratch slot, hence values and not addresses below. */

LUA_API int lua_equal(lua_State *L, int idx1, int idx2) {
  const TValue *a = api_index(L, idx1);
  TValue first = *a;
  const TValue *b = api_index(L, idx2);
  return a != &api_none && b != &api_none && compare_equal(L, first, *b);
}

LUA_API int lua_lessthan(lua_State *L, int idx1, int idx2) {
  const TValue *a = api_index(L, idx1);
  TValue first = *a;
  const TValue *b = api_index(L, idx2);
  return a != &api_none && b != &api_none && compare_less(L, first, *b);
}

/* ---- As a value of C --------------------------------------------------------------- */

LUA_API lua_Number lua_tonumber(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  if (likely(val_is_number(v))) return val_num(v);
  return number_of(L, v);
}

LUA_API lua_Integer lua_tointeger(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  if (likely(val_is_number(v))) return num_truncate64(val_num(v));
  return num_truncate64(number_of(L, v));
}

LUA_API int lua_toboolean(lua_State *L, int idx) { return val_bool(api_get(L, idx)); }

/* Replace the number at `idx` by its text.  A number can stand on the stack or in an upvalue of the
 * running function; all other pseudo-indices hold tables. */
static NOINLINE TString *text_of_number(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  coerce_to_string(L, &v);
  if (idx > LUA_REGISTRYINDEX) {
    *api_slot(L, idx) = v;
  } else if (idx < LUA_GLOBALSINDEX) {
    CClosure *f = (CClosure *)L->ci->callee;
    slot_set(L, OBJ(f), &f->upvals[LUA_GLOBALSINDEX - idx - 1], v);
  }
  gc_safepoint(L);
  return val_string(v);
}

static NOINLINE const char *text_of_other(lua_State *L, int idx, size_t *len) {
  const TString *s = val_is_number(api_get(L, idx)) ? text_of_number(L, idx) : NULL;
  if (len != NULL) *len = s != NULL ? s->len : 0;
  return s != NULL ? s->data : NULL;
}

LUA_API const char *lua_tolstring(lua_State *L, int idx, size_t *len) {
  TValue v = api_get(L, idx);
  if (unlikely(!val_is_string(v))) return text_of_other(L, idx, len);
  if (len != NULL) *len = val_string(v)->len;
  return val_string(v)->data;
}

LUA_API size_t lua_objlen(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  if (val_is_table(v)) {
    if (unlikely(G(L)->limits.counting)) fuel_spend(L, tab_length_cost(val_table(v)));
    return tab_length(val_table(v));
  }
  if (val_is_string(v)) return val_string(v)->len;
  if (val_is_userdata(v)) return val_udata(v)->len;
  return val_is_number(v) ? text_of_number(L, idx)->len : 0;
}

LUA_API lua_CFunction lua_tocfunction(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  return val_is_cclosure(v) ? val_cclosure(v)->f : NULL;
}

static void *userdata_of(TValue v) {
  if (likely(val_is_userdata(v))) return val_udata(v)->data;
  return val_is_light(v) ? val_light(v) : NULL;
}

LUA_API void *lua_touserdata(lua_State *L, int idx) { return userdata_of(api_get(L, idx)); }

LUA_API lua_State *lua_tothread(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  return val_is_thread(v) ? val_thread(v) : NULL;
}

LUA_API const void *lua_topointer(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  if (val_is_table(v) || val_is_function(v) || val_is_thread(v)) return val_object(v);
  return userdata_of(v);
}
