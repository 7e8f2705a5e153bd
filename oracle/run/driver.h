/* driver.h -- runs a plan: hands items to workers, survives whatever they do, tells the listeners.
 *
 * Modes run one after another, each with its own workers.  A worker that dies costs nothing but time:
 * what it had not finished is run again, and the case that killed it once more in processes of its own. */
#ifndef RUN_DRIVER_H
#define RUN_DRIVER_H

#include "run/listener.h"
#include "run/plan.h"

typedef struct RunOptions {
  const Strings *argv;   /* the command line: workers are started with it */
  const char *run;       /* id of the run */
  unsigned jobs;         /* workers, 1-256 */
  unsigned retries;      /* confirmations of a difference, 1-100 */
  bool flaky_warns;      /* flaky cases alone do not fail the run */
  bool use_cache;
  size_t most_failures;  /* stop after so many; 0: never */
  double seconds;        /* stop after so long; 0: never */
  const char *partition; /* "" or "hash:1/4", ... */
  const bool *is_done;   /* by ordinal: results of the run that is resumed; NULL */
  const size_t *counts;  /* VERDICT_COUNT numbers that these came to; NULL */
  Listener *const *listeners;
  size_t nlisteners;
} RunOptions;

/* Runs everything; *status is what the process should end with.  False for trouble of the tool's own
 * that made going on impossible; an EVENT_END was then told with `complete` false. */
bool driver_run(const Plan *plan, const RunOptions *options, int *status, Diag *why);

/* "YYYYMMDD-HHMMSS-PID" of now. */
char *driver_new_run_id(void);

#endif
