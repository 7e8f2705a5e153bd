/* runs.h -- the folder of recorded runs: one folder a run, named by its id.
 *
 * An id is "YYYYMMDD-HHMMSS.mmm-PID" of when and where it began, in UTC: in the order of their ids,
 * runs are in the order of time. */
#ifndef RUN_RUNS_H
#define RUN_RUNS_H

#include "base/bytes.h"
#include "base/diag.h"

/* Makes the folder of a new run; its id, which nobody else has.  Owned; NULL with why,
 * EXIT_INFRA. */
char *runs_begin(const char *folder, Diag *why);

/* Ids of the runs in `folder`, the newest first; a folder that is missing has none, and
 * what has no log is no run. */
void runs_list(const char *folder, Strings *ids);

/* The log of a run.  Owned. */
char *runs_log(const char *folder, const char *id);

/* The log that a word means: a file, the id of a run, or "latest".  Owned; NULL, EXIT_USAGE. */
char *runs_find(const char *folder, const char *word, Diag *why);

#endif
