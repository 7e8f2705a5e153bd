/* merge.h -- one log out of those of partitions that ran side by side. */
#ifndef RUN_MERGE_H
#define RUN_MERGE_H

#include "base/bytes.h"
#include "base/diag.h"

/* Writes to `out` (all of it or nothing) what one process would have found: the results of all
 * `logs` in the order of the plan, with counts and status of the whole in *status.  The run gets
 * the id of the first log.  EXIT_USAGE, naming the log: it is of another plan, its partition is not
 * one of the same division or is there twice, its run did not come to its end; or naming the
 * partition or the result that is missing. */
bool merge_logs(const Strings *logs, const char *out, int *status, Diag *why);

#endif
