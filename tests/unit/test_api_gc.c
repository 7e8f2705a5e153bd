/* test_api_gc.c -- steering the collector and the allocator from C. */
#include "support/harness.h"

static size_t bytes_in_use(lua_State *L) {
  return (size_t)lua_gc(L, LUA_GCCOUNT, 0) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB, 0);
}

static void make_garbage(lua_State *L, int tables) {
  for (int i = 0; i < tables; i++) {
    lua_createtable(L, 10, 0);
    lua_pop(L, 1);
  }
}

static void the_count_is_what_the_allocator_gave(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  assert_int_equal(bytes_in_use(L), heap.live_bytes);
  lua_newuserdata(L, 5001);
  lua_newtable(L);
  luaL_loadstring(L, "local t = {} for i = 1, 100 do t[i] = i .. '' end");
  assert_int_equal(bytes_in_use(L), heap.live_bytes);
  lua_call(L, 0, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(bytes_in_use(L), heap.live_bytes);
  assert_in_range(lua_gc(L, LUA_GCCOUNTB, 0), 0, 1023);
  test_close(L, &heap);
}

static void collect_frees_what_nothing_refers_to(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_int_equal(lua_gc(L, LUA_GCCOLLECT, 0), 0);
  size_t before = bytes_in_use(L);
  lua_gc(L, LUA_GCSTOP, 0);
  make_garbage(L, 500);
  assert_true(bytes_in_use(L) > before + 500 * 80);
  assert_int_equal(lua_gc(L, LUA_GCCOLLECT, 0), 0);
  assert_true(bytes_in_use(L) <= before + 1024);
  lua_close(L);
}

static void a_stopped_collector_lets_garbage_grow(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(lua_gc(L, LUA_GCSTOP, 0), 0);
  make_garbage(L, 20000);
  size_t grown = bytes_in_use(L);
  assert_true(grown > 20000 * 80);
  assert_int_equal(lua_gc(L, LUA_GCRESTART, 0), 0);
  make_garbage(L, 20000);
  assert_true(bytes_in_use(L) < grown);
  lua_close(L);
}

static void steps_end_a_cycle_and_say_so(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCSTOP, 0);
  lua_newtable(L);
  for (int i = 1; i <= 300; i++) {
    lua_newtable(L);
    lua_rawseti(L, 1, i);
  }
  int small = 1, large = 1;
  while (lua_gc(L, LUA_GCSTEP, 0) == 0) small++;
  while (lua_gc(L, LUA_GCSTEP, 8) == 0) large++;
  assert_true(small > 3);
  assert_true(large < small);
  assert_int_equal(lua_gc(L, LUA_GCSTEP, 1000000), 1);
  lua_close(L);
}

static void settings_return_their_old_values(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_int_equal(lua_gc(L, LUA_GCSETPAUSE, 150), LUAI_GCPAUSE);
  assert_int_equal(lua_gc(L, LUA_GCSETPAUSE, 200), 150);
  assert_int_equal(lua_gc(L, LUA_GCSETSTEPMUL, 300), LUAI_GCMUL);
  assert_int_equal(lua_gc(L, LUA_GCSETSTEPMUL, 200), 300);
  assert_int_equal(lua_gc(L, 8, 0), -1);
  assert_int_equal(lua_gc(L, -1, 0), -1);
  lua_close(L);
}

static int finalised[4], nfinalised;

static int note_finaliser(lua_State *L) {
  finalised[nfinalised++ % 4] = *(int *)lua_touserdata(L, 1);
  return 0;
}

static void new_finalisable(lua_State *L, int id) {
  *(int *)lua_newuserdata(L, sizeof(int)) = id;
  lua_newtable(L);
  lua_pushcfunction(L, note_finaliser);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
}

static void collect_runs_finalisers_newest_first_and_once(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  nfinalised = 0;
  for (int id = 1; id <= 3; id++) new_finalisable(L, id);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(nfinalised, 0);
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(nfinalised, 3);
  for (int i = 0; i < 3; i++) assert_int_equal(finalised[i], 3 - i);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_close(L);
  assert_int_equal(nfinalised, 3);
}

static int failing_finaliser(lua_State *L) { return luaL_error(L, "in finaliser"); }

static int collect_all(lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

static void an_error_in_a_finaliser_comes_out_of_the_collection(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newuserdata(L, 1);
  lua_newtable(L);
  lua_pushcfunction(L, failing_finaliser);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, 1);
  lua_settop(L, 0);
  assert_int_equal(lua_cpcall(L, collect_all, NULL), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "in finaliser");
  assert_int_equal(lua_cpcall(L, collect_all, NULL), 0);
  test_close(L, &heap);
}

static void the_allocator_can_be_asked_for_and_exchanged(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  void *ud = NULL;
  assert_ptr_equal(lua_getallocf(L, &ud), heap_realloc);
  assert_ptr_equal(ud, &heap);
  assert_ptr_equal(lua_getallocf(L, NULL), heap_realloc);
  TestHeap other = heap;
  lua_setallocf(L, heap_realloc, &other);
  lua_getallocf(L, &ud);
  assert_ptr_equal(ud, &other);
  size_t before = other.calls;
  lua_newuserdata(L, 100);
  assert_true(other.calls > before);
  test_close(L, &other);
}

int main(void) {
  const struct CMUnitTest api_gc[] = {
      cmocka_unit_test(the_count_is_what_the_allocator_gave),
      cmocka_unit_test(collect_frees_what_nothing_refers_to),
      cmocka_unit_test(a_stopped_collector_lets_garbage_grow),
      cmocka_unit_test(steps_end_a_cycle_and_say_so),
      cmocka_unit_test(settings_return_their_old_values),
      cmocka_unit_test(collect_runs_finalisers_newest_first_and_once),
      cmocka_unit_test(an_error_in_a_finaliser_comes_out_of_the_collection),
      cmocka_unit_test(the_allocator_can_be_asked_for_and_exchanged),
  };
  return cmocka_run_group_tests(api_gc, NULL, NULL);
}
