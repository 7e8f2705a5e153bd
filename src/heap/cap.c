/* cap.c -- refuses what would take a state above its memory cap. */
#include "heap/cap.h"

/* The next safepoint at which so much is in use collects. */
static void collect_at(global_State *g, size_t bytes) {
  g->limits.collect_at = bytes;
  if (g->threshold > bytes) g->threshold = bytes;
}

void *cap_alloc(void *ud, void *block, size_t osize, size_t nsize) {
  global_State *g = ud;
  const size_t others = g->total_bytes - osize;
  if (nsize > osize && (others > g->limits.memory || nsize > g->limits.memory - others)) {
    g->limits.memory_refused = true;
    collect_at(g, 0);
    return NULL;
  }
  return g->limits.alloc(g->limits.alloc_ud, block, osize, nsize);
}

static bool is_capped(const global_State *g) { return g->alloc == cap_alloc; }

void cap_set(global_State *g, size_t bytes) {
  if (bytes != NO_LIMIT && !is_capped(g)) {
    g->limits.alloc = g->alloc;
    g->limits.alloc_ud = g->alloc_ud;
    g->alloc = cap_alloc;
    g->alloc_ud = g;
  } else if (bytes == NO_LIMIT && is_capped(g)) {
    g->alloc = g->limits.alloc;
    g->alloc_ud = g->limits.alloc_ud;
  }
  g->limits.memory = bytes;
  g->limits.memory_refused = false;
  cap_plan_collection(g);
}

lua_Alloc *cap_host_alloc(global_State *g) { return is_capped(g) ? &g->limits.alloc : &g->alloc; }
void **cap_host_ud(global_State *g) { return is_capped(g) ? &g->limits.alloc_ud : &g->alloc_ud; }

void cap_plan_collection(global_State *g) {
  const size_t most = g->limits.memory, used = g->total_bytes;
  if (most == NO_LIMIT) g->limits.collect_at = NO_LIMIT;
  else collect_at(g, used < most ? used + (most - used) / 2 + 1 : used + 1);
}
