/* exec.c -- the interpreter's loop, in whichever of its two forms suits the compiler.
 *
 * Tail form: each handler of handlers.inc is a function that ends in a tail call of the next.  The state
 * of the machine travels in argument registers, each handler has a register allocation of its own, and
 * slow paths, being tail calls too, cannot spill the fast ones.  The compiler must turn every such
 * call into a jump: clang is told to (musttail), gcc does so when it optimises.
 * Goto form: each handler is a label in one function, reached by a computed goto.  Works at every
 * optimisation level and under every checker.                                              */
#include "vm/exec.h"

#include <limits.h>

#include "base/cast.h"
#include "vm/decode.h"
#include "vm/hook.h"
#include "vm/slow.h"
#include "vm/work.h"
#include "heap/slot.h"
#include "object/raise.h"

/* Whether the instruction uses values up to L->top that the one before left. */
static bool consumes_open_values(Word w) {
  switch (word_handler(w)) {
    case H_CALL_OPEN: return true;
    case H_TAILCALL:
    case H_SETLIST: return word_b(w) == 0;
    case H_RETURN: return word_d(w) < 0;
    default: return false;
  }
}

/* The line and count hooks before instruction `w`, behind which `pc` points.  True: yielded. */
static NOINLINE bool hook_step(lua_State *L, const Word *pc, Word w) {
  if (!(L->hook_mask & (LUA_MASKLINE | LUA_MASKCOUNT))) return false;
  if (!consumes_open_values(w)) L->top = L->ci->top;
  return hook_before_instruction(L, pc - 1);
}

/* The fuel is used up before instruction `w`. */
static COLD void out_of_fuel(lua_State *L, const Word *pc, Word w) {
  if (!consumes_open_values(w)) L->top = L->ci->top;
  L->ci->pc = pc;
  err_out_of_fuel(L);
}

/* What every instruction does first while the state has a budget. */
static ALWAYS_INLINE void count_work(lua_State *L, const Word *pc, StkId base, const LClosure *f,
                                     Word w) {
  if (unlikely(--G(L)->fuel < 0)) out_of_fuel(L, pc, w);
  if (work_is_long(L, w)) work_spend(L, f, base, w);
}

static COLD void decode_running(lua_State *L) {
  Proto *p = call_lclosure(L->ci)->p;
  if (p->size_exec == 0) decode_proto(L, p);
}

#if DISPATCH_TAIL

#if defined(__clang__) && defined(__has_attribute)
#if __has_attribute(preserve_none)
#define HANDLER_CALL __attribute__((preserve_none))
#endif
#if __has_attribute(musttail)
#define TAIL __attribute__((musttail)) return
#endif
#endif
#ifndef HANDLER_CALL
#define HANDLER_CALL
#endif
#ifndef TAIL
#define TAIL return
#endif

#define MACHINE_PARAMS \
  lua_State *L, const Word *pc, StkId base, LClosure *f, Word w, const HandlerEntry *D
#define MACHINE L, pc, base, f, w, D
typedef HANDLER_CALL void HandlerFn(MACHINE_PARAMS);

#define BEGIN(name) static HANDLER_CALL void op_##name(MACHINE_PARAMS)
#define END
#define EXIT return
#define NEXT                                       \
  do {                                             \
    w = *pc++;                                     \
    TAIL((HandlerFn *)D[word_handler(w)])(MACHINE); \
  } while (0)
#define SLOW(name) TAIL cold_##name(MACHINE)
#define SLOW_TEST(name) TAIL cold_##name(MACHINE)
#define SLOW_CALL(name) TAIL cold_##name(MACHINE)
#define SLOW_CALL_C TAIL cold_call_c(MACHINE)
#define SLOW_RETURN TAIL cold_return(MACHINE)
#define DISPATCH_REAL TAIL((HandlerFn *)real_handlers[word_handler(w)])(MACHINE)

#define COLD_PATH(name)                                            \
  static NOINLINE HANDLER_CALL void cold_##name(MACHINE_PARAMS) {  \
    base = slow_##name(L, pc, base, w);                            \
    NEXT;                                                          \
  }
#define COLD_TEST(name)                                            \
  static NOINLINE HANDLER_CALL void cold_##name(MACHINE_PARAMS) {  \
    pc = slow_##name(L, pc, base, w);                              \
    base = L->ci->base;                                            \
    NEXT;                                                          \
  }
#define COLD_CALL(name, stop)                                      \
  static NOINLINE HANDLER_CALL void cold_##name(MACHINE_PARAMS) {  \
    if (slow_##name(L, pc, base, w) == (stop)) return;             \
    const CallInfo *ci = L->ci;                                    \
    base = ci->base;                                               \
    f = call_lclosure(ci);                                         \
    pc = ci->pc;                                                   \
    NEXT;                                                          \
  }

static NOINLINE HANDLER_CALL void cold_call_c(MACHINE_PARAMS) {
  if (slow_call_c(L, pc, base, w) == CALL_YIELDED) return;
  base = L->ci->base;
  NEXT;
}

COLD_PATH(getglobal)
COLD_PATH(setglobal)
COLD_PATH(gettable)
COLD_PATH(getfield)
COLD_PATH(getindex)
COLD_PATH(getconst)
COLD_PATH(settable)
COLD_PATH(setfield)
COLD_PATH(setconst)
COLD_PATH(self)
COLD_PATH(selfreg)
COLD_PATH(setupval)
COLD_PATH(newtable)
COLD_PATH(arith_rr)
COLD_PATH(arith_rn)
COLD_PATH(arith_nr)
COLD_PATH(arith)
COLD_PATH(unm)
COLD_PATH(len)
COLD_PATH(concat)
COLD_PATH(close)
COLD_PATH(vararg)
COLD_TEST(compare_rr)
COLD_TEST(compare_rn)
COLD_TEST(compare_nr)
COLD_TEST(compare)
COLD_TEST(tforloop)
COLD_CALL(call, CALL_YIELDED)
COLD_CALL(tailcall, CALL_YIELDED)
COLD_CALL(return, CALL_DONE_C)

static const HandlerEntry real_handlers[NUM_HANDLERS];

#include "vm/handlers.inc"

static const HandlerEntry real_handlers[NUM_HANDLERS] = {
#define HANDLER(name) (HandlerEntry)op_##name,
#include "vm/handlers.def"
#undef HANDLER
};

static const HandlerEntry *handlers(void) { return real_handlers; }
static HandlerEntry hook_handler(void) { return (HandlerEntry)op_HOOK; }
static HandlerEntry count_handler(void) { return (HandlerEntry)op_COUNT; }

void vm_execute(lua_State *L) {
  const CallInfo *ci = L->ci;
  const HandlerEntry *D = G(L)->dispatch;
  const Word w = *ci->pc;
  ((HandlerFn *)D[word_handler(w)])(L, ci->pc + 1, ci->base, call_lclosure(ci), w, D);
}

#else /* goto form */

#pragma GCC diagnostic ignored "-Wpedantic"

/* Run; or, for a NULL thread, return the table of labels: the hooking and counting ones stand last. */
static const HandlerEntry *run(lua_State *L) {
  static const void *const labels[NUM_HANDLERS + 2] = {
#define HANDLER(name) &&op_##name,
#include "vm/handlers.def"
#undef HANDLER
      &&op_HOOK,
      &&op_COUNT,
  };
  if (L == NULL) return (const HandlerEntry *)(const void *)labels;

  const HandlerEntry *const D = G(L)->dispatch;
  const CallInfo *running = L->ci;
  const Word *pc = running->pc;
  StkId base = running->base;
  LClosure *f = call_lclosure(running);
  Word w;

#define BEGIN(name) op_##name:
#define END
#define EXIT return NULL
#define NEXT                                                  \
  do {                                                        \
    w = *pc++;                                                \
    goto *(const void *)(uintptr_t)D[word_handler(w)];        \
  } while (0)
#define SLOW(name)                      \
  do {                                  \
    base = slow_##name(L, pc, base, w); \
    NEXT;                               \
  } while (0)
#define SLOW_TEST(name)               \
  do {                                \
    pc = slow_##name(L, pc, base, w); \
    base = L->ci->base;               \
    NEXT;                             \
  } while (0)
#define SLOW_FRAME(name, stop)                          \
  do {                                                  \
    if (slow_##name(L, pc, base, w) == (stop)) EXIT;    \
    running = L->ci;                                    \
    base = running->base;                               \
    f = call_lclosure(running);                         \
    pc = running->pc;                                   \
    NEXT;                                               \
  } while (0)
#define SLOW_CALL(name) SLOW_FRAME(name, CALL_YIELDED)
#define SLOW_CALL_C                                            \
  do {                                                         \
    if (slow_call_c(L, pc, base, w) == CALL_YIELDED) EXIT;     \
    base = L->ci->base;                                        \
    NEXT;                                                      \
  } while (0)
#define SLOW_RETURN SLOW_FRAME(return, CALL_DONE_C)
#define DISPATCH_REAL goto *labels[word_handler(w)]

  NEXT;
#include "vm/handlers.inc"
}

static const HandlerEntry *handlers(void) { return run(NULL); }
static HandlerEntry hook_handler(void) { return handlers()[NUM_HANDLERS]; }
static HandlerEntry count_handler(void) { return handlers()[NUM_HANDLERS + 1]; }

void vm_execute(lua_State *L) { run(L); }

#endif

void exec_init_dispatch(global_State *g) { exec_set_hooking(g, false); }

void exec_set_hooking(global_State *g, bool on) {
  const HandlerEntry *real = handlers();
  const HandlerEntry first = on ? hook_handler() : g->limits.counting ? count_handler() : NULL;
  _Static_assert(NUM_HANDLERS <= MAX_HANDLERS, "global_State.dispatch is too small");
  for (int h = 0; h < NUM_HANDLERS; h++)
    g->dispatch[h] = first != NULL && h != H_DECODE ? first : real[h];
}
