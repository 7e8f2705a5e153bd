/* test_heap.c -- what the write barriers promise: a black object never refers to a white one. */
#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "heap/slot.h"
#include "object/tab.h"
#include "object/udata.h"
#include "object/upval.h"
#include "support/harness.h"

/* Unit steps until `o`, which is reachable, is black; the collector is in phase propagate then. */
static void step_until_black(lua_State *L, const GCObject *o) {
  gc_begin_full(L);
  while (!obj_is_black(o)) {
    ptrdiff_t one = 1;
    assert_non_null(G(L)->grey);
    gc_work(L, &one);
  }
}

static void finish_cycle(lua_State *L) {
  while (G(L)->gc_phase != GC_PAUSE) {
    ptrdiff_t budget = PTRDIFF_MAX;
    gc_work(L, &budget);
  }
}

/* Leaves a table on the stack and in the registry, as black as a table gets while marking. */
static Table *push_black_table(lua_State *L) {
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, "black");
  Table *t = val_table(L->top[-1]);
  step_until_black(L, OBJ(t));
  return t;
}

static void a_new_object_is_white_and_first_in_the_list(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const size_t before = G(L)->total_bytes;
  Table *t = tab_new(L, 0, 0);
  assert_ptr_equal(G(L)->objects, t);
  assert_true(obj_is_white(OBJ(t)));
  assert_false(heap_is_dead(G(L), OBJ(t)));
  assert_int_equal(G(L)->total_bytes, before + sizeof(Table));
  test_close(L, &heap);
}

static void userdata_stand_behind_the_main_thread(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const Udata *first = udata_new(L, 10, NULL), *second = udata_new(L, 0, NULL);
  assert_ptr_equal(L->next, second);
  assert_ptr_equal(second->next, first);
  assert_null(first->next);
  heap_check(L);
  test_close(L, &heap);
}

static void storing_into_a_black_table_makes_it_grey_again(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  Table *t = push_black_table(L);
  Table *child = tab_new(L, 0, 0);
  tab_set_int(L, t, 1, val_from_table(child));
  assert_true(obj_is_grey(OBJ(t)));
  assert_ptr_equal(G(L)->grey_again, t);
  assert_true(obj_is_white(OBJ(child))); /* found in the atomic step */
  heap_check(L);
  finish_cycle(L);
  assert_ptr_equal(val_table(tab_get_int(t, 1)), child);
  heap_check(L);
  test_close(L, &heap);
}

static void a_new_key_is_guarded_like_a_new_value(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  Table *t = push_black_table(L);
  const TValue key = val_from_table(tab_new(L, 0, 0));
  tab_set(L, t, key, VAL_TRUE);
  assert_true(obj_is_grey(OBJ(t)));
  finish_cycle(L);
  assert_true(val_same(tab_get(t, key), VAL_TRUE));
  heap_check(L);
  test_close(L, &heap);
}

static void storing_into_other_black_objects_marks_the_value(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  Udata *u = udata_new(L, 8, NULL);
  *L->top++ = val_from_udata(u);
  step_until_black(L, OBJ(u));
  Table *env = tab_new(L, 0, 0);
  ref_set(L, u, &u->env, env);
  assert_true(obj_is_black(OBJ(u)));
  assert_true(obj_is_grey(OBJ(env)));
  heap_check(L);
  finish_cycle(L);
  assert_ptr_equal(ref_get(u->env), env);
  heap_check(L);
  test_close(L, &heap);
}

static void storing_while_sweeping_only_whitens_the_owner(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  Udata *u = udata_new(L, 8, NULL);
  *L->top++ = val_from_udata(u);
  gc_begin_full(L);
  ptrdiff_t budget = PTRDIFF_MAX;
  assert_int_equal(gc_work(L, &budget), GC_STEP_MARKED);
  assert_int_equal(G(L)->gc_phase, GC_SWEEP_STRINGS);
  assert_true(obj_is_black(OBJ(u)));
  Table *env = tab_new(L, 0, 0);
  ref_set(L, u, &u->env, env);
  assert_true(obj_is_white(OBJ(u)));
  assert_true(obj_is_white(OBJ(env)));
  heap_check(L);
  finish_cycle(L);
  heap_check(L);
  test_close(L, &heap);
}

/* Closed in each of the two situations that treat a grey upvalue differently. */
static void an_upvalue_that_closes_keeps_its_value(void **unused) {
  (void)unused;
  for (int sweeping = 0; sweeping <= 1; sweeping++) {
    TestHeap heap = {0};
    lua_State *L = test_state(&heap);
    lua_gc(L, LUA_GCSTOP, 0);
    StkId level = L->top;
    *L->top++ = val_from_table(tab_new(L, 0, 0));
    UpVal *uv = upval_find(L, level);
    gc_begin_full(L);
    heap_mark(G(L), OBJ(uv)); /* as a closure's traversal does */
    assert_true(obj_is_grey(OBJ(uv)));
    ptrdiff_t budget = PTRDIFF_MAX;
    if (sweeping) gc_work(L, &budget);
    *level = val_from_table(tab_new(L, 0, 0)); /* no barrier on stacks */
    Table *t = val_table(*level);
    upval_close(L, level);
    L->top = level;
    assert_false(upval_is_open(uv));
    assert_int_equal(obj_is_black(OBJ(uv)), !sweeping);
    heap_check(L);
    finish_cycle(L);
    assert_ptr_equal(val_table(slot_get(&uv->u.closed)), t);
    assert_false(heap_is_dead(G(L), OBJ(t)));
    heap_check(L);
    test_close(L, &heap);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_new_object_is_white_and_first_in_the_list),
    cmocka_unit_test(userdata_stand_behind_the_main_thread),
    cmocka_unit_test(storing_into_a_black_table_makes_it_grey_again),
    cmocka_unit_test(a_new_key_is_guarded_like_a_new_value),
    cmocka_unit_test(storing_into_other_black_objects_marks_the_value),
    cmocka_unit_test(storing_while_sweeping_only_whitens_the_owner),
    cmocka_unit_test(an_upvalue_that_closes_keeps_its_value),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
