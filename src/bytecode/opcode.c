/* opcode.c -- opcodes.def as the table that the lister, the verifier and the name finder read. */
#include "bytecode/opcode.h"

#define ABC FORMAT_ABC
#define ABX FORMAT_ABX
#define ASBX FORMAT_ASBX
#define SETS_A OP_FLAG_SETS_A
#define TEST OP_FLAG_TEST

const OpInfo op_info[NUM_OPCODES] = {
#define OP(name, format, b, c, flags, meaning) {#name, format, OPERAND_##b, OPERAND_##c, flags},
#include "bytecode/opcodes.def"
#undef OP
};
