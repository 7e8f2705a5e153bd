/* cmd_bench.c -- why this file exists: the tool tells how fast it is, and whether that is enough.
 *
 * Each mode is measured by a process of its own, which is this program again: a sanitizer's
 * runtime has to be there from the start, and what one pair of engines leaves must not slow the
 * next one. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/proc.h"
#include "cli/setup.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "engine/inproc.h"
#include "run/bench.h"

/* In the environment of the process that measures. */
#define BENCH_VARIABLE "ORACLE_BENCH"

enum {
  LEAST_RUNS = 3,        /* of the corpus */
  MOST_RUNS = 5,
  MOST_SECONDS = 600     /* for one child */
};
#define ENOUGH_SECONDS 4.0               /* of runs of the corpus; after that only the least */

typedef struct Report {
  Figures figures;
  const char *unmeasured;                /* a figure that could not be had, or NULL */
  Diag reason;
  int cpu;                               /* all ran on it; -1: not known */
} Report;

static bool has_libraries(const Mode *m) {
  return strcmp(m->ref.kind, "inproc") == 0 && strcmp(m->cand.kind, "inproc") == 0;
}

/* ---- Children ------------------------------------------------------------------------------- */

/* Everything takes turns on one processor: what is measured is work, not waiting. */
static int pin(void) {
  cpu_set_t allowed, one;
  CPU_ZERO(&one);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
  for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0 ? cpu : -1;
  }
  return -1;
}

/* Runs this program with these words; *result is what it printed.  Both lists end with NULL. */
static bool run_self(const char *const *argv, const Strings *env, ProcResult *result, Diag *why) {
  ProcRequest request = {.file = "/proc/self/exe", .argv = (char *const *)argv, .env = env->at,
                         .seconds = MOST_SECONDS};
  bool ok = proc_run(&request, result, why);
  if (ok && (result->status != 0 || result->stop != PROC_NOT_STOPPED)) {
    const char *said = result->err.len ? bytes_text(&result->err) : bytes_text(&result->out);
    ExitStatus status = result->status > 0 ? (ExitStatus)result->status : EXIT_INFRA;
    size_t n = strlen(said);
    if (strncmp(said, "oracle: ", 8) == 0) said += 8, n -= 8;
    while (n && said[n - 1] == '\n') n--;
    ok = diag_set(why, status, "%.*s", (int)(n < 600 ? n : 600), said);
  }
  return ok;
}

static bool measure_mode(const Setup *s, const Mode *mode, Figures *figures, Diag *why) {
  const char *config = *s->config.path ? s->config.path : "-";
  const char *argv[] = {"oracle", "bench", "--mode", mode->name, "--config", config, NULL};
  Strings env = {0};
  ProcResult result = {0};
  char build[41];
  bool ok = engine_identify(&mode->ref, build, why) && engine_identify(&mode->cand, build, why) &&
            inproc_environment(has_libraries(mode) ? mode->cand.path : NULL, &env, why);
  strings_add(&env, BENCH_VARIABLE "=1");
  strings_take(&env, NULL);
  ok = ok && run_self(argv, &env, &result, why) &&
       figures_read(figures, bytes_text(&result.out), why);
  proc_result_free(&result);
  strings_free(&env);
  return ok;
}

/* `oracle run`, as a user runs it; a run that fails stops early and is no measure. */
static bool measure_corpus(const Setup *s, const Mode *mode, Figures *figures, Diag *why) {
  const char *config = *s->config.path ? s->config.path : "-";
  const char *argv[] = {"oracle", "run", "--mode", mode->name, "--config", config, "--jobs", "1",
                        "--no-cache", "--quiet", NULL};
  Strings env = {0};
  ProcResult result = {0};
  double all = 0;
  bool ok = inproc_environment(NULL, &env, why);
  strings_take(&env, NULL);
  for (unsigned i = 0; ok && i < MOST_RUNS && (i < LEAST_RUNS || all < ENOUGH_SECONDS); i++) {
    double start = clock_elapsed();
    ok = run_self(argv, &env, &result, why);
    double seconds = clock_elapsed() - start;
    if (!ok) diag_wrap(why, "the corpus in mode %s", mode->name);
    else {
      figures_add(figures, "corpus", seconds);
      figures_add(figures, "corpus.cpu", (double)result.cpu_ns / 1e9);
    }
    all += seconds;
  }
  proc_result_free(&result);
  strings_free(&env);
  return ok;
}

/* ---- Which modes ---------------------------------------------------------------------------- */

/* The first mode whose programs run as they are written, in libraries that are built so. */
static const Mode *find_mode(const Config *c, bool sanitized) {
  for (size_t i = 0; i < c->nmodes; i++) {
    const Mode *m = &c->modes[i];
    bool plain = has_libraries(m) && m->conditions.transform == TRANSFORM_NONE;
    bool is_asan = strcmp(m->cand.mode, "asan") == 0;
    bool usual = m->by_default && m->cand.slowness <= 1 && !is_asan;
    if (plain && (sanitized ? is_asan : usual)) return m;
  }
  return NULL;
}

static bool measure_all(const Setup *s, const Options *o, Report *r, Diag *why) {
  const Config *c = &s->config;
  bool named = options_has(o, OPTION_MODE);
  if (named && s->nmodes != 1) return diag_set(why, EXIT_USAGE, "bench: one mode at a time");
  const Mode *mode = named ? s->modes[0] : find_mode(c, false);
  const Mode *sanitized = named ? NULL : find_mode(c, true);
  if (mode == NULL) {
    return diag_set(why, EXIT_USAGE, "bench: no default mode runs two libraries as they are: name "
                    "one with --mode");
  }
  if (!measure_mode(s, mode, &r->figures, why)) return false;
  if (sanitized && !measure_mode(s, sanitized, &r->figures, &r->reason)) {
    if (r->reason.status != EXIT_INFRA) {
      *why = r->reason;
      return false;
    }
    r->unmeasured = "sanitized";
  }
  return figures_find(&r->figures, "sanitized") == &r->figures.at[0] ||
         measure_corpus(s, mode, &r->figures, why);
}

/* ---- Telling -------------------------------------------------------------------------------- */

static const char *judgement_word(Judgement judgement) {
  return judgement == FIGURE_REACHES ? "reached" : judgement == FIGURE_MISSES ? "missed" : "";
}

static void tell_table(const Report *r) {
  Table table = {.form = "lrrllll"};
  for (size_t i = 0; i < r->figures.n; i++) {
    const Figure *f = &r->figures.at[i];
    const FigureKind *kind = figure_kind(f->name);
    bool part = strchr(f->name, '.') != NULL;
    int digits = figure_best(f) < 100 ? 2 : 0;
    if (part) table_addf(&table, "  %s", strchr(f->name, '.') + 1);
    else table_add(&table, f->name);
    table_addf(&table, "%.*f", digits, figure_best(f));
    table_addf(&table, "%.*f", digits, figure_median(f));
    table_add(&table, kind->unit);
    if (part || kind->aim <= 0) table_add(&table, "");
    else table_addf(&table, "%s %g", kind->more_is_better ? ">=" : "<=", kind->aim);
    table_add(&table, judgement_word(figure_judge(f)));
    table_add(&table, part ? "" : kind->what);
  }
  puts("best, median");
  table_print(&table, stdout);
  table_free(&table);
  if (r->unmeasured) printf("%s: not measured: %s\n", r->unmeasured, diag_text(&r->reason));
}

static void tell_json(const Report *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->figures.n; i++) {
    const Figure *f = &r->figures.at[i];
    const FigureKind *kind = figure_kind(f->name);
    Judgement judgement = figure_judge(f);
    json_t *row = json_pack("{so ss sf sf sI}", "name", table_json(f->name), "unit", kind->unit,
                            "best", figure_best(f), "median", figure_median(f), "samples",
                            (json_int_t)f->n);
    if (judgement != FIGURE_PART) {
      json_object_set_new(row, "aim", json_real(kind->aim));
      json_object_set_new(row, "reached", json_boolean(judgement == FIGURE_REACHES));
    }
    json_array_append_new(list, row);
  }
  json_t *whole = json_pack("{sI so}", "cpu", (json_int_t)r->cpu, "figures", list);
  if (r->unmeasured) {
    json_object_set_new(whole, "unmeasured", json_pack("{so}", r->unmeasured,
                                                       table_json(diag_text(&r->reason))));
  }
  table_print_json(whole, stdout);
}

/* A check that has not measured everything has not been passed. */
static bool check(const Report *r, int *status, Diag *why) {
  *status = figures_judge(&r->figures);
  if (*status != EXIT_SAME || r->unmeasured == NULL) return true;
  *why = r->reason;
  return diag_wrap(why, "%s: not measured", r->unmeasured);
}

bool verb_bench(const Options *o, const Strings *argv, int *status, Diag *why) {
  Setup s = {.nmodes = 0};
  Report r = {.cpu = -1};
  bool measures = getenv(BENCH_VARIABLE) != NULL;
  (void)argv;
  *status = EXIT_SAME;
  bool ok = setup_config(&s, o, why);
  if (ok && measures) {
    Bytes text = {0};
    ok = bench_measure(s.modes[0], &r.figures, why);
    if (ok) figures_append(&text, &r.figures);
    fputs(bytes_text(&text), stdout);
    bytes_free(&text);
  } else if (ok) {
    r.cpu = pin();
    ok = measure_all(&s, o, &r, why);
    if (ok && options_has(o, OPTION_AS_JSON)) tell_json(&r);
    else if (ok) tell_table(&r);
    if (ok && options_has(o, OPTION_CHECK)) ok = check(&r, status, why);
  }
  figures_free(&r.figures);
  setup_free(&s);
  return ok;
}
