/* runner.h -- running a chunk on behalf of the person at the keyboard: with a traceback if it
 * fails, interruptible by ^C, and with one way to report what went wrong.  Shared by the command
 * line (lua.c) and the interactive loop (repl.c).  Public API only. */
#ifndef BIN_RUNNER_H
#define BIN_RUNNER_H

#include "lua.h"

/* The name in front of messages: argv[0] for a script, NULL (no name at all) interactively.
 * The string is not copied. */
void runner_set_name(const char *name);
const char *runner_name(void);

/* Writes "name: message" and a newline to stderr. */
void runner_say(const char *message);

/* Calls the function below `nargs` arguments on the stack, as lua_pcall, with a traceback added
 * to an error message that is a string, and with ^C turned into the error "interrupted!".  A
 * second ^C before the first has taken effect ends the process.  After an error everything
 * unreachable is collected. Returns lua_pcall's status. */
int runner_call(lua_State *L, int nargs, int nresults);

/* If `status` is not 0, pops the error object and says it unless it is nil.  Returns `status`. */
int runner_report(lua_State *L, int status);

#endif
