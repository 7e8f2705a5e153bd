/* api_gc.c -- the part of the C API that steers the collector and the allocator. */
#include "api/api.h"
#include "gc/gc.h"
#include "heap/arena.h"
#include "vm/safepoint.h"

static int exchange(int *setting, int value) {
  int old = *setting;
  *setting = value;
  return old;
}

LUA_API int lua_gc(lua_State *L, int what, int data) {
  global_State *g = G(L);
  switch (what) {
    case LUA_GCSTOP: g->threshold = GC_STOPPED; return 0;
    case LUA_GCRESTART: g->threshold = g->total_bytes; return 0;
    case LUA_GCCOLLECT: safepoint_full(L); return 0;
    case LUA_GCCOUNT: return (int)(g->total_bytes >> 10);
    case LUA_GCCOUNTB: return (int)(g->total_bytes & 1023);
    case LUA_GCSTEP: return safepoint_step(L, data);
    case LUA_GCSETPAUSE: return exchange(&g->gc_pause, data);
    case LUA_GCSETSTEPMUL: return exchange(&g->gc_stepmul, data);
    default: return -1;
  }
}

LUA_API lua_Alloc lua_getallocf(lua_State *L, void **ud) {
  const global_State *g = G(L);
  if (g->alloc == arena_bridge) return arena_host(g->alloc_ud, ud);
  if (g->alloc == arena_alloc) arena_expose(g->alloc_ud);
  if (ud != NULL) *ud = g->alloc_ud;
  return g->alloc;
}

LUA_API void lua_setallocf(lua_State *L, lua_Alloc f, void *ud) {
  global_State *g = G(L);
  if (g->alloc == arena_alloc && !arena_is_exposed(g->alloc_ud)) g->alloc = arena_bridge;
  if (g->alloc == arena_bridge) {
    arena_hand_over(g->alloc_ud, f, ud);
  } else {
    g->alloc_ud = ud;
    g->alloc = f;
  }
}
