/* pair.h -- one case in two engines, to its verdict: run, judge, and before a difference counts,
 * doubt it. */
#ifndef RUN_PAIR_H
#define RUN_PAIR_H

#include "verdict/verdict.h"

/* The observations are kept from case to case, so that their memory is. */
typedef struct Pair {
  Engine *ref, *cand;
  const Rules *rules;    /* borrowed */
  unsigned retries;      /* how often both sides are run again before a difference counts */
  bool same_program;     /* both sides are the same build */
  unsigned ref_world, cand_world;      /* perturbations of their worlds */
  Observation ref_seen, cand_seen, again;
} Pair;

/* Opens both engines.  False with why: one of them cannot be had (EXIT_INFRA); nothing is open
 * then. */
bool pair_open(Pair *p, const EngineSpec *ref, const EngineSpec *cand, const Rules *rules,
               unsigned retries, Diag *why);
void pair_close(Pair *p);

/* "" or why one of the engines cannot run the case, with what the conditions give every case. */
const char *pair_refuses(Pair *p, const Case *item, const Conditions *conditions);

/* One of the sides is a program that is started for each case. */
bool pair_has_program(const Pair *p);

/* Something happened that makes this process unfit for more runs. */
bool pair_is_spent(const Pair *p);

/* Runs the case in the reference, then in the candidate, and judges.  What an engine refuses,
 * and what these conditions cannot be put on, is SKIP.  On a failure:   - both sides run again,
 * `retries` times; if one contradicts itself the verdict is FLAKY, unless   - the reference,
 * run in perturbed worlds, differs from itself in just those places, and the     candidate has
 * the same shape there: then it is SAME_RULES, and `why` says which bytes. A failure gets its
 * signature.  An engine that is spent is not asked again.  False, with why, is trouble of the
 * tool's own. */
bool pair_run(Pair *p, const Case *item, const Conditions *conditions, Verdict *v, Diag *why);

#endif
