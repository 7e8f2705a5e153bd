/* emit.h -- the function being compiled: its code, jumps, constants and registers, with
 * their limits.
 *
 * Code is emitted once, in order, while the source is read; only the targets of jumps, the
 * A of an open instruction and a few lines are written later.
 *
 * Jumps that go to the same place which is not known yet form a JumpList, linked through
 * their own sBx fields.  A list that is sent "here" is not written at once: it waits in
 * `pending` for the next instruction; when that is a jump itself, the waiting ones join it
 * and go where it goes. Everything here may raise LUA_ERRMEM. */
#ifndef COMPILER_EMIT_H
#define COMPILER_EMIT_H

#include "compiler/lexer.h"

#define NO_JUMP (-1)

typedef struct JumpList {
  int head; /* pc of a JMP, or NO_JUMP: empty */
  int tail; /* the last one, so that lists are joined in no time */
} JumpList;

#define NO_JUMPS ((JumpList){NO_JUMP, NO_JUMP})
static inline JumpList jumps_of(int pc) { return (JumpList){pc, pc}; }

/* Where an upvalue of the function comes from. */
typedef struct CapturedFrom {
  bool from_local; /* a register of the enclosing function, or one of its upvalues */
  uint8_t index;
} CapturedFrom;

typedef struct FuncState {
  struct FuncState *outer;
  lua_State *L;
  Lexer *lx;
  Proto *p; /* its arrays are longer than what is filled, until emit_finish */
  /* Code. */
  int pc;          /* index of the next instruction */
  int last_target; /* last pc that a jump may come to; NO_JUMP: none */
  JumpList pending;
  /* Constants. */
  int nk;
  int *buckets; /* hash of the constants: index + 1 or 0; NULL while there are few */
  int nbuckets; /* a power of two, or 0 */
  /* Registers: active locals are the first `nactive` ones. */
  int free_reg;
  int nactive;
  /* Variables (scope.h). */
  struct ScopeBlock *block; /* innermost, or NULL */
  int nlocvars;
  int np; /* nested functions */
  uint16_t active[LUAI_MAXVARS]; /* indexes in p->locvars; beyond nactive: declared only */
  CapturedFrom captures[LUAI_MAXUPVALUES];
} FuncState;

/* ---- Instructions: each returns its pc; the line is where the last consumed token ended ---- */

int emit_abc(FuncState *fs, OpCode op, int a, int b, int c);
int emit_abx(FuncState *fs, OpCode op, int a, int bx);
int emit_asbx(FuncState *fs, OpCode op, int a, int sbx);
/* R(from) .. R(from + n - 1) := nil, with less than an instruction if possible. */
void emit_nil(FuncState *fs, int from, int n);
/* Return `n` values from R(first); LUA_MULTRET: up to the top. */
void emit_return(FuncState *fs, int first, int n);
/* Store the `n` items behind the table R(base), the last of which is number `last`;
 * LUA_MULTRET: up to the top.  Their registers are free afterwards. */
void emit_setlist(FuncState *fs, int base, int last, int n);
/* Give the last instruction another line. */
void emit_fix_line(FuncState *fs, int line);
/* Forget the last instruction. */
static inline void emit_undo(FuncState *fs) { fs->pc--; }

static inline Instruction *emit_at(FuncState *fs, int pc) { return &fs->p->code[pc]; }
static inline void emit_set_a(FuncState *fs, int pc, int a) {
  Instruction *i = emit_at(fs, pc);
  *i = instr_abx(instr_op(*i), a, instr_bx(*i));
}
static inline void emit_set_b(FuncState *fs, int pc, int b) {
  Instruction *i = emit_at(fs, pc);
  *i = instr_abc(instr_op(*i), instr_a(*i), b, instr_c(*i));
}
static inline void emit_set_c(FuncState *fs, int pc, int c) {
  Instruction *i = emit_at(fs, pc);
  *i = instr_abc(instr_op(*i), instr_a(*i), instr_b(*i), c);
}

/* ---- Jumps ---------------------------------------------------------------- */

/* Mark the next instruction as one that a jump may come to, and return its pc. */
static inline int emit_target(FuncState *fs) { return fs->last_target = fs->pc; }
/* A jump to a place not known yet, together with the ones that were sent here. */
JumpList emit_jump(FuncState *fs);
/* A test and its jump. */
JumpList emit_test(FuncState *fs, OpCode op, int a, int b, int c);
/* Append `more` to `list`. */
void jumps_join(FuncState *fs, JumpList *list, JumpList more);
/* Send the jumps to `target`, which is behind us, or to the next instruction.
 * Raises LUA_ERRSYNTAX "control structure too long". */
void jumps_to(FuncState *fs, JumpList list, int target);
void jumps_here(FuncState *fs, JumpList list);
/* A jump under a TESTSET brings the tested value along.  Does any of the list bring none? */
bool jumps_need_value(FuncState *fs, JumpList list);
/* Send those that bring their value to `with`, and let them bring it into `reg`; send the
 * others to `without`. */
void jumps_to_values(FuncState *fs, JumpList list, int reg, int with, int without);
/* Nobody wants the values of these any more. */
void jumps_drop_values(FuncState *fs, JumpList list);
/* Jump when the comparison before it fails instead of when it holds. */
void jumps_invert(FuncState *fs, JumpList comparison);

/* ---- Constants: one for each distinct value, in order of first need ------- */

/* The index of a constant.  0 and -0 are one: the first spelling wins.
 * Raises LUA_ERRRUN "constant table overflow". */
int emit_constant(FuncState *fs, TValue v);
static inline int emit_string_constant(FuncState *fs, TString *s) {
  return emit_constant(fs, val_from_string(s));
}

/* ---- Registers ------------------------------------------------------------ */

/* Let the function have `n` registers above free_reg.
 * Raises LUA_ERRSYNTAX "function or expression too complex". */
void emit_need_registers(FuncState *fs, int n);
/* The same, and take them. */
static inline void emit_reserve(FuncState *fs, int n) {
  emit_need_registers(fs, n);
  fs->free_reg += n;
}
/* Free operand `rk` if it is a temporary register; it is then the topmost one. */
static inline void emit_release(FuncState *fs, int rk) {
  if (rk_is_constant(rk) || rk < fs->nactive) return;
  fs->free_reg--;
  CHECK(rk == fs->free_reg);
}

/* The function is complete: cut its arrays to size and free what was needed to build it. */
void emit_finish(FuncState *fs);
/* Free what belongs to `fs` beside its prototype.  Never raises. */
void emit_discard(FuncState *fs);

#endif
