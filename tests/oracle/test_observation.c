/* test_observation.c -- what a run showed is kept, copied and named without loss. */
#include <signal.h>

#include "seen.h"

static void every_ending_has_its_own_words(void **unused) {
  (void)unused;
  static const struct { Ending ending; int number; const char *text; } rows[] = {
    {ENDED, 0, "exit 0"}, {ENDED_SIGNAL, SIGSEGV, "signal SIGSEGV"},
    {ENDED_SIGNAL, 40, "signal 40"},
    {ENDED_TIMEOUT, 0, "stopped at the time limit"},
    {ENDED_FUEL, 0, "stopped at the instruction limit"},
    {ENDED_OUTPUT, 0, "stopped at the output limit"},
    {ENDED_SANITIZER, 0, "stopped by a sanitizer or an assertion"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Observation o = {.ending = rows[i].ending, .signal = rows[i].number};
    observation_seal(&o);
    assert_bytes(&o.channel[CHANNEL_EXIT], rows[i].text);
    assert_int_equal(o.shown, CHANNEL_BIT(CHANNEL_EXIT));
    observation_free(&o);
  }
  Observation o = seen(7, "", "");
  assert_bytes(&o.channel[CHANNEL_EXIT], "exit 7");
  observation_free(&o);
}

static void clearing_keeps_the_memory_and_nothing_else(void **unused) {
  (void)unused;
  Observation o = seen(3, "some output", "");
  const char *memory = o.channel[CHANNEL_STDOUT].data;
  o.out_of_memory = true;
  observation_clear(&o);
  assert_ptr_equal(o.channel[CHANNEL_STDOUT].data, memory);
  assert_int_equal(o.channel[CHANNEL_STDOUT].len, 0);
  assert_int_equal(o.status, 0);
  assert_int_equal(o.shown, 0);
  assert_false(o.out_of_memory);
  observation_free(&o);
}

static void a_copy_has_its_own_bytes_nuls_included(void **unused) {
  (void)unused;
  Observation from = seen(1, "", "err"), to = seen(0, "longer than what comes", "x");
  bytes_append(&from.channel[CHANNEL_STDOUT], "a\0b", 3);
  from.peak_bytes = 99;
  observation_copy(&to, &from);
  assert_int_equal(to.status, 1);
  assert_int_equal(to.peak_bytes, 99);
  assert_int_equal(to.channel[CHANNEL_STDOUT].len, 3);
  assert_memory_equal(to.channel[CHANNEL_STDOUT].data, "a\0b", 4);
  assert_bytes(&to.channel[CHANNEL_STDERR], "err");
  observation_free(&from);
  assert_bytes(&to.channel[CHANNEL_EXIT], "exit 1");
  observation_free(&to);
}

static void what_stderr_says_counts_where_the_end_agrees(void **unused) {
  (void)unused;
  Observation o = seen(1, "", "lua: not enough memory\n");
  assert_true(observation_says_no_memory(&o));
  o.status = 0;
  assert_false(observation_says_no_memory(&o));
  observation_free(&o);
  o = seen(1, "", "lua: not enough memory\nstack traceback:\n");
  assert_false(observation_says_no_memory(&o));
  observation_free(&o);
  o = seen(0, "", "f.c:1: g: Assertion `x' failed.\n");
  assert_false(observation_says_assertion(&o));
  o.signal = SIGABRT;
  assert_true(observation_says_assertion(&o));
  bytes_clear(&o.channel[CHANNEL_STDERR]);
  assert_false(observation_says_assertion(&o));
  observation_free(&o);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_ending_has_its_own_words),
    cmocka_unit_test(clearing_keeps_the_memory_and_nothing_else),
    cmocka_unit_test(what_stderr_says_counts_where_the_end_agrees),
    cmocka_unit_test(a_copy_has_its_own_bytes_nuls_included),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
