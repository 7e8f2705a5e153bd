/* runner.c -- see runner.h: calls with a traceback, ^C, and messages on stderr. */
#include "runner.h"

#include <signal.h>
#include <stdio.h>

#include "lauxlib.h"

static const char *message_prefix = "lua";

/* The state that ^C stops.  A signal handler has no other way to learn it. */
static lua_State *interruptible;

void runner_set_name(const char *name) { message_prefix = name; }

const char *runner_name(void) { return message_prefix; }

void runner_say(const char *message) {
  if (message_prefix != NULL) fprintf(stderr, "%s: ", message_prefix);
  fprintf(stderr, "%s\n", message);
  fflush(stderr);
}

int runner_report(lua_State *L, int status) {
  if (status != 0 && !lua_isnil(L, -1)) {
    const char *message = lua_tostring(L, -1);
    runner_say(message != NULL ? message : "(error object is not a string)");
    lua_pop(L, 1);
  }
  return status;
}

/* The hook that ^C leaves behind: the next thing the interpreter does is fail. */
static void stop_running(lua_State *L, lua_Debug *event) {
  (void)event;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "interrupted!");
}

/* lua_sethook is the one function of the API that a signal handler may call.  The default action
 * is back in force until the hook has run, so that a state that no longer runs Lua can still be
 * ended. */
static void on_interrupt(int signal_number) {
  signal(signal_number, SIG_DFL);
  lua_sethook(interruptible, stop_running, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

/* The error handler: debug.traceback(message, 2), looked up at the time of the error since a
 * program may have replaced it.  Error objects that are no strings pass unchanged. */
static int add_traceback(lua_State *L) {
  if (!lua_isstring(L, 1)) return 1;
  lua_getglobal(L, "debug");
  if (!lua_istable(L, -1)) {
    lua_pop(L, 1);
    return 1;
  }
  lua_getfield(L, -1, "traceback");
  if (!lua_isfunction(L, -1)) {
    lua_pop(L, 2);
    return 1;
  }
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 2); /* leave out this function and the one that raised */
  lua_call(L, 2, 1);
  return 1;
}

int runner_call(lua_State *L, int nargs, int nresults) {
  int handler = lua_gettop(L) - nargs;
  lua_pushcfunction(L, add_traceback);
  lua_insert(L, handler);
  interruptible = L;
  signal(SIGINT, on_interrupt);
  int status = lua_pcall(L, nargs, nresults, handler);
  signal(SIGINT, SIG_DFL);
  lua_remove(L, handler);
  if (status != 0) lua_gc(L, LUA_GCCOLLECT, 0);
  return status;
}
