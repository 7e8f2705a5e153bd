/* host.h -- what the interpreter's state stands on: its memory and its libraries.
 *
 * host.c gives the ordinary ones.  Variant internal links host_internal.c in its place, which adds
 * the test library T and an allocator that checks; lua.c knows of neither (docs/decisions/0009). */
#ifndef BIN_HOST_H
#define BIN_HOST_H

#include "lua.h"

/* A new state without libraries; NULL when memory is out. */
lua_State *host_open(void);

/* Open all libraries.  May raise. */
void host_open_libs(lua_State *L);

/* Close the state: finalisers run, memory is given back. */
void host_close(lua_State *L);

#endif
