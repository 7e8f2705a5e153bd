/* test_fold.c -- arithmetic on numerals is folded exactly where 5.1 folds it. */
#include "compiler/fold.h"

#include <math.h>

#include "support/harness.h"

static void arithmetic_is_folded_to_the_bit(void **unused) {
  (void)unused;
  static const struct {
    OpCode op;
    double a, b, result;
  } rows[] = {
      {OP_ADD, 1, 2, 3},          {OP_SUB, 1, 2, -1},        {OP_MUL, 3, -4, -12},
      {OP_DIV, 1, 4, 0.25},       {OP_DIV, -1, 3, -1.0 / 3}, {OP_MOD, 5, 3, 2},
      {OP_MOD, -5, 3, 1},         {OP_MOD, 5, -3, -1},       {OP_MOD, -0.0, 3, 0.0},
      {OP_MOD, 5.5, 2, 1.5},      {OP_POW, 2, 10, 1024},     {OP_POW, 2, -1, 0.5},
      {OP_POW, 2, 2000, HUGE_VAL}, {OP_MUL, 1e308, 10, HUGE_VAL}, {OP_UNM, 0, 0, -0.0},
      {OP_UNM, -3, 0, 3},         {OP_SUB, 0, 0, 0.0},       {OP_POW, 0, 0, 1},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_Number n = 99;
    if (!fold_arith(rows[i].op, rows[i].a, rows[i].b, &n)) fail_msg("row %zu is not folded", i);
    assert_number_is(n, rows[i].result);
  }
}

static void divisions_by_zero_and_nans_are_left_to_run_time(void **unused) {
  (void)unused;
  static const struct {
    OpCode op;
    double a, b;
  } rows[] = {
      {OP_DIV, 1, 0},          {OP_DIV, 1, -0.0},         {OP_MOD, 1, 0},
      {OP_MOD, 1, -0.0},       {OP_SUB, HUGE_VAL, HUGE_VAL}, {OP_POW, -8, 1.0 / 3},
      {OP_MUL, HUGE_VAL, 0},   {OP_MOD, 5, HUGE_VAL},     {OP_LEN, 1, 1},
      {OP_CONCAT, 1, 2},       {OP_NOT, 1, 1},            {OP_EQ, 1, 1},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_Number n = 99;
    if (fold_arith(rows[i].op, rows[i].a, rows[i].b, &n)) fail_msg("row %zu is folded", i);
    assert_number_is(n, 99);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arithmetic_is_folded_to_the_bit),
      cmocka_unit_test(divisions_by_zero_and_nans_are_left_to_run_time),
  };
  return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
