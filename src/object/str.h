/* str.h -- making strings.  All text is interned: equal texts are one TString.
 * Manual: 2.2 (strings are immutable byte sequences with embedded zeros).                  */
#ifndef OBJECT_STR_H
#define OBJECT_STR_H

#include <string.h>

#include "heap/heap.h"

/* The string of `len` bytes at `s` (may contain NULs; `s` may point into another string's text).
 * Raises LUA_ERRMEM, also beyond MAX_STRING_LEN: memory for more cannot be had here.
 * Does not collect. */
MAY_THROW TString *str_intern(lua_State *L, const char *s, size_t len);
#define str_literal(L, s) str_intern(L, "" s, sizeof(s) - 1)
static inline TString *str_from_c(lua_State *L, const char *s) {
  return str_intern(L, s, strlen(s));
}

/* A string of `len` bytes made in place: str_begin gives one whose bytes the caller writes, at once and
 * without anything that could raise in between; str_finish makes it, or the equal one that there was
 * before, the string to use.  Raise as str_intern. */
MAY_THROW TString *str_begin(lua_State *L, size_t len);
MAY_THROW TString *str_finish(lua_State *L, TString *s);

/* The value of light userdata `p`. */
MAY_THROW TValue str_light(lua_State *L, void *p);

/* Give the string table `nbuckets` (a power of two) buckets. */
MAY_THROW void str_resize_table(lua_State *L, int nbuckets);

/* -1, 0, 1 by the collation order of the locale, NULs included. */
int str_compare(const TString *a, const TString *b);

/* Keep `s` alive for ever. */
static inline void str_fix(TString *s) { s->marked |= MARK_FIXED; }

#endif
