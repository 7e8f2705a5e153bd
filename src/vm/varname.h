/* varname.h -- names of variables for messages and debug information, found by following the
 * canonical code of a function up to an instruction. */
#ifndef VM_VARNAME_H
#define VM_VARNAME_H

#include "types/state.h"

/* What register `reg` of Lua frame `ci` holds: returns "local", "global", "field", "method" or
 * "upvalue" and sets *name; NULL when not known. */
const char *varname_of_register(lua_State *L, CallInfo *ci, int reg, const char **name);
/* How the function that frame `ci` runs was called, by the code of its caller; NULL when the caller
 * is no Lua function or lost in a tail call. */
const char *varname_of_callee(lua_State *L, CallInfo *ci, const char **name);

#endif
