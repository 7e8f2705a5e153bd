/* arith.c -- arithmetic on operands that are not both numbers. */
#include "vm/arith.h"

#include "vm/call.h"
#include "vm/coerce.h"
#include "vm/error.h"

TValue arith_call_meta(lua_State *L, TValue f, TValue a, TValue b) {
  StkId top = L->top; /* EXTRA_STACK slots are always there */
  top[0] = f;
  top[1] = a;
  top[2] = b;
  ptrdiff_t at = stack_save(L, top);
  stack_ensure(L, 3);
  L->top = stack_restore(L, at) + 3;
  call_function(L, L->top - 3, 1);
  return *--L->top;
}

static lua_Number compute(Event e, lua_Number a, lua_Number b) {
  switch (e) {
    case EVENT_ADD: return a + b;
    case EVENT_SUB: return a - b;
    case EVENT_MUL: return a * b;
    case EVENT_DIV: return a / b;
    case EVENT_MOD: return arith_mod(a, b);
    case EVENT_POW: return pow(a, b);
    case EVENT_UNM: return -a;
    default: UNREACHABLE();
  }
}

TValue arith_slow(lua_State *L, const TValue *a, const TValue *b, Event e) {
  lua_Number x, y;
  if (coerce_to_number(L, *a, &x) && coerce_to_number(L, *b, &y)) return val_number(compute(e, x, y));
  TValue f = meta_find(L, *a, e);
  if (val_is_nil(f)) f = meta_find(L, *b, e);
  if (val_is_nil(f)) err_arith(L, a, *a, b, *b);
  return arith_call_meta(L, f, *a, *b);
}
