/* test_arith.c -- numbers follow IEEE 754 and one formula for %; everything else is coerced,
 * asked for a metamethod, or blamed by name. */
#include "vm/arith.h"

#include <stdio.h>

#include "support/harness.h"
#include "support/sweep.h"

/* ---- The remainder ------------------------------------------------------------------------- */

/* The manual's formula, kept from being simplified. */
static double remainder_by_formula(double a, double b) {
  volatile double quotient = a / b;
  volatile double whole = floor(quotient);
  volatile double product = whole * b;
  return a - product;
}

static uint64_t random_state = 42;

static uint64_t random_bits(void) { /* xorshift */
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

/* Small integers, fractions, and any bits at all that are no NaN. */
static double random_operand(void) {
  TValue v = {.bits = random_bits()};
  switch (random_bits() % 4) {
    case 0: return (double)(int64_t)(random_bits() % 41) - 20;
    case 1: return ((double)(int64_t)(random_bits() % 200001) - 100000) / 128;
    case 2: return ((double)(int64_t)(random_bits() % 41) - 20) * 0x1p60;
    default: return v.num == v.num ? v.num : 1;
  }
}

static void push_remainder(lua_State *L) {
  test_run(L, "return function(a, b) return a % b end", 1);
}

static double remainder_by_code(lua_State *L, double a, double b) {
  lua_pushvalue(L, -1);
  lua_pushnumber(L, a);
  lua_pushnumber(L, b);
  lua_call(L, 2, 1);
  const double r = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return r;
}

static void the_remainder_is_the_formula_s_bit_for_bit(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  push_remainder(L);
  for (int i = 0; i < 200000; i++) {
    const double a = random_operand(), b = random_operand();
    const double expected = remainder_by_formula(a, b), direct = arith_mod(a, b);
    if (val_number(direct).bits != val_number(expected).bits) fail_msg("%a %% %a", a, b);
    if (i < 50000) assert_number_is(remainder_by_code(L, a, b), expected);
  }
  test_close(L, &heap);
}

static void the_remainder_at_the_edges_is_the_reference_s(void **unused) {
  (void)unused;
  static const struct {
    double a, b, expected;
  } rows[] = {
    {5, 3, 2},       {-5, 3, 1},      {5, -3, -1},     {-5, -3, -2},
    {0, 3, 0},       {-0.0, 3, 0},    {0, -3, 0},      {-0.0, -3, 0},
    {6, 3, 0},       {-6, 3, 0},      {6, -3, 0},      {5.5, 2, 1.5},
    {1, INFINITY, NAN}, {-1, INFINITY, NAN}, {1, -INFINITY, NAN},
    {INFINITY, 2, NAN}, {1, 0, NAN},  {0, 0, NAN},     {NAN, 1, NAN}, {1, NAN, NAN},
    {1e300, 1e-300, -INFINITY}, {0x1p53, 3, 2}, {-0x1p53, 3, 0}, {5e-324, 3, 5e-324},
    {-5e-324, 3, -5e-324}, /* the quotient is -0 */
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  push_remainder(L);
  for (size_t i = 0; i < ROWS(rows); i++)
    assert_number_is(remainder_by_code(L, rows[i].a, rows[i].b), rows[i].expected);
  test_close(L, &heap);
}

/* ---- Everything else ----------------------------------------------------------------------- */

static void strings_that_spell_numbers_are_numbers(void **unused) {
  (void)unused;
  static const struct {
    const char *expression, *expected;
  } rows[] = {
    {"'10' + 5, 5 - '0x10', ' 2 ' * '\\t3\\n', '1e1' / 4", "15 -11 6 2.5"},
    {"'7' % '4', '2' ^ '10', -'2', -'-0x1'", "3 1024 -2 1"},
    {"10 + '1' + 1", "12"},
    {"tostring('-0' * 1), '1e400' - 0", "-0 inf"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) test_expect(L, rows[i].expression, rows[i].expected);
  test_close(L, &heap);
}

static void the_left_metamethod_comes_first(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function named(name)\n"
           "  return setmetatable({}, {__add = function() return name end}) end\n"
           "left, right, plain = named('left'), named('right'), {}\n"
           "t = setmetatable({}, {\n"
           "  __sub = function(a, b) return type(a) .. type(b), 'dropped' end,\n"
           "  __unm = function(a, b) return rawequal(a, b) end,\n"
           "  __mul = setmetatable({}, {\n"
           "    __call = function(self, a, b) return 'called ' .. b end}),\n"
           "  __div = function() end})", 0);
  test_expect(L, "left + right, right + left, 5 + right, left + 5, plain + right, 'x' + left",
              "left right right left right left");
  test_expect(L, "t - 1, 1 - t, t - 'x', t - nil", "tablenumber numbertable tablestring tablenil");
  test_expect(L, "-t, t * 7, t / t", "true called 7 nil");
  test_close(L, &heap);
}

static void errors_blame_the_operand_that_is_no_number(void **unused) {
  (void)unused;
  static const struct {
    const char *source, *message;
  } rows[] = {
    {"return '10' + {}", "a table value"},
    {"return {} + '10'", "a table value"},
    {"return 'abc' + 1", "a string value"},
    {"local a = 'abc' return 1 + a", "local 'a' (a string value)"},
    {"local a, b = {}, nil return a + b", "local 'a' (a table value)"},
    {"local a, b = '5', nil return a + b", "local 'b' (a nil value)"},
    {"return -{}", "a table value"},
    {"local s = 'zz' return -s", "local 's' (a string value)"},
    {"local t = {} return t.x * 2", "field 'x' (a nil value)"},
    {"return 2 ^ undefined", "global 'undefined' (a nil value)"},
    {"local u = {} return (function() return 1 % u end)()", "upvalue 'u' (a table value)"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char expected[120];
    snprintf(expected, sizeof expected, "test:1: attempt to perform arithmetic on %s",
             rows[i].message);
    assert_string_equal(test_error(L, rows[i].source), expected);
  }
  assert_string_equal(test_error(L, "error_free = nil return nil + 1"),
                      "test:1: attempt to perform arithmetic on a nil value");
  test_close(L, &heap);
}

static void a_metamethod_that_is_no_function_is_blamed(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  assert_string_equal(test_error(L, "return setmetatable({}, {__add = 5}) + 1"),
                      "test:1: attempt to call a number value");
  test_close(L, &heap);
}

/* The metamethod makes the stack move below the operation that called it. */
static void operations_survive_metamethods_that_move_the_stack(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end\n"
           "local n = 100\n"
           "local function f(a, b) n = n * 2 return deep(n) end\n"
           "local t = setmetatable({}, {__add = f, __unm = f, __mod = f})\n"
           "local a, b, c = t + 1, -t, 1 % t\n"
           "r = a + b + c", 0);
  test_expect(L, "r", "1400");
  test_close(L, &heap);
}

static int add_in_c(lua_State *L) {
  luaL_checkstack(L, 500, "room");
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

static int use_metamethods(lua_State *L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushinteger(L, 11);
  lua_pushcclosure(L, add_in_c, 1);
  lua_setfield(L, -2, "__add");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "t");
  if (luaL_loadstring(L, "return t + 1 + ('0x' .. 10)") != 0) {
    sweep_note_failure();
    return 0;
  }
  lua_call(L, 0, 1);
  if (lua_tointeger(L, -1) != 27) return luaL_error(L, "wrong sum");
  return 0;
}

static void every_allocation_on_the_way_may_fail(void **unused) {
  (void)unused;
  sweep_allocations(use_metamethods, false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_remainder_is_the_formula_s_bit_for_bit),
    cmocka_unit_test(the_remainder_at_the_edges_is_the_reference_s),
    cmocka_unit_test(strings_that_spell_numbers_are_numbers),
    cmocka_unit_test(the_left_metamethod_comes_first),
    cmocka_unit_test(errors_blame_the_operand_that_is_no_number),
    cmocka_unit_test(a_metamethod_that_is_no_function_is_blamed),
    cmocka_unit_test(operations_survive_metamethods_that_move_the_stack),
    cmocka_unit_test(every_allocation_on_the_way_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
