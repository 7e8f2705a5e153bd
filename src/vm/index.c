/* index.c -- t[k] with metamethods, both directions. */
#include "vm/index.h"

#include "object/meta.h"
#include "vm/arith.h"
#include "vm/call.h"
#include "vm/error.h"

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
      Slot *s = tab_slot(L, t, key); /* made even if __newindex takes the value: `next` shows it */
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
