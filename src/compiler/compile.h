/* compile.h -- the compiler's one entry: text in, prototype out. */
#ifndef COMPILER_COMPILE_H
#define COMPILER_COMPILE_H

#include "heap/source.h"

/* Compile the text that `src` gives; `name` is the chunk name.  The reader may run Lua code and
 * collect: what is half built is held by a Roots of the compiler's.  The result is rooted by
 * nothing: the caller makes a function of it at once.
 * Raises LUA_ERRSYNTAX, LUA_ERRMEM, LUA_ERRRUN (limits without position), and what the reader
 * raises.  Syntax levels count in L->ncalls; whoever catches restores it. */
MAY_THROW MAY_GC MOVES_STACK Proto *compile_chunk(lua_State *L, Source *src, const char *name);

#endif
