/* t_open.h -- the library T as a whole, and the state it tests: what the program `lua` of variant
 * internal is built on (docs/decisions).  */
#ifndef TESTLIB_T_OPEN_H
#define TESTLIB_T_OPEN_H

#include "testlib/t_memory.h"

/* A state on `memory`, with a panic function that reports; NULL when the limit is too low. */
lua_State *t_open_state(TMemory *memory);

/* Make the global table T.  L's state must run on t_memory_alloc.  [-0, +0, m] */
void t_open_library(lua_State *L);

#endif
