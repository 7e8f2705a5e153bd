/* canon.h -- Lua values as text that is equal exactly if the values are.
 *
 * One line a value.  Numbers as they print and, where that loses something, by their 64 bits; NaN
 * by its sign; strings by their bytes, escaped; tables with their content in the order of `next`,
 * and their metatable; everything with an identity by the ordinal of its first appearance: @1, @2,
 * ... Two states that show the same values in the same order give the same text. */
#ifndef OBSERVE_CANON_H
#define OBSERVE_CANON_H

#include <math.h>
#include <stdint.h>

#include "base/bytes.h"

/* Who has been seen already; zeroed is empty.  Keep it over values whose identities belong
 * together. */
typedef struct Canon {
  const void **slots;    /* open addressing; NULL: free */
  unsigned *ordinals;
  size_t cap, used;
} Canon;

/* Appends one number, without a newline. */
void canon_append_number(Bytes *to, double n);

/* The ordinal of an identity; *first is true if it was not known. */
unsigned canon_ordinal(Canon *c, const void *identity, bool *first);

/* Forgets whom it has seen, keeps the memory. */
void canon_clear(Canon *c);
void canon_free(Canon *c);

#endif
