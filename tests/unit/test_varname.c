/* test_varname.c -- which variable a message names, for each way that a value comes into a register. */
#include <string.h>

#include "support/harness.h"

/* Each message follows "test:1: attempt to ". */
static const struct {
  const char *source, *message;
} rows[] = {
    {"x.y = 1", "index global 'x' (a nil value)"},
    {"local x; x.y = 1", "index local 'x' (a nil value)"},
    {"local x; return x.y", "index local 'x' (a nil value)"},
    {"local x; return function() return x.y end", NULL},
    {"local x; (function() return x.y end)()", "index upvalue 'x' (a nil value)"},
    {"local x; (function() x.y = 1 end)()", "index upvalue 'x' (a nil value)"},
    {"local t = {}; return t.a.b", "index field 'a' (a nil value)"},
    {"local t = {}; return t['a b'].c", "index field 'a b' (a nil value)"},
    {"local t = {}; return t[1].c", "index field '?' (a nil value)"},
    {"local t, k = {}, 'k'; return t[k].c", "index field '?' (a nil value)"},
    {"local t = {}; t.a.b.c = 1", "index field 'a' (a nil value)"},
    {"return (1).x", "index a number value"},
    {"return (nil).x", "index a nil value"},
    {"return ('x' .. 1):nothing()", "index a string value"},
    {"f()", "call global 'f' (a nil value)"},
    {"local f; f()", "call local 'f' (a nil value)"},
    {"local f; (function() f() end)()", "call upvalue 'f' (a nil value)"},
    {"local t = {}; t.f()", "call field 'f' (a nil value)"},
    {"local t = {}; t:m()", "call method 'm' (a nil value)"},
    {"local t = {f = 1}; t.f(2, 3)", "call field 'f' (a number value)"},
    {"local t = {}; t[1]()", "call field '?' (a nil value)"},
    {"local t = {}; return t.f()", "call field 'f' (a nil value)"},
    {"(nil)()", "call a nil value"},
    {"(1)()", "call a number value"},
    {"(x or x)()", "call a nil value"},
    {"local a, b; (a or b)()", "call a nil value"},
    {"local a = true; (a and x)()", "call a nil value"},
    {"(not x)()", "call a boolean value"},
    {"({})()", "call a table value"},
    {"return 1 + x", "perform arithmetic on global 'x' (a nil value)"},
    {"return x + 1", "perform arithmetic on global 'x' (a nil value)"},
    {"local a, b = 1, {}; return a + b", "perform arithmetic on local 'b' (a table value)"},
    {"local a, b = {}, {}; return a * b", "perform arithmetic on local 'a' (a table value)"},
    {"local a, b = '10', {}; return a ^ b", "perform arithmetic on local 'b' (a table value)"},
    {"local a, b = 'ten', {}; return a % b", "perform arithmetic on local 'a' (a string value)"},
    {"local t = {}; return t.x / 2", "perform arithmetic on field 'x' (a nil value)"},
    {"return 2 - nil", "perform arithmetic on a nil value"},
    {"return -x", "perform arithmetic on global 'x' (a nil value)"},
    {"local x = {}; return -x", "perform arithmetic on local 'x' (a table value)"},
    {"local b; (function() return b + 1 end)()", "perform arithmetic on upvalue 'b' (a nil value)"},
    {"return (x or x) + 1", "perform arithmetic on a nil value"},
    {"return #x", "get length of global 'x' (a nil value)"},
    {"local x = 1; return #x", "get length of local 'x' (a number value)"},
    {"return 'a' .. x", "concatenate global 'x' (a nil value)"},
    {"return x .. 'a'", "concatenate global 'x' (a nil value)"},
    {"local a = {}; return 'x' .. a .. 'y'", "concatenate local 'a' (a table value)"},
    {"local a, b = 1, {}; return a .. b", "concatenate local 'b' (a table value)"},
    {"local a, b = {}, 1; return a .. b", "concatenate local 'a' (a table value)"},
    {"local a = {}; return 1 .. 2 .. (a)", "concatenate local 'a' (a table value)"},
    {"return 'a' .. {}", "concatenate a table value"},
    {"for i = 1, 2 do local y = z.w end", "index global 'z' (a nil value)"},
    {"for k in 5 do end", "call a number value"},
    {"local a = 1 if a then a = 2 else a = 3 end local b = a .. n",
     "concatenate global 'n' (a nil value)"},
    {"local function f(...) local a, b = ... return b.c end f(1)", "index local 'b' (a nil value)"},
    {"local a; do local b = 1 end; local c = a; c.d = 1", "index local 'c' (a nil value)"},
    {"local t = setmetatable", NULL},
    {"aaa = {{1, 2, 3, {4, {bbb = 1, 2, 3 + ccc}}}}",
     "perform arithmetic on global 'ccc' (a nil value)"},
    {"local s = 'x'; return s.y.z", "index local 's' (a string value)"},
    {"do local a = 1 end local b; b()", "call local 'b' (a nil value)"},
    {"local a = {}; a.b.c.d = 1", "index field 'b' (a nil value)"},
    {"local a = {}; a.x, a.y.z = 1, 2", "index field 'y' (a nil value)"},
    {"return f(1)(2)", "call global 'f' (a nil value)"},
};

static void each_register_is_named_after_its_last_setter(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  char expected[200];
  for (size_t i = 0; i < ROWS(rows); i++) {
    if (rows[i].message == NULL) {
      test_run(L, rows[i].source, 0);
      continue;
    }
    strcpy(expected, "test:1: attempt to ");
    strcat(expected, rows[i].message);
    const char *message = test_error(L, rows[i].source);
    if (strcmp(message, expected) != 0)
      fail_msg("%s\nraises   %s\nexpected %s", rows[i].source, message, expected);
    lua_settop(L, 0);
  }
  lua_close(L);
}

/* Returns its own name and the kind of it. */
static int who(lua_State *L) {
  lua_Debug ar;
  lua_getstack(L, 0, &ar);
  lua_getinfo(L, "n", &ar);
  lua_pushstring(L, ar.name);
  lua_pushstring(L, ar.namewhat);
  return 2;
}

static void a_callee_is_named_by_the_calling_instruction(void **unused) {
  (void)unused;
  static const struct {
    const char *source, *name, *what;
  } calls[] = {
      {"local a, b = who() return a, b", "who", "global"},
      {"local me = who; local a, b = me() return a, b", "me", "local"},
      {"local me = who; local a, b = (function() local a, b = me() return a, b end)() return a, b",
       "me", "upvalue"},
      {"local t = {f = who}; local a, b = t.f() return a, b", "f", "field"},
      {"local t = {f = who}; local a, b = t:f() return a, b", "f", "method"},
      {"return who()", "who", "global"}, /* a C function is no lost call */
      {"for a, b in who do return a, b end", "(for generator)", "local"},
      {"local a, b = (who or who)() return a, b", NULL, ""},
  };
  lua_State *L = test_state(NULL);
  lua_register(L, "who", who);
  for (size_t i = 0; i < ROWS(calls); i++) {
    lua_settop(L, 0);
    test_run(L, calls[i].source, 2);
    if (calls[i].name == NULL)
      assert_true(lua_isnil(L, 1));
    else
      assert_string_equal(lua_tostring(L, 1), calls[i].name);
    assert_string_equal(lua_tostring(L, 2), calls[i].what);
  }
  lua_pushcfunction(L, who);
  lua_call(L, 0, 2); /* called from C: nobody knows */
  assert_true(lua_isnil(L, -2));
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest varname[] = {
      cmocka_unit_test(each_register_is_named_after_its_last_setter),
      cmocka_unit_test(a_callee_is_named_by_the_calling_instruction),
  };
  return cmocka_run_group_tests(varname, NULL, NULL);
}
