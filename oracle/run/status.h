/* status.h -- what a whole run, of one process or of several, should end with. */
#ifndef RUN_STATUS_H
#define RUN_STATUS_H

#include "base/diag.h"
#include "verdict/verdict.h"

/* Of a run that was not stopped early.  `ledger_problems`: entries that are stale, expired, ...;
 * `flaky_warns`: flaky cases alone do not fail it. */
ExitStatus status_of_counts(const size_t counts[VERDICT_COUNT], size_t ledger_problems,
                            bool flaky_warns);

#endif
