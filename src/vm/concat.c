/* concat.c -- the operator `..`: as many operands as possible in one new string. */
#include "vm/concat.h"

#include <string.h>

#include "base/num.h"
#include "heap/buf.h"
#include "object/meta.h"
#include "object/str.h"
#include "vm/arith.h"
#include "vm/coerce.h"
#include "vm/error.h"

/* Results up to this many bytes are put together on the C stack. */
#define SMALL_RESULT 256

static bool is_text(TValue v) { return val_is_string(v) || val_is_number(v); }

/* The string of `n` pieces from `first`, all of them strings, `len` bytes in all. */
static TString *join(lua_State *L, const TValue *first, int n, size_t len) {
  char small[SMALL_RESULT];
  char *out = len <= sizeof small ? small : buf_reserve(L, &G(L)->buf, len), *to = out;
  for (int i = 0; i < n; i++) {
    const TString *piece = val_string(first[i]);
    memcpy(to, piece->data, piece->len);
    to += piece->len;
  }
  return str_intern(L, out, len);
}

/* Join the longest run of texts that ends at L->top - 1, at least two; returns how many. */
static int join_run(lua_State *L, int most) {
  StkId top = L->top;
  int n = 0;
  size_t len = 0;
  while (n < most && is_text(top[-n - 1])) {
    coerce_to_string(L, &top[-n - 1]);
    uint32_t piece = val_string(top[-n - 1])->len;
    if (piece > MAX_STRING_LEN - len) err_run(L, "string length overflow");
    len += piece;
    n++;
  }
  top[-n] = val_from_string(join(L, top - n, n, len));
  return n;
}

void concat_top(lua_State *L, int n) {
  while (n > 1) {
    StkId a = L->top - 2, b = L->top - 1;
    int used = 2;
    if (is_text(*a) && val_is_string(*b) && val_string(*b)->len == 0) {
      coerce_to_string(L, a);
    } else if (is_text(*a) && is_text(*b)) {
      used = join_run(L, n);
    } else {
      TValue f = meta_find(L, *a, EVENT_CONCAT);
      if (val_is_nil(f)) f = meta_find(L, *b, EVENT_CONCAT);
      if (val_is_nil(f)) err_concat(L, a, b);
      ptrdiff_t at = stack_save(L, a);
      TValue result = arith_call_meta(L, f, *a, *b);
      *stack_restore(L, at) = result;
    }
    L->top -= used - 1;
    n -= used - 1;
  }
}
