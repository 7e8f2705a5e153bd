/* limits.c -- a state with a memory cap and a budget of work, that survives exceeding both. */
#include <assert.h>
#include <stdio.h>

#include "lauxlib.h"
#include "lua.h"
#include "lua_limits.h"

#define MEMORY (512 * 1024)
#define WORK 1000000

/* Sums up a list for a script, and is charged for it as Lua code would be. */
static int sum(lua_State *L) {
  double total = 0;
  size_t i, n;
  luaL_checktype(L, 1, LUA_TTABLE);
  n = lua_objlen(L, 1);
  plx_charge(L, n);
  for (i = 1; i <= n; i++) {
    lua_rawgeti(L, 1, (int)i);
    total += lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  lua_pushnumber(L, total);
  return 1;
}

/* Serves one request; each has the whole budget. */
static void serve(lua_State *L, const char *request) {
  int status;
  plx_setlimit(L, PLX_WORK, WORK);
  status = luaL_loadstring(L, request);
  if (status == 0) status = lua_pcall(L, 0, 1, 0);
  if (plx_exceeded(L, PLX_WORK)) printf("too much work    %s\n", request);
  else if (status == LUA_ERRMEM) printf("too much memory  %s\n", request);
  else if (status != 0) printf("error            %s\n", lua_tostring(L, -1));
  else printf("%-16s %s\n", lua_tostring(L, -1), request);
  lua_settop(L, 0);
  assert(lua_gc(L, LUA_GCCOUNT, 0) <= MEMORY / 1024);
}

int main(void) {
  plx_Grants grants = {0};
  lua_State *L = luaL_newstate();
  grants.can = PLX_CAN_COMPUTE;
  plx_openlibs(L, &grants);
  lua_register(L, "sum", sum);
  plx_setlimit(L, PLX_MEMORY, MEMORY);
  plx_setlimit(L, PLX_DEPTH, 50);

  serve(L, "return sum({1, 2, 3})");
  serve(L, "while true do end");
  serve(L, "while true do pcall(function() while true do end end) end");
  serve(L, "return coroutine.wrap(function() while true do pcall(error) end end)()");
  serve(L, "return ('a'):rep(50):find(('a?'):rep(50) .. ('a'):rep(50))");
  serve(L, "local t = {} for i = 1, 100 do t[i] = i end while true do sum(t) end");
  serve(L, "local t = {} while true do t = {t} end");
  serve(L, "local s = 'x' while true do s = s .. s end");
  serve(L, "return ('x'):rep(2^30)");
  serve(L, "return (select(2, pcall(string.rep, 'x', 2^30)))");
  serve(L, "return nil + 1");
  serve(L, "return sum({4, 5, 6}), 'and it still serves'");
  lua_close(L);
  return 0;
}
