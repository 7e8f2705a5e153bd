/* lib_coroutine.h -- lets luaopen_base open the `coroutine` table too, which has no
 * opener of its own in 5.1. */
#ifndef LIB_LIB_COROUTINE_H
#define LIB_LIB_COROUTINE_H

#include "lua.h"

/* Registers the library and pushes its table. */
void lib_open_coroutine(lua_State *L);

#endif
