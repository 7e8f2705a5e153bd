/* test_resume.c -- a run is taken up where its log ends, or it is said why it cannot be. */
#include "run/resume.h"
#include "logs.h"

static void expect_refusal(const char *text, uint64_t plan, size_t whole, const char *part) {
  Resumed r;
  Diag why = {0};
  write_log("log", text);
  assert_false(resume_load(in_folder("log"), &(ResumeWish){plan, whole, ""}, &r, &why));
  assert_int_equal(why.status, EXIT_USAGE);
  if (!strstr(why.text, part)) fail_msg("'%s' is not in: %s", part, why.text);
  assert_null(r.verdicts);
}

static void assert_verdicts(const Resumed *r, const int *expected, size_t n) {
  size_t counts[VERDICT_COUNT] = {0};
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(r->verdicts[i], expected[i]);
    if (expected[i] != RESUME_NOT_DONE) counts[expected[i]]++;
  }
  assert_memory_equal(r->counts, counts, sizeof counts);
}

static void test_unfinished(void **unused) {
  (void)unused;
  Resumed r;
  Diag why = {0};
  const ResumeWish wish = {0xab, 4, "slice:1/2"};
  write_log("log", START("r-1", "ab", "4", "slice:1/2") MODE("base", "4")
            RESULT("0", "base", "a", "same") RESULT("2", "base", "c", "infra")
            RESULT("3", "base", "d", "stdout") END("3", "false", "interrupt") RESUMED
            RESULT("2", "base", "c", "same") "{\"event\":\"result\",\"time\":2,\"n\":1,\"mo");
  if (!resume_load(in_folder("log"), &wish, &r, &why)) fail_msg("%s", why.text);
  assert_string_equal(r.run, "r-1");
  assert_string_equal(r.log, in_folder("log"));
  const int expected[] = {VERDICT_SAME, RESUME_NOT_DONE, VERDICT_SAME, VERDICT_STDOUT};
  assert_verdicts(&r, expected, 4);
  resume_free(&r);
}

/* A worker that died may live now; what a ledger explained it has to explain again. */
static void test_looked_at_again(void **unused) {
  (void)unused;
  Resumed r;
  Diag why = {0};
  write_log("log", START("r-1", "ab", "3", "") RESULT("0", "base", "a", "infra")
            RESULT("1", "base", "b", "xfail") RESULT("2", "base", "c", "crash"));
  if (!resume_load(in_folder("log"), &(ResumeWish){0xab, 3, ""}, &r, &why)) fail_msg("%s", why.text);
  const int expected[] = {RESUME_NOT_DONE, RESUME_NOT_DONE, VERDICT_CRASH};
  assert_verdicts(&r, expected, 3);
  resume_free(&r);
}

static void write_run(const char *id, const char *text) {
  char *name = mem_format("runs/%s/events.jsonl", id);
  write_log(name, text);
  free(name);
}

static void test_found_among_others(void **unused) {
  (void)unused;
  Resumed r;
  Diag why = {0};
  write_run("1", START("1", "ab", "1", ""));
  write_run("2", START("2", "ab", "1", ""));
  write_run("3", START("3", "ab", "1", "hash:1/2"));
  write_run("4", START("4", "cd", "1", ""));
  write_run("5", "no log\n");
  assert_true(resume_find(in_folder("runs"), &(ResumeWish){0xab, 1, ""}, &r, &why));
  assert_string_equal(r.run, "2");
  resume_free(&r);
  assert_true(resume_find(in_folder("runs"), &(ResumeWish){0xab, 1, "hash:1/2"}, &r, &why));
  assert_string_equal(r.run, "3");
  resume_free(&r);
  assert_false(resume_find(in_folder("runs"), &(ResumeWish){0xab, 1, "hash:2/2"}, &r, &why));
  assert_non_null(strstr(why.text, "of partition hash:2/2"));
  write_run("6", START("6", "ab", "1", "") RESULT("0", "base", "a", "same") END("0", "true", ""));
  assert_false(resume_find(in_folder("runs"), &(ResumeWish){0xab, 1, ""}, &r, &why));
  assert_non_null(strstr(why.text, "nothing to resume"));
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
  expect_refusal(START("r", "ab", "1", "hash:1/2"), 0xab, 1, "is of partition 'hash:1/2', not ''");
  expect_refusal("no log\n", 0xab, 1, "log:1:");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_unfinished),
    cmocka_unit_test(test_looked_at_again),
    cmocka_unit_test(test_found_among_others),
    cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
