/* fn.h -- making and freeing functions and their prototypes.  None of these collects. */
#ifndef OBJECT_FN_H
#define OBJECT_FN_H

#include "heap/slot.h"

/* An empty prototype: all arrays NULL and sizes 0.  Raises LUA_ERRMEM. */
MAY_THROW Proto *fn_new_proto(lua_State *L);
void fn_free_proto(lua_State *L, Proto *p);
/* Bytes of a prototype with all its arrays. */
size_t fn_proto_size(const Proto *p);

/* A function of prototype `p` with p->nups unset (NULL) upvalues.  `p` must be finished: its
 * constants do not move any more. */
MAY_THROW LClosure *fn_new_lclosure(lua_State *L, Proto *p, Table *env);
MAY_THROW CClosure *fn_new_cclosure(lua_State *L, lua_CFunction f, int nups, Table *env);
void fn_free_closure(lua_State *L, Closure *c);

/* Name of the n-th (from 1) local variable alive at instruction `pc`, or NULL. */
const char *fn_local_name(const Proto *p, int n, int pc);

#endif
