/* strmatch.c -- string.find, match, gmatch and gsub: the matcher of pattern.h joined to
 * Lua values.  Memory for patterns and results comes from here, errors are raised here. */
#define _GNU_SOURCE   /* memmem */
#include "strmatch.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "lauxlib.h"
#include "lua_limits.h"
#include "outbuf.h"
#include "pattern.h"
#include "strpos.h"

/* Everything one search needs; short patterns need no more memory than this. */
typedef struct Search {
  Pattern pattern;
  Match match;
  _Alignas(void *) char memory[PATTERN_LOCAL];
} Search;

/* Pushes a userdata if the pattern is long. */
static inline void search_init(lua_State *L, Search *search, const char *p, const char *s,
                               size_t len) {
  size_t room = pattern_room(strlen(p));
  void *memory = scratch(L, search->memory, sizeof(search->memory), room);
  pattern_compile(&search->pattern, memory, p, 1);
  match_init(&search->match, &search->pattern, s, len, plx_getlimit(L, PLX_PATTERN));
}

/* match_search() where steps are counted: they are paid for. */
static __attribute__((noinline))
const char *counted_search(lua_State *L, Match *m, const char *s) {
  size_t work = plx_getlimit(L, PLX_WORK);   /* a function that gsub calls works, too */
  if (m->steps > work) m->steps = work;
  size_t steps = m->steps;
  const char *e = match_search(m, s);
  plx_charge(L, steps - m->steps + (m->error != NULL));
  return e;
}

/* Finds the next match; raises the error of a pattern. */
static inline const char *search(lua_State *L, Match *m, const char *s) {
  const char *e = m->steps == PATTERN_UNCOUNTED ? match_search(m, s) : counted_search(L, m, s);
  if (m->error != NULL) luaL_error(L, "%s", m->error);
  return e;
}

/* ---- Captures ------------------------------------------------------------------ */

static const Capture *get_capture(lua_State *L, const Match *m, int i) {
  if (i >= m->ncaptures) luaL_error(L, "invalid capture index");
  const Capture *capture = &m->capture[i];
  if (capture->len == CAPTURE_OPEN) luaL_error(L, "unfinished capture");
  return capture;
}

/* Pushes capture i (from 0); a pattern without captures has the whole match, which ends
 * at `e`, as its first. */
static void push_capture(lua_State *L, const Match *m, int i, const char *e) {
  if (i == 0 && m->ncaptures == 0) {
    lua_pushlstring(L, m->start, (size_t)(e - m->start));
    return;
  }
  const Capture *capture = get_capture(L, m, i);
  if (capture->len == CAPTURE_POSITION)
    lua_pushinteger(L, capture->start - m->src + 1);
  else
    lua_pushlstring(L, capture->start, (size_t)capture->len);
}

/* Pushes all captures, or the whole match if there are none and `whole` is set. */
static int push_captures(lua_State *L, const Match *m, const char *e, int whole) {
  int n = m->ncaptures == 0 && whole ? 1 : m->ncaptures;
  luaL_checkstack(L, n, "too many captures");
  for (int i = 0; i < n; i++) push_capture(L, m, i, e);
  if (m->steps != PATTERN_UNCOUNTED) plx_charge(L, (size_t)n * (1 + (size_t)(e - m->start) / 64));
  return n;
}

/* ---- find, match ------------------------------------------------------------------ */

/* The first place from *hay to `last` where needle (n bytes) stands, or NULL; advances
 * *hay over what was searched, which may not be all.  Sixteen places at a time, looks
 * where both the first and the last byte fit; gives up if that is true too often. */
static const char *find_by_ends(const char **hay, const char *last, const char *needle, size_t n) {
#if defined(__SSE2__)
  const __m128i head = _mm_set1_epi8(needle[0]), tail = _mm_set1_epi8(needle[n - 1]);
  const char *p = *hay;
  for (int misses = 0; last - p >= 15 && misses < 64; p += 16) {
    __m128i at_head = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i at_tail = _mm_loadu_si128((const __m128i *)(const void *)(p + n - 1));
    unsigned hits = (unsigned)_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(at_head, head),
                                                              _mm_cmpeq_epi8(at_tail, tail)));
    for (; hits != 0; hits &= hits - 1, misses++) {
      const char *place = p + __builtin_ctz(hits);
      if (memcmp(place, needle, n) == 0) return place;
    }
  }
  *hay = p;
#else
  (void)hay, (void)last, (void)needle, (void)n;
#endif
  return NULL;
}

/* The first occurrence of needle in hay.  memchr is fastest while its hits are rare; what
 * it, and the search by both ends, leave is for memmem, which no text makes slow. */
static const char *find_text(const char *hay, size_t nhay, const char *needle, size_t nneedle) {
  if (nneedle == 0) return hay;
  if (nneedle > nhay) return NULL;
  const char *last = hay + (nhay - nneedle);
  for (int tries = 4; tries > 0; tries--) {
    hay = memchr(hay, needle[0], (size_t)(last - hay) + 1);
    if (hay == NULL || memcmp(hay, needle, nneedle) == 0) return hay;
    if (hay++ == last) return NULL;
  }
  const char *place = find_by_ends(&hay, last, needle, nneedle);
  if (place != NULL || hay > last) return place;
  return memmem(hay, (size_t)(last - hay) + nneedle, needle, nneedle);
}

static int is_plain(const char *p) { return strpbrk(p, "^$*+?.([%-") == NULL; }

static int find_or_match(lua_State *L, int find) {
  size_t ls, lp;
  const char *s = luaL_checklstring(L, 1, &ls);
  const char *p = luaL_checklstring(L, 2, &lp);
  lua_Integer init = string_position(luaL_optinteger(L, 3, 1), ls) - 1;
  if (init < 0) init = 0;
  else if ((size_t)init > ls) init = (lua_Integer)ls;
  if (find && (lua_toboolean(L, 4) || is_plain(p))) {
    const char *hit = find_text(s + init, ls - (size_t)init, p, lp);
    size_t looked_at = hit != NULL ? (size_t)(hit - s - init) : ls - (size_t)init;
    if (looked_at + lp >= LONG_TEXT) plx_charge(L, (looked_at + lp) / 64);
    if (hit != NULL) {
      lua_pushinteger(L, hit - s + 1);
      lua_pushinteger(L, hit - s + (ptrdiff_t)lp);
      return 2;
    }
  } else {
    Search searched;
    search_init(L, &searched, p, s, ls);
    Match *m = &searched.match;
    const char *e = search(L, m, s + init);
    if (e != NULL && !find) return push_captures(L, m, e, 1);
    if (e != NULL) {
      lua_pushinteger(L, m->start - s + 1);
      lua_pushinteger(L, e - s);
      return push_captures(L, m, e, 0) + 2;
    }
  }
  lua_pushnil(L);
  return 1;
}

int lib_string_find(lua_State *L) { return find_or_match(L, 1); }

int lib_string_match(lua_State *L) { return find_or_match(L, 0); }

/* ---- gmatch ------------------------------------------------------------------------- */

/* What the iterator keeps between its calls. */
typedef struct Iteration {
  Pattern pattern;
  size_t next;   /* offset where the next match is looked for; past the end: no more */
  _Alignas(void *) char memory[];
} Iteration;

/* Upvalues: the subject, the pattern (only so that getinfo counts three of them, as in
 * the reference), the Iteration. */
static int gmatch_next(lua_State *L) {
  size_t len;
  const char *s = lua_tolstring(L, lua_upvalueindex(1), &len);
  Iteration *it = (Iteration *)lua_touserdata(L, lua_upvalueindex(3));
  if (it->next > len) return 0;
  Match m;
  match_init(&m, &it->pattern, s, len, plx_getlimit(L, PLX_PATTERN));
  const char *e = search(L, &m, s + it->next);
  if (e == NULL) return 0;
  it->next = (size_t)(e - s) + (e == m.start);   /* do not find an empty match again */
  return push_captures(L, &m, e, 1);
}

int lib_string_gmatch(lua_State *L) {
  luaL_checkstring(L, 1);
  const char *p = luaL_checkstring(L, 2);
  lua_settop(L, 2);
  size_t room = pattern_room(strlen(p));
  Iteration *it = (Iteration *)lua_newuserdata(L, sizeof(Iteration) + room);
  pattern_compile(&it->pattern, it->memory, p, 0);
  it->next = 0;
  lua_pushcclosure(L, gmatch_next, 3);
  return 1;
}

/* ---- gsub ---------------------------------------------------------------------------- */

/* Putting in a template of so many bytes is work, even if it adds nothing. */
#define LONG_TEMPLATE 64

/* The replacement of a gsub, argument 3. */
typedef struct Replacement {
  int type;
  const char *text;   /* if it is a string (or number) */
  size_t len;
  int literal;        /* no '%' in it */
} Replacement;

/* Adds the replacement string for the match that ends at `e`.  After a '%' stands a
 * digit, or any byte for itself (even the NUL that ends the string). */
static void add_template(OutBuf *out, const Match *m, const char *e, const Replacement *r) {
  const char *text = r->text, *end = r->text + r->len;
  if (r->len >= LONG_TEMPLATE) plx_charge(out->L, r->len / 2);
  while (text < end) {
    const char *percent = memchr(text, '%', (size_t)(end - text));
    if (percent == NULL) percent = end;
    out_add(out, text, (size_t)(percent - text));
    if (percent == end) return;
    char c = percent[1];
    text = percent + 2;
    if (c < '0' || c > '9') {
      out_char(out, c);
    } else if (c == '0' || (c == '1' && m->ncaptures == 0)) {
      out_add(out, m->start, (size_t)(e - m->start));
    } else {
      const Capture *capture = get_capture(out->L, m, c - '1');
      if (capture->len >= 0) {
        out_add(out, capture->start, (size_t)capture->len);
      } else {
        size_t len;
        lua_pushinteger(out->L, capture->start - m->src + 1);
        const char *number = lua_tolstring(out->L, -1, &len);
        out_add(out, number, len);
        lua_pop(out->L, 1);
      }
    }
  }
}

/* Adds what the function or table of argument 3 gives for the match; the match itself
 * for false and nil. */
static void add_looked_up(OutBuf *out, const Match *m, const char *e, const Replacement *r) {
  lua_State *L = out->L;
  if (r->type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    lua_call(L, push_captures(L, m, e, 1), 1);
  } else {
    push_capture(L, m, 0, e);
    lua_gettable(L, 3);
  }
  size_t len = (size_t)(e - m->start);
  const char *text = m->start;
  if (lua_toboolean(L, -1)) {
    text = lua_tolstring(L, -1, &len);
    if (text == NULL)
      luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  }
  out_add(out, text, len);
  lua_pop(L, 1);
}

static void check_replacement(lua_State *L, Replacement *r) {
  luaL_argcheck(L, r->type == LUA_TNUMBER || r->type == LUA_TSTRING ||
                   r->type == LUA_TFUNCTION || r->type == LUA_TTABLE,
                3, "string/function/table expected");
  r->literal = 0;
  r->text = NULL;
  if (r->type == LUA_TFUNCTION || r->type == LUA_TTABLE) return;
  r->text = lua_tolstring(L, 3, &r->len);
  r->literal = memchr(r->text, '%', r->len) == NULL;
}

/* Replaces up to `max` matches into `out` and returns their number. */
static lua_Integer replace_matches(OutBuf *out, Match *m, const Replacement *r, lua_Integer max) {
  const char *rest = m->src;   /* what is not in `out` yet */
  lua_Integer count = 0;
  while (count < max) {
    const char *e = search(out->L, m, rest);
    if (e == NULL) break;
    count++;
    out_add(out, rest, (size_t)(m->start - rest));
    if (r->literal) out_add(out, r->text, r->len);
    else if (r->text != NULL) add_template(out, m, e, r);
    else add_looked_up(out, m, e, r);
    rest = e;
    if (e == m->start) {   /* empty: step over one byte, or stop at the end */
      if (e == m->end) break;
      out_char(out, *rest++);
    }
    if (m->pattern->anchored) break;
  }
  out_add(out, rest, (size_t)(m->end - rest));
  return count;
}

int lib_string_gsub(lua_State *L) {
  size_t ls;
  const char *s = luaL_checklstring(L, 1, &ls);
  const char *p = luaL_checkstring(L, 2);
  Replacement r = {.type = lua_type(L, 3)};
  lua_Integer max = lua_isnoneornil(L, 4) ? (lua_Integer)ls + 1 : luaL_checkint(L, 4);
  check_replacement(L, &r);
  Search searched;
  search_init(L, &searched, p, s, ls);
  OutBuf out;
  out_init(&out, L);
  lua_Integer count = replace_matches(&out, &searched.match, &r, max);
  if (count == 0) lua_pushvalue(L, 1);
  else out_push(&out);
  lua_pushinteger(L, count);
  return 2;
}
