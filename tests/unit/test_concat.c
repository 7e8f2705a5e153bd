/* test_concat.c -- runs of texts become one string; the rest is asked pairwise, from the right. */
#include "vm/concat.h"

#include <stdio.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "support/harness.h"
#include "support/sweep.h"

static void texts_are_joined_numbers_included(void **unused) {
  (void)unused;
  static const struct {
    const char *expression, *expected;
  } rows[] = {
    {"'a' .. 'b'", "ab"},
    {"'' .. ''", ""},
    {"'x' .. '', '' .. 'x', 1 .. '', '' .. 1", "x x 1 1"},
    {"1 .. 2, -1 .. 2, 1.5 .. 'x'", "12 -12 1.5x"},
    {"0/0 .. '', -(0/0) .. '', 1/0 .. ''", "-nan nan inf"},
    {"1e15 .. '|' .. 1e14 .. '|' .. 2^53 .. '|' .. 0.1", "1e+15|1e+14|9.007199254741e+15|0.1"},
    {"#('a\\0b' .. 'c\\0')", "5"},
    {"'a' .. 1 .. 'b' .. 2 .. 'c' .. 3 .. 'd' .. 4 .. 'e' .. 5 .. 'f' .. 6 .. 'g' .. 7 .. 'h' .. 8"
     " .. 'i' .. 9 .. 'j' .. 10 .. 'k'", "a1b2c3d4e5f6g7h8i9j10k"},
    {"1 .. 2 .. 3 .. 4 .. 5 .. 6 .. 7 .. 8 .. 9 .. 10 .. 11 .. 12", "123456789101112"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) test_expect(L, rows[i].expression, rows[i].expected);
  test_close(L, &heap);
}

static void type_is_string_even_for_one_number(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_expect(L, "type(1 .. ''), type('' .. 1), type(1 .. 2)", "string string string");
  test_close(L, &heap);
}

/* Every length around the limit below which pieces are put together on the C stack. */
static void lengths_on_both_sides_of_every_limit_are_right(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  char a[600], b[600], both[1200];
  for (int i = 0; i < 600; i++) {
    a[i] = (char)('a' + i % 26);
    b[i] = (char)('A' + i % 26);
  }
  for (size_t i = 0; i <= 300; i += 1 + i / 70) {
    memcpy(both, a, i);
    memcpy(both + i, b, 299);
    for (size_t k = 0; k < 299; k += 1 + k / 70) {
      lua_pushlstring(L, a, i);
      lua_pushlstring(L, b, k);
      lua_concat(L, 2);
      assert_int_equal(lua_objlen(L, -1), i + k);
      assert_memory_equal(lua_tostring(L, -1), both, i + k);
      lua_pushlstring(L, both, i + k); /* interned: equal text, same object */
      assert_ptr_equal(lua_tostring(L, -1), lua_tostring(L, -2));
      lua_settop(L, 0);
    }
  }
  heap_check(L);
  test_close(L, &heap);
}

static void metamethods_are_asked_pairwise_from_the_right(void **unused) {
  (void)unused;
  static const struct {
    const char *expression, *expected;
  } rows[] = {
    {"k .. 1", "T+1"},
    {"1 .. k", "1+T"},
    {"1 .. 2 .. k .. 3 .. 4", "12T+34"}, /* the result of k .. '34' is a text again */
    {"k .. '', '' .. k", "T+ +T"},
    {"k .. k .. k", "T+T+T"},
    {"1 .. '' .. k, k .. 1 .. ''", "1+T T+1"},
    {"l .. 1 .. 2, 1 .. l, l .. 1, 1 .. 2 .. l",
     "tablestring numbertable tablenumber 1numbertable"},
    {"l .. '' .. 1, l .. 1 .. ''", "tablestring tablestring"},
    {"'a' .. l .. 'b', 'x' .. (l .. 1) .. 'y'", "atablestring xtablenumbery"},
    {"f .. 'x', 'x' .. f", "left-f right-f"},
    {"#(t .. 'x')", "2"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function show(x) return type(x) == 'table' and 'T' or x end\n"
           "k = setmetatable({}, {\n"
           "  __concat = function(x, y) return show(x) .. '+' .. show(y) end})\n"
           "l = setmetatable({}, {__concat = function(x, y) return type(x) .. type(y) end})\n"
           "t = setmetatable({}, {__concat = function(x, y) return {x, y} end})\n"
           "f = newproxy(true)\n"
           "getmetatable(f).__concat = function(x) return x == f and 'left-f' or 'right-f' end", 0);
  for (size_t i = 0; i < ROWS(rows); i++) test_expect(L, rows[i].expression, rows[i].expected);
  test_close(L, &heap);
}

static void errors_blame_the_operand_that_is_no_text(void **unused) {
  (void)unused;
  static const struct {
    const char *source, *message;
  } rows[] = {
    {"return 1 .. {}", "a table value"},
    {"return {} .. 'x'", "a table value"},
    {"return 'a' .. true", "a boolean value"},
    {"local a, b = 'x', nil return a .. b .. 'c'", "local 'b' (a nil value)"},
    {"local a = {} return 'x' .. 'y' .. a", "local 'a' (a table value)"},
    {"return 'x' .. undefined", "global 'undefined' (a nil value)"},
    {"local t = {} return t.field .. 'x'", "field 'field' (a nil value)"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char expected[100];
    snprintf(expected, sizeof expected, "test:1: attempt to concatenate %s", rows[i].message);
    assert_string_equal(test_error(L, rows[i].source), expected);
  }
  test_close(L, &heap);
}

/* 129 copies of 32 MB are more than a string may have: known before any memory is asked for. */
static void a_result_that_is_too_long_is_refused_before_it_is_made(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  test_run(L,
           "local s = string.rep('x', 2 ^ 25)\n"
           "local names = {} for i = 1, 129 do names[i] = 's' end\n"
           "f = loadstring('local s = ... return ' .. table.concat(names, ' .. '))\n"
           "big = s", 0);
  const size_t before = heap.peak_bytes;
  test_run(L, "ok, message = pcall(f, big)", 0);
  lua_getglobal(L, "message");
  assert_string_equal(lua_tostring(L, -1),
                      "[string \"local s = ... return s .. s .. s .. s .. s ...\"]:1: "
                      "string length overflow");
  assert_true(heap.peak_bytes < before + (1 << 20));
  heap_check(L);
  test_close(L, &heap);
}

static void a_metamethod_may_move_the_stack_and_collect(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function deep(n) if n == 0 then return '' end return (deep(n - 1)) end\n"
           "local n = 60\n"
           "local t = setmetatable({}, {__concat = function(a, b)\n"
           "  n = n * 2 deep(n) collectgarbage() return tostring(n) end})\n"
           "r = 'a' .. t .. 'b' .. t .. 'c' .. t .. t", 0);
  test_expect(L, "r", "a480"); /* asked three times */
  test_close(L, &heap);
}

static int concatenate(lua_State *L) {
  char word[64];
  luaL_checkstack(L, 60, "pieces");
  lua_settop(L, 0);
  for (int i = 0; i < 30; i++) {
    snprintf(word, sizeof word, "piece number %d of a long string", i);
    lua_pushstring(L, word);
    lua_pushnumber(L, i + 0.5);
  }
  lua_concat(L, 60);
  if (lua_objlen(L, 1) < 900) return luaL_error(L, "too short");
  return 0;
}

static void every_allocation_on_the_way_may_fail(void **unused) {
  (void)unused;
  sweep_allocations(concatenate, false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(texts_are_joined_numbers_included),
    cmocka_unit_test(type_is_string_even_for_one_number),
    cmocka_unit_test(lengths_on_both_sides_of_every_limit_are_right),
    cmocka_unit_test(metamethods_are_asked_pairwise_from_the_right),
    cmocka_unit_test(errors_blame_the_operand_that_is_no_text),
    cmocka_unit_test(a_result_that_is_too_long_is_refused_before_it_is_made),
    cmocka_unit_test(a_metamethod_may_move_the_stack_and_collect),
    cmocka_unit_test(every_allocation_on_the_way_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
