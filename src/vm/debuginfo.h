/* debuginfo.h -- what the debug interface tells about frames and functions.  Manual 3.8.
 *
 * A lua_Debug names its frame by number, `i_ci`: the distance from the base frame of the thread.
 * Zero stands for a call that a tail call has replaced: there is nothing to know about it.  */
#ifndef VM_DEBUGINFO_H
#define VM_DEBUGINFO_H

#include "types/state.h"

/* The number of the frame at `level` (0: the running one), where each lost tail call is a level of
 * its own.  0 for such a level and for any level below 0; -1 when the stack is not that deep. */
int debuginfo_frame_at(const lua_State *L, int level);

/* Fill the fields of `ar` that the letters of `what` ask for.  `f` is the function or NULL (a lost
 * tail call); `ci` the frame that runs it, or NULL when none is meant.  'f' and 'L' are the
 * caller's.  False when there was an unknown letter.  Never raises, never allocates. */
bool debuginfo_fill(lua_State *L, const char *what, lua_Debug *ar, const Closure *f, CallInfo *ci);

/* A new table whose keys are the lines that have code in `f`; NULL for a C function and for NULL.
 * Raises LUA_ERRMEM.  Does not collect. */
MAY_THROW Table *debuginfo_active_lines(lua_State *L, const Closure *f);

/* Where the values of frame `ci` end: the frame above begins there, or the stack is unused. */
const TValue *debuginfo_frame_end(const lua_State *L, const CallInfo *ci);

/* Name of the value `n` (from 1) of frame `ci`, which is at ci->base + n - 1: a local variable alive
 * at its current instruction, or "(*temporary)"; NULL when the frame has no such value. */
const char *debuginfo_local_name(const lua_State *L, const CallInfo *ci, int n);

#endif
