/* api_meta.c -- the part of the C API that gives values their metatables and environments. */
#include "api/api.h"
#include "object/meta.h"

LUA_API int lua_getmetatable(lua_State *L, int objindex) {
  const Table *mt = meta_of(L, api_get(L, objindex));
  if (mt == NULL) return 0;
  api_push(L, val_from_table(mt));
  return 1;
}

/* The metatables of the basic types are roots that the collector looks at again in its atomic step:
 * they need no barrier. */
LUA_API int lua_setmetatable(lua_State *L, int objindex) {
  api_check_pops(L, 1);
  TValue v = api_get(L, objindex), top = L->top[-1];
  api_check(val_is_table(top) || val_is_nil(top), "a metatable must be a table or nil");
  Table *mt = val_is_table(top) ? val_table(top) : NULL;
  if (val_is_table(v)) {
    ref_init(&val_table(v)->metatable, mt);
    table_barrier(L, val_table(v), top);
  } else if (val_is_userdata(v)) {
    ref_set(L, val_udata(v), &val_udata(v)->metatable, mt);
  } else {
    ref_init(&G(L)->metatables[val_type(v)], mt);
  }
  L->top--;
  return 1;
}

static Closure *closure_of(TValue v) { return (Closure *)val_object(v); }

LUA_API void lua_getfenv(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  if (val_is_function(v))
    api_push(L, val_from_table(ref_get(closure_of(v)->env)));
  else if (val_is_userdata(v))
    api_push(L, val_from_table(ref_get(val_udata(v)->env)));
  else if (val_is_thread(v))
    api_push(L, val_thread(v)->globals);
  else
    api_push(L, VAL_NIL);
}

/* A thread's globals need no barrier: threads are traversed again in the atomic step. */
LUA_API int lua_setfenv(lua_State *L, int idx) {
  api_check_pops(L, 1);
  TValue v = api_get(L, idx), top = L->top[-1];
  api_check(val_is_table(top), "an environment must be a table");
  int has_one = 1;
  if (val_is_function(v))
    ref_set(L, closure_of(v), &closure_of(v)->env, val_table(top));
  else if (val_is_userdata(v))
    ref_set(L, val_udata(v), &val_udata(v)->env, val_table(top));
  else if (val_is_thread(v))
    val_thread(v)->globals = top;
  else
    has_one = 0;
  L->top--;
  return has_one;
}
