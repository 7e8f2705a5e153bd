/* throw.h -- how failure leaves a C function: the only setjmp and longjmp of the VM.
 *
 * throw_status() unwinds the C stack to the innermost throw_run() of the thread, and nothing else:
 * the frames and the stack of the thread stay as they were at the throw, so that the catcher can
 * run an error handler over them (vm/call.c) before it cuts them back.                       */
#ifndef HEAP_THROW_H
#define HEAP_THROW_H

#include "types/state.h"

/* What runs protected; `ud` is the caller's. */
typedef void (*ProtectedFn)(lua_State *L, void *ud);

/* Run f(L, ud).  0 when it returned, else the LUA_ERR... it threw.  For LUA_ERRRUN and
 * LUA_ERRSYNTAX the error value is at L->top - 1; other statuses have fixed messages.
 * L->ncalls is as it was at the throw: the catcher restores it. */
int throw_run(lua_State *L, ProtectedFn f, void *ud);

/* Leave to the innermost throw_run of L; but LUA_ERRMEM, which has no value to hand over, to that of any
 * thread: the running one may have asked for memory on behalf of L (the stack of a coroutine to be
 * resumed).  With none: call the panic function of the state, then exit(EXIT_FAILURE). */
NORETURN void throw_status(lua_State *L, int status);

/* Raise LUA_ERRMEM.  Allocates nothing. */
NORETURN void throw_memory(lua_State *L);

#endif
