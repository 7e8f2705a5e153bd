/* fuzz_string.c -- patterns and formats: the first byte chooses a function of the string library,
 * a zero byte divides the rest into its arguments.  Any answer is right but one from outside the
 * strings. */
#include <string.h>

#include "fuzz/fuzz.h"

typedef struct Input {
  const char *bytes;
  size_t size;
} Input;

/* Every function that reads a small language of its own, and how it is called. */
static const char *const calls[] = {
    "return string.find(...)",
    "return string.match(...)",
    "local n = 0 for _ in string.gmatch(...) do n = n + 1 if n > 100 then break end end return n",
    "local s, p, r = ... return string.gsub(s, p or '', r or '', 50)",
    "local s, p = ... return string.gsub(s, p or '', function(...) return select('#', ...) end, 50)",
    "local f, a, b = ... return string.format(f, a, b, 1, 2.5, -3, a, b)",
    "local f, a = ... return string.format(f, tonumber(a) or 7, a, a, a)",
    "local s, b = ... return tonumber(s, tonumber(b)), tonumber(s)",
    "local s, a, b = ... return string.format('%q', s), s:sub(tonumber(a) or 1, tonumber(b) or -1), s:byte(1, -1)",
    "return table.concat({...}, ...)",
};

static int call_one(lua_State *L) {
  Input *input = lua_touserdata(L, 1);
  fuzz_open(L);
  lua_settop(L, 0);
  size_t which = (unsigned char)input->bytes[0] % (sizeof calls / sizeof *calls);
  if (luaL_loadstring(L, calls[which]) != 0) abort();
  const char *at = input->bytes + 1, *end = input->bytes + input->size;
  for (int i = 0; i < 3 && at <= end; i++) {
    const char *zero = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
    const char *stop = zero != NULL && i < 2 ? zero : end;
    lua_pushlstring(L, at, (size_t)(stop - at));
    at = stop + 1;
  }
  return lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0), 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t used;
  /* Matching is exponential by nature in 5.1 and no instruction hook stops it: keep inputs short.
   */
  if (size == 0 || size > 120) return -1;
  Input input = {(const char *)data, size};
  lua_State *L = fuzz_state(&used);
  if (L == NULL) return 0;
  lua_cpcall(L, call_one, &input);
  lua_close(L);
  if (used != 0) abort();
  return 0;
}
