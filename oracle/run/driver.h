/* driver.h -- runs a plan: hands items to workers, survives whatever they do, tells the listeners.
 *
 * Modes run one after another, each with its own workers.  A worker that dies costs nothing but
 * time: what it had not finished is run again, and the case that it died in once more, alone, in a
 * worker that uses processes of their own where the mode has them. */
#ifndef RUN_DRIVER_H
#define RUN_DRIVER_H

#include "run/listener.h"
#include "run/plan.h"
#include "run/resume.h"

typedef struct RunOptions {
  const Strings *argv;   /* the command line: workers are started with it */
  const char *folder;    /* where it was said; absolute */
  const char *repeat;    /* the command that repeats a case whose id is put behind it */
  const char *debug;     /* the same for the command that shows a case under gdb; "" if none does */
  bool repeat_is_whole;  /* ... both without an id: there is one case only */
  const Bytes *text;     /* of `oracle exec`'s program; NULL */
  const char *run;       /* id of the run */
  unsigned jobs;         /* workers, 1-256 */
  unsigned retries;      /* confirmations of a difference, 1-100 */
  bool flaky_warns;      /* flaky cases alone do not fail the run */
  bool use_cache;
  size_t most_failures;  /* stop after so many; 0: never */
  double seconds;        /* stop after so long; 0: never */
  const char *partition; /* "" or "hash:1/4", ... */
  const Resumed *resumed;            /* the run that is gone on with; NULL */
  Listener *const *listeners;
  size_t nlisteners;
} RunOptions;

/* Runs everything; *status is what the process should end with.  False for trouble of the
 * tool's own that made going on impossible; an EVENT_END was then told with `complete` false. */
bool driver_run(const Plan *plan, const RunOptions *options, int *status, Diag *why);

#endif
