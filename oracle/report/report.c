/* report.c -- why this file exists: what all reports need: a file, text that does no harm, counts,
 * and a log told again as if it were happening. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

FILE *report_open(const char *path, Diag *why) {
  FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
  if (f == NULL) diag_errno(why, EXIT_INFRA, "%s", path);
  return f;
}

bool report_close(FILE *f, const char *path, Diag *why) {
  bool ok = fflush(f) == 0 && !ferror(f);
  if (!ok) diag_errno(why, EXIT_INFRA, "%s", path);
  if (f != stdout && fclose(f) != 0 && ok) ok = diag_errno(why, EXIT_INFRA, "%s", path);
  return ok;
}

/* Length of the well-formed UTF-8 character at s if it is one that can be shown, else 0. */
static size_t shown_character(const unsigned char *s, size_t n) {
  size_t length = s[0] >= 0xC2 && s[0] <= 0xDF ? 2 : s[0] >= 0xE0 && s[0] <= 0xEF ? 3
                : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4 : 0;
  static const uint32_t least[] = {0, 0, 0xA0, 0x800, 0x10000};
  if (length == 0 || length > n) return 0;
  uint32_t code = s[0] & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((s[i] & 0xC0) != 0x80) return 0;
    code = code << 6 | (s[i] & 0x3F);
  }
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  bool steers = code >= 0x200E && code <= 0x206F &&               /* turn or hide what follows */
                (code < 0x2010 || (code >= 0x2028 && code <= 0x202E) || code >= 0x2060);
  bool ok = code >= least[length] && code <= 0x10FFFF && !surrogate && !steers;
  return ok && (code & 0xFFFE) != 0xFFFE ? length : 0;
}

void report_append_clean(Bytes *to, const char *text, size_t n, bool lines) {
  for (size_t i = 0; i < n;) {
    const unsigned char *s = (const unsigned char *)text + i;
    size_t length = (*s >= 0x20 && *s < 0x7f) || (lines && (*s == '\n' || *s == '\t')) ? 1
                  : shown_character(s, n - i);
    if (length) bytes_append(to, s, length);
    else bytes_printf(to, "\\x%02X", *s);
    i += length ? length : 1;
  }
}

void tally_add(Tally *t, VerdictKind kind, size_t n) {
  switch (verdict_class(kind)) {
    case CLASS_PASS: t->passed += n; break;
    case CLASS_NEUTRAL: t->skipped += n; break;
    case CLASS_FAIL: case CLASS_TROUBLE: t->failed += n; break;
  }
}

void tally_add_all(Tally *t, const size_t counts[VERDICT_COUNT]) {
  for (int i = 0; i < VERDICT_COUNT; i++) tally_add(t, (VerdictKind)i, counts[i]);
}

/* ---- Replay --------------------------------------------------------------------------------- */

/* Ordinals of events in the log, from 1. */
typedef struct Replay {
  size_t at, end, resume;            /* `end`, `resume`: the last of these */
  bool started;                      /* the first one is a start */
  const Resumed *resumed;            /* what of it counts; NULL: everything */
  size_t *last;          /* by n of the result: its last event */
  size_t room;
  Listener *const *listeners;
  size_t nlisteners;
} Replay;

static bool note_last(void *context, const Event *e, Diag *why) {
  Replay *r = context;
  r->at++;
  if (r->at == 1) r->started = e->kind == EVENT_START;
  if (e->kind == EVENT_END) r->end = r->at;
  if (e->kind == EVENT_RESUME) r->resume = r->at;
  if (e->kind != EVENT_RESULT) return true;
  size_t n = e->as.result.n;
  if (n >= r->room) {
    size_t room = n < SIZE_MAX / 64 ? n + n / 2 + 1024 : 0;
    size_t *last = room ? realloc(r->last, room * sizeof *last) : NULL;
    if (last == NULL) return diag_set(why, EXIT_USAGE, "no plan has an item %zu", n);
    memset(last + r->room, 0, (room - r->room) * sizeof *last);
    r->last = last;
    r->room = room;
  }
  r->last[n] = r->at;
  return true;
}

/* Was the event replaced by a later one, or will it be? */
static bool is_outdated(const Replay *r, const Event *e) {
  if (e->kind == EVENT_END) return r->resumed || r->end != r->at;
  if (e->kind == EVENT_LEDGER) return r->resumed || r->resume > r->at;
  if (e->kind != EVENT_RESULT) return false;
  size_t n = e->as.result.n;
  return (n < r->room && r->last[n] > r->at) ||
         (r->resumed && r->resumed->verdicts[n] == RESUME_NOT_DONE);
}

static bool tell_last(void *context, const Event *e, Diag *why) {
  Replay *r = context;
  r->at++;
  if (is_outdated(r, e)) return true;
  for (size_t i = 0; i < r->nlisteners; i++) {
    if (!r->listeners[i]->hear(r->listeners[i], e, why)) return false;
  }
  return true;
}

static bool replay(Replay *r, const char *log, Diag *why) {
  bool ok = event_read_log(log, note_last, r, why) &&
            (r->started || diag_set(why, EXIT_USAGE, "%s: has no start of a run", log));
  r->at = 0;
  ok = ok && event_read_log(log, tell_last, r, why);
  free(r->last);
  return ok;
}

bool report_replay(const char *log, Listener *const *listeners, size_t n, Diag *why) {
  Replay r = {.listeners = listeners, .nlisteners = n};
  return replay(&r, log, why);
}

bool report_catch_up(const Resumed *resumed, Listener *const *listeners, size_t n, Diag *why) {
  Replay r = {.listeners = listeners, .nlisteners = n, .resumed = resumed};
  return replay(&r, resumed->log, why);
}
