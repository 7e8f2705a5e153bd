/* test_operand.c -- which code moves values, and what operators make of their operands.  The expected
 * code is luac5.1's. */
#include "compiler/operand.h"

#include <stdio.h>

#include "support/code.h"

static const CodeCase logic_cases[] = {
    {"x = a and b",
     "GETGLOBAL 0 -2; TEST 0 0 0; JMP 1; GETGLOBAL 0 -3; SETGLOBAL 0 -1; RETURN 0 1"},
    {"x = a or b and not c",
     "GETGLOBAL 0 -2; TEST 0 0 1; JMP 5; GETGLOBAL 0 -3; TEST 0 0 0; JMP 2; GETGLOBAL 0 -4; "
     "NOT 0 0; SETGLOBAL 0 -1; RETURN 0 1"},
    {"local a x = a or a.b",
     "TESTSET 1 0 1; JMP 1; GETTABLE 1 0 -2; SETGLOBAL 1 -1; RETURN 0 1"},
    {"local a, b; a = a or b", "TEST 0 0 1; JMP 1; MOVE 0 1; RETURN 0 1"},
    {"x = (a and b) or c",
     "GETGLOBAL 0 -2; TEST 0 0 0; JMP 3; GETGLOBAL 0 -3; TEST 0 0 1; JMP 1; GETGLOBAL 0 -4; "
     "SETGLOBAL 0 -1; RETURN 0 1"},
    {"x = not nil y = not 1 z = not not a",
     "LOADBOOL 0 1 0; SETGLOBAL 0 -1; LOADBOOL 0 0 0; SETGLOBAL 0 -2; GETGLOBAL 0 -4; NOT 0 0; "
     "NOT 0 0; SETGLOBAL 0 -3; RETURN 0 1"},
};

static void logic_becomes_jumps_and_tests(void **unused) {
  (void)unused;
  code_compiles(logic_cases, ROWS(logic_cases));
}

static const CodeCase comparison_cases[] = {
    {"if a == b then c() end",
     "GETGLOBAL 0 -1; GETGLOBAL 1 -2; EQ 0 0 1; JMP 2; GETGLOBAL 0 -3; CALL 0 1 1; RETURN 0 1"},
    {"if not (a < b) then c() end",
     "GETGLOBAL 0 -1; GETGLOBAL 1 -2; LT 1 0 1; JMP 2; GETGLOBAL 0 -3; CALL 0 1 1; RETURN 0 1"},
    {"local a,b; local x = a >= b",
     "LE 1 1 0; JMP 1; LOADBOOL 2 0 1; LOADBOOL 2 1 0; RETURN 0 1"},
    {"local a; local x = a ~= nil",
     "EQ 0 0 -1; JMP 1; LOADBOOL 1 0 1; LOADBOOL 1 1 0; RETURN 0 1"},
};

static void comparisons_become_tests_and_values_when_wanted(void **unused) {
  (void)unused;
  code_compiles(comparison_cases, ROWS(comparison_cases));
}

static const CodeCase arithmetic_cases[] = {
    {"x = -\"2\" y = -2 z = -(2)",
     "LOADK 0 -2; UNM 0 0; SETGLOBAL 0 -1; LOADK 0 -4; SETGLOBAL 0 -3; LOADK 0 -4; SETGLOBAL 0 -5; "
     "RETURN 0 1"},
    {"x = 1 + 2 * 3 ^ 2 - 7 % 4 / 2", "LOADK 0 -2; SETGLOBAL 0 -1; RETURN 0 1"},
    {"x = 5 % 0", "MOD 0 -3 -2; SETGLOBAL 0 -1; RETURN 0 1"}, /* the right constant is entered first */
    {"x = a .. b .. 1 .. c",
     "GETGLOBAL 0 -2; GETGLOBAL 1 -3; LOADK 2 -4; GETGLOBAL 3 -5; CONCAT 0 0 3; SETGLOBAL 0 -1; "
     "RETURN 0 1"},
    {"local a; local x = (a .. a) .. a",
     "MOVE 1 0; MOVE 2 0; CONCAT 1 1 2; MOVE 2 0; CONCAT 1 1 2; RETURN 0 1"},
    {"local a; local x = #a + -a", "LEN 1 0; UNM 2 0; ADD 1 1 2; RETURN 0 1"},
};

static void operators_use_constants_and_registers_in_the_order_of_5_1(void **unused) {
  (void)unused;
  code_compiles(arithmetic_cases, ROWS(arithmetic_cases));
}

static const CodeCase variable_cases[] = {
    {"local a, b = 1; a, b = b, a",
     "LOADK 0 -1; LOADNIL 1 1; MOVE 2 1; MOVE 1 0; MOVE 0 2; RETURN 0 1"},
    {"local a, i; a[i], a, i = 1, 2, 3",
     "MOVE 2 0; MOVE 3 1; LOADK 4 -1; LOADK 5 -2; LOADK 1 -3; MOVE 0 5; SETTABLE 2 3 4; RETURN 0 1"},
    {"a.b.c:d(1, ...)",
     "GETGLOBAL 0 -1; GETTABLE 0 0 -2; GETTABLE 0 0 -3; SELF 0 0 -4; LOADK 2 -5; VARARG 3 0; "
     "CALL 0 0 1; RETURN 0 1"},
    {"local a; a = a", "RETURN 0 1"},
    {"return (f(...))", "GETGLOBAL 0 -1; VARARG 1 0; CALL 0 0 2; RETURN 0 2; RETURN 0 1"},
};

static void variables_are_read_and_stored_where_they_are(void **unused) {
  (void)unused;
  code_compiles(variable_cases, ROWS(variable_cases));
}

/* The function of `statement` behind `n` other names. */
static const Proto *behind_names(lua_State *L, int n, const char *statement) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (int i = 0; i < n; i++) {
    char text[32];
    snprintf(text, sizeof text, "g%d() ", i);
    luaL_addstring(&b, text);
  }
  luaL_addstring(&b, statement);
  luaL_pushresult(&b);
  return code_of(L, lua_tostring(L, -1));
}

/* The name is constant number n; the numeral is the next one.  What counts is how many constants there
 * are, not which index the numeral has or would get. */
static void numerals_are_operands_while_the_table_is_small(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = behind_names(L, 254, "local l = name + 7");
  Instruction add = p->code[p->size_code - 2];
  assert_int_equal(add, instr_abc(OP_ADD, 0, 0, 255 | RK_CONSTANT));
  p = behind_names(L, 255, "local l = name + 7");
  add = p->code[p->size_code - 2];
  assert_int_equal(add, instr_abc(OP_ADD, 0, 0, 1));
  assert_int_equal(p->code[p->size_code - 3], instr_abx(OP_LOADK, 1, 256));
  p = behind_names(L, 254, "local l = 7 l = name.x l = name + 7"); /* 7 is number 254 */
  add = p->code[p->size_code - 2];
  assert_int_equal(add, instr_abc(OP_ADD, 0, 1, 2));
  assert_int_equal(p->code[p->size_code - 3], instr_abx(OP_LOADK, 2, 254));
  lua_close(L);
}

static void strings_are_operands_by_their_index(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = behind_names(L, 254, "local l = name.x");
  assert_int_equal(p->code[p->size_code - 2], instr_abc(OP_GETTABLE, 0, 0, 255 | RK_CONSTANT));
  p = behind_names(L, 255, "local l = name.x");
  assert_int_equal(p->code[p->size_code - 2], instr_abc(OP_GETTABLE, 0, 0, 1));
  p = behind_names(L, 300, "local l = name.g200"); /* an old one */
  assert_int_equal(p->code[p->size_code - 2], instr_abc(OP_GETTABLE, 0, 0, 200 | RK_CONSTANT));
  p = behind_names(L, 300, "name:method()"); /* the name goes behind the two registers of SELF */
  assert_int_equal(p->code[p->size_code - 3], instr_abc(OP_SELF, 0, 0, 2));
  assert_int_equal(p->maxstack, 3);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(logic_becomes_jumps_and_tests),
      cmocka_unit_test(comparisons_become_tests_and_values_when_wanted),
      cmocka_unit_test(operators_use_constants_and_registers_in_the_order_of_5_1),
      cmocka_unit_test(variables_are_read_and_stored_where_they_are),
      cmocka_unit_test(numerals_are_operands_while_the_table_is_small),
      cmocka_unit_test(strings_are_operands_by_their_index),
  };
  return cmocka_run_group_tests_name("operand", tests, NULL, NULL);
}
