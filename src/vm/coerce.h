/* coerce.h -- between numbers and strings, as operators and the API do it.  Manual 2.2.1. */
#ifndef VM_COERCE_H
#define VM_COERCE_H

#include "types/state.h"

/* A number as it is, a numeric string as its number; false for anything else.  L pays for long ones. */
bool coerce_to_number(const lua_State *L, TValue v, lua_Number *out);
/* num_to_text for a program, which pays. */
int coerce_text(const lua_State *L, char *text, lua_Number n);
/* A number becomes its text in *v; true for strings too, false for anything else.  Raises
 * LUA_ERRMEM; does not collect. */
MAY_THROW bool coerce_to_string(lua_State *L, TValue *v);

#endif
