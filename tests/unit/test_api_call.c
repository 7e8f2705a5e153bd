/* test_api_call.c -- calling, raising and catching from C. */
#include <string.h>

#include "support/harness.h"

/* Returns its arguments, and its first one once more. */
static int echo(lua_State *L) {
  lua_pushvalue(L, 1);
  return lua_gettop(L);
}

static void call_gives_exactly_the_results_asked_for(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int wanted = LUA_MULTRET; wanted <= 5; wanted++) {
    for (int protected = 0; protected <= 1; protected++) {
      lua_settop(L, 0);
      lua_pushliteral(L, "below");
      lua_pushcfunction(L, echo);
      lua_pushinteger(L, 1);
      lua_pushinteger(L, 2);
      if (protected)
        assert_int_equal(lua_pcall(L, 2, wanted, 0), 0);
      else
        lua_call(L, 2, wanted);
      int n = wanted == LUA_MULTRET ? 3 : wanted;
      assert_int_equal(lua_gettop(L), 1 + n);
      assert_string_equal(lua_tostring(L, 1), "below");
      static const int results[] = {1, 2, 1, 0, 0};
      for (int i = 0; i < n; i++) {
        assert_int_equal(lua_tointeger(L, 2 + i), results[i]);
        assert_int_equal(lua_type(L, 2 + i), i < 3 ? LUA_TNUMBER : LUA_TNIL);
      }
    }
  }
  lua_close(L);
}

static int many(lua_State *L) {
  int n = (int)lua_tointeger(L, 1);
  luaL_checkstack(L, n, "many");
  for (int i = 1; i <= n; i++) lua_pushinteger(L, i);
  return n;
}

static int take_many(lua_State *L) {
  bool *ok = lua_touserdata(L, 1);
  lua_pushcfunction(L, many);
  lua_pushinteger(L, 3000);
  lua_call(L, 1, LUA_MULTRET);
  *ok = lua_gettop(L) == 3001 && lua_tointeger(L, -1) == 3000;
  for (int i = 0; i < LUA_MINSTACK; i++) lua_pushnil(L);
  return 0;
}

/* More results than the caller has slots for. */
static void all_results_are_taken_however_many(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  bool ok = false;
  assert_int_equal(lua_cpcall(L, take_many, &ok), 0);
  assert_true(ok);
  lua_close(L);
}

static int raise_it(lua_State *L) {
  lua_settop(L, 1);
  return lua_error(L);
}

static void any_value_can_be_raised_and_replaces_function_and_arguments(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushliteral(L, "below");
  for (int i = 0; i < 5; i++) {
    lua_pushcfunction(L, raise_it);
    if (i == 0) lua_pushnil(L);
    if (i == 1) lua_pushboolean(L, 0);
    if (i == 2) lua_pushnumber(L, 1.5);
    if (i == 3) lua_newtable(L);
    if (i == 4) lua_pushliteral(L, "text");
    lua_pushinteger(L, 9);
    int type = lua_type(L, -2);
    assert_int_equal(lua_pcall(L, 2, 3, 0), LUA_ERRRUN);
    assert_int_equal(lua_gettop(L), 2);
    assert_int_equal(lua_type(L, -1), type);
    lua_settop(L, 1);
  }
  assert_string_equal(lua_tostring(L, 1), "below");
  lua_close(L);
}

static int depth_seen;

static int handler(lua_State *L) {
  lua_Debug ar;
  for (depth_seen = 0; lua_getstack(L, depth_seen, &ar); depth_seen++) {
  }
  lua_pushliteral(L, "handled ");
  lua_insert(L, 1);
  lua_concat(L, 2);
  return 1;
}

static int raise_deep(lua_State *L) {
  lua_Integer n = lua_tointeger(L, 1);
  if (n == 0) return luaL_error(L, "deep");
  lua_pushcfunction(L, raise_deep);
  lua_pushinteger(L, n - 1);
  lua_call(L, 1, 0);
  return 0;
}

static void the_handler_sees_the_frames_of_the_error(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushcfunction(L, handler);
  for (int relative = 0; relative <= 1; relative++) {
    lua_pushcfunction(L, raise_deep);
    lua_pushinteger(L, 5);
    assert_int_equal(lua_pcall(L, 1, 0, relative ? -3 : 1), LUA_ERRRUN);
    assert_string_equal(lua_tostring(L, -1), "handled deep");
    assert_int_equal(depth_seen, 7); /* handler, raise_deep six times */
    assert_int_equal(lua_gettop(L), 2);
    lua_pop(L, 1);
  }
  lua_close(L);
}

static int nested(lua_State *L) {
  lua_pushcfunction(L, raise_deep);
  lua_pushinteger(L, 0);
  lua_pcall(L, 1, 0, 0); /* has no handler of its own: the outer one is not used */
  return 1;
}

static void a_handler_serves_its_own_call_only(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushcfunction(L, handler);
  lua_pushcfunction(L, nested);
  assert_int_equal(lua_pcall(L, 0, 1, 1), 0);
  assert_string_equal(lua_tostring(L, -1), "deep");
  lua_close(L);
}

static int bad_handler(lua_State *L) { return lua_error(L); }

static void errors_in_handlers_end_in_their_own_status(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushcfunction(L, bad_handler);
  lua_pushcfunction(L, raise_deep);
  assert_int_equal(lua_pcall(L, 0, 0, 1), LUA_ERRERR);
  assert_string_equal(lua_tostring(L, -1), "error in error handling");
  lua_settop(L, 0);
  lua_newtable(L); /* cannot be called */
  lua_pushcfunction(L, raise_deep);
  assert_int_equal(lua_pcall(L, 0, 0, 1), LUA_ERRERR);
  assert_string_equal(lua_tostring(L, -1), "error in error handling");
  lua_close(L);
}

static void calling_what_is_no_function_is_an_error(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_newtable(L);
  lua_pushinteger(L, 1);
  assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "attempt to call a table value");
  lua_settop(L, 0);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, echo);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, 1);
  lua_pushinteger(L, 7);
  lua_call(L, 1, LUA_MULTRET);
  assert_int_equal(lua_gettop(L), 3);
  assert_int_equal(lua_type(L, 1), LUA_TTABLE);
  assert_int_equal(lua_tointeger(L, 2), 7);
  lua_close(L);
}

static int look_at_argument(lua_State *L) {
  int *n = lua_touserdata(L, 1);
  *n = lua_gettop(L) == 1 && lua_islightuserdata(L, 1);
  lua_pushliteral(L, "dropped");
  return 1;
}

static void cpcall_gives_one_light_userdata_and_drops_results(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  int ok = 0;
  lua_pushnil(L);
  assert_int_equal(lua_cpcall(L, look_at_argument, &ok), 0);
  assert_true(ok);
  assert_int_equal(lua_gettop(L), 1);
  assert_int_equal(lua_cpcall(L, raise_it, NULL), LUA_ERRRUN);
  assert_int_equal(lua_gettop(L), 2);
  assert_int_equal(lua_type(L, 2), LUA_TLIGHTUSERDATA);
  lua_close(L);
}

static int dive(lua_State *L) {
  int *depth = lua_touserdata(L, 1);
  ++*depth;
  lua_pushcfunction(L, dive);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 0);
  return 0;
}

static void nested_c_calls_end_at_their_limit(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  int depth = 0;
  assert_int_equal(lua_cpcall(L, dive, &depth), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "C stack overflow");
  assert_int_equal(depth, LUAI_MAXCCALLS - 1);
  depth = 0;
  assert_int_equal(lua_cpcall(L, dive, &depth), LUA_ERRRUN);
  assert_int_equal(depth, LUAI_MAXCCALLS - 1);
  lua_close(L);
}

static void setlevel_hands_the_nesting_on(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_State *co = lua_newthread(L);
  lua_setlevel(L, co);
  int depth = 0;
  assert_int_equal(lua_cpcall(co, dive, &depth), LUA_ERRRUN);
  assert_int_equal(depth, LUAI_MAXCCALLS - 1);
  lua_close(L);
}

static jmp_buf after_panic;
static char panic_message[64];

static int note_panic(lua_State *L) {
  const char *s = lua_tostring(L, -1);
  strncpy(panic_message, s != NULL ? s : "(none)", sizeof panic_message - 1);
  longjmp(after_panic, 1);
}

static void an_error_without_protection_calls_the_panic_function(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_CFunction first = lua_atpanic(L, note_panic);
  assert_ptr_equal(lua_atpanic(L, note_panic), note_panic);
  assert_true(first != note_panic);
  if (setjmp(after_panic) == 0) {
    lua_pushliteral(L, "nobody listens");
    lua_error(L);
    fail();
  }
  assert_string_equal(panic_message, "nobody listens");
  lua_close(L);
}

static int call_a_lot(lua_State *L) {
  lua_pushcfunction(L, many);
  lua_pushinteger(L, 500);
  lua_pcall(L, 1, LUA_MULTRET, 0);
  lua_settop(L, 0);
  lua_pushcfunction(L, raise_deep);
  lua_pushinteger(L, 40);
  lua_call(L, 1, 0);
  return 0;
}

static int call_a_lot_caught(lua_State *L) {
  lua_pushcfunction(L, call_a_lot);
  int status = lua_pcall(L, 0, 0, 0);
  if (status == LUA_ERRMEM) lua_error(L); /* the message is the same: the status is not */
  return 0;
}

/* A caught memory error that is raised again is an ordinary error. */
static void a_memory_error_can_be_caught_and_raised_again(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  int status = LUA_ERRRUN;
  size_t failures = 0;
  for (size_t n = 2; status != 0; n++) {
    heap.fail_at = heap.calls + n;
    status = lua_cpcall(L, call_a_lot_caught, NULL);
    heap.fail_at = 0;
    if (status == 0) break;
    assert_in_range(status, LUA_ERRRUN, LUA_ERRMEM);
    assert_string_equal(lua_tostring(L, -1), "not enough memory");
    lua_settop(L, 0);
    failures++;
  }
  assert_true(failures > 0);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest api_call[] = {
      cmocka_unit_test(call_gives_exactly_the_results_asked_for),
      cmocka_unit_test(all_results_are_taken_however_many),
      cmocka_unit_test(any_value_can_be_raised_and_replaces_function_and_arguments),
      cmocka_unit_test(the_handler_sees_the_frames_of_the_error),
      cmocka_unit_test(a_handler_serves_its_own_call_only),
      cmocka_unit_test(errors_in_handlers_end_in_their_own_status),
      cmocka_unit_test(calling_what_is_no_function_is_an_error),
      cmocka_unit_test(cpcall_gives_one_light_userdata_and_drops_results),
      cmocka_unit_test(nested_c_calls_end_at_their_limit),
      cmocka_unit_test(setlevel_hands_the_nesting_on),
      cmocka_unit_test(an_error_without_protection_calls_the_panic_function),
      cmocka_unit_test(a_memory_error_can_be_caught_and_raised_again),
  };
  return cmocka_run_group_tests(api_call, NULL, NULL);
}
