/* api_call.c -- the part of the C API that calls functions, raises errors and catches them. */
#include "api/api.h"
#include "object/fn.h"
#include "object/str.h"
#include "vm/call.h"
#include "vm/error.h"

/* After a call with all results: the frame may use what they occupy. */
static void cover_results(lua_State *L, int nresults) {
  if (nresults == LUA_MULTRET && L->top > L->ci->top) L->ci->top = L->top;
}

LUA_API void lua_call(lua_State *L, int nargs, int nresults) {
  api_check_pops(L, nargs + 1);
  call_function(L, L->top - (nargs + 1), nresults);
  cover_results(L, nresults);
}

typedef struct Call {
  StkId func;
  int nresults;
} Call;

static void run_call(lua_State *L, void *ud) {
  const Call *c = ud;
  call_function(L, c->func, c->nresults);
}

LUA_API int lua_pcall(lua_State *L, int nargs, int nresults, int errfunc) {
  api_check_pops(L, nargs + 1);
  Call c = {L->top - (nargs + 1), nresults};
  ptrdiff_t handler = errfunc != 0 ? stack_save(L, api_slot(L, errfunc)) : 0;
  int status = call_protected(L, run_call, &c, stack_save(L, c.func), handler);
  cover_results(L, nresults);
  return status;
}

typedef struct CCall {
  lua_CFunction func;
  void *ud;
} CCall;

static void run_ccall(lua_State *L, void *ud) {
  const CCall *c = ud;
  CClosure *f = fn_new_cclosure(L, c->func, 0, api_current_env(L));
  api_push(L, val_from_cclosure(f));
  api_push(L, str_light(L, c->ud));
  call_function(L, L->top - 2, 0);
}

LUA_API int lua_cpcall(lua_State *L, lua_CFunction func, void *ud) {
  CCall c = {func, ud};
  return call_protected(L, run_ccall, &c, stack_save(L, L->top), 0);
}

LUA_API int lua_error(lua_State *L) {
  api_check_pops(L, 1);
  err_throw_value(L);
}

LUA_API lua_CFunction lua_atpanic(lua_State *L, lua_CFunction panicf) {
  lua_CFunction old = G(L)->panic;
  G(L)->panic = panicf;
  return old;
}

LUA_API void lua_setlevel(lua_State *from, lua_State *to) { to->ncalls = from->ncalls; }
