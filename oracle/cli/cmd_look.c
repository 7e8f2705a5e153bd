/* cmd_look.c -- why this file exists: what can be told or tidied without running a case. */
#include <stdlib.h>

#include "base/path.h"
#include "cli/reports.h"
#include "cli/setup.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "run/merge.h"

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

bool verb_modes(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  Setup s;
  bool ok = setup_config(&s, o, why);
  for (size_t i = 0; ok && i < s.config.nmodes; i++) {
    const Mode *m = &s.config.modes[i];
    Diag missing = {0};
    char build[41];
    printf("%-14s %-8s %s\n", m->name, m->by_default ? "default" : "manual", m->why);
    if (!engine_identify(&m->ref, build, &missing) || !engine_identify(&m->cand, build, &missing)) {
      printf("%-14s          cannot run: %s\n", "", diag_text(&missing));
    }
  }
  setup_free(&s);
  *status = EXIT_SAME;
  return ok;
}

bool verb_report(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  Setup s = {.nmodes = 0};
  Reports reports = {.n = 0};
  bool ok = o->words.n <= 1 || diag_set(why, EXIT_USAGE, "report: one run");
  ok = ok && reports_open(&reports, o, why) && setup_config(&s, o, why);
  const char *word = o->words.n ? o->words.at[0] : "latest";
  char *log = ok ? setup_find_log(&s.config, word, why) : NULL;
  ok = log && report_replay(log, reports.at, reports.n, why);
  Diag second = {0};
  if (!reports_close(&reports, ok ? why : &second)) ok = false;
  free(log);
  setup_free(&s);
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

bool verb_clean(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  Setup s;
  bool ok = setup_config(&s, o, why);
  for (size_t i = 0; ok && i < s.config.nmodes; i++) {
    ok = path_remove(s.config.modes[i].output, why);
  }
  ok = ok && path_remove(s.config.state, why);
  setup_free(&s);
  *status = EXIT_SAME;
  return ok;
}
