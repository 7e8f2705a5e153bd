/* index.c -- t[k] with metamethods, both directions. */
#include "vm/index.h"

#include "heap/throw.h"
#include "object/meta.h"
#include "vm/arith.h"
#include "vm/call.h"
#include "vm/error.h"
#include "vm/safepoint.h"

/* Smaller tables find room in what early collections leave free. */
#define LARGE_TABLE 512

typedef struct Insertion {
  Table *t;
  TValue key;
  Slot *slot;
} Insertion;

static void try_insertion(lua_State *L, void *ud) {
  Insertion *i = ud;
  i->slot = tab_slot(L, i->t, i->key);
}

/* A failed insertion leaves the table as it was. */
Slot *index_slot_capped(lua_State *L, Table *t, TValue key, TValue v) {
  Limits *limits = &G(L)->limits;
  const bool refused = limits->memory_refused;
  if (t->narray + table_nnodes(t) < LARGE_TABLE) return tab_slot(L, t, key);
  Insertion insertion = {.t = t, .key = key, .slot = tab_find(t, key)};
  if (insertion.slot != NULL) {
    t->absent = 0;
    return insertion.slot;
  }
  const int status = throw_run(L, try_insertion, &insertion);
  if (status == 0) return insertion.slot;
  if (status != LUA_ERRMEM) throw_status(L, status);
  limits->memory_refused = refused;
  *L->top++ = val_from_table(t); /* EXTRA_STACK leaves room */
  *L->top++ = key;
  *L->top++ = v;
  safepoint_full(L);
  L->top -= 3;
  return tab_slot(L, t, key);
}

static TValue get(lua_State *L, TValue obj, TValue key, const TValue *where) {
  for (int depth = 0; depth < MAX_META_CHAIN; depth++) {
    TValue handler;
    if (val_is_table(obj)) {
      Table *t = val_table(obj);
      TValue v = tab_get(t, key);
      if (!val_is_nil(v)) return v;
      handler = meta_fast(L, ref_get(t->metatable), EVENT_INDEX);
      if (val_is_nil(handler)) return v;
    } else {
      handler = meta_find(L, obj, EVENT_INDEX);
      if (val_is_nil(handler)) err_type(L, where, obj, "index");
    }
    if (val_is_function(handler)) return arith_call_meta(L, handler, obj, key);
    fuel_spend(L, 1);
    obj = handler;
    where = NULL;
  }
  err_run(L, "loop in gettable");
}

/* Call f(obj, key, v) for no result. */
static void call_newindex(lua_State *L, TValue f, TValue obj, TValue key, TValue v) {
  StkId top = L->top;
  top[0] = f;
  top[1] = obj;
  top[2] = key;
  top[3] = v;
  ptrdiff_t at = stack_save(L, top);
  stack_ensure(L, 4);
  L->top = stack_restore(L, at) + 4;
  call_function(L, L->top - 4, 0);
}

static void set(lua_State *L, TValue obj, TValue key, TValue v, const TValue *where) {
  for (int depth = 0; depth < MAX_META_CHAIN; depth++) {
    TValue handler;
    if (val_is_table(obj)) {
      Table *t = val_table(obj);
      Slot *s = index_slot(L, t, key, v); /* even if __newindex takes the value: `next` shows it */
      if (slot_is_nil(s)) {
        handler = meta_fast(L, ref_get(t->metatable), EVENT_NEWINDEX);
        if (!val_is_nil(handler)) goto found;
      }
      table_slot_set(L, t, s, v);
      return;
    }
    handler = meta_find(L, obj, EVENT_NEWINDEX);
    if (val_is_nil(handler)) err_type(L, where, obj, "index");
  found:
    if (val_is_function(handler)) {
      call_newindex(L, handler, obj, key, v);
      return;
    }
    fuel_spend(L, 1);
    obj = handler;
    where = NULL;
  }
  err_run(L, "loop in settable");
}

TValue index_get(lua_State *L, TValue obj, TValue key) { return get(L, obj, key, NULL); }
void index_set(lua_State *L, TValue obj, TValue key, TValue v) { set(L, obj, key, v, NULL); }
TValue index_get_at(lua_State *L, const TValue *where, TValue key) {
  return get(L, *where, key, where);
}
void index_set_at(lua_State *L, const TValue *where, TValue key, TValue v) {
  set(L, *where, key, v, where);
}
