/* coroutines.c -- threads driven from C: resume and yield with values, C functions that yield,
 * errors and dead threads, nesting, values passed between stacks (manual 2.11, 3.7). */
#include "show.h"

static int yields_all(lua_State *L) { return lua_yield(L, lua_gettop(L)); }
static int yields_two(lua_State *L) {
  lua_pushliteral(L, "not passed"), lua_pushinteger(L, 1), lua_pushinteger(L, 2);
  return lua_yield(L, 2);
}
static int yields_none(lua_State *L) { return lua_yield(L, 0); }
static int calls_yield(lua_State *L) {
  lua_getglobal(L, "all");
  lua_call(L, 0, 0);
  return 0;
}
static int pcalls_yield(lua_State *L) {
  lua_getglobal(L, "all");
  lua_pushinteger(L, lua_pcall(L, 0, 0, 0));
  lua_insert(L, 1);
  return 2;
}

static lua_State *thread_of(lua_State *L, const char *text) {
  lua_State *co = lua_newthread(L);
  if (luaL_loadbuffer(co, text, strlen(text), "=co") != 0) show_stack(co, "does not compile");
  return co;
}

static int resume(lua_State *co, int nargs, const char *what) {
  int status = lua_resume(co, nargs);
  printf("%s: %d, status %d, ", what, status, lua_status(co));
  show_stack(co, "stack");
  return status;
}

static void passing_values(lua_State *L) {
  lua_State *co = thread_of(L, "local a, b = ... print(a, b) print(all('one', 'two')) print(two()) "
                               "print(none()) return 'the', 'end'");
  lua_pushinteger(co, 10), lua_pushinteger(co, 20), lua_pushinteger(co, 30);
  printf("before: %d\n", lua_status(co));
  resume(co, 3, "first");
  lua_pop(co, 1), lua_pushliteral(co, "answer"), lua_pushliteral(co, "second");
  resume(co, 2, "second");
  lua_settop(co, 0);
  resume(co, 0, "third");
  lua_settop(co, 0), lua_pushnil(co);
  resume(co, 1, "fourth");
  resume(co, 0, "calls what is on top");
  resume(co, 0, "dead");
  lua_settop(L, 0);
}

static void yields_from_lua(lua_State *L) {
  lua_State *co = thread_of(L, "for i = 1, 3 do local x = coroutine.yield(i, i * i) if x then "
                               "return x end end return 'none'");
  int status, i;
  for (i = 0; (status = lua_resume(co, 0)) == LUA_YIELD; i++) {
    show_stack(co, "yielded");
    lua_settop(co, 0);
  }
  printf("%d %d ", i, status);
  show_stack(co, "returned");
  lua_settop(L, 0);
  co = thread_of(L, "local t = {} for i = 1, 3 do t[i] = coroutine.yield() end return unpack(t)");
  for (i = 0; i < 4; i++) {
    if (i > 0) lua_pushfstring(co, "value %d", i);
    status = lua_resume(co, i > 0);
  }
  printf("%d ", status);
  show_stack(co, "collected");
  lua_settop(L, 0);
}

static void reuse(lua_State *L) {
  lua_State *co = lua_newthread(L);
  int i;
  for (i = 0; i < 3; i++) {
    luaL_loadstring(co, "return ..., 'run'");
    lua_pushinteger(co, i);
    resume(co, 1, "run again");
  }
  luaL_loadstring(co, "error 'breaks'");
  resume(co, 0, "breaks");
  luaL_loadstring(co, "return 1");
  resume(co, 0, "after an error");
  lua_settop(L, 0);
}

static void errors(lua_State *L) {
  static const char *const texts[] = {
      "error 'text'",
      "error({})",
      "error()",
      "local x = nil + 1",
      "local function f() return f() + 1 end f()",
      "calls()",
      "return pcalls()",
      "return pcall(all)",
      "setmetatable({}, {__index = all}).x = nil return setmetatable({}, {__index = all}).x",
      "for x in all do return x end",
      "table.sort({3, 2, 1}, function() all() end)",
      "string.gsub('x', 'x', all)",
      "return setmetatable({}, {__add = all}) + 1",
      "setmetatable({}, {__call = all})()",
      "return loadstring('return all(1)')()",
      "local c = coroutine.wrap(function() all() end) c() return 'inner yield'"};
  int i, level;
  for (i = 0; i < COUNT(texts); i++) {
    lua_State *co = thread_of(L, texts[i]);
    lua_Debug ar;
    printf("%s\n", texts[i]);
    if (strstr(texts[i], "f()") != NULL) printf("%d %d\n", lua_resume(co, 0), lua_status(co));
    else resume(co, 0, "first");
    for (level = 0; level < 3 && lua_getstack(co, level, &ar); level++) {
      lua_getinfo(co, "Sln", &ar);
      printf("  level %d: %s %d %s\n", level, ar.what, ar.currentline, ar.name ? ar.name : "?");
    }
    printf("again: %d %d\n", lua_resume(co, 0), lua_status(co));
    lua_settop(L, 0);
  }
}

static int resumes_itself(lua_State *L) {
  lua_pushliteral(L, "arg");
  printf("itself: %d ", lua_resume(L, 1));
  show_stack(L, "stack");
  return 0;
}
static int resumes_main(lua_State *L) {
  lua_State *main_thread = lua_tothread(L, lua_upvalueindex(1));
  printf("main: %d ", lua_resume(main_thread, 0));
  show_stack(main_thread, "stack");
  lua_pop(main_thread, 1);
  return 0;
}

static void wrong_threads(lua_State *L) {
  lua_State *co = lua_newthread(L);
  lua_register(L, "itself", resumes_itself);
  lua_pushthread(L), lua_pushcclosure(L, resumes_main, 1), lua_setglobal(L, "main");
  luaL_loadstring(co, "itself()");
  resume(co, 0, "resumes itself");
  co = lua_newthread(L);
  luaL_loadstring(co, "main()");
  resume(co, 0, "resumes the main thread");
  show_pcall(L, "yield outside", yields_all);
  show_pcall(L, "yield outside, in a call", calls_yield);
  co = lua_newthread(L);
  lua_pushcfunction(co, yields_all);
  lua_pushliteral(co, "a C function as body");
  resume(co, 1, "C body");
  lua_settop(L, 0);
}

static int depth_reached;
static int deeper(lua_State *L) {
  lua_State *co = lua_newthread(L);
  int status;
  depth_reached++;
  lua_setlevel(L, co); /* or the C stack is what ends this */
  lua_pushcfunction(co, deeper);
  status = lua_resume(co, 0);
  if (status != 0) {
    lua_xmove(co, L, 1);
    return lua_error(L);
  }
  return 0;
}

static void nesting(lua_State *L) {
  show_pcall(L, "coroutines in coroutines", deeper);
  printf("%d\n", depth_reached);
  show_run(L, "function gen(n) return coroutine.wrap(function() for i = 1, n do for v in gen(i - "
              "1) do coroutine.yield(v) end coroutine.yield(i) end end) end "
              "local s = '' for v in gen(4) do s = s .. v end return s");
}

static void sharing(lua_State *L) {
  lua_State *one = thread_of(L, "x = (x or 0) + 1 coroutine.yield(x) x = x + 1 return x");
  lua_State *two = thread_of(L, "x = (x or 0) + 10 coroutine.yield(x) x = x + 10 return x");
  resume(one, 0, "one"), resume(two, 0, "two"), lua_settop(one, 0), lua_settop(two, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  resume(one, 0, "one"), resume(two, 0, "two");
  lua_xmove(one, two, 1), lua_concat(two, 2), lua_xmove(two, L, 1);
  lua_remove(L, 1), lua_remove(L, 1);
  show_and_clear(L, "joined");
}

static void many(lua_State *L) {
  int i, finished = 0;
  lua_newtable(L);
  for (i = 1; i <= 500; i++) {
    lua_State *co = lua_newthread(L);
    luaL_loadstring(co, "local n = ... while true do n = n + coroutine.yield(n) end");
    lua_pushinteger(co, i);
    lua_resume(co, 1);
    lua_rawseti(L, 1, i);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (i = 1; i <= 500; i++) {
    lua_State *co;
    lua_rawgeti(L, 1, i);
    co = lua_tothread(L, -1);
    lua_settop(co, 0), lua_pushinteger(co, 1000);
    finished += lua_resume(co, 1) == LUA_YIELD && lua_tointeger(co, -1) == 1000 + i;
    lua_pop(L, 1);
  }
  printf("%d\n", finished);
  lua_settop(L, 0);
}

static int report(lua_State *L) {
  lua_pushboolean(L, lua_pushthread(L));
  printf("on the main thread: %d\n", lua_toboolean(L, -1));
  return 0;
}

static void levels_of_calls(lua_State *L) {
  lua_State *co =
      thread_of(L, "report() local ok, e = pcall(report) return coroutine.running() ~= nil");
  lua_register(L, "report", report);
  lua_setlevel(L, co);
  resume(co, 0, "setlevel");
  show_run(L, "report() return coroutine.running()");
}

int main(void) {
  lua_State *L = new_state();
  lua_register(L, "all", yields_all);
  lua_register(L, "two", yields_two);
  lua_register(L, "none", yields_none);
  lua_register(L, "calls", calls_yield);
  lua_register(L, "pcalls", pcalls_yield);
  section("passing values");
  passing_values(L);
  section("yields from Lua");
  yields_from_lua(L);
  section("a thread used again");
  reuse(L);
  section("errors");
  errors(L);
  section("threads that cannot be resumed");
  wrong_threads(L);
  section("nesting");
  nesting(L);
  section("sharing globals");
  sharing(L);
  section("many");
  many(L);
  section("which thread runs");
  levels_of_calls(L);
  lua_close(L);
  return 0;
}
