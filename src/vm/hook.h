/* hook.h -- debug hooks: the entries of the dispatch table that count and trace.
 *
 * While any thread of a state has a hook, every entry of g->dispatch is the hooking handler, which
 * does its work for threads with a hook and then runs the real one; without hooks they cost nothing.
 * lua_sethook may be called from a signal handler.                                        */
#ifndef VM_HOOK_H
#define VM_HOOK_H

#include "types/state.h"

/* Install or remove (mask 0) the hook of a thread. */
void hook_set(lua_State *L, lua_Hook f, int mask, int count);
/* Make the dispatch table agree with g->nhooked, which the collector lowers when a hooked thread dies,
 * and with g->limits.counting. */
void hook_apply_count(global_State *g);

/* Count and line events before the instruction `pc` of the current Lua frame.  True: the hook
 * yielded. */
MAY_THROW MAY_GC MOVES_STACK bool hook_before_instruction(lua_State *L, const Word *pc);

#endif
