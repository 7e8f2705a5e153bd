/* test_report.c -- what each report says about one run in which everything happens. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/progress.h"
#include "report/report.h"
#include "report/rows.h"
#include "run/eventlog.h"
#include "folder.h"
#include "seen.h"

static char *file;

static int make_file(void **unused) {
  int status = make_folder(unused);
  file = mem_string(in_folder("report"));
  return status;
}

static int remove_file(void **unused) {
  free(file);
  return remove_folder(unused);
}

/* ---- A run ---------------------------------------------------------------------------------- */

static void tell(Listener *l, const Event *e) {
  Diag why = {0};
  if (!l->hear(l, e, &why)) fail_msg("%s", why.text);
}

static void tell_start(Listener *l, size_t total) {
  Strings argv = {0};
  Event e = {.kind = EVENT_START, .time = 1000};
  e.as.start.schema = EVENT_SCHEMA;
  e.as.start.run = "R";
  e.as.start.tool = "1.0";
  e.as.start.argv = &argv;
  e.as.start.total = total;
  e.as.start.partition = "";
  e.as.start.jobs = 1;
  tell(l, &e);
}

static void tell_mode(Listener *l, double time, const char *name, size_t cases) {
  Event e = {.kind = EVENT_MODE, .time = time};
  e.as.mode.mode = name;
  e.as.mode.why = e.as.mode.output = "";
  e.as.mode.ref = (EventSide){"lua5.1", "Lua 5.1.5", "aa", "inproc"};
  e.as.mode.cand = (EventSide){"ours", "Lua <5.1>", "bb", "exec"};
  e.as.mode.cases = cases;
  tell(l, &e);
}

typedef struct Result {
  size_t n;
  const char *mode, *id;
  VerdictKind verdict;
  const char *why, *diff, *signature, *repeat;
} Result;

/* Of every result that is told. */
static Strings fired;

static void tell_result(Listener *l, double time, const Result *r) {
  Strings none = {0};
  Event e = {.kind = EVENT_RESULT, .time = time};
  e.as.result.n = r->n;
  e.as.result.mode = r->mode;
  e.as.result.id = r->id;
  e.as.result.title = "a < b \xc3\xa4\xff";
  e.as.result.file = "t.cases";
  e.as.result.line = 3;
  e.as.result.tags = &none;
  e.as.result.rules = &fired;
  e.as.result.verdict = r->verdict;
  e.as.result.why = bytes_of(r->why);
  e.as.result.diff = bytes_of(r->diff);
  e.as.result.signature = r->signature;
  e.as.result.ledger = "";
  e.as.result.repeat = r->repeat;
  e.as.result.debug = strcmp(r->repeat, "oracle run t.cases#b") == 0 ? "oracle gdb t.cases#b" : "";
  e.as.result.cand_ns = 1500000;
  tell(l, &e);
  bytes_free(&e.as.result.why);
  bytes_free(&e.as.result.diff);
}

static void tell_end(Listener *l, double time, size_t same, const char *reason) {
  Event e = {.kind = EVENT_END, .time = time};
  e.as.end.counts[VERDICT_SAME] = same;
  e.as.end.counts[VERDICT_STDOUT] = 2;
  e.as.end.counts[VERDICT_SKIP] = e.as.end.counts[VERDICT_XFAIL] = 1;
  e.as.end.counts[VERDICT_INFRA] = 1;
  e.as.end.status = EXIT_DIVERGENT;
  e.as.end.reason = reason;
  e.as.end.complete = *reason == '\0';
  tell(l, &e);
}

#define DIFF "--- ref\n+++ cand\n-1\n+\"2\"\\n\n"

static void tell_run(Listener *l) {
  static const Result results[] = {
    {0, "base", "t.cases#a", VERDICT_SAME, "", "", "", ""},
    {1, "base", "t.cases#b", VERDICT_STDOUT, "stdout", DIFF, "stdout|L2:1", "oracle run t.cases#b"},
    {2, "base", "t.cases#c", VERDICT_SKIP, "no \"locale\"", "", "", "oracle run t.cases#c"},
    {3, "asan", "t.cases#b", VERDICT_STDOUT, "stdout", "", "stdout|L2:1",
     "oracle run --mode asan t.cases#b"},
    {4, "asan", "t.cases#c", VERDICT_INFRA, "no disk", "", "", "oracle run --mode asan t.cases#c"},
    {5, "asan", "t.cases#d", VERDICT_XFAIL, "stdout", "", "stdout|L2:2", "oracle run -m asan d"},
  };
  tell_start(l, 6);
  tell_mode(l, 1000, "base", 3);
  for (size_t i = 0; i < 3; i++) tell_result(l, 1001 + (double)i, &results[i]);
  tell_mode(l, 1004, "asan", 3);
  for (size_t i = 3; i < 6; i++) tell_result(l, 1005, &results[i]);
  Event e = {.kind = EVENT_LEDGER, .time = 1006};
  e.as.ledger.mode = "asan";
  e.as.ledger.entry = "K-1";
  e.as.ledger.problem = "stale";
  e.as.ledger.why = "no hit";
  tell(l, &e);
  tell_end(l, 1006, 1, "");
}

static void close_it(Listener *l) {
  Diag why = {0};
  if (!l->close(l, &why)) fail_msg("%s", why.text);
}

static void expect_file(const char *expected) {
  Bytes text = {0};
  Diag why;
  assert_true(path_read(file, &text, &why));
  assert_bytes(&text, expected);
  bytes_free(&text);
}

static Listener *open_it(Listener *(*open)(const char *, Diag *)) {
  Diag why = {0};
  Listener *l = open(file, &why);
  if (l == NULL) fail_msg("%s", why.text);
  return l;
}

/* ---- Files ---------------------------------------------------------------------------------- */

static void tap(void **unused) {
  (void)unused;
  Listener *l = open_it(report_tap);
  tell_run(l);
  close_it(l);
  expect_file(
    "TAP version 13\n"
    "ok 1 - base: t.cases\\#a\n"
    "not ok 2 - base: t.cases\\#b\n"
    "  ---\n"
    "  message: \"stdout\"\n"
    "  severity: fail\n"
    "  verdict: stdout\n"
    "  signature: \"stdout|L2:1\"\n"
    "  title: \"a < b \xc3\xa4\\\\xFF\"\n"
    "  file: \"t.cases\"\n"
    "  line: 3\n"
    "  diff: |2\n"
    "    --- ref\n"
    "    +++ cand\n"
    "    -1\n"
    "    +\"2\"\\n\n"
    "  repeat: \"oracle run t.cases#b\"\n"
    "  ...\n"
    "ok 3 - base: t.cases\\#c # SKIP skip: no \"locale\"\n"
    "not ok 4 - asan: t.cases\\#b\n"
    "  ---\n"
    "  message: \"stdout\"\n"
    "  severity: fail\n"
    "  verdict: stdout\n"
    "  signature: \"stdout|L2:1\"\n"
    "  title: \"a < b \xc3\xa4\\\\xFF\"\n"
    "  file: \"t.cases\"\n"
    "  line: 3\n"
    "  repeat: \"oracle run --mode asan t.cases#b\"\n"
    "  ...\n"
    "not ok 5 - asan: t.cases\\#c\n"
    "  ---\n"
    "  message: \"no disk\"\n"
    "  severity: trouble\n"
    "  verdict: infra\n"
    "  title: \"a < b \xc3\xa4\\\\xFF\"\n"
    "  file: \"t.cases\"\n"
    "  line: 3\n"
    "  repeat: \"oracle run --mode asan t.cases#c\"\n"
    "  ...\n"
    "not ok 6 - asan: t.cases\\#d # TODO xfail: stdout\n"
    "# ledger, asan: K-1 is stale: no hit\n"
    "1..6\n");
}

static void tap_of_a_run_that_stopped(void **unused) {
  (void)unused;
  Listener *l = open_it(report_tap);
  tell_start(l, 9);
  close_it(l);
  expect_file("TAP version 13\n1..9\nBail out! the run has no end\n");
  l = open_it(report_tap);
  tell_start(l, 9);
  tell_end(l, 1001, 0, "interrupt");
  close_it(l);
  expect_file("TAP version 13\n1..9\nBail out! interrupt\n");
}

/* xmllint knows better than we do; where it is missing the exact text must do. */
static void expect_valid_junit(void) {
  char *tool = path_find_program("xmllint");
  if (tool == NULL) return;
  char *command = mem_format("'%s' --noout --schema tests/oracle/junit.xsd '%s' 2>&1", tool, file);
  int status = system(command);
  assert_int_equal(WEXITSTATUS(status), 0);
  free(command);
  free(tool);
}

static void junit(void **unused) {
  (void)unused;
  Listener *l = open_it(report_junit);
  tell_run(l);
  close_it(l);
#define SUITE(name, counts, time) \
    "  <testsuite name=\"" name "\" " counts " timestamp=\"1970-01-01T00:16:4" time "\">\n" \
    "    <properties>\n" \
    "      <property name=\"reference\" value=\"lua5.1: Lua 5.1.5 (aa, inproc)\"/>\n" \
    "      <property name=\"candidate\" value=\"ours: Lua &lt;5.1&gt; (bb, exec)\"/>\n" \
    "    </properties>\n"
#define CASE(id, mode) \
    "    <testcase name=\"t.cases#" id "\" classname=\"" mode "\" time=\"0.001500\""
  expect_file(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<testsuites name=\"oracle\" tests=\"6\" failures=\"2\" errors=\"1\" time=\"6.000000\">\n"
    SUITE("base", "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"", "0\" time=\"3.000000")
    CASE("a", "base") "/>\n"
    CASE("b", "base") ">\n"
    "      <failure type=\"stdout\" message=\"stdout\">a &lt; b \xc3\xa4\\xFF\nt.cases:3\n"
    "--- ref\n+++ cand\n-1\n+&quot;2&quot;\\n\nrepeat: oracle run t.cases#b\n</failure>\n"
    "    </testcase>\n"
    CASE("c", "base") ">\n"
    "      <skipped message=\"skip: no &quot;locale&quot;\"/>\n"
    "    </testcase>\n"
    "  </testsuite>\n"
    SUITE("asan", "tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"1\"", "4\" time=\"1.000000")
    CASE("b", "asan") ">\n"
    "      <failure type=\"stdout\" message=\"stdout\">a &lt; b \xc3\xa4\\xFF\nt.cases:3\n"
    "repeat: oracle run --mode asan t.cases#b\n</failure>\n"
    "    </testcase>\n"
    CASE("c", "asan") ">\n"
    "      <error type=\"infra\" message=\"no disk\">a &lt; b \xc3\xa4\\xFF\nt.cases:3\n"
    "repeat: oracle run --mode asan t.cases#c\n</error>\n"
    "    </testcase>\n"
    CASE("d", "asan") ">\n"
    "      <skipped message=\"xfail: stdout\"/>\n"
    "    </testcase>\n"
    "  </testsuite>\n"
    "</testsuites>\n");
  expect_valid_junit();
}

/* Bytes that XML forbids, everywhere a program's bytes may stand. */
static void junit_of_any_bytes(void **unused) {
  (void)unused;
  char all[256];
  for (int c = 1; c < 256; c++) all[c - 1] = (char)c;
  all[255] = '\0';
  Result r = {0, "m", all, VERDICT_STDERR, all, all, all, all};
  Listener *l = open_it(report_junit);
  tell_result(l, 5, &r);
  r.verdict = VERDICT_SKIP;
  r.mode = all;
  tell_result(l, 5, &r);
  close_it(l);
  expect_valid_junit();
  Bytes text = {0};
  Diag why;
  assert_true(path_read(file, &text, &why));
  assert_non_null(strstr(text.data, "\\x01\\x02"));
  assert_null(strchr(text.data, 1));
  bytes_free(&text);
}

static void json_is_the_log(void **unused) {
  (void)unused;
  Diag why = {0};
  Bytes log = {0};
  char *path = path_join(folder, "log");
  Listener *l = open_it(report_json), *writer = eventlog_open(path, false, &why);
  assert_non_null(writer);
  tell_run(l);
  tell_run(writer);
  close_it(l);
  close_it(writer);
  assert_true(path_read(path, &log, &why));
  expect_file(log.data);
  bytes_free(&log);
  free(path);
}

/* ---- Replay --------------------------------------------------------------------------------- */

static void a_replay_tells_what_is_last(void **unused) {
  (void)unused;
  static const Result first = {0, "m", "a", VERDICT_STDOUT, "", "", "", ""};
  static const Result again = {0, "m", "a", VERDICT_SAME, "", "", "", ""};
  static const Result other = {5000, "m", "b", VERDICT_SAME, "", "", "", ""};
  Diag why = {0};
  char *path = path_join(folder, "log");
  Listener *writer = eventlog_open(path, false, &why), *l = open_it(report_tap);
  tell_start(writer, 2);
  tell_result(writer, 1001, &first);
  tell_end(writer, 1002, 0, "interrupt");
  tell_result(writer, 1003, &other);
  tell_result(writer, 1003, &again);
  tell_end(writer, 1004, 2, "");
  close_it(writer);
  assert_true(report_replay(path, &l, 1, &why));
  close_it(l);
  expect_file("TAP version 13\nok 1 - m: b\nok 2 - m: a\n1..2\n");
  assert_false(report_replay("/nonexistent", &l, 0, &why));
  assert_false(report_replay("/dev/null", NULL, 0, &why));
  assert_string_equal(diag_text(&why), "/dev/null: has no start of a run");
  free(path);
}

static void a_report_catches_up_with_what_is_done(void **unused) {
  (void)unused;
  static const Result done = {0, "m", "a", VERDICT_SAME, "", "", "", ""};
  static const Result left = {1, "m", "b", VERDICT_INFRA, "", "", "", ""};
  static const Result now = {1, "m", "b", VERDICT_SAME, "", "", "", ""};
  unsigned char verdicts[] = {VERDICT_SAME, RESUME_NOT_DONE};
  Diag why = {0};
  char *path = path_join(folder, "log");
  const Resumed resumed = {.log = path, .verdicts = verdicts};
  Listener *writer = eventlog_open(path, false, &why), *l = open_it(report_tap);
  tell_start(writer, 2);
  tell_result(writer, 1001, &done);
  tell_result(writer, 1001, &left);
  tell_end(writer, 1002, 130, "interrupt");
  close_it(writer);
  assert_true(report_catch_up(&resumed, &l, 1, &why));
  tell_result(l, 1003, &now);
  tell_end(l, 1004, 0, "");
  close_it(l);
  expect_file("TAP version 13\nok 1 - m: a\nok 2 - m: b\n1..2\n");
  free(path);
}

static void trouble_is_told(void **unused) {
  (void)unused;
  Listener *(*const opens[])(const char *, Diag *) = {report_tap, report_junit, report_json};
  for (size_t i = 0; i < 3; i++) {
    Diag why = {0};
    assert_null(opens[i]("/nonexistent/report", &why));
    assert_int_equal(why.status, EXIT_INFRA);
    why = (Diag){0};
    Listener *l = opens[i]("/dev/full", &why);
    assert_non_null(l);
    tell_start(l, 1);
    assert_false(l->close(l, &why));
    assert_int_equal(why.status, EXIT_INFRA);
  }
}

/* ---- Terminal ------------------------------------------------------------------------------- */

static FILE *stream;
static Listener *terminal;

static void open_terminal(ColorWanted color, int verbosity) {
  stream = fopen(file, "w");
  assert_non_null(stream);
  terminal = report_terminal(stream, color, verbosity);
}

static void expect_terminal(const char *expected) {
  close_it(terminal);
  assert_int_equal(fclose(stream), 0);
  expect_file(expected);
}

#define ROWS_OF_RUN \
    "2 different failures:\n" \
    "  infra     t.cases#c [asan]\n" \
    "            repeat: oracle run --mode asan t.cases#c\n" \
    "  stdout    t.cases#b [base, asan]\n" \
    "            repeat: oracle run t.cases#b\n" \
    "ledger: 1 to be looked at\n" \
    "1 passed, 3 failed, 2 skipped\n"
#define STALE "LEDGER K-1 [asan] is stale: no hit\n"

static void plain_lines(void **unused) {
  (void)unused;
  open_terminal(COLOR_AUTO, 0);
  tell_run(terminal);
  expect_terminal(
    "run R: 6 results to come\n"
    "base: ours (exec) against lua5.1 (inproc), 3 cases\n"
    "FAIL stdout t.cases#b [base]\n"
    "  a < b \xc3\xa4\\xFF\n"
    "  why: stdout\n"
    "  --- ref\n  +++ cand\n  -1\n  +\"2\"\\n\n"
    "  repeat: oracle run t.cases#b\n"
    "  debug: oracle gdb t.cases#b\n"
    "base: 1 passed, 1 failed, 1 skipped in 3.0 s (1 stdout, 1 skip)\n"
    "asan: ours (exec) against lua5.1 (inproc), 3 cases\n"
    "FAIL stdout t.cases#b [asan]\n"
    "  a < b \xc3\xa4\\xFF\n"
    "  why: stdout\n"
    "  repeat: oracle run --mode asan t.cases#b\n"
    "FAIL infra t.cases#c [asan]\n"
    "  a < b \xc3\xa4\\xFF\n"
    "  why: no disk\n"
    "  repeat: oracle run --mode asan t.cases#c\n"
    "asan: 0 passed, 2 failed, 1 skipped in 1.0 s (1 stdout, 1 xfail, 1 infra)\n"
    STALE ROWS_OF_RUN);
}

static void quiet(void **unused) {
  (void)unused;
  open_terminal(COLOR_NEVER, -1);
  tell_run(terminal);
  expect_terminal(STALE ROWS_OF_RUN);
}

static void verbose_and_colored(void **unused) {
  (void)unused;
  static const Result same = {0, "m", "a\033[2J", VERDICT_SAME, "", "", "", ""};
  open_terminal(COLOR_ALWAYS, 1);
  tell_result(terminal, 1, &same);
  expect_terminal("same a\\x1B[2J [m]\n"
                  "m: 1 passed, 0 failed, 0 skipped in 0.0 s\n"
                  "\033[31mthe run has no end: it was killed\033[0m\n"
                  "\033[32m1 passed, 0 failed, 0 skipped\033[0m\n");
}

static void what_rules_have_hidden_is_counted(void **unused) {
  (void)unused;
  static const Result masked = {0, "m", "a", VERDICT_SAME_RULES, "", "", "", ""};
  for (int verbosity = -1; verbosity <= 0; verbosity++) {
    open_terminal(COLOR_NEVER, verbosity);
    tell_result(terminal, 1, &masked);
    strings_add(&fired, "program");
    tell_result(terminal, 1, &masked);
    strings_add(&fired, "add\033ress");
    tell_result(terminal, 1, &masked);
    strings_free(&fired);
    fired = (Strings){0};
    expect_terminal(verbosity < 0
      ? "the run has no end: it was killed\n3 passed, 0 failed, 0 skipped\n"
      : "m: 3 passed, 0 failed, 0 skipped in 0.0 s (3 same~)\n"
        "rules: 2 program, 1 add\\x1Bress\n"
        "the run has no end: it was killed\n3 passed, 0 failed, 0 skipped\n");
  }
}

static void a_line_every_ten_seconds(void **unused) {
  (void)unused;
  static const Result same = {0, "m", "a", VERDICT_SAME, "", "", "", ""};
  Diag why = {0};
  open_terminal(COLOR_AUTO, 0);
  tell_mode(terminal, 100, "m", 100);
  tell_result(terminal, 105, &same);
  assert_true(terminal->tick(terminal, 109, &why));
  assert_true(terminal->tick(terminal, 110, &why));
  assert_true(terminal->tick(terminal, 111, &why));
  assert_true(terminal->tick(terminal, 120, &why));
  tell_end(terminal, 121, 1, "time");
  expect_terminal("m: ours (exec) against lua5.1 (inproc), 100 cases\n"
                  "m: 1/100 1%, 0/s, ETA 16:30\n"
                  "m: 1/100 1%, 0/s, ETA 33:00\n"
                  "m: 1 passed, 0 failed, 0 skipped in 5.0 s, 99 not run\n"
                  "stopped early: time; --resume goes on\n"
                  "1 passed, 3 failed, 2 skipped\n");
}

static void a_long_diff_is_cut(void **unused) {
  (void)unused;
  Bytes diff = {0}, text = {0};
  Diag why;
  for (int i = 0; i < 25; i++) bytes_printf(&diff, "-line %d\n", i);
  Result r = {0, "m", "a", VERDICT_STDOUT, "", bytes_text(&diff), "s", "again"};
  open_terminal(COLOR_AUTO, 0);
  tell_result(terminal, 1, &r);
  close_it(terminal);
  fclose(stream);
  assert_true(path_read(file, &text, &why));
  assert_non_null(strstr(text.data, "  -line 19\n  ... 5 more lines\n  repeat: again\n"));
  assert_null(strstr(text.data, "line 20"));
  bytes_free(&diff);
  bytes_free(&text);
}

/* A terminal is a stream of its own: the progress line is painted and goes away. */
static void a_progress_line_is_painted_over(void **unused) {
  (void)unused;
  static const Result same = {0, "m", "a", VERDICT_SAME, "", "", "", ""};
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) skip();
  FILE *tty = fopen(ptsname(master), "w");
  if (tty == NULL) skip();
  setenv("TERM", "xterm", 1);
  setenv("NO_COLOR", "1", 1);
  Listener *l = report_terminal(tty, COLOR_AUTO, 0);
  tell_mode(l, 100, "m", 2);
  tell_result(l, 101, &same);
  tell_result(l, 102, &same);
  close_it(l);
  char got[1024];
  size_t n = 0;
  fclose(tty);                           /* then reading ends when all has come, in however many pieces */
  for (ssize_t more; (more = read(master, got + n, sizeof got - 1 - n)) > 0;) n += (size_t)more;
  got[n] = '\0';
  assert_string_equal(got,
    "m: ours (exec) against lua5.1 (inproc), 2 cases\r\n"
    "m: 1/2 50%, 1/s, ETA 0:01\r\033[K"
    "m: 2 passed, 0 failed, 0 skipped in 2.0 s\r\n"
    "the run has no end: it was killed\r\n"
    "2 passed, 0 failed, 0 skipped\r\n");
  close(master);
}

static void expect_progress(size_t done, size_t cases, size_t failed, double spent,
                            const char *expected) {
  Bytes text = {0};
  progress_append(&text, "m", done, cases, failed, spent);
  assert_bytes(&text, expected);
  bytes_free(&text);
}

static void progress_says_what_it_knows(void **unused) {
  (void)unused;
  expect_progress(0, 0, 0, 0, "m: 0/0");
  expect_progress(0, 500, 0, 1, "m: 0/500 0%");
  expect_progress(120, 500, 1, 2, "m: 120/500 24%, 60/s, ETA 0:06, 1 failed");
  expect_progress(1, 10001, 0, 1, "m: 1/10001 0%, 1/s, ETA 2:46:40");
  expect_progress(7, 5, 0, 1, "m: 7/5 100%, 7/s");
}

static void expect_clean(const char *text, const char *expected) {
  Bytes clean = {0};
  report_append_clean(&clean, text, strlen(text), false);
  assert_bytes(&clean, expected);
  bytes_free(&clean);
}

static void only_harmless_characters_are_kept(void **unused) {
  (void)unused;
  expect_clean("a\\b\n\t\x7f", "a\\b\\x0A\\x09\\x7F");
  expect_clean("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
  expect_clean("\xc2\x9b", "\\xC2\\x9B");                       /* a terminal's CSI */
  expect_clean("\xe2\x80\xae", "\\xE2\\x80\\xAE");               /* turns the line round */
  expect_clean("\xc0\x80\xe0\x80\x80", "\\xC0\\x80\\xE0\\x80\\x80");
  expect_clean("\xed\xa0\x80", "\\xED\\xA0\\x80");
  expect_clean("\xef\xbf\xbf", "\\xEF\\xBF\\xBF");
  expect_clean("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80");
  expect_clean("\xe2\x82", "\\xE2\\x82");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tap),
    cmocka_unit_test(tap_of_a_run_that_stopped),
    cmocka_unit_test(junit),
    cmocka_unit_test(junit_of_any_bytes),
    cmocka_unit_test(json_is_the_log),
    cmocka_unit_test(a_replay_tells_what_is_last),
    cmocka_unit_test(a_report_catches_up_with_what_is_done),
    cmocka_unit_test(trouble_is_told),
    cmocka_unit_test(plain_lines),
    cmocka_unit_test(quiet),
    cmocka_unit_test(verbose_and_colored),
    cmocka_unit_test(what_rules_have_hidden_is_counted),
    cmocka_unit_test(a_line_every_ten_seconds),
    cmocka_unit_test(a_long_diff_is_cut),
    cmocka_unit_test(a_progress_line_is_painted_over),
    cmocka_unit_test(progress_says_what_it_knows),
    cmocka_unit_test(only_harmless_characters_are_kept),
  };
  return cmocka_run_group_tests(tests, make_file, remove_file);
}
