/* operand.c -- moving values to where they are wanted, and what operators make of them.
 *
 * The order in which constants are entered, registers taken and instructions emitted is
 * 5.1's, to the byte; where a line here looks like it could as well stand elsewhere, it
 * could not. */
#include "compiler/operand.h"

#include "compiler/fold.h"

static inline bool has_jumps(const Operand *e) {
  return e->if_true.head != NO_JUMP || e->if_false.head != NO_JUMP;
}
static inline bool is_numeral(const Operand *e) {
  return e->place == PLACE_NUMBER && !has_jumps(e);
}
static inline void set_place(Operand *e, Place place, int info) {
  e->place = place;
  e->info = info;
}

/* ---- Moving values -------------------------------------------------------- */

void operand_set_one_result(FuncState *fs, Operand *e) {
  if (e->place == PLACE_CALL) { /* which was emitted with one result */
    set_place(e, PLACE_REGISTER, instr_a(*emit_at(fs, e->info)));
  } else if (e->place == PLACE_VARARG) {
    emit_set_b(fs, e->info, 2);
    e->place = PLACE_OPEN;
  }
}

void operand_set_results(FuncState *fs, Operand *e, int n) {
  if (e->place == PLACE_CALL) {
    emit_set_c(fs, e->info, n + 1);
  } else {
    CHECK(e->place == PLACE_VARARG);
    emit_set_b(fs, e->info, n + 1);
    emit_set_a(fs, e->info, fs->free_reg);
    emit_reserve(fs, 1);
  }
}

void operand_resolve(FuncState *fs, Operand *e) {
  switch (e->place) {
    case PLACE_LOCAL:
      e->place = PLACE_REGISTER;
      break;
    case PLACE_UPVALUE:
      set_place(e, PLACE_OPEN, emit_abc(fs, OP_GETUPVAL, 0, e->info, 0));
      break;
    case PLACE_GLOBAL:
      set_place(e, PLACE_OPEN, emit_abx(fs, OP_GETGLOBAL, 0, e->info));
      break;
    case PLACE_INDEXED:
      emit_release(fs, e->key);
      emit_release(fs, e->info);
      set_place(e, PLACE_OPEN, emit_abc(fs, OP_GETTABLE, 0, e->info, e->key));
      break;
    case PLACE_CALL:
    case PLACE_VARARG:
      operand_set_one_result(fs, e);
      break;
    default:
      break;
  }
}

void operand_release(FuncState *fs, const Operand *e) {
  if (e->place == PLACE_REGISTER) emit_release(fs, e->info);
}

/* The value without its jumps goes to `reg`.  A comparison has none: it stays a jump. */
static void put(FuncState *fs, Operand *e, int reg) {
  operand_resolve(fs, e);
  switch (e->place) {
    case PLACE_NIL:
      emit_nil(fs, reg, 1);
      break;
    case PLACE_FALSE:
    case PLACE_TRUE:
      emit_abc(fs, OP_LOADBOOL, reg, e->place == PLACE_TRUE, 0);
      break;
    case PLACE_CONSTANT:
      emit_abx(fs, OP_LOADK, reg, e->info);
      break;
    case PLACE_NUMBER:
      emit_abx(fs, OP_LOADK, reg, emit_constant(fs, val_number(e->number)));
      break;
    case PLACE_OPEN:
      emit_set_a(fs, e->info, reg);
      break;
    case PLACE_REGISTER:
      if (e->info != reg) emit_abc(fs, OP_MOVE, reg, e->info, 0);
      break;
    default:
      CHECK(e->place == PLACE_VOID || e->place == PLACE_JUMP);
      return;
  }
  set_place(e, PLACE_REGISTER, reg);
}

/* "reg := truth", a place to jump to; `skip`: and go past the next instruction. */
static int emit_truth(FuncState *fs, int reg, int truth, int skip) {
  emit_target(fs);
  return emit_abc(fs, OP_LOADBOOL, reg, truth, skip);
}

/* The value goes to `reg`, whichever way control comes.  Jumps that bring no value along
 * land on one of two instructions that load it:
 *         ... value of e in reg
 *         JMP end
 *         LOADBOOL reg false, skip one      <- if_false
 *         LOADBOOL reg true                 <- if_true
 *   end:                                    <- those that bring their value */
static void materialise(FuncState *fs, Operand *e, int reg) {
  put(fs, e, reg);
  bool is_jump = e->place == PLACE_JUMP;
  if (is_jump) jumps_join(fs, &e->if_true, jumps_of(e->info));
  if (has_jumps(e)) {
    int load_false = NO_JUMP, load_true = NO_JUMP;
    if (jumps_need_value(fs, e->if_true) || jumps_need_value(fs, e->if_false)) {
      JumpList around = is_jump ? NO_JUMPS : emit_jump(fs);
      load_false = emit_truth(fs, reg, 0, 1);
      load_true = emit_truth(fs, reg, 1, 0);
      jumps_here(fs, around);
    }
    int end = emit_target(fs);
    jumps_to_values(fs, e->if_false, reg, end, load_false);
    jumps_to_values(fs, e->if_true, reg, end, load_true);
  }
  *e = operand_at(PLACE_REGISTER, reg);
}

void operand_to_next(FuncState *fs, Operand *e) {
  operand_resolve(fs, e);
  operand_release(fs, e);
  emit_reserve(fs, 1);
  materialise(fs, e, fs->free_reg - 1);
}

int operand_to_any(FuncState *fs, Operand *e) {
  operand_resolve(fs, e);
  if (e->place == PLACE_REGISTER) {
    if (!has_jumps(e)) return e->info;
    if (e->info >= fs->nactive) { /* a temporary: the other values can go there too */
      materialise(fs, e, e->info);
      return e->info;
    }
  }
  operand_to_next(fs, e);
  return e->info;
}

void operand_to_value(FuncState *fs, Operand *e) {
  if (has_jumps(e)) operand_to_any(fs, e);
  else operand_resolve(fs, e);
}

static TValue literal(const Operand *e) {
  switch (e->place) {
    case PLACE_NIL: return VAL_NIL;
    case PLACE_TRUE: return VAL_TRUE;
    case PLACE_FALSE: return VAL_FALSE;
    default: return val_number(e->number);
  }
}

int operand_to_rk(FuncState *fs, Operand *e) {
  operand_to_value(fs, e);
  switch (e->place) {
    case PLACE_NIL:
    case PLACE_TRUE:
    case PLACE_FALSE:
    case PLACE_NUMBER:
      if (fs->nk > MAX_RK_INDEX) break; /* even if this very value has a lower index */
      set_place(e, PLACE_CONSTANT, emit_constant(fs, literal(e)));
      return e->info | RK_CONSTANT;
    case PLACE_CONSTANT:
      if (e->info <= MAX_RK_INDEX) return e->info | RK_CONSTANT;
      break;
    default:
      break;
  }
  return operand_to_any(fs, e);
}

/* ---- Variables ------------------------------------------------------------ */

void operand_store(FuncState *fs, const Operand *variable, Operand *e) {
  switch (variable->place) {
    case PLACE_LOCAL:
      operand_release(fs, e);
      materialise(fs, e, variable->info);
      return;
    case PLACE_UPVALUE:
      emit_abc(fs, OP_SETUPVAL, operand_to_any(fs, e), variable->info, 0);
      break;
    case PLACE_GLOBAL:
      emit_abx(fs, OP_SETGLOBAL, operand_to_any(fs, e), variable->info);
      break;
    default:
      CHECK(variable->place == PLACE_INDEXED);
      emit_abc(fs, OP_SETTABLE, variable->info, variable->key, operand_to_rk(fs, e));
      break;
  }
  operand_release(fs, e);
}

void operand_index(FuncState *fs, Operand *e, Operand *key) {
  e->key = operand_to_rk(fs, key);
  e->place = PLACE_INDEXED;
}

void operand_self(FuncState *fs, Operand *e, Operand *name) {
  operand_to_any(fs, e);
  operand_release(fs, e);
  int func = fs->free_reg;
  emit_reserve(fs, 2);
  emit_abc(fs, OP_SELF, func, e->info, operand_to_rk(fs, name));
  operand_release(fs, name);
  set_place(e, PLACE_REGISTER, func);
}

/* ---- Conditions ----------------------------------------------------------- */

/* Jump when the truth of `e` is `truth`.  The TESTSET that is emitted becomes a TEST if the value
 * turns out not to be wanted; the NOT of an operand just emitted is turned into the test. */
static JumpList jump_when(FuncState *fs, Operand *e, int truth) {
  if (e->place == PLACE_OPEN) {
    Instruction i = *emit_at(fs, e->info);
    if (instr_op(i) == OP_NOT) {
      emit_undo(fs);
      return emit_test(fs, OP_TEST, instr_b(i), 0, !truth);
    }
  }
  if (e->place != PLACE_REGISTER) {
    emit_reserve(fs, 1);
    put(fs, e, fs->free_reg - 1);
  }
  operand_release(fs, e);
  return emit_test(fs, OP_TESTSET, NO_REGISTER, e->info, truth);
}

JumpList operand_jump_if_false(FuncState *fs, Operand *e) {
  JumpList jump;
  operand_resolve(fs, e);
  switch (e->place) {
    case PLACE_CONSTANT:
    case PLACE_NUMBER:
    case PLACE_TRUE:
      jump = NO_JUMPS;
      break;
    case PLACE_JUMP:
      jump = jumps_of(e->info);
      jumps_invert(fs, jump);
      break;
    default:
      jump = jump_when(fs, e, 0);
      break;
  }
  jumps_join(fs, &e->if_false, jump);
  jumps_here(fs, e->if_true);
  e->if_true = NO_JUMPS;
  return e->if_false;
}

static void jump_if_true(FuncState *fs, Operand *e) {
  JumpList jump;
  operand_resolve(fs, e);
  switch (e->place) {
    case PLACE_NIL:
    case PLACE_FALSE:
      jump = NO_JUMPS;
      break;
    case PLACE_JUMP:
      jump = jumps_of(e->info);
      break;
    default:
      jump = jump_when(fs, e, 1);
      break;
  }
  jumps_join(fs, &e->if_true, jump);
  jumps_here(fs, e->if_false);
  e->if_false = NO_JUMPS;
}

/* ---- Operators ------------------------------------------------------------ */

/* Arithmetic, length and concatenation.  `right` NULL: unary. */
static void operate(FuncState *fs, OpCode op, Operand *left, Operand *right) {
  lua_Number n;
  if (is_numeral(left) && (right == NULL || is_numeral(right)) &&
      fold_arith(op, left->number, right ? right->number : 0, &n)) {
    left->number = n;
    return;
  }
  int c = right != NULL ? operand_to_rk(fs, right) : 0;
  int b = operand_to_rk(fs, left);
  if (right == NULL) {
    operand_release(fs, left);
  } else if (b > c) { /* the higher register first */
    operand_release(fs, left);
    operand_release(fs, right);
  } else {
    operand_release(fs, right);
    operand_release(fs, left);
  }
  set_place(left, PLACE_OPEN, emit_abc(fs, op, 0, b, c));
}

static void negate_truth(FuncState *fs, Operand *e) {
  operand_resolve(fs, e);
  switch (e->place) {
    case PLACE_NIL:
    case PLACE_FALSE:
      e->place = PLACE_TRUE;
      break;
    case PLACE_CONSTANT:
    case PLACE_NUMBER:
    case PLACE_TRUE:
      e->place = PLACE_FALSE;
      break;
    case PLACE_JUMP:
      jumps_invert(fs, jumps_of(e->info));
      break;
    default:
      if (e->place == PLACE_OPEN) {
        emit_reserve(fs, 1);
        put(fs, e, fs->free_reg - 1);
      }
      operand_release(fs, e);
      set_place(e, PLACE_OPEN, emit_abc(fs, OP_NOT, 0, e->info, 0));
      break;
  }
  JumpList swap = e->if_true;
  e->if_true = e->if_false;
  e->if_false = swap;
  jumps_drop_values(fs, e->if_true);
  jumps_drop_values(fs, e->if_false);
}

void operand_unary(FuncState *fs, UnaryOp op, Operand *e) {
  if (op == UNARY_NOT) {
    negate_truth(fs, e);
  } else {
    if (op == UNARY_LEN || !is_numeral(e)) operand_to_any(fs, e);
    operate(fs, op == UNARY_LEN ? OP_LEN : OP_UNM, e, NULL);
  }
}

void operand_before(FuncState *fs, BinaryOp op, Operand *left) {
  switch (op) {
    case BINARY_AND:
      operand_jump_if_false(fs, left);
      break;
    case BINARY_OR:
      jump_if_true(fs, left);
      break;
    case BINARY_CONCAT: /* operands of a CONCAT stand side by side */
      operand_to_next(fs, left);
      break;
    case BINARY_ADD:
    case BINARY_SUB:
    case BINARY_MUL:
    case BINARY_DIV:
    case BINARY_MOD:
    case BINARY_POW:
      if (!is_numeral(left)) operand_to_rk(fs, left);
      break;
    default:
      operand_to_rk(fs, left);
      break;
  }
}

/* `left` becomes a jump that is taken when the comparison gives `wanted`. */
static void compare(FuncState *fs, OpCode op, int wanted, bool exchange, Operand *left,
                    Operand *right) {
  int b = operand_to_rk(fs, left), c = operand_to_rk(fs, right);
  operand_release(fs, right);
  operand_release(fs, left);
  JumpList jump = emit_test(fs, op, wanted, exchange ? c : b, exchange ? b : c);
  set_place(left, PLACE_JUMP, jump.head);
}

/* a .. b: when b is a concatenation of its own that has just been emitted, it is made longer. */
static void concatenate(FuncState *fs, Operand *left, Operand *right) {
  operand_to_value(fs, right);
  if (right->place == PLACE_OPEN && instr_op(*emit_at(fs, right->info)) == OP_CONCAT) {
    CHECK(left->info == instr_b(*emit_at(fs, right->info)) - 1);
    operand_release(fs, left);
    emit_set_b(fs, right->info, left->info);
    set_place(left, PLACE_OPEN, right->info);
  } else {
    operand_to_next(fs, right);
    operate(fs, OP_CONCAT, left, right);
  }
}

/* `left` is behind us: what remains of it are the jumps that decided the matter. */
static void decide(FuncState *fs, BinaryOp op, Operand *left, Operand *right) {
  operand_resolve(fs, right);
  if (op == BINARY_AND) jumps_join(fs, &right->if_false, left->if_false);
  else jumps_join(fs, &right->if_true, left->if_true);
  *left = *right;
}

_Static_assert(OP_POW - OP_ADD == BINARY_POW - BINARY_ADD, "operators and opcodes in one order");

void operand_binary(FuncState *fs, BinaryOp op, Operand *left, Operand *right) {
  switch (op) {
    case BINARY_AND:
    case BINARY_OR: decide(fs, op, left, right); break;
    case BINARY_CONCAT: concatenate(fs, left, right); break;
    case BINARY_EQ: compare(fs, OP_EQ, 1, false, left, right); break;
    case BINARY_NE: compare(fs, OP_EQ, 0, false, left, right); break;
    case BINARY_LT: compare(fs, OP_LT, 1, false, left, right); break;
    case BINARY_LE: compare(fs, OP_LE, 1, false, left, right); break;
    case BINARY_GT: compare(fs, OP_LT, 1, true, left, right); break;
    case BINARY_GE: compare(fs, OP_LE, 1, true, left, right); break;
    default:
      operate(fs, (OpCode)(OP_ADD + (op - BINARY_ADD)), left, right);
      break;
  }
}
