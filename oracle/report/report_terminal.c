/* report_terminal.c -- why this file exists: a person waits for the answer, and a log of a build
 * server keeps it: both see each failure as soon as it is known and the whole at the end. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report/progress.h"
#include "report/report.h"
#include "report/rows.h"

#define PAINT_SECONDS 0.1
#define PLAIN_SECONDS 10.0
#define MOST_DIFF_LINES 20

typedef struct Mode {
  char *name;
  size_t cases, cached, counts[VERDICT_COUNT];
  Tally tally;
  double first, last;
  bool summed;           /* its summary was printed */
} Mode;

typedef struct Hits { char *rule; size_t n; } Hits;

typedef struct Terminal {
  Listener listener;
  FILE *to;
  bool paints, colors, painted;
  int verbosity;
  Mode *modes;
  size_t n, current;
  Rows rows;
  Hits *hits;            /* of rules, in the order in which they were first met */
  size_t nhits;
  size_t problems;       /* of the ledger */
  double shown;          /* when the last progress line was */
  bool ended, complete;
  char *reason;
  Tally whole;           /* what the end of the run says */
  Bytes text;            /* to be written */
} Terminal;

typedef enum Color { RED = 31, GREEN = 32, YELLOW = 33, DIM = 2, BOLD = 1 } Color;

static void put_colored(Terminal *t, Color color, const char *text) {
  if (t->colors) bytes_printf(&t->text, "\033[%dm", (int)color);
  bytes_puts(&t->text, text);
  if (t->colors) bytes_puts(&t->text, "\033[0m");
}

static void put_clean(Terminal *t, const char *text) {
  report_append_clean(&t->text, text, strlen(text), false);
}

static size_t mode_done(const Mode *m) {
  return m->tally.passed + m->tally.failed + m->tally.skipped;
}

/* Writes what was put together, in place of a painted line. */
static bool show(Terminal *t, Diag *why) {
  if (t->text.len == 0) return true;
  if (t->painted) fputs("\r\033[K", t->to);
  t->painted = false;
  fwrite(t->text.data, 1, t->text.len, t->to);
  bytes_clear(&t->text);
  return (fflush(t->to) == 0 && !ferror(t->to)) || diag_errno(why, EXIT_INFRA, "terminal");
}

/* ---- Progress ------------------------------------------------------------------------------- */

static bool progress(Terminal *t, double now, Diag *why) {
  double pause = t->paints ? PAINT_SECONDS : PLAIN_SECONDS;
  if (t->verbosity < 0 || t->n == 0 || t->modes[t->current].summed) return true;
  if (now - t->shown < pause && now >= t->shown) return true;
  t->shown = now;
  const Mode *m = &t->modes[t->current];
  progress_append(&t->text, m->name, mode_done(m), m->cases, m->tally.failed, now - m->first);
  if (!t->paints) {
    bytes_putc(&t->text, '\n');
    return show(t, why);
  }
  struct winsize size;
  size_t width = ioctl(fileno(t->to), TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
  if (t->text.len >= width) t->text.len = width - 1;   /* what wraps cannot be painted over */
  bool ok = show(t, why);
  t->painted = true;
  return ok;
}

/* ---- Modes ---------------------------------------------------------------------------------- */

static Mode *mode_of(Terminal *t, const char *name, double time) {
  for (size_t i = t->n; i-- > 0;) {
    if (strcmp(t->modes[i].name, name) == 0) {
      t->current = i;
      return &t->modes[i];
    }
  }
  t->modes = mem_resize(t->modes, (t->n + 1) * sizeof *t->modes);
  t->modes[t->n] = (Mode){.name = mem_string(name), .first = time, .last = time};
  t->current = t->n++;
  t->shown = time;
  return &t->modes[t->current];
}

/* "base: 12 passed, 1 failed, 2 skipped in 0.4 s (1 stdout, 2 skip)" */
static void put_summary(Terminal *t, Mode *m) {
  if (m->summed || t->verbosity < 0) return;
  m->summed = true;
  put_clean(t, m->name);
  bytes_printf(&t->text, ": %zu passed, ", m->tally.passed);
  char *failed = mem_format("%zu failed", m->tally.failed);
  if (m->tally.failed) put_colored(t, RED, failed);
  else bytes_puts(&t->text, failed);
  free(failed);
  bytes_printf(&t->text, ", %zu skipped in %.1f s", m->tally.skipped, m->last - m->first);
  const char *separator = " (";
  for (int i = 0; i < VERDICT_COUNT; i++) {
    if (m->counts[i] == 0 || i == VERDICT_SAME) continue;
    bytes_printf(&t->text, "%s%zu %s", separator, m->counts[i], verdict_word((VerdictKind)i));
    separator = ", ";
  }
  if (m->cached) bytes_printf(&t->text, "%s%zu cached", separator, m->cached);
  if (m->cached || *separator == ',') bytes_putc(&t->text, ')');
  size_t missing = m->cases > mode_done(m) ? m->cases - mode_done(m) : 0;
  if (missing) bytes_printf(&t->text, ", %zu not run", missing);
  bytes_putc(&t->text, '\n');
}

/* ---- Results -------------------------------------------------------------------------------- */

static void put_diff(Terminal *t, const Bytes *diff) {
  size_t lines = 0;
  for (const char *line = bytes_text(diff), *end = line + diff->len; line < end; lines++) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    size_t n = (size_t)((newline ? newline : end) - line);
    if (lines < MOST_DIFF_LINES) {
      Bytes clean = {0};
      report_append_clean(&clean, line, n, true);
      bytes_puts(&t->text, "  ");
      if (n && *line == '-') put_colored(t, RED, clean.data);
      else if (n && *line == '+') put_colored(t, GREEN, clean.data);
      else bytes_puts(&t->text, bytes_text(&clean));
      bytes_putc(&t->text, '\n');
      bytes_free(&clean);
    }
    line += n + 1;
  }
  if (lines > MOST_DIFF_LINES) {
    bytes_printf(&t->text, "  ... %zu more lines\n", lines - MOST_DIFF_LINES);
  }
}

static void put_command(Terminal *t, const char *what, const char *command) {
  bytes_printf(&t->text, "  %s: ", what);
  put_clean(t, command);
  bytes_putc(&t->text, '\n');
}

static void put_failure(Terminal *t, const Event *e) {
  put_colored(t, RED, "FAIL ");
  bytes_printf(&t->text, "%s ", verdict_word(e->as.result.verdict));
  put_clean(t, e->as.result.id);
  bytes_puts(&t->text, " [");
  put_clean(t, e->as.result.mode);
  bytes_puts(&t->text, "]\n");
  if (*e->as.result.title) {
    bytes_puts(&t->text, "  ");
    put_clean(t, e->as.result.title);
    bytes_putc(&t->text, '\n');
  }
  if (e->as.result.why.len) {
    bytes_puts(&t->text, "  why: ");
    report_append_clean(&t->text, e->as.result.why.data, e->as.result.why.len, false);
    bytes_putc(&t->text, '\n');
  }
  put_diff(t, &e->as.result.diff);
  put_command(t, "repeat", e->as.result.repeat);
  if (*e->as.result.debug) put_command(t, "debug", e->as.result.debug);
}

static void count_hit(Terminal *t, const char *rule) {
  size_t i = 0;
  while (i < t->nhits && strcmp(t->hits[i].rule, rule) != 0) i++;
  if (i == t->nhits) {
    t->hits = mem_resize(t->hits, ++t->nhits * sizeof *t->hits);
    t->hits[i] = (Hits){.rule = mem_string(rule)};
  }
  t->hits[i].n++;
}

/* "rules: 14 address, 2 program": what had to be rewritten, in how many results. */
static void put_hits(Terminal *t) {
  for (size_t i = 0; i < t->nhits; i++) {
    if (t->verbosity >= 0) {
      bytes_printf(&t->text, "%s%zu ", i ? ", " : "rules: ", t->hits[i].n);
      put_clean(t, t->hits[i].rule);
    }
    free(t->hits[i].rule);
  }
  if (t->nhits && t->verbosity >= 0) bytes_putc(&t->text, '\n');
  free(t->hits);
}

static void hear_result(Terminal *t, const Event *e) {
  Mode *m = mode_of(t, e->as.result.mode, e->time);
  VerdictKind verdict = e->as.result.verdict;
  VerdictClass class = verdict_class(verdict);
  m->counts[verdict]++;
  m->cached += e->as.result.cached;
  m->last = e->time;
  tally_add(&m->tally, verdict, 1);
  const Strings *rules = e->as.result.rules;
  for (size_t i = 0; rules && i < rules->n; i++) count_hit(t, rules->at[i]);
  if (class == CLASS_FAIL || class == CLASS_TROUBLE) {
    rows_add(&t->rows, e);
    if (t->verbosity >= 0) put_failure(t, e);
  } else if (t->verbosity > 0) {
    bytes_printf(&t->text, "%s ", verdict_word(verdict));
    put_clean(t, e->as.result.id);
    bytes_puts(&t->text, " [");
    put_clean(t, e->as.result.mode);
    bytes_puts(&t->text, e->as.result.why.len ? "]: " : "]");
    report_append_clean(&t->text, e->as.result.why.data, e->as.result.why.len, false);
    bytes_putc(&t->text, '\n');
  }
  if (m->cases && mode_done(m) == m->cases) put_summary(t, m);
}

__attribute__((format(printf, 3, 4)))
static void put_line(Terminal *t, Color color, const char *format, ...) {
  char *text;
  va_list args;
  va_start(args, format);
  int n = vasprintf(&text, format, args);
  va_end(args);
  if (n < 0) return;
  Bytes clean = {0};
  report_append_clean(&clean, text, (size_t)n, false);
  put_colored(t, color, bytes_text(&clean));
  bytes_putc(&t->text, '\n');
  bytes_free(&clean);
  free(text);
}

static bool hear(Listener *self, const Event *e, Diag *why) {
  Terminal *t = (Terminal *)self;
  Mode *m;
  switch (e->kind) {
    case EVENT_START:
      if (t->verbosity < 0) break;
      put_line(t, DIM, "run %s: %zu results to come", e->as.start.run, e->as.start.total);
      break;
    case EVENT_MODE:
      m = mode_of(t, e->as.mode.mode, e->time);
      m->cases = e->as.mode.cases;
      if (t->verbosity < 0) break;
      put_line(t, BOLD, "%s: %s (%s) against %s (%s), %zu cases", m->name, e->as.mode.cand.name,
               e->as.mode.cand.kind, e->as.mode.ref.name, e->as.mode.ref.kind, m->cases);
      break;
    case EVENT_RESULT: hear_result(t, e); break;
    case EVENT_LEDGER:
      t->problems++;
      put_line(t, RED, "LEDGER %s [%s] is %s: %s", e->as.ledger.entry, e->as.ledger.mode,
               e->as.ledger.problem, e->as.ledger.why);
      break;
    case EVENT_NOTE:
      if (t->verbosity >= 0) put_line(t, YELLOW, "note: %s", e->as.note.text);
      break;
    case EVENT_RESUME:
      if (t->verbosity >= 0) put_line(t, DIM, "resumed");
      break;
    case EVENT_END:
      t->ended = true;
      t->complete = e->as.end.complete;
      free(t->reason);
      t->reason = mem_string(e->as.end.reason);
      t->whole = (Tally){0};
      tally_add_all(&t->whole, e->as.end.counts);
      break;
  }
  return show(t, why) && progress(t, e->time, why);
}

static bool close_report(Listener *self, Diag *why) {
  Terminal *t = (Terminal *)self;
  Tally whole = {0};
  for (size_t i = 0; i < t->n; i++) {
    Mode *m = &t->modes[i];
    put_summary(t, m);
    tally_add_all(&whole, m->counts);
    free(m->name);
  }
  rows_append(&t->rows, &t->text);
  put_hits(t);
  if (t->problems) put_line(t, RED, "ledger: %zu to be looked at", t->problems);
  if (!t->ended) put_line(t, RED, "the run has no end: it was killed");
  else if (!t->complete) put_line(t, YELLOW, "stopped early: %s; --resume goes on", t->reason);
  if (t->ended) whole = t->whole;
  char *last = mem_format("%zu passed, %zu failed, %zu skipped", whole.passed, whole.failed,
                          whole.skipped);
  put_colored(t, whole.failed ? RED : GREEN, last);
  bytes_putc(&t->text, '\n');
  free(last);
  bool ok = show(t, why);
  rows_free(&t->rows);
  bytes_free(&t->text);
  free(t->modes);
  free(t->reason);
  free(t);
  return ok;
}

static bool tick(Listener *self, double now, Diag *why) {
  return progress((Terminal *)self, now, why);
}

Listener *report_terminal(FILE *to, ColorWanted color, int verbosity) {
  const char *name = getenv("TERM"), *no_color = getenv("NO_COLOR");
  bool smart = isatty(fileno(to)) && name && strcmp(name, "dumb") != 0;
  Terminal *t = mem_zero(sizeof *t);
  t->listener = (Listener){hear, tick, close_report};
  t->to = to;
  t->paints = smart;
  t->colors = color == COLOR_ALWAYS || (color == COLOR_AUTO && smart && !(no_color && *no_color));
  t->verbosity = verbosity;
  return &t->listener;
}
