/* ioread.h -- the formats of io.read and file:read (manual 5.7), for lib_io.c.
 *
 * Each function pushes exactly one value, read from `f`, and returns whether it counts
 * (if not, the caller replaces it by nil).  End of file and read errors look the same
 * here: ask ferror.  A byte NUL is a byte like any other. */
#ifndef LIB_IOREAD_H
#define LIB_IOREAD_H

#include <stddef.h>
#include <stdio.h>

#include "lua.h"

int ioread_number(lua_State *L, FILE **f);            /* "*n": as fscanf("%lf") reads */
int ioread_line(lua_State *L, FILE **f);              /* "*l": without its newline */
int ioread_chars(lua_State *L, FILE **f, size_t n);   /* n > 0: up to n bytes */
int ioread_all(lua_State *L, FILE **f);               /* "*a": always counts */
int ioread_eof(lua_State *L, FILE **f);               /* 0: "", counts before the end */

#endif
