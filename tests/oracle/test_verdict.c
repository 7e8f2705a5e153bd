/* test_verdict.c -- each pair of observations has one meaning, and doubt never passes. */
#include <signal.h>

#include "seen.h"
#include "verdict/verdict.h"

#define ALL CHANNELS_ALL

/* Judges and frees the two sides. */
static Verdict judge(const Case *item, Observation ref, Observation cand, bool pinned, bool same) {
  Verdict v = {0};
  verdict_judge(item, &ref, &cand, ALL, NULL, pinned ? ALL : 0, same, &v);
  observation_free(&ref);
  observation_free(&cand);
  return v;
}

static void expect(Verdict v, VerdictKind kind, const char *why) {
  assert_string_equal(verdict_word(v.kind), verdict_word(kind));
  assert_bytes(&v.why, why);
  verdict_free(&v);
}

static void every_verdict_has_a_word_of_its_own(void **unused) {
  (void)unused;
  for (int i = 0; i < VERDICT_COUNT; i++) {
    VerdictKind kind = (VerdictKind)i;
    assert_int_equal(verdict_find(verdict_word(kind)), i);
    assert_true(strlen(verdict_meaning(kind)) > 5);
    bool fails = verdict_class(kind) == CLASS_FAIL || verdict_class(kind) == CLASS_TROUBLE;
    assert_int_equal(verdict_severity(kind) > 0, fails);
  }
  assert_int_equal(verdict_find("fine"), -1);
}

static void equal_is_same_and_allocates_nothing(void **unused) {
  (void)unused;
  Case item = plain_case();
  Verdict v = judge(&item, seen(0, "x", ""), seen(0, "x", ""), true, false);
  assert_int_equal(v.kind, VERDICT_SAME);
  assert_null(v.why.data);
  assert_null(v.diff.data);
}

static void the_worst_channel_gives_the_word(void **unused) {
  (void)unused;
  Case item = plain_case();
  expect(judge(&item, seen(0, "x", ""), seen(1, "y", "e"), true, false), VERDICT_EXIT,
         "exit, stderr, stdout");
  expect(judge(&item, seen(0, "x", ""), seen(0, "y", ""), true, false), VERDICT_STDOUT, "stdout");
  Observation a = seen(0, "", ""), b = seen(0, "", "");
  show(&a, CHANNEL_MEMORY, "0 bytes");
  show(&b, CHANNEL_MEMORY, "9 bytes");
  expect(judge(&item, a, b, true, false), VERDICT_LEAK, "memory");
}

static void only_the_channels_of_the_case_are_compared(void **unused) {
  (void)unused;
  Case item = plain_case();
  item.channels = CHANNEL_BIT(CHANNEL_EXIT);
  expect(judge(&item, seen(0, "x", ""), seen(0, "y", ""), true, false), VERDICT_SAME, "");
  item.channels = CHANNEL_BIT(CHANNEL_VALUES);
  expect(judge(&item, seen(0, "x", ""), seen(0, "x", ""), true, false), VERDICT_INFRA,
         "the two engines show nothing in common to compare");
}

static void a_candidate_that_dies_is_never_compared(void **unused) {
  (void)unused;
  Case item = plain_case();
  static const struct { Ending ending; int number; VerdictKind kind; const char *why; } rows[] = {
    {ENDED_SIGNAL, SIGSEGV, VERDICT_CRASH, "candidate: signal SIGSEGV"},
    {ENDED_TIMEOUT, 0, VERDICT_TIMEOUT, "candidate: stopped at the time limit"},
    {ENDED_FUEL, 0, VERDICT_TIMEOUT, "candidate: stopped at the instruction limit"},
    {ENDED_OUTPUT, 0, VERDICT_EXIT, "candidate: stopped at the output limit"},
    {ENDED_PROCESSES, 0, VERDICT_EXIT, "candidate: stopped at the limit of processes"},
    {ENDED_SANITIZER, 0, VERDICT_SANITIZER, "candidate: stopped by a sanitizer or an assertion"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    expect(judge(&item, seen(0, "", ""), seen_ending(rows[i].ending, rows[i].number, ""), true,
                 false), rows[i].kind, rows[i].why);
  }
  Verdict v = judge(&item, seen(0, "", ""), seen_ending(ENDED_SIGNAL, SIGABRT, "one\ntwo"), true,
                    false);
  assert_bytes(&v.diff, "+++ candidate stderr\n@@ its start @@\n+one\n+two\n");
  verdict_free(&v);
}

static void without_an_answer_of_the_reference_nothing_passes(void **unused) {
  (void)unused;
  Case item = plain_case();
  expect(judge(&item, seen_ending(ENDED_SIGNAL, SIGSEGV, ""), seen(0, "", ""), true, false),
         VERDICT_REF_CRASH, "reference: signal SIGSEGV");
  expect(judge(&item, seen_ending(ENDED_TIMEOUT, 0, ""), seen(0, "", ""), true, false),
         VERDICT_POISONED, "reference: stopped at the time limit");
  expect(judge(&item, seen_ending(ENDED_SIGNAL, SIGSEGV, ""),
               seen_ending(ENDED_SIGNAL, SIGSEGV, ""),
               true, false), VERDICT_CRASH, "candidate: signal SIGSEGV");
  expect(judge(&item, seen_ending(ENDED_SIGNAL, SIGSEGV, ""),
               seen_ending(ENDED_SIGNAL, SIGSEGV, ""),
               true, true), VERDICT_REF_CRASH, "reference: signal SIGSEGV");
  expect(judge(&item, seen_ending(ENDED_FUEL, 0, ""), seen_ending(ENDED_SIGNAL, SIGSEGV, ""), true,
               false), VERDICT_POISONED, "reference: stopped at the instruction limit");
}

static void a_reference_that_contradicts_the_case_is_drift(void **unused) {
  (void)unused;
  Case item = plain_case();
  expect(judge(&item, seen(1, "", "boom"), seen(1, "", "boom"), true, false), VERDICT_DRIFT,
         "reference: exit 1, the case expects exit 0");
  expect(judge(&item, seen(1, "", "boom"), seen(1, "", "boom"), false, false), VERDICT_SAME, "");
  item.plain = true;
  expect(judge(&item, seen(1, "", "boom"), seen(1, "", "boom"), true, false), VERDICT_SAME, "");
  item = plain_case();
  item.expect_exit = 3;
  expect(judge(&item, seen(3, "", ""), seen(3, "", ""), true, false), VERDICT_SAME, "");
  item = plain_case();
  item.phase = PHASE_RUN;
  expect(judge(&item, seen(0, "", ""), seen(0, "", ""), true, false), VERDICT_DRIFT,
         "reference: exit 0, the case expects exit 1");
  expect(judge(&item, seen(1, "a", ""), seen(1, "a", ""), true, false), VERDICT_SAME, "");
  item.phase = PHASE_PARSE;
  expect(judge(&item, seen(1, "a", ""), seen(1, "a", ""), true, false), VERDICT_DRIFT,
         "the reference ran a chunk that should fail before it runs");
}

static void recorded_output_is_checked_on_the_reference(void **unused) {
  (void)unused;
  Case item = plain_case();
  item.has_out = item.has_err = true;
  item.out = bytes_of("x");
  Verdict v = judge(&item, seen(0, "y", ""), seen(0, "y", ""), true, false);
  assert_non_null(strstr(bytes_text(&v.diff), "-x\n"));
  expect(v, VERDICT_DRIFT, "reference's stdout is not the recorded one");
  expect(judge(&item, seen(0, "x", "e"), seen(0, "x", "e"), true, false), VERDICT_DRIFT,
         "reference's stderr is not the recorded one");
  expect(judge(&item, seen(0, "x", ""), seen(0, "x", ""), true, false), VERDICT_SAME, "");
  bytes_free(&item.out);
}

static void where_the_reference_is_known_to_fail_the_answer_judges(void **unused) {
  (void)unused;
  Case item = plain_case();
  item.expect_trouble = TROUBLE_CRASH;
  item.has_out = true;
  item.out = bytes_of("right\n");
  Observation (*good)(int, const char *, const char *) = seen;
  expect(judge(&item, seen_ending(ENDED_SIGNAL, SIGSEGV, ""), good(0, "right\n", ""), true, false),
         VERDICT_ANSWER, "reference: signal SIGSEGV, as the case says");
  expect(judge(&item, seen_ending(ENDED_TIMEOUT, 0, ""), good(0, "wrong\n", ""), true, false),
         VERDICT_STDOUT, "stdout is not the recorded answer");
  expect(judge(&item, good(0, "wrong\n", ""), good(2, "right\n", ""), true, false), VERDICT_EXIT,
         "exit is not the recorded answer");
  expect(judge(&item, good(0, "wrong\n", ""), seen_ending(ENDED_SIGNAL, SIGSEGV, ""), true, false),
         VERDICT_CRASH, "candidate: signal SIGSEGV");
  expect(judge(&item, good(0, "right\n", ""), good(0, "right\n", ""), true, false), VERDICT_DRIFT,
         "the reference is right where the case says that it fails");
  expect(judge(&item, good(0, "wrong\n", ""), good(0, "wrong\n", ""), true, true),
         VERDICT_REF_WRONG,
         "reference: exit 0, as the case says");
  expect(judge(&item, seen_ending(ENDED_FUEL, 0, ""), good(0, "", ""), true, true),
         VERDICT_POISONED,
         "reference: stopped at the instruction limit, as the case says");
  Observation ref = seen_ending(ENDED_SIGNAL, SIGSEGV, ""), cand = good(0, "wrong\n", "");
  Verdict v = {0};
  verdict_judge(&item, &ref, &cand, CHANNEL_BIT(CHANNEL_EXIT), NULL, ALL, false, &v);
  expect(v, VERDICT_ANSWER, "reference: signal SIGSEGV, as the case says");
  observation_free(&ref);
  observation_free(&cand);
  bytes_free(&item.out);
}

static void what_has_to_be_said_at_the_end_is_missed(void **unused) {
  (void)unused;
  Case item = plain_case();
  bytes_puts(&item.says, "done at *");
  expect(judge(&item, seen(0, "a\ndone at 9/9\n", ""), seen(0, "a\ndone at 9/9\n", ""), true,
               false), VERDICT_SAME, "");
  expect(judge(&item, seen(0, "well done at 9\n", ""), seen(0, "well done at 9\n", ""), true,
               false), VERDICT_DRIFT, "reference: ends without saying 'done at *'");
  expect(judge(&item, seen(0, "", ""), seen(0, "", ""), false, false), VERDICT_SAME, "");
  item.channels = CHANNEL_BIT(CHANNEL_EXIT);
  expect(judge(&item, seen(0, "1\ndone at 1", ""), seen(0, "2\ndone at 2", ""), true, false),
         VERDICT_SAME, "");
  expect(judge(&item, seen(0, "done at 1\n", ""), seen(0, "not\n", ""), true, false),
         VERDICT_STDOUT, "candidate: ends without saying 'done at *'");
  item.expect_trouble = TROUBLE_WRONG;
  expect(judge(&item, seen(0, "", ""), seen(0, "done at 1\n", ""), true, false), VERDICT_ANSWER,
         "reference: exit 0, as the case says");
  expect(judge(&item, seen(1, "", "x"), seen(0, "", ""), true, false), VERDICT_STDOUT,
         "candidate: ends without saying 'done at *'");
  expect(judge(&item, seen(0, "done at 1", ""), seen(0, "done at 1", ""), true, false),
         VERDICT_DRIFT, "the reference is right where the case says that it fails");
  Verdict v = judge(&item, seen(1, "", ""), seen(1, "", "first\nlast\n"), true, false);
  assert_non_null(strstr(bytes_text(&v.diff), "@@ its end @@\n+first\n+last\n"));
  expect(v, VERDICT_EXIT, "exit is not the recorded answer");
  bytes_free(&item.says);
}

static void what_the_case_knows_may_differ_and_must(void **unused) {
  (void)unused;
  Case item = plain_case();
  static char known[] = "no such thing";
  item.known = known;
  expect(judge(&item, seen(0, "a", ""), seen(0, "b", ""), true, false), VERDICT_XFAIL,
         "stdout: no such thing");
  expect(judge(&item, seen(0, "a", ""), seen(0, "a", ""), true, false), VERDICT_XPASS,
         "equal now, though written down as known: no such thing");
  expect(judge(&item, seen(0, "a", ""), seen(0, "a", ""), true, true), VERDICT_SAME, "");
  expect(judge(&item, seen(0, "a", ""), seen(0, "b", ""), true, true), VERDICT_STDOUT, "stdout");
}

static void running_out_of_memory_excuses_only_the_reference(void **unused) {
  (void)unused;
  Case item = plain_case();
  Observation full = seen(1, "", "m"), fine = seen(1, "", "");
  full.out_of_memory = true;
  expect(judge(&item, full, fine, false, false), VERDICT_POISONED,
         "stderr differ, and the reference ran out of memory");
  full = seen(1, "", "m"), fine = seen(1, "", "");
  full.out_of_memory = true;
  expect(judge(&item, fine, full, false, false), VERDICT_OOM, "stderr");
}

static void a_verdict_can_be_used_again(void **unused) {
  (void)unused;
  Case item = plain_case();
  Verdict v = {0};
  Observation a = seen(0, "a", ""), b = seen(0, "b", "");
  b.nanoseconds = 7;
  verdict_judge(&item, &a, &b, ALL, NULL, ALL, false, &v);
  assert_int_equal(v.cand_ns, 7);
  verdict_judge(&item, &a, &a, ALL, NULL, ALL, false, &v);
  assert_int_equal(v.kind, VERDICT_SAME);
  assert_bytes(&v.why, "");
  assert_bytes(&v.diff, "");
  verdict_free(&v);
  observation_free(&a);
  observation_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_verdict_has_a_word_of_its_own),
    cmocka_unit_test(equal_is_same_and_allocates_nothing),
    cmocka_unit_test(the_worst_channel_gives_the_word),
    cmocka_unit_test(only_the_channels_of_the_case_are_compared),
    cmocka_unit_test(a_candidate_that_dies_is_never_compared),
    cmocka_unit_test(without_an_answer_of_the_reference_nothing_passes),
    cmocka_unit_test(a_reference_that_contradicts_the_case_is_drift),
    cmocka_unit_test(recorded_output_is_checked_on_the_reference),
    cmocka_unit_test(where_the_reference_is_known_to_fail_the_answer_judges),
    cmocka_unit_test(what_has_to_be_said_at_the_end_is_missed),
    cmocka_unit_test(what_the_case_knows_may_differ_and_must),
    cmocka_unit_test(running_out_of_memory_excuses_only_the_reference),
    cmocka_unit_test(a_verdict_can_be_used_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
