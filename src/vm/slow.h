/* slow.h -- what the handlers do when the common case does not hold.
 *
 * A slow path receives register numbers inside the word `w`, never addresses, for the stack may move:
 * it saves the program counter, does its work with whatever metamethods that takes, and returns the
 * frame's base, fresh.  Tests return the next program counter; calls say how they ended.  `pc` points
 * behind the word.  Each name here is used by handlers.inc through SLOW, SLOW_TEST or SLOW_CALL. */
#ifndef VM_SLOW_H
#define VM_SLOW_H

#include "vm/call.h"
#include "vm/decode.h"

#define SLOW_PATH(name) \
  MAY_THROW MAY_GC MOVES_STACK StkId slow_##name(lua_State *L, const Word *pc, StkId base, Word w)
#define SLOW_PATH_TEST(name)                                                                  \
  MAY_THROW MAY_GC MOVES_STACK const Word *slow_##name(lua_State *L, const Word *pc, StkId base, \
                                                       Word w)
#define SLOW_PATH_CALL(name)                                                                  \
  MAY_THROW MAY_GC MOVES_STACK CallOutcome slow_##name(lua_State *L, const Word *pc, StkId base, \
                                                       Word w)

SLOW_PATH(getglobal);
SLOW_PATH(setglobal);
SLOW_PATH(gettable);
SLOW_PATH(getfield);
SLOW_PATH(getindex);
SLOW_PATH(getconst);
SLOW_PATH(settable);
SLOW_PATH(setfield);
SLOW_PATH(setconst);
SLOW_PATH(self);
SLOW_PATH(selfreg);
SLOW_PATH(setupval);
SLOW_PATH(newtable);
SLOW_PATH(arith_rr); /* the three forms of arithmetic handlers, of whatever operator */
SLOW_PATH(arith_rn);
SLOW_PATH(arith_nr);
SLOW_PATH(arith);
SLOW_PATH(unm);
SLOW_PATH(len);
SLOW_PATH(concat);
SLOW_PATH(setlist);
SLOW_PATH(close);
SLOW_PATH(closure);
SLOW_PATH(vararg);
SLOW_PATH(forprep);

SLOW_PATH_TEST(compare_rr); /* by the handler: EQ, LT or LE, _J or _N */
SLOW_PATH_TEST(compare_rn);
SLOW_PATH_TEST(compare_nr);
SLOW_PATH_TEST(compare);
SLOW_PATH_TEST(tforloop);

SLOW_PATH_CALL(call_c); /* the callee is a C function: the caller's frame goes on */
SLOW_PATH_CALL(call);
SLOW_PATH_CALL(tailcall);
/* CALL_STARTED_LUA: the caller's frame goes on; CALL_DONE_C: it is C code, vm_execute returns. */
SLOW_PATH_CALL(return);

#endif
