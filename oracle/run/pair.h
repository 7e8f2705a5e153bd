/* pair.h -- the line from a case to a verdict: run both sides, compare, confirm, mask, judge.
 *
 * A difference is only reported when it is confirmed: both sides are run again (`retries` times at
 * least once); an engine that contradicts itself gives FLAKY.  Then the reference is run with two
 * different perturbations: what it does not say the same way twice is masked, and only its shape is
 * compared.  Rules are tried last. */
#ifndef RUN_PAIR_H
#define RUN_PAIR_H

#include "verdict/verdict.h"

typedef struct Pair {
  Engine *ref, *cand;
  const Rules *rules;
  bool same_program;     /* both sides are the same build */
  unsigned retries;
  Observation seen[2], again[2];
} Pair;

/* Opens both engines. */
bool pair_open(Pair *p, const EngineSpec *ref, const EngineSpec *cand, const Rules *rules,
               unsigned retries, Diag *why);
void pair_close(Pair *p);

/* "" or why one of the engines cannot run the case. */
const char *pair_refuses(Pair *p, const Case *item);

/* The verdict on one case (SKIP if refused).  False only for trouble of the tool's own. */
bool pair_run(Pair *p, const Case *item, const Conditions *conditions, Verdict *v, Diag *why);

/* One of the engines is unfit for more runs: see EngineOps.is_spent. */
bool pair_is_spent(const Pair *p);

#endif
