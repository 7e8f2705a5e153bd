/* test_api_debug.c -- the debug interface as a host uses it: frames, locals, upvalues, hooks. */
#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "support/sweep.h"

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

/* ---- Functions ------------------------------------------------------------------ */

static void a_function_can_be_described_without_a_frame(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_Debug ar;
  test_run(L, "local u, v\n\nfunction f(a)\n  return u, v\nend\nreturn f", 1);
  lua_pushvalue(L, -1);
  assert_int_equal(lua_getinfo(L, ">nSlu", &ar), 1);
  assert_int_equal(lua_gettop(L), 1);
  assert_null(ar.name);
  assert_string_equal(ar.namewhat, "");
  assert_string_equal(ar.what, "Lua");
  assert_string_equal(ar.source, "=test");
  assert_string_equal(ar.short_src, "test");
  assert_int_equal(ar.currentline, -1);
  assert_int_equal(ar.linedefined, 3);
  assert_int_equal(ar.lastlinedefined, 5);
  assert_int_equal(ar.nups, 2);
  luaL_loadstring(L, "return 1");
  lua_getinfo(L, ">S", &ar);
  assert_string_equal(ar.what, "main");
  assert_int_equal(ar.linedefined, 0);
  lua_pushcfunction(L, nothing);
  assert_int_equal(lua_getinfo(L, ">Slu", &ar), 1);
  assert_string_equal(ar.what, "C");
  assert_string_equal(ar.source, "=[C]");
  assert_string_equal(ar.short_src, "[C]");
  assert_int_equal(ar.linedefined, -1);
  assert_int_equal(ar.lastlinedefined, -1);
  assert_int_equal(ar.currentline, -1);
  assert_int_equal(ar.nups, 0);
  lua_close(L);
}

static void an_unknown_letter_makes_getinfo_fail_but_not_stop(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_Debug ar = {.nups = 99};
  lua_pushcfunction(L, nothing);
  assert_int_equal(lua_getinfo(L, ">Xu", &ar), 0);
  assert_int_equal(ar.nups, 0);
  lua_close(L);
}

static void letters_f_and_L_push_in_this_order(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_Debug ar;
  test_run(L, "return function()\n  local a = 1\n\n  return a\nend", 1);
  lua_pushvalue(L, 1);
  assert_int_equal(lua_getinfo(L, ">Lf", &ar), 1);
  assert_int_equal(lua_gettop(L), 3);
  assert_true(lua_rawequal(L, 1, 2));
  static const bool active[] = {0, 0, 1, 0, 1, 1, 0};
  for (int line = 0; line < 7; line++) {
    lua_rawgeti(L, 3, line);
    assert_int_equal(lua_toboolean(L, -1), active[line]);
    lua_pop(L, 1);
  }
  lua_settop(L, 0);
  lua_pushcfunction(L, nothing);
  assert_int_equal(lua_getinfo(L, ">L", &ar), 1);
  assert_int_equal(lua_type(L, 1), LUA_TNIL);
  lua_close(L);
}

/* ---- Frames ---------------------------------------------------------------------- */

/* Writes a line for each level into the string `seen`. */
static char seen[2000];

static int look_around(lua_State *L) {
  lua_Debug ar;
  char *to = seen;
  *to = '\0';
  for (int level = 0; lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "nSlu", &ar);
    to += snprintf(to, (size_t)(seen + sizeof seen - to), "%d %s %s '%s' %s %d;", level, ar.what,
                   ar.namewhat[0] ? ar.namewhat : "-", ar.name ? ar.name : "", ar.short_src,
                   ar.currentline);
  }
  return 0;
}

static void levels_are_named_after_the_calling_instruction(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "look", look_around);
  test_run(L,
           "local t = {}\n"
           "function t.field() look() end\n"
           "function t:method()\n  t.field() end\n"
           "local function loc() t:method() end\n"
           "function glob()\n\n loc() end\n"
           "local function up() glob() end\n"
           "(function() up() end)()",
           0);
  assert_string_equal(seen,
                      "0 C global 'look' [C] -1;"
                      "1 Lua field 'field' test 2;"
                      "2 Lua method 'method' test 4;"
                      "3 Lua upvalue 'loc' test 5;"
                      "4 Lua global 'glob' test 8;"
                      "5 Lua upvalue 'up' test 9;"
                      "6 Lua - '' test 10;"
                      "7 main - '' test 10;");
  lua_close(L);
}

static void lost_calls_are_levels_about_which_nothing_is_known(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "look", look_around);
  test_run(L, "local function f(n) if n > 0 then return f(n - 1) end\n look() end\n f(2)", 0);
  assert_string_equal(seen,
                      "0 C global 'look' [C] -1;"
                      "1 Lua - '' test 2;"
                      "2 tail - '' (tail call) -1;"
                      "3 tail - '' (tail call) -1;"
                      "4 main - '' test 3;");
  lua_close(L);
}

static int inspect_lost_call(lua_State *L) {
  lua_Debug ar;
  bool *ok = lua_touserdata(L, lua_upvalueindex(1));
  ok[0] = lua_getstack(L, 2, &ar) == 1 && ar.i_ci == 0;
  ok[1] = lua_getinfo(L, "fL", &ar) == 1;
  ok[2] = lua_gettop(L) == 2 && lua_isnil(L, 1) && lua_isnil(L, 2);
  ok[3] = lua_getinfo(L, "S", &ar) == 1 && strcmp(ar.source, "=(tail call)") == 0 &&
          ar.linedefined == -1 && ar.lastlinedefined == -1 && ar.nups == 0;
  ok[4] = lua_getstack(L, -1, &ar) == 1 && ar.i_ci == 0;
  ok[5] = lua_getstack(L, 99, &ar) == 0;
  return 0;
}

static void a_lost_call_has_no_function_and_no_lines(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  bool ok[6] = {0};
  lua_pushlightuserdata(L, ok);
  lua_pushcclosure(L, inspect_lost_call, 1);
  lua_setglobal(L, "inspect");
  test_run(L, "local function g() inspect() end\n local function f() return g() end f()", 0);
  for (int i = 0; i < 6; i++) assert_true(ok[i]);
  lua_close(L);
}

static void no_function_runs_at_the_base_of_a_thread(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_Debug ar;
  assert_int_equal(lua_getstack(L, 0, &ar), 0);
  lua_State *co = lua_newthread(L);
  luaL_loadstring(co, "local x = ...");
  assert_int_equal(lua_getstack(co, 0, &ar), 0);
  lua_close(L);
}

/* ---- Locals ------------------------------------------------------------------------- */

static int read_locals(lua_State *L) {
  lua_Debug ar;
  char *to = seen;
  const char *name;
  *to = '\0';
  lua_getstack(L, (int)lua_tointeger(L, 1), &ar);
  for (int n = 0; n <= 12; n++) {
    int top = lua_gettop(L);
    if ((name = lua_getlocal(L, &ar, n)) == NULL) {
      if (lua_gettop(L) != top) to += sprintf(to, "pushed!");
      continue;
    }
    const char *text = lua_tostring(L, -1);
    to += sprintf(to, "%d %s=%s;", n, name, text != NULL ? text : luaL_typename(L, -1));
    lua_pop(L, 1);
  }
  return 0;
}

static void locals_are_those_alive_and_then_temporaries(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "locals", read_locals);
  luaL_loadstring(L, "local a, b = ... local c = 'c' do local gone = 1 end\n"
                     "for i = 5, 5 do local x = {a, locals(1)} end local later");
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_call(L, 2, 0);
  assert_string_equal(seen,
                      "1 a=1;2 b=2;3 c=c;4 (for index)=5;5 (for limit)=5;6 (for step)=1;7 i=5;"
                      "8 (*temporary)=table;9 (*temporary)=1;");
  lua_close(L);
}

static void a_c_function_has_temporaries_only(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_pushcfunction(L, read_locals);
  lua_pushinteger(L, 0);
  lua_pushliteral(L, "second");
  lua_call(L, 2, 0);
  assert_string_equal(seen, "1 (*temporary)=0;2 (*temporary)=second;");
  lua_close(L);
}

static int write_locals(lua_State *L) {
  lua_Debug ar;
  bool *ok = lua_touserdata(L, lua_upvalueindex(1));
  lua_getstack(L, 1, &ar);
  lua_pushliteral(L, "new");
  ok[0] = strcmp(lua_setlocal(L, &ar, 1), "a") == 0;
  ok[1] = lua_gettop(L) == 0;
  lua_pushinteger(L, 40);
  ok[2] = strcmp(lua_setlocal(L, &ar, 2), "(*temporary)") == 0;
  lua_pushnil(L);
  ok[3] = lua_setlocal(L, &ar, 99) == NULL && lua_gettop(L) == 0;
  lua_pushnil(L);
  ok[4] = lua_setlocal(L, &ar, 0) == NULL && lua_gettop(L) == 0;
  lua_pushinteger(L, 2);
  return 1;
}

static void setlocal_changes_variables_and_pending_operands(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  bool ok[5] = {0};
  lua_pushlightuserdata(L, ok);
  lua_pushcclosure(L, write_locals, 1);
  lua_setglobal(L, "write");
  test_run(L, "zero = 0; local a; local b = (zero + 0) + write(); return a, b", 2);
  for (int i = 0; i < 5; i++) assert_true(ok[i]);
  assert_string_equal(lua_tostring(L, -2), "new");
  assert_int_equal(lua_tointeger(L, -1), 42);
  lua_close(L);
}

/* ---- Upvalues -------------------------------------------------------------------------- */

static void upvalues_have_names_in_lua_and_empty_ones_in_c(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  test_run(L, "local one, two = 1, 2\n function get() return one, two end return get", 1);
  assert_string_equal(lua_getupvalue(L, 1, 1), "one");
  assert_string_equal(lua_getupvalue(L, 1, 2), "two");
  assert_int_equal(lua_tointeger(L, -1), 2);
  assert_int_equal(lua_gettop(L), 3);
  assert_null(lua_getupvalue(L, 1, 3));
  assert_null(lua_getupvalue(L, 1, 0));
  assert_null(lua_getupvalue(L, 1, -1));
  assert_int_equal(lua_gettop(L), 3);
  lua_settop(L, 1);
  lua_pushliteral(L, "changed");
  assert_string_equal(lua_setupvalue(L, 1, 2), "two");
  assert_int_equal(lua_gettop(L), 1);
  lua_pushnil(L);
  assert_null(lua_setupvalue(L, 1, 3));
  assert_int_equal(lua_gettop(L), 2); /* nothing was popped */
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  lua_call(L, 0, 2);
  assert_string_equal(lua_tostring(L, -1), "changed");
  lua_settop(L, 0);
  lua_pushinteger(L, 5);
  lua_pushcclosure(L, nothing, 1);
  assert_string_equal(lua_getupvalue(L, 1, 1), "");
  assert_null(lua_getupvalue(L, 1, 2));
  lua_pushinteger(L, 6);
  assert_string_equal(lua_setupvalue(L, 1, 1), "");
  lua_getupvalue(L, 1, 1);
  assert_int_equal(lua_tointeger(L, -1), 6);
  lua_newtable(L);
  assert_null(lua_getupvalue(L, -1, 1));
  lua_close(L);
}

static int set_first_upvalue(lua_State *L) {
  lua_newtable(L);
  lua_setupvalue(L, 1, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

static void an_upvalue_is_the_variable_itself_while_it_lives_and_after(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "set", set_first_upvalue);
  test_run(L, "local v = 1; function f() return v end; set(f) return v", 1);
  assert_int_equal(lua_type(L, -1), LUA_TTABLE);
  lua_getglobal(L, "f");
  lua_getupvalue(L, -1, 1);
  assert_true(lua_rawequal(L, -1, 1));
  test_run(L, "set(f) return f()", 1);
  assert_int_equal(lua_type(L, -1), LUA_TTABLE);
  assert_false(lua_rawequal(L, -1, 1));
  lua_close(L);
}

/* ---- Hooks --------------------------------------------------------------------------------- */

static void hook_nothing(lua_State *L, lua_Debug *ar) {
  (void)L;
  (void)ar;
}

static void gethook_tells_what_sethook_set(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_null(lua_gethook(L));
  assert_int_equal(lua_gethookmask(L), 0);
  assert_int_equal(lua_sethook(L, hook_nothing, LUA_MASKCALL | LUA_MASKCOUNT, 16777215), 1);
  assert_ptr_equal(lua_gethook(L), hook_nothing);
  assert_int_equal(lua_gethookmask(L), LUA_MASKCALL | LUA_MASKCOUNT);
  assert_int_equal(lua_gethookcount(L), 16777215);
  lua_State *co = lua_newthread(L);
  assert_ptr_equal(lua_gethook(co), hook_nothing);
  assert_int_equal(lua_gethookmask(co), LUA_MASKCALL | LUA_MASKCOUNT);
  assert_int_equal(lua_gethookcount(co), 16777215);
  lua_sethook(L, hook_nothing, 0, 5);
  assert_null(lua_gethook(L));
  assert_int_equal(lua_gethookmask(L), 0);
  lua_sethook(L, NULL, LUA_MASKLINE, 0);
  assert_null(lua_gethook(L));
  assert_int_equal(lua_gethookmask(L), 0);
  assert_ptr_equal(lua_gethook(co), hook_nothing);
  lua_close(L);
}

static void the_library_carries_its_identification(void **unused) {
  (void)unused;
  extern const char lua_ident[];
  assert_string_equal(lua_ident,
                      "$Lua: Lua 5.1.5 Copyright (C) 1994-2012 Lua.org, PUC-Rio $\n"
                      "$Authors: R. Ierusalimschy, L. H. de Figueiredo & W. Celes $\n"
                      "$URL: www.lua.org $\n");
}

static int ask_for_lines(lua_State *L) {
  lua_Debug ar;
  for (int i = 0; i < 3; i++) {
    if (luaL_loadstring(L, "local a = 1\n\nlocal b = 2\n\nlocal c = 3\n\n\nreturn a") != 0) {
      sweep_note_failure();
      return 0;
    }
    lua_getinfo(L, ">L", &ar);
  }
  return 0;
}

static void active_lines_survive_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(ask_for_lines, false);
}

int main(void) {
  const struct CMUnitTest api_debug[] = {
      cmocka_unit_test(a_function_can_be_described_without_a_frame),
      cmocka_unit_test(an_unknown_letter_makes_getinfo_fail_but_not_stop),
      cmocka_unit_test(letters_f_and_L_push_in_this_order),
      cmocka_unit_test(levels_are_named_after_the_calling_instruction),
      cmocka_unit_test(lost_calls_are_levels_about_which_nothing_is_known),
      cmocka_unit_test(a_lost_call_has_no_function_and_no_lines),
      cmocka_unit_test(no_function_runs_at_the_base_of_a_thread),
      cmocka_unit_test(locals_are_those_alive_and_then_temporaries),
      cmocka_unit_test(a_c_function_has_temporaries_only),
      cmocka_unit_test(setlocal_changes_variables_and_pending_operands),
      cmocka_unit_test(upvalues_have_names_in_lua_and_empty_ones_in_c),
      cmocka_unit_test(an_upvalue_is_the_variable_itself_while_it_lives_and_after),
      cmocka_unit_test(gethook_tells_what_sethook_set),
      cmocka_unit_test(the_library_carries_its_identification),
      cmocka_unit_test(active_lines_survive_every_allocation_failure),
  };
  return cmocka_run_group_tests(api_debug, NULL, NULL);
}
