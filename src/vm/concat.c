/* concat.c -- the operator `..`: as many operands as possible in one new string. */
#include "vm/concat.h"

#include <string.h>

#include "base/num.h"
#include "object/meta.h"
#include "object/str.h"
#include "vm/arith.h"
#include "vm/coerce.h"
#include "vm/error.h"
#include "vm/safepoint.h"

/* Results up to this many bytes are put together on the C stack: they often exist already. */
#define SMALL_RESULT 64

/* Results from here on are work, and may be too much memory. */
#define LONG_RESULT 1024

/* So many numbers of one concatenation are written down without becoming strings first. */
#define MAX_NUMBERS 8

typedef struct NumberText {
  int len;
  char text[NUM_TEXT_SIZE];
} NumberText;

static bool is_text(TValue v) { return val_is_string(v) || val_is_number(v); }

/* Write the `n` pieces below `top`; numbers[] has the texts of those that are numbers, from the top
 * down. */
static void write_pieces(char *to, const TValue *top, int n, const NumberText *numbers, int nnumbers) {
  for (const TValue *piece = top - n; piece < top; piece++) {
    const char *text;
    size_t len;
    if (val_is_string(*piece)) {
      text = val_string(*piece)->data;
      len = val_string(*piece)->len;
    } else {
      text = numbers[--nnumbers].text;
      len = (size_t)numbers[nnumbers].len;
    }
    memcpy(to, text, len);
    to += len;
  }
}

/* All operands are on the stack, so there may be a collection for want of room, and an error for want of
 * fuel, unless it is the host that concatenates.  Whether there was a collection: a finaliser may have
 * written to the stack (debug.setlocal). */
static bool collect_for_long(lua_State *L, size_t len) {
  fuel_spend(L, len / 64);
  if (fuel_is_out(G(L)) && call_is_lua(L->ci)) err_out_of_fuel(L);
  return gc_make_room(L, string_size(len));
}

/* Join the longest run of texts that ends at L->top - 1, at least two, into the lowest of them;
 * returns how many they are.  Or 0: there was a collection, so that all has to be looked at again. */
static int join_run(lua_State *L, int most, bool *collected) {
  const StkId top = L->top;
  NumberText numbers[MAX_NUMBERS];
  int n = 0, nnumbers = 0;
  size_t len = 0;
  for (; n < most && is_text(top[-n - 1]); n++) {
    const StkId piece = &top[-n - 1];
    size_t piece_len;
    if (val_is_number(*piece) && nnumbers < MAX_NUMBERS) {
      NumberText *number = &numbers[nnumbers++];
      number->len = coerce_text(L, number->text, val_num(*piece));
      piece_len = (size_t)number->len;
    } else {
      coerce_to_string(L, piece);
      piece_len = val_string(*piece)->len;
    }
    if (piece_len > MAX_STRING_LEN - len) err_run(L, "string length overflow");
    len += piece_len;
  }
  if (len <= SMALL_RESULT) {
    char small[SMALL_RESULT];
    write_pieces(small, top, n, numbers, nnumbers);
    top[-n] = val_from_string(str_intern(L, small, len));
  } else {
    if (unlikely(len >= LONG_RESULT) && !*collected) {
      *collected = collect_for_long(L, len);
      if (*collected) return 0;
    }
    TString *s = str_begin(L, len);
    write_pieces(s->data, top, n, numbers, nnumbers);
    top[-n] = val_from_string(str_finish(L, s));
  }
  return n;
}

void concat_top(lua_State *L, int n) {
  bool collected = false;
  while (n > 1) {
    StkId a = L->top - 2, b = L->top - 1;
    int used = 2;
    if (is_text(*a) && val_is_string(*b) && val_string(*b)->len == 0) {
      coerce_to_string(L, a);
    } else if (is_text(*a) && is_text(*b)) {
      used = join_run(L, n, &collected);
      if (used == 0) continue;
      collected = false;
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
