/* worker.c -- why this file exists: everything that can crash, hang or be spoilt by a case happens
 * in a process that can be thrown away. */
#include "run/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "run/pair.h"

/* Verdicts are sent when this much is waiting, or after so long. */
enum { FLUSH_BYTES = 32768, FLUSH_NANOSECONDS = 20000000 };

typedef struct Worker {
  const WorkerTask *task;
  const Mode *mode;
  Pair pair, process;    /* opened when first needed */
  bool has_pair, has_process;
  Rules rules;
  unsigned retries;
  Bytes orders, answers;
  uint64_t last_flush;
} Worker;

bool worker_is_called(WorkerTask *task) {
  const char *text = getenv(WORKER_VARIABLE);
  *task = (WorkerTask){.board = NULL};
  if (text == NULL) return false;
  Diag why = {0};
  int board, handed;
  char rest[16] = "";
  bool ok = sscanf(text, "%d:%d:%d%15s", &task->socket, &board, &handed, rest) >= 3;
  task->process_only = strcmp(rest, ":process") == 0;
  unsetenv(WORKER_VARIABLE);
  if (!ok || !handed_read(handed, &task->handed, &why)) return true;
  close(handed);
  void *page = mmap(NULL, sizeof *task->board, PROT_READ | PROT_WRITE, MAP_SHARED, board, 0);
  if (page != MAP_FAILED) task->board = page;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return true;
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The clock of the in-process engine may still tick (engine/guard.h), which ends a poll early. */
static bool wait_for(int socket, short events) {
  struct pollfd p = {socket, events, 0};
  int n;
  while ((n = poll(&p, 1, -1)) < 0 && errno == EINTR) continue;
  return n > 0;
}

static bool flush(Worker *w) {
  w->last_flush = now_ns();
  while (w->answers.len) {
    if (!wait_for(w->task->socket, POLLOUT)) return false;
    if (!wire_send(w->task->socket, &w->answers)) return false;
  }
  return true;
}

/* Waits for orders unless some are there; false when the driver is gone. */
static bool next_order(Worker *w, uint32_t *index) {
  while (!wire_take_order(&w->orders, index)) {
    if (!flush(w)) return false;
    if (!wait_for(w->task->socket, POLLIN)) return false;
    if (!wire_receive(w->task->socket, &w->orders)) return false;
  }
  return true;
}

/* "" or why the mode leaves this case out: its `modes:` against how the candidate was built. */
static bool is_for_build(const Case *item, const char *build, Verdict *v) {
  bool wanted = true, has_positive = false;
  for (size_t i = 0; i < item->modes.n; i++) {
    const char *word = item->modes.at[i];
    if (word[0] == '!') {
      if (strcmp(word + 1, build) == 0) wanted = false;
    } else if (!has_positive) {
      has_positive = true;
      wanted = strings_has(&item->modes, build);
    }
  }
  if (wanted) return true;
  v->kind = VERDICT_SKIP;
  bytes_printf(&v->why, "not for a build of kind %s", *build ? build : "unknown");
  return false;
}

static bool open_pair(Worker *w, bool process, Pair **pair, Diag *why) {
  bool *has = process ? &w->has_process : &w->has_pair;
  *pair = process ? &w->process : &w->pair;
  if (*has) return true;
  const EngineSpec *ref = process ? &w->mode->ref_process : &w->mode->ref;
  const EngineSpec *cand = process ? &w->mode->cand_process : &w->mode->cand;
  *has = pair_open(*pair, ref, cand, &w->rules, w->retries, why);
  return *has;
}

/* Runs one case: in the mode's engines or, where they refuse, in processes. */
static bool run_case(Worker *w, const Case *item, Verdict *v, bool *spent, Diag *why) {
  Pair *pair;
  verdict_clear(v);
  if (!is_for_build(item, w->mode->cand.mode, v)) return true;
  bool process = w->task->process_only && w->mode->has_process;
  if (!open_pair(w, process, &pair, why)) return false;
  if (!process && w->mode->has_process && *pair_refuses(pair, item, &w->mode->conditions)) {
    if (!open_pair(w, true, &pair, why)) return false;
  }
  /* A program may take its time, and a driver that is killed loses what it has not been told. */
  if (pair_has_program(pair) && !flush(w)) return diag_set(why, EXIT_INFRA, "the driver is gone");
  bool ok = pair_run(pair, item, &w->mode->conditions, v, why);
  *spent = pair_is_spent(pair);
  return ok;
}

int worker_serve(const WorkerTask *task, const Plan *plan, unsigned retries) {
  Worker w = {.task = task, .retries = retries, .last_flush = now_ns()};
  Diag why = {0};
  Verdict v = {0};
  uint32_t index;
  bool ok = true, spent = false;
  w.mode = plan->modes[0];
  if (*w.mode->rules) ok = rules_load(&w.rules, w.mode->rules, &why);
  while (ok && !spent && next_order(&w, &index)) {
    task->board->current = index;
    ok = index < plan->n && run_case(&w, plan->items[index].item, &v, &spent, &why);
    if (ok) wire_append_verdict(&w.answers, index, &v);
    else if (index < plan->n) diag_wrap(&why, "%s", plan->items[index].item->id);
    task->board->done++;
    bool late = now_ns() - w.last_flush > FLUSH_NANOSECONDS;
    if (w.answers.len > FLUSH_BYTES || late) ok = flush(&w) && ok;
    task->board->current = WIRE_IDLE;
  }
  if (!ok) wire_append_trouble(&w.answers, &why);
  flush(&w);
  if (w.has_pair) pair_close(&w.pair);
  if (w.has_process) pair_close(&w.process);
  rules_free(&w.rules);
  verdict_free(&v);
  bytes_free(&w.orders);
  bytes_free(&w.answers);
  return ok ? 0 : EXIT_INFRA;
}

int worker_refuse(const WorkerTask *task, const Diag *why) {
  Worker w = {.task = task};
  wire_append_trouble(&w.answers, why);
  flush(&w);
  bytes_free(&w.answers);
  return EXIT_INFRA;
}
