/* pair.h -- one case in two engines, to its verdict: run, judge, and before a difference counts,
 * doubt it. */
#ifndef RUN_PAIR_H
#define RUN_PAIR_H

#include "verdict/verdict.h"

/* Zeroed and filled by its user: the engines and rules are borrowed.  The observations are kept
 * from case to case, so that their memory is. */
typedef struct Pair {
  Engine *ref, *cand;
  const Rules *rules;    /* or NULL */
  const char *build;     /* build mode of the candidate, for `modes:` of cases; "": every case runs */
  unsigned retries;      /* how often both sides are run again before a difference counts */
  bool same_program;     /* both sides are the same build */
  Observation seen[2], again[2];
} Pair;

/* Runs the case in the reference, then in the candidate, and judges.  On a failure:
 *   - both sides run again, `retries` times; if one contradicts itself the verdict is FLAKY, unless
 *   - the reference, run in perturbed worlds, differs from itself in just those places, and the
 *     candidate has the same shape there: then it is SAME_RULES, and `why` says which bytes.
 * A failure gets its signature.  An engine that is spent is not asked again: its worker is to be
 * replaced.  False, with why, is trouble of the tool's own; SKIP is a verdict. */
bool pair_run(Pair *p, const Case *item, const Conditions *conditions, Verdict *v, Diag *why);
void pair_free(Pair *p);

/* "" or why these conditions cannot be put on this case, in whatever engine; `build` as in Pair. */
const char *pair_refuses(const Case *item, const Conditions *conditions, const char *build);

#endif
