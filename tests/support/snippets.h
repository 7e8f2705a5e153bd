/* snippets.h -- small programs that use every instruction, with the results that lua5.1 gives: they
 * run under hooks, in coroutines and with failing allocations. */
#ifndef SUPPORT_SNIPPETS_H
#define SUPPORT_SNIPPETS_H

#include "support/harness.h"

typedef struct Snippet {
  const char *source;   /* a chunk, one line */
  const char *expected; /* its results as tostring() shows them, separated by blanks */
} Snippet;

extern const Snippet snippets[];
extern const size_t nsnippets;

/* Leaves the function of snippet `s` on the stack. */
void snippet_load(lua_State *L, const Snippet *s);

/* Calls the function on top of L's stack and asserts that it gives what `s` expects.  `mode` says
 * in failures how it was run. */
void snippet_call(lua_State *L, const Snippet *s, const char *mode);

/* Asserts that the top `n` values of L are what `s` expects, and pops them. */
void snippet_check(lua_State *L, const Snippet *s, int n, const char *mode);

#endif
