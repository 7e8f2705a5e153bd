/* fold.h -- constant folding, exactly as much as 5.1 folds: arithmetic on two numerals. */
#ifndef COMPILER_FOLD_H
#define COMPILER_FOLD_H

#include "bytecode/opcode.h"
#include "include/lua.h"

/* a op b for `op` OP_ADD .. OP_POW, -a for OP_UNM.  False, and *out untouched, when the
 * result is left to run time: division by zero, results that are no number, all other
 * operators. */
bool fold_arith(OpCode op, lua_Number a, lua_Number b, lua_Number *out);

#endif
