/* test_resume.c -- a run is taken up where its log ends, or it is said why it cannot be. */
#include "run/resume.h"
#include "logs.h"

static void expect_refusal(const char *text, uint64_t plan, size_t whole, const char *part) {
  bool *is_done = NULL;
  size_t counts[VERDICT_COUNT];
  char run[RESUME_RUN_LENGTH];
  Diag why = {0};
  write_log("log", text);
  assert_false(resume_load(log_path("log"), plan, whole, &is_done, counts, run, &why));
  assert_int_equal(why.status, EXIT_USAGE);
  if (!strstr(why.text, part)) fail_msg("'%s' is not in: %s", part, why.text);
  assert_null(is_done);
}

static void test_unfinished(void **unused) {
  (void)unused;
  bool *is_done;
  size_t counts[VERDICT_COUNT];
  char run[RESUME_RUN_LENGTH];
  Diag why = {0};
  write_log("log", START("r-1", "ab", "4", "") MODE("base", "4") RESULT("0", "base", "a", "same")
            RESULT("2", "base", "c", "infra") RESULT("3", "base", "d", "stdout")
            END("3", "false", "interrupt") RESUMED RESULT("2", "base", "c", "same")
            "{\"event\":\"result\",\"time\":2,\"n\":1,\"mo");
  if (!resume_load(log_path("log"), 0xab, 4, &is_done, counts, run, &why)) fail_msg("%s", why.text);
  assert_string_equal(run, "r-1");
  const bool expected[] = {true, false, true, true};
  assert_memory_equal(is_done, expected, sizeof expected);
  for (int i = 0; i < VERDICT_COUNT; i++) {
    assert_int_equal(counts[i], i == VERDICT_SAME ? 2 : i == VERDICT_STDOUT ? 1 : 0);
  }
  free(is_done);
}

static void test_refused(void **unused) {
  (void)unused;
  const char *whole = START("r", "ab", "1", "") RESULT("0", "base", "a", "same")
                      END("0", "true", "");
  expect_refusal(whole, 0xab, 1, "the run is complete");
  expect_refusal(whole, 0xac, 1, "plan 00000000000000ab, now 00000000000000ac");
  expect_refusal(START("r", "ab", "1", "") RESULT("1", "base", "a", "same"), 0xab, 1,
                 "result 1 of a plan of 1");
  expect_refusal("", 0xab, 1, "has no start");
  expect_refusal(RESULT("0", "base", "a", "same"), 0xab, 1, "does not begin with a start");
#define TEN "0123456789"
  expect_refusal(START(TEN TEN TEN TEN TEN TEN "0123", "ab", "1", ""), 0xab, 1, "too long");
  expect_refusal("no log\n", 0xab, 1, "log:1:");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_unfinished),
    cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, make_logs, remove_logs);
}
