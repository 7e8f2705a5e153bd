/* signature.h -- a short text that is equal for failures of one kind: what groups, what the ledger
 * names, and what a reduction has to keep.  Pure. */
#ifndef VERDICT_SIGNATURE_H
#define VERDICT_SIGNATURE_H

#include "verdict/verdict.h"

/* How much of a difference is forgotten before it is hashed. */
typedef enum SignatureLevel {
  SIGNATURE_RAW,         /* L0: nothing */
  SIGNATURE_PLACES,      /* L1: addresses and line numbers */
  SIGNATURE_TEMPLATE,    /* L2: every number and every quoted name as well */
  SIGNATURE_CLAUSE,      /* L3: all but the first clause of the message */
  SIGNATURE_CHANNEL      /* L4: all but the verdict's word */
} SignatureLevel;

#define SIGNATURE_DEFAULT SIGNATURE_TEMPLATE

/* From the verdict's word, its reason where there is no diff, and the first changed lines of its
 * diff: "stdout|L2:9c1e5f7a03b2d4e6".  "" for verdicts that are no failure. */
void signature_of(const Verdict *v, SignatureLevel level,
                  char out[sizeof ((Verdict *)0)->signature]);

/* "L2" -> SIGNATURE_TEMPLATE; -1 if there is no such level. */
int signature_level(const char *name);

/* Appends a line of output as `level` sees it: "t.lua:3: bad 'x' (got 17)" -> "F:N: bad Q (got N)". */
void signature_append_template(Bytes *to, const char *text, size_t n, SignatureLevel level);

#endif
