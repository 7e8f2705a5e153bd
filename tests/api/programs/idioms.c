/* idioms.c -- what hosts and modules found in the wild do with the API: interrupting by a signal,
 * allocators put in later, files made from FILE pointers, searchers, sandboxes, states in threads.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "show.h"

/* ---- A signal ends a loop: the handler sets a hook, and the hook raises
 * --------------------------- */

static lua_State *interrupted;

static void stop(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_sethook(L, NULL, 0, 0);
  lua_pushliteral(L, "interrupted!"); /* without a position: which event comes first is chance */
  lua_error(L);
}

static void on_alarm(int number) {
  (void)number;
  lua_sethook(interrupted, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

static void interrupting(lua_State *L) {
  static const char *const loops[] = {
      "while true do end",
      "repeat until false",
      "for i = 1, 1e300 do end",
      "local function f() return f() end f()",
      "while setmetatable({}, {__index = function() return 1 end}).x do end",
      "return pcall(function() while true do end end)"};
  int i;
  interrupted = L;
  signal(SIGALRM, on_alarm);
  for (i = 0; i < COUNT(loops); i++) {
    ualarm(50000, 0);
    show_run(L, loops[i]);
  }
}

/* ---- An allocator that counts takes over from luaL_newstate's, which it never asked for
 * ------------- */

static void *counting(void *ud, void *ptr, size_t osize, size_t nsize) {
  long *calls = ud;
  (void)osize;
  ++*calls;
  if (nsize == 0) {
    free(ptr);
    return NULL;
  }
  return realloc(ptr, nsize);
}

static void later_allocator(void) {
  long calls = 0;
  lua_State *L = new_state();
  show_run(L, "kept = {} for i = 1, 200 do kept[i] = {('x'):rep(i)} end return #kept");
  lua_setallocf(L, counting, &calls);
  show_run(L, "for i = 1, 200 do kept[i][2] = ('y'):rep(i * 10) end return #kept[200][2]");
  show_run(L, "for i = 1, 100 do kept[i] = nil end collectgarbage() return #kept[101][1]");
  printf("used %d\n", calls > 0);
  lua_close(L);
}

/* ---- A module makes files out of FILE pointers
 * ------------------------------------------------------- */

static int close_ours(lua_State *L) {
  FILE **f = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  printf("our own close: %d\n", fclose(*f));
  *f = NULL;
  lua_pushboolean(L, 1);
  return 1;
}

static int open_ours(lua_State *L) {
  const char *name = luaL_checkstring(L, 1), *mode = luaL_optstring(L, 2, "r");
  FILE **f = lua_newuserdata(L, sizeof *f);
  *f = NULL;
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_setmetatable(L, -2);
  lua_newtable(L);
  lua_pushcfunction(L, close_ours);
  lua_setfield(L, -2, "__close");
  lua_setfenv(L, -2);
  *f = fopen(name, mode);
  return 1;
}

static int write_ours(lua_State *L) {
  FILE **f = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  luaL_argcheck(L, *f != NULL, 1, "closed");
  lua_pushinteger(L, fprintf(*f, "from C: %s\n", luaL_checkstring(L, 2)));
  return 1;
}

static void files(lua_State *L) {
  lua_register(L, "open", open_ours);
  lua_register(L, "write", write_ours);
  show_run(L, "local f = open('f', 'w') f:write('one\\n') write(f, 'two') f:write('three\\n') "
              "return f:close(), io.type(f)");
  show_run(L, "local f = open('f') local t = {f:read('*l', '*l', '*a')} t[4] = f:seek('set', 4) "
              "t[5] = f:read(4) f:close() return unpack(t)");
  show_run(L, "kept = open('f') kept = nil collectgarbage() return 'collected'");
  show_run(L, "local t = {} local f = open('f') for line in f:lines() do t[#t + 1] = line end "
              "return #t, f:close()");
  show_run(L, "local f = io.open('f', 'a') write(f, 'four') f:close() return pcall(write, f, 'x')");
  show_run(L, "local f = open('absent') return io.type(f), pcall(f.read, f)");
  show_run(L, "write(io.stdout, 'to stdout') return io.type(io.stdout)");
}

/* ---- Searchers and preloaded modules
 * ---------------------------------------------------------------- */

static int made_by_searcher(lua_State *L) {
  printf("loader called with '%s', %d arguments\n", luaL_checkstring(L, 1), lua_gettop(L));
  lua_newtable(L);
  lua_pushvalue(L, 1), lua_setfield(L, -2, "name");
  return 1;
}

static int searcher(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  if (strncmp(name, "host.", 5) == 0) lua_pushcfunction(L, made_by_searcher);
  else lua_pushfstring(L, "\n\tno host module " LUA_QS, name);
  return 1;
}

static int returns_nothing(lua_State *L) {
  (void)L;
  return 0;
}

static void searchers(lua_State *L) {
  lua_getfield(L, LUA_GLOBALSINDEX, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "loaders");
  lua_pushcfunction(L, searcher);
  lua_rawseti(L, -2, (int)lua_objlen(L, -2) + 1);
  lua_getfield(L, -2, "preload");
  lua_pushcfunction(L, returns_nothing), lua_setfield(L, -2, "quiet");
  lua_settop(L, 0);
  show_run(L,
           "return require('host.a').name, require 'host.a' == require 'host.a', require 'quiet'");
  show_run(L, "package.path = '?.none' package.cpath = '?.none' return pcall(require, 'absent')");
}

/* ---- Sandboxes, tracebacks, many upvalues
 * ------------------------------------------------------------- */

static void sandbox(lua_State *L) {
  lua_settop(L, 0);
  luaL_loadstring(L, "seen = type(print) .. type(_G) function f() return seen end return f()");
  lua_newtable(L);
  lua_getglobal(L, "type"), lua_setfield(L, -2, "type");
  lua_pushvalue(L, -1);
  lua_setfenv(L, 1);
  lua_insert(L, 1);
  lua_call(L, 0, 1);
  lua_getfield(L, 1, "f");
  lua_call(L, 0, 1);
  lua_getglobal(L, "seen");
  show_and_clear(L, "the sandbox's globals are its own");
}

static int traceback(lua_State *L) {
  lua_getfield(L, LUA_GLOBALSINDEX, "debug");
  lua_getfield(L, -1, "traceback");
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 2);
  lua_call(L, 2, 1);
  return 1;
}

static void tracebacks(lua_State *L) {
  lua_pushcfunction(L, traceback);
  luaL_loadstring(L, "local function inner() local t = nil; t.x = 1 end\n"
                     "local function outer() inner() end\n"
                     "table.foreach({1}, function() outer() end)");
  printf("%d ", lua_pcall(L, 0, 0, 1));
  printf("%s\n", lua_tostring(L, -1));
  lua_settop(L, 0);
}

static int sum_of_upvalues(lua_State *L) {
  lua_Integer sum = 0;
  int i;
  for (i = 1; !lua_isnone(L, lua_upvalueindex(i)) && i <= 255; i++)
    sum += lua_tointeger(L, lua_upvalueindex(i));
  lua_pushinteger(L, sum);
  lua_pushinteger(L, i - 1);
  return 2;
}

static void many_upvalues(lua_State *L) {
  static const int counts[] = {0, 1, 2, 254, 255};
  int i, k;
  luaL_checkstack(L, 300, "upvalues");
  for (k = 0; k < COUNT(counts); k++) {
    for (i = 1; i <= counts[k]; i++) lua_pushinteger(L, i);
    lua_pushcclosure(L, sum_of_upvalues, counts[k]);
    lua_call(L, 0, 2);
    show_and_clear(L, "sum and number");
  }
}

/* ---- A state in each thread of the system
 * ------------------------------------------------------------ */

static void *run_state(void *result) {
  lua_State *L = new_state();
  if (luaL_dostring(
          L, "local t = {} for i = 1, 20000 do t[i % 100] = {i, tostring(i)} end "
             "local co = coroutine.wrap(function() for i = 1, 100 do coroutine.yield(i) end end) "
             "local s = 0 for i = 1, 100 do s = s + co() end return s + #t[99][2]"))
    *(lua_Number *)result = -1;
  else *(lua_Number *)result = lua_tonumber(L, -1);
  lua_close(L);
  return NULL;
}

static void threads(void) {
  pthread_t thread[4];
  lua_Number results[4];
  int i;
  for (i = 0; i < COUNT(thread); i++) pthread_create(&thread[i], NULL, run_state, &results[i]);
  for (i = 0; i < COUNT(thread); i++) pthread_join(thread[i], NULL);
  for (i = 0; i < COUNT(thread); i++) printf("%g\n", results[i]);
}

/* ---- A state made in one thread and used, then closed, in others
 * ------------------------------------- */

static void *use_state(void *data) {
  show_run(data, "n = (n or 0) + 1 return n");
  return NULL;
}
static void *close_state(void *data) {
  lua_close(data);
  return NULL;
}

static void moved(void) {
  static void *(*const steps[])(void *) = {use_state, use_state, close_state};
  lua_State *L = new_state();
  int i;
  for (i = 0; i < COUNT(steps); i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, steps[i], L);
    pthread_join(thread, NULL);
  }
}

int main(void) {
  lua_State *L = new_state();
  section("interrupting");
  interrupting(L);
  section("an allocator put in later");
  later_allocator();
  section("files from FILE pointers");
  files(L);
  section("searchers");
  searchers(L);
  section("a sandbox by environments");
  sandbox(L);
  section("tracebacks");
  tracebacks(L);
  section("many upvalues");
  many_upvalues(L);
  section("a state in each thread");
  threads();
  section("a state that moves between threads");
  moved();
  lua_close(L);
  return 0;
}
