/* cmd_ledger.c -- why this file exists: a ledger is kept where its divergences are found. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/review.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "run/runs.h"
#include "verdict/ledger.h"

/* ---- list ----------------------------------------------------------------------------------- */

/* How many runs may be asked what became of an entry. */
enum { RUNS_ASKED = 10 };

/* What runs said about the entries of one mode; the newest that says anything counts. */
typedef struct State {
  const char *mode;
  const Ledger *ledger;
  char (*problem)[16];   /* by entry: as in EVENT_LEDGER, or "" */
  size_t *hits;
  bool *known;           /* a newer run spoke */
} State;

typedef struct States {
  State *at;
  size_t n;
} States;

static bool find_entry(const State *s, const char *mode, const char *entry, size_t *at) {
  if (strcmp(s->mode, mode) != 0) return false;
  for (*at = 0; *at < ledger_count(s->ledger); ++*at) {
    if (strcmp(ledger_at(s->ledger, *at)->id, entry) == 0) return !s->known[*at];
  }
  return false;
}

static bool hear(void *context, const Event *e, Diag *why) {
  States *all = context;
  size_t at;
  (void)why;
  for (size_t i = 0; i < all->n; i++) {
    State *s = &all->at[i];
    bool is_hit = e->kind == EVENT_RESULT, is_problem = e->kind == EVENT_LEDGER;
    if (is_hit && find_entry(s, e->as.result.mode, e->as.result.ledger, &at)) s->hits[at]++;
    if (is_problem && find_entry(s, e->as.ledger.mode, e->as.ledger.entry, &at)) {
      snprintf(s->problem[at], sizeof s->problem[at], "%s", e->as.ledger.problem);
    }
  }
  return true;
}

/* Closes the books of one run; false if a newer run may still be asked. */
static bool settle(States *all) {
  bool done = true;
  for (size_t i = 0; i < all->n; i++) {
    for (size_t k = 0; k < ledger_count(all->at[i].ledger); k++) {
      State *s = &all->at[i];
      s->known[k] = s->known[k] || s->hits[k] || *s->problem[k];
      done = done && (s->known[k] || !ledger_is_in_mode(ledger_at(s->ledger, k), s->mode));
    }
  }
  return done;
}

/* Asks the newest runs. */
static void ask_runs(States *all, const char *state) {
  char *folder = path_join(state, "runs");
  Strings runs = {0};
  runs_list(folder, &runs);
  bool done = settle(all);
  for (size_t i = 0; !done && i < runs.n && i < RUNS_ASKED; i++) {
    char *log = runs_log(folder, runs.at[i]);
    Diag ignored;                        /* a broken log says nothing about entries */
    if (event_read_log(log, hear, all, &ignored)) done = settle(all);
    free(log);
  }
  strings_free(&runs);
  free(folder);
}

static void add_row(Table *t, const State *s, size_t i, const char *today) {
  const LedgerEntry *e = ledger_at(s->ledger, i);
  Bytes what = {0}, words = {0};
  if (e->nplaces) bytes_puts(&what, e->places[0].text);
  if (e->nplaces > 1) bytes_printf(&what, " and %zu more", e->nplaces - 1);
  for (size_t k = 0; k < e->tags.n; k++) {
    bytes_printf(&what, "%s#%s", what.len ? " " : "", e->tags.at[k]);
  }
  if (e->sig && !e->nplaces) bytes_printf(&what, "%s%s", what.len ? " " : "", e->sig);
  table_add(t, s->mode);
  table_add(t, e->id);
  if (strcmp(today, e->expires) >= 0) table_add(t, "expired");
  else if (*s->problem[i]) table_add(t, s->problem[i]);
  else if (s->known[i]) table_addf(t, "used %zu", s->hits[i]);
  else table_add(t, "not seen");
  table_add(t, e->expires);
  table_add(t, e->owner);
  for (int kind = 0; kind < VERDICT_COUNT; kind++) {
    if (!(e->verdicts & (uint32_t)1 << kind)) continue;
    bytes_printf(&words, "%s%s", words.len ? "," : "", verdict_word((VerdictKind)kind));
  }
  table_add(t, bytes_text(&words));
  table_add(t, bytes_text(&what));
  table_add(t, e->why);
  bytes_free(&what);
  bytes_free(&words);
}

static bool load_states(States *all, const Setup *s, const Options *o, Diag *why) {
  bool ok = true;
  for (size_t i = 0; ok && i < s->config.nmodes; i++) {
    const Mode *m = &s->config.modes[i];
    if (*m->ledger == '\0' || !results_mode_wanted(s, o, m->name)) continue;
    State *state = &all->at[all->n];
    if (!path_exists(m->ledger)) {
      printf("mode %s: there is no %s yet\n", m->name, m->ledger);
      continue;
    }
    ok = (state->ledger = ledger_load(m->ledger, why)) != NULL;
    if (!ok) break;
    size_t n = ledger_count(state->ledger) + 1;
    state->mode = m->name;
    state->problem = mem_zero(n * sizeof *state->problem);
    state->hits = mem_zero(n * sizeof *state->hits);
    state->known = mem_zero(n);
    all->n++;
  }
  return ok;
}

static bool list(const Setup *s, const Options *o, Diag *why) {
  States all = {mem_zero((s->config.nmodes + 1) * sizeof *all.at), 0};
  Table table = {.form = "llllllll"};
  char today[11];
  ledger_format_day((double)time(NULL), today);
  bool ok = load_states(&all, s, o, why);
  if (ok) ask_runs(&all, s->config.state);
  for (size_t i = 0; i < all.n; i++) {
    State *state = &all.at[i];
    for (size_t k = 0; ok && k < ledger_count(state->ledger); k++) {
      bool is_about = ledger_is_in_mode(ledger_at(state->ledger, k), state->mode);
      if (is_about) add_row(&table, state, k, today);
    }
    ledger_free((Ledger *)state->ledger);
    free(state->problem);
    free(state->hits);
    free(state->known);
  }
  if (ok && table.cells.n == 0) puts("no entries");
  table_print(&table, stdout);
  table_free(&table);
  free(all.at);
  return ok;
}

/* ---- accept and review ---------------------------------------------------------------------- */

typedef struct Wanted { const Setup *setup; const Options *options; } Wanted;

static bool is_wanted(const void *context, const Event *e) {
  const Wanted *w = context;
  return accept_is_failure(e->as.result.verdict) &&
         results_mode_wanted(w->setup, w->options, e->as.result.mode);
}

static bool accept_or_review(const Setup *s, const Options *o, const char *run, bool review,
                             int *status, Diag *why) {
  Terms terms;
  Results failures = {.n = 0};
  size_t left = 0;
  char *log = accept_read_terms(o, &terms, why) ? setup_find_log(&s->config, run, why) : NULL;
  bool ok = log && results_read(&failures, log, is_wanted, &(Wanted){s, o}, why);
  if (ok && review) {
    if (failures.n && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
      review_ask(&s->config, &failures, &terms, &left);
    } else review_list(&s->config, &failures, &left);
    *status = left ? EXIT_DIVERGENT : EXIT_SAME;
  } else if (ok) ok = accept_failures(&s->config, &failures, o->words.at[1], &terms, why);
  results_free(&failures);
  free(log);
  return ok;
}

bool verb_ledger(const Options *o, const Strings *argv, int *status, Diag *why) {
  static const char *const actions[] = {"list", "accept", "review"};
  static const size_t most[] = {1, 3, 2};
  const char *word = o->words.n ? o->words.at[0] : actions[0];
  size_t action = 0;
  (void)argv;
  while (action < 3 && strcmp(word, actions[action]) != 0) action++;
  if (action == 3) {
    const char *near = strings_nearest(word, actions, 3);
    return diag_set(why, EXIT_USAGE, "ledger: '%s' is not list, accept or review%s%s%s", word,
                    near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
  }
  if (o->words.n > most[action]) {
    return diag_set(why, EXIT_USAGE, "ledger %s: too many arguments", word);
  }
  if (action == 1 && o->words.n < 2) {
    return diag_set(why, EXIT_USAGE, "ledger accept: needs a case, a pattern or a signature");
  }
  if (action == 1 && options_text(o, OPTION_BECAUSE) == NULL) {
    return diag_set(why, EXIT_USAGE, "ledger accept: needs --because TEXT");
  }
  Setup s;
  char *run = results_name_run(o, action == 1 ? 2 : 1);
  *status = EXIT_SAME;
  bool ok = setup_config(&s, o, why);
  if (ok && action == 0) ok = list(&s, o, why);
  else if (ok) ok = accept_or_review(&s, o, run, action == 2, status, why);
  setup_free(&s);
  free(run);
  return ok;
}
