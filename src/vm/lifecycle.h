/* lifecycle.h -- states and threads: create, close.  lua_newstate and lua_close of the public
 * header are defined in lifecycle.c. */
#ifndef VM_LIFECYCLE_H
#define VM_LIFECYCLE_H

#include "types/state.h"

/* A new thread that shares L's globals and hook.  Raises LUA_ERRMEM; does not collect. */
MAY_THROW lua_State *thread_new(lua_State *L);

#endif
