/* lifecycle.c -- how states and threads come to be, and how a state goes without leaving a byte.
 *
 * A new state is one block, linked and coloured before anything that can fail, so that whatever
 * fails later, closing what is there so far is the same as closing a finished state.        */
#include "vm/lifecycle.h"

#include "gc/gc.h"
#include "heap/arena.h"
#include "heap/buf.h"
#include "heap/cap.h"
#include "heap/throw.h"
#include "object/meta.h"
#include "object/str.h"
#include "object/tab.h"
#include "object/upval.h"
#include "vm/exec.h"
#include "vm/hook.h"
#include "vm/safepoint.h"
#include "vm/stack.h"

/* Whatever needs no memory; the header is the caller's. */
static void thread_clear(lua_State *L1, global_State *g) {
  const GCObject header = *OBJ(L1);
  *L1 = (lua_State){.next = header.next, .tt = header.tt, .marked = header.marked};
  L1->g = g;
  L1->hook_allowed = 1;
  L1->globals = VAL_NIL;
  L1->env_scratch = VAL_NIL;
}

lua_State *thread_new(lua_State *L) {
  lua_State *L1 = heap_new(L, sizeof(lua_State), OBJ_THREAD);
  thread_clear(L1, G(L));
  stack_init(L1, L); /* if it raises, L1 is garbage, and whole enough to be swept */
  L1->globals = L->globals;
  if (L->hook_mask != 0) hook_set(L1, L->hook, L->hook_mask, L->hook_base_count);
  return L1;
}

/* Differs from run to run where addresses do. */
static uint32_t random_seed(const void *address) {
  uint64_t mixed = ((uint64_t)(uintptr_t)address ^ (uint64_t)(uintptr_t)&lua_newstate << 20) *
                   UINT64_C(0x9E3779B97F4A7C15);
  return (uint32_t)(mixed >> 32);
}

static void global_clear(global_State *g, lua_State *main_thread, lua_Alloc f, void *ud) {
  *g = (global_State){.alloc = f, .alloc_ud = ud, .main_thread = main_thread};
  g->current_white = MARK_WHITE0;
  g->gc_phase = GC_PAUSE;
  g->hash_seed = random_seed(g);
  g->objects = OBJ(main_thread);
  g->sweep_at = &g->objects;
  g->open_upvals.u.open.prev = g->open_upvals.u.open.next = &g->open_upvals;
  g->total_bytes = sizeof(StateBlock);
  g->threshold = GC_STOPPED;
  g->gc_pause = LUAI_GCPAUSE;
  g->gc_stepmul = LUAI_GCMUL;
  g->registry = VAL_NIL;
  g->limits = (Limits){.memory = NO_LIMIT, .collect_at = NO_LIMIT, .pattern = NO_LIMIT};
  g->limits.source = NO_LIMIT;
  g->limits.depth = LUAI_MAXCCALLS;
  g->fuel = INT64_MAX;
}

/* The part of opening that takes memory, in the reference's order. */
static void open_state(lua_State *L, void *unused) {
  global_State *g = G(L);
  (void)unused;
  stack_init(L, L);
  L->globals = val_from_table(tab_new(L, 0, 2));
  g->registry = val_from_table(tab_new(L, 0, 2));
  str_resize_table(L, MIN_STRING_BUCKETS);
  meta_init(L);
  str_fix(g->memory_message = str_literal(L, "not enough memory"));
  str_fix(g->handler_message = str_literal(L, "error in error handling"));
  g->threshold = 4 * g->total_bytes;
}

static void free_state(lua_State *L) {
  global_State *g = G(L);
  if (L->stack != NULL) upval_close(L, L->stack);
  gc_free_all(L);
  CHECK(g->objects == OBJ(L) && L->next == NULL);
  CHECK(g->strings.nstrings == 0);
  MEM_FREE_ARRAY(L, g->strings.bucket, g->strings.nbuckets, TString *);
  buf_free(L, &g->buf);
  gc_free_stack(L, L);
  CHECK(g->total_bytes == sizeof(StateBlock));
  const lua_Alloc alloc = *cap_host_alloc(g);
  void *ud = *cap_host_ud(g);
  alloc(ud, (StateBlock *)(void *)L, sizeof(StateBlock), 0);
  if (alloc == arena_bridge) arena_free(ud);
}

static lua_State *new_state(lua_Alloc f, void *ud) {
  StateBlock *block = f(ud, NULL, 0, sizeof(StateBlock));
  if (block == NULL) return NULL;
  lua_State *L = &block->thread;
  global_State *g = &block->global;
  global_clear(g, L, f, ud);
  L->next = NULL;
  L->tt = OBJ_THREAD;
  L->marked = heap_white(g) | MARK_FIXED | MARK_SFIXED;
  thread_clear(L, g);
  exec_init_dispatch(g);
  if (throw_run(L, open_state, NULL) != 0) {
    free_state(L);
    return NULL;
  }
  return L;
}

LUA_API lua_State *lua_newstate(lua_Alloc f, void *ud) {
  if (f != NULL) return new_state(f, ud);
  Arena *arena = arena_new();
  if (arena == NULL) return NULL;
  lua_State *L = new_state(arena_alloc, arena);
  arena_settle(arena); /* from now on it goes with its last block */
  return L;
}

LUA_API void lua_close(lua_State *L) {
  L = G(L)->main_thread; /* only it can be closed */
  global_State *g = G(L);
  upval_close(L, L->stack);
  gc_settle(L); /* a sweep under way would go astray among userdata that move to another list */
  gc_separate_udata(g, true);
  safepoint_finalize_all(L);
  free_state(L);
}
