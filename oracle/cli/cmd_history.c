/* cmd_history.c -- why this file exists: what many runs tell together, for people and programs. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "base/words.h"
#include "cli/results.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "history/history.h"

/* What is asked, and the answer so far. */
typedef struct Question {
  const Setup *setup;
  const Options *options;
  size_t most;           /* rows; 0: all */
  double since;          /* seconds since 1970; 0: ever */
  Table table;
  json_t *json;          /* a list; NULL: the table is wanted */
  size_t rows;
} Question;

static bool is_full(const Question *q) {
  return q->most && q->rows == q->most;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static bool tell_run(void *context, const HistoryRun *r) {
  Question *q = context;
  size_t skipped = r->results - r->passes - r->failures;
  if (r->time < q->since) return false;                /* the newest come first */
  q->rows++;
  if (q->json) {
    json_array_append_new(q->json, json_pack("{so sf sf so si sb sI sI sI so}",
      "run", table_json(r->name), "time", r->time, "seconds", r->seconds,
      "part", table_json(r->part), "status", r->status, "complete", (int)r->complete,
      "passed", (json_int_t)r->passes, "failed", (json_int_t)r->failures,
      "skipped", (json_int_t)skipped, "argv", table_json(r->argv)));
    return true;
  }
  table_add(&q->table, r->name);
  table_addf(&q->table, "%zu passed", r->passes);
  table_addf(&q->table, "%zu failed", r->failures);
  table_addf(&q->table, "%zu skipped", skipped);
  table_addf(&q->table, "%.1f s", r->seconds);
  if (r->status < 0) table_add(&q->table, "did not end");
  else table_addf(&q->table, "status %d", r->status);
  table_add(&q->table, r->argv);
  return true;
}

static bool tell_time(void *context, const HistoryTime *t) {
  Question *q = context;
  if (is_full(q)) return false;
  if (!results_mode_wanted(q->setup, q->options, t->mode)) return true;
  q->rows++;
  if (q->json) {
    json_array_append_new(q->json, json_pack("{so so sf sI}", "mode", table_json(t->mode), "case",
      table_json(t->id), "seconds", t->seconds, "runs", (json_int_t)t->runs));
    return true;
  }
  table_addf(&q->table, "%.3f ms", t->seconds * 1e3);
  table_addf(&q->table, "of %zu", t->runs);
  table_add(&q->table, t->mode);
  table_add(&q->table, t->id);
  return true;
}

static bool tell_change(void *context, const HistoryChange *c) {
  Question *q = context;
  if (is_full(q)) return false;
  if (c->time < q->since || !results_mode_wanted(q->setup, q->options, c->mode)) return true;
  q->rows++;
  if (q->json) {
    json_array_append_new(q->json, json_pack("{so so so so so so}",
      "mode", table_json(c->mode), "case", table_json(c->id), "before", table_json(c->before),
      "run_before", table_json(c->run_before), "after", table_json(c->after),
      "run_after", table_json(c->run_after)));
    return true;
  }
  table_add(&q->table, c->before);
  table_addf(&q->table, "-> %s", c->after);
  table_add(&q->table, c->mode);
  table_add(&q->table, c->id);
  table_addf(&q->table, "%s, %s", c->run_before, c->run_after);
  return true;
}

/* ---- Questions ------------------------------------------------------------------------------- */

/* The chosen modes as a JSON list; NULL: all. */
static char *list_modes(const Question *q) {
  if (!options_has(q->options, OPTION_MODE)) return NULL;
  json_t *list = json_array();
  for (size_t i = 0; i < q->setup->nmodes; i++) {
    json_array_append_new(list, table_json(q->setup->modes[i]->name));
  }
  char *text = json_dumps(list, 0);
  json_decref(list);
  return text;
}

static bool ask_runs(History *h, Question *q, Diag *why) {
  char *modes = list_modes(q);
  bool ok = history_runs(h, q->most, modes, tell_run, q, why);
  free(modes);
  return ok;
}

static bool ask_slowest(History *h, Question *q, Diag *why) {
  return history_slowest(h, 0, tell_time, q, why);
}

static bool ask_flaky(History *h, Question *q, Diag *why) {
  return history_flaky(h, tell_change, q, why);
}

static bool ask_changed(History *h, Question *q, Diag *why) {
  return history_changed_since(h, q->since, tell_change, q, why);
}

static const struct Subject {
  const char *name, *form, *none;
  unsigned most;                         /* rows, unless -n says otherwise; 0: all */
  double span;                           /* seconds back, unless --since does; 0: ever */
  bool (*ask)(History *h, Question *q, Diag *why);
} subjects[] = {
  {"runs", "lrrrrll", "no run", 20, 0, ask_runs},
  {"slowest", "rrll", "no times", 20, 0, ask_slowest},
  {"flaky", "lllll", "nothing flaky", 0, 0, ask_flaky},
  {"changed", "lllll", "nothing changed", 0, 86400, ask_changed},
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static const struct Subject *find_subject(const char *word, Diag *why) {
  const char *names[SUBJECTS];
  for (size_t i = 0; i < SUBJECTS; i++) {
    names[i] = subjects[i].name;
    if (strcmp(names[i], word) == 0) return &subjects[i];
  }
  const char *near = strings_nearest(word, names, SUBJECTS);
  diag_set(why, EXIT_USAGE, "history: '%s' is not runs, slowest, flaky or changed%s%s%s", word,
           near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
  return NULL;
}

static bool read_limits(Question *q, const struct Subject *subject, const Options *o, Diag *why) {
  const char *since = options_text(o, OPTION_SINCE);
  double span = subject->span;
  unsigned most;
  if (!options_number(o, OPTION_ROWS, 1, 1000000000, subject->most, &most, why)) return false;
  if (since && subject->ask == ask_slowest) {
    return diag_set(why, EXIT_USAGE, "history slowest: is about the last ten runs, --since is not");
  }
  if (since && !words_parse_span(since, &span)) {
    return diag_set(why, EXIT_USAGE, "--since: '%s' is not a span such as 12h or 7d", since);
  }
  q->most = most;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  q->since = span > 0 ? (double)now.tv_sec + (double)now.tv_nsec / 1e9 - span : 0;
  return true;
}

bool verb_history(const Options *o, const Strings *argv, int *status, Diag *why) {
  Setup s = {.nmodes = 0};
  Question q = {.setup = &s, .options = o};
  (void)argv;
  if (o->words.n > 1) return diag_set(why, EXIT_USAGE, "history: one question at a time");
  const struct Subject *subject = find_subject(o->words.n ? o->words.at[0] : "runs", why);
  if (subject == NULL || !read_limits(&q, subject, o, why)) return false;
  bool ok = setup_config(&s, o, why);
  char *path = ok ? path_join(s.config.state, "history.db") : NULL;
  q.table.form = subject->form;
  if (options_has(o, OPTION_AS_JSON)) q.json = json_array();
  if (ok && path_exists(path)) {         /* to look does not make one */
    History *h = history_open(path, why);
    ok = h && subject->ask(h, &q, why);
    history_close(h);
  }
  if (ok && q.json) table_print_json(json_incref(q.json), stdout);
  else if (ok && q.rows == 0) puts(subject->none);
  else if (ok) table_print(&q.table, stdout);
  json_decref(q.json);
  table_free(&q.table);
  free(path);
  setup_free(&s);
  *status = EXIT_SAME;
  return ok;
}
