/* error.c -- run-time errors that say which variable held the wrong value. */
#include "vm/error.h"

#include "heap/throw.h"
#include "object/meta.h"
#include "vm/coerce.h"
#include "vm/varname.h"

/* The kind and name of the variable in stack slot `where`, if that is a register of the running Lua
 * function that the code gives a name. */
static const char *name_of_slot(lua_State *L, const TValue *where, const char **name) {
  CallInfo *ci = L->ci;
  if (where == NULL || !call_is_lua(ci) || where < ci->base || where >= ci->top) return NULL;
  return varname_of_register(L, ci, (int)(where - ci->base), name);
}

void err_type(lua_State *L, const TValue *where, TValue v, const char *op) {
  const char *name = NULL;
  const char *type = meta_type_name(v);
  const char *kind = name_of_slot(L, where, &name);
  if (kind == NULL) err_run(L, "attempt to %s a %s value", op, type);
  err_run(L, "attempt to %s %s '%s' (a %s value)", op, kind, name, type);
}

void err_arith(lua_State *L, const TValue *wa, TValue a, const TValue *wb, TValue b) {
  lua_Number ignored;
  if (coerce_to_number(L, a, &ignored)) err_type(L, wb, b, "perform arithmetic on");
  err_type(L, wa, a, "perform arithmetic on");
}

void err_concat(lua_State *L, const TValue *wa, const TValue *wb) {
  const TValue *culprit = val_is_string(*wa) || val_is_number(*wa) ? wb : wa;
  err_type(L, culprit, *culprit, "concatenate");
}

/* Whether two type names count as one is decided, as in the reference, by their third letters: that
 * takes a string and a thread for "two string values". */
void err_compare(lua_State *L, TValue a, TValue b) {
  const char *ta = meta_type_name(a), *tb = meta_type_name(b);
  if (ta[2] == tb[2]) err_run(L, "attempt to compare two %s values", ta);
  err_run(L, "attempt to compare %s with %s", ta, tb);
}

void err_throw_value(lua_State *L) { throw_status(L, LUA_ERRRUN); }
