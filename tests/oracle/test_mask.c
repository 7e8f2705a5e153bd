/* test_mask.c -- only what the reference itself does not determine is hidden, and only by its shape. */
#include "compare/mask.h"
#include "seen.h"

/* The ranges, or "no". */
static void expect(const char *ref, const char *perturbed, const char *cand, const char *expected) {
  Bytes a = bytes_of(ref), b = bytes_of(perturbed), c = bytes_of(cand), ranges = {0};
  bool hidden = mask_hides(&a, &b, &c, &ranges);
  assert_string_equal(hidden ? bytes_text(&ranges) : "no", expected);
  if (!hidden) assert_int_equal(ranges.len, 0);
  bytes_free(&a);
  bytes_free(&b);
  bytes_free(&c);
  bytes_free(&ranges);
}

static void numbers_addresses_and_names_with_digits_are_shapes(void **unused) {
  (void)unused;
  expect("used 12 ms", "used 340 ms", "used 7 ms", "5-6");
  expect("at 0x12ab!", "at 0x12ac!", "at 0xff!", "3-8");
  expect("a 1.5\nb 2", "a 1.6\nb 3", "a 1.7\nb 4", "4-4 8-8");
  expect("tmp_a1b", "tmp_b2c", "tmp_9", "0-6");
}

static void what_the_reference_determines_must_be_equal(void **unused) {
  (void)unused;
  expect("time 12 x", "time 13 x", "time 14 y", "no");
  expect("time 12", "time 12", "time 13", "no");
  expect("1 2", "1 3", "4 2", "no");
}

static void another_shape_is_a_difference(void **unused) {
  (void)unused;
  expect("n 12", "n 13", "n nan", "no");
  expect("n 12", "n 13", "n 0x5", "no");
  expect("n 12", "n 13", "n 1.5", "no");
  expect("n 12", "n 13", "n -5", "no");
  expect("n 12", "n 13", "n ", "no");
  expect("n 12", "n 13", "n 14 more", "no");
  expect("n 12", "n 13 more", "n 14", "no");
  expect("n 12", "n", "n 14", "no");
}

/* An order that depends on addresses would otherwise hide wrong names. */
static void words_without_a_digit_are_never_hidden(void **unused) {
  (void)unused;
  expect("red green", "green red", "blue green", "no");
  expect("red", "green", "blue", "no");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_addresses_and_names_with_digits_are_shapes),
    cmocka_unit_test(what_the_reference_determines_must_be_equal),
    cmocka_unit_test(another_shape_is_a_difference),
    cmocka_unit_test(words_without_a_digit_are_never_hidden),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
