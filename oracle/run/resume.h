/* resume.h -- takes up a run that was interrupted or killed: what of it is done already. */
#ifndef RUN_RESUME_H
#define RUN_RESUME_H

#include "base/diag.h"
#include "verdict/verdict.h"

enum { RESUME_RUN_LENGTH = 64 };    /* of a run's id, with its NUL */

/* Reads the log of a run that has not come to its end.  *is_done (owned by the caller; `whole`
 * flags, by ordinal of the item) and `counts` are what RunOptions wants; `run_id` is the run's.
 * EXIT_USAGE, nothing to be freed: the log is of another plan, is complete, has no start or is no
 * log. */
bool resume_load(const char *log, uint64_t plan_hash, size_t whole, bool **is_done,
                 size_t counts[VERDICT_COUNT], char run_id[RESUME_RUN_LENGTH], Diag *why);

#endif
