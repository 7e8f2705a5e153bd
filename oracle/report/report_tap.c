/* report_tap.c -- why this file exists: harnesses that read the Test Anything Protocol, version 13.
 *
 * One test a result, in the order of the run.  A divergence that is known is a TODO, another
 * neutral verdict a SKIP; what failed says why in a YAML block. */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

typedef struct TapReport {
  Listener listener;
  char *path;
  FILE *to;
  size_t told, total;
  bool ended, complete;
  char *reason;
  Bytes text;
} TapReport;

/* A `#` begins a directive and a backslash takes that from it: both must be meant as they are. */
static void put_description(Bytes *to, const char *text, size_t n) {
  Bytes clean = {0};
  report_append_clean(&clean, text, n, false);
  for (size_t i = 0; i < clean.len; i++) {
    if (clean.data[i] == '#' || clean.data[i] == '\\') bytes_putc(to, '\\');
    bytes_putc(to, clean.data[i]);
  }
  bytes_free(&clean);
}

static void put_yaml(Bytes *to, const char *key, const char *text, size_t n) {
  if (n == 0) return;
  Bytes clean = {0};
  report_append_clean(&clean, text, n, false);
  bytes_printf(to, "  %s: \"", key);
  for (size_t i = 0; i < clean.len; i++) {
    if (clean.data[i] == '"' || clean.data[i] == '\\') bytes_putc(to, '\\');
    bytes_putc(to, clean.data[i]);
  }
  bytes_puts(to, "\"\n");
  bytes_free(&clean);
}

/* A literal block; its indentation is said, as the first line may begin with a blank. */
static void put_yaml_lines(Bytes *to, const char *key, const Bytes *lines) {
  if (lines->len == 0) return;
  Bytes clean = {0};
  report_append_clean(&clean, lines->data, lines->len, true);
  bytes_printf(to, "  %s: |2\n", key);
  for (const char *line = clean.data; *line;) {
    size_t n = strcspn(line, "\n");
    bytes_printf(to, "    %.*s\n", (int)n, line);
    line += n + (line[n] == '\n');
  }
  bytes_free(&clean);
}

static void put_details(Bytes *to, const Event *e) {
  VerdictKind verdict = e->as.result.verdict;
  bytes_puts(to, "  ---\n");
  put_yaml(to, "message", e->as.result.why.data, e->as.result.why.len);
  bool trouble = verdict_class(verdict) == CLASS_TROUBLE;
  bytes_printf(to, "  severity: %s\n", trouble ? "trouble" : "fail");
  bytes_printf(to, "  verdict: %s\n", verdict_word(verdict));
  put_yaml(to, "signature", e->as.result.signature, strlen(e->as.result.signature));
  put_yaml(to, "title", e->as.result.title, strlen(e->as.result.title));
  put_yaml(to, "file", e->as.result.file, strlen(e->as.result.file));
  if (e->as.result.line > 0) bytes_printf(to, "  line: %d\n", e->as.result.line);
  put_yaml_lines(to, "diff", &e->as.result.diff);
  put_yaml(to, "repeat", e->as.result.repeat, strlen(e->as.result.repeat));
  bytes_puts(to, "  ...\n");
}

static void put_result(TapReport *r, const Event *e) {
  VerdictKind verdict = e->as.result.verdict;
  VerdictClass class = verdict_class(verdict);
  bool ok = class == CLASS_PASS || (class == CLASS_NEUTRAL && verdict != VERDICT_XFAIL);
  bytes_printf(&r->text, "%s %zu - ", ok ? "ok" : "not ok", ++r->told);
  put_description(&r->text, e->as.result.mode, strlen(e->as.result.mode));
  bytes_puts(&r->text, ": ");
  put_description(&r->text, e->as.result.id, strlen(e->as.result.id));
  if (class == CLASS_NEUTRAL) {
    bytes_puts(&r->text, verdict == VERDICT_XFAIL ? " # TODO " : " # SKIP ");
    bytes_puts(&r->text, verdict_word(verdict));
    if (e->as.result.why.len) bytes_puts(&r->text, ": ");
    put_description(&r->text, e->as.result.why.data, e->as.result.why.len);
  }
  bytes_putc(&r->text, '\n');
  if (class == CLASS_FAIL || class == CLASS_TROUBLE) put_details(&r->text, e);
}

static bool write_text(TapReport *r, Diag *why) {
  size_t n = r->text.len ? fwrite(r->text.data, 1, r->text.len, r->to) : 0;
  bool ok = n == r->text.len;
  bytes_clear(&r->text);
  return ok || diag_errno(why, EXIT_INFRA, "%s", r->path);
}

static void put_comment(TapReport *r, const char *text) {
  bytes_puts(&r->text, "# ");
  report_append_clean(&r->text, text, strlen(text), false);
  bytes_putc(&r->text, '\n');
}

static bool hear(Listener *self, const Event *e, Diag *why) {
  TapReport *r = (TapReport *)self;
  char *text;
  switch (e->kind) {
    case EVENT_START: r->total = e->as.start.total; break;
    case EVENT_RESULT: put_result(r, e); break;
    case EVENT_LEDGER:
      text = mem_format("ledger, %s: %s is %s: %s", e->as.ledger.mode, e->as.ledger.entry,
                        e->as.ledger.problem, e->as.ledger.why);
      put_comment(r, text);
      free(text);
      break;
    case EVENT_NOTE: put_comment(r, e->as.note.text); break;
    case EVENT_END:
      r->ended = true;
      r->complete = e->as.end.complete;
      free(r->reason);
      r->reason = mem_string(e->as.end.reason);
      break;
    case EVENT_MODE: case EVENT_RESUME: break;
  }
  return write_text(r, why);
}

static bool tick(Listener *self, double now, Diag *why) {
  TapReport *r = (TapReport *)self;
  (void)now;
  return fflush(r->to) == 0 || diag_errno(why, EXIT_INFRA, "%s", r->path);
}

/* A run that stopped early has planned more than it told, and a reader of the plan sees that. */
static bool close_report(Listener *self, Diag *why) {
  TapReport *r = (TapReport *)self;
  bool whole = r->ended && r->complete;
  size_t planned = whole || r->told > r->total ? r->told : r->total;
  bytes_printf(&r->text, "1..%zu\n", planned);
  if (!whole) {
    bytes_puts(&r->text, "Bail out! ");
    const char *reason = r->reason && *r->reason ? r->reason : "the run has no end";
    report_append_clean(&r->text, reason, strlen(reason), false);
    bytes_putc(&r->text, '\n');
  }
  bool ok = write_text(r, why);
  Diag second = {0};
  ok = report_close(r->to, r->path, ok ? why : &second) && ok;
  bytes_free(&r->text);
  free(r->reason);
  free(r->path);
  free(r);
  return ok;
}

Listener *report_tap(const char *path, Diag *why) {
  FILE *to = report_open(path, why);
  if (to == NULL) return NULL;
  TapReport *r = mem_zero(sizeof *r);
  r->listener = (Listener){hear, tick, close_report};
  r->path = mem_string(path);
  r->to = to;
  bytes_puts(&r->text, "TAP version 13\n");
  return &r->listener;
}
