/* verify.h -- may this function run?  What the VM relies on, proved for code from outside.
 *
 * Code that passes uses only registers of its frame, constants, upvalues and functions that
 * exist; control never leaves it except by RETURN; an instruction that takes "all values up
 * to the top" follows the one that left them there; and no call puts its frame over a
 * register that an open upvalue may refer to.  Not proved, because debug.setlocal and hooks
 * can change any register between two instructions: what kind of value a register holds.
 * The VM looks at that where it matters. All code of the compiler passes. */
#ifndef CHUNK_VERIFY_H
#define CHUNK_VERIFY_H

#include "heap/buf.h"

/* May `p` run?  Its arrays are of the sizes it says, the functions in it have been
 * verified, and its strings are there.  `space` is scratch memory, for more than one call.
 * Time and space are linear in the size of the code.  Raises LUA_ERRMEM. */
MAY_THROW bool verify_function(lua_State *L, const Proto *p, Buf *space);

/* Can the local variables that the debug information of `p` lists be registers of its
 * frame, at every instruction?  Raises LUA_ERRMEM. */
MAY_THROW bool verify_locals(lua_State *L, const Proto *p, Buf *space);

#endif
