/* compare.c -- ==, < and <= with metamethods. */
#include "vm/compare.h"

#include "object/meta.h"
#include "object/str.h"
#include "vm/arith.h"
#include "vm/error.h"

/* The __eq that both metatables agree on, or nil. */
static TValue common_eq(lua_State *L, Table *ma, Table *mb) {
  TValue fa = meta_fast(L, ma, EVENT_EQ);
  if (val_is_nil(fa) || ma == mb) return fa;
  TValue fb = meta_fast(L, mb, EVENT_EQ);
  return compare_raw_equal(fa, fb) ? fa : VAL_NIL;
}

bool compare_equal(lua_State *L, TValue a, TValue b) {
  TValue f;
  if (compare_raw_equal(a, b)) return true;
  if (val_is_table(a) && val_is_table(b))
    f = common_eq(L, ref_get(val_table(a)->metatable), ref_get(val_table(b)->metatable));
  else if (val_is_userdata(a) && val_is_userdata(b))
    f = common_eq(L, ref_get(val_udata(a)->metatable), ref_get(val_udata(b)->metatable));
  else
    return false;
  return !val_is_nil(f) && !val_is_falsy(arith_call_meta(L, f, a, b));
}

/* Order by metamethod `e`: false when the operands do not share one. */
static bool order_by_meta(lua_State *L, TValue a, TValue b, Event e, bool *result) {
  TValue fa = meta_find(L, a, e);
  if (val_is_nil(fa) || !compare_raw_equal(fa, meta_find(L, b, e))) return false;
  *result = !val_is_falsy(arith_call_meta(L, fa, a, b));
  return true;
}

static int compare_text(lua_State *L, const TString *a, const TString *b) {
  fuel_spend(L, (a->len < b->len ? a->len : b->len) / 4);
  return str_compare(a, b);
}

bool compare_less(lua_State *L, TValue a, TValue b) {
  bool result;
  if (val_is_number(a) && val_is_number(b)) return val_num(a) < val_num(b);
  if (val_is_string(a) && val_is_string(b)) return compare_text(L, val_string(a), val_string(b)) < 0;
  if (val_type(a) != val_type(b) || !order_by_meta(L, a, b, EVENT_LT, &result))
    err_compare(L, a, b);
  return result;
}

bool compare_less_equal(lua_State *L, TValue a, TValue b) {
  bool result;
  if (val_is_number(a) && val_is_number(b)) return val_num(a) <= val_num(b);
  if (val_is_string(a) && val_is_string(b)) return compare_text(L, val_string(a), val_string(b)) <= 0;
  if (val_type(a) != val_type(b)) err_compare(L, a, b);
  if (order_by_meta(L, a, b, EVENT_LE, &result)) return result;
  if (order_by_meta(L, b, a, EVENT_LT, &result)) return !result;
  err_compare(L, a, b);
}
