/* test_opcode.c -- the table of instructions is the chunk format's: order, formats, effects. */
#include "bytecode/opcode.h"

#include <string.h>

#include "support/harness.h"

/* By number.  After each name: format (x: ABx, s: AsBx), = sets A, ? is a test. */
static const char *const rows[] = {
  "MOVE =",      "LOADK x=",    "LOADBOOL =",   "LOADNIL =", "GETUPVAL =", "GETGLOBAL x=",
  "GETTABLE =",  "SETGLOBAL x", "SETUPVAL ",    "SETTABLE ", "NEWTABLE =", "SELF =",
  "ADD =",       "SUB =",       "MUL =",        "DIV =",     "MOD =",      "POW =",
  "UNM =",       "NOT =",       "LEN =",        "CONCAT =",  "JMP s",      "EQ ?",
  "LT ?",        "LE ?",        "TEST =?",      "TESTSET =?", "CALL =",    "TAILCALL =",
  "RETURN ",     "FORLOOP s=",  "FORPREP s=",   "TFORLOOP ?", "SETLIST ",  "CLOSE ",
  "CLOSURE x=",  "VARARG =",
};

static void there_are_38_in_the_order_of_the_format(void **unused) {
  (void)unused;
  assert_int_equal(NUM_OPCODES, 38);
  assert_int_equal(ROWS(rows), NUM_OPCODES);
  for (int op = 0; op < NUM_OPCODES; op++) {
    const size_t len = strcspn(rows[op], " ");
    assert_int_equal(strlen(op_info[op].name), len);
    assert_memory_equal(op_info[op].name, rows[op], len);
  }
}

static void formats_and_effects_are_the_known_ones(void **unused) {
  (void)unused;
  for (int op = 0; op < NUM_OPCODES; op++) {
    const char *facts = strchr(rows[op], ' ');
    const OpFormat format =
        strchr(facts, 'x') ? FORMAT_ABX : strchr(facts, 's') ? FORMAT_ASBX : FORMAT_ABC;
    const int flags =
        (strchr(facts, '=') ? OP_FLAG_SETS_A : 0) | (strchr(facts, '?') ? OP_FLAG_TEST : 0);
    assert_int_equal(op_info[op].format, format);
    assert_int_equal(op_info[op].flags, flags);
  }
}

/* What the verifier derives from the kinds: a wide operand is a constant, a child or a jump. */
static void operands_of_wide_instructions_have_no_c(void **unused) {
  (void)unused;
  for (int op = 0; op < NUM_OPCODES; op++) {
    if (op_info[op].format != FORMAT_ABC) assert_int_equal(op_info[op].c, OPERAND_NONE);
    if (op_info[op].format == FORMAT_ASBX) assert_int_equal(op_info[op].b, OPERAND_REG);
    if (op_info[op].format == FORMAT_ABX)
      assert_int_equal(op_info[op].b, op == OP_CLOSURE ? OPERAND_NUM : OPERAND_RK);
  }
}

static void arithmetic_and_comparisons_take_constants_on_both_sides(void **unused) {
  (void)unused;
  static const OpCode both[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,     OP_POW,
                                OP_EQ,  OP_LT,  OP_LE,  OP_SETTABLE};
  for (size_t i = 0; i < ROWS(both); i++) {
    assert_int_equal(op_info[both[i]].b, OPERAND_RK);
    assert_int_equal(op_info[both[i]].c, OPERAND_RK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(there_are_38_in_the_order_of_the_format),
    cmocka_unit_test(formats_and_effects_are_the_known_ones),
    cmocka_unit_test(operands_of_wide_instructions_have_no_c),
    cmocka_unit_test(arithmetic_and_comparisons_take_constants_on_both_sides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
