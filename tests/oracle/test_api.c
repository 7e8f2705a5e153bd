/* test_api.c -- any Lua 5.1 library is known by its names, and nothing else is one. */
#include "engine/api.h"

#include <stdlib.h>
#include <string.h>

#include "support/harness.h"

#define REFERENCE "liblua5.1.so.0"

static void evaluate_in(const LuaApi *api) {
  char version[64] = "";
  lua_State *L = api->luaL_newstate();
  assert_non_null(L);
  api->luaL_openlibs(L);
  assert_int_equal(api->luaL_loadbuffer(L, "return 6 * 7", 12, "=t"), 0);
  assert_int_equal(api->lua_pcall(L, 0, 1, 0), 0);
  assert_int_equal(api->lua_tointeger(L, -1), 42);
  int top = api->lua_gettop(L);
  api_version(api, L, version, sizeof version);
  assert_string_equal(version, "Lua 5.1.5");
  assert_int_equal(api->lua_gettop(L), top);
  api->lua_close(L);
}

static void a_library_lives_here_or_in_a_namespace_of_its_own(void **unused) {
  (void)unused;
  Diag why = {0};
  LuaApi here, there;
  if (!api_load(&here, REFERENCE, false, &why) || !api_load(&there, REFERENCE, true, &why)) {
    fail_msg("%s", diag_text(&why));
  }
  assert_ptr_not_equal((void *)here.lua_newstate, (void *)there.lua_newstate);
  assert_string_equal(here.path, there.path);
  assert_int_equal(here.path[0], '/');
  evaluate_in(&here);
  evaluate_in(&there);
  free(here.path);
  free(there.path);
}

static void a_version_is_what_a_library_says_of_itself(void **unused) {
  (void)unused;
  Diag why = {0};
  LuaApi api;
  char version[64];
  if (!api_load(&api, REFERENCE, false, &why)) fail_msg("%s", diag_text(&why));
  lua_State *L = api.luaL_newstate();
  api.lua_createtable(L, 0, 0);
  api.lua_pushstring(L, "JIT 9.9");
  api.lua_setfield(L, -2, "version");
  api.lua_setfield(L, LUA_GLOBALSINDEX, "jit");
  api_version(&api, L, version, sizeof version);
  assert_string_equal(version, "JIT 9.9");
  api.lua_close(L);
  free(api.path);
}

static void what_is_no_lua_library_is_refused_with_a_reason(void **unused) {
  (void)unused;
  LuaApi api;
  Diag why = {0};
  assert_false(api_load(&api, "/nowhere/liblua.so", false, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  assert_non_null(strstr(why.text, "/nowhere/liblua.so"));
  assert_false(api_load(&api, "libm.so.6", false, &why));
  assert_non_null(strstr(why.text, "has no lua_newstate"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_library_lives_here_or_in_a_namespace_of_its_own),
    cmocka_unit_test(a_version_is_what_a_library_says_of_itself),
    cmocka_unit_test(what_is_no_lua_library_is_refused_with_a_reason),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
