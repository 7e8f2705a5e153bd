/* test_compile.c -- a compilation owns what it needs, and gives all of it back. */
#include "compiler/compile.h"

#include "heap/throw.h"
#include "support/code.h"
#include "support/sweep.h"

/* Every kind of array of a prototype grows, at more than one depth. */
static const char program[] =
    "local a, b, c = 1, 'two', {1, 2, x = 3, [[y]], [a] = b, f()} "
    "function f(...) local d = a + b * 17 return function(g, ...) return a, d, g, ... and nil end end "
    "for i = 1, 10 do for k, v in pairs(c) do if k == i or not v then break end c[k] = v .. i end end "
    "repeat local h = function() return h, c end until h and h() "
    "local s = 'a\\nlonger\\065string' .. \"x\" .. [==[long]==] "
    "return 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5, 13.5, 14.5, 15.5, 16.5, 17.5";

/* lua_load catches the error: it is raised once more, for the sweep. */
static int compile_program(lua_State *L) {
  if (luaL_loadbuffer(L, program, sizeof program - 1, "=test") == LUA_ERRMEM) throw_memory(L);
  return 0;
}

static void compiling_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(compile_program, false);
}

typedef struct Reading {
  const char *text;
  int left; /* pieces until `end` */
  enum { END, RAISE, COLLECT } behave;
} Reading;

/* A byte at a time. */
static const char *read_byte(lua_State *L, void *data, size_t *size) {
  Reading *r = data;
  if (r->behave == COLLECT) lua_gc(L, LUA_GCCOLLECT, 0);
  if (r->left-- == 0) {
    if (r->behave == RAISE) luaL_error(L, "the reader fails");
    return NULL;
  }
  *size = *r->text != '\0';
  return *size ? r->text++ : NULL;
}

static void a_reader_may_fail_anywhere(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (int n = 0; n < (int)sizeof program - 1; n++) {
    Reading r = {program, n, RAISE};
    assert_int_equal(lua_load(L, read_byte, &r, "=test"), LUA_ERRRUN);
    assert_string_equal(lua_tostring(L, -1), "the reader fails");
    lua_settop(L, 0);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  size_t live = heap.live_bytes;
  Reading r = {program, 100, RAISE};
  lua_load(L, read_byte, &r, "=test");
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  assert_true(heap.live_bytes <= live + 64);
  test_close(L, &heap);
}

/* What is half built must be reachable, whatever the reader does; a program cut off at each byte ends
 * with the same message as from a string. */
static void a_reader_may_collect_anywhere(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int n = 0; n < (int)sizeof program; n++) {
    Reading r = {program, n, COLLECT};
    int status = lua_load(L, read_byte, &r, "=test");
    assert_int_equal(luaL_loadbuffer(L, program, (size_t)n, "=test"), status);
    if (status != 0) assert_string_equal(lua_tostring(L, -1), lua_tostring(L, -2));
    lua_settop(L, 0);
  }
  lua_close(L);
}

static void functions_know_their_source(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "return function() return function() end end");
  assert_ptr_equal(p->source.ref, p->p[0].ref->source.ref);
  assert_ptr_equal(p->source.ref, p->p[0].ref->p[0].ref->source.ref);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(compiling_survives_every_allocation_failure),
      cmocka_unit_test(a_reader_may_fail_anywhere),
      cmocka_unit_test(a_reader_may_collect_anywhere),
      cmocka_unit_test(functions_know_their_source),
  };
  return cmocka_run_group_tests_name("compile", tests, NULL, NULL);
}
