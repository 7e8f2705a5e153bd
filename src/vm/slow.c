/* slow.c -- the slow paths of the instruction handlers. */
#include "vm/slow.h"

#include <limits.h>

#include "base/cast.h"
#include "include/parallax.h"
#include "object/fn.h"
#include "object/str.h"
#include "object/upval.h"
#include "vm/arith.h"
#include "vm/coerce.h"
#include "vm/compare.h"
#include "vm/concat.h"
#include "vm/error.h"
#include "vm/index.h"
#include "vm/safepoint.h"

/* Every slow path begins so: the frame's state as collector, hooks and errors need it. */
static inline LClosure *suspend_frame(lua_State *L, const Word *pc) {
  CallInfo *ci = L->ci;
  ci->pc = pc;
  L->top = ci->top;
  return call_lclosure(ci);
}

static inline StkId set_register(lua_State *L, unsigned reg, TValue v) {
  StkId base = L->ci->base;
  base[reg] = v;
  return base;
}

static inline TValue rk(const LClosure *f, StkId base, unsigned operand) {
  return operand & RK_CONSTANT ? slot_get(&f->k[operand & ~(unsigned)RK_CONSTANT]) : base[operand];
}
static inline const TValue *rk_address(const LClosure *f, StkId base, unsigned operand) {
  return operand & RK_CONSTANT ? &f->k[operand & ~(unsigned)RK_CONSTANT].v : &base[operand];
}

/* Write into the word before `pc` where a name was found, for the next time. */
static inline void remember(const Word *pc, const Table *t, const Slot *s) {
  size_t index = (size_t)((const Node *)(const void *)s - t->node);
  Word *word = (Word *)(uintptr_t)(pc - 1);
  if (index <= 0xFFFF) *word = word_set_x(*word, (unsigned)index);
}

/* ---- Access by constant name ------------------------------------------------------------------ */

/* The slot of `name` in t, looked for first where the word before `pc` remembers it. */
static inline const Slot *find_remembered(const Word *pc, const Table *t, const TString *name) {
  const Node *node = &t->node[word_x(pc[-1]) & t->node_mask];
  if (node->key.bits == val_from_string(name).bits) return &node->val;
  const Slot *s = tab_find_str(t, name);
  if (s != NULL) remember(pc, t, s);
  return s;
}

/* Field `name` of t, or of the tables that its metatable's __index leads to as long as those are
 * tables.  False: it takes more than that to know. */
static inline bool find_field(lua_State *L, const Word *pc, Table *t, const TString *name,
                              TValue *v) {
  const Slot *s = tab_find_str(t, name);
  if (s != NULL) {
    remember(pc, t, s);
    *v = slot_get(s);
    if (!val_is_nil(*v)) return true;
  }
  for (int depth = 1; depth < MAX_META_CHAIN; depth++) {
    const TValue next = meta_fast(L, ref_get(t->metatable), EVENT_INDEX);
    if (!val_is_table(next)) {
      *v = VAL_NIL;
      return val_is_nil(next);
    }
    t = val_table(next);
    s = find_remembered(pc, t, name);
    if (s != NULL) {
      *v = slot_get(s);
      if (!val_is_nil(*v)) return true;
    }
  }
  return false;
}

/* Method `name` of a string, when strings have an __index table that has it. */
static inline bool find_string_method(lua_State *L, const Word *pc, const TString *name,
                                      TValue *v) {
  const TValue methods = meta_fast(L, ref_get(G(L)->metatables[LUA_TSTRING]), EVENT_INDEX);
  if (!val_is_table(methods)) return false;
  const Slot *s = find_remembered(pc, val_table(methods), name);
  if (s == NULL || slot_is_nil(s)) return false;
  *v = slot_get(s);
  return true;
}

SLOW_PATH(getglobal) {
  LClosure *f = suspend_frame(L, pc);
  Table *env = ref_get(f->env);
  TValue name = slot_get(&f->k[word_d(w)]), v;
  (void)base;
  if (!find_field(L, pc, env, val_string(name), &v)) v = index_get(L, val_from_table(env), name);
  return set_register(L, word_a(w), v);
}

static inline TValue get_field(lua_State *L, const Word *pc, const TValue *where, TValue name) {
  TValue v;
  if (val_is_table(*where) && find_field(L, pc, val_table(*where), val_string(name), &v)) return v;
  return index_get_at(L, where, name);
}

SLOW_PATH(getfield) {
  LClosure *f = suspend_frame(L, pc);
  TValue v = get_field(L, pc, &base[word_b(w)], slot_get(&f->k[word_c(w)]));
  return set_register(L, word_a(w), v);
}

/* The object is put in place first: a metamethod could take away (debug.setlocal) what else refers
 * to it. */
SLOW_PATH(self) {
  LClosure *f = suspend_frame(L, pc);
  TValue obj = base[word_b(w)], name = slot_get(&f->k[word_c(w)]), v;
  base[word_a(w) + 1] = obj;
  if (!val_is_string(obj) || !find_string_method(L, pc, val_string(name), &v))
    v = get_field(L, pc, &base[word_b(w)], name);
  return set_register(L, word_a(w), v);
}

/* From here on a table that may not grow is worth a collection: see index_slot. */
#define LARGE_LOG2_NODES 8

static NOINLINE Slot *insert_large(lua_State *L, Table *t, TString *name, TValue v) {
  return index_slot(L, t, val_from_string(name), v);
}

/* Store to a field, unless that takes a metamethod. */
static ALWAYS_INLINE
bool set_field(lua_State *L, const Word *pc, Table *t, TString *name, TValue v) {
  Slot *s = tab_find_str(t, name);
  if (s == NULL) {
    if (likely(t->log2_nodes < LARGE_LOG2_NODES)) s = tab_insert_str(L, t, name);
    else s = insert_large(L, t, name, v);
  }
  if (slot_is_nil(s) && !val_is_nil(meta_fast(L, ref_get(t->metatable), EVENT_NEWINDEX)))
    return false;
  t->absent = 0;
  remember(pc, t, s);
  table_slot_set(L, t, s, v);
  return true;
}

SLOW_PATH(setglobal) {
  LClosure *f = suspend_frame(L, pc);
  Table *env = ref_get(f->env);
  TValue name = slot_get(&f->k[word_d(w)]), v = base[word_a(w)];
  if (!set_field(L, pc, env, val_string(name), v)) index_set(L, val_from_table(env), name, v);
  return L->ci->base;
}

SLOW_PATH(setfield) {
  LClosure *f = suspend_frame(L, pc);
  TValue obj = base[word_a(w)], name = slot_get(&f->k[word_b(w)]), v = rk(f, base, word_c(w));
  if (!val_is_table(obj) || !set_field(L, pc, val_table(obj), val_string(name), v))
    index_set_at(L, &base[word_a(w)], name, v);
  return L->ci->base;
}

/* ---- Access by any key ------------------------------------------------------------------------- */

static inline StkId get_any(lua_State *L, StkId base, Word w, TValue key) {
  TValue obj = base[word_b(w)];
  if (val_is_table(obj)) {
    const Table *t = val_table(obj);
    TValue v = tab_get(t, key);
    if (!val_is_nil(v) || ref_get(t->metatable) == NULL) {
      base[word_a(w)] = v;
      return base;
    }
  }
  return set_register(L, word_a(w), index_get_at(L, &base[word_b(w)], key));
}

SLOW_PATH(gettable) {
  suspend_frame(L, pc);
  TValue obj = base[word_b(w)], key = base[word_c(w)];
  if (val_is_string(key) && val_is_table(obj)) {
    const Table *t = val_table(obj);
    const Slot *s = tab_find_str(t, val_string(key));
    TValue v = s != NULL ? slot_get(s) : VAL_NIL;
    if (!val_is_nil(v) || ref_get(t->metatable) == NULL) {
      base[word_a(w)] = v;
      return base;
    }
  }
  return get_any(L, base, w, key);
}

SLOW_PATH(getindex) {
  LClosure *f = suspend_frame(L, pc);
  return get_any(L, base, w, slot_get(&f->k[word_x(w)]));
}

SLOW_PATH(getconst) {
  LClosure *f = suspend_frame(L, pc);
  return get_any(L, base, w, slot_get(&f->k[word_c(w)]));
}

SLOW_PATH(selfreg) {
  LClosure *f = suspend_frame(L, pc);
  TValue key = rk(f, base, word_c(w));
  base[word_a(w) + 1] = base[word_b(w)];
  return set_register(L, word_a(w), index_get_at(L, &base[word_b(w)], key));
}

SLOW_PATH(settable) {
  LClosure *f = suspend_frame(L, pc);
  index_set_at(L, &base[word_a(w)], base[word_b(w)], rk(f, base, word_c(w)));
  return L->ci->base;
}

SLOW_PATH(setconst) {
  LClosure *f = suspend_frame(L, pc);
  index_set_at(L, &base[word_a(w)], slot_get(&f->k[word_b(w)]), rk(f, base, word_c(w)));
  return L->ci->base;
}

SLOW_PATH(setupval) {
  UpVal *uv = ref_get(call_lclosure(L->ci)->upvals[word_b(w)]);
  (void)pc;
  slot_set(L, OBJ(uv), (Slot *)uv->v, base[word_a(w)]);
  return base;
}

/* Copying more values than this is work of its own (include/lua_limits.h). */
#define LONG_LIST 32

/* A chunk from outside may hint at any size.  Beyond this one a table grows as it is filled. */
#define MAX_SIZE_HINT (UINT32_C(1) << 20)

static uint32_t size_hint(unsigned operand) {
  uint32_t n = fb_decode((int)operand);
  return n < MAX_SIZE_HINT ? n : MAX_SIZE_HINT;
}

SLOW_PATH(newtable) {
  suspend_frame(L, pc);
  Table *t = tab_new(L, size_hint(word_b(w)), size_hint(word_c(w)));
  base[word_a(w)] = val_from_table(t);
  gc_safepoint(L);
  return L->ci->base;
}

/* Items from constructors: values B (0: up to the top) of batch C (0: the next word). */
SLOW_PATH(setlist) {
  const StkId open_top = L->top;
  suspend_frame(L, pc);
  StkId list = &base[word_a(w)];
  uint32_t batch = word_c(w) != 0 ? word_c(w) : (uint32_t)word_d(*pc);
  int64_t n = word_b(w);
  if (n == 0) {
    n = open_top - list - 1;
    fuel_spend(L, (size_t)n / 8);
  }
  int64_t last = ((int64_t)batch - 1) * FIELDS_PER_FLUSH + n;
  if (!val_is_table(*list)) err_type(L, list, *list, "index"); /* only in foreign code */
  if (last > INT32_MAX) err_run(L, "table overflow");
  Table *t = val_table(*list);
  if (last > (int64_t)t->narray) tab_resize_array(L, t, (uint32_t)last);
  for (; n > 0; n--, last--) tab_set_int(L, t, last, list[n]);
  return base;
}

/* ---- Operators ------------------------------------------------------------------------------------ */

static Event event_of(Word w) {
  return (Event)(EVENT_ADD + (word_handler(w) - H_ADD_RR) / 3);
}

SLOW_PATH(arith_rr) {
  suspend_frame(L, pc);
  TValue v = arith_slow(L, &base[word_b(w)], &base[word_c(w)], event_of(w));
  return set_register(L, word_a(w), v);
}

SLOW_PATH(arith_rn) {
  LClosure *f = suspend_frame(L, pc);
  TValue v = arith_slow(L, &base[word_b(w)], &f->k[word_c(w)].v, event_of(w));
  return set_register(L, word_a(w), v);
}

SLOW_PATH(arith_nr) {
  LClosure *f = suspend_frame(L, pc);
  TValue v = arith_slow(L, &f->k[word_b(w)].v, &base[word_c(w)], event_of(w));
  return set_register(L, word_a(w), v);
}

SLOW_PATH(arith) {
  LClosure *f = suspend_frame(L, pc);
  TValue v = arith_slow(L, rk_address(f, base, word_b(w)), rk_address(f, base, word_c(w)),
                        (Event)word_x(w));
  return set_register(L, word_a(w), v);
}

SLOW_PATH(unm) {
  suspend_frame(L, pc);
  TValue v = arith_slow(L, &base[word_b(w)], &base[word_b(w)], EVENT_UNM);
  return set_register(L, word_a(w), v);
}

SLOW_PATH(len) {
  suspend_frame(L, pc);
  TValue obj = base[word_b(w)], v;
  if (val_is_table(obj)) {
    v = val_from_num(tab_length(val_table(obj)));
  } else if (val_is_string(obj)) {
    v = val_from_num(val_string(obj)->len);
  } else {
    TValue f = meta_find(L, obj, EVENT_LEN);
    if (val_is_nil(f)) err_type(L, &base[word_b(w)], obj, "get length of");
    v = arith_call_meta(L, f, obj, VAL_NIL);
  }
  return set_register(L, word_a(w), v);
}

SLOW_PATH(concat) {
  suspend_frame(L, pc);
  L->top = &base[word_c(w) + 1];
  concat_top(L, (int)(word_c(w) - word_b(w)) + 1);
  base = L->ci->base;
  base[word_a(w)] = base[word_b(w)];
  L->top = L->ci->top;
  gc_safepoint(L);
  return L->ci->base;
}

/* ---- Tests: the result is where to go on ----------------------------------------------------------- */

static inline const Word *jump_if(const Word *pc, bool condition) {
  return condition ? pc + word_d(*pc) + 1 : pc + 1;
}

/* For handlers of comparisons, which come in pairs _J, _N. */
static const Word *compare_by_handler(lua_State *L, const Word *pc, Word w, TValue a, TValue b) {
  int h = (int)word_handler(w);
  bool wanted = (h - H_EQ_RR_J) % 2 == 0, result;
  if (h <= H_EQ_RK_N) result = compare_equal(L, a, b);
  else if (h <= H_LT_NR_N) result = compare_less(L, a, b);
  else result = compare_less_equal(L, a, b);
  return jump_if(pc, result == wanted);
}

SLOW_PATH_TEST(compare_rr) {
  suspend_frame(L, pc);
  return compare_by_handler(L, pc, w, base[word_b(w)], base[word_c(w)]);
}

SLOW_PATH_TEST(compare_rn) {
  LClosure *f = suspend_frame(L, pc);
  return compare_by_handler(L, pc, w, base[word_b(w)], slot_get(&f->k[word_c(w)]));
}

SLOW_PATH_TEST(compare_nr) {
  LClosure *f = suspend_frame(L, pc);
  return compare_by_handler(L, pc, w, slot_get(&f->k[word_b(w)]), base[word_c(w)]);
}

SLOW_PATH_TEST(compare) {
  LClosure *f = suspend_frame(L, pc);
  TValue a = rk(f, base, word_b(w)), b = rk(f, base, word_c(w));
  bool result;
  switch (word_x(w)) {
    case OP_EQ: result = compare_equal(L, a, b); break;
    case OP_LT: result = compare_less(L, a, b); break;
    default: result = compare_less_equal(L, a, b); break;
  }
  return jump_if(pc, result == (word_a(w) != 0));
}

/* One step of an iterator of the base library, done here instead of called, when a call would have
 * the room it takes.  -1: call it; else whether there was another element. */
static inline int step_intrinsic(lua_State *L, StkId ra, int wanted) {
  TValue element[2];
  int found;
  if (!val_is_cclosure(ra[0]) || !val_is_table(ra[1])) return -1;
  const unsigned kind = val_cclosure(ra[0])->intrinsic;
  if (kind == 0 || L->ncalls + 1 >= LUAI_MAXCCALLS || L->ci >= L->end_ci ||
      (L->hook_mask & (LUA_MASKCALL | LUA_MASKRET)))
    return -1;
  if (kind == PLX_NEXT) {
    element[0] = ra[2];
    found = tab_step(val_table(ra[1]), element);
    if (found < 0) return -1;
  } else if (kind == PLX_IPAIRS && val_is_number(ra[2])) {
    int32_t i = num_truncate32(val_num(ra[2]));
    if (i == INT32_MAX) return -1;
    element[0] = val_from_num(i + 1);
    element[1] = tab_get_int(val_table(ra[1]), i + 1);
    found = !val_is_nil(element[1]);
  } else {
    return -1;
  }
  if (!found) { /* nothing of the last element stays behind, or the collector would keep it */
    for (int i = 0; i < wanted; i++) ra[3 + i] = VAL_NIL;
    return 0;
  }
  ra[2] = ra[3] = element[0];
  if (wanted > 1) ra[4] = element[1];
  for (int i = 2; i < wanted; i++) ra[3 + i] = VAL_NIL;
  return 1;
}

SLOW_PATH_TEST(tforloop) {
  StkId ra = &base[word_a(w)];
  int found = step_intrinsic(L, ra, (int)word_c(w));
  if (found >= 0) return jump_if(pc, found);
  suspend_frame(L, pc);
  ra[3] = ra[0];
  ra[4] = ra[1];
  ra[5] = ra[2];
  L->top = ra + 6;
  call_function(L, ra + 3, (int)word_c(w));
  ra = &L->ci->base[word_a(w)];
  if (!val_is_nil(ra[3])) ra[2] = ra[3];
  return jump_if(pc, !val_is_nil(ra[3]));
}

static void for_operand(lua_State *L, StkId slot, const char *what) {
  lua_Number n;
  if (!coerce_to_number(L, *slot, &n)) err_run(L, "'for' %s must be a number", what);
  *slot = val_from_num(n);
}

SLOW_PATH(forprep) {
  suspend_frame(L, pc);
  StkId ra = &base[word_a(w)];
  for_operand(L, ra, "initial value");
  for_operand(L, ra + 1, "limit");
  for_operand(L, ra + 2, "step");
  *ra = val_from_num(val_num(ra[0]) - val_num(ra[2]));
  return base;
}

/* ---- Functions ------------------------------------------------------------------------------------- */

SLOW_PATH(close) {
  suspend_frame(L, pc);
  upval_close(L, &base[word_a(w)]);
  return base;
}

SLOW_PATH(closure) {
  LClosure *outer = suspend_frame(L, pc);
  Proto *p = ref_get(outer->p->p[word_d(w)]);
  LClosure *f = fn_new_lclosure(L, p, ref_get(outer->env));
  base[word_a(w)] = val_from_lclosure(f);
  for (int i = 0; i < p->nups; i++) {
    Word capture = pc[i];
    UpVal *uv = word_a(capture) ? upval_find(L, &base[word_b(capture)])
                                : ref_get(outer->upvals[word_b(capture)]);
    ref_init(&f->upvals[i], uv); /* f is new: white, and no collection has run since */
  }
  gc_safepoint(L);
  return L->ci->base;
}

SLOW_PATH(vararg) {
  LClosure *f = suspend_frame(L, pc);
  int wanted = (int16_t)word_b(w);
  int extra = (int)(L->ci->base - L->ci->func) - f->p->numparams - 1;
  if (wanted < 0) {
    if (unlikely(extra > LONG_LIST)) fuel_spend(L, (size_t)extra / 8);
    stack_ensure(L, extra);
    base = L->ci->base;
    wanted = extra;
    L->top = &base[word_a(w)] + extra;
  }
  StkId to = &base[word_a(w)];
  for (int i = 0; i < wanted; i++) to[i] = i < extra ? base[i - extra] : VAL_NIL;
  return base;
}

/* B arguments and the function, or 0: up to the top. */
static StkId find_callee(lua_State *L, const Word *pc, StkId base, Word w) {
  StkId func = &base[word_a(w)];
  L->ci->pc = pc;
  if (word_b(w) != 0) L->top = func + word_b(w);
  return func;
}

SLOW_PATH_CALL(call_c) {
  return call_c(L, find_callee(L, pc, base, w), (int16_t)word_c(w));
}

SLOW_PATH_CALL(call) {
  return call_prepare(L, find_callee(L, pc, base, w), (int16_t)word_c(w));
}

/* A Lua function takes over the frame; a C function is called as usual, and the RETURN that follows
 * hands on its results. */
SLOW_PATH_CALL(tailcall) {
  StkId func = find_callee(L, pc, base, w);
  CallOutcome outcome = call_prepare(L, func, LUA_MULTRET);
  if (outcome != CALL_STARTED_LUA) return outcome;
  CallInfo *callee = L->ci, *ci = callee - 1;
  if (L->open_upvals != NULL) upval_close(L, ci->base);
  const ptrdiff_t down = callee->func - ci->func;
  for (StkId from = callee->func; from < callee->top; from++) from[-down] = *from;
  ci->base = callee->base - down;
  ci->top = callee->top - down;
  ci->callee = callee->callee;
  ci->pc = callee->pc;
  ci->tailcalls += ci->tailcalls != INT_MAX;
  L->ci = ci;
  L->top = ci->top;
  return CALL_STARTED_LUA;
}

SLOW_PATH_CALL(return) {
  StkId first = &base[word_a(w)];
  CallInfo *ci = L->ci;
  ci->pc = pc;
  switch (word_handler(w)) {
    case H_RETURN0: L->top = first; break;
    case H_RETURN1: L->top = first + 1; break;
    default:
      if (word_d(w) >= 0) L->top = first + word_d(w);
      else if (unlikely(L->top - first > LONG_LIST)) fuel_spend(L, (size_t)(L->top - first) / 8);
      if (L->open_upvals != NULL) upval_close(L, base);
  }
  bool to_c = ci->flags & CALL_FRESH;
  call_finish(L, first);
  return to_c ? CALL_DONE_C : CALL_STARTED_LUA;
}
