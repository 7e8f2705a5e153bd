/* test_decode.c -- which executable word each canonical instruction becomes, operand by operand. */
#include "vm/decode.h"

#include "gc/heapcheck.h"
#include "heap/throw.h"
#include "object/fn.h"
#include "object/meta.h"
#include "object/str.h"
#include "support/harness.h"

/* Constants of the functions under test, by index. */
enum { K_NAME, K_INT, K_FRACTION, K_NIL, K_TRUE, K_BIG, K_ZERO, K_MINUS, K_EDGE, K_BEYOND, NUM_K };
#define RK(k) ((k) | RK_CONSTANT)

static void set_constants(lua_State *L, Proto *p) {
  p->k = MEM_NEW_ARRAY(L, NUM_K, Slot);
  p->size_k = NUM_K;
  const TValue values[NUM_K] = {
    [K_NAME] = val_from_string(str_literal(L, "name")),
    [K_INT] = val_from_num(5),
    [K_FRACTION] = val_from_num(0.5),
    [K_NIL] = VAL_NIL,
    [K_TRUE] = VAL_TRUE,
    [K_BIG] = val_from_num(1e10),
    [K_ZERO] = val_from_num(0),
    [K_MINUS] = val_from_num(-1),
    [K_EDGE] = val_from_num(65535),
    [K_BEYOND] = val_from_num(65536),
  };
  for (int i = 0; i < NUM_K; i++) slot_init(&p->k[i], values[i]);
}

/* A prototype with these instructions and with `nchildren` children of two upvalues each. */
static Proto *assemble(lua_State *L, const Instruction *code, int ncode, int nchildren) {
  Proto *p = fn_new_proto(L);
  set_constants(L, p);
  p->code = MEM_NEW_ARRAY(L, (size_t)ncode, Instruction);
  p->size_code = ncode;
  for (int i = 0; i < ncode; i++) p->code[i] = code[i];
  if (nchildren > 0) {
    p->p = MEM_NEW_ARRAY(L, (size_t)nchildren, ProtoRef);
    for (int i = 0; i < nchildren; i++) ref_init(&p->p[i], NULL);
    p->size_p = nchildren;
    for (int i = 0; i < nchildren; i++) {
      Proto *child = fn_new_proto(L);
      child->nups = 2;
      ref_init(&p->p[i], child);
    }
  }
  return p;
}

static Word decode_alone(lua_State *L, Instruction i, int nchildren) {
  Proto *p = assemble(L, &i, 1, nchildren);
  decode_proto(L, p);
  assert_int_equal(p->size_exec, 1);
  return p->exec[0];
}

/* The layout that decode.h describes, from the lowest bit. */
static Word word(Handler h, unsigned a, unsigned x, unsigned b, unsigned c) {
  return (Word)h + ((Word)a << 8) + ((Word)x << 16) + ((Word)b << 32) + ((Word)c << 48);
}
static Word wide(Handler h, unsigned a, unsigned x, int d) {
  return word(h, a, x, 0, 0) + ((Word)(uint32_t)d << 32);
}

/* What instr_abc and its sisters compute, as constant expressions. */
#define ABC_CODE(op, a, b, c) \
  ((Instruction)(op) | (Instruction)(a) << 6 | (Instruction)(c) << 14 | (Instruction)(b) << 23)
#define ABX_CODE(op, a, bx) ((Instruction)(op) | (Instruction)(a) << 6 | (Instruction)(bx) << 14)
#define ABC(op, a, b, c) ABC_CODE(OP_##op, a, b, c)
#define ABX(op, a, bx) ABX_CODE(OP_##op, a, bx)
#define ASBX(op, a, sbx) ABX_CODE(OP_##op, a, (sbx) + MAX_SBX)
#define NAME_GUESS 0xFFFFF /* in a row: X is where the search for "name" begins */

typedef struct Row {
  Instruction i;
  Handler handler;
  unsigned a, x;
  int b, c; /* c == WIDE: b is the field D */
} Row;
#define WIDE (-100)

static void check_rows(const Row *rows, size_t n) {
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  const unsigned guess = str_literal(L, "name")->hash & 0xFFFF;
  for (size_t i = 0; i < n; i++) {
    const Row *row = &rows[i];
    const unsigned x = row->x == NAME_GUESS ? guess : row->x;
    const Word expected = row->c == WIDE
                              ? wide(row->handler, row->a, x, row->b)
                              : word(row->handler, row->a, x, (uint16_t)row->b, (uint16_t)row->c);
    const Word made = decode_alone(L, row->i, 0);
    if (made != expected)
      fail_msg("row %zu: %016llx is not %016llx", i, (unsigned long long)made,
               (unsigned long long)expected);
  }
  test_close(L, &heap);
}

static void moves_loads_and_upvalues(void **unused) {
  (void)unused;
  static const Row rows[] = {
    {ABC(MOVE, 3, 4, 0), H_MOVE, 3, 0, 4, 0},
    {ABC(MOVE, 249, 248, 0), H_MOVE, 249, 0, 248, 0},
    {ABX(LOADK, 1, 2), H_LOADK, 1, 0, 2, WIDE},
    {ABX(LOADK, 1, MAX_BX), H_LOADK, 1, 0, MAX_BX, WIDE},
    {ABC(LOADBOOL, 1, 1, 0), H_LOADBOOL, 1, 0, 1, 0},
    {ABC(LOADBOOL, 1, 0, 1), H_LOADBOOL, 1, 0, 0, 1},
    {ABC(LOADNIL, 2, 2, 0), H_LOADNIL1, 2, 0, 2, 0},
    {ABC(LOADNIL, 2, 5, 0), H_LOADNIL, 2, 0, 5, 0},
    {ABC(GETUPVAL, 1, 59, 0), H_GETUPVAL, 1, 0, 59, 0},
    {ABC(SETUPVAL, 1, 59, 0), H_SETUPVAL, 1, 0, 59, 0},
    {ABX(GETGLOBAL, 7, K_NAME), H_GETGLOBAL, 7, NAME_GUESS, K_NAME, WIDE},
    {ABX(SETGLOBAL, 7, K_NAME), H_SETGLOBAL, 7, NAME_GUESS, K_NAME, WIDE},
  };
  check_rows(rows, ROWS(rows));
}

static void table_accesses_by_kind_of_key(void **unused) {
  (void)unused;
  static const Row rows[] = {
    {ABC(GETTABLE, 1, 2, 3), H_GETTABLE, 1, 0, 2, 3},
    {ABC(GETTABLE, 1, 2, RK(K_NAME)), H_GETFIELD, 1, NAME_GUESS, 2, K_NAME},
    {ABC(GETTABLE, 1, 2, RK(K_INT)), H_GETINDEX, 1, K_INT, 2, 5},
    {ABC(GETTABLE, 1, 2, RK(K_EDGE)), H_GETINDEX, 1, K_EDGE, 2, 65535},
    {ABC(GETTABLE, 1, 2, RK(K_BEYOND)), H_GETCONST, 1, 0, 2, K_BEYOND},
    {ABC(GETTABLE, 1, 2, RK(K_ZERO)), H_GETCONST, 1, 0, 2, K_ZERO},
    {ABC(GETTABLE, 1, 2, RK(K_MINUS)), H_GETCONST, 1, 0, 2, K_MINUS},
    {ABC(GETTABLE, 1, 2, RK(K_FRACTION)), H_GETCONST, 1, 0, 2, K_FRACTION},
    {ABC(GETTABLE, 1, 2, RK(K_BIG)), H_GETCONST, 1, 0, 2, K_BIG},
    {ABC(GETTABLE, 1, 2, RK(K_NIL)), H_GETCONST, 1, 0, 2, K_NIL},
    {ABC(GETTABLE, 1, 2, RK(K_TRUE)), H_GETCONST, 1, 0, 2, K_TRUE},
    {ABC(SETTABLE, 1, 2, 3), H_SETTABLE, 1, 0, 2, 3},
    {ABC(SETTABLE, 1, 2, RK(K_NIL)), H_SETTABLE, 1, 0, 2, RK(K_NIL)},
    {ABC(SETTABLE, 1, RK(K_NAME), 3), H_SETFIELD, 1, NAME_GUESS, K_NAME, 3},
    {ABC(SETTABLE, 1, RK(K_NAME), RK(K_TRUE)), H_SETFIELD, 1, NAME_GUESS, K_NAME, RK(K_TRUE)},
    {ABC(SETTABLE, 1, RK(K_INT), 3), H_SETCONST, 1, 0, K_INT, 3},
    {ABC(SETTABLE, 1, RK(K_TRUE), RK(K_INT)), H_SETCONST, 1, 0, K_TRUE, RK(K_INT)},
    {ABC(NEWTABLE, 1, 40, 41), H_NEWTABLE, 1, 0, 40, 41},
    {ABC(SELF, 1, 2, RK(K_NAME)), H_SELF, 1, NAME_GUESS, 2, K_NAME},
    {ABC(SELF, 1, 2, 3), H_SELFREG, 1, 0, 2, 3},
    {ABC(SELF, 1, 2, RK(K_INT)), H_SELFREG, 1, 0, 2, RK(K_INT)},
    {ABC(SETLIST, 1, 50, 2), H_SETLIST, 1, 0, 50, 2},
  };
  check_rows(rows, ROWS(rows));
}

static void arithmetic_by_kind_of_operand(void **unused) {
  (void)unused;
  static const OpCode ops[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_POW};
  static const Handler firsts[] = {H_ADD_RR, H_SUB_RR, H_MUL_RR, H_DIV_RR, H_MOD_RR, H_POW_RR};
  for (size_t i = 0; i < ROWS(ops); i++) {
    const Handler rr = firsts[i];
    const unsigned event = (unsigned)(EVENT_ADD + (ops[i] - OP_ADD));
    const Row rows[] = {
      {instr_abc(ops[i], 1, 2, 3), rr, 1, 0, 2, 3},
      {instr_abc(ops[i], 1, 2, RK(K_INT)), (Handler)(rr + 1), 1, 0, 2, K_INT},
      {instr_abc(ops[i], 1, RK(K_BIG), 3), (Handler)(rr + 2), 1, 0, K_BIG, 3},
      {instr_abc(ops[i], 1, 2, RK(K_NAME)), H_ARITH, 1, event, 2, RK(K_NAME)},
      {instr_abc(ops[i], 1, RK(K_NIL), 3), H_ARITH, 1, event, RK(K_NIL), 3},
      {instr_abc(ops[i], 1, RK(K_INT), RK(K_ZERO)), H_ARITH, 1, event, RK(K_INT), RK(K_ZERO)},
    };
    check_rows(rows, ROWS(rows));
  }
  static const Row unary[] = {
    {ABC(UNM, 1, 2, 0), H_UNM, 1, 0, 2, 0},
    {ABC(NOT, 1, 2, 0), H_NOT, 1, 0, 2, 0},
    {ABC(LEN, 1, 2, 0), H_LEN, 1, 0, 2, 0},
    {ABC(CONCAT, 1, 2, 5), H_CONCAT, 1, 0, 2, 5},
  };
  check_rows(unary, ROWS(unary));
}

static void tests_by_operands_and_wanted_result(void **unused) {
  (void)unused;
  static const Row rows[] = {
    {ABC(EQ, 1, 2, 3), H_EQ_RR_J, 0, 0, 2, 3},
    {ABC(EQ, 0, 2, 3), H_EQ_RR_N, 0, 0, 2, 3},
    {ABC(EQ, 1, 2, RK(K_NIL)), H_EQ_RK_J, 0, 0, 2, K_NIL},
    {ABC(EQ, 0, RK(K_NAME), 3), H_EQ_RK_N, 0, 0, 3, K_NAME},
    {ABC(EQ, 1, RK(K_NAME), RK(K_INT)), H_COMPARE, 1, OP_EQ, RK(K_NAME), RK(K_INT)},
    {ABC(LT, 1, 2, 3), H_LT_RR_J, 0, 0, 2, 3},
    {ABC(LT, 0, 2, 3), H_LT_RR_N, 0, 0, 2, 3},
    {ABC(LT, 1, 2, RK(K_INT)), H_LT_RN_J, 0, 0, 2, K_INT},
    {ABC(LT, 0, 2, RK(K_INT)), H_LT_RN_N, 0, 0, 2, K_INT},
    {ABC(LT, 1, RK(K_INT), 3), H_LT_NR_J, 0, 0, K_INT, 3},
    {ABC(LT, 0, RK(K_INT), 3), H_LT_NR_N, 0, 0, K_INT, 3},
    {ABC(LT, 0, RK(K_NAME), 3), H_COMPARE, 0, OP_LT, RK(K_NAME), 3},
    {ABC(LT, 1, RK(K_INT), RK(K_BIG)), H_COMPARE, 1, OP_LT, RK(K_INT), RK(K_BIG)},
    {ABC(LE, 1, 2, 3), H_LE_RR_J, 0, 0, 2, 3},
    {ABC(LE, 0, 2, RK(K_INT)), H_LE_RN_N, 0, 0, 2, K_INT},
    {ABC(LE, 1, RK(K_INT), 3), H_LE_NR_J, 0, 0, K_INT, 3},
    {ABC(LE, 0, 2, RK(K_NAME)), H_COMPARE, 0, OP_LE, 2, RK(K_NAME)},
    {ABC(TEST, 1, 0, 1), H_TEST_J, 1, 0, 0, 0},
    {ABC(TEST, 1, 0, 0), H_TEST_N, 1, 0, 0, 0},
    {ABC(TESTSET, 1, 2, 1), H_TESTSET_J, 1, 0, 2, 0},
    {ABC(TESTSET, 1, 2, 0), H_TESTSET_N, 1, 0, 2, 0},
  };
  check_rows(rows, ROWS(rows));
}

static void jumps_keep_their_signed_distance(void **unused) {
  (void)unused;
  static const Row rows[] = {
    {ASBX(JMP, 0, 0), H_JMP, 0, 0, 0, WIDE},
    {ASBX(JMP, 0, -5), H_JMP, 0, 0, -5, WIDE},
    {ASBX(JMP, 0, MAX_SBX), H_JMP, 0, 0, MAX_SBX, WIDE},
    {ASBX(FORLOOP, 4, -MAX_SBX), H_FORLOOP, 4, 0, -MAX_SBX, WIDE},
    {ASBX(FORPREP, 4, 17), H_FORPREP, 4, 0, 17, WIDE},
    {ABC(TFORLOOP, 4, 0, 2), H_TFORLOOP, 4, 0, 0, 2},
  };
  check_rows(rows, ROWS(rows));
}

/* Counts are stored less one, so that -1 is "all"; a call keeps B, and 0 has its own handler. */
static void calls_by_how_many_values_go_in_and_out(void **unused) {
  (void)unused;
  static const Row rows[] = {
    {ABC(CALL, 1, 1, 1), H_CALL, 1, 0, 1, 0},
    {ABC(CALL, 1, 3, 2), H_CALL, 1, 0, 3, 1},
    {ABC(CALL, 1, 3, 0), H_CALL, 1, 0, 3, -1},
    {ABC(CALL, 1, 0, 0), H_CALL_OPEN, 1, 0, 0, -1},
    {ABC(TAILCALL, 1, 2, 0), H_TAILCALL, 1, 0, 2, 0},
    {ABC(TAILCALL, 1, 0, 0), H_TAILCALL, 1, 0, 0, 0},
    {ABC(RETURN, 1, 1, 0), H_RETURN0, 1, 0, 0, 0},
    {ABC(RETURN, 1, 2, 0), H_RETURN1, 1, 0, 0, 0},
    {ABC(RETURN, 1, 3, 0), H_RETURN, 1, 0, 2, WIDE},
    {ABC(RETURN, 1, 0, 0), H_RETURN, 1, 0, -1, WIDE},
    {ABC(VARARG, 1, 0, 0), H_VARARG, 1, 0, -1, 0},
    {ABC(VARARG, 1, 3, 0), H_VARARG, 1, 0, 2, 0},
    {ABC(CLOSE, 3, 0, 0), H_CLOSE, 3, 0, 0, 0},
  };
  check_rows(rows, ROWS(rows));
}

static void a_return_that_may_close_variables_is_never_a_quick_one(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  for (int b = 0; b <= 3; b++)
    assert_int_equal(decode_alone(L, ABC(RETURN, 1, b, 0), 1), wide(H_RETURN, 1, 0, b - 1));
  test_close(L, &heap);
}

static void data_words_are_no_instructions(void **unused) {
  (void)unused;
  static const Instruction code[] = {
    ABC_CODE(OP_SETLIST, 1, 3, 0), 0x12345678, ABX_CODE(OP_CLOSURE, 2, 0),
    ABC_CODE(OP_MOVE, 0, 7, 0),    ABC_CODE(OP_GETUPVAL, 0, 9, 0), ABC_CODE(OP_MOVE, 1, 2, 0),
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  Proto *p = assemble(L, code, ROWS(code), 1);
  decode_proto(L, p);
  assert_int_equal(p->size_exec, ROWS(code));
  assert_int_equal(p->exec[0], word(H_SETLIST, 1, 0, 3, 0));
  assert_int_equal(p->exec[1], wide(H_RAW, 0, 0, 0x12345678)); /* the batch */
  assert_int_equal(p->exec[2], wide(H_CLOSURE, 2, 0, 0));
  assert_int_equal(p->exec[3], word(H_RAW, 1, 0, 7, 0)); /* captures register 7 */
  assert_int_equal(p->exec[4], word(H_RAW, 0, 0, 9, 0)); /* and upvalue 9 */
  assert_int_equal(p->exec[5], word(H_MOVE, 1, 0, 2, 0));
  test_close(L, &heap);
}

static void every_field_of_a_word_comes_back(void **unused) {
  (void)unused;
  const Word w = word((Handler)0xFE, 0xFD, 0xFCFB, 0xFAF9, 0xF8F7);
  assert_int_equal(word_handler(w), 0xFE);
  assert_int_equal(word_a(w), 0xFD);
  assert_int_equal(word_x(w), 0xFCFB);
  assert_int_equal(word_b(w), 0xFAF9);
  assert_int_equal(word_c(w), 0xF8F7);
  assert_int_equal(word_d(w), (int32_t)0xF8F7FAF9);
  assert_int_equal(word_set_x(w, 0x1234), word((Handler)0xFE, 0xFD, 0x1234, 0xFAF9, 0xF8F7));
  assert_int_equal(word_set_x(w, 0), word((Handler)0xFE, 0xFD, 0, 0xFAF9, 0xF8F7));
}

static void decode_it(lua_State *L, void *p) { decode_proto(L, p); }

static void without_memory_the_function_stays_undecoded(void **unused) {
  (void)unused;
  static const Instruction code[] = {ABC_CODE(OP_RETURN, 0, 1, 0)};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  Proto *p = assemble(L, code, 1, 0);
  heap.fail_at = heap.calls + 1;
  assert_int_equal(throw_run(L, decode_it, p), LUA_ERRMEM);
  heap.fail_at = 0;
  assert_ptr_equal(p->exec, &proto_undecoded);
  assert_int_equal(p->size_exec, 0);
  heap_check(L);
  decode_proto(L, p);
  assert_int_equal(p->size_exec, 1);
  heap_check(L);
  test_close(L, &heap);
}

static void a_function_is_decoded_when_it_is_first_called(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "function called() return 1 end function ignored() return 2 end", 0);
  lua_getglobal(L, "called");
  lua_getglobal(L, "ignored");
  const Proto *called = val_lclosure(L->top[-2])->p, *ignored = val_lclosure(L->top[-1])->p;
  assert_int_equal(called->size_exec, 0);
  const size_t before = G(L)->total_bytes;
  lua_pushvalue(L, -2);
  lua_call(L, 0, 0);
  assert_int_equal(called->size_exec, called->size_code);
  assert_int_equal(ignored->size_exec, 0);
  assert_ptr_equal(ignored->exec, &proto_undecoded);
  if (!STRESS_GC) assert_int_equal(G(L)->total_bytes - before, 8 * called->size_code);
  heap_check(L);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(moves_loads_and_upvalues),
    cmocka_unit_test(table_accesses_by_kind_of_key),
    cmocka_unit_test(arithmetic_by_kind_of_operand),
    cmocka_unit_test(tests_by_operands_and_wanted_result),
    cmocka_unit_test(jumps_keep_their_signed_distance),
    cmocka_unit_test(calls_by_how_many_values_go_in_and_out),
    cmocka_unit_test(a_return_that_may_close_variables_is_never_a_quick_one),
    cmocka_unit_test(data_words_are_no_instructions),
    cmocka_unit_test(every_field_of_a_word_comes_back),
    cmocka_unit_test(without_memory_the_function_stays_undecoded),
    cmocka_unit_test(a_function_is_decoded_when_it_is_first_called),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
