/* test_num.c -- text and number: the fast paths give what strtod and "%.14g" give. */
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/harness.h"

static void texts_become_numbers(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    double number;
  } rows[] = {
      {"0", 0.0},          {"-0", -0.0},        {"7", 7},
      {"-12", -12},        {"+5", 5},           {"08", 8},
      {"3.", 3},           {".5", 0.5},         {"-.5", -0.5},
      {"0.1", 0.1},        {"123456.789", 123456.789},
      {"999999999999999", 999999999999999.0},   {"1234567890123456789", 1234567890123456789.0},
      {"0.000000000000001", 1e-15},             {"  12  ", 12},
      {"\t1e2\n", 100},    {"1e308", 1e308},    {"1e999", HUGE_VAL},
      {"0x10", 16},        {"0XfF", 255},       {"0x1p4", 16},
      {"-0x10", -16},      {"inf", HUGE_VAL},   {"9007199254740993", 9007199254740992.0},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    double n = 99;
    if (!num_from_text(rows[i].text, &n)) fail_msg("refused: %s", rows[i].text);
    assert_number_is(n, rows[i].number);
  }
}

static void other_texts_are_refused_and_nothing_is_written(void **unused) {
  (void)unused;
  static const char *const rows[] = {"",    " ",   "-",   ".",    "e5",  "1e",   "1 2",  "1x",
                                     "0x",  "0xg", "1..2", "--1", "1e+", "ten",  "1,5",  "5e5e5",
                                     "- 1", "1.2.3", "0x1g", "123456789012345x"};
  for (size_t i = 0; i < ROWS(rows); i++) {
    double n = 99;
    if (num_from_text(rows[i], &n)) fail_msg("taken: %s", rows[i]);
    assert_number_is(n, 99);
  }
}

static void numbers_become_texts(void **unused) {
  (void)unused;
  static const struct {
    double number;
    const char *text;
  } rows[] = {
      {0.0, "0"},           {-0.0, "-0"},          {7, "7"},
      {-10, "-10"},         {100, "100"},          {12345, "12345"},
      {99999999999999.0, "99999999999999"},        {-99999999999999.0, "-99999999999999"},
      {1e14, "1e+14"},      {0.1, "0.1"},          {1.0 / 3, "0.33333333333333"},
      {1e300, "1e+300"},    {HUGE_VAL, "inf"},     {-HUGE_VAL, "-inf"},
      {123456789012345.0, "1.2345678901234e+14"},
  };
  char text[NUM_TEXT_SIZE];
  for (size_t i = 0; i < ROWS(rows); i++) {
    assert_int_equal(num_to_text(text, rows[i].number), strlen(rows[i].text));
    assert_string_equal(text, rows[i].text);
  }
  num_to_text(text, copysign(NAN, -1));
  assert_string_equal(text, "-nan");
  num_to_text(text, copysign(NAN, 1));
  assert_string_equal(text, "nan");
}

/* A linear congruential generator: the test must not depend on the C library's. */
static unsigned next_random(unsigned *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}

static void fast_paths_cannot_be_told_from_slow_ones(void **unused) {
  (void)unused;
  unsigned seed = 1;
  for (int i = 0; i < 100000; i++) {
    char text[40], expected[40], found[NUM_TEXT_SIZE];
    int len = 0, nint = (int)(next_random(&seed) % 17), nfrac = (int)(next_random(&seed) % 10);
    if (next_random(&seed) % 3 == 0) text[len++] = '-';
    for (int j = 0; j < nint; j++) text[len++] = (char)('0' + next_random(&seed) % 10);
    if (next_random(&seed) % 2 == 0) text[len++] = '.';
    for (int j = 0; j < nfrac; j++) text[len++] = (char)('0' + next_random(&seed) % 10);
    text[len] = '\0';
    char *end;
    double n = strtod(text, &end), m = 0;
    assert_int_equal(num_from_text(text, &m), end != text && *end == '\0');
    if (end == text) continue;
    assert_number_is(m, n);
    snprintf(expected, sizeof expected, "%.14g", n);
    num_to_text(found, n);
    assert_string_equal(found, expected);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_become_numbers),
      cmocka_unit_test(other_texts_are_refused_and_nothing_is_written),
      cmocka_unit_test(numbers_become_texts),
      cmocka_unit_test(fast_paths_cannot_be_told_from_slow_ones),
  };
  return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
