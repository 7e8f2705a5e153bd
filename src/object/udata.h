/* udata.h -- full userdata. */
#ifndef OBJECT_UDATA_H
#define OBJECT_UDATA_H

#include "heap/slot.h"

/* `len` undefined bytes behind a header, no metatable, environment `env`.  Raises LUA_ERRMEM. */
MAY_THROW Udata *udata_new(lua_State *L, size_t len, Table *env);

#endif
