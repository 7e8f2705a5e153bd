/* test_fn.c -- functions and prototypes are born empty and know the names of their variables. */
#include "object/fn.h"

#include "gc/heapcheck.h"
#include "object/str.h"
#include "object/tab.h"
#include "support/harness.h"

static void a_new_prototype_is_empty_but_can_be_run_to_be_decoded(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const Proto *p = fn_new_proto(L);
  assert_int_equal(p->tt, OBJ_PROTO);
  assert_true(obj_is_white(OBJ(p)));
  assert_ptr_equal(p->exec, &proto_undecoded);
  assert_int_equal(p->size_exec + p->size_code + p->size_k + p->size_p + p->size_locvars, 0);
  assert_null(ref_get(p->source));
  heap_check(L);
  test_close(L, &heap);
}

static void new_functions_have_their_upvalues_unset(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Table *env = tab_new(L, 0, 0);
  Proto *p = fn_new_proto(L);
  p->nups = 60;
  const LClosure *f = fn_new_lclosure(L, p, env);
  assert_int_equal(f->nups, 60);
  assert_ptr_equal(ref_get(f->env), env);
  for (int i = 0; i < 60; i++) assert_null(ref_get(f->upvals[i]));
  const CClosure *c = fn_new_cclosure(L, lua_gettop, 255, env);
  assert_int_equal(c->nups, 255);
  for (int i = 0; i < 255; i++) assert_true(slot_is_nil(&c->upvals[i]));
  assert_int_equal(f->intrinsic + c->intrinsic, 0);
  heap_check(L);
  test_close(L, &heap);
}

static void a_local_is_named_while_it_is_alive(void **unused) {
  (void)unused;
  static const struct {
    int n, pc;
    const char *expected;
  } rows[] = {
    {1, 0, "a"}, {1, 9, "a"},  {1, 10, NULL}, {2, 0, NULL}, {2, 3, "b"}, {2, 4, "b"},
    {2, 5, "c"}, {3, 5, NULL}, {2, 7, NULL},  {0, 3, NULL}, {9, 3, NULL},
  };
  static const struct {
    const char *name;
    int start, end;
  } vars[] = {{"a", 0, 10}, {"b", 3, 5}, {"c", 5, 7}};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Proto *p = fn_new_proto(L);
  p->locvars = MEM_NEW_ARRAY(L, ROWS(vars), LocVar);
  p->size_locvars = ROWS(vars);
  for (size_t i = 0; i < ROWS(vars); i++) {
    p->locvars[i].startpc = vars[i].start;
    p->locvars[i].endpc = vars[i].end;
    ref_init(&p->locvars[i].name, str_from_c(L, vars[i].name));
  }
  for (size_t i = 0; i < ROWS(rows); i++) {
    const char *name = fn_local_name(p, rows[i].n, rows[i].pc);
    if ((name == NULL) != (rows[i].expected == NULL)) fail_msg("row %zu", i);
    if (name != NULL) assert_string_equal(name, rows[i].expected);
  }
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_new_prototype_is_empty_but_can_be_run_to_be_decoded),
    cmocka_unit_test(new_functions_have_their_upvalues_unset),
    cmocka_unit_test(a_local_is_named_while_it_is_alive),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
