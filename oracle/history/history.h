/* history.h -- what was found in all runs so far: `.oracle/history.db`, an SQLite database.
 *
 * Filled from event logs and nothing else, so it can be made anew from `.oracle/runs/`.  Everything
 * that is wrong with the database is EXIT_INFRA and names it; it is never deleted or repaired.
 * What visitors get lives as long as the call; they return false to stop without an error. */
#ifndef HISTORY_HISTORY_H
#define HISTORY_HISTORY_H

#include "run/event.h"

typedef struct History History;

/* Opens it, or makes an empty one with its folder.  NULL: damaged, or the database of another
 * program or of another version of this one. */
History *history_open(const char *path, Diag *why);
void history_close(History *h);          /* NULL is fine */

/* Takes in a log, all of it or nothing.  A run that is known already is left as it is, unless this
 * log knows more of it (it was resumed, or merged).  EXIT_USAGE: it is no log of a run. */
bool history_add(History *h, const char *log_path, Diag *why);

typedef struct HistoryRun {
  const char *name, *part, *argv;
  double time, seconds;
  int status;                            /* -1: it did not end */
  bool complete;
  size_t results, passes, failures;      /* failures: verdicts of class `fail` or `trouble` */
} HistoryRun;

/* The newest `most` runs, newest first; 0: all.  With `modes`, a JSON list of their names, only
 * runs of these, and only these modes' results are counted; NULL: all. */
typedef bool HistoryRunVisitor(void *context, const HistoryRun *run);
bool history_runs(History *h, size_t most, const char *modes, HistoryRunVisitor *each,
                  void *context, Diag *why);

/* Median of the seconds of a case in a mode over the last ten runs in which it ran; 0: unknown.
 * A PlanTimes (run/plan.h) whose context is the History; a broken database knows nothing here. */
double history_times(void *history, const char *mode, const char *id);

typedef struct HistoryTime {
  const char *mode, *id;
  double seconds;                        /* as of history_times */
  size_t runs;                           /* that it is the median of, 1-10 */
} HistoryTime;

/* The `most` slowest cases, the slowest first; 0: all. */
typedef bool HistoryTimeVisitor(void *context, const HistoryTime *time);
bool history_slowest(History *h, size_t most, HistoryTimeVisitor *each, void *context, Diag *why);

/* Two runs that judged a case in a mode differently. */
typedef struct HistoryChange {
  const char *mode, *id;
  const char *run_before, *before;       /* the run and its verdict's word */
  const char *run_after, *after;
  double time;                           /* when the later run started */
} HistoryChange;
typedef bool HistoryChangeVisitor(void *context, const HistoryChange *change);

/* Evidence of flaky cases: neighbouring runs of the same plan, that is of equal cases, modes and
 * builds, whose verdicts differ; by mode and case, oldest first.  Cached verdicts do not count. */
bool history_flaky(History *h, HistoryChangeVisitor *each, void *context, Diag *why);

/* What two runs judged differently.  EXIT_USAGE: one of them is not known. */
bool history_changed(History *h, const char *run_before, const char *run_after,
                     HistoryChangeVisitor *each, void *context, Diag *why);

/* What is judged differently now than it was last before `time` (seconds since 1970). */
bool history_changed_since(History *h, double time, HistoryChangeVisitor *each, void *context,
                           Diag *why);

#endif
