/* handlers.h -- the instruction handlers and nothing else: one text, two forms.
 *
 * Included by exec.c, which defines what BEGIN, END, NEXT, EXIT and the SLOW macros are: a function
 * a handler that tail-calls the next one, or a label in one big function.  A handler may use
 *
 *   L      the thread           base   register 0 of the frame
 *   pc     the next word        f      the running function
 *   w      its own word         D      the dispatch table
 *
 * and treats only the case that programs meet all the time; whatever needs a call, a metamethod, an
 * allocation or an error goes to slow.c, which may move the stack and so gives `base` back.
 *
 * Arithmetic rests on one property of the values: whatever is not a number reads as a NaN, so an
 * operation with an ordinary result had two numbers.                                        */

#define RA (base[word_a(w)])
#define RB (base[word_b(w)])
#define RC (base[word_c(w)])
#define KB slot_get(&f->k[word_b(w)])
#define KC slot_get(&f->k[word_c(w)])
#define KD slot_get(&f->k[word_d(w)])
#define RKC (word_c(w) & RK_CONSTANT ? slot_get(&f->k[word_c(w) & 255]) : RC)

/* Go on after the jump that follows a test, or where it leads. */
#define JUMP_IF(condition)               \
  do {                                   \
    pc += (condition) ? word_d(*pc) : 0; \
    pc++;                                \
  } while (0)

#define MINUS_ZERO (UINT64_C(1) << 63)

/* A store of v into black table t may need the write barrier. */
#define NEEDS_BARRIER(t, v) unlikely(obj_is_black(OBJ(t)) && val_is_collectable(v))

/* The node that the word remembers, in a table that may be another than last time. */
#define GUESS(t) (&(t)->node[word_x(w) & (t)->node_mask])

BEGIN(DECODE) {
  decode_running(L);
  pc = f->p->exec;
  NEXT;
} END

BEGIN(MOVE) {
  RA = RB;
  NEXT;
} END

BEGIN(LOADK) {
  RA = KD;
  NEXT;
} END

BEGIN(LOADBOOL) {
  RA = val_from_bool(word_b(w) != 0);
  pc += word_c(w) != 0;
  NEXT;
} END

BEGIN(LOADNIL) {
  for (unsigned i = word_a(w); i <= word_b(w); i++) base[i] = VAL_NIL;
  NEXT;
} END

BEGIN(LOADNIL1) {
  RA = VAL_NIL;
  NEXT;
} END

BEGIN(GETUPVAL) {
  RA = *ref_get(f->upvals[word_b(w)])->v;
  NEXT;
} END

BEGIN(SETUPVAL) {
  UpVal *uv = ref_get(f->upvals[word_b(w)]);
  if (unlikely(obj_is_black(OBJ(uv)))) SLOW(setupval);
  *uv->v = RA;
  NEXT;
} END

BEGIN(GETGLOBAL) {
  const Table *t = ref_get(f->env);
  const Node *node = GUESS(t);
  if (likely(node->key.bits == KD.bits && !slot_is_nil(&node->val))) {
    RA = slot_get(&node->val);
    NEXT;
  }
  SLOW(getglobal);
} END

BEGIN(SETGLOBAL) {
  Table *t = ref_get(f->env);
  Node *node = GUESS(t);
  const TValue v = RA;
  if (likely(node->key.bits == KD.bits && !slot_is_nil(&node->val)) && !NEEDS_BARRIER(t, v)) {
    t->absent = 0;
    slot_init(&node->val, v);
    NEXT;
  }
  SLOW(setglobal);
} END

BEGIN(GETFIELD) {
  TValue obj = RB;
  if (likely(val_is_table(obj))) {
    const Table *t = val_table(obj);
    const Node *node = GUESS(t);
    if (likely(node->key.bits == KC.bits && !slot_is_nil(&node->val))) {
      RA = slot_get(&node->val);
      NEXT;
    }
  }
  SLOW(getfield);
} END

BEGIN(SETFIELD) {
  TValue obj = RA;
  if (likely(val_is_table(obj))) {
    Table *t = val_table(obj);
    Node *node = GUESS(t);
    const TValue v = RKC;
    if (likely(node->key.bits == KB.bits && !slot_is_nil(&node->val)) && !NEEDS_BARRIER(t, v)) {
      t->absent = 0;
      slot_init(&node->val, v);
      NEXT;
    }
  }
  SLOW(setfield);
} END

BEGIN(SELF) {
  TValue obj = RB;
  if (likely(val_is_table(obj))) {
    const Table *t = val_table(obj);
    const Node *node = GUESS(t);
    if (likely(node->key.bits == KC.bits && !slot_is_nil(&node->val))) {
      (&RA)[1] = obj;
      RA = slot_get(&node->val);
      NEXT;
    }
  }
  SLOW(self);
} END

BEGIN(SELFREG) {
  SLOW(selfreg);
} END

BEGIN(GETTABLE) {
  TValue obj = RB;
  if (likely(val_is_table(obj))) {
    const Table *t = val_table(obj);
    lua_Number key = val_num(RC);
    int32_t i = num_truncate32(key);
    if (likely((lua_Number)i == key && (uint32_t)i - 1 < t->narray)) {
      const Slot *s = &t->array[(uint32_t)i - 1];
      if (likely(!slot_is_nil(s))) {
        RA = slot_get(s);
        NEXT;
      }
    }
  }
  SLOW(gettable);
} END

BEGIN(GETINDEX) {
  TValue obj = RB;
  if (likely(val_is_table(obj))) {
    const Table *t = val_table(obj);
    const unsigned i = word_c(w) - 1;
    if (likely(i < t->narray && !slot_is_nil(&t->array[i]))) {
      RA = slot_get(&t->array[i]);
      NEXT;
    }
  }
  SLOW(getindex);
} END

BEGIN(GETCONST) {
  SLOW(getconst);
} END

BEGIN(SETTABLE) {
  TValue obj = RA;
  if (likely(val_is_table(obj))) {
    Table *t = val_table(obj);
    lua_Number key = val_num(RB);
    int32_t i = num_truncate32(key);
    if (likely((lua_Number)i == key && (uint32_t)i - 1 < t->narray)) {
      Slot *s = &t->array[(uint32_t)i - 1];
      const TValue v = RKC;
      if (likely(!slot_is_nil(s) || ref_get(t->metatable) == NULL) && !NEEDS_BARRIER(t, v)) {
        slot_init(s, v);
        NEXT;
      }
    }
  }
  SLOW(settable);
} END

BEGIN(SETCONST) {
  SLOW(setconst);
} END

BEGIN(NEWTABLE) {
  SLOW(newtable);
} END

#define ARITH_BODY(form, x, y, expression) \
  const lua_Number a = val_num(x), b = val_num(y); \
  const lua_Number r = (expression);       \
  if (likely(r == r)) {                    \
    RA = val_from_num(r);                  \
    NEXT;                                  \
  }                                        \
  SLOW(arith_##form);

#define ARITH(op, expression)                                \
  BEGIN(op##_RR) { ARITH_BODY(rr, RB, RC, expression) } END  \
  BEGIN(op##_RN) { ARITH_BODY(rn, RB, KC, expression) } END  \
  BEGIN(op##_NR) { ARITH_BODY(nr, KB, RC, expression) } END

ARITH(ADD, a + b)
ARITH(SUB, a - b)
ARITH(MUL, a * b)
ARITH(DIV, a / b)

/* a - floor(a/b)*b.  A quotient that does not fit in 32 bits, or is -0 (whose floor is -0), goes the
 * slow way. */
#define MOD_BODY(form, x, y)                                        \
  const lua_Number a = val_num(x), b = val_num(y), q = a / b;       \
  const int32_t i = num_truncate32(q);                              \
  if (likely(i != INT32_MIN && val_from_num(q).bits != MINUS_ZERO)) { \
    const lua_Number t = (lua_Number)i;                             \
    RA = val_from_num(a - (t > q ? t - 1 : t) * b);                 \
    NEXT;                                                           \
  }                                                                 \
  SLOW(arith_##form);

BEGIN(MOD_RR) { MOD_BODY(rr, RB, RC) } END
BEGIN(MOD_RN) { MOD_BODY(rn, RB, KC) } END
BEGIN(MOD_NR) { MOD_BODY(nr, KB, RC) } END

BEGIN(POW_RR) { SLOW(arith_rr); } END
BEGIN(POW_RN) { SLOW(arith_rn); } END
BEGIN(POW_NR) { SLOW(arith_nr); } END

BEGIN(ARITH) { SLOW(arith); } END

BEGIN(UNM) {
  TValue v = RB;
  if (likely(val_is_number(v))) {
    RA = val_from_num(-val_num(v));
    NEXT;
  }
  SLOW(unm);
} END

BEGIN(NOT) {
  RA = val_from_bool(val_is_falsy(RB));
  NEXT;
} END

BEGIN(LEN) {
  TValue v = RB;
  if (val_is_table(v)) { /* the array part is full, and there is nothing else */
    const Table *t = val_table(v);
    if (t->narray > 0 && !table_has_nodes(t) && !slot_is_nil(&t->array[t->narray - 1])) {
      RA = val_from_num(t->narray);
      NEXT;
    }
  } else if (val_is_string(v)) {
    RA = val_from_num(val_string(v)->len);
    NEXT;
  }
  SLOW(len);
} END

BEGIN(CONCAT) {
  SLOW(concat);
} END

BEGIN(JMP) {
  pc += word_d(w);
  NEXT;
} END

/* Equal bits are equal values except for a NaN; other bits are not, except for zeros and except for
 * what __eq says of two tables or two userdata. */
#define EQUAL_RR(wanted)                                                                   \
  TValue a = RB, b = RC;                                                                   \
  bool equal;                                                                              \
  if (a.bits == b.bits) {                                                                  \
    equal = a.bits != NEG_NAN_BITS && a.bits != POS_NAN_BITS;                              \
  } else {                                                                                 \
    if (unlikely((val_is_table(a) && val_is_table(b)) ||                                   \
                 (val_is_userdata(a) && val_is_userdata(b))))                              \
      SLOW_TEST(compare_rr);                                                               \
    equal = a.num == b.num;                                                                \
  }                                                                                        \
  JUMP_IF(equal == (wanted));                                                              \
  NEXT;

BEGIN(EQ_RR_J) { EQUAL_RR(true) } END
BEGIN(EQ_RR_N) { EQUAL_RR(false) } END

/* A constant has no __eq. */
#define EQUAL_RK(wanted)                                                    \
  TValue a = RB, b = KC;                                                    \
  const bool equal = (a.bits == b.bits && b.bits != NEG_NAN_BITS &&         \
                      b.bits != POS_NAN_BITS) || a.num == b.num;            \
  JUMP_IF(equal == (wanted));                                               \
  NEXT;

BEGIN(EQ_RK_J) { EQUAL_RK(true) } END
BEGIN(EQ_RK_N) { EQUAL_RK(false) } END

#define ORDER_BODY(form, x, y, operator, wanted)     \
  const lua_Number a = val_num(x), b = val_num(y);   \
  if (unlikely(__builtin_isunordered(a, b))) SLOW_TEST(compare_##form); \
  JUMP_IF((a operator b) == (wanted));               \
  NEXT;

#define ORDER(op, operator)                                           \
  BEGIN(op##_RR_J) { ORDER_BODY(rr, RB, RC, operator, true) } END     \
  BEGIN(op##_RR_N) { ORDER_BODY(rr, RB, RC, operator, false) } END    \
  BEGIN(op##_RN_J) { ORDER_BODY(rn, RB, KC, operator, true) } END     \
  BEGIN(op##_RN_N) { ORDER_BODY(rn, RB, KC, operator, false) } END    \
  BEGIN(op##_NR_J) { ORDER_BODY(nr, KB, RC, operator, true) } END     \
  BEGIN(op##_NR_N) { ORDER_BODY(nr, KB, RC, operator, false) } END

ORDER(LT, <)
ORDER(LE, <=)

BEGIN(COMPARE) { SLOW_TEST(compare); } END

BEGIN(TEST_J) {
  JUMP_IF(!val_is_falsy(RA));
  NEXT;
} END

BEGIN(TEST_N) {
  JUMP_IF(val_is_falsy(RA));
  NEXT;
} END

BEGIN(TESTSET_J) {
  TValue v = RB;
  if (!val_is_falsy(v)) RA = v;
  JUMP_IF(!val_is_falsy(v));
  NEXT;
} END

BEGIN(TESTSET_N) {
  TValue v = RB;
  if (val_is_falsy(v)) RA = v;
  JUMP_IF(val_is_falsy(v));
  NEXT;
} END

/* Set the registers from `first` on to nil, and up to three slots too many: EXTRA_STACK.  Frames are
 * small: the empty asm keeps compilers from calling memset. */
#define CLEAR_FRAME(first, top)                                          \
  do {                                                                   \
    for (StkId slot = (first); slot < (top); slot += 4) {                \
      __asm__("" : "+r"(slot));                                          \
      slot[0] = slot[1] = slot[2] = slot[3] = VAL_NIL;                   \
    }                                                                    \
  } while (0)

BEGIN(CALL) {
  StkId func = &RA;
  if (likely(val_is_lclosure(*func) && !STRESS_STACK)) {
    LClosure *callee = val_lclosure(*func);
    const Proto *p = callee->p;
    CallInfo *ci = L->ci;
    const StkId top = func + 1 + p->maxstack;
    if (likely(!p->is_vararg && ci < L->end_ci && top <= L->stack_last)) {
      ci->pc = pc;
      ci++;
      ci->func = func;
      ci->base = base = func + 1;
      ci->top = top;
      ci->callee = (Closure *)callee;
      ci->nresults = (int16_t)word_c(w);
      ci->flags = 0;
      ci->tailcalls = 0;
      L->ci = ci;
      f = callee;
      pc = p->exec;
      const unsigned nargs = word_b(w) - 1;
      CLEAR_FRAME(base + (nargs < p->numparams ? nargs : p->numparams), top);
      NEXT;
    }
  }
  SLOW_CALL(call);
} END

BEGIN(CALL_OPEN) { SLOW_CALL(call); } END

/* Nothing to close, a known number of arguments: move them down and start over in this frame.  The
 * slow path takes one more frame for a moment, which the limit of frames can show: hence end_ci. */
BEGIN(TAILCALL) {
  const StkId func = &RA;
  if (val_is_lclosure(*func) && word_b(w) != 0 && !STRESS_STACK &&
      (L->open_upvals == NULL || L->open_upvals->v < base)) {
    LClosure *callee = val_lclosure(*func);
    const Proto *p = callee->p;
    CallInfo *ci = L->ci;
    const StkId to = ci->func, top = to + 1 + p->maxstack;
    if (likely(!p->is_vararg && ci < L->end_ci && top <= L->stack_last)) {
      const unsigned nargs = word_b(w) - 1;
      for (unsigned i = 0; i <= nargs; i++) to[i] = func[i];
      ci->base = base = to + 1;
      ci->top = top;
      ci->callee = (Closure *)callee;
      ci->tailcalls++;
      f = callee;
      pc = p->exec;
      CLEAR_FRAME(base + (nargs < p->numparams ? nargs : p->numparams), top);
      NEXT;
    }
  }
  SLOW_CALL(tailcall);
} END

BEGIN(RETURN0) {
  CallInfo *ci = L->ci;
  if (unlikely(ci->flags & CALL_FRESH)) SLOW_RETURN;
  StkId to = ci->func;
  const int wanted = ci->nresults;
  L->ci = --ci;
  if (unlikely(wanted != 0)) {
    if (wanted < 0) L->top = to;
    else CLEAR_FRAME(to, to + wanted);
  }
  base = ci->base;
  f = call_lclosure(ci);
  pc = ci->pc;
  NEXT;
} END

BEGIN(RETURN1) {
  CallInfo *ci = L->ci;
  if (unlikely(ci->flags & CALL_FRESH)) SLOW_RETURN;
  StkId to = ci->func;
  const int wanted = ci->nresults;
  const TValue v = RA;
  L->ci = --ci;
  if (likely(wanted == 1)) {
    *to = v;
  } else if (wanted != 0) {
    *to = v;
    if (wanted < 0) L->top = to + 1;
    if (wanted > 1) CLEAR_FRAME(to + 1, to + wanted);
  }
  base = ci->base;
  f = call_lclosure(ci);
  pc = ci->pc;
  NEXT;
} END

BEGIN(RETURN) { SLOW_RETURN; } END

BEGIN(FORLOOP) {
  StkId ra = &RA;
  const lua_Number step = val_num(ra[2]), i = val_num(ra[0]) + step, limit = val_num(ra[1]);
  if (step > 0 ? i <= limit : limit <= i) {
    ra[0] = val_from_num(i);
    ra[3] = val_from_num(i);
    pc += word_d(w);
  }
  NEXT;
} END

BEGIN(FORPREP) {
  StkId ra = &RA;
  if (likely(val_is_number(ra[0]) && val_is_number(ra[1]) && val_is_number(ra[2])))
    ra[0] = val_from_num(val_num(ra[0]) - val_num(ra[2]));
  else
    base = slow_forprep(L, pc, base, w);
  pc += word_d(w);
  NEXT;
} END

BEGIN(TFORLOOP) { SLOW_TEST(tforloop); } END

BEGIN(SETLIST) {
  const bool long_form = word_c(w) == 0;
  base = slow_setlist(L, pc, base, w);
  pc += long_form;
  NEXT;
} END

BEGIN(CLOSE) { SLOW(close); } END

BEGIN(CLOSURE) {
  const int captures = ref_get(f->p->p[word_d(w)])->nups;
  base = slow_closure(L, pc, base, w);
  pc += captures;
  NEXT;
} END

BEGIN(VARARG) { SLOW(vararg); } END

BEGIN(RAW) {
  UNREACHABLE();
  NEXT;
} END

/* Stands in every entry of the dispatch table while some thread has a hook. */
BEGIN(HOOK) {
  if (hook_step(L, pc, w)) EXIT;
  base = L->ci->base;
  if (L->hook_mask & (LUA_MASKCALL | LUA_MASKRET)) { /* the quick forms know of no hooks */
    if (word_handler(w) == H_CALL) SLOW_CALL(call);
    if (word_handler(w) == H_TAILCALL) SLOW_CALL(tailcall);
    if (word_handler(w) == H_RETURN0 || word_handler(w) == H_RETURN1) SLOW_RETURN;
  }
  DISPATCH_REAL;
} END

#undef RA
#undef RB
#undef RC
#undef KB
#undef KC
#undef KD
#undef RKC
