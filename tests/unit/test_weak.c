/* test_weak.c -- which entries of weak tables go, and when. */
#include "gc/weak.h"

#include <stdio.h>

#include "gc/heapcheck.h"
#include "support/harness.h"

/* A state whose global `weak(mode)` makes a weak table, `count(t)` counts its entries. */
static lua_State *weak_state(TestHeap *heap) {
  lua_State *L = test_state_libs(heap);
  test_run(L,
           "function weak(mode) return setmetatable({}, {__mode = mode}) end\n"
           "function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end\n"
           "function after(t) collectgarbage() return count(t) end",
           0);
  return L;
}

static void the_mode_is_any_string_with_k_or_v(void **unused) {
  (void)unused;
  static const struct {
    const char *mode;
    int expected;
  } rows[] = {
    {"'k'", MARK_WEAK_KEY},      {"'v'", MARK_WEAK_VALUE},
    {"'kv'", MARK_WEAK_KEY | MARK_WEAK_VALUE},
    {"'weak values: v'", MARK_WEAK_KEY | MARK_WEAK_VALUE}, {"''", 0},
    {"'K'", 0},                  {"nil", 0},               {"{}", 0},
    {"'\\0v'", 0},               {"42", 0},
  };
  TestHeap heap = {0};
  lua_State *L = weak_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char source[80];
    snprintf(source, sizeof source, "return weak(%s)", rows[i].mode);
    test_run(L, source, 1);
    if (weak_mode(G(L), val_table(L->top[-1])) != rows[i].expected) fail_msg("row %zu", i);
    lua_pop(L, 1);
  }
  test_close(L, &heap);
}

static void entries_go_with_their_weak_part_only(void **unused) {
  (void)unused;
  static const struct {
    const char *mode, *entry; /* entry: statements that fill the table t */
    const char *left;         /* of one entry, after a collection */
  } rows[] = {
    {"k", "t[{}] = 1", "0"},
    {"k", "t[1] = {}", "1"},
    {"k", "t[{}] = {}", "0"},
    {"k", "local x = {} t[x] = x", "1"},   /* no ephemerons: the value keeps the key */
    {"k", "t[function() end] = 1", "0"},
    {"k", "t[coroutine.create(function() end)] = 1", "0"},
    {"k", "t[newproxy()] = 1", "0"},
    {"k", "t['a'..'b'] = 1", "1"},         /* strings are values */
    {"k", "t[1.5] = 1 t[1.5] = 2", "1"},
    {"v", "t[{}] = 1", "1"},
    {"v", "t[1] = {}", "0"},               /* in the array part */
    {"v", "t.x = {}", "0"},
    {"v", "local x = {} t[x] = x", "1"},
    {"v", "t[1] = 'a'..'b'", "1"},
    {"v", "t[1] = newproxy()", "0"},
    {"v", "t[1] = true", "1"},
    {"v", "t[1] = print", "1"},
    {"kv", "t[{}] = 1", "0"},
    {"kv", "t[1] = {}", "0"},
    {"kv", "local x = {} t[x] = x", "0"},
    {"kv", "t['a'..1] = 'b'..2", "1"},
    {"kv", "t[print] = print", "1"},
    {"", "t[{}] = {}", "1"},
  };
  TestHeap heap = {0};
  lua_State *L = weak_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char source[200];
    snprintf(source, sizeof source, "t = weak('%s') do %s end", rows[i].mode, rows[i].entry);
    test_run(L, source, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
    heap_check(L);
    test_expect(L, "count(t)", rows[i].left);
  }
  test_close(L, &heap);
}

static void userdata_leave_values_before_and_keys_after_finalisation(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = weak_state(&heap);
  test_run(L,
           "keys, values, seen = weak('k'), weak('v'), {}\n"
           "do local u = newproxy(true) keys[u] = 'key' values[1] = u\n"
           "   getmetatable(u).__gc = function(o) seen[1], seen[2] = keys[o], values[1] end end\n"
           "collectgarbage() collectgarbage('stop')",
           0);
  test_expect(L, "seen[1], seen[2], count(keys), count(values)", "key nil 1 0");
  test_expect(L, "after(keys)", "0");
  test_close(L, &heap);
}

/* 5.1 remembers that it was finalised, and drops it from weak values in each later cycle. */
static void a_resurrected_userdata_never_stays_in_weak_values(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = weak_state(&heap);
  test_run(L,
           "values, runs = weak('v'), 0\n"
           "do local u = newproxy(true)\n"
           "   getmetatable(u).__gc = function(o) saved = o runs = runs + 1 end end\n"
           "collectgarbage() collectgarbage('stop') values[1] = saved",
           0);
  test_expect(L, "runs, type(values[1])", "1 userdata");
  test_expect(L, "after(values), type(saved), runs", "0 userdata 1");
  test_close(L, &heap);
}

static void a_table_that_becomes_weak_or_strong_in_mid_cycle_obeys_its_last_mode(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = weak_state(&heap);
  test_run(L,
           "collectgarbage('setstepmul', 1)\n"
           "for i = 1, 60 do\n"
           "  local mt = {__mode = 'k'}\n"
           "  local strong, weak = {}, setmetatable({}, mt)\n"
           "  for j = 1, 30 do strong[{}] = j weak[{}] = j end\n"
           "  for _ = 1, i do collectgarbage('step', 0) end\n"
           "  setmetatable(strong, mt) setmetatable(weak, nil)\n"
           "  for k in pairs(weak) do assert(type(k) == 'table' and next(k) == nil) end\n"
           "  collectgarbage()\n"
           "  assert(next(strong) == nil)\n"
           "  for k in pairs(weak) do assert(next(k) == nil) end\n"
           "end",
           0);
  heap_check(L);
  test_close(L, &heap);
}

static void next_goes_on_after_its_key_was_cleared(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = weak_state(&heap);
  test_run(L,
           "local t = {} for i = 1, 20 do t[{}] = i end\n"
           "n = 0 for k in pairs(t) do t[k] = nil collectgarbage() n = n + 1 end",
           0);
  test_expect(L, "n", "20");
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_mode_is_any_string_with_k_or_v),
    cmocka_unit_test(entries_go_with_their_weak_part_only),
    cmocka_unit_test(userdata_leave_values_before_and_keys_after_finalisation),
    cmocka_unit_test(a_resurrected_userdata_never_stays_in_weak_values),
    cmocka_unit_test(a_table_that_becomes_weak_or_strong_in_mid_cycle_obeys_its_last_mode),
    cmocka_unit_test(next_goes_on_after_its_key_was_cleared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
