/* concat.h -- the operator `..` over a run of stack slots. */
#ifndef VM_CONCAT_H
#define VM_CONCAT_H

#include "types/state.h"

/* Concatenate the `n` >= 2 values below L->top, with metamethods, right to left; the result stays
 * at L->top - 1 and the others are gone. */
MAY_THROW MAY_GC MOVES_STACK void concat_top(lua_State *L, int n);

#endif
