/* test_compare.c -- what equals what, what comes before what, and whose metamethod decides. */
#include "vm/compare.h"

#include <math.h>
#include <stdio.h>

#include "support/harness.h"

static void raw_equality_is_identity_but_for_numbers(void **unused) {
  (void)unused;
  const struct {
    TValue a, b;
    bool equal;
  } rows[] = {
    {val_from_num(0), val_from_num(-0.0), true},
    {val_from_num(1), val_from_num(1), true},
    {val_from_num(1), val_from_num(2), false},
    {(TValue){.bits = POS_NAN_BITS}, (TValue){.bits = POS_NAN_BITS}, false},
    {(TValue){.bits = NEG_NAN_BITS}, (TValue){.bits = POS_NAN_BITS}, false},
    {val_from_num(INFINITY), val_from_num(INFINITY), true},
    {VAL_NIL, VAL_NIL, true},
    {VAL_NIL, VAL_FALSE, false},
    {VAL_TRUE, val_from_num(1), false},
    {val_tagged((void *)64, OBJ_TABLE), val_tagged((void *)64, OBJ_TABLE), true},
    {val_tagged((void *)64, OBJ_TABLE), val_tagged((void *)128, OBJ_TABLE), false},
    {val_tagged((void *)64, OBJ_TABLE), val_tagged((void *)64, OBJ_USERDATA), false},
    {val_tagged((void *)64, 14), val_tagged((void *)64, OBJ_STRING), false},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    assert_int_equal(compare_raw_equal(rows[i].a, rows[i].b), rows[i].equal);
    assert_int_equal(compare_raw_equal(rows[i].b, rows[i].a), rows[i].equal);
  }
}

static void nothing_compares_with_a_nan(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const TValue others[] = {val_from_num(0), val_from_num(INFINITY), val_from_num(-INFINITY),
                           (TValue){.bits = POS_NAN_BITS}, (TValue){.bits = NEG_NAN_BITS}};
  for (size_t i = 0; i < ROWS(others); i++)
    for (size_t n = 3; n < ROWS(others); n++) {
      assert_false(compare_equal(L, others[i], others[n]));
      assert_false(compare_less(L, others[i], others[n]));
      assert_false(compare_less(L, others[n], others[i]));
      assert_false(compare_less_equal(L, others[i], others[n]));
      assert_false(compare_less_equal(L, others[n], others[i]));
    }
  test_close(L, &heap);
}

static void an_eq_counts_if_both_sides_share_it(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "calls = 0\n"
           "local function eq(a, b) calls = calls + 1 return 'truthy' end\n"
           "local mt, twin, other = {__eq = eq}, {__eq = eq}, {__eq = function() return true end}\n"
           "a, b = setmetatable({}, mt), setmetatable({}, mt)\n"
           "c, d = setmetatable({}, twin), setmetatable({}, other)\n"
           "u = newproxy(true) getmetatable(u).__eq = eq v = newproxy(u)\n"
           "n = setmetatable({}, {__eq = function() return nil end})\n"
           "m = setmetatable({}, getmetatable(n))", 0);
  test_expect(L, "a == b, a ~= b, a == c, a == d, a == {}, {} == a",
              "true false true false false false");
  test_expect(L, "u == v, u == a, a == 1, a == 'a', a == nil", "true false false false false");
  test_expect(L, "n == m, n == n, rawequal(a, b)", "false true false");
  test_run(L, "calls = 0", 0);
  test_expect(L, "a == a, u == u, calls", "true true 0"); /* identical: nobody is asked */
  test_close(L, &heap);
}

static void orders_count_if_both_sides_share_them(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local mt = {__lt = function(a, b) return a.v < b.v end}\n"
           "local function N(v) return setmetatable({v = v}, mt) end\n"
           "a, b, c = N(1), N(2), N(1)\n"
           "local full = {__lt = mt.__lt,\n"
           "  __le = function(a, b) return a.v <= b.v and 1 or nil end}\n"
           "x, y = setmetatable({v = 1}, full), setmetatable({v = 2}, full)\n"
           "order = ''\n"
           "local trace = {__lt = function(p, q) order = order .. p.n .. q.n return false end}\n"
           "p, q = setmetatable({n = 'p'}, trace), setmetatable({n = 'q'}, trace)", 0);
  test_expect(L, "a < b, b < a, a > b, a <= c, a >= b, b >= a", "true false false true false true");
  test_expect(L, "x <= y, y <= x, x >= y, x < y", "true false false true");
  test_expect(L, "p < q, p > q, p <= q, p >= q, order", "false false true true pqqpqppq");
  test_close(L, &heap);
}

static void errors_name_both_types(void **unused) {
  (void)unused;
  static const struct {
    const char *expression, *message;
  } rows[] = {
    {"1 < '2'", "number with string"},
    {"'2' < 1", "string with number"},
    {"1 > '2'", "string with number"}, /* a > b is b < a */
    {"{} < {}", "two table values"},
    {"nil < 1", "nil with number"},
    {"{} <= 1", "table with number"},
    {"{} >= 1", "number with table"},
    {"print < print", "two function values"},
    {"true < false", "two boolean values"},
    {"nil < nil", "two nil values"},
    {"setmetatable({}, {__lt = print}) < {}", "two table values"},
    {"setmetatable({}, {__lt = print}) < 1", "table with number"},
    {"setmetatable({}, {__lt = function() end}) < setmetatable({}, {__lt = function() end})",
     "two table values"},
    {"coroutine.create(function() end) < 'x'", "two thread values"}, /* third letters agree */
    {"'x' <= coroutine.create(function() end)", "two string values"},
    {"1 < 'x' .. 'y'", "number with string"},
    {"5 < nil", "number with nil"},
    {"'a' < 1 == true", "string with number"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char source[160], expected[80];
    snprintf(source, sizeof source, "return %s", rows[i].expression);
    snprintf(expected, sizeof expected, "test:1: attempt to compare %s", rows[i].message);
    assert_string_equal(test_error(L, source), expected);
  }
  test_close(L, &heap);
}

static void strings_are_ordered_with_their_nuls(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  test_expect(L, "'a' < 'b', 'a' < 'a\\0', "
                 "'a\\0b' < 'a\\0c', 'a\\0' <= 'a\\0', '' < '\\0', 'Z' < 'a'",
              "true true true true true true");
  test_expect(L, "'10' < '9', 'a' <= 'A', '\\255' > '~'", "true false true");
  test_close(L, &heap);
}

/* The metamethod of a comparison may collect, grow the stack and raise. */
static void a_comparison_survives_what_its_metamethod_does(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function deep(n) if n == 0 then return true end return (deep(n - 1)) end\n"
           "local n = 50\n"
           "local function f() n = n * 2 collectgarbage() return deep(n) end\n"
           "local mt = {__eq = f, __lt = f, __le = f}\n"
           "local a, b = setmetatable({}, mt), setmetatable({}, mt)\n"
           "r = (a == b) and (a < b) and (a <= b) and 'all'\n"
           "mt.__eq = function() error('refused', 0) end\n"
           "ok, message = pcall(function() return a == b end)", 0);
  test_expect(L, "r, ok, message", "all false refused");
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(raw_equality_is_identity_but_for_numbers),
    cmocka_unit_test(nothing_compares_with_a_nan),
    cmocka_unit_test(an_eq_counts_if_both_sides_share_it),
    cmocka_unit_test(orders_count_if_both_sides_share_them),
    cmocka_unit_test(errors_name_both_types),
    cmocka_unit_test(strings_are_ordered_with_their_nuls),
    cmocka_unit_test(a_comparison_survives_what_its_metamethod_does),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
