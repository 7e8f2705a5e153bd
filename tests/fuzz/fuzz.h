/* fuzz.h -- what the fuzzers share: a state with a cap on memory and on instructions, so that an
 * input can neither exhaust the machine nor run for ever. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

#define FUZZ_MEMORY ((size_t)64 << 20)
#define FUZZ_INSTRUCTIONS 200000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void *fuzz_realloc(void *used, void *block, size_t osize, size_t nsize) {
  size_t *total = used;
  if (nsize == 0) {
    *total -= osize;
    free(block);
    return NULL;
  }
  if (*total - osize + nsize > FUZZ_MEMORY) return NULL;
  void *fresh = realloc(block, nsize);
  if (fresh != NULL) *total += nsize - osize;
  return fresh;
}

static inline void fuzz_stop(lua_State *L, lua_Debug *event) {
  (void)event;
  luaL_error(L, "too many instructions");
}

/* A state whose allocator counts in `*used`, which outlives it. */
static inline lua_State *fuzz_state(size_t *used) {
  *used = 0;
  lua_State *L = lua_newstate(fuzz_realloc, used);
  if (L != NULL) lua_sethook(L, fuzz_stop, LUA_MASKCOUNT, FUZZ_INSTRUCTIONS);
  return L;
}

/* The libraries that touch nothing outside the state. */
static inline int fuzz_open(lua_State *L) {
  static const luaL_Reg pure[] = {{"", luaopen_base},
                                  {LUA_TABLIBNAME, luaopen_table},
                                  {LUA_STRLIBNAME, luaopen_string},
                                  {LUA_MATHLIBNAME, luaopen_math},
                                  {LUA_DBLIBNAME, luaopen_debug},
                                  {NULL, NULL}};
  for (const luaL_Reg *r = pure; r->func != NULL; r++) {
    lua_pushcfunction(L, r->func);
    lua_pushstring(L, r->name);
    lua_call(L, 1, 0);
  }
  static const char *const outside[] = {"print", "dofile", "loadfile"};
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    lua_pushnil(L);
    lua_setglobal(L, outside[i]);
  }
  lua_getglobal(L, "debug");
  lua_pushnil(L);
  lua_setfield(L, -2, "debug"); /* reads stdin */
  lua_pushnil(L);
  lua_setfield(L, -2, "sethook"); /* would lift the budget */
  return 0;
}

#endif
