/* test_api_meta.c -- metatables and environments, given and taken from C. */
#include "support/harness.h"

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static void tables_and_userdata_have_metatables_of_their_own(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L); /* 1: the metatable */
  lua_newtable(L);
  lua_newtable(L);
  lua_newuserdata(L, 1);
  lua_newuserdata(L, 1);
  for (int i = 2; i <= 4; i += 2) {
    assert_int_equal(lua_getmetatable(L, i), 0);
    lua_pushvalue(L, 1);
    assert_int_equal(lua_setmetatable(L, i), 1);
    assert_int_equal(lua_gettop(L), 5);
    assert_int_equal(lua_getmetatable(L, i), 1);
    assert_true(lua_rawequal(L, -1, 1));
    lua_pop(L, 1);
    assert_int_equal(lua_getmetatable(L, i + 1), 0);
    lua_pushnil(L);
    lua_setmetatable(L, i);
    assert_int_equal(lua_getmetatable(L, i), 0);
  }
  lua_close(L);
}

static void other_types_share_one_metatable_a_type(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  int n = 0;
  lua_pushnil(L), n++;
  lua_pushboolean(L, 1), n++;
  lua_pushlightuserdata(L, L), n++;
  lua_pushinteger(L, 1), n++;
  lua_pushliteral(L, "s"), n++;
  lua_pushcfunction(L, nothing), n++;
  lua_newthread(L), n++;
  for (int i = 1; i <= n; i++) {
    assert_int_equal(lua_getmetatable(L, i), 0);
    lua_newtable(L);
    lua_pushinteger(L, i);
    lua_setfield(L, -2, "i");
    lua_setmetatable(L, i);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_pushlightuserdata(L, (void *)(uintptr_t)0xFFFFFFFFFFFF0000u);
  lua_pushinteger(L, 2);
  lua_pushliteral(L, "t");
  static const int kin[] = {1, 2, 3, 4, 5, 6, 7, 3, 4, 5};
  for (int i = 1; i <= n + 3; i++) {
    assert_int_equal(lua_getmetatable(L, i), 1);
    lua_getfield(L, -1, "i");
    assert_int_equal(lua_tointeger(L, -1), kin[i - 1]);
    lua_pop(L, 2);
  }
  lua_pushnil(L);
  lua_setmetatable(L, 4);
  assert_int_equal(lua_getmetatable(L, n + 2), 0);
  lua_close(L);
}

static void an_index_that_holds_nothing_has_no_metatable(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_int_equal(lua_getmetatable(L, 3), 0);
  assert_int_equal(lua_gettop(L), 0);
  lua_close(L);
}

static void functions_userdata_and_threads_have_environments(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L); /* 1: the environment */
  lua_pushcfunction(L, nothing);
  luaL_loadstring(L, "x = 1");
  lua_newuserdata(L, 1);
  lua_State *co = lua_newthread(L);
  for (int i = 2; i <= 5; i++) {
    lua_getfenv(L, i);
    assert_true(lua_rawequal(L, -1, LUA_GLOBALSINDEX));
    lua_pop(L, 1);
    lua_pushvalue(L, 1);
    assert_int_equal(lua_setfenv(L, i), 1);
    assert_int_equal(lua_gettop(L), 5);
    lua_getfenv(L, i);
    assert_true(lua_rawequal(L, -1, 1));
    lua_pop(L, 1);
  }
  lua_pushvalue(co, LUA_GLOBALSINDEX);
  lua_xmove(co, L, 1);
  assert_true(lua_rawequal(L, -1, 1));
  assert_false(lua_rawequal(L, -1, LUA_GLOBALSINDEX));
  lua_pushvalue(L, 3);
  lua_call(L, 0, 0);
  lua_getfield(L, 1, "x");
  assert_int_equal(lua_tointeger(L, -1), 1);
  lua_close(L);
}

static void other_values_have_none(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushinteger(L, 1);
  lua_newtable(L);
  for (int i = 1; i <= 3; i++) {
    lua_getfenv(L, i);
    assert_int_equal(lua_type(L, -1), LUA_TNIL);
    lua_pop(L, 1);
    lua_newtable(L);
    assert_int_equal(lua_setfenv(L, i), 0);
    assert_int_equal(lua_gettop(L), 2);
  }
  lua_close(L);
}

/* What is made while a function runs gets that function's environment. */
static int make_things(lua_State *L) {
  lua_pushcfunction(L, nothing);
  lua_newuserdata(L, 1);
  lua_newthread(L);
  return 3;
}

static void new_things_inherit_the_running_environment(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L);
  lua_pushcfunction(L, make_things);
  lua_pushvalue(L, 1);
  lua_setfenv(L, 2);
  lua_call(L, 0, 3);
  lua_getfenv(L, 2);
  assert_true(lua_rawequal(L, -1, 1));
  lua_getfenv(L, 3);
  assert_true(lua_rawequal(L, -1, 1));
  lua_getfenv(L, 4);
  assert_true(lua_rawequal(L, -1, LUA_GLOBALSINDEX));
  lua_close(L);
}

/* The owner of a metatable or an environment may have been visited already in this cycle. */
static void what_is_attached_while_marking_survives(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L);
  lua_newuserdata(L, 1);
  lua_pushcfunction(L, nothing);
  lua_pushinteger(L, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (int round = 0; round < 200; round++) {
    lua_gc(L, LUA_GCSTEP, 0);
    for (int i = 1; i <= 4; i++) {
      if (i <= 2 || i == 4) {
        lua_newtable(L);
        lua_pushinteger(L, round);
        lua_setfield(L, -2, "round");
        lua_setmetatable(L, i);
      }
      if (i == 2 || i == 3) {
        lua_newtable(L);
        lua_pushinteger(L, round);
        lua_setfield(L, -2, "round");
        lua_setfenv(L, i);
      }
    }
    lua_gc(L, round % 3 == 0 ? LUA_GCCOLLECT : LUA_GCSTEP, 1);
    for (int i = 1; i <= 4; i++) {
      if (i == 3)
        lua_getfenv(L, i);
      else
        assert_int_equal(lua_getmetatable(L, i), 1);
      lua_getfield(L, -1, "round");
      assert_int_equal(lua_tointeger(L, -1), round);
      lua_pop(L, 2);
    }
  }
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest api_meta[] = {
      cmocka_unit_test(tables_and_userdata_have_metatables_of_their_own),
      cmocka_unit_test(other_types_share_one_metatable_a_type),
      cmocka_unit_test(an_index_that_holds_nothing_has_no_metatable),
      cmocka_unit_test(functions_userdata_and_threads_have_environments),
      cmocka_unit_test(other_values_have_none),
      cmocka_unit_test(new_things_inherit_the_running_environment),
      cmocka_unit_test(what_is_attached_while_marking_survives),
  };
  return cmocka_run_group_tests(api_meta, NULL, NULL);
}
