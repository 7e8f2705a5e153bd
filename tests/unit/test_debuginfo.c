/* test_debuginfo.c -- frames by level, and what is said about odd ones. */
#include "vm/debuginfo.h"

#include "object/tab.h"
#include "support/harness.h"

static int frames[12];

static int list_frames(lua_State *L) {
  for (int level = -1; level < 11; level++) frames[level + 1] = debuginfo_frame_at(L, level);
  return 0;
}

static void a_lost_call_takes_a_level_but_no_frame(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "list", list_frames);
  test_run(L, "local function f(n) if n > 0 then return f(n - 1) end\n list() end\n f(3)", 0);
  static const int expected[] = {0, 3, 2, 0, 0, 0, 1, -1, -1, -1, -1, -1};
  for (size_t i = 0; i < ROWS(expected); i++) assert_int_equal(frames[i], expected[i]);
  lua_close(L);
}

static void very_many_lost_calls_can_be_counted(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "list", list_frames);
  test_run(L, "local function f(n) if n > 0 then return f(n - 1) end\n list() end\n f(30000)", 0);
  assert_int_equal(frames[0], 0);
  assert_int_equal(frames[1], 3);
  assert_int_equal(frames[11], 0);
  lua_close(L);
}

static void a_lost_call_is_described_whatever_is_asked(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_Debug ar;
  assert_true(debuginfo_fill(L, "?!", &ar, NULL, NULL));
  assert_string_equal(ar.what, "tail");
  assert_string_equal(ar.name, "");
  assert_string_equal(ar.short_src, "(tail call)");
  lua_close(L);
}

static void only_lua_functions_have_active_lines(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_null(debuginfo_active_lines(L, NULL));
  lua_pushcfunction(L, list_frames);
  assert_null(debuginfo_active_lines(L, lua_topointer(L, -1)));
  luaL_loadstring(L, "\n\nreturn 1");
  const Table *lines = debuginfo_active_lines(L, lua_topointer(L, -1));
  assert_non_null(lines);
  assert_true(val_same(tab_get_int(lines, 3), VAL_TRUE));
  assert_true(val_is_nil(tab_get_int(lines, 1)));
  lua_close(L);
}

/* Debug information of a binary chunk may name more variables than there are registers. */
static void no_name_reaches_beyond_the_registers(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "list", list_frames);
  luaL_loadstring(L, "local a list()");
  Proto *p = ((LClosure *)(uintptr_t)lua_topointer(L, -1))->p;
  LocVar many[8], *real = p->locvars;
  int nreal = p->size_locvars;
  assert_int_equal(nreal, 1);
  for (int i = 0; i < 8; i++) many[i] = (LocVar){real[0].name, 0, 99};
  CallInfo ci = {.callee = (Closure *)(uintptr_t)lua_topointer(L, -1), .pc = p->exec + 1};
  ci.func = L->top;
  ci.base = ci.func + 1;
  L->ci++;
  *L->ci = ci;
  p->locvars = many;
  p->size_locvars = 8;
  StkId top = L->top;
  L->top = ci.base; /* no temporaries */
  const char *last = debuginfo_local_name(L, L->ci, p->maxstack);
  const char *beyond = debuginfo_local_name(L, L->ci, p->maxstack + 1);
  const char *zeroth = debuginfo_local_name(L, L->ci, 0);
  L->top = top;
  L->ci--;
  p->locvars = real;
  p->size_locvars = nreal;
  assert_string_equal(last, "a");
  assert_null(beyond);
  assert_null(zeroth);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest debuginfo[] = {
      cmocka_unit_test(a_lost_call_takes_a_level_but_no_frame),
      cmocka_unit_test(very_many_lost_calls_can_be_counted),
      cmocka_unit_test(a_lost_call_is_described_whatever_is_asked),
      cmocka_unit_test(only_lua_functions_have_active_lines),
      cmocka_unit_test(no_name_reaches_beyond_the_registers),
  };
  return cmocka_run_group_tests(debuginfo, NULL, NULL);
}
