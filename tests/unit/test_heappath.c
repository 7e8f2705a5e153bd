/* test_heappath.c -- paths lead from an object to a root, through whatever is in between, and do
 * not lose their way in circles. */
#include "gc/heappath.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "heap/slot.h"
#include "object/fn.h"
#include "object/str.h"
#include "object/tab.h"
#include "object/udata.h"
#include "support/harness.h"

/* What heap_print_path says, with every address as "@"; good until the next call. */
static const char *path_of(lua_State *L, const HeapStep *step, GCObject *from) {
  static char text[4096];
  FILE *file = tmpfile();
  assert_non_null(file);
  fflush(stderr);
  const int saved = dup(STDERR_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  heap_print_path(G(L), step, from);
  fflush(stderr);
  dup2(saved, STDERR_FILENO);
  close(saved);
  rewind(file);
  size_t n = 0;
  for (int c; (c = getc(file)) != EOF && n < sizeof text - 1;) {
    text[n++] = (char)c;
    if (n < 2 || text[n - 1] != 'x' || text[n - 2] != '0') continue;
    n -= 2;
    text[n++] = '@';
    while ((c = getc(file)) != EOF && strchr("0123456789abcdef", c) != NULL) {}
    ungetc(c, file);
  }
  text[n] = '\0';
  fclose(file);
  return text;
}

static const char *path_to(lua_State *L, void *o) {
  return path_of(L, &(HeapStep){.object = OBJ(o)}, NULL);
}

static void expect_steps(const char *report, const char *const *steps, size_t n) {
  const char *at = report;
  for (size_t i = 0; i < n; i++) {
    const char *found = strstr(at, steps[i]);
    if (found == NULL) fail_msg("\"%s\" is not in\n%s", steps[i], at);
    at = found + strlen(steps[i]);
  }
}
#define EXPECT_STEPS(report, ...)                           \
  do {                                                      \
    static const char *const steps_[] = {__VA_ARGS__};      \
    expect_steps((report), steps_, ROWS(steps_));           \
  } while (0)

static Table *pushed_table(lua_State *L) {
  lua_newtable(L);
  return val_table(L->top[-1]);
}

static lua_State *open_quiet(void) {
  lua_State *L = test_state(NULL);
  lua_gc(L, LUA_GCSTOP, 0);
  return L;
}

static void every_kind_of_reference_has_its_name(void **unused) {
  (void)unused;
  lua_State *L = open_quiet();
  Table *t = pushed_table(L);
  Table *child = tab_new(L, 0, 0);
  tab_set_int(L, t, 1, val_number(0));
  tab_resize(L, t, 1, 1);
  slot_init(&t->array[0], val_from_table(child));
  EXPECT_STEPS(path_to(L, child), "table @", "the array 1 of table @", "the stack 1 of thread @",
               "the main thread of the state\n");
  Table *field = tab_new(L, 0, 0), *meta = tab_new(L, 0, 0), *key = tab_new(L, 0, 0);
  tab_set(L, child, val_from_table(key), val_from_table(field));
  ref_init(&child->metatable, meta);
  EXPECT_STEPS(path_to(L, field), "the value of node 0 of table", "the array 1");
  EXPECT_STEPS(path_to(L, key), "the key of node 0 of table", "the array 1");
  EXPECT_STEPS(path_to(L, meta), "the metatable of table", "the array 1");
  test_run(L, "local x = {} function f() return x, 'text' end", 0);
  lua_getglobal(L, "f");
  LClosure *f = val_lclosure(L->top[-1]);
  lua_pop(L, 1);
  EXPECT_STEPS(path_to(L, str_literal(L, "text")), "string @", "\"text\"",
               "the constant 0 of prototype", "of Lua function @", "the value of node");
  EXPECT_STEPS(path_to(L, f->upvals[0].ref), "upvalue @", "the upvalue 1 of Lua function");
  EXPECT_STEPS(path_to(L, val_object(*f->upvals[0].ref->v)), "the value of upvalue @",
               "the upvalue 1");
  EXPECT_STEPS(path_to(L, f->p->source.ref), "the source of prototype");
  EXPECT_STEPS(path_to(L, val_object(L->globals)), "the globals of thread");
  EXPECT_STEPS(path_to(L, val_object(G(L)->registry)), "the registry of the state\n");
  Udata *u = udata_new(L, 1, NULL);
  ref_init(&u->env, tab_new(L, 0, 0));
  slot_init(&t->array[0], val_from_udata(u));
  EXPECT_STEPS(path_to(L, u->env.ref), "the environment of userdata @", "the array 1");
  lua_close(L);
}

static void a_way_into_a_circle_is_left_again(void **unused) {
  (void)unused;
  lua_State *L = open_quiet();
  Table *held = pushed_table(L), *newer = tab_new(L, 0, 0), *newest = tab_new(L, 0, 0);
  tab_set_int(L, newer, 1, val_from_table(held)); /* it is found first, and leads nowhere */
  tab_set_int(L, held, 1, val_from_table(newer));
  tab_set_int(L, newest, 1, val_from_table(newer));
  tab_set_int(L, newest, 2, val_from_table(newest));
  EXPECT_STEPS(path_to(L, held), "table @", "the stack 1 of thread",
               "the main thread of the state\n");
  EXPECT_STEPS(path_to(L, newer), "of table @", "the stack 1 of thread", "of the state\n");
  lua_close(L);
}

static void what_nothing_leads_to_is_said_to_be_so(void **unused) {
  (void)unused;
  lua_State *L = open_quiet();
  Table *alone = tab_new(L, 0, 0), *other = tab_new(L, 0, 0);
  EXPECT_STEPS(path_to(L, alone), "table @", "no path from a root was found");
  tab_set_int(L, other, 1, val_from_table(alone));
  EXPECT_STEPS(path_to(L, alone), "table @", "no path from a root was found");
  lua_close(L);
}

static void a_given_referrer_is_on_the_path(void **unused) {
  (void)unused;
  lua_State *L = open_quiet();
  Table *one = pushed_table(L), *two = pushed_table(L), *child = tab_new(L, 0, 0);
  tab_set_int(L, one, 1, val_from_table(child));
  tab_set_int(L, two, 1, val_from_table(child));
  const HeapStep step = {OBJ(child), "first thing", 7};
  EXPECT_STEPS(path_of(L, &step, OBJ(one)), "the first thing 7 of table @", "the stack 1 of");
  EXPECT_STEPS(path_of(L, &step, OBJ(two)), "the first thing 7 of table @", "the stack 2 of");
  lua_close(L);
}

static void a_long_chain_is_followed_as_far_as_there_is_room(void **unused) {
  (void)unused;
  lua_State *L = open_quiet();
  Table *t = pushed_table(L);
  for (int i = 0; i < 100; i++) {
    Table *next = tab_new(L, 0, 0);
    tab_set_int(L, t, 1, val_from_table(next));
    t = next;
  }
  EXPECT_STEPS(path_to(L, t), "table @", "the array 1 of table @",
               "no path from a root was found");
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_of_reference_has_its_name),
    cmocka_unit_test(a_way_into_a_circle_is_left_again),
    cmocka_unit_test(what_nothing_leads_to_is_said_to_be_so),
    cmocka_unit_test(a_given_referrer_is_on_the_path),
    cmocka_unit_test(a_long_chain_is_followed_as_far_as_there_is_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
