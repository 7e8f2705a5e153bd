/* test_api_limits.c -- what a host may limit: that it holds, whatever a script tries, and what becomes of
 * the state afterwards. */
#include "include/lua_limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "support/harness.h"
#include "support/sweep.h"

#define BUDGET 20000

/* Runs a chunk as a host would: its status, with what it gives or raises on the stack. */
static int run(lua_State *L, const char *source) {
  int status = luaL_loadbuffer(L, source, strlen(source), "=test");
  return status != 0 ? status : lua_pcall(L, 0, 1, 0);
}

/* Runs a chunk that must use up a budget, and gives the state a new one. */
static void run_out(lua_State *L, const char *source, size_t budget) {
  const int top = lua_gettop(L);
  plx_setlimit(L, PLX_WORK, budget);
  int status = run(L, source);
  if (status != LUA_ERRRUN || !plx_exceeded(L, PLX_WORK) || plx_getlimit(L, PLX_WORK) != 0)
    fail_msg("%s: status %d, %s", source, status, lua_tostring(L, -1));
  if (strstr(lua_tostring(L, -1), "instruction budget exceeded") == NULL)
    fail_msg("%s: %s", source, lua_tostring(L, -1));
  lua_settop(L, top);
  lua_sethook(L, NULL, 0, 0);
  heap_check(L);
  plx_setlimit(L, PLX_WORK, 100 * BUDGET);
  assert_false(plx_exceeded(L, PLX_WORK));
  test_expect(L, "1 + 1, #'abc'", "2 3");
}

/* ---- Work -------------------------------------------------------------------------------------- */

static void a_state_without_limits_has_none(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  for (int which = 0; which <= PLX_PATTERN; which++)
    assert_true(plx_getlimit(L, which) == PLX_UNLIMITED);
  assert_true(plx_getlimit(L, PLX_SOURCE) == PLX_UNLIMITED);
  assert_int_equal(plx_getlimit(L, PLX_DEPTH), LUAI_MAXCCALLS);
  test_run(L, "for i = 1, 10000 do local s = ('x'):rep(i) end", 0);
  plx_charge(L, PLX_UNLIMITED);
  plx_charge(L, PLX_UNLIMITED);
  plx_setlimit(L, 77, 0);
  assert_int_equal(plx_exceeded(L, 77), 0);
  test_expect(L, "1", "1");
  lua_close(L);
}

static void an_instruction_costs_one_unit(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  plx_setlimit(L, PLX_WORK, BUDGET);
  assert_int_equal(luaL_loadstring(L, "for i = 1, 100 do end"), 0);
  const size_t before = plx_getlimit(L, PLX_WORK);
  lua_call(L, 0, 0);
  /* three constants, FORPREP, 101 times FORLOOP, RETURN */
  assert_int_equal(before - plx_getlimit(L, PLX_WORK), 3 + 1 + 101 + 1);
  assert_int_equal(luaL_loadstring(L, "return 1"), 0);
  plx_setlimit(L, PLX_WORK, 2);
  lua_pushvalue(L, -1);
  assert_int_equal(lua_pcall(L, 0, 1, 0), 0);
  assert_int_equal(plx_getlimit(L, PLX_WORK), 0);
  assert_false(plx_exceeded(L, PLX_WORK));
  lua_pop(L, 1);
  assert_int_equal(lua_pcall(L, 0, 1, 0), LUA_ERRRUN);
  assert_true(plx_exceeded(L, PLX_WORK));
  lua_close(L);
}

/* Programs that would run for ever, or nearly, each trying to get around the budget. */
static void no_program_outruns_its_budget(void **unused) {
  (void)unused;
  static const char *const rows[] = {
      "while true do end",
      "repeat until false",
      "local function f() return f() end f()",
      "while true do pcall(function() while true do end end) end",
      "local function f() pcall(f) return f() end f()",
      "while true do pcall(error) end",
      "while true do xpcall(function() while true do end end, function() while true do end end) end",
      "while true do xpcall(error, pcall) end",
      "while true do pcall(pcall, pcall, pcall, error) end",
      "local co = coroutine.wrap(function() while true do coroutine.yield() end end)\n"
      "while true do co() end",
      "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
      "while true do coroutine.wrap(function() pcall(function() while true do end end) end)() end",
      "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})\n"
      "while true do pcall(function() return t[1] end) end",
      "local t = setmetatable({}, {__call = function(t) return t() end}) t()",
      "local t = setmetatable({}, {__newindex = function(t, k, v) while true do end end}) t.x = 1",
      "local t = setmetatable({}, {__eq = function() while true do end end})\n"
      "return t == setmetatable({}, getmetatable(t))",
      "local s = 'x' for i = 1, 1e9 do s = s .. i if #s > 1000 then s = '' end end",
      "while true do string.rep('x', 100000) end",
      "while true do pcall(string.rep, 'x', 1e6) end",
      "string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40))",
      "string.find(('a'):rep(10000), ('.-'):rep(10) .. 'b')",
      "string.find(('('):rep(5000), ('%b()'):rep(3))",
      "while true do ('x'):rep(1000):gsub('.', string.upper) end",
      "local s = ('x'):rep(1000) while true do s:gsub('(x-)', ('%1'):rep(1000)) end",
      "while true do for _ in ('x'):rep(1000):gmatch('.-') do end end",
      "local t = {} for i = 1, 1000 do t[i] = i % 7 end while true do table.sort(t) end",
      "local t = {} for i = 1, 1000 do t[i] = ('x'):rep(500) .. i end while true do table.sort(t) end",
      "local t = {} for i = 1, 100 do t[i] = i end\n"
      "table.sort(t, function() while true do end end)",
      "while true do table.insert({}, 1, 1) end",
      "local t = {} for i = 1, 500 do t[i] = 1 end while true do table.insert(t, 1, 1) end",
      "local t = {} for i = 1, 500 do t[i] = 1 end while true do table.concat(t) end",
      "while true do unpack({}, 1, 5000) end",
      "while true do table.foreach({1, 2, 3}, type) end",
      "while true do table.foreachi({1, 2, 3}, type) end",
      "while true do table.maxn({1, 2, 3}) end",
      "while true do string.format(('%5.2f'):rep(20), unpack({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,\n"
      "  14, 15, 16, 17, 18, 19, 20})) end",
      "while true do os.date(('%c'):rep(1000)) end",
      "while true do tonumber((' '):rep(1000)) end",
      "while true do local x = ('1'):rep(300) + 1 end",
      "while true do local x = ('x'):rep(1000) < ('x'):rep(1001) end",
      "while true do collectgarbage() end",
      "while true do collectgarbage('step', 0) end",
      "while true do loadstring('x = 1') end",
      "while true do load(function() return 'x = 1 ' end) end",
      "loadstring(('x = 1 '):rep(10000))",
      "local t = {} for i = 1, 1000 do t[i] = 'local a' .. i % 190 end\n"
      "loadstring('do ' .. ('do ' .. table.concat(t, ' ', 1, 180) .. ' local function f() '):rep(90) ..\n"
      "  ('g = g '):rep(20000))",
      "local function f(n) if n == 0 then while true do pcall(error, 'x', 100) end end return f(n - 1) + 1 end\n"
      "f(100)",
      "local p = newproxy(true) getmetatable(p).__gc = function() while true do end end p = nil\n"
      "collectgarbage() while true do end",
      "debug.sethook(function() while true do end end, 'l')\nlocal x = 1\nlocal y = 2",
      "debug.sethook(function() end, '', 1) while true do end",
      "setmetatable(_G, {__index = function() while true do end end}) return undefined",
      "local function f(...) return select('#', ...) end while true do f(unpack({}, 1, 200)) end",
      "for i = 1, 1e9 do local t = setmetatable({}, {__gc = 1, __mode = 'k'}) end",
      "while true do string.dump(loadstring('return 1')) end",
      "while true do tostring(setmetatable({}, {__tostring = function() return 'x' end})) end",
      "while true do setfenv(1, _G) getfenv(1) end",
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    run_out(L, rows[i], BUDGET);
    run_out(L, rows[i], 3 * BUDGET);
    test_close(L, &heap);
  }
}

static void the_same_program_uses_the_same_amount(void **unused) {
  (void)unused;
  static const char program[] =
      "local t = {} for i = 1, 300 do t[i] = ('x'):rep(i) .. i end table.sort(t)\n"
      "local s = table.concat(t):gsub('x+', function(m) return #m end)\n"
      "local co = coroutine.wrap(function() for k, v in pairs(t) do coroutine.yield(v) end end)\n"
      "for v in co do s = s .. v end pcall(error, 'x')\n"
      "return loadstring('return ...')(s)";
  size_t left[2];
  for (int i = 0; i < 2; i++) {
    lua_State *L = test_state_libs(NULL);
    plx_setlimit(L, PLX_WORK, 10000000);
    assert_int_equal(run(L, program), 0);
    left[i] = plx_getlimit(L, PLX_WORK);
    lua_close(L);
  }
  assert_int_equal(left[0], left[1]);
  assert_true(left[0] < 10000000 - 5000);
}

static void an_exact_budget_suffices_and_one_less_does_not(void **unused) {
  (void)unused;
  static const char program[] = "local n = 0 for i = 1, 50 do n = n + #('x'):rep(i) end return n";
  lua_State *L = test_state_libs(NULL);
  lua_gc(L, LUA_GCSTOP, 0);
  plx_setlimit(L, PLX_WORK, BUDGET);
  assert_int_equal(luaL_loadstring(L, program), 0);
  lua_pushvalue(L, -1); /* once, so that all strings exist */
  lua_call(L, 0, 0);
  size_t before = plx_getlimit(L, PLX_WORK);
  lua_pushvalue(L, -1);
  lua_call(L, 0, 0);
  const size_t used = before - plx_getlimit(L, PLX_WORK);
  plx_setlimit(L, PLX_WORK, used);
  lua_pushvalue(L, -1);
  assert_int_equal(lua_pcall(L, 0, 0, 0), 0);
  plx_setlimit(L, PLX_WORK, used - 1);
  lua_pushvalue(L, -1);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  lua_close(L);
}

static void every_budget_ends_a_program_cleanly(void **unused) {
  (void)unused;
  static const char source[] =
      "local up = 0 local function f(...) up = up + select('#', ...) return ... end\n"
      "local t = setmetatable({}, {__index = function(t, k) return f(k) end})\n"
      "for i = 1, 3 do local v = i t[i] = function() return v end f(f(t[-i], unpack({1, 2, 3}))) end\n"
      "local co = coroutine.wrap(function(...) f(...) coroutine.yield(f(1)) return 2 end) co(1, 2)\n"
      "pcall(f, (('ab'):gsub('%w', f))) local s = f('a') .. f('b') .. up return f(s)";
  lua_State *L = test_state_libs(NULL);
  int status = LUA_ERRRUN;
  size_t budget = 0;
  for (; status != 0 && budget < 3000; budget++) {
    plx_setlimit(L, PLX_WORK, budget);
    status = run(L, source);
    assert_int_equal(plx_exceeded(L, PLX_WORK), status != 0);
    lua_settop(L, 0);
    if (budget % 16 == 0) heap_check(L);
  }
  assert_int_equal(status, 0);
  assert_true(budget > 100);
  plx_setlimit(L, PLX_WORK, PLX_UNLIMITED);
  test_expect(L, "1", "1");
  lua_close(L);
}

static void a_handler_in_lua_does_not_run_without_work(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  assert_int_equal(luaL_loadstring(L, "handled = true return 'handled'"), 0);
  plx_setlimit(L, PLX_WORK, 100);
  luaL_loadstring(L, "while true do end");
  assert_int_equal(lua_pcall(L, 0, 0, 1), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "instruction budget exceeded"));
  lua_settop(L, 0);
  plx_setlimit(L, PLX_WORK, PLX_UNLIMITED);
  test_expect(L, "handled", "nil");
  lua_getglobal(L, "debug");
  lua_getfield(L, -1, "traceback"); /* a handler in C does */
  plx_setlimit(L, PLX_WORK, 100);
  luaL_loadstring(L, "local function f() while true do end end f()");
  assert_int_equal(lua_pcall(L, 0, 0, 2), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "stack traceback"));
  lua_close(L);
}

static int hook_calls;
static void count_hook(lua_State *L, lua_Debug *ar) {
  (void)L, (void)ar;
  hook_calls++;
}

static void hooks_and_budgets_go_together(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  hook_calls = 0;
  plx_setlimit(L, PLX_WORK, BUDGET);
  lua_sethook(L, count_hook, LUA_MASKCOUNT, 10);
  run_out(L, "while true do end", 1000);
  assert_in_range(hook_calls, 95, 105);
  run_out(L, "while true do end", 1000);
  lua_sethook(L, count_hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 0);
  run_out(L, "local function f() end while true do f() end", 1000);
  plx_setlimit(L, PLX_WORK, PLX_UNLIMITED);
  hook_calls = 0;
  lua_sethook(L, count_hook, LUA_MASKLINE, 0);
  test_run(L, "local x = 1\nlocal y = 2\nlocal z = 3", 0);
  assert_int_equal(hook_calls, 3);
  lua_close(L);
}

/* A script runs out in the middle of a coroutine; the coroutine is dead, the state is not. */
static void coroutines_share_the_budget(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  run_out(L, "co = coroutine.create(function() while true do end end) coroutine.resume(co)", 500);
  test_expect(L, "coroutine.status(co)", "dead");
  run_out(L, "sleeping = coroutine.create(function() coroutine.yield() for i = 1, 50 do end return 7 end)\n"
             "coroutine.resume(sleeping) while true do end", 500);
  test_expect(L, "coroutine.resume(sleeping)", "true 7");
  lua_State *co = lua_newthread(L);
  plx_setlimit(co, PLX_WORK, 100);
  assert_int_equal(plx_getlimit(L, PLX_WORK), 100);
  luaL_loadstring(co, "while true do end");
  assert_int_equal(lua_resume(co, 0), LUA_ERRRUN);
  assert_true(plx_exceeded(L, PLX_WORK));
  lua_close(L);
}

/* Makes ten userdata with the finaliser `f`, an expression, and drops them. */
static void drop_ten(lua_State *L, const char *f) {
  lua_pushfstring(L, "kept = {} for i = 1, 10 do\n"
                     "  kept[i] = newproxy(true) getmetatable(kept[i]).__gc = %s end", f);
  test_run(L, lua_tostring(L, -1), 0);
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_setglobal(L, "kept");
}

static void finalizers_cannot_raise_in_the_host(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "ran = 0", 0);
  plx_setlimit(L, PLX_WORK, BUDGET);
  drop_ten(L, "function() ran = ran + 1 error('mine') end");
  lua_gc(L, LUA_GCCOLLECT, 0); /* outside of any pcall */
  test_expect(L, "ran", "10");
  drop_ten(L, "function() while true do end end");
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_true(plx_exceeded(L, PLX_WORK));
  for (int i = 0; i < 1000; i++) {
    lua_pushfstring(L, "%d", i);
    lua_pop(L, 1);
  }
  plx_setlimit(L, PLX_WORK, BUDGET);
  drop_ten(L, "function() while true do end end");
  test_close(L, &heap); /* ends, as the budget does */
}

static int charge_some(lua_State *L) {
  plx_charge(L, (size_t)luaL_checkint(L, 1));
  lua_pushliteral(L, "done");
  return 1;
}

static void functions_in_c_can_be_charged(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  lua_register(L, "charge", charge_some);
  plx_setlimit(L, PLX_WORK, BUDGET);
  test_expect(L, "charge(100)", "done");
  assert_in_range(plx_getlimit(L, PLX_WORK), BUDGET - 200, BUDGET - 101);
  run_out(L, "charge(2^30)", BUDGET);
  run_out(L, "while true do charge(10) end", BUDGET);
  lua_gc(L, LUA_GCSTOP, 0);
  plx_setlimit(L, PLX_WORK, BUDGET);
  lua_pushcfunction(L, charge_some);
  lua_pushinteger(L, BUDGET);
  assert_int_equal(lua_pcall(L, 1, 1, 0), 0); /* exactly what there is */
  assert_int_equal(plx_getlimit(L, PLX_WORK), 0);
  lua_close(L);
}

/* What a host does around a script that has used up everything. */
static void the_host_works_on_without_work(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  run_out(L, "while true do end", 100);
  plx_setlimit(L, PLX_WORK, 0);
  lua_newtable(L);
  for (int i = 1; i <= 1000; i++) {
    lua_pushlstring(L, "0123456789", (size_t)i % 10);
    lua_rawseti(L, -2, i);
  }
  assert_int_equal(lua_objlen(L, -1), 1000);
  lua_pushliteral(L, "a long text: ");
  for (int i = 0; i < 8; i++) {
    lua_pushvalue(L, -1);
    lua_concat(L, 2);
  }
  assert_int_equal(lua_objlen(L, -1), 13 * 256);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_getglobal(L, "print");
  assert_true(lua_iscfunction(L, -1));
  lua_close(L);
}

/* ---- Single operations ------------------------------------------------------------------------- */

static void a_pattern_may_take_so_many_steps(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  plx_setlimit(L, PLX_PATTERN, 1000);
  assert_int_equal(plx_getlimit(L, PLX_PATTERN), 1000);
  static const char *const rows[] = {
      "('a'):rep(30):find(('a?'):rep(30) .. ('a'):rep(30))",
      "('a'):rep(1000):match('.-.-.-b')",
      "('a'):rep(1000):gsub('.-.-b', '')",
      "('('):rep(100000):find('%b()')",
      "for _ in ('a'):rep(1000):gmatch('.-.-b') do end",
      "('a'):rep(5000):gsub('a', 'b')",
      "('a'):rep(9000):find('(a*)%1%1c')",
  };
  for (size_t i = 0; i < ROWS(rows); i++)
    assert_non_null(strstr(test_error(L, rows[i]), "pattern too complex"));
  test_expect(L, "('hello world'):match('(%w+) (%w+)')", "hello world");
  test_expect(L, "select(2, ('a'):rep(250):gsub('a', ''))", "250");
  test_expect(L, "('x'):rep(8000):find('y+'), ('x'):rep(8000):find('y', 1, true)", "nil nil");
  test_expect(L, "pcall(string.find, ('a'):rep(1000), '.-.-b'), ('a'):find('a')", "false 1 1");
  assert_false(plx_exceeded(L, PLX_PATTERN));
  plx_setlimit(L, PLX_PATTERN, PLX_UNLIMITED);
  test_expect(L, "select(2, ('a'):rep(5000):gsub('a', ''))", "5000");
  lua_close(L);
}

static void patterns_mean_the_same_when_they_are_counted(void **unused) {
  (void)unused;
  static const char program[] =
      "local out = {}\n"
      "local subjects = {'', 'a', 'aab', 'THE (quick) fox', 'key = value', 'a.b.c', '[[x]]', '((a)(b))',\n"
      "  'x\\0y', 'aaa', 'foo.bar.baz', '  trim  ', 'abcabc', 'THE QUICK'}\n"
      "local patterns = {'', '^', '$', '.', '.-', '.*', 'a*', 'a+', 'a-b', 'a?b', '(a)(b)', '()a()', '%b()',\n"
      "  '%f[%w]%w+', '(.)%1', '(%w+) = (%w+)', '^%s*(.-)%s*$', '[%w_]+', '[^a]', '[a-c]+$', '%a+%s', '%.',\n"
      "  '(abc)%1', '((a*)(b*))', '.-$', '%f[%z]', '%z', '[]]', '[^]]', '(', '%', '[a', '%b', '%f', ')', '%1'}\n"
      "for _, s in ipairs(subjects) do for _, p in ipairs(patterns) do\n"
      "  local function add(...) for i = 1, select('#', ...) do out[#out + 1] = tostring((select(i, ...))) end end\n"
      "  add(pcall(string.find, s, p)) add(pcall(string.match, s, p)) add(pcall(string.gsub, s, p, '<%0>'))\n"
      "  add(pcall(function() local n = 0 for a, b in s:gmatch(p) do n = n + 1 add(a, b) end return n end))\n"
      "end end return table.concat(out, ' ')";
  lua_State *L = test_state_libs(NULL);
  assert_int_equal(run(L, program), 0);
  plx_setlimit(L, PLX_PATTERN, 1000000);
  assert_int_equal(run(L, program), 0);
  plx_setlimit(L, PLX_PATTERN, PLX_UNLIMITED);
  plx_setlimit(L, PLX_WORK, 100000000);
  assert_int_equal(run(L, program), 0);
  assert_string_equal(lua_tostring(L, 1), lua_tostring(L, 2));
  assert_string_equal(lua_tostring(L, 1), lua_tostring(L, 3));
  assert_true(lua_objlen(L, 1) > 10000);
  lua_close(L);
}

static void a_chunk_may_be_so_long(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  plx_setlimit(L, PLX_SOURCE, 100);
  assert_int_equal(plx_getlimit(L, PLX_SOURCE), 100);
  test_expect(L, "loadstring(('x'):rep(101))", "nil chunk too long");
  test_expect(L, "(loadstring(('-'):rep(100))) ~= nil", "true");
  test_expect(L, "load(function() return ' ' end)", "nil chunk too long");
  lua_close(L);
}

static void syntax_may_nest_so_deep(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  char source[64];
  plx_setlimit(L, PLX_DEPTH, 20);
  assert_int_equal(plx_getlimit(L, PLX_DEPTH), 20);
  for (int depth = 2; depth < 30; depth += 9) {
    memset(source, '(', (size_t)depth);
    source[depth] = '\0';
    lua_pushfstring(L, "return %s1", source);
    memset(source, ')', (size_t)depth);
    lua_pushstring(L, source);
    lua_concat(L, 2);
    assert_int_equal(luaL_loadstring(L, lua_tostring(L, -1)), depth < 20 ? 0 : LUA_ERRSYNTAX);
  }
  assert_non_null(strstr(lua_tostring(L, -1), "chunk has too many syntax levels"));
  plx_setlimit(L, PLX_DEPTH, PLX_UNLIMITED);
  assert_int_equal(plx_getlimit(L, PLX_DEPTH), LUAI_MAXCCALLS);
  lua_close(L);
}

static void binary_chunks_can_be_refused(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  test_run(L, "code = string.dump(function() return 7 end)", 0);
  plx_refusebytecode(L, 1);
  static const char message[] = "nil capability 'bytecode' is not granted";
  test_expect(L, "loadstring(code)", message);
  test_expect(L, "load(function() local c = code code = nil return c end)", message);
  test_run(L, "code = string.dump(function() return 7 end) pieces = {code:sub(1, 1), code:sub(2)}", 0);
  test_expect(L, "load(function() return table.remove(pieces, 1) end)", message);
  test_expect(L, "loadstring('return 8')()", "8");
  assert_int_equal(luaL_loadbuffer(L, LUA_SIGNATURE, 4, "x"), LUA_ERRRUN);
  lua_settop(L, 0);
  char path[] = "/tmp/test_api_limits_XXXXXX";
  FILE *f = fdopen(mkstemp(path), "wb");
  fputs("# comment\n" LUA_SIGNATURE "Q", f);
  fclose(f);
  assert_int_equal(luaL_loadfile(L, path), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "'bytecode'"));
  remove(path);
  plx_refusebytecode(L, 0);
  test_expect(L, "loadstring(code)()", "7");
  lua_close(L);
}

/* ---- Failing memory ---------------------------------------------------------------------------- */

static int exhaust(lua_State *L) {
  plx_setlimit(L, PLX_WORK, 3000);
  int status = luaL_loadstring(L, "local t = {} while true do t[#t + 1] = {('x'):rep(50)} end");
  if (status == 0) status = lua_pcall(L, 0, 0, 0);
  if (status == LUA_ERRMEM) sweep_note_failure();
  plx_setlimit(L, PLX_WORK, 3000);
  return 0;
}

static void running_out_of_both_is_no_trouble(void **unused) {
  (void)unused;
  sweep_allocations(exhaust, true);
}

int main(void) {
  const struct CMUnitTest limits[] = {
      cmocka_unit_test(a_state_without_limits_has_none),
      cmocka_unit_test(an_instruction_costs_one_unit),
      cmocka_unit_test(no_program_outruns_its_budget),
      cmocka_unit_test(the_same_program_uses_the_same_amount),
      cmocka_unit_test(an_exact_budget_suffices_and_one_less_does_not),
      cmocka_unit_test(every_budget_ends_a_program_cleanly),
      cmocka_unit_test(a_handler_in_lua_does_not_run_without_work),
      cmocka_unit_test(hooks_and_budgets_go_together),
      cmocka_unit_test(coroutines_share_the_budget),
      cmocka_unit_test(finalizers_cannot_raise_in_the_host),
      cmocka_unit_test(functions_in_c_can_be_charged),
      cmocka_unit_test(the_host_works_on_without_work),
      cmocka_unit_test(a_pattern_may_take_so_many_steps),
      cmocka_unit_test(patterns_mean_the_same_when_they_are_counted),
      cmocka_unit_test(a_chunk_may_be_so_long),
      cmocka_unit_test(syntax_may_nest_so_deep),
      cmocka_unit_test(binary_chunks_can_be_refused),
      cmocka_unit_test(running_out_of_both_is_no_trouble),
  };
  return cmocka_run_group_tests(limits, NULL, NULL);
}
