/* work.c -- what an instruction costs beyond one unit: the slots of a table that it may look at. */
#include "vm/work.h"

#include "include/parallax.h"
#include "object/meta.h"

/* Searching for a key, along the tables that stand in for the one that lacks it. */
static void spend_on_key(lua_State *L, TValue obj, TValue key, Event e) {
  for (int depth = 0; depth < MAX_META_CHAIN; depth++) {
    if (val_is_table(obj)) {
      const Table *t = val_table(obj);
      Table *mt = ref_get(t->metatable);
      fuel_spend(L, tab_crowd(t, key));
      if (mt != NULL) meta_spend(L, mt, e);
      obj = meta_fast(L, mt, e);
    } else {
      obj = meta_find(L, obj, e);
    }
    if (val_is_nil(obj) || val_is_function(obj)) return;
  }
}

/* Looking whether two tables agree on __eq. */
static void spend_on_equality(lua_State *L, TValue a, TValue b) {
  const Table *ma = val_is_table(a) ? meta_of(L, a) : NULL, *mb = meta_of(L, b);
  if (ma == NULL || mb == NULL) return;
  meta_spend(L, ma, EVENT_EQ);
  meta_spend(L, mb, EVENT_EQ);
}

/* Passing over empty slots to the next element. */
static void spend_on_step(lua_State *L, const TValue *ra) {
  if (!val_is_cclosure(ra[0]) || val_cclosure(ra[0])->intrinsic != PLX_NEXT || !val_is_table(ra[1]))
    return;
  fuel_spend(L, tab_gap(val_table(ra[1]), ra[2]) + tab_crowd(val_table(ra[1]), ra[2]));
}

void work_spend(lua_State *L, const LClosure *f, const TValue *base, Word w) {
  const TValue *ra = &base[word_a(w)], *rb = &base[word_b(w)], *rc = &base[word_c(w)];
#define K(operand) slot_get(&f->k[operand])
  switch (word_handler(w)) {
    case H_TFORLOOP: spend_on_step(L, ra); break;
    case H_LEN: if (val_is_table(*rb)) fuel_spend(L, tab_length_cost(val_table(*rb))); break;
    case H_EQ_RR_J: case H_EQ_RR_N: spend_on_equality(L, *rb, *rc); break;
    case H_GETTABLE: spend_on_key(L, *rb, *rc, EVENT_INDEX); break;
    case H_GETFIELD: case H_GETCONST: case H_SELF:
      spend_on_key(L, *rb, K(word_c(w)), EVENT_INDEX);
      break;
    case H_GETINDEX: spend_on_key(L, *rb, K(word_x(w)), EVENT_INDEX); break;
    case H_SELFREG:
      spend_on_key(L, *rb, word_c(w) & RK_CONSTANT ? K(word_c(w) & 255) : *rc, EVENT_INDEX);
      break;
    case H_SETTABLE: spend_on_key(L, *ra, *rb, EVENT_NEWINDEX); break;
    case H_SETFIELD: case H_SETCONST:
      spend_on_key(L, *ra, K(word_b(w)), EVENT_NEWINDEX);
      break;
    case H_GETGLOBAL:
      spend_on_key(L, val_from_table(ref_get(f->env)), K(word_d(w)), EVENT_INDEX);
      break;
    case H_SETGLOBAL:
      spend_on_key(L, val_from_table(ref_get(f->env)), K(word_d(w)), EVENT_NEWINDEX);
      break;
    default: break;
  }
#undef K
}
