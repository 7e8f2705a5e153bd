/* error.h -- run-time errors that name the culprit: "attempt to index local 'x' (a nil value)". */
#ifndef VM_ERROR_H
#define VM_ERROR_H

#include "object/raise.h"

/* "attempt to OP local 'x' (a T value)", or without a name.  `where` is the stack slot of the
 * current frame that holds the culprit, or NULL when it has none (a constant, an upvalue);
 * `v` is the culprit. */
NORETURN void err_type(lua_State *L, const TValue *where, TValue v, const char *op);
/* "attempt to perform arithmetic on ...": blames the first operand that is no number. */
NORETURN void err_arith(lua_State *L, const TValue *wa, TValue a, const TValue *wb, TValue b);
/* "attempt to concatenate ...": blames the first operand that is neither string nor number. */
NORETURN void err_concat(lua_State *L, const TValue *wa, const TValue *wb);
/* "attempt to compare two T values", "attempt to compare T1 with T2". */
NORETURN void err_compare(lua_State *L, TValue a, TValue b);
/* lua_error: raise the value at L->top - 1. */
NORETURN void err_throw_value(lua_State *L);

#endif
