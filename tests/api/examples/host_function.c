/* host_function.c -- a function of the host that Lua calls, and what the host makes sure of. */
#include <assert.h>
#include <stdio.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

/* What the host keeps, out of the script's reach: the function finds it in its upvalue. */
typedef struct Account {
  int calls;
  double total;
} Account;

/* pay(amount [, note]): the new total.  Whatever a script passes, it is looked at first. */
static int pay(lua_State *L) {
  Account *account = (Account *)lua_touserdata(L, lua_upvalueindex(1));
  double amount = luaL_checknumber(L, 1);
  const char *note = luaL_optstring(L, 2, "no note");
  luaL_argcheck(L, amount > 0, 1, "must be positive");
  account->calls++;
  account->total += amount;
  printf("paid %g (%s)\n", amount, note);
  lua_pushnumber(L, account->total);
  return 1;
}

static void run(lua_State *L, const char *chunk) {
  if (luaL_loadstring(L, chunk) != 0 || lua_pcall(L, 0, 0, 0) != 0) {
    printf("error: %s\n", lua_tostring(L, -1));
    lua_pop(L, 1);
  }
}

int main(void) {
  Account account = {0, 0};
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushlightuserdata(L, &account);
  lua_pushcclosure(L, pay, 1);
  lua_setglobal(L, "pay");

  run(L, "pay(10) result = pay(2.5, 'tea')");
  run(L, "pay(-1)");
  run(L, "pay('much')");

  /* From the host's side: what has been called, and what Lua was given. */
  lua_getglobal(L, "result");
  assert(lua_tonumber(L, -1) == 12.5);
  assert(account.calls == 2 && account.total == 12.5);
  printf("%d payments, %g in all\n", account.calls, account.total);
  lua_close(L);
  return 0;
}
