/* api_debug.c -- the debug interface: frames, functions, locals, upvalues, hooks.  Manual 3.8. */
#include <string.h>

#include "api/api.h"
#include "vm/debuginfo.h"
#include "vm/hook.h"

/* What the library tells of itself; its text can be found in every program that links it.  Its size
 * is part of the contract: programs reserve that much for a copy. */
#define IDENTITY \
  "$Lua: " LUA_RELEASE " " LUA_COPYRIGHT " $\n$Authors: " LUA_AUTHORS " $\n$URL: www.lua.org $\n"
LUA_API const char lua_ident[sizeof IDENTITY];
const char lua_ident[] = IDENTITY;

/* ---- Frames and functions -------------------------------------------------------- */

/* The frame that `ar` describes.  A record that outlived its frame gives the base frame, as one of
 * a lost tail call does. */
static CallInfo *frame_of(lua_State *L, const lua_Debug *ar) {
  int n = ar->i_ci;
  return n > 0 && n <= L->ci - L->base_ci ? L->base_ci + n : L->base_ci;
}

LUA_API int lua_getstack(lua_State *L, int level, lua_Debug *ar) {
  int frame = debuginfo_frame_at(L, level);
  fuel_spend(L, (size_t)(L->ci - L->base_ci - (frame > 0 ? frame : 0)) / 8);
  if (frame < 0) return 0;
  ar->i_ci = frame;
  return 1;
}

LUA_API int lua_getinfo(lua_State *L, const char *what, lua_Debug *ar) {
  Closure *f;
  CallInfo *ci = NULL;
  if (*what == '>') {
    what++;
    api_check_pops(L, 1);
    api_check(val_is_function(L->top[-1]), "function expected");
    f = (Closure *)val_object(L->top[-1]);
    L->top--;
  } else {
    ci = frame_of(L, ar);
    f = ci->callee;
  }
  bool known = debuginfo_fill(L, what, ar, f, ci);
  if (strchr(what, 'f') != NULL) api_push(L, f != NULL ? val_from_object(OBJ(f)) : VAL_NIL);
  if (strchr(what, 'L') != NULL) {
    const Table *lines = debuginfo_active_lines(L, f);
    api_push(L, lines != NULL ? val_from_table(lines) : VAL_NIL); /* no safepoint: L may be asleep */
  }
  return known;
}

/* ---- Locals and upvalues ------------------------------------------------------------- */

LUA_API const char *lua_getlocal(lua_State *L, const lua_Debug *ar, int n) {
  CallInfo *ci = frame_of(L, ar);
  const char *name = debuginfo_local_name(L, ci, n);
  if (name != NULL) api_push(L, ci->base[n - 1]);
  return name;
}

/* The base frame can be reached by a level that a tail call lost; what it holds is the host's.  A
 * local that exists by name alone is not written: in a return hook, or by what a foreign chunk says
 * of itself, it may lie where the frames above are, among them C functions'. */
LUA_API const char *lua_setlocal(lua_State *L, const lua_Debug *ar, int n) {
  api_check_pops(L, 1);
  CallInfo *ci = frame_of(L, ar);
  const char *name = ci != L->base_ci ? debuginfo_local_name(L, ci, n) : NULL;
  if (name != NULL && n <= debuginfo_frame_end(L, ci) - ci->base) ci->base[n - 1] = L->top[-1];
  L->top--;
  return name;
}

/* Name of upvalue `n` of function `v`, or NULL.  Upvalues of Lua functions exist only as far as
 * they have names. */
static const char *upvalue_name(TValue v, int n) {
  if (n < 1) return NULL;
  if (val_is_cclosure(v)) return n <= val_cclosure(v)->nups ? "" : NULL;
  if (!val_is_lclosure(v)) return NULL;
  const LClosure *f = val_lclosure(v);
  if (n > f->nups || n > f->p->size_upvalue_names) return NULL;
  const TString *name = ref_get(f->p->upvalue_names[n - 1]);
  return name != NULL ? name->data : "";
}

LUA_API const char *lua_getupvalue(lua_State *L, int funcindex, int n) {
  TValue f = api_get(L, funcindex);
  const char *name = upvalue_name(f, n);
  if (name == NULL) return NULL;
  if (val_is_cclosure(f))
    api_push(L, slot_get(&val_cclosure(f)->upvals[n - 1]));
  else
    api_push(L, *ref_get(val_lclosure(f)->upvals[n - 1])->v);
  return name;
}

LUA_API const char *lua_setupvalue(lua_State *L, int funcindex, int n) {
  api_check_pops(L, 1);
  TValue f = api_get(L, funcindex), v = L->top[-1];
  const char *name = upvalue_name(f, n);
  if (name == NULL) return NULL;
  if (val_is_cclosure(f)) {
    slot_set(L, val_object(f), &val_cclosure(f)->upvals[n - 1], v);
  } else {
    UpVal *uv = ref_get(val_lclosure(f)->upvals[n - 1]);
    if (upval_is_open(uv))
      *uv->v = v;
    else
      slot_set(L, OBJ(uv), &uv->u.closed, v);
  }
  L->top--;
  return name;
}

/* ---- Hooks ------------------------------------------------------------------------------ */

LUA_API int lua_sethook(lua_State *L, lua_Hook func, int mask, int count) {
  hook_set(L, func, mask, count);
  return 1;
}

LUA_API lua_Hook lua_gethook(lua_State *L) { return L->hook; }
LUA_API int lua_gethookmask(lua_State *L) { return L->hook_mask; }
LUA_API int lua_gethookcount(lua_State *L) { return L->hook_base_count; }
