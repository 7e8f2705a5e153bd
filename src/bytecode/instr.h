/* instr.h -- packing and unpacking of canonical instructions: 32 bits, from the lowest
 *     OP 6 | A 8 | C 9 | B 9          with Bx = B and C together, 18 bits, and sBx = Bx - 131071. */
#ifndef BYTECODE_INSTR_H
#define BYTECODE_INSTR_H

#include "bytecode/opcode.h"

typedef uint32_t Instruction;

#define MAX_A 255
#define MAX_B 511
#define MAX_C 511
#define MAX_BX 262143
#define MAX_SBX 131071 /* also the bias of sBx */

/* An RK operand with this bit is the index of a constant, else a register. */
#define RK_CONSTANT 256
#define MAX_RK_INDEX 255

/* "No register yet": never in finished code. */
#define NO_REGISTER 255

/* Items that one SETLIST stores. */
#define FIELDS_PER_FLUSH 50

static inline OpCode instr_op(Instruction i) { return (OpCode)(i & 63); }
static inline int instr_a(Instruction i) { return (int)(i >> 6 & 255); }
static inline int instr_c(Instruction i) { return (int)(i >> 14 & 511); }
static inline int instr_b(Instruction i) { return (int)(i >> 23); }
static inline int instr_bx(Instruction i) { return (int)(i >> 14); }
static inline int instr_sbx(Instruction i) { return instr_bx(i) - MAX_SBX; }

static inline Instruction instr_abc(OpCode op, int a, int b, int c) {
  return (Instruction)op | (Instruction)a << 6 | (Instruction)c << 14 | (Instruction)b << 23;
}
static inline Instruction instr_abx(OpCode op, int a, int bx) {
  return (Instruction)op | (Instruction)a << 6 | (Instruction)bx << 14;
}
static inline Instruction instr_asbx(OpCode op, int a, int sbx) {
  return instr_abx(op, a, sbx + MAX_SBX);
}

static inline bool rk_is_constant(int rk) { return rk & RK_CONSTANT; }
static inline int rk_index(int rk) { return rk & ~RK_CONSTANT; }

/* "Floating-point byte" eeeeexxx of NEWTABLE's size hints: x below 8 is itself, else
 * (xxx + 8) << (eeeee - 1).  fb_encode rounds up. */
static inline int fb_encode(uint32_t x) {
  uint32_t e = 0;
  if (x < 8) return (int)x;
  while (x >= 16) {
    x = (x >> 1) + (x & 1);
    e++;
  }
  return (int)((e + 1) << 3 | (x - 8));
}
static inline uint32_t fb_decode(int x) {
  int e = x >> 3 & 31;
  return e == 0 ? (uint32_t)x : (uint32_t)((x & 7) + 8) << (e - 1);
}

#endif
