/* test_verify.c -- code from outside runs only if it keeps the rules: one broken rule a case. */
#include "chunk/verify.h"

#include <stdio.h>
#include <string.h>

#include "object/fn.h"
#include "object/str.h"
#include "support/code.h"

/* As instr_abc and its like, but constant. */
#define IX(op, a, bx) ((Instruction)OP_##op | (Instruction)(a) << 6 | (Instruction)(bx) << 14)
#define I(op, a, b, c) IX(op, a, (Instruction)(b) << 9 | (Instruction)(c))
#define IJ(op, a, sbx) IX(op, a, (sbx) + MAX_SBX)
#define K(i) ((i) | RK_CONSTANT)
#define RETURN0 I(RETURN, 0, 1, 0)
#define MAX_WORDS 12

/* A function of 8 registers with 2 upvalues, the constants "name" and 1, and a function in it that has
 * 2 upvalues. */
typedef struct Shape {
  int maxstack, numparams, is_vararg, nnames, nlines;
} Shape;
static const Shape plain = {8, 0, 0, 0, 0};

static Proto *make(lua_State *L, const Shape *shape, const Instruction *code, int n) {
  Proto *p = fn_new_proto(L);
  p->maxstack = (uint8_t)shape->maxstack;
  p->numparams = (uint8_t)shape->numparams;
  p->is_vararg = (uint8_t)shape->is_vararg;
  p->nups = 2;
  p->code = MEM_NEW_ARRAY(L, (size_t)n, Instruction);
  p->size_code = n;
  if (n > 0) memcpy(p->code, code, (size_t)n * sizeof *code);
  p->k = MEM_NEW_ARRAY(L, 2, Slot);
  p->size_k = 2;
  slot_init(&p->k[0], val_from_string(str_literal(L, "name")));
  slot_init(&p->k[1], val_from_num(1));
  p->p = MEM_NEW_ARRAY(L, 1, ProtoRef);
  p->size_p = 1;
  ref_init(&p->p[0], fn_new_proto(L));
  p->p[0].ref->nups = 2;
  p->lineinfo = MEM_NEW_ARRAY(L, (size_t)shape->nlines, int);
  p->size_lineinfo = shape->nlines;
  for (int i = 0; i < shape->nlines; i++) p->lineinfo[i] = 1;
  p->upvalue_names = MEM_NEW_ARRAY(L, (size_t)shape->nnames, StringRef);
  p->size_upvalue_names = shape->nnames;
  for (int i = 0; i < shape->nnames; i++) ref_init(&p->upvalue_names[i], str_literal(L, "u"));
  return p;
}

static bool may_run(lua_State *L, const Shape *shape, const Instruction *code, int n) {
  Buf space = {NULL, 0};
  bool answer = verify_function(L, make(L, shape, code, n), &space);
  buf_free(L, &space);
  return answer;
}

typedef struct CodeRow {
  const char *rule;
  int n;
  Instruction code[MAX_WORDS];
} CodeRow;

static void check_rows(const CodeRow *rows, size_t n, bool expected) {
  lua_State *L = test_state(NULL);
  Shape shape = plain;
  shape.is_vararg = VARARG_ISVARARG;
  for (size_t i = 0; i < n; i++)
    if (may_run(L, &shape, rows[i].code, rows[i].n) != expected)
      fail_msg("%s: %s", expected ? "refused" : "accepted", rows[i].rule);
  lua_close(L);
}

static const CodeRow good_rows[] = {
    {"the empty function", 1, {RETURN0}},
    {"every register", 2, {I(MOVE, 7, 0, 0), RETURN0}},
    {"constants", 3, {IX(LOADK, 0, 1), I(ADD, 0, K(1), K(1)), RETURN0}},
    {"globals", 3, {IX(GETGLOBAL, 0, 0), IX(SETGLOBAL, 0, 0), RETURN0}},
    {"a jump over unreachable code", 3, {IJ(JMP, 0, 1), I(MOVE, 0, 0, 0), RETURN0}},
    {"an endless loop", 2, {IJ(JMP, 0, -1), RETURN0}},
    {"a test and its jump", 4, {I(TEST, 0, 0, 1), IJ(JMP, 0, 0), RETURN0, RETURN0}},
    {"a skip", 3, {I(LOADBOOL, 0, 0, 1), I(LOADBOOL, 0, 1, 0), RETURN0}},
    {"an open call into a return", 4,
     {I(CALL, 1, 1, 0), I(RETURN, 1, 0, 0), RETURN0, RETURN0}},
    {"an open vararg into a call", 4, {I(VARARG, 2, 0, 0), I(CALL, 1, 0, 1), RETURN0, RETURN0}},
    {"an open vararg into a list", 3, {I(VARARG, 2, 0, 0), I(SETLIST, 1, 0, 1), RETURN0}},
    {"a tail call", 3, {I(TAILCALL, 1, 1, 0), I(RETURN, 1, 0, 0), RETURN0}},
    {"a tail call above the return", 3, {I(TAILCALL, 2, 1, 0), I(RETURN, 1, 0, 0), RETURN0}},
    {"a numeric loop", 3, {IJ(FORPREP, 0, 0), IJ(FORLOOP, 0, -1), RETURN0}},
    {"a generic loop", 4, {IJ(JMP, 0, 0), I(TFORLOOP, 0, 0, 2), IJ(JMP, 0, -2), RETURN0}},
    {"a closure and its captures", 4,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 7, 0), I(GETUPVAL, 0, 1, 0), RETURN0}},
    {"a counted list", 3, {I(SETLIST, 0, 1, 0), 1, RETURN0}},
    {"a call below a captured register, closed before", 6,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 3, 0), I(MOVE, 0, 3, 0), I(CLOSE, 3, 0, 0), I(CALL, 2, 1, 1), RETURN0}},
    {"a call above a captured register", 5,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 1, 0), I(MOVE, 0, 0, 0), I(CALL, 2, 1, 1), RETURN0}},
    {"a concatenation above a captured register", 5,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 1, 0), I(MOVE, 0, 0, 0), I(CONCAT, 0, 1, 2), RETURN0}},
};

static void code_that_keeps_the_rules_may_run(void **unused) {
  (void)unused;
  check_rows(good_rows, ROWS(good_rows), true);
}

static const CodeRow bad_rows[] = {
    {"no code", 0, {0}},
    {"no return at the end", 2, {RETURN0, I(MOVE, 0, 0, 0)}},
    {"unknown opcode", 2, {38, RETURN0}},
    {"register A", 2, {I(MOVE, 8, 0, 0), RETURN0}},
    {"register B", 2, {I(MOVE, 0, 8, 0), RETURN0}},
    {"unused C", 2, {I(MOVE, 0, 0, 1), RETURN0}},
    {"constant of LOADK", 2, {IX(LOADK, 0, 2), RETURN0}},
    {"constant operand", 2, {I(ADD, 0, K(2), 0), RETURN0}},
    {"register operand", 2, {I(ADD, 0, 0, 8), RETURN0}},
    {"global name that is a number", 2, {IX(GETGLOBAL, 0, 1), RETURN0}},
    {"stored global name that is a number", 2, {IX(SETGLOBAL, 0, 1), RETURN0}},
    {"upvalue", 2, {I(GETUPVAL, 0, 2, 0), RETURN0}},
    {"stored upvalue", 2, {I(SETUPVAL, 0, 2, 0), RETURN0}},
    {"LOADNIL backwards", 2, {I(LOADNIL, 3, 2, 0), RETURN0}},
    {"SELF at the last register", 2, {I(SELF, 7, 0, K(0)), RETURN0}},
    {"CONCAT of one", 2, {I(CONCAT, 0, 1, 1), RETURN0}},
    {"jump before the start", 2, {IJ(JMP, 0, -2), RETURN0}},
    {"jump behind the end", 2, {IJ(JMP, 0, 1), RETURN0}},
    {"jump into a count", 4, {IJ(JMP, 0, 1), I(SETLIST, 0, 1, 0), 1, RETURN0}},
    {"jump into captures", 5,
     {IJ(JMP, 0, 1), IX(CLOSURE, 0, 0), I(MOVE, 0, 0, 0), I(MOVE, 0, 0, 0), RETURN0}},
    {"test without jump", 3, {I(EQ, 0, 0, 0), I(MOVE, 0, 0, 0), RETURN0}},
    {"LOADBOOL that skips the return", 2, {I(LOADBOOL, 0, 0, 1), RETURN0}},
    {"LOADBOOL with C = 2 that does", 2, {I(LOADBOOL, 0, 0, 2), RETURN0}},
    {"LOADBOOL with C = 2 onto a count", 4,
     {I(LOADBOOL, 0, 0, 2), I(SETLIST, 0, 1, 0), 1, RETURN0}},
    {"FORLOOP without registers", 3, {IJ(FORPREP, 5, 0), IJ(FORLOOP, 5, -1), RETURN0}},
    {"TFORLOOP of nothing", 4, {IJ(JMP, 0, 0), I(TFORLOOP, 0, 0, 0), IJ(JMP, 0, -2), RETURN0}},
    {"TFORLOOP without registers", 4,
     {IJ(JMP, 0, 0), I(TFORLOOP, 3, 0, 1), IJ(JMP, 0, -2), RETURN0}},
    {"TFORLOOP without jump", 2, {I(TFORLOOP, 0, 0, 1), RETURN0}},
    {"arguments beyond the frame", 2, {I(CALL, 6, 3, 1), RETURN0}},
    {"results beyond the frame", 2, {I(CALL, 6, 1, 4), RETURN0}},
    {"returned values beyond the frame", 2, {I(RETURN, 6, 4, 0), RETURN0}},
    {"varargs beyond the frame", 2, {I(VARARG, 6, 4, 0), RETURN0}},
    {"list beyond the frame", 2, {I(SETLIST, 6, 2, 1), RETURN0}},
    {"open call that nobody takes", 3, {I(CALL, 0, 1, 0), I(MOVE, 0, 0, 0), RETURN0}},
    {"open vararg that nobody takes", 2, {I(VARARG, 0, 0, 0), RETURN0}},
    {"open list that nobody left", 3, {I(MOVE, 0, 0, 0), I(RETURN, 0, 0, 0), RETURN0}},
    {"open list at the start", 2, {I(RETURN, 0, 0, 0), RETURN0}},
    {"open list below its taker", 3, {I(VARARG, 1, 0, 0), I(RETURN, 2, 0, 0), RETURN0}},
    {"open list below the arguments", 3, {I(VARARG, 1, 0, 0), I(CALL, 1, 0, 1), RETURN0}},
    {"open list below the items", 3, {I(VARARG, 1, 0, 0), I(SETLIST, 1, 0, 1), RETURN0}},
    {"jump to the taker of an open list", 4,
     {IJ(JMP, 0, 1), I(VARARG, 1, 0, 0), I(RETURN, 1, 0, 0), RETURN0}},
    {"skip to the taker of an open list", 4,
     {I(LOADBOOL, 0, 0, 1), I(VARARG, 1, 0, 0), I(RETURN, 1, 0, 0), RETURN0}},
    {"TAILCALL with results", 3, {I(TAILCALL, 1, 1, 2), I(RETURN, 1, 0, 0), RETURN0}},
    {"TAILCALL without return", 3, {I(TAILCALL, 1, 1, 0), I(MOVE, 0, 0, 0), RETURN0}},
    {"TAILCALL with another return", 3, {I(TAILCALL, 1, 1, 0), I(RETURN, 1, 1, 0), RETURN0}},
    {"TAILCALL below the return", 3, {I(TAILCALL, 1, 1, 0), I(RETURN, 2, 0, 0), RETURN0}},
    {"count of a list missing", 2, {RETURN0, I(SETLIST, 0, 1, 0)}},
    {"count of a list is the last word", 2, {I(SETLIST, 0, 1, 0), RETURN0}},
    {"batch 0", 3, {I(SETLIST, 0, 1, 0), 0, RETURN0}},
    {"batch that no code could fill", 3, {I(SETLIST, 0, 1, 0), 4, RETURN0}},
    {"batch beyond every integer", 3, {I(SETLIST, 0, 1, 0), 0xFFFFFFFFu, RETURN0}},
    {"unknown function", 2, {IX(CLOSURE, 0, 1), RETURN0}},
    {"captures missing", 2, {IX(CLOSURE, 0, 0), RETURN0}},
    {"captures cut off by the return", 3, {IX(CLOSURE, 0, 0), I(MOVE, 0, 0, 0), RETURN0}},
    {"capture of another kind", 4,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 0, 0), I(NOT, 0, 0, 0), RETURN0}},
    {"capture of no register", 4,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 8, 0), I(MOVE, 0, 0, 0), RETURN0}},
    {"capture of no upvalue", 4,
     {IX(CLOSURE, 0, 0), I(GETUPVAL, 0, 2, 0), I(MOVE, 0, 0, 0), RETURN0}},
    {"call over a captured register", 5,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 3, 0), I(GETUPVAL, 0, 0, 0), I(CALL, 3, 1, 1), RETURN0}},
    {"call below a captured register", 5,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 7, 0), I(GETUPVAL, 0, 0, 0), I(CALL, 3, 1, 1), RETURN0}},
    {"tail call over a captured register", 6,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 3, 0), I(GETUPVAL, 0, 0, 0), I(TAILCALL, 3, 1, 0),
      I(RETURN, 3, 0, 0), RETURN0}},
    {"generator called over a captured register", 6,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 3, 0), I(GETUPVAL, 0, 0, 0), I(TFORLOOP, 0, 0, 1), IJ(JMP, 0, -2),
      RETURN0}},
    {"captured in the round before", 6,
     {I(CALL, 3, 1, 1), IX(CLOSURE, 0, 0), I(MOVE, 0, 3, 0), I(GETUPVAL, 0, 0, 0), IJ(JMP, 0, -5), RETURN0}},
    {"captured on one of two ways", 8,
     {I(TEST, 0, 0, 1), IJ(JMP, 0, 3), IX(CLOSURE, 0, 0), I(MOVE, 0, 3, 0), I(GETUPVAL, 0, 0, 0),
      I(CALL, 3, 1, 1), RETURN0, RETURN0}},
    {"closed above the captured register", 6,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 3, 0), I(GETUPVAL, 0, 0, 0), I(CLOSE, 4, 0, 0), I(CALL, 3, 1, 1),
      RETURN0}},
    {"concatenation below a captured register", 5,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 7, 0), I(GETUPVAL, 0, 0, 0), I(CONCAT, 0, 1, 2), RETURN0}},
    {"open vararg below a captured register", 6,
     {IX(CLOSURE, 0, 0), I(MOVE, 0, 7, 0), I(GETUPVAL, 0, 0, 0), I(VARARG, 1, 0, 0),
      I(RETURN, 1, 0, 0), RETURN0}},
};

static void code_that_breaks_a_rule_is_refused(void **unused) {
  (void)unused;
  check_rows(bad_rows, ROWS(bad_rows), false);
}

static void frames_are_checked_too(void **unused) {
  (void)unused;
  static const struct {
    Shape shape;
    bool expected;
  } rows[] = {
      {{1, 0, 0, 0, 0}, true},    {{0, 0, 0, 0, 0}, false},  {{250, 0, 0, 0, 0}, true},
      {{251, 0, 0, 0, 0}, false}, {{8, 8, 0, 0, 0}, true},   {{8, 9, 0, 0, 0}, false},
      {{8, 8, 3, 0, 0}, false},   {{8, 7, 3, 0, 0}, true},   {{8, 0, 7, 0, 0}, true},
      {{8, 0, 4, 0, 0}, false},   {{8, 0, 6, 0, 0}, false},  {{8, 0, 1, 0, 0}, false},
      {{8, 0, 8, 0, 0}, false},   {{8, 0, 0, 2, 0}, true},   {{8, 0, 0, 3, 0}, false},
      {{8, 0, 0, 0, 1}, true},    {{8, 0, 0, 0, 2}, false},
  };
  static const Instruction code[] = {RETURN0};
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++)
    if (may_run(L, &rows[i].shape, code, 1) != rows[i].expected) fail_msg("row %zu", i);
  lua_close(L);
}

static void varargs_need_a_vararg_function_without_arg(void **unused) {
  (void)unused;
  static const Instruction code[] = {I(VARARG, 0, 2, 0), RETURN0};
  static const bool expected[] = {[0] = false, [2] = true, [3] = true, [7] = false};
  lua_State *L = test_state(NULL);
  for (int flags = 0; flags < 8; flags++) {
    Shape shape = plain;
    shape.is_vararg = flags;
    assert_int_equal(may_run(L, &shape, code, 2), expected[flags]);
  }
  lua_close(L);
}

static void set_local(lua_State *L, Proto *p, int i, int startpc, int endpc) {
  p->locvars[i].startpc = startpc;
  p->locvars[i].endpc = endpc;
  ref_init(&p->locvars[i].name, str_literal(L, "v"));
}

static bool locals_fit(lua_State *L, int n, int startpc, int endpc) {
  static const Instruction code[] = {I(MOVE, 0, 0, 0), RETURN0};
  Buf space = {NULL, 0};
  Proto *p = make(L, &plain, code, 2);
  p->locvars = MEM_NEW_ARRAY(L, (size_t)n, LocVar);
  p->size_locvars = n;
  for (int i = 0; i < n; i++) set_local(L, p, i, startpc, endpc);
  bool answer = verify_locals(L, p, &space);
  buf_free(L, &space);
  return answer;
}

static void local_variables_must_fit_in_the_frame(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_true(locals_fit(L, 8, 0, 2));
  assert_false(locals_fit(L, 9, 0, 2));
  assert_true(locals_fit(L, 300, 1, 1)); /* that live nowhere */
  assert_true(locals_fit(L, 1, 2, 2));
  assert_false(locals_fit(L, 1, 0, 3));
  assert_false(locals_fit(L, 1, 2, 1));
  lua_close(L);
}

/* Loops in loops, each of which captures a variable of the function: the captures of the innermost
 * round reach every head, one sweep a loop. */
static void deep_loops_of_the_compiler_pass(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (int i = 0; i < 30; i++) {
    char text[120];
    snprintf(text, sizeof text, "local v%d; ", i);
    luaL_addstring(&b, text);
  }
  for (int i = 0; i < 30; i++) luaL_addstring(&b, "while f() do ");
  for (int i = 0; i < 30; i++) {
    char text[120];
    snprintf(text, sizeof text, "g(function() return v%d end) end ", i);
    luaL_addstring(&b, text);
  }
  luaL_pushresult(&b);
  Buf space = {NULL, 0};
  assert_true(verify_function(L, code_of(L, lua_tostring(L, -1)), &space));
  buf_free(L, &space);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(code_that_keeps_the_rules_may_run),
      cmocka_unit_test(code_that_breaks_a_rule_is_refused),
      cmocka_unit_test(frames_are_checked_too),
      cmocka_unit_test(varargs_need_a_vararg_function_without_arg),
      cmocka_unit_test(local_variables_must_fit_in_the_frame),
      cmocka_unit_test(deep_loops_of_the_compiler_pass),
  };
  return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
