/* api_gc.c -- the part of the C API that steers the collector and the allocator. */
#include "api/api.h"
#include "gc/gc.h"
#include "heap/arena.h"
#include "heap/cap.h"
#include "vm/safepoint.h"

static int exchange(int *setting, int value) {
  int old = *setting;
  *setting = value;
  return old;
}

LUA_API int lua_gc(lua_State *L, int what, int data) {
  global_State *g = G(L);
  switch (what) {
    case LUA_GCSTOP: g->threshold = g->limits.collect_at; return 0;
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
  const lua_Alloc alloc = *cap_host_alloc(G(L));
  void *const alloc_ud = *cap_host_ud(G(L));
  if (alloc == arena_bridge) return arena_host(alloc_ud, ud);
  if (alloc == arena_alloc) arena_expose(alloc_ud);
  if (ud != NULL) *ud = alloc_ud;
  return alloc;
}

LUA_API void lua_setallocf(lua_State *L, lua_Alloc f, void *ud) {
  lua_Alloc *alloc = cap_host_alloc(G(L));
  void **alloc_ud = cap_host_ud(G(L));
  if (*alloc == arena_alloc && !arena_is_exposed(*alloc_ud)) *alloc = arena_bridge;
  if (*alloc == arena_bridge) {
    arena_hand_over(*alloc_ud, f, ud);
  } else {
    *alloc_ud = ud;
    *alloc = f;
  }
}
