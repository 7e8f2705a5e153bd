/* test_compare.c -- two observations agree, or the worst difference is named and shown. */
#include "compare/compare.h"
#include "base/path.h"
#include "seen.h"

static Rules rules;

static int load_rules(void **unused) {
  (void)unused;
  Diag why = {0};
  return rules_load(&rules, "oracle/rules", &why) ? 0 : -1;
}

static int free_rules(void **unused) {
  (void)unused;
  rules_free(&rules);
  return 0;
}

static void release(Observation *a, Observation *b, Comparison *c) {
  observation_free(a);
  observation_free(b);
  comparison_free(c);
}

static void agreement_compares_all_and_allocates_nothing(void **unused) {
  (void)unused;
  Observation a = seen(0, "x\n", ""), b = seen(0, "x\n", "");
  Comparison c = {0};
  compare_observations(&a, &b, CHANNELS_ALL, &rules, NULL, &c);
  assert_int_equal(c.compared, CHANNEL_BIT(CHANNEL_EXIT) | CHANNEL_BIT(CHANNEL_STDOUT) |
                               CHANNEL_BIT(CHANNEL_STDERR));
  assert_int_equal(c.raw, 0);
  assert_int_equal(c.differing, 0);
  assert_null(c.diff.data);
  release(&a, &b, &c);
}

static void only_what_both_show_and_is_wanted_is_compared(void **unused) {
  (void)unused;
  Observation a = seen(0, "x", ""), b = seen(1, "y", "");
  Comparison c = {0};
  show(&a, CHANNEL_VALUES, "1");
  compare_observations(&a, &b, CHANNEL_BIT(CHANNEL_VALUES), NULL, NULL, &c);
  assert_int_equal(c.compared, 0);
  compare_observations(&a, &b, CHANNEL_BIT(CHANNEL_STDOUT), NULL, NULL, &c);
  assert_int_equal(c.differing, CHANNEL_BIT(CHANNEL_STDOUT));
  release(&a, &b, &c);
}

static void the_worst_channel_is_shown(void **unused) {
  (void)unused;
  Observation a = seen(0, "x", "e"), b = seen(1, "y", "f");
  Comparison c = {0};
  compare_observations(&a, &b, CHANNELS_ALL, &rules, NULL, &c);
  assert_int_equal(c.first, CHANNEL_EXIT);
  assert_bytes(&c.diff, "--- reference exit\n+++ candidate exit\n@@ -1 +1 @@\n-exit 0\n+exit 1\n");
  compare_observations(&a, &b, CHANNELS_ALL & ~CHANNEL_BIT(CHANNEL_EXIT), NULL, NULL, &c);
  assert_int_equal(c.first, CHANNEL_STDERR);
  assert_non_null(strstr(c.diff.data, "reference stderr"));
  release(&a, &b, &c);
}

static void addresses_may_differ_but_identity_may_not(void **unused) {
  (void)unused;
  Observation a = seen(0, "table: 0x1\ntable: 0x2\ntable: 0x1\n", "");
  Observation b = seen(0, "table: 0xa\ntable: 0xb\ntable: 0xa\n", "");
  Comparison c = {0};
  compare_observations(&a, &b, CHANNELS_ALL, &rules, NULL, &c);
  assert_int_equal(c.raw, CHANNEL_BIT(CHANNEL_STDOUT));
  assert_int_equal(c.differing, 0);
  assert_int_equal(c.rules, 1);
  show(&b, CHANNEL_STDOUT, "table: 0xa\ntable: 0xb\ntable: 0xb\n");
  compare_observations(&a, &b, CHANNELS_ALL, &rules, NULL, &c);
  assert_int_equal(c.differing, CHANNEL_BIT(CHANNEL_STDOUT));
  assert_non_null(strstr(c.diff.data, "-table: @1\n+table: @2\n"));
  release(&a, &b, &c);
}

/* stderr is equal as bytes, but on one side only it names the object that stdout names. */
static void identity_holds_across_channels(void **unused) {
  (void)unused;
  Observation a = seen(0, "table: 0x1", "table: 0x1"), b = seen(0, "table: 0x2", "table: 0x1");
  Comparison c = {0};
  compare_observations(&a, &b, CHANNELS_ALL, &rules, NULL, &c);
  assert_int_not_equal(c.differing, 0);
  release(&a, &b, &c);
}

static void bytecode_is_shown_from_its_first_difference(void **unused) {
  (void)unused;
  Bytes a = {0}, b = {0}, to = {0};
  for (int i = 0; i < 100; i++) bytes_putc(&a, (char)i);
  b = bytes_copy(&a);
  b.data[70] = 'Z';
  compare_append_channel(&to, CHANNEL_BYTECODE, &a, &b);
  assert_non_null(strstr(to.data, "@@ first difference at byte 0x46 @@\n-000030  30 31"));
  assert_non_null(strstr(to.data, "+000040  40 41 42 43 44 45 5a 47"));
  bytes_clear(&to);
  b.len = 64;
  compare_append_channel(&to, CHANNEL_BYTECODE, &a, &b);
  assert_non_null(strstr(to.data, "candidate bytecode (64 bytes)"));
  bytes_clear(&b);
  bytes_clear(&to);
  compare_append_channel(&to, CHANNEL_BYTECODE, &a, &b);
  assert_non_null(strstr(to.data, "+000000 (ends here)"));
  bytes_free(&a);
  bytes_free(&b);
  bytes_free(&to);
}

static void one_side_agrees_with_itself_after_rules(void **unused) {
  (void)unused;
  Observation a = seen(0, "table: 0x1", ""), b = seen(0, "table: 0x2", "");
  assert_false(compare_agree(&a, &b, CHANNELS_ALL, NULL, NULL));
  assert_true(compare_agree(&a, &b, CHANNELS_ALL, &rules, NULL));
  observation_free(&a);
  observation_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(agreement_compares_all_and_allocates_nothing),
    cmocka_unit_test(only_what_both_show_and_is_wanted_is_compared),
    cmocka_unit_test(the_worst_channel_is_shown),
    cmocka_unit_test(addresses_may_differ_but_identity_may_not),
    cmocka_unit_test(identity_holds_across_channels),
    cmocka_unit_test(bytecode_is_shown_from_its_first_difference),
    cmocka_unit_test(one_side_agrees_with_itself_after_rules),
  };
  return cmocka_run_group_tests(tests, load_rules, free_rules);
}
