/* api_push.c -- the part of the C API that makes values out of C's.
 *
 * A new object is pushed before the collector gets its chance: so it is safe, and so is what it was
 * copied from. */
#include "api/api.h"
#include "object/fn.h"
#include "object/raise.h"
#include "object/str.h"
#include "object/udata.h"
#include "vm/concat.h"
#include "vm/safepoint.h"

LUA_API void lua_pushnil(lua_State *L) { api_push(L, VAL_NIL); }

LUA_API void lua_pushnumber(lua_State *L, lua_Number n) { api_push(L, val_number(n)); }

LUA_API void lua_pushinteger(lua_State *L, lua_Integer n) {
  api_push(L, val_from_num((lua_Number)n));
}

LUA_API void lua_pushboolean(lua_State *L, int b) { api_push(L, val_from_bool(b != 0)); }

LUA_API void lua_pushlightuserdata(lua_State *L, void *p) { api_push(L, str_light(L, p)); }

LUA_API int lua_pushthread(lua_State *L) {
  api_push(L, val_from_thread(L));
  return G(L)->main_thread == L;
}

/* From so many bytes on, a new object is work, and may be too much memory. */
#define LONG_OBJECT 1024

static inline void push_text(lua_State *L, const char *s, size_t l) {
  api_push(L, val_from_string(str_intern(L, s, l)));
  gc_safepoint(L);
}

static NOINLINE void push_unusual_text(lua_State *L, const char *s, size_t l) {
  if (l == 0) s = ""; /* NULL is allowed then */
  else gc_make_room(L, l);
  push_text(L, s, l);
  fuel_spend(L, l / 64);
}

LUA_API void lua_pushlstring(lua_State *L, const char *s, size_t l) {
  if (likely(l - 1 < LONG_OBJECT)) push_text(L, s, l);
  else push_unusual_text(L, s, l);
}

LUA_API void lua_pushstring(lua_State *L, const char *s) {
  if (s == NULL)
    lua_pushnil(L);
  else
    lua_pushlstring(L, s, strlen(s));
}

LUA_API const char *lua_pushvfstring(lua_State *L, const char *fmt, va_list argp) {
  const char *text = err_push_format(L, fmt, argp);
  gc_safepoint(L);
  return text;
}

LUA_API const char *lua_pushfstring(lua_State *L, const char *fmt, ...) {
  va_list argp;
  va_start(argp, fmt);
  const char *text = lua_pushvfstring(L, fmt, argp);
  va_end(argp);
  return text;
}

LUA_API void lua_pushcclosure(lua_State *L, lua_CFunction fn, int n) {
  api_check_pops(L, n);
  CClosure *f = fn_new_cclosure(L, fn, n, api_current_env(L));
  L->top -= n;
  for (int i = 0; i < n; i++) slot_init(&f->upvals[i], L->top[i]);
  api_push(L, val_from_cclosure(f));
  gc_safepoint(L);
}

LUA_API void *lua_newuserdata(lua_State *L, size_t sz) {
  if (unlikely(sz >= LONG_OBJECT)) gc_make_room(L, sz);
  Udata *u = udata_new(L, sz, api_current_env(L));
  api_push(L, val_from_udata(u));
  gc_safepoint(L);
  return u->data;
}

LUA_API void lua_concat(lua_State *L, int n) {
  api_check_pops(L, n);
  if (n >= 2) {
    gc_safepoint(L);
    concat_top(L, n);
  } else if (n == 0) {
    api_push(L, val_from_string(str_literal(L, "")));
  }
}
