/* fuzz_undump.c -- any bytes as a binary chunk, behind a true header so that most inputs get past
 * it: refused, or run within the budget without harm.  Foreign code must never reach memory it
 * does not own. */
#include <string.h>

#include "fuzz/fuzz.h"

typedef struct Chunk {
  const char *bytes;
  size_t size;
} Chunk;

static const char header[12] = {'\033', 'L', 'u', 'a', 0x51, 0, 1, 4, 8, 4, 8, 0};

static int load_and_run(lua_State *L) {
  Chunk *chunk = lua_touserdata(L, 1);
  fuzz_open(L);
  lua_settop(L, 0);
  if (luaL_loadbuffer(L, chunk->bytes, chunk->size, "=fuzz") != 0) return 0;
  lua_pushinteger(L, 1);
  lua_pushstring(L, "two");
  return lua_pcall(L, 2, LUA_MULTRET, 0), 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t used, start = 0;
  char *bytes = malloc(sizeof header + size);
  if (bytes == NULL) return 0;
  /* A seed from luac brings its own header. */
  if (size < sizeof header || memcmp(data, header, 4) != 0) {
    memcpy(bytes, header, sizeof header);
    start = sizeof header;
  }
  if (size > 0) memcpy(bytes + start, data, size);
  Chunk chunk = {bytes, start + size};
  lua_State *L = fuzz_state(&used);
  if (L != NULL) {
    lua_cpcall(L, load_and_run, &chunk);
    lua_close(L);
    if (used != 0) abort();
  }
  free(bytes);
  return 0;
}
