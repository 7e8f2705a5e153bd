/* test_merge.c -- logs of partitions become one, or it is said what is missing. */
#include "run/merge.h"

#include "logs.h"
#include "run/event.h"

#define FIRST START("r-1", "ab", "2", "hash:1/2") MODE("base", "1") MODE("asan", "1") \
  RESULT("2", "asan", "a", "same~") RESULT("0", "base", "a", "same")
#define SECOND START_AT("99", "r-2", "ab", "1", "hash:2/2") MODE("base", "1") MODE("asan", "0") \
  RESULT("1", "base", "b", "infra") RESUMED RESULT("1", "base", "b", "stdout")

static bool merge(const char *first, const char *second, int *status, Diag *why) {
  Strings logs = {0};
  *why = (Diag){0};
  if (first) write_log("first", first);
  if (first) strings_add(&logs, in_folder("first"));
  if (second) write_log("second", second);
  if (second) strings_add(&logs, in_folder("second"));
  bool ok = merge_logs(&logs, in_folder("out"), status, why);
  strings_free(&logs);
  return ok;
}

static bool summarise(void *context, const Event *e, Diag *why) {
  Bytes *text = context;
  (void)why;
  switch (e->kind) {
    case EVENT_START:
      bytes_printf(text, "start %s %x %zu '%s' %u at %.0f %s;", e->as.start.run,
                   (unsigned)e->as.start.plan, e->as.start.total, e->as.start.partition,
                   e->as.start.jobs, e->time, e->as.start.argv->at[1]);
      break;
    case EVENT_MODE:
      bytes_printf(text, "%s %zu %s %s;", e->as.mode.mode, e->as.mode.cases, e->as.mode.cand.build,
                   e->as.mode.output);
      break;
    case EVENT_RESULT:
      bytes_printf(text, "%zu %s %s %s;", e->as.result.n, e->as.result.mode, e->as.result.id,
                   verdict_word(e->as.result.verdict));
      break;
    case EVENT_LEDGER: bytes_printf(text, "ledger %s;", e->as.ledger.entry); break;
    case EVENT_NOTE: bytes_printf(text, "note %s;", e->as.note.text); break;
    case EVENT_RESUME: bytes_puts(text, "resume;"); break;
    case EVENT_END:
      bytes_printf(text, "end %d %.1f %d '%s'", e->as.end.status, e->as.end.seconds,
                   e->as.end.complete, e->as.end.reason);
      for (int i = 0; i < VERDICT_COUNT; i++) {
        if (e->as.end.counts[i] == 0) continue;
        bytes_printf(text, " %s=%zu", verdict_word((VerdictKind)i), e->as.end.counts[i]);
      }
      break;
  }
  return true;
}

static void expect_merged(const char *first, const char *second, int expected_status,
                          const char *expected) {
  int status;
  Diag why;
  Bytes text = {0};
  if (!merge(first, second, &status, &why)) fail_msg("%s", why.text);
  if (!event_read_log(in_folder("out"), summarise, &text, &why)) fail_msg("%s", why.text);
  assert_string_equal(bytes_text(&text), expected);
  assert_int_equal(status, expected_status);
  bytes_free(&text);
}

static void test_joined(void **unused) {
  (void)unused;
  expect_merged(FIRST END("0", "true", ""), SECOND EVENT("note", "103", ",\"text\":\"slow\"")
                EVENT("ledger", "103", ",\"mode\":\"base\",\"entry\":\"K\",\"problem\":\"stale\"")
                END("1", "true", ""), EXIT_DIVERGENT,
                "start r-1 ab 3 '' 4 at 99 run;base 2 b-c .oracle/base;0 base a same;"
                "1 base b stdout;asan 1 b-c .oracle/asan;2 asan a same~;ledger K;note slow;"
                "end 1 3.5 1 '' same=1 same~=1 stdout=1");
}

#define PART(part, n, word) START("r", "ab", "1", part) RESULT(n, "base", "c" n, word)

static void test_status(void **unused) {
  (void)unused;
  static const struct { const char *word; int status; } rows[] = {
    {"same", EXIT_SAME}, {"xfail", EXIT_SAME}, {"crash", EXIT_DIVERGENT}, {"drift", EXIT_INFRA},
    {"infra", EXIT_INFRA}, {"xpass", EXIT_LEDGER}, {"flaky", EXIT_FLAKY},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char second[1024];
    int status;
    Diag why;
    snprintf(second, sizeof second, PART("hash:2/2", "1", "%s") END("1", "true", ""), rows[i].word);
    assert_true(merge(PART("hash:1/2", "0", "same") END("0", "true", ""), second, &status, &why));
    if (status != rows[i].status) fail_msg("%s: %d", rows[i].word, status);
  }
  expect_merged(PART("slice:1/1", "0", "skip") END("4", "true", ""), NULL, EXIT_NOTHING,
                "start r ab 1 '' 2 at 100 run;0 base c0 skip;end 4 3.5 1 '' skip=1");
  expect_merged(PART("slice:1/1", "0", "flaky") EVENT("end", "104", ",\"counts\":{\"flaky\":1},"
                "\"status\":0,\"seconds\":1,\"complete\":true,\"reason\":\"\""), NULL, EXIT_SAME,
                "start r ab 1 '' 2 at 100 run;0 base c0 flaky;end 0 1.0 1 '' flaky=1");
}

static void test_refused(void **unused) {
  (void)unused;
#define DONE END("0", "true", "")
  static const struct { const char *first, *second, *part; } rows[] = {
    {NULL, NULL, "no logs to merge"},
    {"", NULL, "first: has no start"},
    {MODE("base", "1"), NULL, "first: does not begin with a start"},
    {START("r", "ab", "0", "") DONE, NULL, "first: is the log of a whole run"},
    {START("r", "ab", "0", "hash:3/2") DONE, NULL, "its partition is none"},
    {START("r", "ab", "0", "hash:1/2x") DONE, NULL, "its partition is none"},
    {PART("hash:1/2", "0", "same") DONE, NULL, "partition hash:2/2 is missing"},
    {PART("hash:1/2", "0", "same"), NULL, "first: its run did not come to its end"},
    {PART("hash:1/2", "0", "same") END("75", "false", "max-fail"), NULL, "did not come to its end"},
    {PART("hash:1/2", "0", "same") DONE RESUMED, NULL, "did not come to its end"},
    {START("r", "ab", "2", "hash:1/2") RESULT("0", "base", "a", "same") DONE, NULL,
     "first: has 1 results of 2"},
    {START("r", "ab", "0", "hash:1/2") START("r", "ab", "0", "hash:1/2"), NULL, "has two starts"},
    {PART("hash:1/2", "0", "same") DONE, PART("hash:1/2", "1", "same") DONE,
     "second: is partition hash:1/2, as "},
    {PART("hash:1/2", "0", "same") DONE, PART("slice:2/2", "1", "same") DONE,
     "second: is partition slice:2/2, but"},
    {PART("hash:1/2", "0", "same") DONE, PART("hash:2/3", "1", "same") DONE, "in 2"},
    {PART("hash:1/2", "0", "same") DONE, PART("hash:2/2", "0", "same") DONE,
     "second: result 0 (c0) is in "},
    {PART("hash:1/2", "0", "same") DONE, PART("hash:2/2", "2", "same") DONE,
     "result 1 is in none of the logs"},
    {PART("hash:1/2", "9999999999", "same") DONE, NULL, "beyond any plan"},
    {PART("hash:1/2", "0", "same") DONE, START("r", "ac", "0", "hash:2/2") DONE,
     "second: is of another plan than"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    Diag why;
    int status;
    assert_true(path_remove(in_folder("out"), &why));
    assert_false(merge(rows[i].first, rows[i].second, &status, &why));
    assert_int_equal(why.status, EXIT_USAGE);
    if (!strstr(why.text, rows[i].part)) fail_msg("'%s' is not in: %s", rows[i].part, why.text);
    assert_false(path_exists(in_folder("out")));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_joined),
    cmocka_unit_test(test_status),
    cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
