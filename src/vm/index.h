/* index.h -- t[k] with metamethods, both directions.  Manual 2.8. */
#ifndef VM_INDEX_H
#define VM_INDEX_H

#include "types/state.h"

/* The value obj[key].  May call metamethods. */
MAY_THROW MAY_GC MOVES_STACK TValue index_get(lua_State *L, TValue obj, TValue key);
/* obj[key] = v. */
MAY_THROW MAY_GC MOVES_STACK void index_set(lua_State *L, TValue obj, TValue key, TValue v);

/* The same for an object in a register of the running Lua frame, which errors then name. */
MAY_THROW MAY_GC MOVES_STACK TValue index_get_at(lua_State *L, const TValue *where, TValue key);
MAY_THROW MAY_GC MOVES_STACK void index_set_at(lua_State *L, const TValue *where, TValue key,
                                               TValue v);

#endif
