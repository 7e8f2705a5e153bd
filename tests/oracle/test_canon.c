/* test_canon.c -- numbers and identities have one text each. */
#include "observe/canon.h"

#include <string.h>

#include "support/harness.h"

static void assert_text(double n, const char *text) {
  Bytes b = {0};
  canon_append_number(&b, n);
  assert_string_equal(bytes_text(&b), text);
  bytes_free(&b);
}

static void numbers_print_and_keep_their_bits(void **unused) {
  (void)unused;
  assert_text(1, "1");
  assert_text(-0.0, "-0");
  assert_text(1e100, "1e+100");
  assert_text(HUGE_VAL, "inf");
  assert_text(-HUGE_VAL, "-inf");
  assert_text(0.1, "0.1");
  assert_text(0.1 + 0.2, "0.3 (0x3fd3333333333334)");
  assert_text(9007199254740993.0, "9.007199254741e+15 (0x4340000000000000)");
  assert_text(copysign(NAN, 1), "nan");
  assert_text(copysign(NAN, -1), "-nan");
}

static void identities_are_numbered_as_they_come(void **unused) {
  (void)unused;
  Canon c = {0};
  bool first;
  char many[500];
  for (unsigned i = 0; i < sizeof many; i++) {
    assert_int_equal(canon_ordinal(&c, &many[i], &first), i + 1);
    assert_true(first);
  }
  for (unsigned i = 0; i < sizeof many; i++) {
    assert_int_equal(canon_ordinal(&c, &many[i], &first), i + 1);
    assert_false(first);
  }
  canon_clear(&c);
  assert_int_equal(canon_ordinal(&c, &many[7], &first), 1);
  assert_true(first);
  canon_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_print_and_keep_their_bits),
    cmocka_unit_test(identities_are_numbered_as_they_come),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
