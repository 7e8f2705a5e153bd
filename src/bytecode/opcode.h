/* opcode.h -- the instruction set as data: opcodes.def made into an enum and a table. */
#ifndef BYTECODE_OPCODE_H
#define BYTECODE_OPCODE_H

#include "base/common.h"

typedef enum OpCode {
#define OP(name, format, b, c, flags, meaning) OP_##name,
#include "bytecode/opcodes.def"
#undef OP
  NUM_OPCODES
} OpCode;

typedef enum OpFormat { FORMAT_ABC, FORMAT_ABX, FORMAT_ASBX } OpFormat;
typedef enum OperandKind { OPERAND_NONE, OPERAND_NUM, OPERAND_REG, OPERAND_RK } OperandKind;
enum { OP_FLAG_SETS_A = 1, OP_FLAG_TEST = 2 };

typedef struct OpInfo {
  const char *name;
  uint8_t format; /* OpFormat */
  uint8_t b;      /* OperandKind */
  uint8_t c;
  uint8_t flags;
} OpInfo;

extern const OpInfo op_info[NUM_OPCODES];

#endif
