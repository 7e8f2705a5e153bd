/* test_cap.c -- memory caps: never exceeded, met by collecting first, and survived. */
#include "heap/cap.h"

#include <stdlib.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "include/lua_limits.h"
#include "support/harness.h"

#define CAP ((size_t)160 << 10)

static int run(lua_State *L, const char *source) {
  int status = luaL_loadbuffer(L, source, strlen(source), "=test");
  return status != 0 ? status : lua_pcall(L, 0, 1, 0);
}

/* Programs that take all memory, each in another way. */
static const char *const hogs[] = {
    "local t = {} while true do t[#t + 1] = {} end",
    "local t = {} while true do t[#t + 1] = #t end",
    "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
    "local t = {} for i = 1, 1e9 do rawset(t, i + 0.5, i) end",
    "local t = {} while true do table.insert(t, 1) end",
    "local s = 'x' while true do s = s .. s end",
    "return ('x'):rep(1e9)",
    "return ('x'):rep(2^31)",
    "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
    "local t = {} while true do t[#t + 1] = function() return t end end",
    "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
    "local t = {} while true do t[#t + 1] = newproxy(true) end",
    "return ('x'):rep(1e5):gsub('.', ('y'):rep(100))",
    "return table.concat({('x'):rep(1e5), ('y'):rep(1e5), ('z'):rep(1e5)})",
    "return ('x'):rep(1e5):format():rep(3):upper():reverse()",
    "return ('%q'):format(('\\0'):rep(1e5))",
    "return loadstring('x = {' .. ('1,'):rep(1e5) .. '}')",
    "local s = 'local a = 1 ' return loadstring(s:rep(20000))",
    "local function f(...) return f(1, ...) end f()",
    "local function f() return 1 + f() end f()",
    "local t = {} for i = 1, 3e4 do t[i] = i end return unpack(t), {unpack(t)}",
    "local f = string.dump(loadstring('local x = ' .. ('1 + x + '):rep(5000) .. '1')) return f .. f .. f",
    "local t = {} while true do t[#t + 1] = string.gmatch('x', ('x'):rep(1000)) end",
    "return ('x'):find(('('):rep(1e5))",
    "local t = setmetatable({}, {__mode = 'k'}) local u = {} while true do local k = {} t[k] = k u[k] = 1 end",
    "local co = coroutine.wrap(function(...) local t = {} while true do t[#t + 1] = {...} end end) co(1, 2, 3)",
    ("local p = newproxy(true) getmetatable(p).__gc = function() local t = {} while true do t[#t + 1] = {} end end\n"
     "p = nil collectgarbage() return ('x'):rep(1e6)"),
};

static void no_program_exceeds_its_cap(void **unused) {
  (void)unused;
  for (size_t i = 0; i < ROWS(hogs); i++) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    plx_setlimit(L, PLX_MEMORY, CAP);
    plx_setlimit(L, PLX_WORK, 50000000);
    int status = run(L, hogs[i]);
    if (heap.peak_bytes > CAP) fail_msg("%s: %zu bytes", hogs[i], heap.peak_bytes);
    if (status == 0) fail_msg("%s: no error", hogs[i]);
    if (status == LUA_ERRMEM) assert_true(plx_exceeded(L, PLX_MEMORY));
    lua_settop(L, 0);
    if (status == LUA_ERRMEM) assert_true(plx_getlimit(L, PLX_MEMORY) > CAP / 2); /* at once */
    heap_check(L);
    plx_setlimit(L, PLX_WORK, 50000000);
    /* what the program left behind is no burden */
    test_expect(L, "#('x'):rep(30000), 1 + 1", "30000 2");
    assert_true(heap.peak_bytes <= CAP);
    plx_setlimit(L, PLX_MEMORY, PLX_UNLIMITED);
    test_expect(L, "#('x'):rep(500000)", "500000");
    test_close(L, &heap);
  }
}

static void memory_errors_are_ordinary(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  plx_setlimit(L, PLX_MEMORY, CAP);
  assert_int_equal(run(L, "return ('x'):rep(1e6)"), LUA_ERRMEM);
  assert_string_equal(lua_tostring(L, -1), "not enough memory");
  lua_settop(L, 0);
  test_expect(L, "pcall(string.rep, 'x', 1e6)", "false not enough memory");
  test_expect(L, "coroutine.resume(coroutine.create(function() return ('x'):rep(1e6) end))",
              "false not enough memory");
  test_run(L, "for i = 1, 40 do assert(not pcall(function()\n"
              "  local t = {} while true do t[#t + 1] = {} end end)) end", 0);
  assert_true(heap.peak_bytes <= CAP);
  test_close(L, &heap);
}

/* Programs that need most of the cap, and make garbage all the time. */
static void garbage_is_collected_before_memory_is_refused(void **unused) {
  (void)unused;
  static const char *const rows[] = {
      "for i = 1, 30 do local t = {} for j = 1, 5000 do t[j] = j end end",
      "local g = ('x'):rep(50000) g = nil local t = {} for j = 1, 8000 do t[j] = j end",
      "local g = ('x'):rep(50000) g = nil local t = {} for j = 1, 2000 do t[j + 0.5] = j end",
      "for i = 1, 30 do local t = {} for j = 1, 1000 do t['k' .. j] = j end end",
      "for i = 1, 30 do local t = {} for j = 1, 5000 do table.insert(t, j) end end",
      "for i = 1, 100 do local s = ('x'):rep(30000 + i) end",
      "local s = ('x'):rep(15000) for i = 1, 100 do local t = s .. i end",
      "local s = '' for i = 1, 1500 do s = s .. 'xxxxxxxxxx' end",
      "local keep = ('x'):rep(40000) for i = 1, 5000 do local t = {i, {i}} end",
      "collectgarbage('stop') for i = 1, 5000 do local t = {i, {i}} end",
      "collectgarbage('setpause', 10000) for i = 1, 5000 do local t = {i, {i}} end",
      "for i = 1, 1000 do coroutine.wrap(function() coroutine.yield() end)() end",
      "for i = 1, 500 do assert(loadstring(('local a = 1 '):rep(100))) end",
      "for i = 1, 3000 do local p = newproxy(true) getmetatable(p).__gc = function() end end",
      "for i = 1, 300 do pcall(string.rep, 'x', 1e6) end",
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    plx_setlimit(L, PLX_MEMORY, CAP);
    if (run(L, rows[i]) != 0) fail_msg("%s: %s", rows[i], lua_tostring(L, -1));
    assert_true(heap.peak_bytes <= CAP);
    lua_settop(L, 0);
    heap_check(L);
    test_close(L, &heap);
  }
}

static void what_is_left_can_be_asked(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  plx_setlimit(L, PLX_MEMORY, CAP);
  const size_t used = (size_t)lua_gc(L, LUA_GCCOUNT, 0) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB, 0);
  assert_int_equal(plx_getlimit(L, PLX_MEMORY), CAP - used);
  assert_false(plx_exceeded(L, PLX_MEMORY));
  plx_setlimit(L, PLX_MEMORY, 1); /* below what is in use */
  assert_int_equal(plx_getlimit(L, PLX_MEMORY), 0);
  assert_int_equal(luaL_loadstring(L, "return 'a new string'"), LUA_ERRMEM);
  assert_true(plx_exceeded(L, PLX_MEMORY));
  plx_setlimit(L, PLX_MEMORY, CAP);
  assert_false(plx_exceeded(L, PLX_MEMORY));
  assert_int_equal(luaL_loadstring(L, "return 'a new string'"), 0);
  lua_close(L);
}

static void *plain_alloc(void *ud, void *block, size_t osize, size_t nsize) {
  (void)ud, (void)osize;
  if (nsize > 0) return realloc(block, nsize);
  free(block);
  return NULL;
}

static void a_cap_stands_before_any_allocator(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  void *ud = NULL;
  plx_setlimit(L, PLX_MEMORY, CAP);
  plx_setlimit(L, PLX_MEMORY, CAP + 1);
  assert_true(lua_getallocf(L, &ud) == heap_realloc);
  assert_ptr_equal(ud, &heap);
  lua_setallocf(L, heap_realloc, &heap);
  assert_int_equal(run(L, "return ('x'):rep(1e6)"), LUA_ERRMEM);
  plx_setlimit(L, PLX_MEMORY, PLX_UNLIMITED);
  assert_true(lua_getallocf(L, NULL) == heap_realloc);
  assert_int_equal(run(L, "return ('x'):rep(1e6)"), 0);
  plx_setlimit(L, PLX_MEMORY, CAP);
  test_close(L, &heap); /* closed above its cap */
  L = luaL_newstate(); /* the default allocator */
  plx_setlimit(L, PLX_MEMORY, CAP);
  assert_int_equal(run(L, "local t = {} while true do t = {t} end"), LUA_ERRMEM);
  lua_setallocf(L, plain_alloc, NULL); /* it goes on under the cap, with the other's old blocks */
  assert_true(lua_getallocf(L, NULL) == plain_alloc);
  assert_int_equal(run(L, "local t = {} while true do t = {t} end"), LUA_ERRMEM);
  lua_gc(L, LUA_GCCOLLECT, 0);
  plx_setlimit(L, PLX_MEMORY, PLX_UNLIMITED);
  assert_true(lua_getallocf(L, NULL) == plain_alloc);
  assert_int_equal(run(L, "local t = {} for i = 1, 100000 do t[i] = i end"), 0);
  lua_close(L);
}

/* Failures of the host's allocator are no matter of the cap. */
static void an_allocator_may_fail_below_the_cap(void **unused) {
  (void)unused;
  for (size_t n = 1; n < 400; n += 3) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    plx_setlimit(L, PLX_MEMORY, CAP);
    heap.fail_at = heap.calls + n;
    heap.fail_forever = n % 2 == 0;
    int status = run(L, "local t = {} for i = 1, 50 do t[i] = ('x'):rep(i) .. i end\n"
                        "pcall(string.rep, 'x', 1e6) return #t");
    heap.fail_at = 0;
    heap.fail_forever = false;
    assert_true(status == 0 || status == LUA_ERRMEM);
    assert_true(heap.peak_bytes <= CAP);
    lua_settop(L, 0);
    heap_check(L);
    test_close(L, &heap);
  }
}

/* A finaliser that runs while `..` makes room may write to what is being joined. */
static void a_finalizer_may_change_what_is_being_joined(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  test_run(L, "local long = ('c'):rep(90000)\n"
              "function attack()\n"
              "  local a, b = ('a'):rep(40000), ('b'):rep(40000)\n"
              "  local garbage = ('g'):rep(150000)\n"
              "  local p = newproxy(true)\n"
              "  getmetatable(p).__gc = function()\n"
              "    for slot = 1, 20 do written = pcall(debug.setlocal, 3, slot, long) or written end\n"
              "  end\n"
              "  p, garbage = nil, nil\n"
              "  local s = a .. b .. a\n"
              "  return s\n"
              "end", 0);
  for (size_t cap = (size_t)200 << 10; cap < (size_t)900 << 10; cap += 5000) {
    plx_setlimit(L, PLX_MEMORY, cap);
    run(L, "return attack()");
    lua_settop(L, 0);
    heap_check(L);
    plx_setlimit(L, PLX_MEMORY, PLX_UNLIMITED);
  }
  test_expect(L, "written", "true");
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest cap[] = {
      cmocka_unit_test(no_program_exceeds_its_cap),
      cmocka_unit_test(memory_errors_are_ordinary),
      cmocka_unit_test(garbage_is_collected_before_memory_is_refused),
      cmocka_unit_test(what_is_left_can_be_asked),
      cmocka_unit_test(a_cap_stands_before_any_allocator),
      cmocka_unit_test(an_allocator_may_fail_below_the_cap),
      cmocka_unit_test(a_finalizer_may_change_what_is_being_joined),
  };
  return cmocka_run_group_tests(cap, NULL, NULL);
}
