/* test_index.c -- reading and writing t[k]: metamethods in turn, a hundred deep; blame by name. */
#include "vm/index.h"

#include <stdio.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "object/meta.h"
#include "object/str.h"
#include "support/harness.h"
#include "support/sweep.h"

static void present_values_need_no_metamethod(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "asked = 0\n"
           "t = setmetatable({1, x = 2, f = false}, {\n"
           "  __index = function(t, k) asked = asked + 1 return k end,\n"
           "  __newindex = function(t, k, v) asked = asked + 10 rawset(t, k, v) end})\n"
           "t[1] = 3 t.x = 4 t.f = nil", 0);
  test_expect(L, "t[1], t.x, t.f, asked", "3 4 f 1"); /* t.f held a value when it was written */
  test_run(L, "t.f = 5 t[2] = 6", 0);
  test_expect(L, "rawget(t, 'f'), rawget(t, 2), asked", "5 6 21");
  test_close(L, &heap);
}

static void values_that_are_no_tables_are_indexed_by_their_type_s_metatable(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_expect(L, "('x').len == string.len, ('x').none, #('abc'):rep(2)", "true nil 6");
  test_run(L, "debug.setmetatable(1, {__index = function(n, k) return n + k end})\n"
              "debug.setmetatable(nil, {__index = {field = 'of nil'},\n"
              "  __newindex = function() end})", 0);
  test_expect(L, "(5)[6], (nil).field", "11 of nil");
  test_run(L, "local n n.x = 1", 0);
  assert_string_equal(test_error(L, "local n = 1 n.x = 1"),
                      "test:1: attempt to index local 'n' (a number value)");
  test_close(L, &heap);
}

static void handlers_of_any_kind_are_followed(void **unused) {
  (void)unused;
  static const struct {
    const char *expression, *expected;
  } rows[] = {
    {"setmetatable({}, {__index = function(t, k) return k, 'dropped' end}).key", "key"},
    {"setmetatable({}, {__index = function() end}).key", "nil"},
    {"setmetatable({}, {__index = {key = 1}}).key", "1"},
    {"setmetatable({}, {__index = 'text'}).len == string.len", "true"},
    {"setmetatable({}, {__index = setmetatable({}, {__index = {deep = 2}})}).deep", "2"},
    {"setmetatable({}, {__index = newproxy(indexed)}).anything", "proxy"},
    /* a callable table is indexed, not called */
    {"setmetatable({}, {__index = setmetatable({}, {__call = print})}).x", "nil"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "indexed = newproxy(true)\n"
              "getmetatable(indexed).__index = function() return 'proxy' end", 0);
  for (size_t i = 0; i < ROWS(rows); i++) test_expect(L, rows[i].expression, rows[i].expected);
  test_close(L, &heap);
}

static void chains_end_after_a_hundred_links(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "function reading(n)\n"
           "  local t = {x = 'end'}\n"
           "  for i = 1, n do t = setmetatable({}, {__index = t}) end\n"
           "  return t\n"
           "end\n"
           "function writing(n)\n"
           "  local last = {} local t = last\n"
           "  for i = 1, n do t = setmetatable({}, {__newindex = t}) end\n"
           "  return t, last\n"
           "end\n"
           "function dynamic(n) local k = 'x' return reading(n)[k] end\n"
           "function put(n) local t, last = writing(n) t.x = n return last.x end", 0);
  test_expect(L, "reading(98).x, reading(99).x, dynamic(99), put(99)", "end end end 99");
  assert_string_equal(test_error(L, "return reading(100).x"), "test:1: loop in gettable");
  assert_non_null(strstr(test_error(L, "return (dynamic(100))"), "loop in gettable"));
  assert_non_null(strstr(test_error(L, "return (put(100))"), "loop in settable"));
  assert_string_equal(test_error(L, "local t = {} setmetatable(t, {__index = t}) return t.x"),
                      "test:1: loop in gettable");
  assert_string_equal(test_error(L, "local t = {} setmetatable(t, {__newindex = t}) t.x = 1"),
                      "test:1: loop in settable");
  test_close(L, &heap);
}

/* A store makes its key before it asks, so a bad key is refused though __newindex would take it. */
static void bad_keys_are_refused_before_newindex_is_asked(void **unused) {
  (void)unused;
  static const char *const handlers[] = {"nil", "function() end", "{}"};
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(handlers); i++) {
    char source[100];
    snprintf(source, sizeof source, "setmetatable({}, {__newindex = %s})[nil] = 1", handlers[i]);
    assert_string_equal(test_error(L, source), "test:1: table index is nil");
    snprintf(source, sizeof source, "local n = 0 setmetatable({}, {__newindex = %s})[n/n] = 1",
             handlers[i]);
    assert_string_equal(test_error(L, source), "test:1: table index is NaN");
  }
  test_expect(L, "({})[nil], ({})[0/0], "
                 "setmetatable({}, {__index = function(t, k) return k end})[nil]",
              "nil nil nil");
  test_close(L, &heap);
}

static void errors_name_what_was_indexed(void **unused) {
  (void)unused;
  static const struct {
    const char *source, *message;
  } rows[] = {
    {"local t = nil return t.x", "local 't' (a nil value)"},
    {"return (5).x", "a number value"},
    {"return ('x').y.z", "field 'y' (a nil value)"},
    {"local s = 'x' s.y = 1", "local 's' (a string value)"},
    {"local t = {} t.x.y = 1", "field 'x' (a nil value)"},
    {"local t = {} t.x.y.z = 1", "field 'x' (a nil value)"},
    {"return nothere.x", "global 'nothere' (a nil value)"},
    {"nothere.x = 1", "global 'nothere' (a nil value)"},
    {"local t = {} return t.x:m()", "field 'x' (a nil value)"},
    {"local t, k = {}, 1 return t[k][k]", "field '?' (a nil value)"},
    {"local u = nil return (function() return u.x end)()", "upvalue 'u' (a nil value)"},
    {"return setmetatable({}, {__index = 5}).x", "a number value"},
    {"setmetatable({}, {__newindex = 'str'}).x = 1", "a string value"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char expected[100];
    snprintf(expected, sizeof expected, "test:1: attempt to index %s", rows[i].message);
    assert_string_equal(test_error(L, rows[i].source), expected);
  }
  test_close(L, &heap);
}

/* The functions themselves, from C, with the stack full to the brim. */
static void metamethods_are_called_however_full_the_stack_is(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "return setmetatable({}, {__index = function(t, k) return k * 2 end,\n"
              "  __newindex = function(t, k, v) stored = k + v end})", 1);
  const TValue t = L->top[-1];
  while (L->stack_last - L->top > 1) lua_pushnil(L);
  assert_number_is(val_num(index_get(L, t, val_from_num(21))), 42);
  while (L->stack_last - L->top > 1) lua_pushnil(L);
  index_set(L, t, val_from_num(1), val_from_num(2));
  lua_settop(L, 1);
  test_expect(L, "stored", "3");
  heap_check(L);
  test_close(L, &heap);
}

static int index_both_ways(lua_State *L) {
  if (luaL_loadstring(L,
        "local t = setmetatable({}, {__index = function(t, k) return {k} end,\n"
        "  __newindex = function(t, k, v) rawset(t, k, {v}) end})\n"
        "for i = 1, 20 do t[i] = i local _ = t['absent' .. i] end\n"
        "return #t") != 0) {
    sweep_note_failure();
    return 0;
  }
  lua_call(L, 0, 1);
  if (lua_tointeger(L, -1) != 20) return luaL_error(L, "wrong length");
  return 0;
}

static void every_allocation_on_the_way_may_fail(void **unused) {
  (void)unused;
  sweep_allocations(index_both_ways, true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(present_values_need_no_metamethod),
    cmocka_unit_test(values_that_are_no_tables_are_indexed_by_their_type_s_metatable),
    cmocka_unit_test(handlers_of_any_kind_are_followed),
    cmocka_unit_test(chains_end_after_a_hundred_links),
    cmocka_unit_test(bad_keys_are_refused_before_newindex_is_asked),
    cmocka_unit_test(errors_name_what_was_indexed),
    cmocka_unit_test(metamethods_are_called_however_full_the_stack_is),
    cmocka_unit_test(every_allocation_on_the_way_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
