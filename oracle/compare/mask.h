/* mask.h -- where a reference differs from itself, nothing can be demanded of a candidate but the
 * shape.  Pure. */
#ifndef COMPARE_MASK_H
#define COMPARE_MASK_H

#include "base/bytes.h"

/* Three texts of one channel: the reference's, the same in another world, the candidate's.  True if the
 * candidate's equals the reference's except for words in which the two of the reference differ, and
 * if in their places it has words of the same shape: an address (0x..., in hexadecimal), a number of
 * decimal digits, or a word that has digits in it.  Words without a digit, and texts of another
 * structure, are never masked.
 *
 * On true, "FIRST-LAST" for each run of masked bytes of `ref` is appended to *ranges, separated by
 * blanks; counted from 0.  The caller has seen that ref and cand differ. */
bool mask_hides(const Bytes *ref, const Bytes *perturbed, const Bytes *cand, Bytes *ranges);

#endif
