/* test_hook.c -- debug hooks: which events happen, in which order, and what a hook may do. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "support/harness.h"

/* The events so far: "c" call, "r" return, "t" tail return, "#" count, a number a line. */
static char events[1000];

static void record(lua_State *L, lua_Debug *ar) {
  size_t used = strlen(events);
  (void)L;
  if (ar->event == LUA_HOOKLINE)
    snprintf(events + used, sizeof events - used, "%s%d", used > 0 ? "," : "", ar->currentline);
  else
    snprintf(events + used, sizeof events - used, "%c", "cr_#t"[ar->event]);
}

static const char *trace(lua_State *L, const char *source, int mask, int count) {
  events[0] = '\0';
  assert_int_equal(luaL_loadbuffer(L, source, strlen(source), "=test"), 0);
  lua_sethook(L, record, mask, count);
  int status = lua_pcall(L, 0, 0, 0);
  lua_sethook(L, NULL, 0, 0);
  if (status != 0) fail_msg("%s: %s", source, lua_tostring(L, -1));
  return events;
}

static void a_line_event_is_a_new_line_or_a_jump_back(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
      {"if\nmath == nil\nthen\n  a = 1\nelse\n  a = 2\nend\n", "2,4,7"},
      {"--\nif nil then\n  a = 1\nelse\n  a = 2\nend\n", "2,5,6"},
      {"a = 1\nrepeat\n  a = a + 1\nuntil a == 3\n", "1,3,4,3,4"},
      {"do\n  return\nend\n", "2"},
      {"local a\na = 1\nwhile a <= 3 do\n  a = a + 1\nend\n", "2,3,4,3,4,3,4,3,5"},
      {"while 1 do\n  if 1\n  then\n    break\n  end\nend\na = 1", "4,7"},
      {"for i = 1, 3 do\n  a = i\nend\n", "1,2,1,2,1,2,1,3"},
      {"for i = 1, 4 do a = 1 end\n", "1,1,1,1,1"},
      {"local function f()\n  a = 1\nend\nf() f()\nf()", "3,4,2,3,2,3,5,2,3"},
      {"a = 1 a = 2 a = 3", "1"},
      {"", "1"},
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) {
    trace(L, rows[i][0], LUA_MASKLINE, 0);
    if (strcmp(events, rows[i][1]) != 0)
      fail_msg("%s\nlines    %s\nexpected %s", rows[i][0], events, rows[i][1]);
  }
  lua_close(L);
}

static void a_count_event_comes_every_n_instructions(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  static const char loop[] = "for i = 1, 1000 do end";
  size_t each = strlen(trace(L, loop, LUA_MASKCOUNT, 1));
  assert_int_equal(each, sizeof events - 1);
  assert_string_equal(trace(L, loop, LUA_MASKCOUNT, 500), "##");
  assert_int_equal(strlen(trace(L, loop, LUA_MASKCOUNT, 100)), 10);
  assert_string_equal(trace(L, loop, LUA_MASKCOUNT, 4000), "");
  assert_string_equal(trace(L, "", LUA_MASKCOUNT, 1), "#");
  assert_string_equal(trace(L, "local a = 1\nlocal b = a", LUA_MASKCOUNT | LUA_MASKLINE, 1),
                      "#,1#,2#");
  lua_close(L);
}

static void calls_and_returns_come_in_pairs(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const int mask = LUA_MASKCALL | LUA_MASKRET;
  assert_string_equal(trace(L, "", mask, 0), "cr");
  assert_string_equal(trace(L, "local function f() end f() f()", mask, 0), "ccrcrr");
  static const char once[] = "local function g() end local function f() return g() end f()";
  assert_string_equal(trace(L, once, mask, 0), "cccrtr");
  static const char often[] = "local function f(n) if n > 0 then return f(n - 1) end end f(3)";
  assert_string_equal(trace(L, often, mask, 0), "cccccrtttr");
  assert_string_equal(trace(L, "local function f() end f()", LUA_MASKCALL, 0), "cc");
  assert_string_equal(trace(L, "local function f() end f()", LUA_MASKRET, 0), "rr");
  lua_close(L);
}

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static void c_functions_are_called_and_return_too(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "cfunc", nothing);
  assert_string_equal(trace(L, "cfunc()", LUA_MASKCALL | LUA_MASKRET, 0), "ccrr");
  assert_string_equal(trace(L, "return cfunc()", LUA_MASKCALL | LUA_MASKRET, 0), "ccrr");
  lua_close(L);
}

static char what_seen[200];

static void describe(lua_State *L, lua_Debug *ar) {
  int event = ar->event;
  lua_getinfo(L, "nSl", ar);
  size_t used = strlen(what_seen);
  snprintf(what_seen + used, sizeof what_seen - used, "%d:%s:%s:%d ", event, ar->what,
           ar->name != NULL ? ar->name : "?", ar->currentline);
}

static void a_hook_can_ask_about_its_function(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  what_seen[0] = '\0';
  luaL_loadstring(L, "local function g()\nend local function f()\nreturn g()\nend\n f()");
  lua_sethook(L, describe, LUA_MASKCALL | LUA_MASKRET, 0);
  lua_call(L, 0, 0);
  lua_sethook(L, NULL, 0, 0);
  assert_string_equal(what_seen, "0:main:?:2 0:Lua:f:3 0:Lua:g:2 1:Lua:?:2 4:tail::-1 1:main:?:5 ");
  lua_close(L);
}

static void use_the_stack(lua_State *L, lua_Debug *ar) {
  (void)ar;
  for (int i = 0; i < LUA_MINSTACK; i++) lua_pushinteger(L, i);
  lua_gc(L, LUA_GCCOLLECT, 0);
}

static void a_hook_may_push_and_collect(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  luaL_loadstring(L,
                  "local function f(a, ...) local t = {a, ...} return #{...}, a .. '', ... end\n"
                  "local n, s = 0, ''\n"
                  "for i = 1, 10 do local a, b, c = f(i, i + 1, i + 2)\n"
                  "n = n + a + c s = s .. b end\n"
                  "return n, s");
  lua_sethook(L, use_the_stack, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
  lua_call(L, 0, 2);
  assert_int_equal(lua_tointeger(L, -2), 85);
  assert_string_equal(lua_tostring(L, -1), "12345678910");
  lua_close(L);
}

static int depth;

static void call_lua(lua_State *L, lua_Debug *ar) {
  (void)ar;
  depth++;
  lua_getglobal(L, "inner");
  lua_call(L, 0, 0);
}

static void no_hooks_run_inside_a_hook(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  depth = 0;
  test_run(L, "function inner()\n n = (n or 0) + 1\n end", 0);
  luaL_loadstring(L, "local a = 1\na = 2\na = 3");
  lua_sethook(L, call_lua, LUA_MASKLINE, 0);
  lua_call(L, 0, 0);
  assert_int_equal(depth, 3);
  lua_getglobal(L, "n");
  assert_int_equal(lua_tointeger(L, -1), 3);
  lua_close(L);
}

static void fail_in_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  luaL_error(L, "stopped");
}

static void an_error_in_a_hook_stops_the_program(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  luaL_loadstring(L, "while true do end");
  lua_sethook(L, fail_in_hook, LUA_MASKCOUNT, 1000);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "stopped");
  lua_sethook(L, record, LUA_MASKLINE, 0); /* hooks are allowed again */
  events[0] = '\0';
  luaL_loadstring(L, "return 1");
  lua_call(L, 0, 0);
  assert_string_equal(events, "1");
  lua_close(L);
}

static void change_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_sethook(L, record, LUA_MASKLINE, 0);
}

static void a_hook_set_in_a_hook_takes_over(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  events[0] = '\0';
  luaL_loadstring(L, "local a = 1\na = 2\na = 3\na = 4");
  lua_sethook(L, change_hook, LUA_MASKCOUNT, 2);
  lua_call(L, 0, 0);
  assert_string_equal(events, "3,4");
  lua_close(L);
}

static void each_thread_has_its_own_hook(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_State *before = lua_newthread(L);
  lua_sethook(L, record, LUA_MASKLINE, 0);
  lua_State *after = lua_newthread(L);
  events[0] = '\0';
  luaL_loadstring(before, "a = 1\na = 2");
  lua_call(before, 0, 0);
  assert_string_equal(events, "");
  luaL_loadstring(after, "a = 1\na = 2");
  lua_call(after, 0, 0);
  assert_string_equal(events, "1,2");
  lua_sethook(L, NULL, 0, 0);
  events[0] = '\0';
  luaL_loadstring(after, "a = 1");
  assert_int_equal(lua_resume(after, 0), 0);
  assert_string_equal(events, "1");
  lua_settop(L, 0); /* a thread that dies with a hook takes it along */
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_string_equal(trace(L, "a = 1", LUA_MASKLINE, 0), "1");
  lua_close(L);
}

static int yields;

static void yield_in_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  yields++;
  lua_yield(L, 0);
}

/* The instruction before which a count hook yielded is counted again after the resume. */
static void a_count_hook_may_yield(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_State *a = lua_newthread(L), *b = lua_newthread(L);
  static const char factorial[] =
      "local function f(n) if n == 0 then return 1 else return n * f(n - 1) end end\n"
      "return f(...)";
  luaL_loadstring(a, factorial);
  luaL_loadstring(b, factorial);
  lua_pushinteger(a, 10);
  lua_pushinteger(b, 11);
  lua_sethook(a, yield_in_hook, LUA_MASKCOUNT, 2);
  lua_sethook(b, yield_in_hook, LUA_MASKCOUNT, 3);
  yields = 0;
  int sa = lua_resume(a, 1), sb = lua_resume(b, 1), resumes = 2;
  while (sa == LUA_YIELD || sb == LUA_YIELD) {
    assert_true(++resumes < 1000);
    if (sa == LUA_YIELD) sa = lua_resume(a, 0);
    if (sb == LUA_YIELD) sb = lua_resume(b, 0);
  }
  assert_int_equal(sa, 0);
  assert_int_equal(sb, 0);
  assert_true(yields > 50);
  assert_number_is(lua_tonumber(b, -1) / lua_tonumber(a, -1), 11);
  lua_close(L);
}

static lua_State *interrupted;

static void stop(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "interrupted");
}

static void on_signal(int number) {
  (void)number;
  lua_sethook(interrupted, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

static int raise_signal(lua_State *L) {
  (void)L;
  raise(SIGUSR1);
  return 0;
}

static void a_signal_handler_may_set_a_hook(void **unused) {
  (void)unused;
  lua_State *L = interrupted = test_state(NULL);
  signal(SIGUSR1, on_signal);
  lua_register(L, "signal", raise_signal);
  luaL_loadstring(L, "for i = 1, 1e7 do if i == 1000 then signal() end end");
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "interrupted"));
  assert_null(lua_gethook(L));
  signal(SIGUSR1, SIG_DFL);
  test_run(L, "for i = 1, 1000 do end", 0);
  lua_close(L);
}

/* Only a yield of the hook itself ends the run of the function that it interrupts. */
static void a_function_called_on_a_sleeping_thread_runs_to_its_end(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL), *co = lua_newthread(L);
  luaL_loadstring(co, "coroutine.yield()");
  lua_sethook(co, record, LUA_MASKLINE, 0);
  assert_int_equal(lua_resume(co, 0), LUA_YIELD);
  events[0] = '\0';
  luaL_loadstring(co, "local a = 1\nlocal b = 2\nreturn a + b");
  lua_call(co, 0, 1);
  assert_int_equal(lua_tointeger(co, -1), 3);
  assert_string_equal(events, "1,2,3");
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest hook[] = {
      cmocka_unit_test(a_line_event_is_a_new_line_or_a_jump_back),
      cmocka_unit_test(a_count_event_comes_every_n_instructions),
      cmocka_unit_test(calls_and_returns_come_in_pairs),
      cmocka_unit_test(c_functions_are_called_and_return_too),
      cmocka_unit_test(a_hook_can_ask_about_its_function),
      cmocka_unit_test(a_hook_may_push_and_collect),
      cmocka_unit_test(no_hooks_run_inside_a_hook),
      cmocka_unit_test(an_error_in_a_hook_stops_the_program),
      cmocka_unit_test(a_hook_set_in_a_hook_takes_over),
      cmocka_unit_test(each_thread_has_its_own_hook),
      cmocka_unit_test(a_count_hook_may_yield),
      cmocka_unit_test(a_function_called_on_a_sleeping_thread_runs_to_its_end),
      cmocka_unit_test(a_signal_handler_may_set_a_hook),
  };
  return cmocka_run_group_tests(hook, NULL, NULL);
}
