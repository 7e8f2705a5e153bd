/* safepoint.h -- the only place that collects: advances the collector and runs finalisers.
 *
 * A finaliser runs with hooks off and with automatic collection put off until memory has doubled.
 * Finalisers run in the reverse order of creation of their userdata; one that raises an error
 * raises it out of the safepoint, and the others wait for the next one.  Manual 2.10.1.     */
#ifndef VM_SAFEPOINT_H
#define VM_SAFEPOINT_H

#include "types/state.h"

/* Called when total_bytes has reached the threshold (in a gcstress build: always): one step of
 * the collector, paced by gc_stepmul.  L->top must be above every live slot of the running frame.
 * May run finalisers, and so raise their errors. */
MAY_THROW MAY_GC MOVES_STACK void safepoint_advance(lua_State *L);

MAY_THROW MAY_GC MOVES_STACK static inline void gc_safepoint(lua_State *L) {
#if STRESS_GC
  safepoint_advance(L);
#else
  if (unlikely(G(L)->total_bytes >= G(L)->threshold)) safepoint_advance(L);
#endif
}

/* A whole collection and all finalisers: collectgarbage("collect"). */
MAY_THROW MAY_GC MOVES_STACK void safepoint_full(lua_State *L);

/* `bytes` are to be allocated: collect first if the memory cap would refuse them now.  True: did so. */
MAY_THROW MAY_GC MOVES_STACK static inline bool gc_make_room(lua_State *L, size_t bytes) {
  const size_t used = G(L)->total_bytes, most = G(L)->limits.memory;
  if (likely(most == NO_LIMIT) || (used <= most && bytes <= most - used)) return false;
  safepoint_full(L);
  return true;
}

/* collectgarbage("step", kbytes): basic steps until `kbytes` have been worked off or the cycle
 * ended.  1 if the cycle ended, else 0. */
MAY_THROW MAY_GC MOVES_STACK int safepoint_step(lua_State *L, int kbytes);

/* Run every finaliser that waits, each error ignored: lua_close.  The stack of L is reset first.
 * Userdata made by these finalisers are not finalised, unless collected while others still run; a
 * program that keeps that up for ever is stopped after a while. */
MAY_GC MOVES_STACK void safepoint_finalize_all(lua_State *L);

#endif
