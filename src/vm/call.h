/* call.h -- calling functions from C, protected and not.
 *
 * A function to be called stands at `func` with its arguments above it up to L->top; its results
 * replace them from `func` on.                                                             */
#ifndef VM_CALL_H
#define VM_CALL_H

#include "heap/throw.h"
#include "vm/stack.h"

/* Call, and run a Lua function to its end.  With nresults >= 0 exactly that many results are left;
 * with LUA_MULTRET all of them, up to L->top.  Counts as one nested C call: raises "C stack overflow" at
 * LUAI_MAXCCALLS. */
MAY_THROW MAY_GC MOVES_STACK void call_function(lua_State *L, StkId func, int nresults);

/* Prepare a call.  A C function is run at once.  CALL_STARTED_LUA: a new frame waits for
 * vm_execute; CALL_DONE_C: results are in place; CALL_YIELDED: a C function yielded. */
typedef enum CallOutcome { CALL_STARTED_LUA, CALL_DONE_C, CALL_YIELDED } CallOutcome;
MAY_THROW MAY_GC MOVES_STACK CallOutcome call_prepare(lua_State *L, StkId func, int nresults);

/* The same for what is known to be a C function. */
MAY_THROW MAY_GC MOVES_STACK CallOutcome call_c(lua_State *L, StkId func, int nresults);

/* Leave the current frame: move results from `first` .. L->top to where the caller wants them and
 * pad them with nils.  Returns the frame's nresults (LUA_MULTRET: L->top ends the results). */
int call_finish(lua_State *L, StkId first);

/* Run f(L, ud); on an error run the handler at stack offset `error_func` (0: none), close upvalues,
 * cut the stack back to offset `old_top`, leave the error value there, and return its status. */
MAY_GC MOVES_STACK int call_protected(lua_State *L, ProtectedFn f, void *ud, ptrdiff_t old_top,
                                      ptrdiff_t error_func);

/* Put the error value for `status` at `where` and end the stack after it. */
void call_set_error(lua_State *L, int status, StkId where);

/* Call the hook of L, if any, for `event` (LUA_HOOK...) at `line` (-1: none). */
MAY_THROW MAY_GC MOVES_STACK void call_hook(lua_State *L, int event, int line);

/* Run the topmost frame, a Lua function marked CALL_FRESH, until it returns or yields. */
MAY_THROW MAY_GC MOVES_STACK void vm_execute(lua_State *L);

#endif
