/* show.h -- how the programs of tests/api/programs say what they see.
 *
 * The same binary runs on Debian's library and on ours, so everything printed must be decided by the
 * manual or by what Debian's library does: no address, no size of a heap, no time.  A program is a
 * row of section()s; scripts/check-api counts and compares them one by one.                        */
#ifndef API_SHOW_H
#define API_SHOW_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lua.h>

#include <lauxlib.h>
#include <lualib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* Begins a section: what follows is compared under this name.  What is printed survives a crash. */
static inline void section(const char *name) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("== %s\n", name);
}

/* Text whose bytes may be anything. */
static inline void show_bytes(const char *s, size_t n) {
  size_t i;
  putchar('"');
  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c >= ' ' && c < 127) putchar(c);
    else printf("\\%03o", c);
  }
  putchar('"');
}

/* One value without changing it: numbers and strings by what they hold, the rest by type. */
static inline void show_value(lua_State *L, int idx) {
  switch (lua_type(L, idx)) {
    case LUA_TNUMBER: printf("%.17g", lua_tonumber(L, idx)); break;
    case LUA_TBOOLEAN: printf(lua_toboolean(L, idx) ? "true" : "false"); break;
    case LUA_TSTRING: {
      size_t n;
      const char *s = lua_tolstring(L, idx, &n);
      show_bytes(s, n);
      break;
    }
    default: printf("%s", luaL_typename(L, idx)); break;
  }
}

/* "what: [values from the bottom]" and a new line; the stack stays as it is. */
static inline void show_stack(lua_State *L, const char *what) {
  int i, n = lua_gettop(L);
  printf("%s: [", what);
  for (i = 1; i <= n; i++) {
    if (i > 1) putchar(' ');
    show_value(L, i);
  }
  printf("]\n");
}

/* Shows the stack and empties it. */
static inline void show_and_clear(lua_State *L, const char *what) {
  show_stack(L, what);
  lua_settop(L, 0);
}

/* Runs an expression and says how it moved the top, and what is on top of the stack after. */
#define EFFECT(L, call) SHOW_EFFECT(L, #call, (void)(call))
/* The same for what gives nothing. */
#define EFFECT0(L, call) SHOW_EFFECT(L, #call, call)
#define SHOW_EFFECT(L, text, call) \
  do { \
    int before_ = lua_gettop(L); \
    call; \
    printf("%s: %d -> %d [", text, before_, lua_gettop(L)); \
    if (lua_gettop(L) > 0) show_value(L, -1); \
    printf("]\n"); \
  } while (0)

/* A state with the standard libraries, or the end. */
static inline lua_State *new_state(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    printf("no state\n");
    exit(1);
  }
  luaL_openlibs(L);
  return L;
}

/* Runs `f` with no arguments in protected mode; shows status and what it left. */
static inline void show_pcall(lua_State *L, const char *what, lua_CFunction f) {
  int status;
  lua_settop(L, 0);
  lua_pushcfunction(L, f);
  status = lua_pcall(L, 0, LUA_MULTRET, 0);
  printf("%d ", status);
  show_and_clear(L, what);
}

/* Runs Lua text; shows status and results, or the message. */
static inline void show_run(lua_State *L, const char *text) {
  int status;
  lua_settop(L, 0);
  status = luaL_loadbuffer(L, text, strlen(text), "=run");
  if (status == 0) status = lua_pcall(L, 0, LUA_MULTRET, 0);
  printf("%d ", status);
  show_and_clear(L, text);
}

#endif
