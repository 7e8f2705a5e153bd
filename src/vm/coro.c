/* coro.c -- resume and yield.
 *
 * A coroutine runs in a vm_execute of its own, below the resumer's on the C stack.  To yield, the C
 * function returns -1 and vm_execute returns: the frames of the coroutine stay, and a later resume
 * goes on with the topmost.  No C function may be in between, hence the check of the C levels. */
#include "object/str.h"
#include "vm/call.h"
#include "vm/error.h"

static int refuse_resume(lua_State *L, const char *message) {
  L->top = L->ci->base;
  *L->top++ = val_from_string(str_from_c(L, message));
  return LUA_ERRRUN;
}

/* Start the function below the arguments, or go on after the yield whose results `first` points to
 * (as an offset). */
static void resume(lua_State *L, void *first_argument) {
  StkId first = stack_restore(L, *(const ptrdiff_t *)first_argument);
  if (L->status == 0) {
    if (call_prepare(L, first - 1, LUA_MULTRET) != CALL_STARTED_LUA) return;
    L->ci->flags |= CALL_FRESH;
  } else {
    L->status = 0;
    if (L->hook_yield_base != 0) { /* a hook yielded: its frame goes on where it was */
      L->ci->base = stack_restore(L, L->hook_yield_base);
      L->hook_yield_base = 0;
    } else {
      call_finish(L, first);
      if (L->ci == L->base_ci) return; /* the body was a C function */
    }
  }
  vm_execute(L);
}

int lua_resume(lua_State *L, int nargs) {
  if (L->status != LUA_YIELD && (L->status != 0 || L->ci != L->base_ci))
    return refuse_resume(L, "cannot resume non-suspended coroutine");
  if (L->ncalls >= LUAI_MAXCCALLS) return refuse_resume(L, "C stack overflow");
  const unsigned short ncalls = L->ncalls++;
  ptrdiff_t first = stack_save(L, L->top - nargs);
  L->base_ncalls = L->ncalls;
  int status = throw_run(L, resume, &first);
  if (status != 0) { /* the frames stay, for the traceback of a dead coroutine */
    L->status = (uint8_t)status;
    call_set_error(L, status, L->top);
    if (L->ci->top < L->top) L->ci->top = L->top;
  } else {
    status = L->status;
  }
  L->ncalls = ncalls;
  return status;
}

int lua_yield(lua_State *L, int nresults) {
  CallInfo *ci = L->ci;
  if (L->ncalls > L->base_ncalls)
    err_run(L, "attempt to yield across metamethod/C-call boundary");
  if (call_is_lua(ci)) L->hook_yield_base = stack_save(L, ci->base);
  ci->base = L->top - nresults; /* what the resumer sees as the coroutine's stack */
  L->status = LUA_YIELD;
  return -1;
}

int lua_status(lua_State *L) { return L->status; }
