/* hook.c -- sets debug hooks, and decides before each instruction whether one is due.
 *
 * A frame's saved program counter tells which instruction was looked at last: everything that can
 * run between two instructions of a frame saves it.  After a call it is that of the call, so coming
 * back into the middle of a line is no event.                                              */
#include "vm/hook.h"

#include "vm/call.h"
#include "vm/exec.h"

/* A signal may arrive anywhere in here and set a hook itself: hence exchanges that cannot be torn,
 * and the second look at the count. */
void hook_apply_count(global_State *g) {
  bool on;
  do {
    on = __atomic_load_n(&g->nhooked, __ATOMIC_RELAXED) > 0;
    exec_set_hooking(g, on);
  } while (on != (__atomic_load_n(&g->nhooked, __ATOMIC_RELAXED) > 0));
}

static void count_thread(lua_State *L, bool hooked) {
  global_State *g = G(L);
  uint8_t was = __atomic_exchange_n(&L->counts_as_hooked, hooked, __ATOMIC_RELAXED);
  if (was == hooked) return;
  __atomic_fetch_add(&g->nhooked, hooked ? 1 : -1, __ATOMIC_RELAXED);
  hook_apply_count(g);
}

void hook_set(lua_State *L, lua_Hook f, int mask, int count) {
  bool on = f != NULL && mask != 0;
  L->hook = on ? f : NULL;
  L->hook_base_count = count;
  L->hook_count = count;
  L->hook_mask = on ? (uint8_t)mask : 0;
  count_thread(L, on);
}

static int line_of(const Proto *p, ptrdiff_t pc) {
  return pc >= 0 && pc < p->size_lineinfo ? p->lineinfo[pc] : 0;
}

bool hook_before_instruction(lua_State *L, const Word *pc) {
  const uint8_t mask = L->hook_mask;
  CallInfo *ci = L->ci;
  const Proto *p = call_lclosure(ci)->p;
  if (!(mask & (LUA_MASKLINE | LUA_MASKCOUNT)) || p->size_exec == 0) return false;
  L->hook_count = (int)((unsigned)L->hook_count - 1u);
  bool counted = L->hook_count == 0;
  if (!counted && !(mask & LUA_MASKLINE)) return false;
  const bool slept = L->status == LUA_YIELD; /* a host, or a finaliser, runs on a sleeping thread */
  const Word *old = ci->pc;
  ci->pc = pc + 1;
  if (counted && (mask & LUA_MASKCOUNT)) {
    L->hook_count = L->hook_base_count;
    call_hook(L, LUA_HOOKCOUNT, -1);
  }
  if (mask & LUA_MASKLINE) { /* entering the function, jumping back, or another line */
    int line = line_of(p, pc - p->exec);
    if (pc == p->exec || pc + 1 <= old || line != line_of(p, old - p->exec - 1))
      call_hook(L, LUA_HOOKLINE, line);
  }
  if (slept || L->status != LUA_YIELD) return false;
  L->ci->pc = pc; /* to be looked at, counted and run when the thread is resumed */
  return true;
}
