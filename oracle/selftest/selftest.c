/* selftest.c -- why this file exists: it chooses the checks, carries each out in a process of its
 * own, and says what came of it. */
#include "selftest/selftest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"

/* ---- Choosing -------------------------------------------------------------------------------- */

static bool is_named(const Check *c, const SelftestOptions *o) {
  for (size_t i = 0; i < o->words->n; i++) {
    const char *word = o->words->at[i];
    size_t n = strlen(word);
    if (path_match(word, c->name) || (strncmp(c->name, word, n) == 0 && strchr("/", c->name[n])))
      return true;
  }
  return false;
}

static bool is_chosen(const Check *c, const SelftestOptions *o) {
  if (o->words->n && !is_named(c, o)) return false;
  if (o->keep && strstr(c->name, o->keep) == NULL) return false;
  return !o->quick || c->quick;
}

/* What takes long, or needs what is not always there, is not run unless it is meant. */
static bool is_left_out(const Check *c, const SelftestOptions *o) {
  return c->manual && o->words->n == 0 && o->keep == NULL;
}

/* ---- Carrying out ---------------------------------------------------------------------------- */

typedef struct Job {
  const Check *check;
  pid_t pid;                     /* 0: free */
  int pipe;
  Bytes said;
  double started;
} Job;

typedef struct Runner {
  const SelftestOptions *options;
  const Checks *checks;
  size_t next;
  Job jobs[SELFTEST_JOBS];
  size_t passed, failed, skipped, trouble;
} Runner;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void show(const Check *c, const char *word, const char *text, double seconds) {
  size_t first = strcspn(text, "\n");
  printf("%-7s %-34s %.*s", word, c->name, (int)first, text);
  if (seconds >= 0) printf(" (%.1f s)", seconds);
  printf("%s\n", text + first);
  fflush(stdout);
}

/* In the child: never returns. */
static void carry_out(const Check *c, int out) {
  Bytes said = {0};
  Diag why = {0};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Outcome outcome = c->run(c, &said, &why);
  if (outcome == OUTCOME_TROUBLE) bytes_printf(&said, "%s", diag_text(&why));
  for (size_t done = 0; done < said.len;) {
    ssize_t n = write(out, said.data + done, said.len - done);
    if (n <= 0) exit(OUTCOME_TROUBLE);
    done += (size_t)n;
  }
  bytes_free(&said);
  exit((int)outcome);
}

static bool start(Runner *r, Job *job, const Check *c, Diag *why) {
  int ends[2];
  if (pipe(ends) != 0) return diag_errno(why, EXIT_INFRA, "a pipe");
  fflush(stdout);
  *job = (Job){.check = c, .pid = fork(), .pipe = ends[0], .started = now()};
  if (job->pid == 0) {
    for (size_t i = 0; i < r->options->jobs; i++) {
      if (r->jobs[i].pid > 0) close(r->jobs[i].pipe);
    }
    close(ends[0]);
    carry_out(c, ends[1]);
  }
  close(ends[1]);
  return job->pid > 0 || diag_errno(why, EXIT_INFRA, "fork");
}

static void finish(Runner *r, Job *job) {
  int status = 0;
  close(job->pipe);
  while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR) continue;
  const char *word = "TROUBLE";
  if (WIFEXITED(status) && WEXITSTATUS(status) == OUTCOME_PASSED) {
    word = "passed";
    r->passed++;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == OUTCOME_FAILED) {
    word = "FAILED";
    r->failed++;
  } else r->trouble++;
  if (WIFSIGNALED(status))
    bytes_printf(&job->said, "the check ended by signal %s", sigabbrev_np(WTERMSIG(status)));
  show(job->check, word, bytes_text(&job->said), now() - job->started);
  bytes_free(&job->said);
  job->pid = 0;
}

/* Starts what fits. */
static bool fill(Runner *r, Diag *why) {
  for (size_t i = 0; i < r->options->jobs; i++) {
    while (r->jobs[i].pid == 0 && r->next < r->checks->n) {
      const Check *c = &r->checks->at[r->next++];
      if (!is_chosen(c, r->options)) continue;
      if (is_left_out(c, r->options)) {
        r->skipped++;
        show(c, "skipped", "runs only where it is named", -1);
      } else if (!start(r, &r->jobs[i], c, why)) return false;
    }
  }
  return true;
}

static bool run_checks(Runner *r, Diag *why) {
  for (;;) {
    struct pollfd polls[SELFTEST_JOBS];
    size_t busy = 0;
    if (!fill(r, why)) return false;
    for (size_t i = 0; i < r->options->jobs; i++) {
      polls[i] = (struct pollfd){r->jobs[i].pid ? r->jobs[i].pipe : -1, POLLIN, 0};
      busy += r->jobs[i].pid != 0;
    }
    if (busy == 0) return true;
    if (poll(polls, r->options->jobs, -1) < 0) continue;
    for (size_t i = 0; i < r->options->jobs; i++) {
      char block[4096];
      if (polls[i].revents == 0) continue;
      ssize_t n = read(r->jobs[i].pipe, block, sizeof block);
      if (n > 0) bytes_append(&r->jobs[i].said, block, (size_t)n);
      else finish(r, &r->jobs[i]);
    }
  }
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* Builds what the chosen checks are planted in. */
static bool prepare(const Runner *r, const World *w, Tree trees[BUILD_COUNT], Diag *why) {
  bool wanted[BUILD_COUNT] = {false}, ok = true;
  for (size_t i = 0; i < r->checks->n; i++) {
    const Check *c = &r->checks->at[i];
    if (is_chosen(c, r->options) && !is_left_out(c, r->options)) wanted[c->build] = true;
  }
  for (int k = BUILD_NONE + 1; ok && k < BUILD_COUNT; k++) {
    if (!wanted[k]) continue;
    char *name = mem_format("tree-%d", k), *folder = path_join(w->folder, name);
    ok = tree_build(&trees[k], w, folder, (BuildKind)k, why);
    free(name);
    free(folder);
  }
  return ok;
}

static bool collect(Checks *all, const Places *places, const Tree *trees, Diag *why) {
  bool ok = rules_collect(all, places, why) && faults_collect(all, places, why) &&
            identity_collect(all, places, why) && mutants_collect(all, places, why) &&
            endurance_collect(all, places, why);
  for (size_t i = 0; i < all->n; i++) {
    all->at[i].places = places;
    all->at[i].trees = trees;
  }
  return ok;
}

static size_t count_chosen(const Runner *r) {
  size_t n = 0;
  for (size_t i = 0; i < r->checks->n; i++) n += is_chosen(&r->checks->at[i], r->options);
  return n;
}

static bool list(const Runner *r) {
  for (size_t i = 0; i < r->checks->n; i++) {
    const Check *c = &r->checks->at[i];
    if (!is_chosen(c, r->options)) continue;
    printf("%-34s %-6s %s\n", c->name, c->manual ? "manual" : c->quick ? "quick" : "", c->about);
  }
  return true;
}

static bool run_all(Runner *r, const Places *places, Tree trees[BUILD_COUNT], Diag *why) {
  World w = {0};
  bool ok = world_open(&w, places, why);
  /* The worlds of the checks lie in this one and go with it, also where a check is killed. */
  if (ok && setenv("TMPDIR", w.folder, 1) != 0) ok = diag_errno(why, EXIT_INFRA, "TMPDIR");
  ok = ok && prepare(r, &w, trees, why) && run_checks(r, why);
  for (size_t i = 0; i < SELFTEST_JOBS; i++) {
    if (r->jobs[i].pid > 0) {
      kill(r->jobs[i].pid, SIGKILL);
      finish(r, &r->jobs[i]);
    }
  }
  for (int k = 0; k < BUILD_COUNT; k++) tree_free(&trees[k]);
  world_close(&w);
  if (!ok) return false;
  printf("selftest: %zu passed, %zu failed, %zu skipped\n", r->passed, r->failed + r->trouble,
         r->skipped);
  return true;
}

bool selftest_run(const SelftestOptions *options, int *status, Diag *why) {
  Places places = {0};
  Checks all = {0};
  Tree trees[BUILD_COUNT] = {{NULL}};
  Runner r = {.options = options, .checks = &all};
  bool ok = places_find(&places, why) && collect(&all, &places, trees, why);
  if (ok && count_chosen(&r) == 0)
    ok = diag_set(why, EXIT_NOTHING, "no such check; `oracle selftest --list` lists them");
  if (ok) ok = options->list ? list(&r) : run_all(&r, &places, trees, why);
  *status = r.trouble ? EXIT_INFRA : r.failed ? EXIT_SELFTEST : EXIT_SAME;
  checks_free(&all);
  places_free(&places);
  return ok;
}
