/* test_coro.c -- resume and yield: every status, every way out, and nothing lost in between. */
#include <stdio.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "support/harness.h"
#include "support/snippets.h"
#include "support/sweep.h"
#include "types/state.h"

/* ---- Statuses ------------------------------------------------------------------------------ */

static int give_up(lua_State *L) {
  lua_pushliteral(L, "given up");
  return lua_error(L);
}

static int yield_all(lua_State *L) { return lua_yield(L, lua_gettop(L)); }

static int return_all(lua_State *L) { return lua_gettop(L); }

static void load_into(lua_State *co, const char *source) {
  assert_int_equal(luaL_loadstring(co, source), 0);
}

static void a_body_passes_through_its_statuses(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_State *co = lua_newthread(L);
  load_into(co, "local a = ... local b = coroutine.yield(a + 1) return b * 2");
  assert_int_equal(lua_status(co), 0);
  lua_pushinteger(co, 10);
  assert_int_equal(lua_resume(co, 1), LUA_YIELD);
  assert_int_equal(lua_status(co), LUA_YIELD);
  assert_int_equal(lua_gettop(co), 1);
  assert_int_equal(lua_tointeger(co, 1), 11);
  lua_settop(co, 0);
  lua_pushinteger(co, 21);
  assert_int_equal(lua_resume(co, 1), 0);
  assert_int_equal(lua_status(co), 0);
  assert_int_equal(lua_gettop(co), 1);
  assert_int_equal(lua_tointeger(co, 1), 42);
  heap_check(L);
  test_close(L, &heap);
}

static void a_finished_thread_can_run_another_body(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_State *co = lua_newthread(L);
  for (int i = 0; i < 100; i++) {
    load_into(co, "return coroutine.yield() and ...");
    lua_pushinteger(co, i);
    assert_int_equal(lua_resume(co, 1), LUA_YIELD);
    lua_pushboolean(co, 1);
    assert_int_equal(lua_resume(co, 1), 0);
    assert_int_equal(lua_tointeger(co, 1), i);
    lua_settop(co, 0);
  }
  assert_true(co->ci == co->base_ci);
  assert_int_equal(co->ncalls, 0);
  test_close(L, &heap);
}

static void an_error_ends_the_thread_and_leaves_its_frames(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_State *co = lua_newthread(L);
  load_into(co, "local function inner() error({code = 5}) end inner()");
  assert_int_equal(lua_resume(co, 0), LUA_ERRRUN);
  assert_int_equal(lua_status(co), LUA_ERRRUN);
  assert_true(lua_istable(co, -1));
  lua_Debug ar;
  assert_int_equal(lua_getstack(co, 1, &ar), 1); /* for the traceback */
  const int top = lua_gettop(co);
  assert_int_equal(lua_resume(co, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(co, -1), "cannot resume non-suspended coroutine");
  assert_true(lua_gettop(co) <= top + 1);
  heap_check(L);
  test_close(L, &heap);
}

static void a_refused_resume_replaces_the_arguments_by_a_message(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "co = coroutine.create(function() return coroutine.resume(co, 1, 2, 3) end)\n"
           "a, b, c = coroutine.resume(co)\n"
           "d, e = coroutine.resume(co)\n"
           "outer = coroutine.create(function()\n"
           "  inner = coroutine.create(function() return coroutine.resume(outer) end)\n"
           "  return coroutine.resume(inner) end)\n"
           "r = {coroutine.resume(outer)}", 0);
  test_expect(L, "a, b, c", "true false cannot resume running coroutine");
  test_expect(L, "d, e", "false cannot resume dead coroutine");
  test_expect(L, "r[1], r[2], r[3], r[4]", "true true false cannot resume normal coroutine");
  test_close(L, &heap);
}

static void status_is_what_the_asker_sees(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "log = {}\n"
           "local function note(co) log[#log + 1] = coroutine.status(co) end\n"
           "local co co = coroutine.create(function()\n"
           "  note(co)\n"
           "  local inner = coroutine.create(function()\n"
           "    note(co) coroutine.yield() note(co) error('x') end)\n"
           "  coroutine.resume(inner) note(inner) coroutine.resume(inner) note(inner)\n"
           "  coroutine.yield()\n"
           "end)\n"
           "note(co) coroutine.resume(co) note(co) coroutine.resume(co) note(co)\n"
           "log = table.concat(log, ' ')", 0);
  test_expect(L, "log", "suspended running normal suspended normal dead suspended dead");
  test_close(L, &heap);
}

/* ---- Values -------------------------------------------------------------------------------- */

static void values_go_both_ways_in_any_number(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function echo(...)\n"
           "  local n = select('#', ...)\n"
           "  while true do n = n + select('#', coroutine.yield(n, ...)) end\n"
           "end\n"
           "sum = 0\n"
           "for _, n in ipairs{0, 1, 2, 19, 20, 21, 100, 3000} do\n"
           "  local co = coroutine.create(echo)\n"
           "  local t = {} for i = 1, n do t[i] = i end\n"
           "  local r = {coroutine.resume(co, unpack(t))}\n"
           "  if #r ~= n + 2 or r[2] ~= n or r[n + 2] ~= t[n] and n > 0 then sum = sum + 1 end\n"
           "  r = {coroutine.resume(co, unpack(t))}\n"
           "  if r[2] ~= 2 * n then sum = sum + 1 end\n"
           "end", 0);
  test_expect(L, "sum", "0");
  heap_check(L);
  test_close(L, &heap);
}

/* The results of a yield are those of the call of yield, wherever that stands. */
static void a_yield_can_stand_wherever_a_call_can(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local y = coroutine.yield\n"
           "local function body()\n"
           "  local a, b, c = y(1)\n"
           "  local t = {y(2), y(3)}\n"
           "  local s = '<' .. y(4) .. y(5) .. '>'\n"
           "  local n = y(6) + y(7) * 2\n"
           "  t[y(8)] = y(9)\n"
           "  if y(10) == y(11) then s = s .. 'eq' end\n"
           "  for i = y(12), y(13) do s = s .. i end\n"
           "  local u = (y(14))\n"
           "  return a, b, c, #t, s, n, t.k, u, y(15)\n"
           "end\n"
           "local co = coroutine.wrap(body)\n"
           "co()\n"
           "co('a', 'b') co(10) co(20, 30) co('x') co('y')\n"
           "co(1) co(2) co('k') co('v') co(5) co(5) co(1) co(3)\n"
           "co('one', 'two')\n"
           "r = {co('last', 'values')}\n"
           "r[3] = tostring(r[3]) r = table.concat(r, ' ')", 0);
  test_expect(L, "r", "a b nil 3 <xy>eq123 5 v one last values");
  test_close(L, &heap);
}

static void xmove_moves_the_top_values_in_order(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_State *co = lua_newthread(L);
  for (int i = 1; i <= 5; i++) lua_pushinteger(L, i);
  lua_xmove(L, co, 3);
  assert_int_equal(lua_gettop(L), 3); /* the thread, 1, 2 */
  assert_int_equal(lua_gettop(co), 3);
  for (int i = 1; i <= 3; i++) assert_int_equal(lua_tointeger(co, i), i + 2);
  lua_xmove(co, co, 3);
  assert_int_equal(lua_gettop(co), 3);
  lua_xmove(co, L, 0);
  assert_int_equal(lua_gettop(co), 3);
  test_close(L, &heap);
}

/* ---- Bodies in C, and yields across C ------------------------------------------------------ */

static void a_body_may_be_a_c_function(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_State *co = lua_newthread(L);
  lua_pushcfunction(co, return_all);
  lua_pushinteger(co, 1);
  lua_pushinteger(co, 2);
  assert_int_equal(lua_resume(co, 2), 0);
  assert_int_equal(lua_gettop(co), 2);
  lua_settop(co, 0);
  lua_pushcfunction(co, yield_all);
  lua_pushinteger(co, 3);
  assert_int_equal(lua_resume(co, 1), LUA_YIELD);
  assert_int_equal(lua_tointeger(co, -1), 3);
  lua_settop(co, 0);
  lua_pushinteger(co, 4); /* what resume passes is what the yielding function returns */
  lua_pushinteger(co, 5);
  assert_int_equal(lua_resume(co, 2), 0);
  assert_int_equal(lua_gettop(co), 2);
  assert_int_equal(lua_tointeger(co, -1), 5);
  lua_settop(co, 0);
  lua_pushcfunction(co, give_up);
  assert_int_equal(lua_resume(co, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(co, -1), "given up");
  test_close(L, &heap);
}

static void no_yield_crosses_c_code(void **unused) {
  (void)unused;
  static const char *const bodies[] = {
    "pcall(coroutine.yield)",
    "local t = setmetatable({}, {__index = function() coroutine.yield() end}) return t.x",
    "local t = setmetatable({}, {__add = function() coroutine.yield() end}) return t + 1",
    "local t = setmetatable({}, {__lt = function() coroutine.yield() end}) return t < t",
    "for _ in function() coroutine.yield() end do end",
    "table.sort({3, 2, 1}, function(a, b) coroutine.yield() end)",
    "string.gsub('x', 'x', function() coroutine.yield() end)",
    "table.foreach({1}, coroutine.yield)",
    "load(function() coroutine.yield() end)",
    "xpcall(function() coroutine.yield() end, function() end)",
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(bodies); i++) {
    lua_pushfstring(L, "local yield = coroutine.yield\n"
                       "coroutine.yield = function(...)\n"
                       "  local ok, m = pcall(yield, ...) message = m error(m, 0) end\n"
                       "pcall(coroutine.wrap(function() %s end))\n"
                       "coroutine.yield = yield", bodies[i]);
    test_run(L, "message = nil", 0);
    test_run(L, lua_tostring(L, -1), 0);
    test_expect(L, "message", "attempt to yield across metamethod/C-call boundary");
  }
  lua_settop(L, 0);
  assert_string_equal(test_error(L, "coroutine.yield()"),
                      "attempt to yield across metamethod/C-call boundary");
  heap_check(L);
  test_close(L, &heap);
}

static void a_coroutine_may_resume_another_in_c_code_of_its_own(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function numbers(n) return coroutine.wrap(function()\n"
           "  for i = 1, n do coroutine.yield(i) end end) end\n"
           "local function sum(n) local s = 0 for i in numbers(n) do s = s + i end return s end\n"
           "r = ''\n"
           "for v in coroutine.wrap(function()\n"
           "  for i = 1, 4 do coroutine.yield(sum(i)) end end) do\n"
           "  r = r .. v .. ' ' end", 0);
  test_expect(L, "r", "1 3 6 10 ");
  test_close(L, &heap);
}

static void coroutines_nest_until_the_limit_of_c_calls(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "depth = 0\n"
           "local function nest()\n"
           "  depth = depth + 1 return coroutine.resume(coroutine.create(nest)) end\n"
           "r = {nest()}\n"
           "message = r[#r]\n"
           "local function wrap() return coroutine.wrap(wrap)() end\n"
           "ok, m2 = pcall(wrap)", 0);
  test_expect(L, "message, ok", "C stack overflow false");
  lua_getglobal(L, "depth");
  assert_in_range(lua_tointeger(L, -1), 190, 200);
  lua_getglobal(L, "m2");
  assert_non_null(strstr(lua_tostring(L, -1), "C stack overflow"));
  assert_int_equal(L->ncalls, 0);
  heap_check(L);
  test_close(L, &heap);
}

/* ---- Hooks --------------------------------------------------------------------------------- */

static void yield_from_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  if (L->ncalls == L->base_ncalls) lua_yield(L, 0); /* not across C code */
}

/* With a count of 1 there would be no progress: after a resume the instruction is counted again. */
static void a_hook_may_yield_between_any_two_instructions(void **unused) {
  (void)unused;
  static const struct {
    int mask, count;
  } hooks[] = {{LUA_MASKCOUNT, 2}, {LUA_MASKCOUNT, 3}};
  int yields = 0;
  for (size_t h = 0; h < ROWS(hooks); h++)
    for (size_t i = 0; i < nsnippets; i++) {
      if (strstr(snippets[i].source, "coroutine") != NULL) continue; /* those would yield too */
      TestHeap heap = {0};
      lua_State *L = test_state_libs(&heap);
      lua_State *co = lua_newthread(L);
      snippet_load(co, &snippets[i]);
      lua_sethook(co, yield_from_hook, hooks[h].mask, hooks[h].count);
      int status;
      while ((status = lua_resume(co, 0)) == LUA_YIELD) {
        yields++;
        assert_int_equal(lua_gettop(co), 0);
        if (yields % 16 == 0) lua_gc(L, LUA_GCCOLLECT, 0);
      }
      lua_sethook(co, NULL, 0, 0);
      if (status != 0) fail_msg("%s\nraises %s", snippets[i].source, lua_tostring(co, -1));
      snippet_check(co, &snippets[i], lua_gettop(co), "hook that yields");
      heap_check(L);
      test_close(L, &heap);
    }
  assert_true(yields > 5000);
}

/* Two coroutines that yield from hooks, in turn: neither runs while the other should. */
static void yielding_hooks_leak_nothing_between_coroutines(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "return function(me, n)\n"
              "  local function fact(n) assert(turn == me)\n"
              "    if n == 0 then return 1 end return n * fact(n - 1) end\n"
              "  return fact(n) end", 1);
  lua_State *co[2];
  int status[2] = {LUA_YIELD, LUA_YIELD};
  for (int i = 0; i < 2; i++) {
    co[i] = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, i);
    lua_pushinteger(L, 10 + i);
    lua_xmove(L, co[i], 3);
    lua_sethook(co[i], yield_from_hook, LUA_MASKCOUNT, 2 + i);
  }
  for (int started = 0; status[0] == LUA_YIELD || status[1] == LUA_YIELD; started++)
    for (int i = 0; i < 2; i++)
      if (status[i] == LUA_YIELD) {
        lua_pushinteger(L, i);
        lua_setglobal(L, "turn");
        status[i] = lua_resume(co[i], started == 0 ? 2 : 0);
      }
  assert_int_equal(status[0] + status[1], 0);
  assert_number_is(lua_tonumber(co[1], -1) / lua_tonumber(co[0], -1), 11);
  test_close(L, &heap);
}

/* ---- Lack of memory ------------------------------------------------------------------------ */

static const char busy[] =
  "local function body(...)\n"
  "  local t = {...}\n"
  "  for i = 1, 5 do t[#t + 1] = {coroutine.yield(i, 'text ' .. i)} end\n"
  "  local co = coroutine.wrap(function(...) coroutine.yield(...) error('planned', 0) end)\n"
  "  co(unpack(t)) local ok, m = pcall(co)\n"
  "  return #t, m\n"
  "end\n"
  "local args = {} for i = 1, 200 do args[i] = i end\n"
  "local co = coroutine.create(body)\n"
  "local r = {coroutine.resume(co, unpack(args))}\n"
  "while coroutine.status(co) == 'suspended' do\n"
  "  r = {coroutine.resume(co, unpack(args, 1, 70))} end\n"
  "return r[1], r[2], r[3]";

/* The n-th allocation fails, wherever it is: in the coroutine, for its stack, for a message. */
static void any_allocation_may_fail_and_the_state_goes_on(void **unused) {
  (void)unused;
  bool failed = true;
  size_t n = 0;
  while (failed) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    lua_gc(L, LUA_GCSTOP, 0);
    assert_int_equal(luaL_loadstring(L, busy), 0);
    lua_pushvalue(L, 1);
    heap.fail_at = heap.calls + ++n;
    const int status = lua_pcall(L, 0, 3, 0);
    failed = heap.calls >= heap.fail_at;
    heap.fail_at = 0;
    if (status != 0) assert_string_equal(lua_tostring(L, -1), "not enough memory");
    assert_int_equal(L->ncalls, 0);
    assert_null(G(L)->protect);
    heap_check(L);
    lua_settop(L, 1);
    assert_int_equal(lua_pcall(L, 0, 3, 0), 0); /* once more, with memory */
    assert_true(lua_toboolean(L, -3));
    assert_int_equal(lua_tointeger(L, -2), 205);
    assert_string_equal(lua_tostring(L, -1), "planned");
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
    heap_check(L);
    test_close(L, &heap);
  }
  assert_true(n > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_body_passes_through_its_statuses),
    cmocka_unit_test(a_finished_thread_can_run_another_body),
    cmocka_unit_test(an_error_ends_the_thread_and_leaves_its_frames),
    cmocka_unit_test(a_refused_resume_replaces_the_arguments_by_a_message),
    cmocka_unit_test(status_is_what_the_asker_sees),
    cmocka_unit_test(values_go_both_ways_in_any_number),
    cmocka_unit_test(a_yield_can_stand_wherever_a_call_can),
    cmocka_unit_test(xmove_moves_the_top_values_in_order),
    cmocka_unit_test(a_body_may_be_a_c_function),
    cmocka_unit_test(no_yield_crosses_c_code),
    cmocka_unit_test(a_coroutine_may_resume_another_in_c_code_of_its_own),
    cmocka_unit_test(coroutines_nest_until_the_limit_of_c_calls),
    cmocka_unit_test(a_hook_may_yield_between_any_two_instructions),
    cmocka_unit_test(yielding_hooks_leak_nothing_between_coroutines),
    cmocka_unit_test(any_allocation_may_fail_and_the_state_goes_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
