/* test_instr.c -- 32 bits hold opcode, A, B and C where the chunk format has them. */
#include "bytecode/instr.h"

#include "support/harness.h"

/* As luac5.1 writes them. */
static void known_instructions_have_the_known_bits(void **unused) {
  (void)unused;
  assert_int_equal(instr_abc(OP_RETURN, 0, 1, 0), 0x0080001E);
  assert_int_equal(instr_abx(OP_LOADK, 0, 0), 0x00000001);
  assert_int_equal(instr_abx(OP_LOADK, 1, 1), 0x00004041);
  assert_int_equal(instr_abc(OP_CALL, 0, 2, 1), 0x0100401C);
  assert_int_equal(instr_asbx(OP_JMP, 0, 0), 0x7FFFC016);
  assert_int_equal(instr_asbx(OP_JMP, 0, -1), 0x7FFF8016);
}

static void every_field_comes_back_and_touches_no_other(void **unused) {
  (void)unused;
  static const int a[] = {0, 1, 128, MAX_A}, bc[] = {0, 1, 255, 256, MAX_B};
  for (int op = 0; op < NUM_OPCODES; op++)
    for (size_t i = 0; i < ROWS(a); i++)
      for (size_t b = 0; b < ROWS(bc); b++)
        for (size_t c = 0; c < ROWS(bc); c++) {
          const Instruction x = instr_abc((OpCode)op, a[i], bc[b], bc[c]);
          assert_int_equal(instr_op(x), op);
          assert_int_equal(instr_a(x), a[i]);
          assert_int_equal(instr_b(x), bc[b]);
          assert_int_equal(instr_c(x), bc[c]);
          assert_int_equal(instr_bx(x), bc[b] * 512 + bc[c]);
        }
}

static void wide_operands_reach_their_limits(void **unused) {
  (void)unused;
  static const int distances[] = {-MAX_SBX, -1, 0, 1, MAX_BX - MAX_SBX};
  for (size_t i = 0; i < ROWS(distances); i++) {
    const Instruction x = instr_asbx(OP_FORLOOP, MAX_A, distances[i]);
    assert_int_equal(instr_sbx(x), distances[i]);
    assert_int_equal(instr_a(x), MAX_A);
    assert_int_equal(instr_op(x), OP_FORLOOP);
  }
  assert_int_equal(instr_bx(instr_abx(OP_CLOSURE, 0, MAX_BX)), MAX_BX);
  assert_int_equal(MAX_BX, (1 << 18) - 1);
}

static void an_rk_operand_is_a_register_or_a_constant(void **unused) {
  (void)unused;
  for (int i = 0; i <= MAX_RK_INDEX; i++) {
    assert_false(rk_is_constant(i));
    assert_true(rk_is_constant(i | RK_CONSTANT));
    assert_int_equal(rk_index(i), i);
    assert_int_equal(rk_index(i | RK_CONSTANT), i);
  }
  assert_true((MAX_RK_INDEX | RK_CONSTANT) <= MAX_C);
}

static void assert_rounded_up(uint32_t x) {
  const int fb = fb_encode(x);
  assert_in_range(fb, 0, 255);
  const uint32_t back = fb_decode(fb);
  assert_true(back >= x);
  assert_true((uint64_t)back * 8 <= (uint64_t)x * 9);
}

static void size_hints_are_rounded_up_by_an_eighth_at_most(void **unused) {
  (void)unused;
  for (uint32_t x = 1; x <= 100000; x++) assert_rounded_up(x);
  for (double x = 1; x <= 1 << 30; x *= 1.3) assert_rounded_up((uint32_t)x);
  assert_int_equal(fb_decode(fb_encode(0)), 0);
}

static void small_size_hints_are_the_known_ones(void **unused) {
  (void)unused;
  for (uint32_t x = 0; x <= 16; x++) assert_int_equal(fb_decode(fb_encode(x)), x);
  for (uint32_t x = 17; x <= 32; x++) assert_int_equal(fb_decode(fb_encode(x)), (x + 1) / 2 * 2);
  for (uint32_t x = 33; x <= 40; x++) assert_int_equal(fb_decode(fb_encode(x)), (x + 3) / 4 * 4);
}

/* Greater codes mean greater sizes, and each decodes to what encodes to it. */
static void all_codes_are_in_order(void **unused) {
  (void)unused;
  for (int fb = 1; fb <= 0xC0; fb++) {
    assert_true(fb_decode(fb) > fb_decode(fb - 1));
    assert_int_equal(fb_encode(fb_decode(fb)), fb);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(known_instructions_have_the_known_bits),
    cmocka_unit_test(every_field_comes_back_and_touches_no_other),
    cmocka_unit_test(wide_operands_reach_their_limits),
    cmocka_unit_test(an_rk_operand_is_a_register_or_a_constant),
    cmocka_unit_test(size_hints_are_rounded_up_by_an_eighth_at_most),
    cmocka_unit_test(small_size_hints_are_the_known_ones),
    cmocka_unit_test(all_codes_are_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
