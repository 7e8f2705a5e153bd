/* decode.c -- from canonical instructions to the executable form. */
#include "vm/decode.h"

#include "base/cast.h"
#include "heap/mem.h"
#include "object/meta.h" /* ref_get, events */

_Static_assert(H_DECODE == 0, "proto_undecoded of types/proto.h is this word");

static Word word_abc(Handler h, unsigned a, unsigned x, unsigned b, unsigned c) {
  return (Word)h | (Word)a << 8 | (Word)(uint16_t)x << 16 | (Word)(uint16_t)b << 32 |
         (Word)(uint16_t)c << 48;
}

static Word word_ad(Handler h, unsigned a, unsigned x, int32_t d) {
  return (Word)h | (Word)a << 8 | (Word)(uint16_t)x << 16 | (Word)(uint32_t)d << 32;
}

/* Where the search for a constant name begins: its main position in small tables. */
static unsigned first_guess(TValue name) {
  return val_is_string(name) ? val_string(name)->hash & 0xFFFF : 0;
}

static TValue constant(const Proto *p, int rk) { return slot_get(&p->k[rk_index(rk)]); }
static bool is_number_constant(const Proto *p, int rk) {
  return rk_is_constant(rk) && val_is_number(constant(p, rk));
}
static bool is_string_constant(const Proto *p, int rk) {
  return rk_is_constant(rk) && val_is_string(constant(p, rk));
}

static Word decode_gettable(const Proto *p, unsigned a, int b, int c) {
  unsigned reg = (unsigned)b, k = (unsigned)rk_index(c);
  if (!rk_is_constant(c)) return word_abc(H_GETTABLE, a, 0, reg, k);
  if (is_string_constant(p, c))
    return word_abc(H_GETFIELD, a, first_guess(constant(p, c)), reg, k);
  if (is_number_constant(p, c)) {
    lua_Number n = val_num(constant(p, c));
    int32_t i = num_truncate32(n);
    if ((lua_Number)i == n && i >= 1 && i <= 0xFFFF)
      return word_abc(H_GETINDEX, a, k, reg, (unsigned)i);
  }
  return word_abc(H_GETCONST, a, 0, reg, k);
}

static Word decode_settable(const Proto *p, unsigned a, int b, int c) {
  unsigned key = (unsigned)rk_index(b), value = (unsigned)c;
  if (!rk_is_constant(b)) return word_abc(H_SETTABLE, a, 0, key, value);
  if (is_string_constant(p, b))
    return word_abc(H_SETFIELD, a, first_guess(constant(p, b)), key, value);
  return word_abc(H_SETCONST, a, 0, key, value);
}

static Word decode_self(const Proto *p, unsigned a, int b, int c) {
  if (is_string_constant(p, c))
    return word_abc(H_SELF, a, first_guess(constant(p, c)), (unsigned)b, (unsigned)rk_index(c));
  return word_abc(H_SELFREG, a, 0, (unsigned)b, (unsigned)c);
}

/* Arithmetic: the three forms with a register and numbers, else the general one. */
static Word decode_arith(const Proto *p, OpCode op, unsigned a, int b, int c) {
  Handler rr = (Handler)(H_ADD_RR + 3 * (int)(op - OP_ADD));
  _Static_assert(H_POW_NR - H_ADD_RR == 3 * (OP_POW - OP_ADD) + 2, "order of arithmetic handlers");
  _Static_assert(EVENT_POW - EVENT_ADD == OP_POW - OP_ADD, "order of events");
  if (!rk_is_constant(b) && !rk_is_constant(c))
    return word_abc(rr, a, 0, (unsigned)b, (unsigned)c);
  if (!rk_is_constant(b) && is_number_constant(p, c))
    return word_abc((Handler)(rr + 1), a, 0, (unsigned)b, (unsigned)rk_index(c));
  if (is_number_constant(p, b) && !rk_is_constant(c))
    return word_abc((Handler)(rr + 2), a, 0, (unsigned)rk_index(b), (unsigned)c);
  return word_abc(H_ARITH, a, (unsigned)(EVENT_ADD + (op - OP_ADD)), (unsigned)b, (unsigned)c);
}

/* Comparisons: `a` is the result for which the following jump is taken. */
static Word decode_compare(const Proto *p, OpCode op, int a, int b, int c) {
  int no = a ? 0 : 1; /* the _N form follows the _J form */
  if (!rk_is_constant(b) && !rk_is_constant(c)) {
    int h = op == OP_EQ ? H_EQ_RR_J : op == OP_LT ? H_LT_RR_J : H_LE_RR_J;
    return word_abc((Handler)(h + no), 0, 0, (unsigned)b, (unsigned)c);
  }
  if (op == OP_EQ) {
    if (!rk_is_constant(b))
      return word_abc((Handler)(H_EQ_RK_J + no), 0, 0, (unsigned)b, (unsigned)rk_index(c));
    if (!rk_is_constant(c)) /* equality is symmetric for constants: they have no __eq */
      return word_abc((Handler)(H_EQ_RK_J + no), 0, 0, (unsigned)c, (unsigned)rk_index(b));
  } else if (!rk_is_constant(b) && is_number_constant(p, c)) {
    int h = op == OP_LT ? H_LT_RN_J : H_LE_RN_J;
    return word_abc((Handler)(h + no), 0, 0, (unsigned)b, (unsigned)rk_index(c));
  } else if (is_number_constant(p, b) && !rk_is_constant(c)) {
    int h = op == OP_LT ? H_LT_NR_J : H_LE_NR_J;
    return word_abc((Handler)(h + no), 0, 0, (unsigned)rk_index(b), (unsigned)c);
  }
  return word_abc(H_COMPARE, (unsigned)a, (unsigned)op, (unsigned)b, (unsigned)c);
}

static Word decode_return(const Proto *p, unsigned a, int b) {
  if (p->size_p == 0 && b == 1) return word_abc(H_RETURN0, a, 0, 0, 0);
  if (p->size_p == 0 && b == 2) return word_abc(H_RETURN1, a, 0, 0, 0);
  return word_ad(H_RETURN, a, 0, b - 1);
}

static Word decode_one(const Proto *p, Instruction i) {
  const OpCode op = instr_op(i);
  const unsigned a = (unsigned)instr_a(i), b = (unsigned)instr_b(i), c = (unsigned)instr_c(i);
  const int rb = instr_b(i), rc = instr_c(i);
  switch (op) {
    case OP_MOVE: return word_abc(H_MOVE, a, 0, b, 0);
    case OP_LOADK: return word_ad(H_LOADK, a, 0, instr_bx(i));
    case OP_LOADBOOL: return word_abc(H_LOADBOOL, a, 0, b, c);
    case OP_LOADNIL: return word_abc(a == b ? H_LOADNIL1 : H_LOADNIL, a, 0, b, 0);
    case OP_GETUPVAL: return word_abc(H_GETUPVAL, a, 0, b, 0);
    case OP_GETGLOBAL:
      return word_ad(H_GETGLOBAL, a, first_guess(slot_get(&p->k[instr_bx(i)])), instr_bx(i));
    case OP_GETTABLE: return decode_gettable(p, a, rb, rc);
    case OP_SETGLOBAL:
      return word_ad(H_SETGLOBAL, a, first_guess(slot_get(&p->k[instr_bx(i)])), instr_bx(i));
    case OP_SETUPVAL: return word_abc(H_SETUPVAL, a, 0, b, 0);
    case OP_SETTABLE: return decode_settable(p, a, rb, rc);
    case OP_NEWTABLE: return word_abc(H_NEWTABLE, a, 0, b, c);
    case OP_SELF: return decode_self(p, a, rb, rc);
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_MOD:
    case OP_POW: return decode_arith(p, op, a, rb, rc);
    case OP_UNM: return word_abc(H_UNM, a, 0, b, 0);
    case OP_NOT: return word_abc(H_NOT, a, 0, b, 0);
    case OP_LEN: return word_abc(H_LEN, a, 0, b, 0);
    case OP_CONCAT: return word_abc(H_CONCAT, a, 0, b, c);
    case OP_JMP: return word_ad(H_JMP, a, 0, instr_sbx(i));
    case OP_EQ:
    case OP_LT:
    case OP_LE: return decode_compare(p, op, instr_a(i), rb, rc);
    case OP_TEST: return word_abc(c ? H_TEST_J : H_TEST_N, a, 0, 0, 0);
    case OP_TESTSET: return word_abc(c ? H_TESTSET_J : H_TESTSET_N, a, 0, b, 0);
    case OP_CALL: return word_abc(b == 0 ? H_CALL_OPEN : H_CALL, a, 0, b, c - 1);
    case OP_TAILCALL: return word_abc(H_TAILCALL, a, 0, b, 0);
    case OP_RETURN: return decode_return(p, a, rb);
    case OP_FORLOOP: return word_ad(H_FORLOOP, a, 0, instr_sbx(i));
    case OP_FORPREP: return word_ad(H_FORPREP, a, 0, instr_sbx(i));
    case OP_TFORLOOP: return word_abc(H_TFORLOOP, a, 0, 0, c);
    case OP_SETLIST: return word_abc(H_SETLIST, a, 0, b, c);
    case OP_CLOSE: return word_abc(H_CLOSE, a, 0, 0, 0);
    case OP_CLOSURE: return word_ad(H_CLOSURE, a, 0, instr_bx(i));
    case OP_VARARG: return word_abc(H_VARARG, a, 0, b - 1, 0);
    default: UNREACHABLE();
  }
}

void decode_proto(lua_State *L, Proto *p) {
  Word *exec = MEM_NEW_ARRAY(L, (size_t)p->size_code, Word);
  for (int pc = 0; pc < p->size_code; pc++) {
    Instruction i = p->code[pc];
    exec[pc] = decode_one(p, i);
    if (instr_op(i) == OP_SETLIST && instr_c(i) == 0) { /* the next one is its batch number */
      pc++;
      exec[pc] = word_ad(H_RAW, 0, 0, (int32_t)p->code[pc]);
    } else if (instr_op(i) == OP_CLOSURE) { /* captures: 1 a register, 0 an upvalue */
      int n = ref_get(p->p[instr_bx(i)])->nups;
      for (; n > 0; n--) {
        Instruction capture = p->code[++pc];
        exec[pc] = word_abc(H_RAW, instr_op(capture) == OP_MOVE, 0, (unsigned)instr_b(capture), 0);
      }
    }
  }
  p->exec = exec;
  p->size_exec = p->size_code;
}
