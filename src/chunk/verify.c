/* verify.c -- may this function run?
 *
 * Three passes over the code.  The first finds where instructions begin: the count behind a
 * SETLIST and the captures behind a CLOSURE are no instructions.  The second checks each
 * instruction by itself and with its neighbours.  The third, for functions that capture
 * registers, follows control: at every instruction it knows a set of registers to which an
 * open upvalue may refer, and no call, metamethod or hook may get its frame there -- a script
 * could then rewrite what a C function works on. */
#include "chunk/verify.h"

#include <limits.h>
#include <string.h>

#include "types/tstring.h"

/* What is known of a place in the code. */
enum {
  BOUNDARY = 1, /* an instruction begins here */
  TARGET = 2,   /* control may come here other than from the instruction before */
  DIRTY = 4,    /* to be visited: its set has grown */
  REACHED = 8   /* its set means something */
};

/* A set of registers. */
typedef struct RegSet {
  uint64_t word[4];
} RegSet;

typedef struct Verifier {
  const Proto *p;
  uint8_t *mark;
  RegSet *captured; /* before each target that is reached */
  int lowest;       /* first dirty place that a sweep has passed already */
} Verifier;

/* ---- The frame ------------------------------------------------------------ */

static bool frame_is_valid(const Proto *p) {
  bool has_arg = p->is_vararg & VARARG_HASARG;
  if (p->maxstack < 1 || p->maxstack > MAX_REGISTERS) return false;
  if (p->numparams + has_arg > p->maxstack) return false;
  if (p->is_vararg > (VARARG_HASARG | VARARG_ISVARARG | VARARG_NEEDSARG)) return false;
  if ((p->is_vararg & VARARG_NEEDSARG) && !has_arg) return false;
  if (has_arg && !(p->is_vararg & VARARG_ISVARARG)) return false;
  if (p->size_upvalue_names > p->nups) return false;
  return p->size_lineinfo == 0 || p->size_lineinfo == p->size_code;
}

/* ---- Operands ------------------------------------------------------------- */

static bool is_register(const Proto *p, int reg) { return reg >= 0 && reg < p->maxstack; }
static bool is_constant(const Proto *p, int i) { return i < p->size_k; }
static bool constant_is_string(const Proto *p, int i) {
  return is_constant(p, i) && val_is_string(slot_get(&p->k[i]));
}

static bool operand_is_valid(const Proto *p, int kind, int value) {
  switch (kind) {
    case OPERAND_NONE: return value == 0;
    case OPERAND_REG: return is_register(p, value);
    case OPERAND_RK:
      return rk_is_constant(value) ? is_constant(p, rk_index(value)) : is_register(p, value);
    default: return true;
  }
}

static bool operands_are_valid(const Proto *p, Instruction i) {
  const OpInfo *op = &op_info[instr_op(i)];
  if (!is_register(p, instr_a(i))) return false;
  switch (op->format) {
    case FORMAT_ABC:
      return operand_is_valid(p, op->b, instr_b(i)) && operand_is_valid(p, op->c, instr_c(i));
    case FORMAT_ABX: return op->b != OPERAND_RK || is_constant(p, instr_bx(i));
    default: return true;
  }
}

/* ---- First pass: where instructions begin --------------------------------- */

static bool is_counted_setlist(Instruction i) {
  return instr_op(i) == OP_SETLIST && instr_c(i) == 0;
}

/* How many words behind the instruction at `pc` belong to it. */
static int extra_words(const Proto *p, int pc) {
  Instruction i = p->code[pc];
  if (instr_op(i) == OP_CLOSURE) return p->p[instr_bx(i)].ref->nups;
  return is_counted_setlist(i);
}

/* The captures of the function that a CLOSURE makes. */
static bool captures_are_valid(const Proto *p, int pc) {
  for (int n = extra_words(p, pc); n > 0; n--) {
    Instruction i = p->code[++pc];
    if (instr_op(i) == OP_MOVE) {
      if (!is_register(p, instr_b(i))) return false;
    } else if (instr_op(i) != OP_GETUPVAL || instr_b(i) >= p->nups) {
      return false;
    }
  }
  return true;
}

/* The last instruction is a RETURN, so none falls off the end. */
static bool find_boundaries(Verifier *v) {
  const Proto *p = v->p;
  int last = 0;
  for (int pc = 0; pc < p->size_code; pc += 1 + extra_words(p, pc)) {
    Instruction i = p->code[pc];
    if (instr_op(i) >= NUM_OPCODES) return false;
    if (instr_op(i) == OP_CLOSURE && instr_bx(i) >= p->size_p) return false;
    if (extra_words(p, pc) >= p->size_code - pc) return false;
    if (instr_op(i) == OP_CLOSURE && !captures_are_valid(p, pc)) return false;
    v->mark[pc] = BOUNDARY;
    last = pc;
  }
  return last == p->size_code - 1 && instr_op(p->code[last]) == OP_RETURN;
}

/* ---- Second pass: each instruction and its neighbours --------------------- */

/* Control may come from elsewhere to `pc`. */
static bool mark_target(Verifier *v, int pc) {
  if (pc < 0 || pc >= v->p->size_code || !(v->mark[pc] & BOUNDARY)) return false;
  v->mark[pc] |= TARGET;
  return true;
}

static bool is_op(const Proto *p, int pc, OpCode op) {
  return pc < p->size_code && instr_op(p->code[pc]) == op;
}

static int jump_target(Instruction i, int pc) { return pc + 1 + instr_sbx(i); }

/* The first register of the open list that instruction `i` leaves on the stack, or -1. */
static int open_list_base(Instruction i) {
  bool is_open = (instr_op(i) == OP_CALL && instr_c(i) == 0) ||
                 (instr_op(i) == OP_VARARG && instr_b(i) == 0) || instr_op(i) == OP_TAILCALL;
  return is_open ? instr_a(i) : -1;
}

/* Does `i` take the open list before it?  *first: where it expects it to begin. */
static bool takes_open_list(Instruction i, int *first) {
  OpCode op = instr_op(i);
  if (instr_b(i) != 0) return false;
  if (op != OP_CALL && op != OP_TAILCALL && op != OP_RETURN && op != OP_SETLIST) return false;
  *first = op == OP_RETURN ? instr_a(i) : instr_a(i) + 1;
  return true;
}

/* An open list is taken by the next instruction, and by no other; where the list begins is
 * not below where it is looked for, so its length is not negative. */
static bool open_list_is_taken(const Verifier *v, int pc) {
  const Proto *p = v->p;
  int first, base = open_list_base(p->code[pc]);
  return base < 0 || (takes_open_list(p->code[pc + 1], &first) && first <= base);
}

static bool open_list_is_there(const Verifier *v, int pc) {
  int first;
  if (!takes_open_list(v->p->code[pc], &first)) return true;
  return pc > 0 && (v->mark[pc - 1] & BOUNDARY) && open_list_base(v->p->code[pc - 1]) >= 0 &&
         !(v->mark[pc] & TARGET);
}

/* The count of a SETLIST: no batch has a number higher than there are instructions, so no
 * constructor asks for a table that its code could not fill. */
static bool batch_is_valid(const Proto *p, int pc) {
  if (!is_counted_setlist(p->code[pc])) return true;
  Instruction batch = p->code[pc + 1];
  return batch >= 1 && batch <= (Instruction)p->size_code &&
         batch < INT_MAX / FIELDS_PER_FLUSH;
}

/* The RETURN behind a TAILCALL begins at its register, or below: in the body of `for x in
 * a, b, c, d do' 5.1 compiles `return f()' with a register between them. */
static bool tail_return_follows(const Proto *p, int pc) {
  Instruction next = p->code[pc + 1];
  return instr_op(next) == OP_RETURN && instr_a(next) <= instr_a(p->code[pc]) &&
         instr_b(next) == 0;
}

/* What is special to each opcode; `pc` is not the last instruction unless it is a RETURN. */
static bool instruction_is_valid(Verifier *v, int pc) {
  const Proto *p = v->p;
  const Instruction i = p->code[pc];
  const int a = instr_a(i), b = instr_b(i), c = instr_c(i);
  if (!operands_are_valid(p, i) || !open_list_is_there(v, pc)) return false;
  switch (instr_op(i)) {
    case OP_LOADNIL: return a <= b;
    case OP_GETUPVAL:
    case OP_SETUPVAL: return b < p->nups;
    case OP_GETGLOBAL:
    case OP_SETGLOBAL: return constant_is_string(p, instr_bx(i));
    case OP_SELF: return is_register(p, a + 1);
    case OP_CONCAT: return b < c;
    case OP_EQ:
    case OP_LT:
    case OP_LE:
    case OP_TEST:
    case OP_TESTSET: return is_op(p, pc + 1, OP_JMP);
    case OP_FORLOOP:
    case OP_FORPREP: return is_register(p, a + 3);
    case OP_TFORLOOP: /* the call of the generator needs three registers */
      return c >= 1 && is_register(p, a + 2 + c) && is_register(p, a + 5) &&
             is_op(p, pc + 1, OP_JMP);
    case OP_CALL:
      return (b == 0 || is_register(p, a + b - 1)) && (c < 2 || is_register(p, a + c - 2)) &&
             open_list_is_taken(v, pc);
    case OP_TAILCALL:
      return (b == 0 || is_register(p, a + b - 1)) && c == 0 && tail_return_follows(p, pc);
    case OP_RETURN: return b < 2 || is_register(p, a + b - 2);
    case OP_SETLIST: return is_register(p, a + b) && batch_is_valid(p, pc);
    case OP_VARARG:
      return (p->is_vararg & VARARG_ISVARARG) && !(p->is_vararg & VARARG_NEEDSARG) &&
             (b < 2 || is_register(p, a + b - 2)) && open_list_is_taken(v, pc);
    default: return true;
  }
}

/* Every place that instruction `i` at `pc` may go to, other than the next one, is an instruction. */
static bool mark_targets(Verifier *v, int pc) {
  Instruction i = v->p->code[pc];
  const OpInfo *op = &op_info[instr_op(i)];
  if (op->format == FORMAT_ASBX) return mark_target(v, jump_target(i, pc));
  if (op->flags & OP_FLAG_TEST) return mark_target(v, pc + 2);
  if (instr_op(i) == OP_LOADBOOL && instr_c(i) != 0) return mark_target(v, pc + 2);
  return true;
}

static bool check_instructions(Verifier *v, bool *captures) {
  const Proto *p = v->p;
  for (int pc = 0; pc < p->size_code; pc++)
    if ((v->mark[pc] & BOUNDARY) && !mark_targets(v, pc)) return false;
  for (int pc = 0; pc < p->size_code; pc++) {
    if (v->mark[pc] & BOUNDARY) {
      if (!instruction_is_valid(v, pc)) return false;
      if (instr_op(p->code[pc]) == OP_CLOSURE && extra_words(p, pc) > 0) *captures = true;
    }
  }
  return true;
}

/* ---- Third pass: captured registers --------------------------------------- */

static uint64_t bits_from(int reg, int word) {
  int bit = reg - word * 64;
  return bit <= 0 ? ~UINT64_C(0) : bit >= 64 ? 0 : ~UINT64_C(0) << bit;
}

static bool has_any_from(const RegSet *s, int reg) {
  uint64_t any = 0;
  for (int w = 0; w < 4; w++) any |= s->word[w] & bits_from(reg, w);
  return any != 0;
}

static void remove_from(RegSet *s, int reg) {
  for (int w = 0; w < 4; w++) s->word[w] &= ~bits_from(reg, w);
}

static void add_captures(const Proto *p, int pc, RegSet *s) {
  for (int n = extra_words(p, pc); n > 0; n--) {
    Instruction i = p->code[++pc];
    if (instr_op(i) == OP_MOVE) s->word[instr_b(i) / 64] |= UINT64_C(1) << instr_b(i) % 64;
  }
}

/* Control may come to `to`, a target, while the registers of `s` are captured. */
static void flow(Verifier *v, int from, int to, const RegSet *s) {
  RegSet *at = &v->captured[to];
  if (!(v->mark[to] & REACHED)) {
    *at = *s;
  } else {
    uint64_t more = 0;
    for (int w = 0; w < 4; w++) {
      more |= s->word[w] & ~at->word[w];
      at->word[w] |= s->word[w];
    }
    if (more == 0) return;
  }
  v->mark[to] |= REACHED | DIRTY;
  if (to <= from && to < v->lowest) v->lowest = to;
}

/* Follow control from `pc` on, up to the next target.  Only targets keep a set; in between it is
 * carried along. */
static bool follow(Verifier *v, int pc) {
  const Proto *p = v->p;
  RegSet s = v->captured[pc];
  do {
    const Instruction i = p->code[pc];
    const int a = instr_a(i);
    switch (instr_op(i)) {
      case OP_RETURN:
        return true;
      case OP_CALL:
      case OP_TAILCALL:
        if (has_any_from(&s, a)) return false;
        break;
      case OP_CONCAT: /* a metamethod's frame begins behind the operands */
        if (has_any_from(&s, instr_c(i) + 1)) return false;
        break;
      case OP_VARARG: /* a hook's behind the open list */
        if (instr_b(i) == 0 && has_any_from(&s, a)) return false;
        break;
      case OP_TFORLOOP:
        if (has_any_from(&s, a + 3)) return false;
        flow(v, pc, pc + 2, &s);
        break;
      case OP_EQ:
      case OP_LT:
      case OP_LE:
      case OP_TEST:
      case OP_TESTSET:
        flow(v, pc, pc + 2, &s);
        break;
      case OP_JMP:
      case OP_FORPREP:
        flow(v, pc, jump_target(i, pc), &s);
        return true;
      case OP_FORLOOP:
        flow(v, pc, jump_target(i, pc), &s);
        break;
      case OP_LOADBOOL:
        if (instr_c(i) == 0) break;
        flow(v, pc, pc + 2, &s);
        return true;
      case OP_CLOSE:
        remove_from(&s, a);
        break;
      case OP_CLOSURE:
        add_captures(p, pc, &s);
        break;
      default:
        break;
    }
    int next = pc + 1 + extra_words(p, pc);
    if (v->mark[next] & TARGET) {
      flow(v, pc, next, &s);
      return true;
    }
    pc = next;
  } while (true);
}

/* Sweeps from the lowest place that is dirty to the end, until none is.  Structured code
 * needs one for each loop around a capture, and one more; the limit keeps hostile code from
 * taking quadratic time. */
#define MAX_SWEEPS 64
static bool check_captures(Verifier *v) {
  static const RegSet none;
  const int size = v->p->size_code;
  v->lowest = size;
  flow(v, 0, 0, &none);
  for (int sweep = 0; sweep < MAX_SWEEPS && v->lowest < size; sweep++) {
    int pc = v->lowest;
    for (v->lowest = size; pc < size; pc++) {
      if (!(v->mark[pc] & DIRTY)) continue;
      v->mark[pc] &= (uint8_t)~DIRTY;
      if (!follow(v, pc)) return false;
    }
  }
  return v->lowest == size;
}

/* ---- All of it ------------------------------------------------------------ */

bool verify_function(lua_State *L, const Proto *p, Buf *space) {
  Verifier v = {.p = p};
  bool captures = false;
  size_t size = (size_t)p->size_code;
  if (size == 0 || !frame_is_valid(p)) return false;
  v.mark = (uint8_t *)buf_reserve(L, space, size);
  memset(v.mark, 0, size);
  if (!find_boundaries(&v) || !check_instructions(&v, &captures)) return false;
  if (!captures) return true;
  v.mark = (uint8_t *)buf_reserve(L, space, size * (sizeof(RegSet) + 1) + sizeof(RegSet));
  v.captured = (RegSet *)(void *)(v.mark + (size / sizeof(RegSet) + 1) * sizeof(RegSet));
  return check_captures(&v);
}

/* Counts the variables that live at each instruction, by where they begin and end. */
bool verify_locals(lua_State *L, const Proto *p, Buf *space) {
  size_t size = (size_t)p->size_code + 1;
  int *change = (int *)(void *)buf_reserve(L, space, size * sizeof *change), alive = 0;
  memset(change, 0, size * sizeof *change);
  for (int i = 0; i < p->size_locvars; i++) {
    const LocVar *var = &p->locvars[i];
    if (var->startpc > var->endpc || var->endpc > p->size_code) return false;
    change[var->startpc]++;
    change[var->endpc]--;
  }
  for (int pc = 0; pc < p->size_code; pc++) {
    alive += change[pc];
    if (alive > p->maxstack) return false;
  }
  return true;
}
