/* test_report_table.c -- the table has a cell for every case in every mode, and a reason for each
 * that is no pass. */
#include "report/report.h"

#include "logs.h"
#include "seen.h"

static void expect_table(const char *log, const char *expected) {
  Diag why = {0};
  Bytes text = {0};
  write_log("table.jsonl", log);
  const char *path = in_folder("table.txt");
  Listener *l = report_table(path, &why);
  assert_non_null(l);
  assert_true(report_replay(in_folder("table.jsonl"), &l, 1, &why));
  assert_true(l->close(l, &why));
  assert_true(path_read(path, &text, &why));
  assert_bytes(&text, expected);
  bytes_free(&text);
}

static void cases_by_mode_with_times_and_reasons(void **unused) {
  (void)unused;
  expect_table(
    START("r", "01", "5", "") MODE("b", "3") MODE("a", "2")
    TIMED("1", "b", "x#two", "same", "2000000000", "1000000000")
    TIMED("0", "b", "x#one", "same", "500000000", "250000000")
    RESULT_OF("2", "b", "x#three", "skip", "neutral", ",\"why\":\"no shell\"")
    RESULT_OF("3", "a", "x#one", "stdout", "fail", ",\"why\":\"stdout\"")
    RESULT_OF("4", "a", "x#three", "skip", "neutral", ",\"why\":\"no shell\"")
    END("1", "true", ""),
    "CPU seconds: candidate, reference b                    a\n"
    "x#one                             PASS    0.25   0.50  FAIL (b)\n"
    "x#two                             PASS    1.00   2.00  -\n"
    "x#three                           SKIP (a)             SKIP (a)\n"
    "passed                            2/3    1.25   2.50   0/2    0.00   0.00\n"
    "candidate / reference             0.50                 -\n"
    "\n"
    "(a) skip: no shell\n"
    "(b) stdout: stdout\n");
}

static void what_was_not_run_or_not_now_is_said(void **unused) {
  (void)unused;
  expect_table(
    START("r", "01", "2", "") MODE("a", "2")
    RESULT_OF("0", "a", "x", "same", "pass", ",\"cached\":true"),
    "CPU seconds: candidate, reference a\n"
    "x                                 PASS cached\n"
    "passed                            1/1    0.00   0.00\n"
    "candidate / reference             -\n"
    "\n"
    "the run did not come to its end\n");
}

static void more_modes_than_fit_stand_below(void **unused) {
  (void)unused;
  expect_table(
    START("r", "01", "0", "") MODE("a", "0") MODE("b", "0") MODE("c", "0") MODE("d", "0")
    MODE("e", "0") MODE("f", "0") MODE("g", "0") END("0", "true", ""),
    "CPU seconds: candidate, reference a                    b                    c"
    "                    d                    e                    f\n"
    "passed                            0/0    0.00   0.00   0/0    0.00   0.00   0/0    0.00   0.00"
    "   0/0    0.00   0.00   0/0    0.00   0.00   0/0    0.00   0.00\n"
    "candidate / reference             -                    -                    -"
    "                    -                    -                    -\n"
    "\n"
    "CPU seconds: candidate, reference g\n"
    "passed                            0/0    0.00   0.00\n"
    "candidate / reference             -\n"
    "\n");
}

static void trouble_is_told(void **unused) {
  (void)unused;
  Diag why = {0};
  assert_null(report_table("/no/such/folder/t", &why));
  assert_int_equal(why.status, EXIT_INFRA);
  Listener *l = report_table("/dev/full", &why);
  assert_non_null(l);
  assert_false(l->close(l, &why));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(cases_by_mode_with_times_and_reasons),
    cmocka_unit_test(what_was_not_run_or_not_now_is_said),
    cmocka_unit_test(more_modes_than_fit_stand_below), cmocka_unit_test(trouble_is_told)
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
