/* cmd_run.c -- why this file exists: run, exec and diff are one: a plan, its workers, its reports. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/words.h"
#include "cli/reports.h"
#include "cli/setup.h"
#include "cli/verbs.h"
#include "run/driver.h"
#include "run/eventlog.h"
#include "run/resume.h"
#include "run/worker.h"

/* What --resume found. */
typedef struct Resumed {
  char *log;
  bool *is_done;
  size_t counts[VERDICT_COUNT];
  char run[RESUME_RUN_LENGTH];
} Resumed;

static bool read_numbers(const Options *o, RunOptions *run, Diag *why) {
  unsigned cores = (unsigned)sysconf(_SC_NPROCESSORS_ONLN), most = 0;
  if (cores < 1) cores = 1;
  if (cores > 256) cores = 256;
  const char *flaky = options_text(o, OPTION_FLAKY), *span = options_text(o, OPTION_TIME);
  bool ok = options_number(o, OPTION_JOBS, 1, 256, cores, &run->jobs, why) &&
            options_number(o, OPTION_RETRIES, 1, 100, 3, &run->retries, why) &&
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

static bool find_unfinished(const Setup *s, Resumed *r, Diag *why) {
  r->log = setup_find_log(&s->config, "latest", why);
  return r->log && resume_load(r->log, s->plan.hash, s->plan.whole, &r->is_done, r->counts, r->run, why);
}

/* Runs as the driver. */
static bool drive(Setup *s, const Options *o, const Strings *argv, const Reports *reports, int *status, Diag *why) {
  RunOptions run = {.argv = argv};
  Resumed resumed = {.log = NULL};
  bool resume = options_has(o, OPTION_RESUME);
  bool ok = read_numbers(o, &run, why) && (!resume || find_unfinished(s, &resumed, why));
  char *id = resume ? mem_string(resumed.run) : driver_new_run_id();
  char *log = resume ? resumed.log : mem_format("%s/runs/%s/events.jsonl", s->config.state, id);
  char *folder = log ? path_folder(log) : NULL;
  Listener *listeners[REPORTS_MOST + 1];
  run.run = id;
  run.listeners = listeners;
  ok = ok && path_make_folder(folder, why) && (listeners[0] = eventlog_open(log, resume, why)) != NULL;
  if (ok) {
    run.nlisteners = 1 + reports->n;
    for (size_t i = 0; i < reports->n; i++) listeners[i + 1] = reports->at[i];
    run.is_done = resumed.is_done;
    run.counts = resume ? resumed.counts : NULL;
    ok = driver_run(&s->plan, &run, status, why);
    ok = listeners[0]->close(listeners[0], why) && ok;
    /* A part must not change the times by which its sister parts are cut. */
    if (ok && *run.partition == '\0') ok = history_add(s->history, log, why);
  }
  free(id);
  free(log);
  free(folder);
  free(resumed.is_done);
  return ok;
}

bool verb_run(const Options *o, const Strings *argv, int *status, Diag *why) {
  WorkerTask task;
  bool is_worker = worker_is_called(&task);
  char *home = getcwd(NULL, 0);
  Strings whole = {0};
  Setup s;
  Reports reports = {.n = 0};
  bool ok = home || diag_errno(why, EXIT_INFRA, "the working folder");
  for (size_t i = 0; i < argv->n; i++) strings_add(&whole, argv->at[i]);
  bool planned = ok && setup_plan(&s, o, why);
  if (planned && is_worker) {
    unsigned retries;
    ok = options_number(o, OPTION_RETRIES, 1, 100, 3, &retries, why);
    *status = ok ? worker_serve(&task, &s.plan, retries) : EXIT_USAGE;
  } else if (planned) {
    /* Reports are named from where the user is; setup went to where the configuration is. */
    ok = chdir(home) == 0 || diag_errno(why, EXIT_INFRA, "%s", home);
    ok = ok && reports_open(&reports, o, why) && chdir(s.config.top) == 0;
    ok = ok && drive(&s, o, &whole, &reports, status, why) && chdir(home) == 0;
  } else ok = false;
  if (!is_worker) {
    Diag second = {0};
    if (!reports_close(&reports, ok ? why : &second)) ok = false;
  }
  if (planned) setup_free(&s);
  free(home);
  strings_free(&whole);
  return ok;
}
