/* test_parser.c -- every production of the grammar: the code that luac5.1 gives, and its messages. */
#include "compiler/parser.h"

#include <stdio.h>
#include <string.h>

#include "support/code.h"
#include "types/tstring.h"

static const CodeCase statement_cases[] = {
    {"if 1 then f() else g() end",
     "GETGLOBAL 0 -1; CALL 0 1 1; JMP 2; GETGLOBAL 0 -2; CALL 0 1 1; RETURN 0 1"},
    {"if a then return 1 elseif b then return 2 else x = 3 end",
     "GETGLOBAL 0 -1; TEST 0 0 0; JMP 3; LOADK 0 -2; RETURN 0 2; JMP 8; GETGLOBAL 0 -3; TEST 0 0 0; "
     "JMP 3; LOADK 0 -4; RETURN 0 2; JMP 2; LOADK 0 -6; SETGLOBAL 0 -5; RETURN 0 1"},
    {"while a do if b then c() else d() end end",
     "GETGLOBAL 0 -1; TEST 0 0 0; JMP 9; GETGLOBAL 0 -2; TEST 0 0 0; JMP 3; GETGLOBAL 0 -3; "
     "CALL 0 1 1; JMP -9; GETGLOBAL 0 -4; CALL 0 1 1; JMP -12; RETURN 0 1"},
    {"while true do end", "JMP -1; RETURN 0 1"},
    {"repeat local x = f() until x",
     "GETGLOBAL 0 -1; CALL 0 1 2; TEST 0 0 0; JMP -4; RETURN 0 1"},
    {"for i = 1, 2 do end",
     "LOADK 0 -1; LOADK 1 -2; LOADK 2 -1; FORPREP 0 0; FORLOOP 0 -1; RETURN 0 1"},
    {"for i = 1, 2, 3 do local x = i end",
     "LOADK 0 -1; LOADK 1 -2; LOADK 2 -3; FORPREP 0 1; MOVE 4 3; FORLOOP 0 -2; RETURN 0 1"},
    {"for k in f do break end",
     "GETGLOBAL 0 -1; LOADNIL 1 2; JMP 1; JMP 2; TFORLOOP 0 1; JMP -3; RETURN 0 1"},
    {"for a, b, c in 1, 2, 3, 4 do local x = a end", /* the fourth one keeps its register */
     "LOADK 0 -1; LOADK 1 -2; LOADK 2 -3; LOADK 3 -4; JMP 1; MOVE 7 3; TFORLOOP 0 3; JMP -3; "
     "RETURN 0 1"},
    {"return f(...)", "GETGLOBAL 0 -1; VARARG 1 0; TAILCALL 0 0 0; RETURN 0 0; RETURN 0 1"},
    {"return a, b()", "GETGLOBAL 0 -1; GETGLOBAL 1 -2; CALL 1 1 0; RETURN 0 0; RETURN 0 1"},
    {"return ...", "VARARG 0 0; RETURN 0 0; RETURN 0 1"},
    {"local a = ... return a", "VARARG 0 2; RETURN 0 2; RETURN 0 1"},
    {"local a, b = f() local c, d = ..., 1",
     "GETGLOBAL 0 -1; CALL 0 1 3; VARARG 2 2; LOADK 3 -2; RETURN 0 1"},
    {"local t = {} t.x, t[1], y = 1, 2",
     "NEWTABLE 0 0 0; LOADK 1 -2; LOADK 2 -4; LOADNIL 3 3; SETGLOBAL 3 -3; SETTABLE 0 -2 2; "
     "SETTABLE 0 -1 1; RETURN 0 1"},
    {"local function f() return f end", "CLOSURE 0 0; MOVE 0 0; RETURN 0 1"},
    {"function a.b:c() end", "GETGLOBAL 0 -1; GETTABLE 0 0 -2; CLOSURE 1 0; SETTABLE 0 -3 1; RETURN 0 1"},
    {"do ; end", "test:1: unexpected symbol near ';'"},
};

static void statements_compile_to_the_code_of_5_1(void **unused) {
  (void)unused;
  code_compiles(statement_cases, ROWS(statement_cases) - 1);
  code_is_refused(statement_cases + ROWS(statement_cases) - 1, 1);
}

static const CodeCase constructor_cases[] = {
    {"local t = {1, 2; x = 3, f()}",
     "NEWTABLE 0 2 1; LOADK 1 -1; LOADK 2 -2; SETTABLE 0 -3 -4; GETGLOBAL 3 -5; CALL 3 1 0; "
     "SETLIST 0 0 1; RETURN 0 1"},
    {"local a = {f(), x = 1} local b = {...} local c = {[1] = 2, 3}",
     "NEWTABLE 0 1 1; GETGLOBAL 1 -1; CALL 1 1 2; SETTABLE 0 -2 -3; SETLIST 0 1 1; NEWTABLE 1 0 0; "
     "VARARG 2 0; SETLIST 1 0 1; NEWTABLE 2 1 1; SETTABLE 2 -3 -4; LOADK 3 -5; SETLIST 2 1 1; "
     "RETURN 0 1"},
    {"f{1} g\"x\" h[[y]]",
     "GETGLOBAL 0 -1; NEWTABLE 1 1 0; LOADK 2 -2; SETLIST 1 1 1; CALL 0 2 1; GETGLOBAL 0 -3; "
     "LOADK 1 -4; CALL 0 2 1; GETGLOBAL 0 -5; LOADK 1 -6; CALL 0 2 1; RETURN 0 1"},
    {"f() f{...} f(g(), h())",
     "GETGLOBAL 0 -1; CALL 0 1 1; GETGLOBAL 0 -1; NEWTABLE 1 0 0; VARARG 2 0; SETLIST 1 0 1; "
     "CALL 0 2 1; GETGLOBAL 0 -1; GETGLOBAL 1 -2; CALL 1 1 2; GETGLOBAL 2 -3; CALL 2 1 0; "
     "CALL 0 0 1; RETURN 0 1"},
};

static void constructors_and_calls_keep_open_lists_open(void **unused) {
  (void)unused;
  code_compiles(constructor_cases, ROWS(constructor_cases));
}

static const CodeCase message_cases[] = {
    {"x", "test:1: '=' expected near '<eof>'"},
    {"x +", "test:1: '=' expected near '+'"},
    {"x = ", "test:1: unexpected symbol near '<eof>'"},
    {"x = )", "test:1: unexpected symbol near ')'"},
    {"f() = 1", "test:1: unexpected symbol near '='"},
    {"f(), x = 1", "test:1: unexpected symbol near ','"},
    {"x, f() = 1", "test:1: syntax error near '='"},
    {"(a) = 1", "test:1: syntax error near '='"},
    {"x = 'a' 'b'", "test:1: unexpected symbol near ''b''"},
    {"a.1 = 2", "test:1: '=' expected near '.1'"},
    {"a.'x' = 2", "test:1: '<name>' expected near ''x''"},
    {"a:b = 1", "test:1: function arguments expected near '='"},
    {"f\n(1)", "test:2: ambiguous syntax (function call x new statement) near '('"},
    {"if x", "test:1: 'then' expected near '<eof>'"},
    {"if x then", "test:1: 'end' expected near '<eof>'"},
    {"if x then\ny()", "test:2: 'end' expected (to close 'if' at line 1) near '<eof>'"},
    {"while x\ndo\ny(", "test:3: unexpected symbol near '<eof>'"},
    {"repeat\nx()", "test:2: 'until' expected (to close 'repeat' at line 1) near '<eof>'"},
    {"for 1", "test:1: '<name>' expected near '1'"},
    {"for x do", "test:1: '=' or 'in' expected near 'do'"},
    {"for x = 1 do", "test:1: ',' expected near 'do'"},
    {"for x, y = 1, 2 do", "test:1: 'in' expected near '='"},
    {"break", "test:1: no loop to break near '<eof>'"},
    {"function f() break end", "test:1: no loop to break near 'end'"},
    {"function f() return ... end", "test:1: cannot use '...' outside a vararg function near '...'"},
    {"function f(1) end", "test:1: <name> or '...' expected near '1'"},
    {"function f(..., a) end", "test:1: ')' expected near ','"},
    {"local function a.b() end", "test:1: '(' expected near '.'"},
    {"x = {\n1, 2", "test:2: '}' expected (to close '{' at line 1) near '<eof>'"},
    {"x = {a b}", "test:1: '}' expected near 'b'"},
    {"x = {[1] 2}", "test:1: '=' expected near '2'"},
    {"return 1 x()", "test:1: '<eof>' expected near 'x'"},
    {"end", "test:1: '<eof>' expected near 'end'"},
    {"x = 1;;", "test:1: unexpected symbol near ';'"},
    {"x = }", "test:1: unexpected symbol near '}'"},
    {"x = (1\n+\n", "test:3: unexpected symbol near '<eof>'"},
    {"x = (1\n\n", "test:3: ')' expected (to close '(' at line 1) near '<eof>'"},
    {"goto x", "test:1: '=' expected near 'x'"},
};

static void invalid_programs_get_the_messages_of_5_1(void **unused) {
  (void)unused;
  code_is_refused(message_cases, ROWS(message_cases));
}

/* One token of look-ahead moves the line on: the call is on the line of its name. */
static void look_ahead_hides_a_line_end_in_constructors(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "t = {f\n(1)}\nx = {y\n,z}");
  assert_string_equal(code_text(p),
                      "NEWTABLE 0 0 0; GETGLOBAL 1 -2; LOADK 2 -3; CALL 1 2 0; SETLIST 0 0 1; "
                      "SETGLOBAL 0 -1; NEWTABLE 0 2 0; GETGLOBAL 1 -5; GETGLOBAL 2 -6; "
                      "SETLIST 0 2 1; SETGLOBAL 0 -4; RETURN 0 1");
  static const int lines[] = {1, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4};
  for (size_t i = 0; i < ROWS(lines); i++) assert_int_equal(p->lineinfo[i], lines[i]);
  lua_close(L);
}

static void lines_are_those_of_the_last_token_consumed(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "local r = f(\n1,\n2\n)\nr = r\n+\nr\nfunction\ng\n()\nend\n\n");
  assert_string_equal(code_text(p), "GETGLOBAL 0 -1; LOADK 1 -2; LOADK 2 -3; CALL 0 3 2; ADD 0 0 0; "
                                    "CLOSURE 1 0; SETGLOBAL 1 -4; RETURN 0 1");
  static const int lines[] = {1, 2, 4, 1, 7, 11, 8, 11};
  for (size_t i = 0; i < ROWS(lines); i++) assert_int_equal(p->lineinfo[i], lines[i]);
  const Proto *g = p->p[0].ref;
  assert_int_equal(g->linedefined, 8);
  assert_int_equal(g->lastlinedefined, 11);
  lua_close(L);
}

static void vararg_functions_have_a_hidden_arg(void **unused) {
  (void)unused;
  static const struct {
    const char *source;
    int flags, numparams, nlocvars;
  } rows[] = {
      {"return function() end", 0, 0, 0},
      {"return function(a) end", 0, 1, 1},
      {"return function(a, ...) end", 7, 1, 2},
      {"return function(a, ...) return ... end", 3, 1, 2},
      {"return function(...) return function(...) return ... end end", 7, 0, 1},
      {"function t:m(a, ...) end", 7, 2, 3},
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) {
    const Proto *p = code_of(L, rows[i].source);
    assert_int_equal(p->is_vararg, 2);
    assert_int_equal(p->p[0].ref->is_vararg, rows[i].flags);
    assert_int_equal(p->p[0].ref->numparams, rows[i].numparams);
    assert_int_equal(p->p[0].ref->size_locvars, rows[i].nlocvars);
  }
  lua_close(L);
}

/* `n` times `open`, then `close`, as many times; returns the load status, the message on the stack. */
static int load_nested(lua_State *L, int n, const char *open, const char *middle, const char *close) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "local a; ");
  for (int i = 0; i < n; i++) luaL_addstring(&b, open);
  luaL_addstring(&b, middle);
  for (int i = 0; i < n; i++) luaL_addstring(&b, close);
  luaL_pushresult(&b);
  return luaL_loadbuffer(L, lua_tostring(L, -1), lua_objlen(L, -1), "=test");
}

/* luac5.1's limits; here the C stack holds no other call, as in luac. */
static void nesting_has_the_limits_of_5_1(void **unused) {
  (void)unused;
  static const struct {
    const char *open, *middle, *close;
    int first_failing;
  } rows[] = {
      {"do ", "", "end ", 200},        {"while a do ", "", "end ", 200},
      {"if a then ", "", "end ", 200}, {"repeat ", "", "until a ", 200},
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) {
    int n = 190;
    while (load_nested(L, n, rows[i].open, rows[i].middle, rows[i].close) == 0 && n < 220) {
      lua_settop(L, 0);
      n++;
    }
    assert_string_equal(lua_tostring(L, -1), "test:1: chunk has too many syntax levels");
    assert_int_equal(n, rows[i].first_failing);
    lua_settop(L, 0);
  }
  assert_int_equal(load_nested(L, 300, "a = a + a ", "", ""), 0);
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(statements_compile_to_the_code_of_5_1),
      cmocka_unit_test(constructors_and_calls_keep_open_lists_open),
      cmocka_unit_test(invalid_programs_get_the_messages_of_5_1),
      cmocka_unit_test(look_ahead_hides_a_line_end_in_constructors),
      cmocka_unit_test(lines_are_those_of_the_last_token_consumed),
      cmocka_unit_test(vararg_functions_have_a_hidden_arg),
      cmocka_unit_test(nesting_has_the_limits_of_5_1),
  };
  return cmocka_run_group_tests_name("parser", tests, NULL, NULL);
}
