/* test_history.c -- many runs tell what one cannot, and a foreign database is left alone. */
#include "history/history.h"

#include <sqlite3.h>

#include "logs.h"

static History *open_new(void) {
  Diag why = {0};
  assert_true(path_remove(in_folder("state"), &why));
  History *h = history_open(in_folder("state/history.db"), &why);
  if (h == NULL) fail_msg("%s", why.text);
  return h;
}

static void add(History *h, const char *text) {
  Diag why = {0};
  write_log("log", text);
  if (!history_add(h, in_folder("log"), &why)) fail_msg("%s", why.text);
}

static bool note_run(void *context, const HistoryRun *r) {
  bytes_printf(context, "%s '%s' '%s' %.1f %.1f %d %d %zu/%zu;", r->name, r->part, r->argv, r->time,
               r->seconds, r->status, r->complete, r->failures, r->results);
  return true;
}

static bool note_time(void *context, const HistoryTime *t) {
  bytes_printf(context, "%s %s %.4f %zu;", t->mode, t->id, t->seconds, t->runs);
  return true;
}

static bool note_change(void *context, const HistoryChange *c) {
  bytes_printf(context, "%s %s %s=%s %s=%s;", c->mode, c->id, c->run_before, c->before,
               c->run_after, c->after);
  assert_true(c->time >= 1);
  return true;
}

static bool stop_at_once(void *context, const HistoryChange *c) {
  note_change(context, c);
  return false;
}

static void expect_text(Bytes *text, bool ok, const Diag *why, const char *expected) {
  if (!ok) fail_msg("%s", why->text);
  assert_string_equal(bytes_text(text), expected);
  bytes_free(text);
}

static void expect_runs(History *h, size_t most, const char *expected) {
  Bytes text = {0};
  Diag why;
  bool ok = history_runs(h, most, NULL, note_run, &text, &why);
  expect_text(&text, ok, &why, expected);
}

static bool note_counts(void *context, const HistoryRun *r) {
  bytes_printf(context, "%s %zu+%zu of %zu;", r->name, r->passes, r->failures, r->results);
  return true;
}

static void expect_counts(History *h, const char *modes, const char *expected) {
  Bytes text = {0};
  Diag why;
  bool ok = history_runs(h, 0, modes, note_counts, &text, &why);
  expect_text(&text, ok, &why, expected);
}

static void test_counted_by_mode(void **unused) {
  (void)unused;
  History *h = open_new();
  add(h, START_AT("10", "r1", "ab", "3", "") MODE("x", "2") MODE("y", "1")
      RESULT("0", "x", "a", "same") RESULT("1", "x", "b", "skip") RESULT("2", "y", "a", "stdout"));
  add(h, START_AT("20", "r2", "cd", "1", "") MODE("y", "1") RESULT("0", "y", "a", "infra"));
  expect_counts(h, NULL, "r2 0+1 of 1;r1 1+1 of 3;");
  expect_counts(h, "[\"x\"]", "r1 1+0 of 2;");
  expect_counts(h, "[\"z\", \"y\"]", "r2 0+1 of 1;r1 0+1 of 1;");
  expect_counts(h, "[]", "");
  history_close(h);
}

#define ONE(run, time, word) START_AT(time, run, "ab", "1", "") RESULT("0", "base", "a", word)

static void test_added_once(void **unused) {
  (void)unused;
  History *h = open_new();
  expect_runs(h, 0, "");
  add(h, ONE("r1", "10", "same") MODE("base", "1"));
  expect_runs(h, 0, "r1 '' 'oracle run' 10.0 0.0 -1 0 0/1;");
  /* The same run, resumed and ended; then what says less, and nothing new. */
  const char *whole = "r1 '' 'oracle run' 10.0 3.5 1 1 1/2;";
  add(h, ONE("r1", "10", "same") RESUMED RESULT("1", "base", "b", "drift") END("1", "true", ""));
  expect_runs(h, 0, whole);
  add(h, ONE("r1", "11", "same"));
  expect_runs(h, 0, whole);
  add(h, ONE("r1", "11", "same") RESULT("1", "base", "b", "stdout") END("1", "true", ""));
  expect_runs(h, 0, whole);
  add(h, START_AT("5", "r0", "ab", "0", "hash:1/4") END("130", "false", "interrupt"));
  add(h, START_AT("20", "r2", "ab", "0", ""));
  expect_runs(h, 2, "r2 '' 'oracle run' 20.0 0.0 -1 0 0/0;r1 '' 'oracle run' 10.0 3.5 1 1 1/2;");
  /* An end alone is news. */
  add(h, START_AT("20", "r2", "ab", "0", "") END("4", "true", ""));
  expect_runs(h, 1, "r2 '' 'oracle run' 20.0 3.5 4 1 0/0;");
  history_close(h);
  Diag why = {0};
  h = history_open(in_folder("state/history.db"), &why);
  if (h == NULL) fail_msg("%s", why.text);
  expect_runs(h, 1, "r2 '' 'oracle run' 20.0 3.5 4 1 0/0;");
  history_close(h);
}

static void test_all_or_nothing(void **unused) {
  (void)unused;
  static const struct { const char *text, *part; } rows[] = {
    {"", "has no start"},
    {RESULT("0", "base", "a", "same"), "does not begin with a start"},
    {ONE("r", "1", "same") START("s", "ab", "1", ""), "has two starts"},
    {ONE("r", "1", "same") "nonsense\n", "log:3:"},
  };
  History *h = open_new();
  add(h, ONE("r", "1", "stdout"));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    Diag why = {0};
    write_log("log", rows[i].text);
    assert_false(history_add(h, in_folder("log"), &why));
    assert_int_equal(why.status, EXIT_USAGE);
    if (!strstr(why.text, rows[i].part)) fail_msg("'%s' is not in: %s", rows[i].part, why.text);
    expect_runs(h, 0, "r '' 'oracle run' 1.0 0.0 -1 0 1/1;");
  }
  history_close(h);
}

static void test_times(void **unused) {
  (void)unused;
  History *h = open_new();
  assert_float_equal(history_times(h, "base", "a"), 0, 0);
  /* Of twelve runs, told newest first, the oldest two (of 100 s) do not count: 1..10 ms stay. */
  for (int i = 12; i >= 1; i--) {
    char text[2048];
    snprintf(text, sizeof text, START_AT("%d", "r%d", "ab", "2", "") TIMED("0", "base", "a", "same",
             "%lld", "500000") TIMED("1", "asan", "a", "same", "7000000", "%d"), i, i,
             i <= 2 ? 100000000000LL : (i - 2) * 1000000LL - 500000, i == 12 ? 1000000 : 0);
    add(h, text);
  }
  add(h, START_AT("13", "r13", "ab", "2", "") RESULT_OF("0", "base", "a", "same", "pass",
      ",\"ref_ns\":9000000000,\"cached\":true") RESULT("1", "base", "never ran", "skip"));
  assert_float_equal(history_times(h, "base", "a"), 0.0055, 1e-9);
  assert_float_equal(history_times(h, "asan", "a"), 0.007, 1e-9);
  assert_float_equal(history_times(h, "asan", "b"), 0, 0);
  assert_float_equal(history_times(h, "base", "never ran"), 0, 0);
  Bytes text = {0};
  Diag why;
  bool ok = history_slowest(h, 0, note_time, &text, &why);
  expect_text(&text, ok, &why, "asan a 0.0070 10;base a 0.0055 10;");
  ok = history_slowest(h, 1, note_time, &text, &why);
  expect_text(&text, ok, &why, "asan a 0.0070 10;");
  /* What is added later counts. */
  add(h, START_AT("14", "r14", "ab", "1", "") TIMED("0", "base", "b", "same", "1000000000", "0"));
  assert_float_equal(history_times(h, "base", "b"), 1, 1e-9);
  history_close(h);
}

#define TWO(run, time, plan, word, other) START_AT(time, run, plan, "2", "") \
  RESULT("0", "base", "a", word) RESULT("1", "base", "b", other) END("0", "true", "")

static void test_flaky(void **unused) {
  (void)unused;
  History *h = open_new();
  Bytes text = {0};
  Diag why;
  add(h, TWO("r1", "1", "ab", "same", "same"));
  add(h, TWO("r2", "2", "cd", "stdout", "same"));        /* another plan: the case was edited */
  add(h, TWO("r4", "4", "ab", "infra", "same"));         /* the tool's trouble */
  add(h, START_AT("5", "r5", "ab", "2", "") RESULT_OF("0", "base", "a", "crash", "fail",
                                                     ",\"cached\":true"));
  bool ok = history_flaky(h, note_change, &text, &why);
  expect_text(&text, ok, &why, "");
  add(h, TWO("r6", "6", "ab", "stdout", "same"));
  add(h, TWO("r3", "3", "ab", "same", "flaky"));
  ok = history_flaky(h, note_change, &text, &why);
  expect_text(&text, ok, &why, "base a r3=same r6=stdout;base b r1=same r3=flaky;"
              "base b r3=flaky r4=same;");
  /* What the ledger explains since is no evidence; that what it explains comes and goes, is. */
  add(h, TWO("r7", "7", "ef", "stdout", "same"));
  add(h, TWO("r8", "8", "ef", "xfail", "xfail"));
  add(h, TWO("r9", "9", "ef", "stdout", "xfail"));
  ok = history_flaky(h, note_change, &text, &why);
  expect_text(&text, ok, &why, "base a r3=same r6=stdout;base b r1=same r3=flaky;"
              "base b r3=flaky r4=same;base b r7=same r8=xfail;");
  ok = history_flaky(h, stop_at_once, &text, &why);
  expect_text(&text, ok, &why, "base a r3=same r6=stdout;");
  history_close(h);
}

static void test_changed(void **unused) {
  (void)unused;
  History *h = open_new();
  Bytes text = {0};
  Diag why = {0};
  add(h, TWO("r1", "1", "ab", "same", "stdout"));
  add(h, TWO("r2", "2", "cd", "crash", "stdout"));
  add(h, START_AT("3", "r3", "ef", "2", "") RESULT("0", "base", "b", "same")
      RESULT("1", "base", "new", "exit"));
  bool ok = history_changed(h, "r1", "r2", note_change, &text, &why);
  expect_text(&text, ok, &why, "base a r1=same r2=crash;");
  ok = history_changed(h, "r3", "r1", note_change, &text, &why);
  expect_text(&text, ok, &why, "base b r3=same r1=stdout;");
  ok = history_changed_since(h, 2, note_change, &text, &why);
  expect_text(&text, ok, &why, "base a r1=same r2=crash;base b r1=stdout r3=same;");
  ok = history_changed_since(h, 2.5, note_change, &text, &why);
  expect_text(&text, ok, &why, "base b r2=stdout r3=same;");
  ok = history_changed_since(h, 0, note_change, &text, &why);
  expect_text(&text, ok, &why, "");
  assert_false(history_changed(h, "r1", "r9", note_change, &text, &why));
  assert_int_equal(why.status, EXIT_USAGE);
  assert_non_null(strstr(why.text, "knows no run 'r9'"));
  history_close(h);
}

static void expect_not_ours(const char *path, const char *part) {
  Diag why = {0};
  Bytes before = {0}, after = {0};
  assert_true(path_read(path, &before, &why));
  assert_null(history_open(path, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  assert_non_null(strstr(why.text, path));
  if (!strstr(why.text, part)) fail_msg("'%s' is not in: %s", part, why.text);
  assert_true(path_read(path, &after, &why));
  assert_true(bytes_equal(&before, &after));
  bytes_free(&before);
  bytes_free(&after);
}

static void change_database(const char *path, const char *sql) {
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

static void test_not_ours(void **unused) {
  (void)unused;
  char path[160], other[160];
  Diag why = {0};
  snprintf(path, sizeof path, "%s/state/history.db", folder);
  snprintf(other, sizeof other, "%s/other.db", folder);
  write_log("other.db", "This is no database, but long enough to be one: it has more than 100 "
            "bytes, and the first sixteen are wrong.");
  expect_not_ours(other, "not a database");
  assert_true(path_remove(other, &why));
  change_database(other, "CREATE TABLE t (a)");
  expect_not_ours(other, "is the database of another program");
  history_close(open_new());
  change_database(path, "PRAGMA user_version = 99");
  expect_not_ours(path, "has form 99");
  assert_null(history_open(folder, &why));
  assert_int_equal(why.status, EXIT_INFRA);
}

static void test_damaged(void **unused) {
  (void)unused;
  Bytes content = {0};
  Diag why = {0};
  History *h = open_new();
  add(h, ONE("r1", "1", "same"));
  history_close(h);
  assert_true(path_read(in_folder("state/history.db"), &content, &why));
  assert_true(content.len > 8192);
  memset(content.data + 4096, 0xff, content.len - 4096);
  assert_true(path_write(in_folder("state/history.db"), content.data, content.len, &why));
  bytes_free(&content);
  h = history_open(in_folder("state/history.db"), &why);
  assert_non_null(h);                     /* its first page is whole */
  assert_false(history_runs(h, 0, NULL, note_run, &content, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  assert_non_null(strstr(why.text, "malformed"));
  assert_non_null(strstr(why.text, "move it away"));
  assert_float_equal(history_times(h, "base", "a"), 0, 0);
  write_log("log", ONE("r2", "1", "same"));
  assert_false(history_add(h, in_folder("log"), &why));
  assert_int_equal(why.status, EXIT_INFRA);
  history_close(h);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_added_once),
    cmocka_unit_test(test_counted_by_mode),
    cmocka_unit_test(test_all_or_nothing),
    cmocka_unit_test(test_times),
    cmocka_unit_test(test_flaky),
    cmocka_unit_test(test_changed),
    cmocka_unit_test(test_not_ours),
    cmocka_unit_test(test_damaged),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
