/* driver.c -- why this file exists: cases crash and hang, and a run must come to its end anyway. */
#include "run/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/version.h"
#include "engine/inproc.h"
#include "run/cache.h"
#include "run/status.h"
#include "run/worker.h"
#include "verdict/ledger.h"

enum { MOST_JOBS = 256, MOST_ORDERS = 128, MOST_STARTS = 5 };

typedef struct Slot {
  pid_t pid;             /* 0: no process */
  int socket, board_fd;
  WireBoard *board;
  Bytes in, out;
  uint32_t *orders;      /* given and not finished, oldest first */
  size_t norders;
  uint32_t seen_done;    /* board->done when it last moved, and when that was */
  double seen_time;
  unsigned failed_starts;
  bool process_only;     /* for one case that killed a worker */
} Slot;

typedef struct Driver {
  const Plan *plan;
  const RunOptions *options;
  unsigned mode;         /* being run */
  Rules rules;           /* of the mode: for their ids */
  Ledger *ledger;
  Cache cache;
  bool caching;
  Slot *slots;
  size_t next, end;      /* items not handed out yet */
  uint32_t *again;       /* to be run once more, in a process */
  size_t nagain;
  bool *killed;          /* by index: has killed a worker before */
  size_t left;           /* items of the mode without a verdict */
  size_t counts[VERDICT_COUNT];
  size_t failures, ledger_problems;
  double started;
  const char *reason;    /* why it stops early, or "" */
  Verdict verdict;
  Diag *why;
} Driver;

static volatile sig_atomic_t interrupted;

static void note_interrupt(int number) {
  (void)number;
  interrupted = 1;
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

char *driver_new_run_id(void) {
  time_t t = time(NULL);
  struct tm utc;
  char text[32];
  gmtime_r(&t, &utc);
  strftime(text, sizeof text, "%Y%m%d-%H%M%S", &utc);
  return mem_format("%s-%d", text, (int)getpid());
}

/* ---- Telling ---------------------------------------------------------------------------------- */

static bool tell(Driver *d, Event *e) {
  e->time = now(CLOCK_REALTIME);
  bool ok = true;
  for (size_t i = 0; i < d->options->nlisteners; i++) {
    Listener *l = d->options->listeners[i];
    ok = l->hear(l, e, d->why) && ok;
  }
  return ok;
}

static bool tick(Driver *d) {
  double t = now(CLOCK_REALTIME);
  bool ok = true;
  for (size_t i = 0; i < d->options->nlisteners; i++) {
    Listener *l = d->options->listeners[i];
    if (l->tick) ok = l->tick(l, t, d->why) && ok;
  }
  return ok;
}

__attribute__((format(printf, 2, 3)))
static bool note(Driver *d, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  Event e = {.kind = EVENT_NOTE};
  e.as.note.text = text;
  return tell(d, &e);
}

/* The command that runs this one case again. */
static void append_repeat(Bytes *to, const char *mode, const char *id) {
  bytes_puts(to, "oracle run");
  if (strcmp(mode, "base") != 0) bytes_printf(to, " --mode %s", mode);
  bool plain = strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-#") == strlen(id);
  bytes_printf(to, plain ? " %s" : " '%s'", id);
}

static bool tell_result(Driver *d, uint32_t index, const Verdict *v, bool cached) {
  const Item *item = &d->plan->items[index];
  const char *mode = d->plan->modes[d->mode]->name;
  Strings rules = {0};
  for (size_t i = 0; i < d->rules.n; i++) {
    if (v->rules & (uint64_t)1 << i) strings_add(&rules, rule_id(&d->rules, i));
  }
  Bytes repeat = {0};
  if (verdict_class(v->kind) != CLASS_PASS) append_repeat(&repeat, mode, item->item->id);
  Event e = {.kind = EVENT_RESULT};
  e.as.result.n = item->n;
  e.as.result.mode = mode;
  e.as.result.id = item->item->id;
  e.as.result.title = item->item->title;
  e.as.result.file = item->item->path;
  e.as.result.line = item->item->line;
  e.as.result.tags = &item->item->tags;
  e.as.result.verdict = v->kind;
  e.as.result.why = v->why;
  e.as.result.diff = v->diff;
  e.as.result.signature = v->signature;
  e.as.result.ledger = v->ledger;
  e.as.result.repeat = bytes_text(&repeat);
  e.as.result.rules = &rules;
  e.as.result.ref_ns = v->ref_ns;
  e.as.result.cand_ns = v->cand_ns;
  e.as.result.cached = cached;
  bool ok = tell(d, &e);
  bytes_free(&repeat);
  strings_free(&rules);
  return ok;
}

/* ---- Verdicts --------------------------------------------------------------------------------- */

/* What decides the case lies in the case itself: nothing beside it can change the verdict. */
static bool may_cache(const Driver *d, const Case *item) {
  const Conditions *c = &d->plan->modes[d->mode]->conditions;
  return d->caching && !item->plain && !(item->needs & (NEED_LIBS | NEED_LOCALE)) &&
         c->npreloads == 0 && c->nmounts == 0;
}

static uint64_t key_of(const Driver *d, const Case *item) {
  return cache_key(item, d->plan->builds[d->mode], d->plan->modes[d->mode]->hash);
}

/* Takes a verdict into the books. */
static bool settle(Driver *d, uint32_t index, Verdict *v, bool cached) {
  const Case *item = d->plan->items[index].item;
  if (!cached && may_cache(d, item)) cache_add(&d->cache, key_of(d, item), v->kind, v->rules);
  if (d->ledger) ledger_apply(d->ledger, d->plan->modes[d->mode]->name, item, v);
  d->counts[v->kind]++;
  VerdictClass class = verdict_class(v->kind);
  if (class == CLASS_FAIL || class == CLASS_TROUBLE) d->failures++;
  if (d->options->most_failures && d->failures >= d->options->most_failures) d->reason = "max-fail";
  d->left--;
  return tell_result(d, index, v, cached);
}

/* A verdict that the driver itself gives. */
static bool settle_infra(Driver *d, uint32_t index, const char *text) {
  verdict_clear(&d->verdict);
  d->verdict.kind = VERDICT_INFRA;
  bytes_puts(&d->verdict.why, text);
  return settle(d, index, &d->verdict, false);
}

/* The next item that has to run, or WIRE_IDLE: done and cached ones are settled on the way. */
static bool next_item(Driver *d, uint32_t *index) {
  while (d->next < d->end) {
    uint32_t i = (uint32_t)d->next++;
    const Item *item = &d->plan->items[i];
    if (d->options->is_done && d->options->is_done[item->n]) {
      d->left--;
      continue;
    }
    VerdictKind kind;
    uint64_t rules;
    if (d->options->use_cache && may_cache(d, item->item) &&
        cache_find(&d->cache, key_of(d, item->item), &kind, &rules)) {
      verdict_clear(&d->verdict);
      d->verdict.kind = kind;
      d->verdict.rules = rules;
      if (!settle(d, i, &d->verdict, true)) return false;
      continue;
    }
    *index = i;
    return true;
  }
  *index = WIRE_IDLE;
  return true;
}

/* ---- Workers ---------------------------------------------------------------------------------- */

/* Environment of a worker: ours, its task, and the runtime its candidate must find loaded. */
static char **worker_environment(const Driver *d, const Slot *slot, int socket, Diag *why) {
  extern char **environ;
  const Mode *mode = d->plan->modes[d->mode];
  Strings env = {0};
  Bytes preload = {0};
  bool ok = true;
  if (!slot->process_only && strcmp(mode->cand.kind, "inproc") == 0) {
    ok = inproc_needs_preload(mode->cand.path, &preload, why);
  }
  for (char **e = environ; *e; e++) {
    if (strncmp(*e, "LD_PRELOAD=", 11) != 0 || preload.len == 0) strings_add(&env, *e);
  }
  if (preload.len) {
    strings_take(&env, mem_format("LD_PRELOAD=%s", bytes_text(&preload)));
    if (!getenv("ASAN_OPTIONS")) strings_add(&env, INPROC_SANITIZER_OPTIONS);
  }
  strings_take(&env, mem_format("%s=%d:%d:%u:%lx%s", WORKER_VARIABLE, socket, slot->board_fd, d->mode,
                                d->plan->order, slot->process_only ? ":process" : ""));
  bytes_free(&preload);
  if (!ok) strings_free(&env);
  else strings_take(&env, NULL);
  return env.at;
}

static void free_environment(char **env) {
  for (size_t i = 0; env[i]; i++) free(env[i]);
  free(env);
}

/* In the child: nothing but calls that are safe between fork and exec. */
static void become_worker(char **argv, char **env, int socket, int board) {
  signal(SIGINT, SIG_IGN);
  fcntl(socket, F_SETFD, 0);
  fcntl(board, F_SETFD, 0);
  int addresses = personality(0xffffffff);
  if (addresses != -1) personality((unsigned long)addresses | ADDR_NO_RANDOMIZE);
  execve("/proc/self/exe", argv, env);
  _exit(EXIT_INFRA);
}

static bool start_worker(Driver *d, Slot *slot) {
  int pair[2];
  if (slot->board == NULL) {
    slot->board_fd = memfd_create("oracle-board", MFD_CLOEXEC);
    if (slot->board_fd < 0 || ftruncate(slot->board_fd, sizeof *slot->board) != 0) {
      return diag_errno(d->why, EXIT_INFRA, "memory shared with a worker");
    }
    slot->board = mmap(NULL, sizeof *slot->board, PROT_READ | PROT_WRITE, MAP_SHARED, slot->board_fd, 0);
    if (slot->board == MAP_FAILED) return diag_errno(d->why, EXIT_INFRA, "memory shared with a worker");
    slot->orders = mem_alloc(MOST_ORDERS * sizeof *slot->orders);
  }
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return diag_errno(d->why, EXIT_INFRA, "a socket for a worker");
  }
  char **env = worker_environment(d, slot, pair[1], d->why);
  if (env == NULL) return false;
  slot->board->current = WIRE_IDLE;
  slot->board->done = slot->seen_done = 0;
  slot->seen_time = now(CLOCK_MONOTONIC);
  bytes_clear(&slot->in);
  bytes_clear(&slot->out);
  strings_take((Strings *)d->options->argv, NULL);      /* argv ends with NULL, as exec wants it */
  slot->pid = fork();
  if (slot->pid == 0) become_worker(d->options->argv->at, env, pair[1], slot->board_fd);
  ((Strings *)d->options->argv)->n--;
  free_environment(env);
  close(pair[1]);
  slot->socket = pair[0];
  fcntl(slot->socket, F_SETFL, O_NONBLOCK);
  return slot->pid > 0 || diag_errno(d->why, EXIT_INFRA, "fork");
}

static void give_order(Slot *slot, uint32_t index) {
  slot->orders[slot->norders++] = index;
  wire_append_order(&slot->out, index);
}

/* Keeps the worker's queue filled, with less the fewer items are left. */
static bool feed(Driver *d, Slot *slot) {
  size_t fair = (d->end - d->next) / (2 * d->options->jobs) + 1;
  size_t most = slot->process_only ? 1 : fair < MOST_ORDERS ? fair : MOST_ORDERS;
  if (*d->reason || slot->norders > most / 2) return true;
  while (slot->norders < most) {
    uint32_t index = WIRE_IDLE;
    if (slot->process_only) {
      if (d->nagain) index = d->again[--d->nagain];
    } else if (!next_item(d, &index)) return false;
    if (index == WIRE_IDLE) break;
    give_order(slot, index);
  }
  return true;
}

static void stop_worker(Slot *slot, int number, int *status) {
  *status = 0;
  if (slot->pid == 0) return;
  if (number) kill(slot->pid, number);
  close(slot->socket);
  while (waitpid(slot->pid, status, 0) < 0 && errno == EINTR) continue;
  slot->pid = 0;
}

static void describe_end(int status, char text[64]) {
  if (WIFSIGNALED(status)) snprintf(text, 64, "signal %s", sigabbrev_np(WTERMSIG(status)));
  else snprintf(text, 64, "exit status %d", WEXITSTATUS(status));
}

/* The worker is gone: what it had not finished goes back, what killed it is tried in a process. */
static bool bury(Driver *d, Slot *slot, int status, bool hung) {
  uint32_t culprit = slot->board->current;
  bool has_process = d->plan->modes[d->mode]->has_process, ok = true;
  char end[64];
  describe_end(status, end);
  for (size_t i = 0; ok && i < slot->norders; i++) {
    uint32_t index = slot->orders[i];
    if (index != culprit) {
      d->again[d->nagain++] = index;
      continue;
    }
    if (!d->killed[index] && has_process) {
      d->killed[index] = true;
      d->again[d->nagain++] = index;
    } else {
      char text[160];
      snprintf(text, sizeof text, hung ? "the worker hung in this case" : "the worker died in this case: %s", end);
      ok = settle_infra(d, index, text);
    }
  }
  if (ok && culprit != WIRE_IDLE && culprit < d->plan->n) {
    ok = note(d, "a worker %s in %s (%s); it was replaced", hung ? "hung" : "died", d->plan->items[culprit].item->id, end);
  } else if (ok && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
    slot->failed_starts++;
    ok = note(d, "a worker ended (%s); it was replaced", end);
  }
  slot->norders = 0;
  return ok;
}

/* ---- The loop --------------------------------------------------------------------------------- */

/* Takes the verdicts that have come in; false for trouble. */
static bool take_answers(Driver *d, Slot *slot) {
  uint32_t index = 0;
  for (;;) {
    WireKind kind = wire_take(&slot->in, &index, &d->verdict, d->why);
    if (kind == WIRE_NOTHING) return true;
    if (kind == WIRE_TROUBLE) return false;
    if (kind == WIRE_GARBAGE || slot->norders == 0 || slot->orders[0] != index) {
      return diag_set(d->why, EXIT_INFRA, "a worker sent what is no answer");
    }
    memmove(slot->orders, slot->orders + 1, --slot->norders * sizeof *slot->orders);
    slot->failed_starts = 0;
    if (!settle(d, index, &d->verdict, false)) return false;
  }
}

/* How long a case may keep a worker from moving on: both sides, confirmed and masked. */
static double patience(const Driver *d, const Slot *slot) {
  const Mode *mode = d->plan->modes[d->mode];
  uint32_t index = slot->board->current;
  double seconds = mode->conditions.seconds;
  if (index < d->plan->n && d->plan->items[index].item->seconds > seconds) {
    seconds = d->plan->items[index].item->seconds;
  }
  return 30 + seconds * (mode->cand.slowness + mode->ref.slowness + 2) * (3 + d->options->retries);
}

static bool attend(Driver *d, Slot *slot, short events) {
  bool alive = true;
  if (slot->out.len) alive = wire_send(slot->socket, &slot->out);
  if (alive && (events & (POLLIN | POLLHUP | POLLERR))) alive = wire_receive(slot->socket, &slot->in);
  if (!take_answers(d, slot)) return false;
  double t = now(CLOCK_MONOTONIC);
  if (slot->board->done != slot->seen_done || slot->norders == 0) {
    slot->seen_done = slot->board->done;
    slot->seen_time = t;
  }
  bool hung = alive && t - slot->seen_time > patience(d, slot);
  if (alive && !hung) return true;
  int status;
  stop_worker(slot, hung ? SIGKILL : 0, &status);
  return bury(d, slot, status, hung);
}

static bool wants_worker(const Driver *d, size_t i) {
  const Slot *slot = &d->slots[i];
  if (*d->reason) return false;
  return slot->process_only ? d->nagain > 0 : d->next < d->end;
}

/* Items that only went back because a neighbour killed the worker may run as usual; those that
 * killed one run in the last slot, whose worker uses processes only. */
static bool run_round(Driver *d) {
  struct pollfd polls[MOST_JOBS + 1];
  size_t n = d->options->jobs + 1, watched = 0;
  for (size_t i = 0; i < n; i++) {
    Slot *slot = &d->slots[i];
    if (slot->pid == 0 && wants_worker(d, i)) {
      if (slot->failed_starts >= MOST_STARTS) {
        return diag_set(d->why, EXIT_INFRA, "workers of mode %s end at once", d->plan->modes[d->mode]->name);
      }
      if (!start_worker(d, slot)) return false;
    }
    if (slot->pid && !feed(d, slot)) return false;
    polls[i] = (struct pollfd){slot->pid ? slot->socket : -1, (short)(POLLIN | (slot->out.len ? POLLOUT : 0)), 0};
    watched += slot->pid != 0;
  }
  if (d->left == 0) return true;
  if (watched == 0 && *d->reason == '\0') return diag_set(d->why, EXIT_INFRA, "items were lost");
  if (poll(polls, n, 100) < 0 && errno != EINTR) return diag_errno(d->why, EXIT_INFRA, "poll");
  for (size_t i = 0; i < n; i++) {
    if (d->slots[i].pid && !attend(d, &d->slots[i], polls[i].revents)) return false;
  }
  if (interrupted) d->reason = "interrupt";
  if (d->options->seconds > 0 && now(CLOCK_MONOTONIC) - d->started > d->options->seconds) d->reason = "time";
  return tick(d);
}

static bool is_busy(const Driver *d) {
  for (size_t i = 0; i <= d->options->jobs; i++) {
    if (d->slots[i].pid && d->slots[i].norders) return true;
  }
  return d->left > 0;
}

static bool tell_mode(Driver *d) {
  const Mode *mode = d->plan->modes[d->mode];
  const char(*builds)[41] = (const char(*)[41])d->plan->builds[d->mode];
  Event e = {.kind = EVENT_MODE};
  e.as.mode.mode = mode->name;
  e.as.mode.why = mode->why;
  e.as.mode.output = mode->output;
  e.as.mode.ref = (EventSide){mode->ref.path, mode->ref.version, builds[0], mode->ref.kind};
  e.as.mode.cand = (EventSide){mode->cand.path, mode->cand.version, builds[1], mode->cand.kind};
  e.as.mode.cases = d->end - d->next;
  return tell(d, &e);
}

static void hear_problem(void *context, const char *entry, const char *problem, const char *text) {
  Driver *d = context;
  Event e = {.kind = EVENT_LEDGER};
  e.as.ledger.mode = d->plan->modes[d->mode]->name;
  e.as.ledger.entry = entry;
  e.as.ledger.problem = problem;
  e.as.ledger.why = text;
  tell(d, &e);
}

static bool open_mode(Driver *d) {
  const Mode *mode = d->plan->modes[d->mode];
  d->next = d->plan->first[d->mode];
  d->end = d->plan->first[d->mode + 1];
  d->left = d->end - d->next;
  d->nagain = 0;
  d->rules = (Rules){0};
  d->ledger = NULL;
  if (*mode->rules && !rules_load(&d->rules, mode->rules, d->why)) return false;
  if (*mode->ledger && (d->ledger = ledger_load(mode->ledger, d->why)) == NULL) return false;
  d->caching = cache_open(&d->cache, mode->output, d->why);
  return d->caching && tell_mode(d);
}

static bool close_mode(Driver *d, bool ok) {
  for (size_t i = 0; i <= d->options->jobs; i++) {
    int status;
    Slot *slot = &d->slots[i];
    bool busy = slot->norders > 0;
    stop_worker(slot, busy ? SIGKILL : 0, &status);
    slot->norders = 0;
    slot->failed_starts = 0;
  }
  if (ok && d->ledger && *d->reason == '\0' && d->plan->whole == d->plan->n) {
    d->ledger_problems += ledger_end(d->ledger, d->plan->modes[d->mode]->name, now(CLOCK_REALTIME), hear_problem, d);
  }
  if (d->caching) {
    ok = cache_flush(&d->cache, d->why) && ok;
    cache_close(&d->cache);
    d->caching = false;
  }
  rules_free(&d->rules);
  ledger_free(d->ledger);
  d->ledger = NULL;
  return ok;
}

static bool run_mode(Driver *d) {
  bool ok = open_mode(d);
  while (ok && is_busy(d) && *d->reason == '\0') ok = run_round(d);
  return close_mode(d, ok);
}

/* ---- The end ---------------------------------------------------------------------------------- */

static int status_of(const Driver *d) {
  ExitStatus found = status_of_counts(d->counts, d->ledger_problems, d->options->flaky_warns);
  if (found != EXIT_SAME && found != EXIT_NOTHING) return found;
  if (strcmp(d->reason, "interrupt") == 0) return EXIT_INTERRUPT;
  if (strcmp(d->reason, "time") == 0) return EXIT_TIMEOUT;
  return *d->reason ? EXIT_RESUMABLE : found;
}

static bool tell_end(Driver *d, int status, bool complete) {
  Event e = {.kind = EVENT_END};
  memcpy(e.as.end.counts, d->counts, sizeof d->counts);
  e.as.end.status = status;
  e.as.end.seconds = now(CLOCK_MONOTONIC) - d->started;
  e.as.end.complete = complete;
  e.as.end.reason = complete ? "" : *d->reason ? d->reason : "trouble";
  return tell(d, &e);
}

static bool tell_start(Driver *d) {
  Event e = {.kind = EVENT_START};
  if (d->options->is_done) {
    e.kind = EVENT_RESUME;
    e.as.resume.argv = d->options->argv;
    return tell(d, &e);
  }
  e.as.start.schema = EVENT_SCHEMA;
  e.as.start.run = d->options->run;
  e.as.start.tool = ORACLE_VERSION;
  e.as.start.partition = d->options->partition;
  e.as.start.argv = d->options->argv;
  e.as.start.plan = d->plan->hash;
  e.as.start.total = d->plan->n;
  e.as.start.jobs = d->options->jobs;
  return tell(d, &e);
}

bool driver_run(const Plan *plan, const RunOptions *options, int *status, Diag *why) {
  Driver d = {.plan = plan, .options = options, .started = now(CLOCK_MONOTONIC), .reason = "", .why = why};
  if (options->jobs < 1 || options->jobs > MOST_JOBS) return diag_set(why, EXIT_USAGE, "1 to %d workers", MOST_JOBS);
  if (options->counts) memcpy(d.counts, options->counts, sizeof d.counts);
  d.slots = mem_zero((options->jobs + 1) * sizeof *d.slots);
  d.slots[options->jobs].process_only = true;
  d.again = mem_alloc((plan->n + 1) * sizeof *d.again);
  d.killed = mem_zero(plan->n + 1);
  struct sigaction act = {.sa_handler = note_interrupt}, old_int, old_term;
  sigaction(SIGINT, &act, &old_int);
  sigaction(SIGTERM, &act, &old_term);
  bool ok = tell_start(&d);
  for (d.mode = 0; ok && d.mode < plan->nmodes && *d.reason == '\0'; d.mode++) ok = run_mode(&d);
  *status = ok ? status_of(&d) : (int)why->status;
  ok = tell_end(&d, *status, ok && *d.reason == '\0') && ok;
  sigaction(SIGINT, &old_int, NULL);
  sigaction(SIGTERM, &old_term, NULL);
  for (size_t i = 0; i <= options->jobs; i++) {
    Slot *slot = &d.slots[i];
    if (slot->board) {
      munmap(slot->board, sizeof *slot->board);
      close(slot->board_fd);
    }
    bytes_free(&slot->in);
    bytes_free(&slot->out);
    free(slot->orders);
  }
  verdict_free(&d.verdict);
  free(d.slots);
  free(d.again);
  free(d.killed);
  return ok;
}
