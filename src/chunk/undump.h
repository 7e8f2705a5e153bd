/* undump.h -- bytes to Proto: decode with every count bounded by the input, then verify. */
#ifndef CHUNK_UNDUMP_H
#define CHUNK_UNDUMP_H

#include "heap/source.h"

/* Load the binary chunk that `src` gives (its first byte is ESC).  Raises LUA_ERRSYNTAX
 * ("NAME: bad header in precompiled chunk", ...), LUA_ERRMEM, and what the reader raises.
 * The result is rooted by nothing: the caller makes a
 * function of it at once. */
MAY_THROW MOVES_STACK Proto *undump_chunk(lua_State *L, Source *src, const char *name);

#endif
