/* pattern.h -- Lua patterns: compile one, match it anywhere (manual 5.4.1).
 *
 * The matcher knows no lua_State.  It takes no memory, calls nothing that could raise,
 * and does not recurse: a pattern has no loops around groups, so each of its items
 * is active at most once on a path, and a stack of one frame an item is enough for
 * any backtracking.  The caller provides that memory (pattern_room says how much).
 *
 * Where the host has limited work or patterns, a match counts its steps, and gives up when there are no
 * more; else it does not count.
 *
 * A malformed pattern is no error until the match reaches the malformed item, since
 * scripts can see the difference; hence errors are results of matching. */
#ifndef LIB_PATTERN_H
#define LIB_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#include "charclass.h"
#include "lua.h"

/* Lengths of captures that are not substrings. */
#define CAPTURE_OPEN (-1)       /* its ')' was not reached */
#define CAPTURE_POSITION (-2)   /* "()" */

typedef struct PatternNode PatternNode;
typedef struct PatternSet PatternSet;
typedef struct PatternFrame PatternFrame;

/* A compiled pattern. Refers to its memory, not to the pattern's text. */
typedef struct Pattern {
  PatternNode *nodes;
  PatternSet *sets;
  PatternFrame *frames;
  const PatternNode *first;   /* a node that every match's first byte satisfies, or NULL */
  int anchored;               /* began with '^' */
} Pattern;

typedef struct Capture {
  const char *start;
  ptrdiff_t len;   /* or CAPTURE_OPEN, CAPTURE_POSITION */
} Capture;

/* One subject, and what the last match found in it. */
typedef struct Match {
  const Pattern *pattern;
  const char *src;     /* the subject; src <= end, and *end is readable */
  const char *end;
  const char *start;   /* of the last match */
  const char *error;   /* NULL, or why there is no answer: static text */
  size_t steps;        /* that are left; PATTERN_UNCOUNTED: do not count */
  CharTable table;
  int ncaptures;
  Capture capture[LUA_MAXCAPTURES];
} Match;

/* Bytes of memory that pattern_compile needs for a pattern of `len` bytes.  At most
 * PATTERN_LOCAL if len <= PATTERN_SHORT. */
size_t pattern_room(size_t len);

#define PATTERN_SHORT 24
#define PATTERN_LOCAL 1600

/* Compiles the NUL-terminated `text`.  `anchors` says whether a leading '^' is an
 * anchor (not in string.gmatch).  `memory` has pattern_room(strlen(text)) bytes, aligned
 * for pointers, and belongs to the pattern until that is dropped. */
void pattern_compile(Pattern *pattern, void *memory, const char *text, int anchors);

#define PATTERN_UNCOUNTED ((size_t)-1)

/* Prepares to match, with `steps` steps, in the `len` bytes at `src`.  The locale is looked at here. */
void match_init(Match *m, const Pattern *pattern, const char *src, size_t len, size_t steps);

/* Finds the first match at or after `s` (only at `s` if the pattern is anchored): its
 * end, with m->start set, or NULL (look at m->error then). */
const char *match_search(Match *m, const char *s);

#endif
