/* resume.c -- why this file exists: what an interrupted run has found is not found twice. */
#include "run/resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/event.h"
#include "run/plan.h"
#include "run/runs.h"

typedef struct Reader {
  const char *log;
  const ResumeWish *wish;
  Resumed *resumed;
  bool has_start, is_complete;
} Reader;

/* Parts by time are cut by the history. */
static bool refuse_cut(const Reader *r, Diag *why) {
  return diag_set(why, EXIT_USAGE, "%s: cannot be resumed: its part has other cases than now, "
                  "since the history has changed", r->log);
}

static bool take_start(Reader *r, const Event *e, Diag *why) {
  const Plan *plan = r->wish->plan;
  if (e->as.start.plan != plan->hash) {
    return diag_set(why, EXIT_USAGE, "%s: cannot be resumed: cases, modes or builds are not what "
                    "they were (plan %016" PRIx64 ", now %016" PRIx64 ")", r->log,
                    e->as.start.plan, plan->hash);
  }
  if (strcmp(e->as.start.partition, r->wish->partition) != 0) {
    return diag_set(why, EXIT_USAGE, "%s: is of partition '%s', not '%s'", r->log,
                    e->as.start.partition, r->wish->partition);
  }
  if (e->as.start.total != plan->n) return refuse_cut(r, why);
  if (strlen(e->as.start.run) >= RESUME_RUN_LENGTH) {
    return diag_set(why, EXIT_USAGE, "%s: the id of the run is too long", r->log);
  }
  strcpy(r->resumed->run, e->as.start.run);
  r->has_start = true;
  return true;
}

static bool take(void *context, const Event *e, Diag *why) {
  Reader *r = context;
  if (e->kind == EVENT_START) return take_start(r, e, why);
  if (!r->has_start) return diag_set(why, EXIT_USAGE, "%s: does not begin with a start", r->log);
  if (e->kind == EVENT_RESULT) {
    size_t whole = r->wish->plan->whole;
    if (e->as.result.n >= whole) {
      return diag_set(why, EXIT_USAGE, "%s: result %zu of a plan of %zu", r->log, e->as.result.n,
                      whole);
    }
    r->resumed->verdicts[e->as.result.n] = (unsigned char)e->as.result.verdict;
  }
  if (e->kind == EVENT_MODE) strings_add(&r->resumed->modes, e->as.mode.mode);
  if (e->kind == EVENT_RESUME) r->is_complete = false;
  if (e->kind == EVENT_END) r->is_complete = e->as.end.complete;
  return true;
}

/* The ledger has to see again what it explained, and trouble may have gone. */
static bool is_done(int verdict) {
  return verdict != RESUME_NOT_DONE && verdict != VERDICT_XFAIL &&
         verdict_class((VerdictKind)verdict) != CLASS_TROUBLE;
}

/* Is every case with a verdict one of this part? */
static bool are_in_plan(const Resumed *r, const Plan *plan) {
  size_t found = 0, here = 0;
  for (size_t n = 0; n < plan->whole; n++) found += r->verdicts[n] != RESUME_NOT_DONE;
  for (size_t i = 0; i < plan->n; i++) here += r->verdicts[plan->items[i].n] != RESUME_NOT_DONE;
  return found == here;
}

bool resume_load(const char *log, const ResumeWish *wish, Resumed *resumed, Diag *why) {
  Reader r = {.log = log, .wish = wish, .resumed = resumed};
  size_t whole = wish->plan->whole;
  *resumed = (Resumed){.log = mem_string(log), .verdicts = mem_alloc(whole + 1)};
  memset(resumed->verdicts, RESUME_NOT_DONE, whole + 1);
  bool ok = event_read_log(log, take, &r, why);
  if (ok && !r.has_start) ok = diag_set(why, EXIT_USAGE, "%s: has no start", log);
  if (ok && r.is_complete) {
    ok = diag_set(why, EXIT_USAGE, "%s: the run is complete: nothing to resume", log);
  }
  if (ok && !are_in_plan(resumed, wish->plan)) ok = refuse_cut(&r, why);
  for (size_t n = 0; n < whole; n++) {
    if (is_done(resumed->verdicts[n])) resumed->counts[resumed->verdicts[n]]++;
    else resumed->verdicts[n] = RESUME_NOT_DONE;
  }
  if (!ok) resume_free(resumed);
  return ok;
}

void resume_free(Resumed *r) {
  free(r->log);
  free(r->verdicts);
  strings_free(&r->modes);
  *r = (Resumed){0};
}

/* ---- Finding one ---------------------------------------------------------------------------- */

typedef struct Look { const ResumeWish *wish; bool matches; } Look;

/* Looks at the first event only: false stops the reading. */
static bool look(void *context, const Event *e, Diag *why) {
  (void)why;
  Look *l = context;
  l->matches = e->kind == EVENT_START && e->as.start.plan == l->wish->plan->hash &&
               strcmp(e->as.start.partition, l->wish->partition) == 0;
  return false;
}

bool resume_find(const char *folder, const ResumeWish *wish, Resumed *resumed, Diag *why) {
  Strings runs = {0};
  bool found = false, ok = false;
  runs_list(folder, &runs);
  for (size_t i = 0; !found && i < runs.n; i++) {
    Diag ignored = {0};
    Look l = {wish, false};
    char *log = runs_log(folder, runs.at[i]);
    event_read_log(log, look, &l, &ignored);
    found = l.matches;
    if (found) ok = resume_load(log, wish, resumed, why);
    free(log);
  }
  if (!found) {
    diag_set(why, EXIT_USAGE, "no run in %s is of these cases, modes and builds%s%s", folder,
             *wish->partition ? " and of partition " : "", wish->partition);
  }
  strings_free(&runs);
  return ok;
}
