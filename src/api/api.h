/* api.h -- what the files of the C API share: from an index to an address, and pushing.
 *
 * The running function is that of L->ci; its base is the base of indices.  A hook runs in the frame
 * of the function it interrupts, so that frame can be a Lua function's; the base frame of a thread
 * has no function at all.  Manual 3.2, 3.3.                                                 */
#ifndef API_API_H
#define API_API_H

#include "heap/slot.h"
#include "types/state.h"

/* What an acceptable index that holds nothing refers to: a nil, known by its address. */
extern const TValue api_none;

/* The value at a pseudo-index (LUA_REGISTRYINDEX and below).  The running function's environment is
 * copied to L->env_scratch first. */
const TValue *api_pseudo(lua_State *L, int idx);

/* The value at any acceptable index; &api_none for none.  Not to be written through, except for
 * stack indices.  Index 0, which is none of them, gives the slot below the base: some valid value. */
static ALWAYS_INLINE const TValue *api_index(lua_State *L, int idx) {
  if (idx >= 0) {
    const TValue *p = L->ci->base + (idx - 1);
    return likely(p < L->top) ? p : &api_none;
  }
  if (likely(idx > LUA_REGISTRYINDEX)) {
    api_check(-idx <= L->top - L->ci->base, "index below the frame");
    return L->top + idx;
  }
  return api_pseudo(L, idx);
}
static ALWAYS_INLINE TValue api_get(lua_State *L, int idx) { return *api_index(L, idx); }

/* The slot at a stack index, which must be valid. */
static ALWAYS_INLINE StkId api_slot(lua_State *L, int idx) {
  api_check(idx > LUA_REGISTRYINDEX, "pseudo-index where a stack index is wanted");
  StkId p = idx >= 0 ? L->ci->base + (idx - 1) : L->top + idx;
  api_check(p >= L->ci->base - 1 && p < L->top, "stack index out of range");
  return p;
}

/* The table at `idx`, for functions without metamethods. */
static ALWAYS_INLINE Table *api_table(lua_State *L, int idx) {
  TValue v = api_get(L, idx);
  api_check(val_is_table(v), "table expected");
  return val_table(v);
}

static ALWAYS_INLINE void api_push(lua_State *L, TValue v) {
  api_check(L->top < L->stack + L->size_stack, "more values pushed than the stack has room for");
  *L->top = v;
  L->top++;
}

#define api_check_pops(L, n) \
  api_check((n) <= (L)->top - (L)->ci->base, "not enough values on the stack")

/* The environment that new functions and userdata get. */
static inline Table *api_current_env(const lua_State *L) {
  const Closure *f = L->ci->callee;
  return f != NULL ? ref_get(f->env) : val_table(L->globals);
}

#endif
