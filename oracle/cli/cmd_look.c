/* cmd_look.c -- why this file exists: what can be told or tidied without running a case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/reports.h"
#include "cli/setup.h"
#include "cli/verbs.h"
#include "engine/inproc.h"
#include "report/report.h"
#include "run/merge.h"
#include "run/runs.h"

bool verb_list(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  Setup s;
  bool ok = setup_plan(&s, o, why);
  for (size_t i = 0; ok && i < s.plan.n; i++) {
    const Item *item = &s.plan.items[i];
    if (s.plan.nmodes > 1) printf("%s  ", s.plan.modes[item->mode]->name);
    puts(item->item->id);
  }
  setup_free(&s);
  *status = EXIT_SAME;
  return ok;
}

/* ---- Modes ----------------------------------------------------------------------------------- */

static bool is_there(const char *what, const char *path, Diag *why) {
  if (*path == '\0' || path_exists(path)) return true;
  return diag_set(why, EXIT_INFRA, "%s: no such %s", path, what);
}

/* Is all there that a run of the mode opens?  Else why not, and what to do. */
static bool is_complete(const Mode *m, Diag *why) {
  const EngineSpec *sides[] = {&m->ref, &m->cand, &m->ref_process, &m->cand_process};
  bool ok = true;
  for (size_t i = 0; ok && i < (m->has_process ? 4 : 2); i++) {
    char build[41];
    ok = engine_identify(sides[i], build, why);
  }
  Bytes runtime = {0};
  if (ok && strcmp(m->cand.kind, "inproc") == 0) {
    ok = inproc_needs_preload(m->cand.path, &runtime, why);
  }
  bytes_free(&runtime);
  if (ok && m->conditions.folder) ok = config_check_folder(m, m->folder_file, why);
  return ok && is_there("ledger", m->ledger, why) && is_there("folder of rules", m->rules, why);
}

static bool is_mixed(const Mode *m) {
  return strcmp(m->ref.kind, m->cand.kind) != 0;
}

static void print_modes(const Mode *modes, size_t n) {
  int width = 4;
  size_t broken = 0;
  for (size_t i = 0; i < n; i++) {
    if ((int)strlen(modes[i].name) > width) width = (int)strlen(modes[i].name);
  }
  for (size_t i = 0; i < n; i++) {
    const Mode *m = &modes[i];
    Diag why = {0};
    printf("%-*s  %-7s  %-6s  %s\n", width, m->name, m->by_default ? "default" : "manual",
           is_mixed(m) ? "mixed" : m->cand.kind, m->why);
    if (is_complete(m, &why)) continue;
    broken++;
    printf("%-*s  cannot run: %s\n", width, "", diag_text(&why));
  }
  if (broken) printf("%zu modes, %zu of them cannot run here\n", n, broken);
  else printf("%zu modes, all of them can run here\n", n);
}

bool verb_modes(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  Setup s;
  bool ok = setup_config(&s, o, why);
  if (ok) print_modes(s.config.modes, s.config.nmodes);
  setup_free(&s);
  *status = EXIT_SAME;
  return ok;
}

bool verb_report(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  if (o->words.n > 1) return diag_set(why, EXIT_USAGE, "report: one run");
  Reports reports = {.n = 0};
  char *state = config_state(options_text(o, OPTION_CONFIG)), *runs = path_join(state, "runs");
  char *log = runs_find(runs, o->words.n ? o->words.at[0] : "latest", why);
  /* Nothing is written for a log that cannot be read. */
  bool ok = log && report_replay(log, NULL, 0, why) && reports_open(&reports, o, why) &&
            report_replay(log, reports.at, reports.n, why);
  Diag second = {0};
  if (!reports_close(&reports, ok ? why : &second)) ok = false;
  free(state);
  free(runs);
  free(log);
  *status = EXIT_SAME;
  return ok;
}

/* The whole run enters the history of this project, which its parts did not; where there is no
 * project there is none. */
static bool remember(const char *log, Diag *why) {
  char *file = config_find();
  if (file == NULL) return true;
  char *top = path_folder(file), *database = path_join(top, ".oracle/history.db");
  History *h = history_open(database, why);
  bool ok = h && history_add(h, log, why);
  history_close(h);
  free(file);
  free(top);
  free(database);
  return ok;
}

bool verb_merge(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  const char *out = options_text(o, OPTION_OUTPUT);
  if (out == NULL || o->words.n == 0) {
    return diag_set(why, EXIT_USAGE, "merge: needs -o FILE and logs");
  }
  return merge_logs(&o->words, out, status, why) && remember(out, why);
}

/* What is ours in a mode's folder: the configuration may have named one that holds more. */
static bool clean_mode(const Mode *m, Diag *why) {
  char *cache = path_join(m->output, "cache"), *gdb = path_join(m->output, "gdb");
  bool ok = unlink(cache) == 0 || !path_is_file(cache) ||
            diag_errno(why, EXIT_INFRA, "cannot remove %s", cache);
  ok = ok && path_remove(gdb, why);
  if (ok) rmdir(m->output);                            /* if nothing else is there */
  free(cache);
  free(gdb);
  return ok;
}

bool verb_clean(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  Setup s;
  bool ok = setup_config(&s, o, why);
  for (size_t i = 0; ok && i < s.config.nmodes; i++) {
    ok = clean_mode(&s.config.modes[i], why);
  }
  ok = ok && path_remove(s.config.state, why);
  setup_free(&s);
  *status = EXIT_SAME;
  return ok;
}
