/* test_cast.c -- a double becomes an integer, or the one integer that says it cannot. */
#include "base/cast.h"

#include <math.h>

#include "support/harness.h"

static void thirty_two_bits_are_truncated_or_refused(void **unused) {
  (void)unused;
  static const struct {
    double n;
    int32_t expected;
  } rows[] = {
    {0, 0},
    {-0.0, 0},
    {1.9, 1},
    {-1.9, -1},
    {5e-324, 0},
    {2147483647, INT32_MAX},
    {2147483647.9, INT32_MAX},
    {2147483648.0, INT32_MIN},
    {-2147483648.0, INT32_MIN},
    {-2147483647.5, -2147483647},
    {-2147483649.0, INT32_MIN},
    {4294967296.0, INT32_MIN},
    {1e300, INT32_MIN},
    {-1e300, INT32_MIN},
    {INFINITY, INT32_MIN},
    {-INFINITY, INT32_MIN},
    {NAN, INT32_MIN},
    {-NAN, INT32_MIN},
  };
  for (size_t i = 0; i < ROWS(rows); i++)
    assert_int_equal(num_truncate32(rows[i].n), rows[i].expected);
}

static void sixty_four_bits_are_truncated_or_refused(void **unused) {
  (void)unused;
  static const struct {
    double n;
    int64_t expected;
  } rows[] = {
    {-0.0, 0},
    {1.9, 1},
    {-1.9, -1},
    {9007199254740993.0, INT64_C(9007199254740992)},
    {9223372036854774784.0, INT64_C(9223372036854774784)}, /* the largest below 2^63 */
    {9223372036854775808.0, INT64_MIN},
    {-9223372036854775808.0, INT64_MIN},
    {-9223372036854777856.0, INT64_MIN},
    {1e300, INT64_MIN},
    {INFINITY, INT64_MIN},
    {-INFINITY, INT64_MIN},
    {NAN, INT64_MIN},
  };
  for (size_t i = 0; i < ROWS(rows); i++)
    assert_true(num_truncate64(rows[i].n) == rows[i].expected);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(thirty_two_bits_are_truncated_or_refused),
    cmocka_unit_test(sixty_four_bits_are_truncated_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
