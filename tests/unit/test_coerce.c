/* test_coerce.c -- which texts are numbers, which number each is, and the text of every number. */
#include "vm/coerce.h"

#include <math.h>
#include <string.h>

#include "heap/throw.h"
#include "object/str.h"
#include "support/harness.h"

static void texts_that_spell_numbers_become_them(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    double n;
  } rows[] = {
    {"0", 0},           {"-0", -0.0},      {"10", 10},          {"  10  ", 10},
    {"\t\n1\v\f\r", 1}, {"1e3", 1000},     {"1E+3", 1000},      {".5", 0.5},
    {"5.", 5},          {"-.5e1", -5},     {"0x10", 16},        {"0XfF", 255},
    {"-0x10", -16},     {"1e400", INFINITY}, {"-1e400", -INFINITY}, {"1e-400", 0},
    {"123456789012345678", 123456789012345678.0}, {"+7", 7},    {"inf", INFINITY},
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    double n = 99;
    assert_true(coerce_to_number(L, val_from_string(str_from_c(L, rows[i].text)), &n));
    assert_number_is(n, rows[i].n);
  }
  test_close(L, &heap);
}

static void other_texts_do_not_and_leave_the_result_alone(void **unused) {
  (void)unused;
  static const char *const rows[] = {"",    " ",    "x",  "1x",  "1 2", "--1", "1e", "e1",
                                     "0x",  "0xg",  ".",  "-",   "1,5", "$1",  "1_000", "ten"};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    double n = 99;
    if (coerce_to_number(L, val_from_string(str_from_c(L, rows[i])), &n)) fail_msg("'%s'", rows[i]);
    assert_number_is(n, 99);
  }
  test_close(L, &heap);
}

static void values_of_other_types_are_no_numbers(void **unused) {
  (void)unused;
  const TValue rows[] = {VAL_NIL, VAL_TRUE, VAL_FALSE, val_tagged((void *)64, OBJ_TABLE),
                         val_tagged((void *)64, 14), val_tagged((void *)64, OBJ_CCLOSURE)};
  for (size_t i = 0; i < ROWS(rows); i++) {
    double n;
    TValue v = rows[i];
    assert_false(coerce_to_number(NULL, v, &n));
    assert_false(coerce_to_string(NULL, &v));
    assert_int_equal(v.bits, rows[i].bits);
  }
}

static void a_spelled_nan_is_a_canonical_one(void **unused) {
  (void)unused;
  static const char *const rows[] = {"nan", "-nan", "nan(123)", "nan(0x7ffff)"};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    double n;
    assert_true(coerce_to_number(L, val_from_string(str_from_c(L, rows[i])), &n));
    const uint64_t bits = val_from_num(n).bits;
    assert_true(bits == POS_NAN_BITS || bits == NEG_NAN_BITS);
  }
  test_close(L, &heap);
}

static void numbers_are_written_with_fourteen_digits(void **unused) {
  (void)unused;
  static const struct {
    double n;
    const char *text;
  } rows[] = {
    {0, "0"},
    {-0.0, "-0"},
    {1, "1"},
    {-1, "-1"},
    {0.1, "0.1"},
    {1.0 / 3, "0.33333333333333"},
    {100, "100"},
    {99999999999999, "99999999999999"},
    {-99999999999999, "-99999999999999"},
    {1e14, "1e+14"},
    {123456789012345, "1.2345678901234e+14"}, /* to even */
    {2147483648, "2147483648"},
    {1e-5, "1e-05"},
    {1e100, "1e+100"},
    {5e-324, "4.9406564584125e-324"},
    {1.7976931348623157e308, "1.7976931348623e+308"},
    {INFINITY, "inf"},
    {-INFINITY, "-inf"},
    {3.14159265358979, "3.1415926535898"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    TValue v = val_from_num(rows[i].n);
    assert_true(coerce_to_string(L, &v));
    assert_string_equal(val_string(v)->data, rows[i].text);
  }
  TValue nan = {.bits = NEG_NAN_BITS};
  assert_true(coerce_to_string(L, &nan));
  assert_string_equal(val_string(nan)->data, "-nan");
  test_close(L, &heap);
}

static void strings_stay_what_they_are(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  TValue v = val_from_string(str_literal(L, "007"));
  const uint64_t bits = v.bits;
  assert_true(coerce_to_string(L, &v));
  assert_int_equal(v.bits, bits);
  test_close(L, &heap);
}

static void to_text(lua_State *L, void *v) { coerce_to_string(L, v); }

static void without_memory_the_number_stays(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  TValue v = val_from_num(0.12345);
  heap.fail_at = heap.calls + 1;
  assert_int_equal(throw_run(L, to_text, &v), LUA_ERRMEM);
  heap.fail_at = 0;
  assert_number_is(val_num(v), 0.12345);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(texts_that_spell_numbers_become_them),
    cmocka_unit_test(other_texts_do_not_and_leave_the_result_alone),
    cmocka_unit_test(values_of_other_types_are_no_numbers),
    cmocka_unit_test(a_spelled_nan_is_a_canonical_one),
    cmocka_unit_test(numbers_are_written_with_fourteen_digits),
    cmocka_unit_test(strings_stay_what_they_are),
    cmocka_unit_test(without_memory_the_number_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
