/* test_lifecycle.c -- states open whole or not at all, and close without leaving a byte. */
#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "support/harness.h"
#include "types/tstring.h"
#include "vm/lifecycle.h"

static void opening_survives_every_allocation_failure(void **unused) {
  (void)unused;
  lua_State *L = NULL;
  size_t n = 0;
  while (L == NULL) {
    TestHeap heap = {.fail_at = ++n};
    L = lua_newstate(heap_realloc, &heap);
    if (L != NULL) {
      heap.fail_at = 0;
      test_close(L, &heap);
    }
    assert_int_equal(heap.live_bytes, 0);
    assert_int_equal(heap.live_blocks, 0);
  }
  assert_in_range(n, 20, 1000);
}

static void a_new_state_is_whole(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  heap_check(L);
  assert_int_equal(G(L)->total_bytes, heap.live_bytes);
  assert_int_equal(lua_gettop(L), 0);
  assert_int_equal(lua_status(L), 0);
  assert_true(lua_istable(L, LUA_GLOBALSINDEX));
  assert_true(lua_istable(L, LUA_REGISTRYINDEX));
  assert_string_equal(G(L)->memory_message->data, "not enough memory");
  assert_true(lua_pushthread(L));
  test_close(L, &heap);
}

static void no_hook(lua_State *L, lua_Debug *ar) {
  (void)L;
  (void)ar;
}

static void a_thread_shares_globals_and_hook(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_sethook(L, no_hook, LUA_MASKCOUNT, 1000);
  lua_State *L1 = lua_newthread(L);
  assert_ptr_equal(lua_gethook(L1), no_hook);
  assert_int_equal(lua_gethookmask(L1), LUA_MASKCOUNT);
  assert_int_equal(lua_gethookcount(L1), 1000);
  assert_int_equal(G(L)->nhooked, 2);
  lua_pushinteger(L1, 7);
  lua_setglobal(L1, "seven");
  lua_getglobal(L, "seven");
  assert_int_equal(lua_tointeger(L, -1), 7);
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_int_equal(G(L)->nhooked, 1);
  test_close(L, &heap);
}

static int new_thread(lua_State *L) {
  lua_newthread(L);
  return 0;
}

static void a_thread_that_cannot_be_made_leaves_nothing(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t before = heap.live_bytes;
  int status = LUA_ERRMEM;
  for (size_t n = 1; status == LUA_ERRMEM; n++) {
    heap.fail_at = heap.calls + n;
    status = lua_cpcall(L, new_thread, NULL);
    heap.fail_at = 0;
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
    heap_check(L);
    assert_int_equal(heap.live_bytes, before);
  }
  assert_int_equal(status, 0);
  test_close(L, &heap);
}

static void any_thread_closes_its_whole_state(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap), *L1 = lua_newthread(L);
  lua_pushliteral(L1, "on the stack of a thread");
  test_close(L1, &heap);
}

/* ---- Finalisers at the end ------------------------------------------------------------------ */

typedef struct Journal {
  int entries[64];
  int n;
} Journal;

static void give_finalizer(lua_State *L, lua_CFunction f, Journal *journal) {
  lua_newtable(L);
  lua_pushlightuserdata(L, journal);
  lua_pushcclosure(L, f, 1);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
}

static int finalize_note(lua_State *L) {
  Journal *journal = lua_touserdata(L, lua_upvalueindex(1));
  if (journal->n < 64) journal->entries[journal->n++] = *(int *)lua_touserdata(L, 1);
  return 0;
}

static int finalize_fail(lua_State *L) {
  finalize_note(L);
  lua_pushliteral(L, "refused");
  return lua_error(L);
}

/* Makes another one like itself each time, and collects. */
static int finalize_breed(lua_State *L) {
  Journal *journal = lua_touserdata(L, lua_upvalueindex(1));
  journal->n++;
  *(int *)lua_newuserdata(L, sizeof(int)) = 0;
  lua_getmetatable(L, 1);
  lua_setmetatable(L, -2);
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

static void push_numbered(lua_State *L, int number, lua_CFunction f, Journal *journal) {
  *(int *)lua_newuserdata(L, sizeof(int)) = number;
  give_finalizer(L, f, journal);
}

static void closing_finalizes_newest_first_whatever_fails(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  Journal journal = {.n = 0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  for (int i = 1; i <= 12; i++) {
    push_numbered(L, i, i % 3 == 0 ? finalize_fail : finalize_note, &journal);
    if (i % 2) lua_pop(L, 1);
  }
  test_close(L, &heap);
  assert_int_equal(journal.n, 12);
  for (int i = 0; i < 12; i++) assert_int_equal(journal.entries[i], 12 - i);
}

static void closing_ends_even_if_finalizers_breed(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  Journal journal = {.n = 0};
  lua_State *L = test_state(&heap);
  push_numbered(L, 1, finalize_breed, &journal);
  test_close(L, &heap);
  assert_true(journal.n > 1);
}

/* Whatever the collector was doing: a sweep that was under way must not follow a userdata into the
 * list of those to be finalised. */
static void closing_is_safe_at_every_point_of_a_cycle(void **unused) {
  (void)unused;
  bool cycle_ended = false;
  for (int steps = 0; !cycle_ended; steps++) {
    TestHeap heap = {0};
    Journal journal = {.n = 0};
    lua_State *L = test_state(&heap);
    lua_gc(L, LUA_GCSTOP, 0);
    for (int i = 1; i <= 50; i++) {
      push_numbered(L, i, finalize_note, &journal);
      lua_settop(L, i % 4);
    }
    lua_gc(L, LUA_GCSETSTEPMUL, -1); /* one unit step at a time */
    for (int i = 0; i < steps && !cycle_ended; i++) cycle_ended = lua_gc(L, LUA_GCSTEP, 0);
    test_close(L, &heap);
    assert_int_equal(journal.n, 50);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(opening_survives_every_allocation_failure),
    cmocka_unit_test(a_new_state_is_whole),
    cmocka_unit_test(a_thread_shares_globals_and_hook),
    cmocka_unit_test(a_thread_that_cannot_be_made_leaves_nothing),
    cmocka_unit_test(any_thread_closes_its_whole_state),
    cmocka_unit_test(closing_finalizes_newest_first_whatever_fails),
    cmocka_unit_test(closing_ends_even_if_finalizers_breed),
    cmocka_unit_test(closing_is_safe_at_every_point_of_a_cycle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
