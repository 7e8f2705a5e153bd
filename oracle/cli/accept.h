/* accept.h -- failures of a run become entries of their modes' ledgers. */
#ifndef CLI_ACCEPT_H
#define CLI_ACCEPT_H

#include "cli/results.h"

/* What every entry says beside what it matches. */
typedef struct Terms {
  const char *why, *owner;
  char added[11], expires[11];
} Terms;

/* --because, --owner and --expires, or what stands for them; `why` stays NULL without --because. */
bool accept_read_terms(const Options *o, Terms *terms, Diag *why);

/* A result that a ledger could explain. */
bool accept_is_failure(VerdictKind verdict);

/* Writes entries for those of `failures` that `what` means: an id, a signature or the start of one
 * with '*', or a pattern of ids.  One entry for each ledger, verdict and, for an id, signature;
 * limited to a mode where other modes use the same ledger without failing alike.  Says on stdout
 * what it wrote.  EXIT_NOTHING: no failure is meant; EXIT_USAGE: a mode has no ledger. */
bool accept_failures(const Config *c, const Results *failures, const char *what, const Terms *terms,
                     Diag *why);

#endif
