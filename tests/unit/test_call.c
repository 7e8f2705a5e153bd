/* test_call.c -- calls take any number of values, stop at the limits, and after any error leave the
 * thread as it was before. */
#include "vm/call.h"

#include <string.h>

#include "gc/heapcheck.h"
#include "support/harness.h"
#include "support/snippets.h"

/* ---- Arguments and results ----------------------------------------------------------------- */

/* Every number of arguments against parameters and results, by each kind of call. */
static void arguments_and_results_are_cut_or_padded(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
    "local function text(...)\n"
    "  local r = {} for i = 1, select('#', ...) do r[i] = tostring((select(i, ...))) end\n"
    "  return table.concat(r, ',') end\n"
    "wrong = 0 tried = 0\n"
    "for nparams = 0, 4 do for nargs = 0, 5 do for nret = 0, 5 do for nwanted = 1, 5 do\n"
    "  local p, a, r, w, got, full = {}, {}, {}, {}, {}, {}\n"
    "  for i = 1, nparams do p[i] = 'p' .. i end\n"
    "  for i = 1, nargs do a[i] = i * 10 end\n"
    "  for i = 1, nret do r[i] = p[i] or i end\n"
    "  for i = 1, nwanted do w[i] = 'w' .. i end\n"
    "  for i = 1, nret do full[i] = tostring(i <= nparams and (a[i] or 'nil') or i) end\n"
    "  for i = 1, nwanted do got[i] = full[i] or 'nil' end\n"
    "  local f = assert(loadstring('return function(' .. table.concat(p, ',') .. ') return '\n"
    "    .. table.concat(r, ',') .. ' end'))()\n"
    "  local call = 'f(' .. table.concat(a, ',') .. ')'\n"
    "  local use = assert(loadstring('local f, text = ... local '\n"
    "    .. table.concat(w, ',') .. ' = ' .. call\n"
    "    .. ' return text(' .. table.concat(w, ',') .. ')'))\n"
    "  if use(f, text) ~= table.concat(got, ',') then wrong = wrong + 1 end\n"
    "  local open = assert(loadstring('local f, text = ... return text(' .. call .. ')'))\n"
    "  if open(f, text) ~= table.concat(full, ',') then wrong = wrong + 1 end\n"
    "  local tail = assert(loadstring('local f = ... return ' .. call))\n"
    "  if text(tail(f)) ~= table.concat(full, ',') then wrong = wrong + 1 end\n"
    "  local through = assert(loadstring('local f, text, id = ...'\n"
    "    .. ' return text(id(' .. call .. '))'))\n"
    "  if through(f, text, function(...) return ... end) ~= table.concat(full, ',') then\n"
    "    wrong = wrong + 1 end\n"
    "  tried = tried + 1\n"
    "end end end end", 0);
  test_expect(L, "wrong, tried", "0 900");
  test_close(L, &heap);
}

static void extra_arguments_are_kept_for_the_dots(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "function f(a, b, ...) return a, b, select('#', ...), ... end\n"
              "function old(a, ...) return a, arg.n, arg[1], arg[2] end\n"
              "function both(...) local t = {...} return #t, select('#', ...) end", 0);
  test_expect(L, "f()", "nil nil 0");
  test_expect(L, "f(1, 2, 3, nil)", "1 2 2 3 nil");
  test_expect(L, "old()", "nil 0 nil nil");
  test_expect(L, "old(1, 2, 3)", "1 2 2 3");
  test_expect(L, "both(1, 2, 3)", "3 3");
  test_run(L, "local t = {} for i = 1, 5000 do t[i] = i end n = select('#', f(unpack(t)))", 0);
  test_expect(L, "n", "5001");
  test_close(L, &heap);
}

static void a_callable_value_becomes_its_first_argument(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "t = setmetatable({}, {__call = function(self, ...)\n"
              "  return self == t, select('#', ...), ... end})\n"
              "c = setmetatable({}, {__call = select})\n"
              "twice = setmetatable({}, {__call = t})", 0);
  test_expect(L, "t()", "true 0");
  test_expect(L, "t(1, nil)", "true 2 1 nil");
  test_expect(L, "pcall(t, 1)", "true true 1 1");
  test_expect(L, "(function() return t(5) end)()", "true 1 5");
  assert_string_equal(test_error(L, "local x = twice x()"),
                      "test:1: attempt to call local 'x' (a table value)");
  assert_non_null(strstr(test_error(L, "c(1)"), "bad argument #1"));
  test_close(L, &heap);
}

static int many_arguments(lua_State *L) {
  lua_pushinteger(L, lua_gettop(L));
  return 1;
}

static void a_call_that_just_fits_the_stack_is_made(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "t = setmetatable({}, {__call = function(...) return select('#', ...) end})", 0);
  for (int n = 1; n < 120; n++) { /* at every distance from the end of the stack */
    lua_checkstack(L, n + 5);
    if (n % 2) lua_getglobal(L, "t");
    else lua_pushcfunction(L, many_arguments);
    for (int i = 0; i < n; i++) lua_pushinteger(L, i);
    lua_call(L, n, 1);
    assert_int_equal(lua_tointeger(L, -1), n + n % 2);
    lua_settop(L, 0);
  }
  test_close(L, &heap);
}

/* ---- Limits -------------------------------------------------------------------------------- */

/* The deepest nesting that each way of calling C from Lua reaches: lua5.1's numbers, one higher for
 * want of the interpreter's own lua_cpcall. */
static void two_hundred_nested_c_calls_are_the_limit(void **unused) {
  (void)unused;
  static const struct {
    const char *what, *source;
    int depth;
  } rows[] = {
    {"pcall", "local function f() n = n + 1 pcall(f) end f()", 199},
    {"__index", "local t = setmetatable({}, {__index = function(t, k) n = n + 1 return t[k] end})\n"
                "pcall(function() return t[1] end)", 197},
    {"gsub", "local function f() n = n + 1 return (string.gsub('a', 'a', f)) end pcall(f)", 198},
    {"erring pcall", "local function f() n = n + 1 local ok, m = pcall(f)\n"
                     "  if not ok then error(m, 0) end end pcall(f)", 198},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(rows); i++)
    for (int again = 0; again < 2; again++) {
      test_run(L, "n = 0", 0);
      test_run(L, rows[i].source, 0);
      lua_getglobal(L, "n");
      if (lua_tointeger(L, -1) != rows[i].depth)
        fail_msg("%s: %d", rows[i].what, (int)lua_tointeger(L, -1));
      lua_settop(L, 0);
      assert_int_equal(L->ncalls, 0);
    }
  test_run(L, "local function f() local ok, m = pcall(f) if not ok then error(m, 0) end end\n"
              "_, message = pcall(f)", 0);
  test_expect(L, "message", "C stack overflow");
  heap_check(L);
  test_close(L, &heap);
}

static void tail_calls_are_unlimited(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function direct(n) if n == 0 then return 'done' end return direct(n - 1) end\n"
           "local function spread(n, ...)\n"
           "  if n == 0 then return ... end return spread(n - 1, ...) end\n"
           "local mt = {} local t = setmetatable({}, mt)\n"
           "mt.__call = function(self, n) if n == 0 then return 'called' end return t(n - 1) end\n"
           "local function caught(n) local k = n local function use() return k end\n"
           "  if n == 0 then return use() end return caught(n - 1) end\n"
           "a, b, c, d = direct(30000), spread(30000, 'x'), t(30000), caught(30000)", 0);
  test_expect(L, "a, b, c, d", "done x called 0");
  assert_true(L->size_ci < 100);
  test_close(L, &heap);
}

/* ---- Error handlers ------------------------------------------------------------------------ */

static void handlers_do_what_the_reference_s_do(void **unused) {
  (void)unused;
  static const struct {
    const char *expression, *expected;
  } rows[] = {
    {"xpcall(error, error)", "false error in error handling"},
    {"xpcall(fail, function(m) error(m .. 'b', 0) end)", "false error in error handling"},
    {"xpcall(fail, function(m) return m .. 'b', 'dropped' end)", "false ab"},
    {"xpcall(error, function(m) return m == nil end)", "false true"},
    {"xpcall(error, function(m) end)", "false nil"},
    {"xpcall(fail, nil)", "false error in error handling"},
    {"xpcall(fail, 5)", "false error in error handling"},
    {"xpcall(fail, setmetatable({}, {__call = function() end}))", "false error in error handling"},
    {"xpcall(fail, tostring)", "false a"},
    /* an error in a handler is handled by the same handler */
    {"xpcall(fail, function(m) n = n + 1 if n < 5 then error(m .. n, 0) end return m end)",
     "false a1234"},
    {"pcall(xpcall, fail, function(m) return pcall(error, m) end)", "true false false"},
    {"xpcall(function() return xpcall(fail, function() error('y', 0) end) end, tostring)",
     "true false error in error handling"},
    {"pcall(error)", "false nil"},
    {"pcall(pcall, error)", "true false nil"},
    {"pcall(error, 5)", "false 5"},
    {"pcall(error, 'm', 1)", "false m"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "function fail() error('a', 0) end", 0);
  for (size_t i = 0; i < ROWS(rows); i++) {
    test_run(L, "n = 0", 0);
    test_expect(L, rows[i].expression, rows[i].expected);
    assert_int_equal(L->ncalls, 0);
    assert_int_equal(L->error_func, 0);
  }
  heap_check(L);
  test_close(L, &heap);
}

/* Each error in the handler is one C call deeper; 25 more than the limit are granted for that. */
static void a_handler_that_never_succeeds_is_called_a_limited_number_of_times(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "n = 0 ok, m = xpcall(function() error('first') end,\n"
              "  function() n = n + 1 error('again') end)", 0);
  test_expect(L, "ok, m, n", "false error in error handling 221");
  test_close(L, &heap);
}

static void a_handler_sees_the_frames_of_the_error(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function inner(x) local here = x * 2 error('e') end\n"
           "function outer() inner(21) end\n"
           "xpcall(outer, function(m)\n"
           "  local name, value = debug.getlocal(3, 2)\n"
           "  seen = name .. value\n"
           "end)", 0);
  test_expect(L, "seen", "here42");
  test_close(L, &heap);
}

/* ---- What an error leaves ------------------------------------------------------------------ */

static void nothing(lua_State *L, lua_Debug *ar) { (void)L, (void)ar; }

static void hook_that_raises(lua_State *L, lua_Debug *ar) {
  (void)ar;
  luaL_error(L, "from the hook");
}

/* Raises at a depth, with upvalues open, C calls nested and hooks off. */
static const char *const failures[] = {
  "error('plain')",
  "local x = 1 fs = {function() x = x + 1 return x end} error('open upvalue')",
  "local function deep(n) if n == 0 then error('deep') end return 1 + deep(n - 1) end deep(500)",
  "string.gsub('abc', '.', function() string.gsub('x', 'x', function() error('nested') end) end)",
  "local t = setmetatable({}, {__index = function() error('in a metamethod') end}) return t.x",
  "coroutine.wrap(function() error('in a coroutine') end)()",
  "table.sort({3, 1, 2}, function() error('in sort') end)",
  "for _ in function() error('in an iterator') end do end",
  "local function over() return 1 + over() end over()",
  "debug.sethook(function() debug.sethook() error('in a hook') end, 'c') print()",
  "nil_value()",
  "return #nil",
};

static void every_error_leaves_the_thread_as_it_was(void **unused) {
  (void)unused;
  for (size_t i = 0; i < ROWS(failures); i++) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    lua_pushliteral(L, "below");
    for (int again = 0; again < 3; again++) {
      const ptrdiff_t ci = L->ci - L->base_ci;
      assert_int_equal(luaL_loadstring(L, failures[i]), 0);
      assert_int_equal(lua_pcall(L, 0, LUA_MULTRET, 0), LUA_ERRRUN);
      assert_int_equal(lua_gettop(L), 2);
      assert_string_equal(lua_tostring(L, 1), "below");
      assert_int_equal(L->ci - L->base_ci, ci);
      assert_int_equal(L->ncalls, 0);
      assert_int_equal(L->hook_allowed, 1);
      assert_int_equal(L->error_func, 0);
      assert_null(L->protect);
      assert_null(L->open_upvals);
      assert_true(L->size_ci <= LUAI_MAXCALLS);
      heap_check(L);
      lua_settop(L, 1);
    }
    test_close(L, &heap);
  }
}

static void variables_of_a_failed_function_are_closed_with_their_values(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "pcall(function() local x = 41 f = function() x = x + 1 return x end error() end)\n"
              "local a, b, c = 1, 2, 3", 0);
  test_expect(L, "f(), f()", "42 43");
  test_close(L, &heap);
}

static void an_error_in_a_hook_is_an_error_of_the_code_it_interrupts(void **unused) {
  (void)unused;
  static const int masks[] = {LUA_MASKCALL, LUA_MASKRET, LUA_MASKLINE, LUA_MASKCOUNT};
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(masks); i++) {
    assert_int_equal(luaL_loadstring(L, "local x = 1\nlocal y = math.abs(x)\nreturn y"), 0);
    lua_sethook(L, hook_that_raises, masks[i], 1);
    assert_int_equal(lua_pcall(L, 0, 1, 0), LUA_ERRRUN);
    lua_sethook(L, nothing, masks[i], 1);
    assert_non_null(strstr(lua_tostring(L, -1), "from the hook"));
    assert_int_equal(L->hook_allowed, 1);
    lua_sethook(L, NULL, 0, 0);
    lua_settop(L, 0);
  }
  heap_check(L);
  test_close(L, &heap);
}

/* ---- Lack of memory ------------------------------------------------------------------------ */

/* One state goes through failure after failure, at each allocation of each snippet, until it does
 * what it should. */
static void any_allocation_may_fail_and_the_state_goes_on(void **unused) {
  (void)unused;
  size_t failures_seen = 0;
  for (size_t i = 0; i < nsnippets; i++) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    lua_gc(L, LUA_GCSTOP, 0);
    const size_t step = i % 4 == 0 ? 1 : 7; /* all of some, some of all */
    for (size_t n = 1 + i % step;; n += step) {
      snippet_load(L, &snippets[i]);
      heap.fail_at = heap.calls + n;
      const int status = lua_pcall(L, 0, LUA_MULTRET, 0);
      const bool failed = heap.calls >= heap.fail_at;
      heap.fail_at = 0;
      assert_int_equal(L->ncalls, 0);
      assert_null(L->open_upvals);
      heap_check(L);
      if (failed) {
        if (status == LUA_ERRMEM) assert_string_equal(lua_tostring(L, -1), "not enough memory");
        failures_seen++;
        lua_settop(L, 0);
        continue;
      }
      assert_int_equal(status, 0);
      snippet_check(L, &snippets[i], lua_gettop(L), "after lack of memory");
      break;
    }
    lua_gc(L, LUA_GCCOLLECT, 0);
    heap_check(L);
    test_close(L, &heap);
  }
  assert_true(failures_seen > 500);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(arguments_and_results_are_cut_or_padded),
    cmocka_unit_test(extra_arguments_are_kept_for_the_dots),
    cmocka_unit_test(a_callable_value_becomes_its_first_argument),
    cmocka_unit_test(a_call_that_just_fits_the_stack_is_made),
    cmocka_unit_test(two_hundred_nested_c_calls_are_the_limit),
    cmocka_unit_test(tail_calls_are_unlimited),
    cmocka_unit_test(handlers_do_what_the_reference_s_do),
    cmocka_unit_test(a_handler_that_never_succeeds_is_called_a_limited_number_of_times),
    cmocka_unit_test(a_handler_sees_the_frames_of_the_error),
    cmocka_unit_test(every_error_leaves_the_thread_as_it_was),
    cmocka_unit_test(variables_of_a_failed_function_are_closed_with_their_values),
    cmocka_unit_test(an_error_in_a_hook_is_an_error_of_the_code_it_interrupts),
    cmocka_unit_test(any_allocation_may_fail_and_the_state_goes_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
