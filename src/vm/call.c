/* call.c -- calls, returns and protected calls, as C code does them; the common cases of Lua code
 * calling Lua code are in handlers.inc. */
#include "vm/call.h"

#include <string.h>

#include "object/meta.h"
#include "object/str.h"
#include "object/upval.h"
#include "vm/decode.h"
#include "vm/error.h"
#include "vm/safepoint.h"

/* ---- Hooks --------------------------------------------------------------------------------- */

void call_hook(lua_State *L, int event, int line) {
  const lua_Hook hook = L->hook;
  if (hook == NULL || !L->hook_allowed) return;
  const ptrdiff_t top = stack_save(L, L->top), ci_top = stack_save(L, L->ci->top);
  lua_Debug ar = {.event = event, .currentline = line};
  ar.i_ci = event == LUA_HOOKTAILRET ? 0 : (int)(L->ci - L->base_ci);
  stack_ensure(L, LUA_MINSTACK);
  if (L->ci->top < L->top + LUA_MINSTACK) L->ci->top = L->top + LUA_MINSTACK;
  L->hook_allowed = 0; /* no hooks inside a hook */
  hook(L, &ar);
  L->hook_allowed = 1;
  L->ci->top = stack_restore(L, ci_top);
  L->top = stack_restore(L, top);
}

static StkId call_return_hooks(lua_State *L, StkId first) {
  const ptrdiff_t at = stack_save(L, first);
  call_hook(L, LUA_HOOKRET, -1);
  if (call_is_lua(L->ci))
    while ((L->hook_mask & LUA_MASKRET) && L->ci->tailcalls-- > 0)
      call_hook(L, LUA_HOOKTAILRET, -1);
  return stack_restore(L, at);
}

/* ---- Entering ------------------------------------------------------------------------------- */

/* The callee at `func` is no function: put its __call metamethod below the arguments. */
static StkId insert_call_meta(lua_State *L, StkId func) {
  const TValue f = meta_find(L, *func, EVENT_CALL);
  const ptrdiff_t at = stack_save(L, func);
  if (!val_is_function(f)) err_type(L, func, *func, "call");
  stack_ensure(L, 1);
  func = stack_restore(L, at);
  memmove(func + 1, func, (size_t)(L->top - func) * sizeof *func);
  L->top++;
  *func = f;
  return func;
}

/* The table `arg` of an old-style vararg function: its extra arguments, the `n` topmost values. */
static Table *make_arg_table(lua_State *L, int n) {
  Table *t = tab_new(L, (uint32_t)n, 1);
  for (int i = 0; i < n; i++) slot_init(&t->array[i], L->top[i - n]);
  tab_set_str(L, t, str_literal(L, "n"), val_from_num(n));
  return t;
}

/* A finaliser that runs here can write (debug.setlocal) where the callee `f` lies on the stack. */
static void collect_before_arg(lua_State *L, LClosure *f) {
  Roots roots = {.outer = L->roots, .object = {OBJ(f)}};
  L->roots = &roots;
  gc_safepoint(L);
  L->roots = roots.outer;
}

/* Copy the fixed parameters above the arguments, so that the extra ones end up below the frame.
 * Returns the new base.  Room for maxstack + numparams slots has been made. */
static StkId shift_varargs(lua_State *L, LClosure *f, int nargs) {
  const Proto *p = f->p;
  Table *arg = NULL;
  for (; nargs < p->numparams; nargs++) *L->top++ = VAL_NIL;
  if (p->is_vararg & VARARG_NEEDSARG) {
    collect_before_arg(L, f);
    arg = make_arg_table(L, nargs - p->numparams);
    stack_ensure(L, p->maxstack);
  }
  StkId fixed = L->top - nargs;
  const StkId base = L->top;
  for (int i = 0; i < p->numparams; i++) {
    *L->top++ = fixed[i];
    fixed[i] = VAL_NIL;
  }
  if (arg != NULL) *L->top++ = val_from_table(arg);
  return base;
}

static void enter_lua(lua_State *L, StkId func, int nresults) {
  LClosure *f = val_lclosure(*func);
  Proto *p = f->p;
  const ptrdiff_t at = stack_save(L, func);
  StkId base;
  stack_ensure(L, p->maxstack + p->numparams);
  func = stack_restore(L, at);
  if (p->is_vararg) {
    base = shift_varargs(L, f, (int)(L->top - func) - 1);
    func = stack_restore(L, at);
  } else {
    base = func + 1;
    if (L->top > base + p->numparams) L->top = base + p->numparams;
  }
  CallInfo *ci = frame_push(L);
  ci->func = func;
  ci->base = base;
  ci->top = base + p->maxstack;
  ci->callee = (Closure *)f;
  ci->pc = p->exec;
  ci->nresults = nresults;
  ci->flags = 0;
  ci->tailcalls = 0;
  for (StkId slot = L->top; slot < ci->top; slot++) *slot = VAL_NIL;
  L->top = ci->top;
  if (unlikely(L->hook_mask & LUA_MASKCALL)) {
    if (p->size_exec == 0) decode_proto(L, p);
    L->ci->pc = p->exec + 1; /* the hook sees the first instruction as the current one */
    call_hook(L, LUA_HOOKCALL, -1);
    L->ci->pc = p->exec;
  }
}

/* Move the results `first` .. L->top to `to`: `wanted` of them, or all. */
static ALWAYS_INLINE void place_results(lua_State *L, StkId first, StkId to, int wanted) {
  const StkId top = L->top;
  if (likely(wanted == 1)) {
    *to = first < top ? *first : VAL_NIL;
    L->top = to + 1;
    return;
  }
  int left = wanted;
  for (; left != 0 && first < top; left--) *to++ = *first++;
  for (; left > 0; left--) *to++ = VAL_NIL;
  L->top = to;
}

int call_finish(lua_State *L, StkId first) {
  if (unlikely(L->hook_mask & LUA_MASKRET)) first = call_return_hooks(L, first);
  const CallInfo *ci = L->ci--;
  place_results(L, first, ci->func, ci->nresults);
  return ci->nresults;
}

CallOutcome call_c(lua_State *L, StkId func, int nresults) {
  CClosure *f = val_cclosure(*func);
  if (STRESS_STACK || unlikely(L->stack_last - L->top <= LUA_MINSTACK)) {
    const ptrdiff_t at = stack_save(L, func);
    stack_ensure(L, LUA_MINSTACK);
    func = stack_restore(L, at);
  }
  CallInfo *ci = frame_push(L);
  ci->func = func;
  ci->base = func + 1;
  ci->top = L->top + LUA_MINSTACK;
  ci->callee = (Closure *)f;
  ci->nresults = nresults;
  ci->flags = 0;
  ci->tailcalls = 0;
  if (unlikely(L->hook_mask & LUA_MASKCALL)) call_hook(L, LUA_HOOKCALL, -1);
  const int n = f->f(L);
  if (unlikely(n < 0)) return CALL_YIELDED;
  api_check(n <= L->top - L->ci->base, "a C function returns more values than are on its stack");
  if (unlikely(L->hook_mask & LUA_MASKRET)) {
    call_finish(L, L->top - n);
  } else {
    const StkId to = L->ci->func; /* the stack may have moved */
    L->ci--;
    place_results(L, L->top - n, to, nresults);
  }
  return CALL_DONE_C;
}

CallOutcome call_prepare(lua_State *L, StkId func, int nresults) {
  if (unlikely(!val_is_function(*func))) func = insert_call_meta(L, func);
  if (val_is_cclosure(*func)) return call_c(L, func, nresults);
  enter_lua(L, func, nresults);
  return CALL_STARTED_LUA;
}

static COLD void c_stack_overflow(lua_State *L) {
  if (L->ncalls == LUAI_MAXCCALLS) err_run(L, "C stack overflow");
  if (L->ncalls >= LUAI_MAXCCALLS + LUAI_MAXCCALLS / 8) throw_status(L, LUA_ERRERR);
}

void call_function(lua_State *L, StkId func, int nresults) {
  if (unlikely(++L->ncalls >= LUAI_MAXCCALLS)) c_stack_overflow(L);
  if (call_prepare(L, func, nresults) == CALL_STARTED_LUA) {
    L->ci->flags |= CALL_FRESH;
    vm_execute(L);
  }
  L->ncalls--;
  gc_safepoint(L);
}

/* ---- Protected calls --------------------------------------------------------------------------- */

void call_set_error(lua_State *L, int status, StkId where) {
  TValue v;
  switch (status) {
    case LUA_ERRMEM: v = val_from_string(G(L)->memory_message); break;
    case LUA_ERRERR: v = val_from_string(G(L)->handler_message); break;
    default: v = L->top[-1]; break;
  }
  *where = v;
  L->top = where + 1;
}

/* Unwinding to where an error is handled, and calling the handler, in units of a work budget. */
#define HANDLER_WORK 10

/* Call the handler, at L->top - 2, with the error value above it. */
static void call_handler(lua_State *L, void *unused) {
  (void)unused;
  const TValue handler = *stack_restore(L, L->error_func);
  if (!val_is_function(handler)) throw_status(L, LUA_ERRERR);
  fuel_spend(L, HANDLER_WORK);
  if (fuel_is_out(G(L)) && val_is_lclosure(handler)) return; /* its first instruction would raise */
  L->top[0] = L->top[-1];
  L->top[-1] = handler;
  L->top++;
  call_function(L, L->top - 2, 1);
}

/* An error was thrown and its frames still stand: replace the error value at L->top - 1 by what the
 * handler makes of it.  An error in the handler is handled in turn, one C level deeper each time,
 * until the limit of C calls ends that. */
static int handle_error(lua_State *L, int status) {
  if (L->error_func == 0) return status;
  while (status == LUA_ERRRUN) {
    int inner = throw_run(L, call_handler, NULL);
    if (inner == 0) break;
    status = inner;
  }
  return status;
}

/* What the failed call leaves behind would keep a state at its memory cap. */
static void collect_after_refusal(lua_State *L, void *unused) {
  (void)unused;
  gc_safepoint(L);
}

int call_protected(lua_State *L, ProtectedFn f, void *ud, ptrdiff_t old_top,
                   ptrdiff_t error_func) {
  const unsigned short ncalls = L->ncalls;
  const ptrdiff_t ci = L->ci - L->base_ci;
  const uint8_t hook_allowed = L->hook_allowed;
  const ptrdiff_t outer_error_func = L->error_func;
  L->error_func = error_func;
  int status = throw_run(L, f, ud);
  if (unlikely(status != 0)) {
    status = handle_error(L, status);
    StkId top = stack_restore(L, old_top);
    upval_close(L, top);
    call_set_error(L, status, top);
    L->ncalls = ncalls;
    L->ci = L->base_ci + ci;
    L->hook_allowed = hook_allowed;
    stack_shrink_after_error(L);
  }
  L->error_func = outer_error_func;
  if (unlikely(status == LUA_ERRMEM) && G(L)->limits.memory != NO_LIMIT && L->hook_allowed)
    throw_run(L, collect_after_refusal, NULL);
  return status;
}
