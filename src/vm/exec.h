/* exec.h -- the dispatch table: which handler a word of executable code runs. */
#ifndef VM_EXEC_H
#define VM_EXEC_H

#include "types/state.h"

/* Fill g->dispatch with the real handlers. */
void exec_init_dispatch(global_State *g);
/* on: every entry becomes the hooking handler, which calls hook_before_instruction for threads with
 * a line or count hook and then runs the real one; off: as exec_init_dispatch, or, in a state with a
 * budget (g->limits.counting), the handler that counts down g->fuel first.  The hooking one counts,
 * too.  Plain stores only: may run in a signal handler. */
void exec_set_hooking(global_State *g, bool on);

#endif
