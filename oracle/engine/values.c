/* values.c -- why this file exists: what a chunk returns or throws has to be shown without asking
 * the VM under test to print it. */
#include "engine/values.h"

#include <stdio.h>
#include <string.h>

#define DEEPEST 200
#define MOST_BYTES ((size_t)1 << 20)
#define FOLD_BYTES ((size_t)1 << 16)     /* that are folded at once */
#define LEVELS_FIRST 16                  /* of a deep stack this many at each end are shown */
#define LEVELS_LAST 16

typedef struct Walk {
  const LuaApi *api;
  lua_State *L;
  Canon *seen;
  Bytes *to;
  size_t most;                           /* length of `to` beyond which text becomes its hash */
  size_t folded;                         /* bytes of which only the hash is left */
  uint64_t hash;
} Walk;

/* What has no room is compared nevertheless. */
static void fold(Walk *w) {
  if (w->to->len <= w->most) return;
  w->hash = bytes_hash(w->to->data + w->most, w->to->len - w->most, w->hash);
  w->folded += w->to->len - w->most;
  w->to->len = w->most;
}

static void indent(Walk *w, unsigned depth) {
  for (unsigned i = 0; i < depth; i++) bytes_puts(w->to, "  ");
}

static void append(Walk *w, int index, unsigned depth);

static void append_content(Walk *w, int index, unsigned depth) {
  const LuaApi *api = w->api;
  if (depth == DEEPEST || !api->lua_checkstack(w->L, 4)) {
    bytes_puts(w->to, " ...");
    return;
  }
  bytes_puts(w->to, " {");
  api->lua_pushnil(w->L);
  while (api->lua_next(w->L, index)) {
    if (w->to->len > w->most + FOLD_BYTES) fold(w);
    int value = api->lua_gettop(w->L);
    bytes_putc(w->to, '\n');
    indent(w, depth + 1);
    bytes_putc(w->to, '[');
    append(w, value - 1, depth + 1);
    bytes_puts(w->to, "] = ");
    append(w, value, depth + 1);
    api->lua_settop(w->L, value - 1);
  }
  if (api->lua_getmetatable(w->L, index)) {
    bytes_putc(w->to, '\n');
    indent(w, depth + 1);
    bytes_puts(w->to, "metatable ");
    append(w, api->lua_gettop(w->L), depth + 1);
    api->lua_settop(w->L, -2);
  }
  bytes_puts(w->to, " }");
}

static void append_function(Walk *w, int index) {
  lua_Debug ar;
  if (!w->api->lua_checkstack(w->L, 1)) return;
  w->api->lua_pushvalue(w->L, index);
  if (!w->api->lua_getinfo(w->L, ">S", &ar)) return;
  if (*ar.what == 'C') bytes_puts(w->to, " C");
  else bytes_printf(w->to, " %s:%d", ar.short_src, ar.linedefined);
}

static void append_string(Walk *w, int index) {
  size_t n;
  const char *s = w->api->lua_tolstring(w->L, index, &n);
  bytes_putc(w->to, '"');
  bytes_append_escaped(w->to, s, n);
  bytes_putc(w->to, '"');
}

static void append_identity(Walk *w, int index, int type, unsigned depth) {
  const void *identity = w->api->lua_topointer(w->L, index);
  bool first = false;
  bool is_light = type == LUA_TLIGHTUSERDATA;
  bytes_puts(w->to, is_light ? "lightuserdata" : w->api->lua_typename(w->L, type));
  if (identity == NULL) {
    bytes_puts(w->to, " null");
    return;
  }
  bytes_printf(w->to, " @%u", canon_ordinal(w->seen, identity, &first));
  if (!first) return;
  if (type == LUA_TTABLE) append_content(w, index, depth);
  if (type == LUA_TFUNCTION) append_function(w, index);
}

static void append(Walk *w, int index, unsigned depth) {
  int type = w->api->lua_type(w->L, index);
  switch (type) {
    case LUA_TNIL: bytes_puts(w->to, "nil"); break;
    case LUA_TBOOLEAN:
      bytes_puts(w->to, w->api->lua_toboolean(w->L, index) ? "true" : "false");
      break;
    case LUA_TNUMBER: canon_append_number(w->to, w->api->lua_tonumber(w->L, index)); break;
    case LUA_TSTRING: append_string(w, index); break;
    default: append_identity(w, index, type, depth); break;
  }
}

void values_append(const LuaApi *api, lua_State *L, int index, Canon *seen, Bytes *to) {
  Walk w = {.api = api, .L = L, .seen = seen, .to = to, .most = to->len + MOST_BYTES};
  if (index < 0) index = api->lua_gettop(L) + index + 1;
  append(&w, index, 0);
  if (w.folded) {
    fold(&w);
    bytes_printf(to, " ... (%zu bytes more, of hash %016llx)", w.folded,
                 (unsigned long long)w.hash);
  }
  bytes_putc(to, '\n');
}

/* ---- Levels ---------------------------------------------------------------------------------- */

static int count_levels(const LuaApi *api, lua_State *L) {
  lua_Debug ar;
  int low = 0, high = 1;
  while (api->lua_getstack(L, high, &ar)) {
    low = high;
    high *= 2;
  }
  while (low + 1 < high) {
    int middle = low + (high - low) / 2;
    if (api->lua_getstack(L, middle, &ar)) low = middle;
    else high = middle;
  }
  return high;                           /* 1 for an empty stack, which has no level 0 either */
}

void values_append_levels(const LuaApi *api, lua_State *L, int first_level, Bytes *to) {
  lua_Debug ar;
  int n = count_levels(api, L);
  for (int level = first_level; level < n; level++) {
    if (level == first_level + LEVELS_FIRST && n - level > LEVELS_LAST) {
      bytes_printf(to, "... %d levels ...\n", n - level - LEVELS_LAST);
      level = n - LEVELS_LAST;
    }
    if (!api->lua_getstack(L, level, &ar) || !api->lua_getinfo(L, "Snl", &ar)) break;
    bytes_printf(to, "%s %s%s%s", ar.what, ar.namewhat, *ar.namewhat ? " " : "",
                 ar.name ? ar.name : "?");
    if (*ar.what != 'C' && *ar.what != 't') {
      bytes_printf(to, " %s:%d (%d)", ar.short_src, ar.currentline, ar.linedefined);
    }
    bytes_putc(to, '\n');
  }
}
