/* api_stack.c -- the part of the C API that moves values about on the stack, and what every index
 * means.  Manual 3.2, 3.3. */
#include "api/api.h"
#include "object/raise.h"
#include "vm/stack.h"

const TValue api_none = {.bits = NIL_BITS};

const TValue *api_pseudo(lua_State *L, int idx) {
  if (idx == LUA_REGISTRYINDEX) return &G(L)->registry;
  if (idx == LUA_GLOBALSINDEX) return &L->globals;
  if (idx == LUA_ENVIRONINDEX) {
    L->env_scratch = val_from_table(api_current_env(L));
    return &L->env_scratch;
  }
  const Closure *f = L->ci->callee;
  int n = LUA_GLOBALSINDEX - idx;
  if (f == NULL || f->tt != OBJ_CCLOSURE || n > f->nups) return &api_none;
  return &((const CClosure *)f)->upvals[n - 1].v;
}

LUA_API int lua_gettop(lua_State *L) { return (int)(L->top - L->ci->base); }

LUA_API void lua_settop(lua_State *L, int idx) {
  if (idx < 0) {
    api_check_pops(L, -(idx + 1));
    L->top += idx + 1;
    return;
  }
  StkId end = L->ci->base + idx;
  api_check(end <= L->stack + L->size_stack, "top set above the stack");
  while (L->top < end) *L->top++ = VAL_NIL;
  L->top = end;
}

LUA_API void lua_pushvalue(lua_State *L, int idx) { api_push(L, api_get(L, idx)); }

LUA_API void lua_remove(lua_State *L, int idx) {
  for (StkId p = api_slot(L, idx) + 1; p < L->top; p++) p[-1] = *p;
  L->top--;
}

LUA_API void lua_insert(lua_State *L, int idx) {
  StkId p = api_slot(L, idx), q = L->top - 1;
  TValue v = *q;
  for (; q > p; q--) *q = q[-1]; /* few: a call of memmove would cost more */
  *p = v;
}

/* Pseudo-indices have an owner each: the running function, the thread, the state. */
static void replace_pseudo(lua_State *L, int idx, TValue v) {
  Closure *f = L->ci->callee;
  if (idx == LUA_REGISTRYINDEX) {
    G(L)->registry = v;
    if (G(L)->gc_phase == GC_PROPAGATE) heap_mark_value(G(L), v);
  } else if (idx == LUA_GLOBALSINDEX) {
    L->globals = v;
  } else if (idx == LUA_ENVIRONINDEX) {
    if (f == NULL) err_run(L, "no calling environment");
    api_check(val_is_table(v), "an environment must be a table");
    ref_set(L, f, &f->env, val_table(v));
  } else {
    int n = LUA_GLOBALSINDEX - idx;
    api_check(f != NULL && f->tt == OBJ_CCLOSURE && n <= f->nups, "no such upvalue");
    slot_set(L, OBJ(f), &((CClosure *)f)->upvals[n - 1], v);
  }
}

LUA_API void lua_replace(lua_State *L, int idx) {
  api_check_pops(L, 1);
  if (likely(idx > LUA_REGISTRYINDEX))
    *api_slot(L, idx) = L->top[-1];
  else
    replace_pseudo(L, idx, L->top[-1]);
  L->top--;
}

LUA_API int lua_checkstack(lua_State *L, int sz) {
  if (sz > LUAI_MAXCSTACK || L->top - L->ci->base + sz > LUAI_MAXCSTACK) return 0;
  if (sz > 0) {
    stack_ensure(L, sz);
    if (L->ci->top < L->top + sz) L->ci->top = L->top + sz;
  }
  return 1;
}

LUA_API void lua_xmove(lua_State *from, lua_State *to, int n) {
  if (from == to) return;
  api_check_pops(from, n);
  api_check(G(from) == G(to), "threads of different states");
  from->top -= n;
  for (int i = 0; i < n; i++) api_push(to, from->top[i]);
}
