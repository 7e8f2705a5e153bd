/* values.h -- the values of a Lua state in canonical form (observe/canon.h), read through the
 * API. */
#ifndef ENGINE_VALUES_H
#define ENGINE_VALUES_H

#include "engine/api.h"
#include "observe/canon.h"

/* Appends the value at `index` and a newline.  Runs no Lua code (no metamethods); needs a few slots
 * of stack and may raise "not enough memory" for them: call it where errors are caught. */
void values_append(const LuaApi *api, lua_State *L, int index, Canon *seen, Bytes *to);

/* Appends what is running, a line a level from the innermost: name, kind, source and line. */
void values_append_levels(const LuaApi *api, lua_State *L, int first_level, Bytes *to);

#endif
