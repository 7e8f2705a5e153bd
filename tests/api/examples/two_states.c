/* two_states.c -- two states in one process that cannot see each other. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lauxlib.h"
#include "lua.h"
#include "lua_limits.h"

static lua_State *new_guest(void) {
  plx_Grants grants = {0};
  lua_State *L = luaL_newstate();
  grants.can = PLX_CAN_COMPUTE;
  plx_openlibs(L, &grants);
  plx_setlimit(L, PLX_WORK, 100000);
  return L;
}

/* What the chunk returns, as text. */
static const char *eval(lua_State *L, const char *chunk) {
  lua_settop(L, 0);
  if (luaL_loadstring(L, chunk) == 0) lua_pcall(L, 0, 1, 0);
  return lua_tostring(L, -1) != NULL ? lua_tostring(L, -1) : luaL_typename(L, -1);
}

int main(void) {
  lua_State *a = new_guest(), *b = new_guest();
  char drawn[20];

  /* a changes whatever it can reach; b has its own of everything. */
  eval(a, "x = 'mine' string.upper = nil math.pi = 3 setmetatable(_G, {__index = _G})");
  printf("a: %s, b: %s\n", eval(a, "return x"), eval(b, "return x"));
  printf("a: %s, b: %s\n", eval(a, "return math.pi"), eval(b, "return ('%.2f'):format(math.pi)"));
  printf("a: %s, b: %s\n", eval(a, "return ('x').upper"), eval(b, "return ('x'):upper()"));

  /* Random numbers are not shared, so neither learns what the other draws. */
  strcpy(drawn, eval(b, "math.randomseed(1) return math.random(1e6)"));
  eval(b, "math.randomseed(1)");
  eval(a, "math.randomseed(2) for i = 1, 10 do math.random() end");
  printf("b is not disturbed: %s\n", strcmp(eval(b, "return math.random(1e6)"), drawn) == 0 ? "yes" : "no");

  /* a's budget is a's: b goes on when a is at its end. */
  printf("a: %s\n", eval(a, "while true do end"));
  printf("b: %s\n", eval(b, "return 'still running'"));
  assert(plx_exceeded(a, PLX_WORK) && !plx_exceeded(b, PLX_WORK));

  /* Nor does b notice when a is gone. */
  lua_close(a);
  printf("b: %s\n", eval(b, "return 'and on'"));
  lua_close(b);
  return 0;
}
