/* compare.h -- ==, < and <= with metamethods. */
#ifndef VM_COMPARE_H
#define VM_COMPARE_H

#include "types/state.h"

/* Equal without metamethods. */
static inline bool compare_raw_equal(TValue a, TValue b) {
  if (val_is_number(a) && val_is_number(b)) return val_num(a) == val_num(b);
  return val_same(a, b);
}
MAY_THROW MAY_GC MOVES_STACK bool compare_equal(lua_State *L, TValue a, TValue b);
MAY_THROW MAY_GC MOVES_STACK bool compare_less(lua_State *L, TValue a, TValue b);
MAY_THROW MAY_GC MOVES_STACK bool compare_less_equal(lua_State *L, TValue a, TValue b);

#endif
