/* coerce.c -- between numbers and strings. */
#include "vm/coerce.h"

#include "base/num.h"
#include "object/str.h"

/* Reading a longer text is work of its own (include/lua_limits.h). */
#define LONG_NUMERAL 64

bool coerce_to_number(const lua_State *L, TValue v, lua_Number *out) {
  if (val_is_number(v)) {
    *out = val_num(v);
    return true;
  }
  if (!val_is_string(v)) return false;
  const TString *s = val_string(v);
  if (unlikely(s->len >= LONG_NUMERAL)) fuel_spend(L, s->len / 8);
  if (!num_from_text(s->data, out)) return false;
  if (unlikely(G(L)->limits.counting)) fuel_spend(L, num_text_work(*out));
  *out = val_num(val_number(*out)); /* strtod("nan(7)") is a foreign NaN */
  return true;
}

int coerce_text(const lua_State *L, char *text, lua_Number n) {
  if (unlikely(G(L)->limits.counting)) fuel_spend(L, num_text_work(n));
  return num_to_text(text, n);
}

bool coerce_to_string(lua_State *L, TValue *v) {
  if (val_is_string(*v)) return true;
  if (!val_is_number(*v)) return false;
  char text[NUM_TEXT_SIZE];
  int len = coerce_text(L, text, val_num(*v));
  *v = val_from_string(str_intern(L, text, (size_t)len));
  return true;
}
