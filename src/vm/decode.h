/* decode.h -- from canonical instructions to the executable form; never the other way.
 *
 * The executable form of a function is one 64-bit word per canonical instruction, at the same index,
 * so that a program counter means the same in both.  It is made at the function's first call. */
#ifndef VM_DECODE_H
#define VM_DECODE_H

#include "types/state.h"

/* What Proto.exec points to until the first call: a word whose handler decodes. */
extern const Word decode_me;

/* Make p->exec.  Raises LUA_ERRMEM.  Does not collect. */
MAY_THROW void decode_proto(lua_State *L, Proto *p);

#endif
