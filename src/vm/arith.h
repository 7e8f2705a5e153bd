/* arith.h -- arithmetic that is not plain: coercion of operands, metamethods, errors. */
#ifndef VM_ARITH_H
#define VM_ARITH_H

#include <math.h>

#include "object/meta.h"

/* *a op *b, `e` one of EVENT_ADD .. EVENT_UNM (UNM: b is a).  The operands stand in registers of the
 * running frame, which errors name, or elsewhere (constants). */
MAY_THROW MAY_GC MOVES_STACK TValue arith_slow(lua_State *L, const TValue *a, const TValue *b,
                                               Event e);

/* a % b, exactly a - floor(a/b)*b. */
static inline lua_Number arith_mod(lua_Number a, lua_Number b) { return a - floor(a / b) * b; }

/* Call metamethod f(a, b) for one result.  The operands may stand anywhere. */
MAY_THROW MAY_GC MOVES_STACK TValue arith_call_meta(lua_State *L, TValue f, TValue a, TValue b);

#endif
