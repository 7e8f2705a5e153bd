/* test_api_push.c -- making values out of C's. */
#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "support/sweep.h"

static void pushfstring_knows_six_conversions_and_copies_the_rest(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const char *s = lua_pushfstring(L, "%s|%d|%c|%f|%%|%x|%5d|", "text", -42, 'z', 0.1);
  assert_string_equal(s, "text|-42|z|0.1|%|%x|%5d|");
  assert_ptr_equal(s, lua_tostring(L, -1));
  assert_string_equal(lua_pushfstring(L, "%s", NULL), "(null)");
  assert_string_equal(lua_pushfstring(L, "%d %d", 2147483647, -2147483647 - 1),
                      "2147483647 -2147483648");
  assert_string_equal(lua_pushfstring(L, "%f %f", 1e15, -0.0), "1e+15 -0");
  assert_string_equal(lua_pushfstring(L, "a%cb", '\0'), "ab");
  assert_string_equal(lua_pushfstring(L, ""), "");
  char expected[40];
  snprintf(expected, sizeof expected, "%p %p", (void *)L, NULL);
  assert_string_equal(lua_pushfstring(L, "%p %p", (void *)L, NULL), expected);
  assert_int_equal(lua_gettop(L), 7);
  lua_close(L);
}

static void pushfstring_has_no_limit_of_length(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  char text[2000];
  for (size_t n = 500; n < sizeof text; n += 7) {
    memset(text, 'x', n);
    text[n] = '\0';
    const char *s = lua_pushfstring(L, "<%s,%d>", text, 12);
    assert_int_equal(strlen(s), n + 5);
    assert_memory_equal(s + 1, text, n);
    assert_string_equal(s + 1 + n, ",12>");
    lua_pop(L, 1);
  }
  lua_close(L);
}

static void strings_keep_their_zeros_and_null_is_nil(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  size_t len;
  lua_pushlstring(L, "a\0b", 3);
  const char *s = lua_tolstring(L, -1, &len);
  assert_int_equal(len, 3);
  assert_memory_equal(s, "a\0b", 4);
  lua_pushlstring(L, NULL, 0);
  assert_string_equal(lua_tostring(L, -1), "");
  lua_pushstring(L, NULL);
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_pushstring(L, "a\0b");
  assert_int_equal(lua_objlen(L, -1), 1);
  lua_close(L);
}

static void numbers_and_booleans_arrive_as_they_were(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const double numbers[] = {0, -0.0, 1, -1.5, 1e308, 5e-324, 1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0};
  for (size_t i = 0; i < ROWS(numbers); i++) {
    lua_pushnumber(L, numbers[i]);
    assert_int_equal(lua_type(L, -1), LUA_TNUMBER);
    assert_number_is(lua_tonumber(L, -1), numbers[i]);
  }
  const uint64_t foreign[] = {0x7FF8000000000001u, 0xFFFFFFFFFFFFFFFFu, 0x7FF0000000000001u};
  for (size_t i = 0; i < ROWS(foreign); i++) {
    double n;
    memcpy(&n, &foreign[i], sizeof n);
    lua_pushnumber(L, n);
    assert_int_equal(lua_type(L, -1), LUA_TNUMBER);
    assert_true(lua_tonumber(L, -1) != lua_tonumber(L, -1));
    assert_false(lua_rawequal(L, -1, -1));
  }
  lua_pushinteger(L, -7);
  assert_number_is(lua_tonumber(L, -1), -7);
  lua_pushboolean(L, 2);
  lua_pushboolean(L, 1);
  assert_true(lua_rawequal(L, -1, -2));
  lua_pushboolean(L, 0);
  assert_int_equal(lua_type(L, -1), LUA_TBOOLEAN);
  assert_false(lua_toboolean(L, -1));
  lua_close(L);
}

/* All 64 bits count, as identity and as key. */
static void light_userdata_are_their_addresses(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const uint64_t addresses[] = {0, 1, 0x7FFFFFFFFFFF, 0x800000000000, 0x8000000000000000u,
                                0xFFFFFFFFFFFFFFFFu, 0xFFF8000000000000u, 0xFFFF800000000000u};
  lua_newtable(L);
  for (size_t i = 0; i < ROWS(addresses); i++) {
    void *p = (void *)(uintptr_t)addresses[i];
    lua_pushlightuserdata(L, p);
    assert_int_equal(lua_type(L, -1), LUA_TLIGHTUSERDATA);
    assert_ptr_equal(lua_touserdata(L, -1), p);
    assert_ptr_equal(lua_topointer(L, -1), p);
    lua_pushlightuserdata(L, p);
    assert_true(lua_rawequal(L, -1, -2));
    lua_pushinteger(L, (lua_Integer)i);
    lua_rawset(L, 1);
    lua_settop(L, 1);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (size_t i = 0; i < ROWS(addresses); i++) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)addresses[i]);
    lua_rawget(L, 1);
    assert_int_equal(lua_tointeger(L, -1), (lua_Integer)i);
    lua_pop(L, 1);
  }
  lua_close(L);
}

static int sum_upvalues(lua_State *L) {
  lua_Number sum = 0;
  for (int i = 1; lua_type(L, lua_upvalueindex(i)) != LUA_TNONE && i <= 255; i++)
    sum = sum * 2 + lua_tonumber(L, lua_upvalueindex(i));
  lua_pushnumber(L, sum);
  return 1;
}

static void a_closure_takes_its_upvalues_in_order(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int i = 1; i <= 4; i++) lua_pushinteger(L, i);
  lua_pushcclosure(L, sum_upvalues, 3);
  assert_int_equal(lua_gettop(L), 2);
  lua_call(L, 0, 1);
  assert_int_equal(lua_tointeger(L, -1), 2 * 4 + 3 * 2 + 4);
  lua_checkstack(L, 300);
  for (int i = 0; i < 255; i++) lua_pushinteger(L, i == 254);
  lua_pushcclosure(L, sum_upvalues, 255);
  lua_call(L, 0, 1);
  assert_int_equal(lua_tointeger(L, -1), 1);
  lua_close(L);
}

static void pushthread_tells_the_main_thread(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_State *co = lua_newthread(L);
  assert_int_equal(lua_pushthread(L), 1);
  assert_int_equal(lua_pushthread(co), 0);
  assert_ptr_equal(lua_tothread(L, -1), L);
  lua_xmove(co, L, 1);
  assert_ptr_equal(lua_tothread(L, -1), co);
  assert_true(lua_rawequal(L, -1, 1));
  lua_close(L);
}

static void a_userdata_block_is_aligned_and_stays(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const size_t sizes[] = {0, 1, 8, 101, 100000};
  for (size_t i = 0; i < ROWS(sizes); i++) {
    char *block = lua_newuserdata(L, sizes[i]);
    assert_int_equal((uintptr_t)block % 8, 0);
    memset(block, 0x5A, sizes[i]);
    assert_int_equal(lua_objlen(L, -1), sizes[i]);
    assert_int_equal(lua_type(L, -1), LUA_TUSERDATA);
    assert_false(lua_getmetatable(L, -1));
    lua_gc(L, LUA_GCCOLLECT, 0);
    assert_ptr_equal(lua_touserdata(L, -1), block);
    assert_ptr_equal(lua_topointer(L, -1), block);
  }
  lua_close(L);
}

static int concat_badly(lua_State *L) {
  lua_pushliteral(L, "x");
  lua_pushnil(L);
  lua_concat(L, 2);
  return 0;
}

static void concat_joins_strings_and_numbers(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_concat(L, 0);
  assert_string_equal(lua_tostring(L, -1), "");
  lua_pushnil(L);
  lua_concat(L, 1);
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_settop(L, 0);
  lua_pushliteral(L, "a");
  lua_pushinteger(L, 1);
  lua_pushnumber(L, 2.5);
  lua_pushlstring(L, "\0z", 2);
  lua_concat(L, 4);
  assert_int_equal(lua_gettop(L), 1);
  assert_int_equal(lua_objlen(L, 1), 7);
  assert_memory_equal(lua_tostring(L, 1), "a12.5\0z", 8);
  assert_int_equal(lua_cpcall(L, concat_badly, NULL), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "attempt to concatenate a nil value");
  lua_close(L);
}

static void concat_uses_metamethods_from_the_right(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  test_run(L,
           "local mt = {__concat = function(a, b)\n"
           "  return '(' .. (type(a) == 'table' and 'T' or a) ..\n"
           "  ',' .. (type(b) == 'table' and 'T' or b) .. ')' end}\n"
           "return 'a', setmetatable({}, mt), 'c', 'd'",
           4);
  lua_concat(L, 4);
  assert_string_equal(lua_tostring(L, -1), "a(T,cd)");
  assert_int_equal(lua_gettop(L), 1);
  lua_close(L);
}

static int push_everything(lua_State *L) {
  char text[1500];
  memset(text, 'y', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  lua_pushfstring(L, "%s %d %f", text, 1, 2.5);
  lua_pushfstring(L, "short %p", (void *)L);
  lua_pushlstring(L, text, 777);
  lua_pushlightuserdata(L, (void *)(uintptr_t)0xFFFF000000000001u);
  lua_newuserdata(L, 333);
  lua_pushinteger(L, 99);
  lua_pushcclosure(L, sum_upvalues, 1);
  lua_pushliteral(L, "left ");
  lua_pushnumber(L, 0.123);
  lua_concat(L, 2);
  return 0;
}

static void pushing_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(push_everything, false);
}

int main(void) {
  const struct CMUnitTest api_push[] = {
      cmocka_unit_test(pushfstring_knows_six_conversions_and_copies_the_rest),
      cmocka_unit_test(pushfstring_has_no_limit_of_length),
      cmocka_unit_test(strings_keep_their_zeros_and_null_is_nil),
      cmocka_unit_test(numbers_and_booleans_arrive_as_they_were),
      cmocka_unit_test(light_userdata_are_their_addresses),
      cmocka_unit_test(a_closure_takes_its_upvalues_in_order),
      cmocka_unit_test(pushthread_tells_the_main_thread),
      cmocka_unit_test(a_userdata_block_is_aligned_and_stays),
      cmocka_unit_test(concat_joins_strings_and_numbers),
      cmocka_unit_test(concat_uses_metamethods_from_the_right),
      cmocka_unit_test(pushing_survives_every_allocation_failure),
  };
  return cmocka_run_group_tests(api_push, NULL, NULL);
}
