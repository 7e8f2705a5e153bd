/* cmd_run.c -- why this file exists: run, exec and diff are one: a plan, its workers, its
 * reports. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/words.h"
#include "cli/debug.h"
#include "cli/preview.h"
#include "cli/reports.h"
#include "cli/setup.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "run/driver.h"
#include "run/eventlog.h"
#include "run/runs.h"
#include "run/worker.h"

static bool read_retries(const Options *o, unsigned *retries, Diag *why) {
  return options_number(o, OPTION_RETRIES, 1, 100, 3, retries, why);
}

static bool read_options(const Options *o, RunOptions *run, Diag *why) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned usual = cores < 1 ? 1 : cores > 256 ? 256 : (unsigned)cores, most = 0;
  const char *flaky = options_text(o, OPTION_FLAKY), *span = options_text(o, OPTION_TIME);
  bool ok = options_number(o, OPTION_JOBS, 1, 256, usual, &run->jobs, why) &&
            read_retries(o, &run->retries, why) &&
            options_number(o, OPTION_MAX_FAIL, 1, 1000000000, 0, &most, why);
  run->most_failures = options_has(o, OPTION_FAIL_FAST) ? 1 : most;
  if (ok && flaky && strcmp(flaky, "warn") != 0 && strcmp(flaky, "fail") != 0) {
    ok = diag_set(why, EXIT_USAGE, "--flaky: '%s' is not fail or warn", flaky);
  }
  run->flaky_warns = flaky && strcmp(flaky, "warn") == 0;
  if (ok && span && !words_parse_seconds(span, &run->seconds)) {
    ok = diag_set(why, EXIT_USAGE, "--time: '%s' is not a time such as 90s or 10m", span);
  }
  run->use_cache = !options_has(o, OPTION_NO_CACHE) && o->verb == VERB_RUN;
  run->partition = options_text(o, OPTION_PARTITION) ? options_text(o, OPTION_PARTITION) : "";
  return ok;
}

/* Runs in the log that `run` names; listeners[0] is free for it. */
static bool drive_into(Setup *s, RunOptions *run, const char *log, Listener **listeners,
                       int *status, Diag *why) {
  Diag second = {0};
  listeners[0] = eventlog_open(log, run->resumed != NULL, why);
  if (listeners[0] == NULL) return false;
  bool ok = driver_run(&s->plan, run, status, why);
  if (!listeners[0]->close(listeners[0], ok ? why : &second)) ok = false;
  /* A part must not change the times by which its sister parts are cut. */
  if (ok && *run->partition == '\0') ok = history_add(s->history, log, why);
  return ok;
}

/* Runs as the driver: a new run, or one that is gone on with. */
static bool drive(Setup *s, RunOptions *run, const char *runs, const Reports *reports, int *status,
                  Diag *why) {
  Listener *listeners[REPORTS_MOST + 1];
  run->listeners = listeners;
  run->nlisteners = 1 + reports->n;
  for (size_t i = 0; i < reports->n; i++) listeners[i + 1] = reports->at[i];
  if (run->resumed) {
    run->run = run->resumed->run;
    return report_catch_up(run->resumed, reports->at, reports->n, why) &&
           drive_into(s, run, run->resumed->log, listeners, status, why);
  }
  char *id = runs_begin(runs, why), *log = id ? runs_log(runs, id) : NULL;
  run->run = id;
  bool ok = log && drive_into(s, run, log, listeners, status, why);
  free(id);
  free(log);
  return ok;
}

/* Reports are named from where the user is; setup went to where the configuration is. */
static bool drive_reported(Setup *s, const Options *o, RunOptions *run, const char *runs,
                           int *status, Diag *why) {
  Reports reports = {.n = 0};
  Diag second = {0};
  bool ok = chdir(run->folder) == 0 || diag_errno(why, EXIT_INFRA, "%s", run->folder);
  ok = ok && reports_open(&reports, o, why);
  ok = ok && (chdir(s->config.top) == 0 || diag_errno(why, EXIT_INFRA, "%s", s->config.top));
  ok = ok && drive(s, run, runs, &reports, status, why);
  /* Those that write at their end name their file as the user did. */
  if (chdir(run->folder) != 0 && ok) ok = diag_errno(why, EXIT_INFRA, "%s", run->folder);
  if (!reports_close(&reports, ok ? why : &second)) ok = false;
  return ok;
}

/* The plan is made: runs it, or says what would run. */
static bool run_planned(Setup *s, const Options *o, const Strings *argv, const char *home,
                        int *status, Diag *why) {
  Bytes repeat = {0}, debug = {0};
  Resumed resumed = {.log = NULL};
  char *runs = path_join(s->config.state, "runs");
  options_append_repeat(o, &repeat);
  options_append_debug(o, &debug);
  RunOptions run = {
    .argv = argv, .folder = home, .repeat = bytes_text(&repeat), .debug = bytes_text(&debug),
    .repeat_is_whole = o->verb == VERB_EXEC, .text = o->verb == VERB_EXEC ? &s->text : NULL
  };
  bool ok = read_options(o, &run, why);
  if (ok && options_has(o, OPTION_RESUME)) {
    const ResumeWish wish = {&s->plan, run.partition};
    ok = resume_find(runs, &wish, &resumed, why);
    run.resumed = &resumed;
  }
  *status = EXIT_SAME;
  if (ok && options_has(o, OPTION_DRY_RUN)) ok = preview_write(&s->plan, &run, stdout, why);
  else ok = ok && drive_reported(s, o, &run, runs, status, why);
  resume_free(&resumed);
  bytes_free(&repeat);
  bytes_free(&debug);
  free(runs);
  return ok;
}

static int serve(const WorkerTask *task, const Options *o) {
  Setup s = {.nmodes = 0};
  Diag why = {0};
  unsigned retries;
  bool ok = read_retries(o, &retries, &why) && setup_take(&s, o, &task->handed, &why);
  int status = ok ? worker_serve(task, &s.plan, retries) : worker_refuse(task, &why);
  setup_free(&s);
  return status;
}

bool verb_run(const Options *o, const Strings *argv, int *status, Diag *why) {
  WorkerTask task;
  Setup s;
  if (worker_is_called(&task)) {
    bool has_driver = task.board != NULL;
    if (has_driver) *status = serve(&task, o);
    else diag_set(why, EXIT_USAGE, WORKER_VARIABLE " is set, but there is no driver");
    handed_free(&task.handed);
    return has_driver;
  }
  char *home = getcwd(NULL, 0);
  if (home == NULL) return diag_errno(why, EXIT_INFRA, "the working folder");
  bool by_hand = options_has(o, OPTION_DEBUGGER) || options_has(o, OPTION_TRACER);
  bool ok = setup_plan(&s, o, why);
  *status = EXIT_SAME;
  if (by_hand) ok = ok && debug_case(&s, o, why);
  else ok = ok && run_planned(&s, o, argv, home, status, why);
  setup_free(&s);
  free(home);
  return ok;
}
