/* stack.h -- the value stack and the frames of a thread: making, growing, shrinking.
 *
 * Invariants: base_ci <= ci <= end_ci; stack <= top <= stack_last + EXTRA_STACK; a slot that was
 * never used holds nil, and one above `top` never an object that has been freed: the collector's
 * atomic step clears those.  gc_free_stack() of gc/gc.h takes stack and frames away.         */
#ifndef VM_STACK_H
#define VM_STACK_H

#include "types/state.h"

/* Give thread L1 its initial stack and base frame; memory is taken, and its lack raised, through
 * L. */
MAY_THROW void stack_init(lua_State *L1, lua_State *L);

/* Make room for `n` more slots above L->top.  Raises LUA_ERRMEM.  Pointers into the stack (top,
 * frames, open upvalues) are corrected; those in C locals are not. */
MAY_THROW MOVES_STACK void stack_grow(lua_State *L, int n);
MAY_THROW MOVES_STACK static inline void stack_ensure(lua_State *L, int n) {
  if (STRESS_STACK || unlikely(L->stack_last - L->top <= n)) stack_grow(L, n);
}
/* Exactly `size` usable slots (plus EXTRA_STACK). */
MAY_THROW MOVES_STACK void stack_resize(lua_State *L, int size);

/* One more frame above L->ci: raises "stack overflow" beyond LUAI_MAXCALLS frames, and LUA_ERRERR
 * when that happens again while the overflow is handled.  Sets L->ci to it and returns it. */
MAY_THROW CallInfo *frame_push_slow(lua_State *L);
MAY_THROW static inline CallInfo *frame_push(lua_State *L) {
  return likely(L->ci < L->end_ci) ? ++L->ci : frame_push_slow(L);
}
/* After an error: give back frames beyond LUAI_MAXCALLS. */
void stack_shrink_after_error(lua_State *L);
/* Called at safepoints, after marking: halve what is mostly unused. */
MOVES_STACK void stack_shrink_unused(lua_State *L);

#endif
