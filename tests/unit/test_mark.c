/* test_mark.c -- everything that something alive refers to is reached, however deep and through
 * whichever kind of object. */
#include "gc/mark.h"

#include <stdio.h>

#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "heap/slot.h"
#include "object/fn.h"
#include "object/str.h"
#include "support/harness.h"

static bool survives(lua_State *L, const char *name) {
  lua_getfield(L, LUA_REGISTRYINDEX, "watch");
  lua_getfield(L, -1, name);
  const bool alive = !lua_isnil(L, -1);
  lua_pop(L, 2);
  return alive;
}

/* A new table, named in a weak table of the registry and on top of the stack. */
static void push_watched(lua_State *L, const char *name) {
  lua_getfield(L, LUA_REGISTRYINDEX, "watch");
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "watch");
  }
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, name);
  lua_remove(L, -2);
}

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static void every_kind_of_reference_keeps_its_object(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newtable(L); /* 1: holds everything */
  push_watched(L, "array");
  lua_rawseti(L, 1, 1);
  push_watched(L, "value");
  lua_setfield(L, 1, "field");
  push_watched(L, "key");
  lua_pushboolean(L, 1);
  lua_rawset(L, 1);
  push_watched(L, "metatable");
  lua_setmetatable(L, 1);
  lua_newuserdata(L, 1);
  push_watched(L, "metatable of userdata");
  lua_setmetatable(L, -2);
  push_watched(L, "environment of userdata");
  lua_setfenv(L, -2);
  lua_setfield(L, 1, "userdata");
  push_watched(L, "upvalue of C function");
  lua_pushcclosure(L, nothing, 1);
  push_watched(L, "environment of function");
  lua_setfenv(L, -2);
  lua_setfield(L, 1, "function");
  lua_State *L1 = lua_newthread(L);
  push_watched(L, "stack of thread");
  push_watched(L, "globals of thread");
  lua_xmove(L, L1, 2);
  lua_replace(L1, LUA_GLOBALSINDEX);
  lua_setfield(L, 1, "thread");
  push_watched(L, "registry");
  lua_setfield(L, LUA_REGISTRYINDEX, "held");
  push_watched(L, "metatable of numbers");
  lua_pushnumber(L, 1);
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  lua_settop(L, 1);
  push_watched(L, "stack");
  push_watched(L, "garbage");
  lua_pop(L, 1);
  static const char *const alive[] = {
    "array", "value", "key", "metatable", "metatable of userdata", "environment of userdata",
    "upvalue of C function", "environment of function", "stack of thread", "globals of thread",
    "registry", "metatable of numbers", "stack",
  };
  for (int round = 0; round < 3; round++) {
    lua_gc(L, LUA_GCCOLLECT, 0);
    heap_check(L);
    for (size_t i = 0; i < ROWS(alive); i++)
      if (!survives(L, alive[i])) fail_msg("the object named '%s' is gone", alive[i]);
    assert_false(survives(L, "garbage"));
  }
  test_close(L, &heap);
}

static void depth_costs_no_c_stack(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  lua_newtable(L);
  for (int i = 0; i < 200000; i++) { /* {{{...}}} */
    lua_createtable(L, 1, 0);
    lua_insert(L, -2);
    lua_rawseti(L, -2, 1);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  int depth = 0;
  for (; lua_istable(L, -1); depth++) {
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
  }
  assert_int_equal(depth, 200001);
  test_close(L, &heap);
}

/* The atomic step clears what is above the top; a later frame must find nothing there. */
static void the_unused_part_of_a_stack_keeps_nothing_alive(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  push_watched(L, "above the top");
  lua_pop(L, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (const TValue *p = L->top; p < L->stack + L->size_stack; p++) assert_true(val_is_nil(*p));
  assert_false(survives(L, "above the top"));
  test_close(L, &heap);
}

/* Between any two unit steps, what C code holds grows by one constant, without barriers. */
static void a_prototype_under_construction_is_kept_whole(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  Roots held = {.outer = L->roots};
  L->roots = &held;
  Proto *p = fn_new_proto(L);
  held.object[0] = OBJ(p);
  held.object[1] = OBJ(str_literal(L, "a name that only C code knows"));
  p->k = MEM_NEW_ARRAY(L, 400, Slot);
  p->size_k = 400;
  for (int i = 0; i < 400; i++) slot_init(&p->k[i], VAL_NIL);
  for (int i = 0; i < 400; i++) {
    char text[40];
    snprintf(text, sizeof text, "constant %d of the prototype", i);
    slot_init(&p->k[i], val_from_string(str_from_c(L, text)));
    ptrdiff_t one = 1;
    gc_work(L, &one);
    heap_check(L);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  heap_check(L);
  assert_string_equal(val_string(slot_get(&p->k[7]))->data, "constant 7 of the prototype");
  assert_string_equal(((TString *)held.object[1])->data, "a name that only C code knows");
  L->roots = held.outer;
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_of_reference_keeps_its_object),
    cmocka_unit_test(depth_costs_no_c_stack),
    cmocka_unit_test(the_unused_part_of_a_stack_keeps_nothing_alive),
    cmocka_unit_test(a_prototype_under_construction_is_kept_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
