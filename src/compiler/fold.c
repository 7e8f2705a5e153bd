/* fold.c -- constant folding. */
#include "compiler/fold.h"

#include <math.h>

#include "vm/arith.h"

bool fold_arith(OpCode op, lua_Number a, lua_Number b, lua_Number *out) {
  lua_Number n;
  switch (op) {
    case OP_ADD: n = a + b; break;
    case OP_SUB: n = a - b; break;
    case OP_MUL: n = a * b; break;
    case OP_DIV:
      if (b == 0) return false;
      n = a / b;
      break;
    case OP_MOD:
      if (b == 0) return false;
      n = arith_mod(a, b);
      break;
    case OP_POW: n = pow(a, b); break;
    case OP_UNM: n = -a; break;
    default: return false;
  }
  if (n != n) return false; /* a NaN cannot be a key of the constant table */
  *out = n;
  return true;
}
