/* test_resume.c -- a run is taken up where its log ends, or it is said why it cannot be. */
#include "run/plan.h"
#include "run/resume.h"
#include "logs.h"

/* A wish for all or a part of a plan whose items are these. */
#define WISH(hash_, whole_, part, ...)                                                          \
  &(ResumeWish){&(Plan){.hash = hash_, .whole = whole_, .items = (Item[]){__VA_ARGS__},          \
                        .n = sizeof((Item[]){__VA_ARGS__}) / sizeof(Item)}, part}
#define ITEM(ordinal) {.n = ordinal}

static void expect_refusal(const char *text, const ResumeWish *wish, const char *part) {
  Resumed r;
  Diag why = {0};
  write_log("log", text);
  assert_false(resume_load(in_folder("log"), wish, &r, &why));
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
  const ResumeWish *wish = WISH(0xab, 5, "slice:1/2", ITEM(0), ITEM(1), ITEM(2), ITEM(3));
  write_log("log", START("r-1", "ab", "4", "slice:1/2") MODE("base", "4")
            RESULT("0", "base", "a", "same") RESULT("2", "base", "c", "infra")
            RESULT("3", "base", "d", "stdout") END("3", "false", "interrupt") RESUMED
            RESULT("2", "base", "c", "same") "{\"event\":\"result\",\"time\":2,\"n\":1,\"mo");
  if (!resume_load(in_folder("log"), wish, &r, &why)) fail_msg("%s", why.text);
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
  const ResumeWish *wish = WISH(0xab, 3, "", ITEM(0), ITEM(1), ITEM(2));
  if (!resume_load(in_folder("log"), wish, &r, &why)) fail_msg("%s", why.text);
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
  assert_true(resume_find(in_folder("runs"), WISH(0xab, 1, "", ITEM(0)), &r, &why));
  assert_string_equal(r.run, "2");
  resume_free(&r);
  assert_true(resume_find(in_folder("runs"), WISH(0xab, 1, "hash:1/2", ITEM(0)), &r, &why));
  assert_string_equal(r.run, "3");
  resume_free(&r);
  assert_false(resume_find(in_folder("runs"), WISH(0xab, 1, "hash:2/2", ITEM(0)), &r, &why));
  assert_non_null(strstr(why.text, "of partition hash:2/2"));
  write_run("6", START("6", "ab", "1", "") RESULT("0", "base", "a", "same") END("0", "true", ""));
  assert_false(resume_find(in_folder("runs"), WISH(0xab, 1, "", ITEM(0)), &r, &why));
  assert_non_null(strstr(why.text, "nothing to resume"));
}

static void test_refused(void **unused) {
  (void)unused;
  const ResumeWish *wish = WISH(0xab, 1, "", ITEM(0));
  const char *whole = START("r", "ab", "1", "") RESULT("0", "base", "a", "same")
                      END("0", "true", "");
  expect_refusal(whole, wish, "the run is complete");
  expect_refusal(whole, WISH(0xac, 1, "", ITEM(0)),
                 "plan 00000000000000ab, now 00000000000000ac");
  expect_refusal(START("r", "ab", "1", "") RESULT("1", "base", "a", "same"), wish,
                 "result 1 of a plan of 1");
  expect_refusal("", wish, "has no start");
  expect_refusal(RESULT("0", "base", "a", "same"), wish, "does not begin with a start");
#define TEN "0123456789"
  expect_refusal(START(TEN TEN TEN TEN TEN TEN "0123", "ab", "1", ""), wish, "too long");
  expect_refusal(START("r", "ab", "1", "hash:1/2"), wish, "is of partition 'hash:1/2', not ''");
  expect_refusal("no log\n", wish, "log:1:");
}

/* The history by which a part was cut knows other times now. */
static void test_cut_otherwise(void **unused) {
  (void)unused;
  const ResumeWish *wish = WISH(0xab, 4, "time:1/2", ITEM(0), ITEM(3));
  expect_refusal(START("r", "ab", "3", "time:1/2"), wish, "the history has changed");
  expect_refusal(START("r", "ab", "2", "time:1/2") RESULT("1", "base", "b", "same"), wish,
                 "the history has changed");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_unfinished),
    cmocka_unit_test(test_looked_at_again),
    cmocka_unit_test(test_found_among_others),
    cmocka_unit_test(test_refused),
    cmocka_unit_test(test_cut_otherwise),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
