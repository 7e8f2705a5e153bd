/* driver.c -- why this file exists: cases crash and hang, and a run must come to its end anyway. */
#include "run/driver.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/version.h"
#include "run/cache.h"
#include "run/handed.h"
#include "run/slot.h"
#include "run/status.h"
#include "run/teller.h"
#include "verdict/ledger.h"

enum { MOST_JOBS = 256, MOST_STARTS = 5 };

/* A pile of items, by their index in the mode. */
typedef struct Pile { uint32_t *at; size_t n; } Pile;

typedef struct Driver {
  const Plan *plan;
  const RunOptions *options;
  Teller teller;
  unsigned mode;         /* being run */
  Rules rules;           /* of the mode: for their ids */
  Ledger *ledger;
  Cache cache;
  bool caching;
  WorkerStart start;
  Slot *slots;           /* one a job; and the last one, for cases in which a worker died */
  size_t next, end;      /* items of the mode not handed out yet, by index in the mode */
  Pile again, alone;     /* to be run once more: as usual; by the last slot */
  bool *has_killed;      /* by index in the mode: a worker died in it */
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

static const Mode *mode_of(const Driver *d) {
  return d->plan->modes[d->mode];
}

static const Item *item_at(const Driver *d, size_t index) {
  return &d->plan->items[d->plan->first[d->mode] + index];
}

/* ---- Verdicts -------------------------------------------------------------------------------- */

static bool may_cache(const Driver *d, const Case *item) {
  return d->caching && cache_covers(mode_of(d), item);
}

static uint64_t key_of(const Driver *d, const Case *item) {
  return cache_key(item, d->plan->builds[d->mode], d->plan->settings[d->mode]);
}

/* Takes a verdict into the books. */
static bool settle(Driver *d, uint32_t index, Verdict *v, bool cached) {
  const Item *item = item_at(d, index);
  if (!cached && may_cache(d, item->item)) {
    cache_add(&d->cache, key_of(d, item->item), v->kind, v->rules);
  }
  if (d->ledger) ledger_apply(d->ledger, mode_of(d)->name, item->item, v);
  d->counts[v->kind]++;
  VerdictClass class = verdict_class(v->kind);
  if (class == CLASS_FAIL || class == CLASS_TROUBLE) d->failures++;
  size_t most = d->options->most_failures;
  if (most && d->failures >= most) d->reason = "max-fail";
  d->left--;
  return teller_result(&d->teller, d->plan, item, &d->rules, v, cached);
}

/* A verdict that the driver itself gives. */
static bool settle_infra(Driver *d, uint32_t index, const char *text) {
  verdict_clear(&d->verdict);
  d->verdict.kind = VERDICT_INFRA;
  bytes_puts(&d->verdict.why, text);
  return settle(d, index, &d->verdict, false);
}

/* Has the run that is gone on with a verdict?  The ledger hears of it: it counts what passes. */
static bool was_done(Driver *d, const Item *item) {
  const Resumed *r = d->options->resumed;
  if (r == NULL || r->verdicts[item->n] == RESUME_NOT_DONE) return false;
  verdict_clear(&d->verdict);
  d->verdict.kind = (VerdictKind)r->verdicts[item->n];
  bool passed = verdict_class(d->verdict.kind) == CLASS_PASS;
  if (passed && d->ledger) ledger_apply(d->ledger, mode_of(d)->name, item->item, &d->verdict);
  d->left--;
  return true;
}

/* Settles what needs no worker, up to the next item that does. */
static bool skip_settled(Driver *d) {
  for (; d->next < d->end && *d->reason == '\0'; d->next++) {
    const Item *item = item_at(d, d->next);
    VerdictKind kind;
    uint64_t rules;
    if (was_done(d, item)) continue;
    if (!d->options->use_cache || !may_cache(d, item->item) ||
        !cache_find(&d->cache, key_of(d, item->item), &kind, &rules)) {
      break;
    }
    verdict_clear(&d->verdict);
    d->verdict.kind = kind;
    d->verdict.rules = rules;
    if (!settle(d, (uint32_t)d->next, &d->verdict, true)) return false;
  }
  return true;
}

/* ---- Workers --------------------------------------------------------------------------------- */

static bool has_orders_for(const Driver *d, const Slot *slot) {
  if (*d->reason) return false;
  return slot == &d->slots[d->options->jobs] ? d->alone.n > 0 : d->again.n > 0 || d->next < d->end;
}

/* Keeps the worker's queue filled, with less the fewer items are left. */
static bool feed(Driver *d, Slot *slot) {
  bool is_last = slot == &d->slots[d->options->jobs];
  size_t fair = (d->end - d->next + d->again.n) / (2 * d->options->jobs) + 1;
  size_t most = is_last ? 1 : fair < SLOT_ORDERS ? fair : SLOT_ORDERS;
  if (slot->norders > most / 2) return true;
  while (slot->norders < most && has_orders_for(d, slot)) {
    Pile *pile = is_last ? &d->alone : &d->again;
    slot_give(slot, pile->n ? pile->at[--pile->n] : (uint32_t)d->next++);
    if (!skip_settled(d)) return false;
  }
  return true;
}

/* An order that a worker took to its grave.  The case that it was at is tried once more. */
static bool take_back(Driver *d, uint32_t index, bool is_culprit, bool hung, const char *end) {
  char text[80];
  if (!is_culprit) {
    d->again.at[d->again.n++] = index;
    return true;
  }
  if (!d->has_killed[index]) {
    d->has_killed[index] = true;
    d->alone.at[d->alone.n++] = index;
    return true;
  }
  snprintf(text, sizeof text, "the worker %s in this case: %s", hung ? "hung" : "died", end);
  return settle_infra(d, index, text);
}

/* The worker is gone: what it had not finished goes back, the oldest on top of its pile. */
static bool bury(Driver *d, Slot *slot, int status, bool hung) {
  uint32_t culprit = slot->board->current;
  bool ok = true, had_culprit = false;
  char end[SLOT_END_LENGTH];
  slot_describe_end(status, end);
  for (size_t i = slot->norders; ok && i-- > 0;) {
    had_culprit = had_culprit || slot->orders[i] == culprit;
    ok = take_back(d, slot->orders[i], slot->orders[i] == culprit, hung, end);
  }
  slot->norders = 0;
  if (ok && had_culprit) {
    return teller_note(&d->teller, "a worker %s in %s (%s); it was replaced",
                       hung ? "hung" : "died", item_at(d, culprit)->item->id, end);
  }
  slot->failed_starts++;
  if (!ok || status == 0) return ok;
  return teller_note(&d->teller, "a worker ended (%s); it was replaced", end);
}

/* Takes the verdicts that have come in; false for trouble. */
static bool take_answers(Driver *d, Slot *slot) {
  uint32_t index = 0;
  while (*d->reason == '\0') {         /* after --max-fail nothing more is told */
    WireKind kind = wire_take(&slot->in, &index, &d->verdict, d->why);
    if (kind == WIRE_NOTHING) return true;
    if (kind == WIRE_TROUBLE) return false;
    if (kind == WIRE_GARBAGE || slot->norders == 0 || slot->orders[0] != index) {
      return diag_set(d->why, EXIT_INFRA, "a worker sent what is no answer");
    }
    slot_answered(slot);
    if (!settle(d, index, &d->verdict, false)) return false;
  }
  return true;
}

/* How long a case may keep a worker from moving on: both sides, confirmed and masked. */
static double patience(const Driver *d, const Slot *slot) {
  const Mode *mode = mode_of(d);
  uint32_t index = slot->board->current;
  double seconds = mode->conditions.seconds;
  if (index < d->end && item_at(d, index)->item->seconds > seconds) {
    seconds = item_at(d, index)->item->seconds;
  }
  return 30 + seconds * (mode->cand.slowness + mode->ref.slowness + 2) * (3 + d->options->retries);
}

static bool attend(Driver *d, Slot *slot, short events) {
  bool alive = slot_exchange(slot, events);
  if (!take_answers(d, slot)) return false;
  bool hung = alive && slot_is_stuck(slot, patience(d, slot));
  return (alive && !hung) || bury(d, slot, slot_stop(slot, hung ? SIGKILL : 0), hung);
}

/* ---- The loop -------------------------------------------------------------------------------- */

static bool start_and_feed(Driver *d, Slot *slot) {
  if (slot->pid == 0 && has_orders_for(d, slot)) {
    if (slot->failed_starts >= MOST_STARTS) {
      return diag_set(d->why, EXIT_INFRA, "workers of mode %s end at once", mode_of(d)->name);
    }
    if (!slot_start(slot, &d->start, d->why)) return false;
  }
  return slot->pid == 0 || feed(d, slot);
}

static bool run_round(Driver *d) {
  struct pollfd polls[MOST_JOBS + 1];
  size_t n = d->options->jobs + 1, watched = 0;
  if (!skip_settled(d)) return false;
  for (size_t i = 0; i < n; i++) {
    Slot *slot = &d->slots[i];
    if (!start_and_feed(d, slot)) return false;
    short events = (short)(POLLIN | (slot->out.len ? POLLOUT : 0));
    polls[i] = (struct pollfd){slot->pid ? slot->socket : -1, events, 0};
    watched += slot->pid != 0;
  }
  if (d->left == 0 || *d->reason) return true;
  if (watched == 0) return diag_set(d->why, EXIT_INFRA, "items were lost");
  if (poll(polls, n, 100) < 0 && errno != EINTR) return diag_errno(d->why, EXIT_INFRA, "poll");
  for (size_t i = 0; i < n; i++) {
    if (d->slots[i].pid && !attend(d, &d->slots[i], polls[i].revents)) return false;
  }
  double most = d->options->seconds;
  if (most > 0 && clock_elapsed() - d->started > most) d->reason = "time";
  if (interrupted) d->reason = "interrupt";
  return teller_tick(&d->teller);
}

static void hear_problem(void *context, const char *entry, const char *problem, const char *text) {
  Driver *d = context;
  Event e = {.kind = EVENT_LEDGER};
  e.as.ledger.mode = mode_of(d)->name;
  e.as.ledger.entry = entry;
  e.as.ledger.problem = problem;
  e.as.ledger.why = text;
  teller_tell(&d->teller, &e);
}

static bool open_mode(Driver *d) {
  const Mode *mode = mode_of(d);
  d->next = 0;
  d->end = d->left = d->plan->first[d->mode + 1] - d->plan->first[d->mode];
  d->again.n = d->alone.n = 0;
  memset(d->has_killed, 0, d->end);
  d->rules = (Rules){0};
  d->ledger = NULL;
  d->start = (WorkerStart){d->options->argv, d->options->folder, &mode->cand, -1};
  if (*mode->rules && !rules_load(&d->rules, mode->rules, d->why)) return false;
  if (*mode->ledger && (d->ledger = ledger_load(mode->ledger, d->why)) == NULL) return false;
  d->start.handed = handed_write(d->plan, d->mode, d->options->text, d->why);
  if (d->start.handed < 0) return false;
  d->caching = cache_open(&d->cache, mode->output, d->why);
  const Resumed *r = d->options->resumed;
  bool is_told = r && strings_has(&r->modes, mode->name);
  return d->caching && (is_told || teller_mode(&d->teller, d->plan, d->mode));
}

/* Verdicts are of the builds that the plan names: those that were replaced meanwhile are not. */
static bool check_builds(Driver *d) {
  const EngineSpec *sides[] = {&mode_of(d)->ref, &mode_of(d)->cand};
  char build[41];
  for (int i = 0; i < 2; i++) {
    if (!engine_identify(sides[i], build, d->why)) return false;
    if (strcmp(build, d->plan->builds[d->mode][i]) == 0) continue;
    return diag_set(d->why, EXIT_INFRA, "mode %s: %s was replaced while it was tested",
                    mode_of(d)->name, sides[i]->path);
  }
  return true;
}

static bool close_mode(Driver *d, bool ok) {
  for (size_t i = 0; i <= d->options->jobs; i++) {
    Slot *slot = &d->slots[i];
    slot_stop(slot, slot->norders ? SIGKILL : 0);
    slot->norders = 0;
    slot->failed_starts = 0;
  }
  ok = ok && check_builds(d);
  if (ok && d->ledger && *d->reason == '\0' && d->plan->whole == d->plan->n) {
    d->ledger_problems += ledger_end(d->ledger, mode_of(d)->name, !d->plan->is_selected,
                                     clock_wall(), hear_problem, d);
  }
  if (d->caching) {
    if (ok) ok = cache_flush(&d->cache, d->why);
    cache_close(&d->cache);
    d->caching = false;
  }
  if (d->start.handed >= 0) close(d->start.handed);
  rules_free(&d->rules);
  ledger_free(d->ledger);
  d->ledger = NULL;
  return ok;
}

static bool run_mode(Driver *d) {
  bool ok = open_mode(d);
  while (ok && d->left > 0 && *d->reason == '\0') ok = run_round(d);
  /* What would have stopped it came with the last case. */
  if (d->left == 0 && d->mode + 1 == d->plan->nmodes) d->reason = "";
  return close_mode(d, ok);
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* Who interrupts knows that the answer is not whole; otherwise what was found counts most. */
static int status_of(const Driver *d) {
  if (strcmp(d->reason, "interrupt") == 0) return EXIT_INTERRUPT;
  ExitStatus found = status_of_counts(d->counts, d->ledger_problems, d->options->flaky_warns);
  if (found != EXIT_SAME && found != EXIT_NOTHING) return found;
  if (strcmp(d->reason, "time") == 0) return EXIT_TIMEOUT;
  return *d->reason ? EXIT_RESUMABLE : found;
}

static bool tell_end(Driver *d, int status, bool complete) {
  Event e = {.kind = EVENT_END};
  memcpy(e.as.end.counts, d->counts, sizeof d->counts);
  e.as.end.status = status;
  e.as.end.seconds = clock_elapsed() - d->started;
  e.as.end.complete = complete;
  e.as.end.reason = complete ? "" : *d->reason ? d->reason : "trouble";
  return teller_tell(&d->teller, &e);
}

static bool tell_start(Driver *d) {
  const RunOptions *o = d->options;
  Event e = {.kind = EVENT_START};
  if (o->resumed) {
    e.kind = EVENT_RESUME;
    e.as.resume.argv = o->argv;
    return teller_tell(&d->teller, &e);
  }
  e.as.start.schema = EVENT_SCHEMA;
  e.as.start.run = o->run;
  e.as.start.tool = ORACLE_VERSION;
  e.as.start.partition = o->partition;
  e.as.start.argv = o->argv;
  e.as.start.plan = d->plan->hash;
  e.as.start.total = d->plan->n;
  e.as.start.jobs = o->jobs;
  return teller_tell(&d->teller, &e);
}

/* From SIGINT or SIGTERM on no new case begins. */
static bool run_modes(Driver *d) {
  struct sigaction act = {.sa_handler = note_interrupt}, old_int, old_term;
  interrupted = 0;
  sigaction(SIGINT, &act, &old_int);
  sigaction(SIGTERM, &act, &old_term);
  bool ok = tell_start(d);
  for (d->mode = 0; ok && d->mode < d->plan->nmodes && *d->reason == '\0'; d->mode++) {
    ok = run_mode(d);
  }
  sigaction(SIGINT, &old_int, NULL);
  sigaction(SIGTERM, &old_term, NULL);
  return ok;
}

bool driver_run(const Plan *plan, const RunOptions *options, int *status, Diag *why) {
  if (options->jobs < 1 || options->jobs > MOST_JOBS) {
    return diag_set(why, EXIT_USAGE, "1 to %d workers", MOST_JOBS);
  }
  Driver d = {.plan = plan, .options = options, .started = clock_elapsed(), .reason = "",
              .why = why};
  d.teller = (Teller){options->listeners, options->nlisteners, options->repeat, options->debug,
                      options->repeat_is_whole, why};
  if (options->resumed) memcpy(d.counts, options->resumed->counts, sizeof d.counts);
  d.slots = mem_zero((options->jobs + 1) * sizeof *d.slots);
  d.slots[options->jobs].process_only = true;
  d.again.at = mem_alloc((plan->n + 1) * sizeof *d.again.at);
  d.alone.at = mem_alloc((plan->n + 1) * sizeof *d.alone.at);
  d.has_killed = mem_zero(plan->n + 1);
  bool ok = run_modes(&d);
  *status = ok ? status_of(&d) : (int)why->status;
  ok = tell_end(&d, *status, ok && *d.reason == '\0') && ok;
  for (size_t i = 0; i <= options->jobs; i++) slot_free(&d.slots[i]);
  verdict_free(&d.verdict);
  free(d.slots);
  free(d.again.at);
  free(d.alone.at);
  free(d.has_killed);
  return ok;
}
