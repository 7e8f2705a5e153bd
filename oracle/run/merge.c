/* merge.c -- why this file exists: machines that shared a run must answer as one would have. */
#include "run/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "run/event.h"
#include "run/status.h"

/* More would be a plan that no machine can hold. */
enum { MOST_PARTS = 10000, MOST_RESULTS = 1 << 30 };

typedef struct Found {
  char *line;            /* the event, or NULL */
  char *mode;
  VerdictKind verdict;
  size_t log;            /* where it comes from */
} Found;

typedef struct MergedMode {
  char *name;
  Event event;           /* as the first log has it, with the cases of all; borrows from `texts` */
  Strings texts;
  bool is_told;
} MergedMode;

typedef struct Merge {
  const Strings *logs;
  size_t log;            /* being read */
  char kind[16];         /* "hash", ...: how the run was divided */
  size_t parts;
  size_t *log_of_part;   /* plus one; 0: not seen */
  bool has_start, is_complete;
  bool flaky_warns;
  size_t log_total, log_results;
  Event start;           /* of the whole; borrows from the next two */
  Strings texts, argv;
  size_t total;
  double seconds, end_time;
  Found *found;          /* by ordinal */
  size_t nfound, capacity;
  MergedMode *modes;
  size_t nmodes;
  Strings ledger, notes; /* events, as lines */
} Merge;

static const char *keep(Strings *texts, const char *s) {
  strings_add(texts, s);
  return texts->at[texts->n - 1];
}

static char *line_of(const Event *e) {
  Bytes line = {0};
  event_append(&line, e);
  return line.data;
}

/* ---- Reading --------------------------------------------------------------------------------- */

static bool refuse(const Merge *m, Diag *why, const char *what) {
  return diag_set(why, EXIT_USAGE, "%s: %s", m->logs->at[m->log], what);
}

/* Notes which part of the run this log is: "hash:2/4". */
static bool take_partition(Merge *m, const char *text, Diag *why) {
  char kind[sizeof m->kind], rest;
  size_t part, parts;
  if (sscanf(text, "%15[a-z]:%zu/%zu%c", kind, &part, &parts, &rest) != 3 || part < 1 ||
      part > parts || parts > MOST_PARTS) {
    return refuse(m, why, *text ? "its partition is none" : "is the log of a whole run");
  }
  if (m->parts == 0) {
    m->parts = parts;
    strcpy(m->kind, kind);
    m->log_of_part = mem_zero((parts + 1) * sizeof *m->log_of_part);
  }
  if (parts != m->parts || strcmp(kind, m->kind) != 0) {
    return diag_set(why, EXIT_USAGE, "%s: is partition %s, but the run of %s was divided by %s in "
                    "%zu", m->logs->at[m->log], text, m->logs->at[0], m->kind, m->parts);
  }
  if (m->log_of_part[part]) {
    return diag_set(why, EXIT_USAGE, "%s: is partition %s, as %s is", m->logs->at[m->log], text,
                    m->logs->at[m->log_of_part[part] - 1]);
  }
  m->log_of_part[part] = m->log + 1;
  return true;
}

static bool take_start(Merge *m, const Event *e, Diag *why) {
  if (m->has_start) return refuse(m, why, "has two starts");
  if (m->log == 0) {
    m->start = *e;
    m->start.as.start.run = keep(&m->texts, e->as.start.run);
    m->start.as.start.tool = keep(&m->texts, e->as.start.tool);
    m->start.as.start.partition = "";
    const Strings *argv = e->as.start.argv;
    for (size_t i = 0; i < argv->n; i++) strings_add(&m->argv, argv->at[i]);
    m->start.as.start.argv = &m->argv;
    m->start.as.start.jobs = 0;
  } else if (e->as.start.plan != m->start.as.start.plan) {
    return diag_set(why, EXIT_USAGE, "%s: is of another plan than %s: cases, modes or builds "
                    "differ", m->logs->at[m->log], m->logs->at[0]);
  }
  if (!take_partition(m, e->as.start.partition, why)) return false;
  if (e->time < m->start.time) m->start.time = e->time;
  m->start.as.start.jobs += e->as.start.jobs;
  m->has_start = true;
  m->log_total = e->as.start.total;
  m->total += e->as.start.total;
  return true;
}

static EventSide keep_side(Strings *texts, const EventSide *side) {
  return (EventSide){keep(texts, side->name), keep(texts, side->version), keep(texts, side->build),
                     keep(texts, side->kind)};
}

static void take_mode(Merge *m, const Event *e) {
  for (size_t i = 0; i < m->nmodes; i++) {
    if (strcmp(m->modes[i].name, e->as.mode.mode) != 0) continue;
    m->modes[i].event.as.mode.cases += e->as.mode.cases;
    return;
  }
  m->modes = mem_resize(m->modes, (m->nmodes + 1) * sizeof *m->modes);
  MergedMode *mode = &m->modes[m->nmodes++];
  *mode = (MergedMode){.event = *e, .name = mem_string(e->as.mode.mode)};
  mode->event.as.mode.mode = mode->name;
  mode->event.as.mode.why = keep(&mode->texts, e->as.mode.why);
  mode->event.as.mode.output = keep(&mode->texts, e->as.mode.output);
  mode->event.as.mode.ref = keep_side(&mode->texts, &e->as.mode.ref);
  mode->event.as.mode.cand = keep_side(&mode->texts, &e->as.mode.cand);
}

static Found *found_at(Merge *m, size_t n) {
  if (n >= m->capacity) {
    size_t capacity = m->capacity ? m->capacity : 1024;
    while (capacity <= n) capacity *= 2;
    m->found = mem_resize(m->found, capacity * sizeof *m->found);
    memset(m->found + m->capacity, 0, (capacity - m->capacity) * sizeof *m->found);
    m->capacity = capacity;
  }
  return &m->found[n];
}

static bool take_result(Merge *m, const Event *e, Diag *why) {
  size_t n = e->as.result.n;
  if (n >= MOST_RESULTS) return refuse(m, why, "has a result beyond any plan");
  Found *found = found_at(m, n);
  if (found->line && found->log != m->log) {
    return diag_set(why, EXIT_USAGE, "%s: result %zu (%s) is in %s too", m->logs->at[m->log], n,
                    e->as.result.id, m->logs->at[found->log]);
  }
  m->log_results += found->line == NULL;
  m->nfound += found->line == NULL;
  free(found->line);
  free(found->mode);
  *found = (Found){line_of(e), mem_string(e->as.result.mode), e->as.result.verdict, m->log};
  return true;
}

static void take_end(Merge *m, const Event *e) {
  m->is_complete = e->as.end.complete;
  if (e->as.end.seconds > m->seconds) m->seconds = e->as.end.seconds;
  if (e->time > m->end_time) m->end_time = e->time;
  if (e->as.end.counts[VERDICT_FLAKY] && e->as.end.status == EXIT_SAME) m->flaky_warns = true;
}

static bool take(void *context, const Event *e, Diag *why) {
  Merge *m = context;
  if (e->kind != EVENT_START && !m->has_start) return refuse(m, why, "does not begin with a start");
  switch (e->kind) {
    case EVENT_START: return take_start(m, e, why);
    case EVENT_MODE: take_mode(m, e); break;
    case EVENT_RESULT: return take_result(m, e, why);
    case EVENT_LEDGER: strings_take(&m->ledger, line_of(e)); break;
    case EVENT_NOTE: strings_take(&m->notes, line_of(e)); break;
    case EVENT_RESUME: m->is_complete = false; break;
    case EVENT_END: take_end(m, e); break;
  }
  return true;
}

static bool read_log(Merge *m, Diag *why) {
  m->has_start = m->is_complete = false;
  m->log_total = m->log_results = 0;
  if (!event_read_log(m->logs->at[m->log], take, m, why)) return false;
  if (!m->has_start) return refuse(m, why, "has no start");
  if (!m->is_complete) return refuse(m, why, "its run did not come to its end (--resume goes on)");
  if (m->log_results == m->log_total) return true;
  return diag_set(why, EXIT_USAGE, "%s: has %zu results of %zu", m->logs->at[m->log],
                  m->log_results, m->log_total);
}

static bool check_whole(const Merge *m, Diag *why) {
  if (m->logs->n == 0) return diag_set(why, EXIT_USAGE, "no logs to merge");
  for (size_t part = 1; part <= m->parts; part++) {
    if (m->log_of_part[part]) continue;
    return diag_set(why, EXIT_USAGE, "partition %s:%zu/%zu is missing", m->kind, part, m->parts);
  }
  for (size_t n = 0; n < m->total; n++) {
    if (n < m->capacity && m->found[n].line) continue;
    return diag_set(why, EXIT_USAGE, "result %zu is in none of the logs", n);
  }
  return true;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void tell_mode(Merge *m, const char *name, Bytes *out) {
  for (size_t i = 0; i < m->nmodes; i++) {
    MergedMode *mode = &m->modes[i];
    if (mode->is_told || (name && strcmp(mode->name, name) != 0)) continue;
    event_append(out, &mode->event);
    mode->is_told = true;
  }
}

static void append_lines(Bytes *out, const Strings *lines) {
  for (size_t i = 0; i < lines->n; i++) bytes_puts(out, lines->at[i]);
}

static void append_whole(Merge *m, Bytes *out, int *status) {
  Event end = {.kind = EVENT_END, .time = m->end_time};
  m->start.as.start.total = m->total;
  event_append(out, &m->start);
  for (size_t n = 0; n < m->total; n++) {
    const Found *f = &m->found[n];
    if (n == 0 || strcmp(f->mode, m->found[n - 1].mode) != 0) tell_mode(m, f->mode, out);
    bytes_puts(out, f->line);
    end.as.end.counts[f->verdict]++;
  }
  tell_mode(m, NULL, out);               /* those without cases */
  append_lines(out, &m->ledger);
  append_lines(out, &m->notes);
  *status = status_of_counts(end.as.end.counts, m->ledger.n, m->flaky_warns);
  end.as.end.status = *status;
  end.as.end.seconds = m->seconds;
  end.as.end.complete = true;
  end.as.end.reason = "";
  event_append(out, &end);
}

static void merge_free(Merge *m) {
  for (size_t n = 0; n < m->capacity; n++) {
    free(m->found[n].line);
    free(m->found[n].mode);
  }
  for (size_t i = 0; i < m->nmodes; i++) {
    free(m->modes[i].name);
    strings_free(&m->modes[i].texts);
  }
  free(m->found);
  free(m->modes);
  free(m->log_of_part);
  strings_free(&m->texts);
  strings_free(&m->argv);
  strings_free(&m->ledger);
  strings_free(&m->notes);
}

bool merge_logs(const Strings *logs, const char *out, int *status, Diag *why) {
  Merge m = {.logs = logs};
  bool ok = true;
  for (m.log = 0; ok && m.log < logs->n; m.log++) ok = read_log(&m, why);
  ok = ok && check_whole(&m, why);
  if (ok) {
    Bytes text = {0};
    append_whole(&m, &text, status);
    ok = path_write(out, text.data, text.len, why);
    bytes_free(&text);
  }
  merge_free(&m);
  return ok;
}
