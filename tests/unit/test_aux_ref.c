/* test_aux_ref.c -- references: luaL_ref and luaL_unref as clients of 5.1 know them.  Every claim
 * holds for Debian's library as well. */
#include "support/harness.h"

/* A state with a table at index 1. */
static lua_State *state_with_table(TestHeap *heap) {
  lua_State *L = test_state(heap);
  lua_newtable(L);
  return L;
}

static int ref_of(lua_State *L, const char *text) {
  lua_pushstring(L, text);
  return luaL_ref(L, 1);
}

static void references_count_up_from_one_and_find_their_value(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = state_with_table(&heap);
  assert_int_equal(ref_of(L, "a"), 1);
  assert_int_equal(ref_of(L, "b"), 2);
  assert_int_equal(ref_of(L, "c"), 3);
  lua_rawgeti(L, 1, 2);
  assert_string_equal(lua_tostring(L, -1), "b");
  assert_int_equal(lua_gettop(L), 2); /* each value was popped */
  test_close(L, &heap);
}

static void freed_references_are_reused_last_first(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = state_with_table(&heap);
  for (int i = 1; i <= 4; i++) assert_int_equal(ref_of(L, "x"), i);
  luaL_unref(L, 1, 2);
  luaL_unref(L, 1, 4);
  luaL_unref(L, 1, 1);
  assert_int_equal(ref_of(L, "y"), 1);
  assert_int_equal(ref_of(L, "y"), 4);
  assert_int_equal(ref_of(L, "y"), 2);
  assert_int_equal(ref_of(L, "y"), 5);
  test_close(L, &heap);
}

static void nil_has_a_reference_of_its_own_that_takes_no_place(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = state_with_table(&heap);
  lua_pushnil(L);
  assert_int_equal(luaL_ref(L, 1), LUA_REFNIL);
  assert_int_equal(lua_gettop(L), 1);
  assert_int_equal(lua_objlen(L, 1), 0);
  assert_int_equal(ref_of(L, "a"), 1);
  test_close(L, &heap);
}

static void unref_of_what_is_no_reference_changes_nothing(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = state_with_table(&heap);
  assert_int_equal(ref_of(L, "a"), 1);
  luaL_unref(L, 1, LUA_NOREF);
  luaL_unref(L, 1, LUA_REFNIL);
  assert_int_equal(ref_of(L, "b"), 2);
  test_close(L, &heap);
}

static void the_table_may_be_named_from_the_top(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = state_with_table(&heap);
  lua_pushboolean(L, 1);
  assert_int_equal(luaL_ref(L, -2), 1);
  luaL_unref(L, -1, 1);
  lua_pushboolean(L, 0);
  assert_int_equal(luaL_ref(L, -2), 1);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(references_count_up_from_one_and_find_their_value),
      cmocka_unit_test(freed_references_are_reused_last_first),
      cmocka_unit_test(nil_has_a_reference_of_its_own_that_takes_no_place),
      cmocka_unit_test(unref_of_what_is_no_reference_changes_nothing),
      cmocka_unit_test(the_table_may_be_named_from_the_top),
  };
  return cmocka_run_group_tests_name("aux_ref", tests, NULL, NULL);
}
