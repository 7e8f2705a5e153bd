/* resume.c -- why this file exists: what an interrupted run has found is not found twice. */
#include "run/resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/event.h"

enum { NOT_DONE = VERDICT_COUNT };

typedef struct Reader {
  const char *log;
  uint64_t plan;
  size_t whole;
  unsigned char *verdicts;       /* by ordinal; NOT_DONE */
  char *run_id;
  bool has_start, is_complete;
} Reader;

static bool take_start(Reader *r, const Event *e, Diag *why) {
  if (e->as.start.plan != r->plan) {
    return diag_set(why, EXIT_USAGE, "%s: cannot be resumed: cases, modes or builds are not what "
                    "they were (plan %016" PRIx64 ", now %016" PRIx64 ")", r->log,
                    e->as.start.plan, r->plan);
  }
  if (strlen(e->as.start.run) >= RESUME_RUN_LENGTH) {
    return diag_set(why, EXIT_USAGE, "%s: the id of the run is too long", r->log);
  }
  strcpy(r->run_id, e->as.start.run);
  r->has_start = true;
  return true;
}

static bool take(void *context, const Event *e, Diag *why) {
  Reader *r = context;
  if (e->kind == EVENT_START) return take_start(r, e, why);
  if (!r->has_start) return diag_set(why, EXIT_USAGE, "%s: does not begin with a start", r->log);
  if (e->kind == EVENT_RESULT) {
    if (e->as.result.n >= r->whole) {
      return diag_set(why, EXIT_USAGE, "%s: result %zu of a plan of %zu", r->log, e->as.result.n,
                      r->whole);
    }
    r->verdicts[e->as.result.n] = (unsigned char)e->as.result.verdict;
  }
  if (e->kind == EVENT_RESUME) r->is_complete = false;
  if (e->kind == EVENT_END) r->is_complete = e->as.end.complete;
  return true;
}

bool resume_load(const char *log, uint64_t plan_hash, size_t whole, bool **is_done,
                 size_t counts[VERDICT_COUNT], char run_id[RESUME_RUN_LENGTH], Diag *why) {
  Reader r = {.log = log, .plan = plan_hash, .whole = whole, .run_id = run_id};
  r.verdicts = mem_alloc(whole + 1);
  memset(r.verdicts, NOT_DONE, whole + 1);
  bool ok = event_read_log(log, take, &r, why);
  if (ok && !r.has_start) ok = diag_set(why, EXIT_USAGE, "%s: has no start", log);
  if (ok && r.is_complete) {
    ok = diag_set(why, EXIT_USAGE, "%s: the run is complete: nothing to resume", log);
  }
  if (ok) {
    *is_done = mem_zero((whole + 1) * sizeof **is_done);
    memset(counts, 0, VERDICT_COUNT * sizeof *counts);
    for (size_t n = 0; n < whole; n++) {
      if (r.verdicts[n] == NOT_DONE) continue;
      (*is_done)[n] = true;
      counts[r.verdicts[n]]++;
    }
  }
  free(r.verdicts);
  return ok;
}
