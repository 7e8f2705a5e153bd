/* raise.h -- run-time errors: format a message, prefix the position, throw.
 *
 * vm/error.h adds the messages that name a variable.                                       */
#ifndef OBJECT_RAISE_H
#define OBJECT_RAISE_H

#include <stdarg.h>

#include "types/state.h"

/* Raise LUA_ERRRUN with the message "chunk:line: ..." (no prefix when a C function runs).
 * Formats: %s (char *, NULL is "(null)"), %d (int), %c (int), %f (lua_Number), %p, %%. */
NORETURN void err_run(lua_State *L, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "instruction budget exceeded" (include/lua_limits.h).  Every instruction from now on raises it. */
NORETURN void err_out_of_fuel(lua_State *L);

/* Push the formatted string and return its text.  Raises LUA_ERRMEM. */
MAY_THROW const char *err_push_format(lua_State *L, const char *fmt, va_list args);

/* The line that frame `ci` executes: -1 in a C function, 0 without line information. */
int err_current_line(const lua_State *L, const CallInfo *ci);
/* Index of the canonical instruction that frame `ci` (a Lua frame) executes; -1 before the first. */
int err_current_pc(const CallInfo *ci);

/* The short form of chunk name `source` in `out`, at most `size` bytes with the NUL (debug
 * information: LUA_IDSIZE; messages of the parser: 80). */
void err_chunk_id(char *out, const char *source, size_t size);

#endif
