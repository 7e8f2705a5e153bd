/* host.c -- for check-gdb: a program that is no `lua`, but has our library in it. */
#include <lua5.1/lauxlib.h>
#include <lua5.1/lualib.h>

/* The host's own function, called from Lua in a thread that the host resumes. */
static int host_pause(lua_State *L) {
  lua_pushinteger(L, lua_gettop(L));
  return 1;
}

static int by_hook_called;

static void host_hook(lua_State *L, lua_Debug *ar) {
  by_hook_called += ar->event == LUA_HOOKCALL && L != NULL;
}

int main(void) {
  static const char chunk[] =
    "local shared = {n = 1}\n"
    "local proxy = newproxy(true)\n"
    "getmetatable(proxy).__gc = function(p) pause('finaliser', p) end\n"
    "local function work(a, ...)\n"
    "  local sum = a + shared.n\n"
    "  return table.sort({3, 2}, function(x, y) pause(x, y, sum) return x < y end), ...\n"
    "end\n"
    "work(41, 'extra')\n"
    "proxy = nil\n"
    "collectgarbage()\n";
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "pause", host_pause);
  lua_sethook(L, host_hook, LUA_MASKCALL, 0);
  lua_State *worker = lua_newthread(L);
  if (luaL_loadbuffer(worker, chunk, sizeof chunk - 1, "=host script") != 0) return 1;
  int status = lua_resume(worker, 0);
  lua_close(L);
  return status;
}
