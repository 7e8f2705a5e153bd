/* test_scope.c -- which variable a name means, how long it lives, and when it is closed. */
#include "compiler/scope.h"

#include <stdio.h>
#include <string.h>

#include "support/code.h"
#include "types/tstring.h"

static const CodeCase close_cases[] = {
    {"do local a; function f() return a end end",
     "CLOSURE 1 0; MOVE 0 0; SETGLOBAL 1 -1; CLOSE 0; RETURN 0 1"},
    {"local a; function f() return a end", /* returning closes it */
     "CLOSURE 1 0; MOVE 0 0; SETGLOBAL 1 -1; RETURN 0 1"},
    {"repeat local a = f() g = function() return a end until a",
     "GETGLOBAL 0 -1; CALL 0 1 2; CLOSURE 1 0; MOVE 0 0; SETGLOBAL 1 -2; TEST 0 0 0; JMP 2; CLOSE 0; "
     "JMP 2; CLOSE 0; JMP -11; RETURN 0 1"},
    {"for i = 1, 2 do local b = i f = function() return i + b end if b then break end end",
     "LOADK 0 -1; LOADK 1 -2; LOADK 2 -1; FORPREP 0 11; MOVE 4 3; CLOSURE 5 0; MOVE 0 3; MOVE 0 4; "
     "SETGLOBAL 5 -3; TEST 4 0 0; JMP 2; CLOSE 0; JMP 3; CLOSE 4; CLOSE 3; FORLOOP 0 -12; RETURN 0 1"},
    {"while f() do local a; if x then break end g = function() return a end if x then break end end",
     "GETGLOBAL 0 -1; CALL 0 1 2; TEST 0 0 0; JMP 15; LOADNIL 0 0; GETGLOBAL 1 -2; TEST 1 0 0; JMP 1; "
     "JMP 10; CLOSURE 1 0; MOVE 0 0; SETGLOBAL 1 -3; GETGLOBAL 1 -2; TEST 1 0 0; JMP 2; CLOSE 0; "
     "JMP 2; CLOSE 0; JMP -19; RETURN 0 1"},
};

static void blocks_close_the_locals_that_were_captured(void **unused) {
  (void)unused;
  code_compiles(close_cases, ROWS(close_cases));
}

static void locals_live_from_their_declaration_to_the_end_of_their_block(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "local a = 1 do local b = a end local function f() return f end "
                              "for i = 1, 2 do local c = i end for k in f do end");
  static const struct {
    const char *name;
    int startpc, endpc;
  } rows[] = {
      {"a", 1, 15},           {"b", 2, 2},           {"f", 4, 15},          {"(for index)", 7, 10},
      {"(for limit)", 7, 10}, {"(for step)", 7, 10}, {"i", 8, 9},           {"c", 9, 9},
      {"(for generator)", 12, 15}, {"(for state)", 12, 15}, {"(for control)", 12, 15}, {"k", 13, 13},
  };
  assert_int_equal(p->size_locvars, ROWS(rows));
  for (size_t i = 0; i < ROWS(rows); i++) {
    assert_string_equal(p->locvars[i].name.ref->data, rows[i].name);
    assert_int_equal(p->locvars[i].startpc, rows[i].startpc);
    assert_int_equal(p->locvars[i].endpc, rows[i].endpc);
  }
  lua_close(L);
}

static void upvalues_are_numbered_by_first_use_and_shared_by_what_they_capture(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "local a, b local function f() local c "
                              "function g() return b, c, a, b end return a end");
  const Proto *f = p->p[0].ref, *g = f->p[0].ref;
  assert_string_equal(code_text(p), "CLOSURE 2 0; MOVE 0 1; MOVE 0 0; RETURN 0 1");
  assert_string_equal(code_text(f), "CLOSURE 1 0; GETUPVAL 0 0; MOVE 0 0; GETUPVAL 0 1; "
                                    "SETGLOBAL 1 -1; GETUPVAL 1 1; RETURN 1 2; RETURN 0 1");
  assert_int_equal(f->nups, 2);
  assert_int_equal(g->nups, 3);
  static const char *const names[] = {"b", "c", "a"};
  for (int i = 0; i < 3; i++) assert_string_equal(g->upvalue_names[i].ref->data, names[i]);
  lua_close(L);
}

static void a_new_local_hides_an_old_one_only_from_its_activation(void **unused) {
  (void)unused;
  static const CodeCase rows[] = {
      {"local x = 1 local x = x", "LOADK 0 -1; MOVE 1 0; RETURN 0 1"},
      {"local x = 1 do local x = 2 x = 3 end x = 4",
       "LOADK 0 -1; LOADK 1 -2; LOADK 1 -3; LOADK 0 -4; RETURN 0 1"},
      {"local x, x = 1, 2 return x", "LOADK 0 -1; LOADK 1 -2; RETURN 1 2; RETURN 0 1"},
      {"for x = x, 2 do end",
       "GETGLOBAL 0 -1; LOADK 1 -2; LOADK 2 -3; FORPREP 0 0; FORLOOP 0 -1; RETURN 0 1"},
  };
  code_compiles(rows, ROWS(rows));
}

static void locals_of_a_function_are_200_at_most(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int n = 199; n <= 201; n++) {
    for (int in_function = 0; in_function <= 1; in_function++) {
      luaL_Buffer b;
      luaL_buffinit(L, &b);
      if (in_function) luaL_addstring(&b, "\nfunction f()\n");
      for (int i = 0; i < n; i++) luaL_addstring(&b, "local a ");
      if (in_function) luaL_addstring(&b, "end");
      luaL_pushresult(&b);
      int status = luaL_loadbuffer(L, lua_tostring(L, -1), lua_objlen(L, -1), "=test");
      assert_int_equal(status, n > 200 ? LUA_ERRSYNTAX : 0);
      if (n > 200)
        assert_string_equal(lua_tostring(L, -1),
                            in_function ? "test:3: function at line 2 has more than 200 local variables"
                                        : "test:1: main function has more than 200 local variables");
      lua_settop(L, 0);
    }
  }
  lua_close(L);
}

static void upvalues_of_a_function_are_60_at_most(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int n = 60; n <= 61; n++) {
    luaL_Buffer b;
    char name[32];
    luaL_buffinit(L, &b);
    for (int i = 0; i < n; i++) {
      snprintf(name, sizeof name, "local v%d ", i);
      luaL_addstring(&b, name);
    }
    luaL_addstring(&b, "\nfunction f() function g() return v0");
    for (int i = 1; i < n; i++) {
      snprintf(name, sizeof name, ", v%d", i);
      luaL_addstring(&b, name);
    }
    luaL_addstring(&b, " end end");
    luaL_pushresult(&b);
    int status = luaL_loadbuffer(L, lua_tostring(L, -1), lua_objlen(L, -1), "=test");
    assert_int_equal(status, n > 60 ? LUA_ERRSYNTAX : 0);
    if (n > 60)
      assert_string_equal(lua_tostring(L, -1), "test:2: function at line 2 has more than 60 upvalues");
    lua_settop(L, 0);
  }
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_close_the_locals_that_were_captured),
      cmocka_unit_test(locals_live_from_their_declaration_to_the_end_of_their_block),
      cmocka_unit_test(upvalues_are_numbered_by_first_use_and_shared_by_what_they_capture),
      cmocka_unit_test(a_new_local_hides_an_old_one_only_from_its_activation),
      cmocka_unit_test(locals_of_a_function_are_200_at_most),
      cmocka_unit_test(upvalues_of_a_function_are_60_at_most),
  };
  return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
