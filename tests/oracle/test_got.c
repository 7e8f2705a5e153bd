/* test_got.c -- a slot of one library is rewritten, and nobody else's. */
#include "engine/got.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "engine/api.h"
#include "support/harness.h"

static LuaApi load(bool own_namespace) {
  Diag why = {0};
  LuaApi api;
  if (!api_load(&api, "liblua5.1.so.0", own_namespace, &why)) fail_msg("%s", diag_text(&why));
  return api;
}

static time_t standing_clock(time_t *t) {
  if (t) *t = 1234;
  return 1234;
}

static double time_in(const LuaApi *api) {
  lua_State *L = api->luaL_newstate();
  api->luaL_openlibs(L);
  assert_int_equal(api->luaL_loadbuffer(L, "return os.time()", 16, "=t"), 0);
  assert_int_equal(api->lua_pcall(L, 0, 1, 0), 0);
  double t = api->lua_tonumber(L, -1);
  api->lua_close(L);
  return t;
}

static void one_library_gets_another_clock(void **unused) {
  (void)unused;
  Diag why = {0};
  LuaApi changed = load(true), other = load(false);
  void *original = NULL;
  unsigned slots = 0;
  assert_true(got_replace(changed.handle, "time", (void *)standing_clock, &original, &slots, &why));
  assert_true(slots > 0);
  assert_non_null(original);
  assert_int_equal(time_in(&changed), 1234);
  assert_true(time_in(&other) > 1e9);
  assert_true(time(NULL) > 1000000000);
  void *kept = original;
  assert_true(got_replace(changed.handle, "time", (void *)standing_clock, &kept, &slots, &why));
  assert_ptr_equal(kept, original);              /* not the shim itself */
  assert_true(got_replace(changed.handle, "time", original, &kept, &slots, &why));
  assert_true(time_in(&changed) > 1e9);
  assert_true(got_replace(changed.handle, "time", (void *)standing_clock, &kept, &slots, &why));
  got_restore_all();
  assert_true(time_in(&changed) > 1e9);
  free(changed.path);
  free(other.path);
}

static void what_a_library_does_not_use_has_no_slot(void **unused) {
  (void)unused;
  Diag why = {0};
  LuaApi api = load(false);
  void *original = &api;
  unsigned slots = 9;
  void *shim = (void *)standing_clock;
  assert_true(got_replace(api.handle, "sched_yield", shim, &original, &slots, &why));
  assert_int_equal(slots, 0);
  assert_ptr_equal(original, &api);
  free(api.path);
}

static void ranges_hold_code_and_data(void **unused) {
  (void)unused;
  LuaApi api = load(true);
  GotRange code[4], data[4];
  unsigned ncode = got_ranges(api.handle, PROT_EXEC, code, 4);
  unsigned ndata = got_ranges(api.handle, PROT_WRITE, data, 4);
  uintptr_t f = (uintptr_t)api.lua_newstate;
  bool found = false;
  assert_in_range(ncode, 1, 4);
  assert_in_range(ndata, 1, 4);
  for (unsigned i = 0; i < ncode; i++) found |= f >= code[i].from && f < code[i].to;
  assert_true(found);
  for (unsigned i = 0; i < ndata; i++) {
    assert_true(data[i].from < data[i].to);
    assert_false(f >= data[i].from && f < data[i].to);
  }
  free(api.path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_library_gets_another_clock),
    cmocka_unit_test(what_a_library_does_not_use_has_no_slot),
    cmocka_unit_test(ranges_hold_code_and_data),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
