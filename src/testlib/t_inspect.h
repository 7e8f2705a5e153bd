/* t_inspect.h -- the functions of T that look at what no client can see: code, tables, strings,
 * colours.  Nothing here changes anything but the caller's stack. */
#ifndef TESTLIB_T_INSPECT_H
#define TESTLIB_T_INSPECT_H

#include "include/lauxlib.h"

/* Names and functions, ended by a row of NULLs:
 *   listcode(f)      an instruction a line: "(line) pc - NAME operands", operands as stored; fields
 *                    maxstack and numparams
 *   listk(f)         the constants; one that is nil leaves a hole
 *   listlocals(f,pc) names of the locals alive at instruction pc (from 1)
 *   limits()         limits of code generation
 *   querytab(t)      slots of the array part, of the hash part, and the free pointer
 *   querytab(t,i)    slot i, from 0, the array part first: key, value, index of the next node of
 *                    the chain or nil (not counting the array part); "<undef>" is a key that may be
 *                    dead
 *   hash(s)          the hash of a string
 *   hash(key,t)      the main position of a key
 *   querystr()       how many strings, how many buckets
 *   querystr(_,n)    the strings of bucket n, from 1
 *   int2fb(x)        x rounded to a floating-point byte: the byte, and what it stands for
 *   gccolor(v)       "white", "grey", "black" or "no collectable"
 *   gcstate()        "pause", "propagate", "sweep strings", "sweep" or "finalize"
 *   stacklevel()     values on the stack, slots usable, calls, calls without growing, the address
 *                    of a C variable */
extern const luaL_Reg t_inspect_functions[];

#endif
