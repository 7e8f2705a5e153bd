/* test_api_stack.c -- moving values about on the stack, and what each index means. */
#include <string.h>

#include "support/harness.h"
#include "support/sweep.h"

/* Leaves the integers 1..n on an empty stack. */
static void count_up(lua_State *L, int n) {
  lua_settop(L, 0);
  for (int i = 1; i <= n; i++) lua_pushinteger(L, i);
}

/* Asserts that the stack holds the digits of `digits`, a blank for nil. */
static void assert_stack(lua_State *L, const char *digits) {
  int n = (int)strlen(digits);
  assert_int_equal(lua_gettop(L), n);
  for (int i = 1; i <= n; i++) {
    if (digits[i - 1] == ' ')
      assert_int_equal(lua_type(L, i), LUA_TNIL);
    else
      assert_int_equal(lua_tointeger(L, i), digits[i - 1] - '0');
  }
}

static void settop_cuts_and_fills_with_nil(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  count_up(L, 5);
  lua_settop(L, 3);
  assert_stack(L, "123");
  lua_settop(L, 6);
  assert_stack(L, "123   ");
  lua_settop(L, -4);
  assert_stack(L, "123");
  lua_settop(L, -1);
  assert_stack(L, "123");
  lua_pop(L, 3);
  assert_stack(L, "");
  lua_close(L);
}

static void remove_insert_replace_move_what_is_above(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  count_up(L, 5);
  lua_remove(L, 2);
  assert_stack(L, "1345");
  lua_remove(L, -1);
  assert_stack(L, "134");
  lua_insert(L, 1);
  assert_stack(L, "413");
  lua_insert(L, -1);
  assert_stack(L, "413");
  lua_insert(L, -2);
  assert_stack(L, "431");
  lua_replace(L, 1);
  assert_stack(L, "13");
  lua_replace(L, -2);
  assert_stack(L, "3");
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -1);
  assert_stack(L, "333");
  lua_close(L);
}

static void an_index_above_the_top_holds_nothing(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  count_up(L, 2);
  assert_int_equal(lua_type(L, 3), LUA_TNONE);
  assert_int_equal(lua_type(L, LUA_MINSTACK), LUA_TNONE);
  lua_pushvalue(L, 7);
  assert_stack(L, "12 ");
  lua_close(L);
}

static int index_types[8];

static int look_at_pseudo_indices(lua_State *L) {
  index_types[0] = lua_type(L, lua_upvalueindex(1));
  index_types[1] = lua_type(L, lua_upvalueindex(2));
  index_types[2] = lua_type(L, lua_upvalueindex(3));
  index_types[3] = lua_type(L, lua_upvalueindex(255));
  index_types[4] = lua_rawequal(L, LUA_ENVIRONINDEX, LUA_GLOBALSINDEX);
  lua_newtable(L);
  lua_replace(L, LUA_ENVIRONINDEX);
  index_types[5] = lua_rawequal(L, LUA_ENVIRONINDEX, LUA_GLOBALSINDEX);
  lua_pushliteral(L, "new");
  lua_replace(L, lua_upvalueindex(2));
  return 0;
}

static void pseudo_indices_reach_the_function_the_thread_and_the_state(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushinteger(L, 1);
  lua_pushnil(L);
  lua_pushcclosure(L, look_at_pseudo_indices, 2);
  lua_pushvalue(L, -1);
  lua_call(L, 0, 0);
  assert_int_equal(index_types[0], LUA_TNUMBER);
  assert_int_equal(index_types[1], LUA_TNIL);
  assert_int_equal(index_types[2], LUA_TNONE);
  assert_int_equal(index_types[3], LUA_TNONE);
  assert_int_equal(index_types[4], 1);
  assert_int_equal(index_types[5], 0);
  lua_getfenv(L, 1);
  assert_false(lua_rawequal(L, -1, LUA_GLOBALSINDEX));
  assert_string_equal(lua_getupvalue(L, 1, 2), "");
  assert_string_equal(lua_tostring(L, -1), "new");
  assert_int_equal(lua_type(L, LUA_REGISTRYINDEX), LUA_TTABLE);
  lua_close(L);
}

static void replace_changes_globals_and_registry(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushvalue(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_replace(L, LUA_GLOBALSINDEX);
  assert_true(lua_rawequal(L, -1, LUA_GLOBALSINDEX));
  lua_pushvalue(L, -1);
  lua_replace(L, LUA_REGISTRYINDEX);
  assert_true(lua_rawequal(L, -1, LUA_REGISTRYINDEX));
  lua_pop(L, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(lua_type(L, LUA_GLOBALSINDEX), LUA_TTABLE);
  lua_replace(L, LUA_REGISTRYINDEX);
  lua_close(L);
}

static int panic_text_seen;
static jmp_buf after_panic;

static int note_panic(lua_State *L) {
  panic_text_seen = strcmp(lua_tostring(L, -1), "no calling environment") == 0;
  longjmp(after_panic, 1);
}

/* Outside of all functions there is no environment to replace, and no protected call either. */
static void outside_of_functions_there_is_no_environment(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  panic_text_seen = 0;
  lua_atpanic(L, note_panic);
  lua_newtable(L);
  if (setjmp(after_panic) == 0) lua_replace(L, LUA_ENVIRONINDEX);
  assert_true(panic_text_seen);
  lua_close(L);
}

static int check_limits(lua_State *L) {
  int *ok = lua_touserdata(L, 1);
  lua_settop(L, 10);
  ok[0] = lua_checkstack(L, LUAI_MAXCSTACK - 10) == 1;
  ok[1] = lua_checkstack(L, LUAI_MAXCSTACK - 9) == 0;
  ok[2] = lua_checkstack(L, 1 << 30) == 0;
  ok[3] = lua_checkstack(L, 0) == 1;
  lua_settop(L, LUAI_MAXCSTACK);
  ok[4] = lua_gettop(L) == LUAI_MAXCSTACK && lua_checkstack(L, 1) == 0;
  return 0;
}

static void a_frame_may_have_eight_thousand_slots_and_no_more(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  int ok[5] = {0};
  assert_int_equal(lua_cpcall(L, check_limits, ok), 0);
  for (int i = 0; i < 5; i++) assert_int_equal(ok[i], 1);
  lua_close(L);
}

static void xmove_takes_from_one_thread_and_gives_to_the_other(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  count_up(L, 4);
  lua_State *co = lua_newthread(L);
  lua_insert(L, 1);
  lua_xmove(L, co, 3);
  assert_stack(co, "234");
  assert_int_equal(lua_gettop(L), 2);
  lua_xmove(co, L, 1);
  assert_int_equal(lua_tointeger(L, -1), 4);
  lua_xmove(L, L, 2);
  assert_int_equal(lua_gettop(L), 3);
  lua_close(L);
}

static int ask_for_much(lua_State *L) {
  for (int n = 100; n < 7000; n += n)
    if (lua_checkstack(L, n - lua_gettop(L))) lua_settop(L, n);
  return 0;
}

static void growing_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(ask_for_much, false);
}

int main(void) {
  const struct CMUnitTest api_stack[] = {
      cmocka_unit_test(settop_cuts_and_fills_with_nil),
      cmocka_unit_test(remove_insert_replace_move_what_is_above),
      cmocka_unit_test(an_index_above_the_top_holds_nothing),
      cmocka_unit_test(pseudo_indices_reach_the_function_the_thread_and_the_state),
      cmocka_unit_test(replace_changes_globals_and_registry),
      cmocka_unit_test(outside_of_functions_there_is_no_environment),
      cmocka_unit_test(a_frame_may_have_eight_thousand_slots_and_no_more),
      cmocka_unit_test(xmove_takes_from_one_thread_and_gives_to_the_other),
      cmocka_unit_test(growing_survives_every_allocation_failure),
  };
  return cmocka_run_group_tests(api_stack, NULL, NULL);
}
