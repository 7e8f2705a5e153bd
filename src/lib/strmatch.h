/* strmatch.h -- the functions of `string` that take patterns (manual 5.4), for
 * lib_string.c's table.  Each is a lua_CFunction. */
#ifndef LIB_STRMATCH_H
#define LIB_STRMATCH_H

#include "lua.h"

int lib_string_find(lua_State *L);     /* find(s, pattern [, init [, plain]]) */
int lib_string_match(lua_State *L);    /* match(s, pattern [, init]) */
int lib_string_gmatch(lua_State *L);   /* gmatch(s, pattern) */
int lib_string_gsub(lua_State *L);     /* gsub(s, pattern, repl [, n]) */

#endif
