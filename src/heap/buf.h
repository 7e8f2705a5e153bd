/* buf.h -- a growable byte buffer owned by the state: what it holds survives a throw, and
 * lua_close frees it.  One user at a time: the scanner, or one concatenation. */
#ifndef HEAP_BUF_H
#define HEAP_BUF_H

#include "heap/mem.h"

/* At least `size` bytes of scratch; earlier contents are kept up to the old size. */
MAY_THROW char *buf_reserve(lua_State *L, Buf *b, size_t size);
/* Halve a buffer that is larger than usual; its contents are lost. */
void buf_shrink(lua_State *L, Buf *b);
void buf_free(lua_State *L, Buf *b);

#endif
