/* api_limits.c -- lua_limits.h's limits: where a host sets and reads them, and functions in C are
 * charged. */
#include "api/api.h"
#include "heap/cap.h"
#include "include/lua_limits.h"
#include "object/raise.h"
#include "vm/hook.h"

/* More than any budget that could be used up; as often as it may be charged, nothing wraps around. */
#define MAX_CHARGE (INT64_MAX / 4)

static int64_t to_fuel(size_t amount) {
  return amount < (size_t)MAX_CHARGE ? (int64_t)amount : MAX_CHARGE;
}

static void set_work(global_State *g, size_t amount) {
  g->fuel = to_fuel(amount);
  g->limits.counting = amount != PLX_UNLIMITED;
  hook_apply_count(g);
}

LUA_API void plx_setlimit(lua_State *L, int which, size_t amount) {
  Limits *limits = &G(L)->limits;
  switch (which) {
    case PLX_MEMORY: cap_set(G(L), amount); break;
    case PLX_WORK: set_work(G(L), amount); break;
    case PLX_PATTERN: limits->pattern = amount; break;
    case PLX_SOURCE: limits->source = amount; break;
    case PLX_DEPTH: limits->depth = amount < LUAI_MAXCCALLS ? (int)amount : LUAI_MAXCCALLS; break;
    default: break;
  }
}

static size_t work_left(const global_State *g) {
  if (!g->limits.counting) return PLX_UNLIMITED;
  return g->fuel > 0 ? (size_t)g->fuel : 0;
}

static size_t memory_left(const global_State *g) {
  const size_t most = g->limits.memory;
  if (most == NO_LIMIT) return PLX_UNLIMITED;
  return g->total_bytes < most ? most - g->total_bytes : 0;
}

LUA_API size_t plx_getlimit(lua_State *L, int which) {
  const global_State *g = G(L);
  const Limits *limits = &g->limits;
  if (which == PLX_PATTERN && likely(!limits->counting)) return limits->pattern; /* asked most */
  const size_t work = work_left(g);
  switch (which) {
    case PLX_MEMORY: return memory_left(g);
    case PLX_WORK: return work;
    case PLX_PATTERN: return work < limits->pattern ? work : limits->pattern;
    case PLX_SOURCE: return limits->source;
    case PLX_DEPTH: return (size_t)limits->depth;
    default: return PLX_UNLIMITED;
  }
}

LUA_API int plx_exceeded(lua_State *L, int which) {
  const global_State *g = G(L);
  switch (which) {
    case PLX_MEMORY: return g->limits.memory_refused;
    case PLX_WORK: return fuel_is_out(g);
    default: return 0;
  }
}

LUA_API void plx_charge(lua_State *L, size_t units) {
  global_State *g = G(L);
  g->fuel -= to_fuel(units);
  if (likely(g->fuel >= 0)) return;
  if (g->limits.counting) err_out_of_fuel(L);
  g->fuel = MAX_CHARGE;
}

LUA_API void plx_refusebytecode(lua_State *L, int refuse) { G(L)->limits.text_only = refuse != 0; }
