/* fuzz_parser.c -- any bytes as source text: compiling ends in a function or in a message,
 * dumping what compiled and loading it again gives the same chunk, and running it stays inside
 * its budget. */
#include <string.h>

#include "fuzz/fuzz.h"

typedef struct Text {
  const char *bytes;
  size_t size;
} Text;

static int write_to_buffer(lua_State *L, const void *piece, size_t size, void *buffer) {
  (void)L;
  luaL_addlstring(buffer, piece, size);
  return 0;
}

static void push_dump(lua_State *L) {
  luaL_Buffer buffer;
  lua_pushvalue(L, -1);
  lua_insert(L, 1);
  luaL_buffinit(L, &buffer);
  lua_dump(L, write_to_buffer, &buffer);
  luaL_pushresult(&buffer);
}

static int compile_and_run(lua_State *L) {
  Text *text = lua_touserdata(L, 1);
  fuzz_open(L);
  lua_settop(L, 0);
  if (luaL_loadbuffer(L, text->bytes, text->size, "=fuzz") != 0) return 0;
  push_dump(L);
  size_t size;
  const char *dumped = lua_tolstring(L, -1, &size);
  if (luaL_loadbuffer(L, dumped, size, "=again") != 0) abort();
  push_dump(L);
  if (!lua_rawequal(L, -1, -3)) abort();
  lua_settop(L, 1);
  return lua_pcall(L, 0, 0, 0), 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t used;
  Text text = {(const char *)data, size};
  if (size > 0 && data[0] == LUA_SIGNATURE[0]) return -1; /* fuzz_undump's */
  lua_State *L = fuzz_state(&used);
  if (L == NULL) return 0;
  lua_cpcall(L, compile_and_run, &text);
  lua_close(L);
  if (used != 0) abort();
  return 0;
}
