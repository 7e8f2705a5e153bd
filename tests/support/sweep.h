/* sweep.h -- lets every allocation of a piece of code fail once, and then all from some point on. */
#ifndef SUPPORT_SWEEP_H
#define SUPPORT_SWEEP_H

#include "support/harness.h"

/* Runs body(L) under lua_cpcall in a fresh state, with the n-th allocation failing, for n = 1, 2, ...
 * until it succeeds.  Asserts that every failure is LUA_ERRMEM, that the state still closes and gives
 * everything back, and that the body does allocate.  With `libs` the standard libraries are open. */
void sweep_allocations(lua_CFunction body, bool libs);

/* A body that catches a memory error by itself says so here before it returns. */
void sweep_note_failure(void);

#endif
