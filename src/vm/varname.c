/* varname.c -- finds which variable a register stands for, by following the code that filled it.
 *
 * Code does not say where a value came from, but it is regular: the instruction that last set a
 * register names the variable if it is a read of one.  To find it the canonical code is walked
 * from the start to the current instruction, taking jumps that lead forward but not past it.  The
 * walk assumes nothing about the code: every index is tested, so that odd binary chunks only
 * lose names.                                                                              */
#include "vm/varname.h"

#include "object/fn.h"
#include "object/raise.h"

/* Whether instruction `i` counts as setting register `reg`. */
static bool instr_sets(Instruction i, int reg) {
  OpCode op = instr_op(i);
  int a = instr_a(i);
  switch (op) {
    case OP_LOADNIL: return a <= reg && reg <= instr_b(i);
    case OP_SELF: return reg == a || reg == a + 1;
    case OP_TFORLOOP: return reg >= a + 2;
    case OP_CALL:
    case OP_TAILCALL: return reg >= a;
    default: return reg == a && (unsigned)op < NUM_OPCODES && (op_info[op].flags & OP_FLAG_SETS_A);
  }
}

/* Words after instruction `i` that are not instructions: the count of a SETLIST, the captures of a
 * CLOSURE. */
static int instr_nextra(const Proto *p, Instruction i) {
  if (instr_op(i) == OP_SETLIST) return instr_c(i) == 0;
  if (instr_op(i) != OP_CLOSURE || instr_bx(i) >= p->size_p) return 0;
  const Proto *inner = ref_get(p->p[instr_bx(i)]);
  return inner != NULL ? inner->nups : 0;
}

/* Index of the last instruction before `end` on the walk that sets `reg`; -1: none. */
static int find_setter(const Proto *p, int end, int reg) {
  int last = -1;
  for (int pc = 0; pc < end && pc < p->size_code; pc++) {
    Instruction i = p->code[pc];
    if (instr_sets(i, reg)) last = pc;
    OpCode op = instr_op(i);
    if (op == OP_JMP || op == OP_FORLOOP || op == OP_FORPREP) {
      int target = pc + 1 + instr_sbx(i);
      if (pc < target && target <= end) pc = target - 1;
    } else {
      pc += instr_nextra(p, i);
    }
  }
  return last;
}

static const char *text_or_mark(const Proto *p, int k) {
  if (k < 0 || k >= p->size_k || !val_is_string(slot_get(&p->k[k]))) return "?";
  return val_string(slot_get(&p->k[k]))->data;
}

/* The text of an RK operand that is a constant string, else "?". */
static const char *text_of_key(const Proto *p, int rk) {
  return text_or_mark(p, rk_is_constant(rk) ? rk_index(rk) : -1);
}

static const char *text_of_upvalue(const Proto *p, int n) {
  const TString *name = n < p->size_upvalue_names ? ref_get(p->upvalue_names[n]) : NULL;
  return name != NULL ? name->data : "?";
}

const char *varname_of_register(lua_State *L, CallInfo *ci, int reg, const char **name) {
  if (!call_is_lua(ci)) return NULL;
  const Proto *p = call_lclosure(ci)->p;
  int pc = err_current_pc(ci);
  for (;;) { /* once more for each MOVE; those go to ever lower registers */
    if (pc > 0) fuel_spend(L, (size_t)(pc + p->size_locvars) / 8);
    *name = fn_local_name(p, reg + 1, pc);
    if (*name != NULL) return "local";
    int setter = find_setter(p, pc, reg);
    if (setter < 0) return NULL;
    Instruction i = p->code[setter];
    switch (instr_op(i)) {
      case OP_GETGLOBAL:
        *name = text_or_mark(p, instr_bx(i));
        return "global";
      case OP_GETTABLE:
        *name = text_of_key(p, instr_c(i));
        return "field";
      case OP_SELF:
        *name = text_of_key(p, instr_c(i));
        return "method";
      case OP_GETUPVAL:
        *name = text_of_upvalue(p, instr_b(i));
        return "upvalue";
      case OP_MOVE:
        if (instr_b(i) >= instr_a(i)) return NULL;
        reg = instr_b(i);
        break;
      default: return NULL;
    }
  }
}

const char *varname_of_callee(lua_State *L, CallInfo *ci, const char **name) {
  if (ci == L->base_ci || (call_is_lua(ci) && ci->tailcalls > 0)) return NULL;
  CallInfo *caller = ci - 1;
  if (!call_is_lua(caller)) return NULL;
  int pc = err_current_pc(caller);
  if (pc < 0) return NULL;
  Instruction i = call_lclosure(caller)->p->code[pc];
  OpCode op = instr_op(i);
  if (op != OP_CALL && op != OP_TAILCALL && op != OP_TFORLOOP) return NULL;
  return varname_of_register(L, caller, instr_a(i), name);
}
