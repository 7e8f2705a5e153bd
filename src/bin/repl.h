/* repl.h -- the interactive loop of `lua`: reads statements, runs them, prints results. */
#ifndef BIN_REPL_H
#define BIN_REPL_H

#include "lua.h"

/* Reads and runs statements from stdin until its end; leaves the stack empty.
 *
 * A line that begins with '=' is an expression to print.  A statement that ends too early goes on
 * in the next line, after the second prompt.  The prompts are the globals _PROMPT and _PROMPT2,
 * asked anew each time.  Where stdin is a terminal, lines are edited and remembered if the
 * program was built with a line editor; otherwise they are read plainly, so that what is piped in
 * does not appear in the output. May raise: what the globals' metamethods raise is not caught
 * here. */
void repl_run(lua_State *L);

#endif
