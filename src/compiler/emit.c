/* emit.c -- instructions, jump lists, constants and registers of the function being compiled. */
#include "compiler/emit.h"

#include <limits.h>

#include "heap/slot.h"
#include "object/raise.h"

/* ---- Instructions --------------------------------------------------------- */

/* Most functions never need a second allocation. */
#define FIRST_CODE_SIZE 64

static void grow_code(FuncState *fs) {
  Proto *p = fs->p;
  if (fs->pc >= INT_MAX / 2) err_run(fs->L, "code size overflow");
  int size = fs->pc == 0 ? FIRST_CODE_SIZE : fs->pc * 2;
  MEM_RESIZE_ARRAY(fs->L, p->code, (size_t)p->size_code, (size_t)size, Instruction);
  p->size_code = size;
  MEM_RESIZE_ARRAY(fs->L, p->lineinfo, (size_t)p->size_lineinfo, (size_t)size, int);
  p->size_lineinfo = size;
}

static void send(FuncState *fs, JumpList list, int reg, int with, int without);

static int append(FuncState *fs, Instruction i) {
  if (fs->pending.head != NO_JUMP) {
    send(fs, fs->pending, NO_REGISTER, fs->pc, fs->pc);
    fs->pending = NO_JUMPS;
  }
  if (unlikely(fs->pc >= fs->p->size_lineinfo)) grow_code(fs);
  fs->p->code[fs->pc] = i;
  fs->p->lineinfo[fs->pc] = fs->lx->last_line;
  return fs->pc++;
}

int emit_abc(FuncState *fs, OpCode op, int a, int b, int c) {
  CHECK(a <= MAX_A && b <= MAX_B && c <= MAX_C);
  return append(fs, instr_abc(op, a, b, c));
}

int emit_abx(FuncState *fs, OpCode op, int a, int bx) {
  CHECK(a <= MAX_A && bx <= MAX_BX);
  return append(fs, instr_abx(op, a, bx));
}

int emit_asbx(FuncState *fs, OpCode op, int a, int sbx) {
  return append(fs, instr_asbx(op, a, sbx));
}

/* Before the first instruction every register is nil, except those that hold arguments. */
static bool is_still_nil(const FuncState *fs, int reg) {
#if LUA_INTERNAL /* 5.1.0 did not ask which: code.lua wants nil stores to fresh locals dropped */
  return reg >= fs->p->numparams + (fs->p->is_vararg & VARARG_HASARG);
#else
  return reg >= fs->nactive;
#endif
}

void emit_nil(FuncState *fs, int from, int n) {
  if (fs->pc > fs->last_target) { /* no jump comes here: what went before is known */
    if (fs->pc == 0) {
      if (is_still_nil(fs, from)) return;
    } else {
      Instruction before = *emit_at(fs, fs->pc - 1);
      int first = instr_a(before), last = instr_b(before);
      if (instr_op(before) == OP_LOADNIL && first <= from && from <= last + 1) {
        if (from + n - 1 > last) emit_set_b(fs, fs->pc - 1, from + n - 1);
        return;
      }
    }
  }
  emit_abc(fs, OP_LOADNIL, from, from + n - 1, 0);
}

void emit_return(FuncState *fs, int first, int n) {
  emit_abc(fs, OP_RETURN, first, n + 1, 0);
}

/* A batch number that does not fit in C stands in a word of its own behind the instruction. */
void emit_setlist(FuncState *fs, int base, int last, int n) {
  int batch = (last - 1) / FIELDS_PER_FLUSH + 1, b = n == LUA_MULTRET ? 0 : n;
  if (batch <= MAX_C) {
    emit_abc(fs, OP_SETLIST, base, b, batch);
  } else {
    emit_abc(fs, OP_SETLIST, base, b, 0);
    append(fs, (Instruction)batch);
  }
  fs->free_reg = base + 1;
}

void emit_fix_line(FuncState *fs, int line) { fs->p->lineinfo[fs->pc - 1] = line; }

/* ---- Jumps ---------------------------------------------------------------- */

static int next_jump(FuncState *fs, int pc) {
  int offset = instr_sbx(*emit_at(fs, pc));
  return offset == NO_JUMP ? NO_JUMP : pc + 1 + offset;
}

static void set_target(FuncState *fs, int pc, int target) {
  int offset = target - (pc + 1);
  Instruction *i = emit_at(fs, pc);
  if (offset > MAX_SBX || offset < -MAX_SBX)
    lexer_error_near(fs->lx, "control structure too long");
  *i = instr_asbx(instr_op(*i), instr_a(*i), offset);
}

/* The instruction that decides whether the jump at `pc` is taken: the test before it, or itself. */
static Instruction *control_of(FuncState *fs, int pc) {
  Instruction *jump = emit_at(fs, pc);
  if (pc > 0 && op_info[instr_op(jump[-1])].flags & OP_FLAG_TEST) return jump - 1;
  return jump;
}

JumpList emit_jump(FuncState *fs) {
  JumpList waiting = fs->pending;
  fs->pending = NO_JUMPS;
  JumpList jump = jumps_of(emit_asbx(fs, OP_JMP, 0, NO_JUMP));
  jumps_join(fs, &jump, waiting);
  return jump;
}

JumpList emit_test(FuncState *fs, OpCode op, int a, int b, int c) {
  emit_abc(fs, op, a, b, c);
  return emit_jump(fs);
}

void jumps_join(FuncState *fs, JumpList *list, JumpList more) {
  if (more.head == NO_JUMP) return;
  if (list->head == NO_JUMP) {
    *list = more;
  } else {
    set_target(fs, list->tail, more.head);
    list->tail = more.tail;
  }
}

/* Settle the TESTSET that controls the jump at `pc`, if one does: its value goes to `reg`.  Where
 * there is no register, or the value is in it already, a TEST is enough. */
static bool settle_value(FuncState *fs, int pc, int reg) {
  Instruction *control = control_of(fs, pc);
  if (instr_op(*control) != OP_TESTSET) return false;
  int tested = instr_b(*control), truth = instr_c(*control);
  if (reg != NO_REGISTER && reg != tested)
    *control = instr_abc(OP_TESTSET, reg, tested, truth);
  else
    *control = instr_abc(OP_TEST, tested, 0, truth);
  return true;
}

static void send(FuncState *fs, JumpList list, int reg, int with, int without) {
  for (int pc = list.head, next; pc != NO_JUMP; pc = next) {
    next = next_jump(fs, pc);
    set_target(fs, pc, settle_value(fs, pc, reg) ? with : without);
  }
}

void jumps_to_values(FuncState *fs, JumpList list, int reg, int with, int without) {
  send(fs, list, reg, with, without);
}

void jumps_to(FuncState *fs, JumpList list, int target) {
  if (target == fs->pc) jumps_here(fs, list);
  else send(fs, list, NO_REGISTER, target, target);
}

void jumps_here(FuncState *fs, JumpList list) {
  emit_target(fs);
  jumps_join(fs, &fs->pending, list);
}

bool jumps_need_value(FuncState *fs, JumpList list) {
  for (int pc = list.head; pc != NO_JUMP; pc = next_jump(fs, pc))
    if (instr_op(*control_of(fs, pc)) != OP_TESTSET) return true;
  return false;
}

void jumps_drop_values(FuncState *fs, JumpList list) {
  for (int pc = list.head; pc != NO_JUMP; pc = next_jump(fs, pc))
    settle_value(fs, pc, NO_REGISTER);
}

void jumps_invert(FuncState *fs, JumpList comparison) {
  Instruction *control = control_of(fs, comparison.head);
  *control = instr_abc(instr_op(*control), !instr_a(*control), instr_b(*control),
                       instr_c(*control));
}

/* ---- Constants ------------------------------------------------------------ */

/* Up to this many constants are searched one by one; more are hashed. */
#define FEW_CONSTANTS 16

/* Equal bits, or zeros of whatever sign. */
static inline bool is_same_constant(TValue a, TValue b) {
  return a.bits == b.bits || (a.bits | b.bits) << 1 == 0;
}

static inline int *bucket_of(const FuncState *fs, TValue v) {
  uint64_t h = v.bits << 1 == 0 ? 0 : v.bits;
  h = (h ^ h >> 32) * UINT64_C(0x9E3779B97F4A7C15) ^ G(fs->L)->hash_seed;
  return &fs->buckets[(h ^ h >> 29) & (uint64_t)(fs->nbuckets - 1)];
}

/* The bucket that holds `v`, or the empty one where it belongs. */
static int *find_bucket(const FuncState *fs, TValue v) {
  int *b = bucket_of(fs, v);
  while (*b != 0 && !is_same_constant(slot_get(&fs->p->k[*b - 1]), v))
    if (++b == fs->buckets + fs->nbuckets) b = fs->buckets;
  return b;
}

/* Twice as many buckets, at least four for each constant. */
static void grow_buckets(FuncState *fs) {
  int n = fs->nbuckets == 0 ? FEW_CONSTANTS * 8 : fs->nbuckets * 2;
  int *fresh = MEM_NEW_ARRAY(fs->L, (size_t)n, int);
  MEM_FREE_ARRAY(fs->L, fs->buckets, fs->nbuckets, int);
  fs->buckets = fresh;
  fs->nbuckets = n;
  for (int i = 0; i < n; i++) fresh[i] = 0;
  for (int i = 0; i < fs->nk; i++) *find_bucket(fs, slot_get(&fs->p->k[i])) = i + 1;
}

static void append_constant(FuncState *fs, TValue v) {
  Proto *p = fs->p;
  if (fs->nk >= MAX_BX) err_run(fs->L, "constant table overflow");
  if (fs->nk >= p->size_k) {
    MEM_GROW_ARRAY(fs->L, p->k, fs->nk, p->size_k, Slot);
    for (int i = fs->nk; i < p->size_k; i++) slot_init(&p->k[i], VAL_NIL);
  }
  slot_set(fs->L, OBJ(p), &p->k[fs->nk], v);
  fs->nk++;
}

int emit_constant(FuncState *fs, TValue v) {
  if (fs->nbuckets == 0) {
    for (int i = 0; i < fs->nk; i++)
      if (is_same_constant(slot_get(&fs->p->k[i]), v)) return i;
    append_constant(fs, v);
    if (fs->nk > FEW_CONSTANTS) grow_buckets(fs);
  } else {
    int *b = find_bucket(fs, v);
    if (*b != 0) return *b - 1;
    append_constant(fs, v);
    *b = fs->nk;
    if (fs->nk > fs->nbuckets / 4) grow_buckets(fs);
  }
  return fs->nk - 1;
}

/* ---- Registers ------------------------------------------------------------ */

void emit_need_registers(FuncState *fs, int n) {
  int size = fs->free_reg + n;
  if (size <= fs->p->maxstack) return;
  if (size >= MAX_REGISTERS) lexer_error_near(fs->lx, "function or expression too complex");
  fs->p->maxstack = (uint8_t)size;
}

/* ---- The end -------------------------------------------------------------- */

void emit_finish(FuncState *fs) {
  Proto *p = fs->p;
  lua_State *L = fs->L;
  MEM_RESIZE_ARRAY(L, p->code, (size_t)p->size_code, (size_t)fs->pc, Instruction);
  p->size_code = fs->pc;
  MEM_RESIZE_ARRAY(L, p->lineinfo, (size_t)p->size_lineinfo, (size_t)fs->pc, int);
  p->size_lineinfo = fs->pc;
  MEM_RESIZE_ARRAY(L, p->k, (size_t)p->size_k, (size_t)fs->nk, Slot);
  p->size_k = fs->nk;
  MEM_RESIZE_ARRAY(L, p->p, (size_t)p->size_p, (size_t)fs->np, ProtoRef);
  p->size_p = fs->np;
  MEM_RESIZE_ARRAY(L, p->locvars, (size_t)p->size_locvars, (size_t)fs->nlocvars, LocVar);
  p->size_locvars = fs->nlocvars;
  MEM_RESIZE_ARRAY(L, p->upvalue_names, (size_t)p->size_upvalue_names, (size_t)p->nups, StringRef);
  p->size_upvalue_names = p->nups;
}

void emit_discard(FuncState *fs) {
  MEM_FREE_ARRAY(fs->L, fs->buckets, fs->nbuckets, int);
  fs->buckets = NULL;
  fs->nbuckets = 0;
}
