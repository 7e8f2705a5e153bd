/* resume.h -- takes up a run that was interrupted or killed: what of it is done already. */
#ifndef RUN_RESUME_H
#define RUN_RESUME_H

#include "base/bytes.h"
#include "base/diag.h"
#include "verdict/verdict.h"

struct Plan;                         /* run/plan.h */

enum {
  RESUME_RUN_LENGTH = 64,            /* of a run's id, with its NUL */
  RESUME_NOT_DONE = VERDICT_COUNT
};

typedef struct Resumed {
  char *log;                         /* the run's: to be gone on with */
  char run[RESUME_RUN_LENGTH];
  unsigned char *verdicts;           /* by ordinal of the item: its verdict, or RESUME_NOT_DONE */
  size_t counts[VERDICT_COUNT];      /* of those */
  Strings modes;                     /* that the log has begun with */
} Resumed;

/* What is asked to go on: this plan, and the part of the whole that it is ("" for all). */
typedef struct ResumeWish {
  const struct Plan *plan;
  const char *partition;
} ResumeWish;

/* The newest run in the folder `runs` that is of this plan and part.  Trouble of the tool's own and
 * known divergences are not done: they are looked at again.  EXIT_USAGE, nothing to be freed: there
 * is none, the newest is complete or was cut otherwise into parts, or a log is none. */
bool resume_find(const char *runs, const ResumeWish *wish, Resumed *r, Diag *why);

/* The same for one log. */
bool resume_load(const char *log, const ResumeWish *wish, Resumed *r, Diag *why);
void resume_free(Resumed *r);

#endif
