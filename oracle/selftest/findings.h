/* findings.h -- what the newest run of a world found, as its event log tells it. */
#ifndef SELFTEST_FINDINGS_H
#define SELFTEST_FINDINGS_H

#include "selftest/world.h"
#include "verdict/verdict.h"

typedef struct Finding {
  char *mode, *id, *why, *diff;
  char *rules;                   /* their ids, joined by commas; "" for none */
  VerdictKind verdict;
} Finding;

typedef struct Findings {
  Finding *at;                   /* in the order of the plan; one a case and mode */
  size_t n;
  Strings notes;                 /* also the ledger's problems: "ENTRY: PROBLEM: WHY" */
  size_t counts[VERDICT_COUNT];
  bool resumed, ended, complete;
  int status;                    /* as the log says; -1 if it does not end */
} Findings;

/* False, EXIT_INFRA: there is no log, or it cannot be read. */
bool findings_read(Findings *f, const World *w, Diag *why);
void findings_free(Findings *f);

/* Does `id` end with the words that a patch or a fault uses for a case? */
bool findings_is_case(const Finding *f, const char *name);

#endif
