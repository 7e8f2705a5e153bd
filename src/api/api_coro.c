/* api_coro.c -- the part of the C API that makes threads; vm/coro.c runs them. */
#include "api/api.h"
#include "vm/lifecycle.h"
#include "vm/safepoint.h"

LUA_API lua_State *lua_newthread(lua_State *L) {
  lua_State *thread = thread_new(L);
  api_push(L, val_from_thread(thread));
  gc_safepoint(L);
  return thread;
}
