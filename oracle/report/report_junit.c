/* report_junit.c -- why this file exists: the dashboards of build servers read JUnit's XML.
 *
 * A suite per mode, a test case per result; trouble is an error, a divergence a failure.  The
 * counts stand before what they count, so everything is kept until the end. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/report.h"

typedef struct Suite {
  char *mode;
  Bytes properties, cases;         /* XML */
  size_t tests, failures, errors, skipped;
  double first, last;              /* time of its events */
} Suite;

typedef struct JunitReport {
  Listener listener;
  char *path;
  FILE *to;
  Suite *suites;
  size_t n;
  double time;
} JunitReport;

/* Text of an element, or of an attribute's value: the quotes do no harm in the former. */
static void put_xml(Bytes *to, const char *text, size_t n) {
  Bytes clean = {0};
  report_append_clean(&clean, text, n, true);
  for (size_t i = 0; i < clean.len; i++) {
    char c = clean.data[i];
    switch (c) {
      case '<': bytes_puts(to, "&lt;"); break;
      case '>': bytes_puts(to, "&gt;"); break;
      case '&': bytes_puts(to, "&amp;"); break;
      case '"': bytes_puts(to, "&quot;"); break;
      default: bytes_putc(to, c);
    }
  }
  bytes_free(&clean);
}

static void put_attribute(Bytes *to, const char *name, const char *text, size_t n) {
  bytes_printf(to, " %s=\"", name);
  put_xml(to, text, n);
  bytes_putc(to, '"');
}

static void put_time(Bytes *to, double seconds) {
  uint64_t micros = seconds > 0 ? (uint64_t)(seconds * 1e6 + 0.5) : 0;
  bytes_printf(to, " time=\"%llu.%06u\"", (unsigned long long)(micros / 1000000),
               (unsigned)(micros % 1000000));
}

static Suite *suite_of(JunitReport *r, const char *mode, double time) {
  for (size_t i = r->n; i-- > 0;) {                    /* modes run one after another */
    if (strcmp(r->suites[i].mode, mode) == 0) return &r->suites[i];
  }
  r->suites = mem_resize(r->suites, (r->n + 1) * sizeof *r->suites);
  Suite *s = &r->suites[r->n++];
  *s = (Suite){.mode = mem_string(mode), .first = time, .last = time};
  return s;
}

static void put_property(Bytes *to, const char *name, const EventSide *side) {
  Bytes text = {0};
  bytes_printf(&text, "%s: %s (%s, %s)", side->name, side->version, side->build, side->kind);
  bytes_printf(to, "      <property name=\"%s\"", name);
  put_attribute(to, "value", bytes_text(&text), text.len);
  bytes_puts(to, "/>\n");
  bytes_free(&text);
}

static void put_problem(Bytes *to, const Event *e, const char *element) {
  const Bytes *why = &e->as.result.why, *diff = &e->as.result.diff;
  const char *word = verdict_word(e->as.result.verdict);
  bytes_printf(to, "      <%s", element);
  put_attribute(to, "type", word, strlen(word));
  put_attribute(to, "message", bytes_text(why), why->len);
  bytes_putc(to, '>');
  Bytes text = {0};
  if (*e->as.result.title) bytes_printf(&text, "%s\n", e->as.result.title);
  if (*e->as.result.file) bytes_printf(&text, "%s:%d\n", e->as.result.file, e->as.result.line);
  bytes_append(&text, diff->data, diff->len);
  if (text.len && text.data[text.len - 1] != '\n') bytes_putc(&text, '\n');
  bytes_printf(&text, "repeat: %s\n", e->as.result.repeat);
  put_xml(to, text.data, text.len);
  bytes_free(&text);
  bytes_printf(to, "</%s>\n", element);
}

static void put_skip(Bytes *to, const Event *e) {
  Bytes text = {0};
  bytes_puts(&text, verdict_word(e->as.result.verdict));
  if (e->as.result.why.len) bytes_puts(&text, ": ");
  bytes_append(&text, e->as.result.why.data, e->as.result.why.len);
  bytes_puts(to, "      <skipped");
  put_attribute(to, "message", text.data, text.len);
  bytes_puts(to, "/>\n");
  bytes_free(&text);
}

static void put_result(Suite *s, const Event *e) {
  VerdictClass class = verdict_class(e->as.result.verdict);
  Bytes *to = &s->cases;
  s->tests++;
  s->last = e->time;
  bytes_puts(to, "    <testcase");
  put_attribute(to, "name", e->as.result.id, strlen(e->as.result.id));
  put_attribute(to, "classname", s->mode, strlen(s->mode));
  put_time(to, (double)e->as.result.cand_ns / 1e9);
  bytes_puts(to, class == CLASS_PASS ? "/>\n" : ">\n");
  switch (class) {
    case CLASS_PASS: return;
    case CLASS_FAIL:
      s->failures++;
      put_problem(to, e, "failure");
      break;
    case CLASS_TROUBLE:
      s->errors++;
      put_problem(to, e, "error");
      break;
    case CLASS_NEUTRAL:
      s->skipped++;
      put_skip(to, e);
      break;
  }
  bytes_puts(to, "    </testcase>\n");
}

static bool hear(Listener *self, const Event *e, Diag *why) {
  JunitReport *r = (JunitReport *)self;
  (void)why;
  r->time = e->time;
  if (e->kind == EVENT_MODE) {
    Suite *s = suite_of(r, e->as.mode.mode, e->time);
    bytes_clear(&s->properties);                       /* a resumed run says it again */
    put_property(&s->properties, "reference", &e->as.mode.ref);
    put_property(&s->properties, "candidate", &e->as.mode.cand);
  }
  if (e->kind == EVENT_RESULT) put_result(suite_of(r, e->as.result.mode, e->time), e);
  return true;
}

static void put_suite(Bytes *to, const Suite *s) {
  char stamp[32];
  time_t first = (time_t)s->first;
  struct tm utc;
  gmtime_r(&first, &utc);
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
  bytes_puts(to, "  <testsuite");
  put_attribute(to, "name", s->mode, strlen(s->mode));
  bytes_printf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", s->tests,
               s->failures, s->errors, s->skipped);
  put_attribute(to, "timestamp", stamp, strlen(stamp));
  put_time(to, s->last - s->first);
  bytes_puts(to, ">\n");
  if (s->properties.len) {
    bytes_printf(to, "    <properties>\n%s    </properties>\n", s->properties.data);
  }
  bytes_append(to, s->cases.data, s->cases.len);
  bytes_puts(to, "  </testsuite>\n");
}

static bool close_report(Listener *self, Diag *why) {
  JunitReport *r = (JunitReport *)self;
  Suite all = {0};
  Bytes text = {0}, suites = {0};
  for (size_t i = 0; i < r->n; i++) {
    Suite *s = &r->suites[i];
    all.tests += s->tests;
    all.failures += s->failures;
    all.errors += s->errors;
    put_suite(&suites, s);
    free(s->mode);
    bytes_free(&s->properties);
    bytes_free(&s->cases);
  }
  bytes_printf(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"oracle\" "
               "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", all.tests, all.failures,
               all.errors);
  put_time(&text, r->n ? r->time - r->suites[0].first : 0);
  bytes_puts(&text, ">\n");
  bool ok = fwrite(text.data, 1, text.len, r->to) == text.len &&
            (suites.len == 0 || fwrite(suites.data, 1, suites.len, r->to) == suites.len) &&
            fputs("</testsuites>\n", r->to) >= 0;
  if (!ok) diag_errno(why, EXIT_INFRA, "%s", r->path);
  Diag second = {0};
  ok = report_close(r->to, r->path, ok ? why : &second) && ok;
  bytes_free(&text);
  bytes_free(&suites);
  free(r->suites);
  free(r->path);
  free(r);
  return ok;
}

Listener *report_junit(const char *path, Diag *why) {
  FILE *to = report_open(path, why);
  if (to == NULL) return NULL;
  JunitReport *r = mem_zero(sizeof *r);
  r->listener = (Listener){.hear = hear, .close = close_report};
  r->path = mem_string(path);
  r->to = to;
  return &r->listener;
}
