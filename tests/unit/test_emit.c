/* test_emit.c -- instructions, jump lists, constants and registers. */
#include "compiler/emit.h"

#include <stdio.h>
#include <string.h>

#include "support/code.h"
#include "types/tstring.h"

static const CodeCase nil_cases[] = {
    {"local a,b,c local d = nil", "RETURN 0 1"}, /* registers are nil at the start */
    {"local a local b = nil; local c,d", "RETURN 0 1"},
    {"local t = 1; local a; local b, c", "LOADK 0 -1; LOADNIL 1 3; RETURN 0 1"},
    {"local a do local b end local c", "LOADNIL 1 1; RETURN 0 1"}, /* a block's end is a target */
    {"local a = 1 a = nil local b", "LOADK 0 -1; LOADNIL 0 1; RETURN 0 1"},
    {"local a, b = 1, 2 b = nil a = nil", "LOADK 0 -1; LOADK 1 -2; LOADNIL 1 1; LOADNIL 0 0; RETURN 0 1"},
#if LUA_INTERNAL /* as 5.1.0 had it */
    {"local a,b a = nil", "RETURN 0 1"},
    {"repeat local x = 1 until false", "LOADK 0 -1; JMP -2; RETURN 0 1"},
    {"repeat local x until nil", "LOADNIL 0 0; JMP -2; RETURN 0 1"},
#else
    {"local a,b a = nil", "LOADNIL 0 0; RETURN 0 1"},
    {"repeat local x = 1 until false",
     "LOADK 0 -1; LOADBOOL 1 0 0; TEST 1 0 0; JMP -4; RETURN 0 1"},
    {"while false do end", "LOADBOOL 0 0 0; TEST 0 0 0; JMP 1; JMP -4; RETURN 0 1"},
#endif
};

static void nil_is_loaded_with_as_little_code_as_5_1_needs(void **unused) {
  (void)unused;
  code_compiles(nil_cases, ROWS(nil_cases));
}

/* A parameter holds an argument, in 5.1.0 and ever since. */
static void a_nil_assigned_to_a_parameter_is_stored(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "return function(a) a = nil return a end");
  assert_string_equal(code_text(p->p[0].ref), "LOADNIL 0 0; RETURN 0 2; RETURN 0 1");
  lua_close(L);
}

/* A jump to a jump goes where that goes. */
static void jumps_that_meet_a_jump_join_it(void **unused) {
  (void)unused;
  static const CodeCase rows[] = {
      {"while a do if b then c() end end",
       "GETGLOBAL 0 -1; TEST 0 0 0; JMP 6; GETGLOBAL 0 -2; TEST 0 0 0; JMP -6; GETGLOBAL 0 -3; "
       "CALL 0 1 1; JMP -9; RETURN 0 1"},
  };
  code_compiles(rows, ROWS(rows));
}

static const Proto *assign_each(lua_State *L, const char *prefix, int n, const char *format) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, prefix);
  for (int i = 0; i < n; i++) {
    char text[64];
    snprintf(text, sizeof text, format, i, i);
    luaL_addstring(&b, text);
  }
  luaL_pushresult(&b);
  return code_of(L, lua_tostring(L, -1));
}

/* Each constant is entered once, before the table is hashed, while it is, and after it has grown. */
static void constants_are_distinct_and_in_order_of_first_need(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  static const int counts[] = {1, 15, 16, 17, 18, 100, 5000};
  for (size_t i = 0; i < ROWS(counts); i++) {
    int n = counts[i];
    const Proto *p = assign_each(L, "local l ", n, "l = %d.5 l = 's%d' ");
    assert_int_equal(p->size_k, 2 * n);
    for (int j = 0; j < n; j++) {
      assert_number_is(val_num(slot_get(&p->k[2 * j])), j + 0.5);
      char text[16];
      snprintf(text, sizeof text, "s%d", j);
      assert_string_equal(val_string(slot_get(&p->k[2 * j + 1]))->data, text);
    }
    lua_settop(L, 0);
    p = assign_each(L, "local l ", 2 * n, "l = 1 l = 's' l = -1 ");
    assert_int_equal(p->size_k, 3);
    lua_settop(L, 0);
  }
  lua_close(L);
}

static void zero_and_minus_zero_share_the_constant_of_the_first(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int many = 0; many <= 1; many++) { /* searched one by one, and hashed */
    const Proto *p = assign_each(L, "local a, b = -0, 0 ", many ? 40 : 0, "b = %d.25 ");
    assert_number_is(val_num(slot_get(&p->k[0])), -0.0);
    assert_int_equal(p->code[0], instr_abx(OP_LOADK, 0, 0));
    assert_int_equal(p->code[1], instr_abx(OP_LOADK, 1, 0));
    p = assign_each(L, "local a ", many ? 40 : 0, "a = %d.25 ");
    int n = p->size_k;
    lua_settop(L, 0);
    p = assign_each(L, "local a ", many ? 40 : 0, "a = %d.25 a = 0 a = -0 ");
    assert_int_equal(p->size_k, n + many);
    lua_settop(L, 0);
  }
  lua_close(L);
}

/* A batch above 511 does not fit in C: it is the next word. */
static void large_constructors_count_their_batches_in_a_word(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "local t = {");
  for (int i = 0; i < 511 * 50 + 1; i++) luaL_addstring(&b, "1,");
  luaL_addstring(&b, "}");
  luaL_pushresult(&b);
  const Proto *p = code_of(L, lua_tostring(L, -1));
  assert_int_equal(p->code[p->size_code - 1], instr_abc(OP_RETURN, 0, 1, 0));
  assert_int_equal(p->code[p->size_code - 2], 512);
  assert_int_equal(p->code[p->size_code - 3], instr_abc(OP_SETLIST, 0, 1, 0));
  assert_int_equal(lua_pcall(L, 0, 0, 0), 0);
  lua_close(L);
}

static int load_call(lua_State *L, int n) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "return f(a");
  for (int i = 1; i < n; i++) luaL_addstring(&b, ",a");
  luaL_addstring(&b, ")");
  luaL_pushresult(&b);
  return luaL_loadbuffer(L, lua_tostring(L, -1), lua_objlen(L, -1), "=test");
}

static void a_function_has_249_registers_at_most(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_int_equal(load_call(L, 248), 0);
  assert_int_equal(val_lclosure(L->top[-1])->p->maxstack, 249);
  assert_int_equal(load_call(L, 249), LUA_ERRSYNTAX);
  assert_string_equal(lua_tostring(L, -1), "test:1: function or expression too complex near '<eof>'");
  lua_close(L);
}

static void every_function_has_two_registers_at_least(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "");
  assert_int_equal(p->maxstack, 2);
  assert_string_equal(code_text(p), "RETURN 0 1");
  assert_int_equal(p->size_lineinfo, 1);
  assert_int_equal(p->lineinfo[0], 1);
  lua_close(L);
}

/* 60 000 terms: the lists of jumps are joined at their ends, not searched for them. */
static void long_chains_of_conditions_take_linear_time(void **unused) {
  (void)unused;
  static const char *const operators[] = {" or x", " and x"};
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(operators); i++) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    luaL_addstring(&b, "local x; local y = x");
    for (int j = 1; j < 60000; j++) luaL_addstring(&b, operators[i]);
    luaL_pushresult(&b);
    const Proto *p = code_of(L, lua_tostring(L, -1));
    assert_int_equal(p->size_code, 2 * 59999 + 2);
    assert_int_equal(p->code[0], instr_abc(OP_TESTSET, 1, 0, i == 0));
    assert_int_equal(instr_sbx(p->code[1]), 2 * 59998 + 1);
    lua_settop(L, 0);
  }
  lua_close(L);
}

static void jumps_beyond_their_range_are_refused(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  for (int n = 65529; n <= 65540; n += 11) {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    luaL_addstring(&b, "while x do ");
    for (int i = 0; i < n; i++) luaL_addstring(&b, "y=1 ");
    luaL_addstring(&b, "end");
    luaL_pushresult(&b);
    int status = luaL_loadbuffer(L, lua_tostring(L, -1), lua_objlen(L, -1), "=test");
    assert_int_equal(status, n > 65535 ? LUA_ERRSYNTAX : 0);
    if (status != 0)
      assert_string_equal(lua_tostring(L, -1), "test:1: control structure too long near 'end'");
    lua_settop(L, 0);
  }
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nil_is_loaded_with_as_little_code_as_5_1_needs),
      cmocka_unit_test(a_nil_assigned_to_a_parameter_is_stored),
      cmocka_unit_test(jumps_that_meet_a_jump_join_it),
      cmocka_unit_test(constants_are_distinct_and_in_order_of_first_need),
      cmocka_unit_test(zero_and_minus_zero_share_the_constant_of_the_first),
      cmocka_unit_test(large_constructors_count_their_batches_in_a_word),
      cmocka_unit_test(a_function_has_249_registers_at_most),
      cmocka_unit_test(every_function_has_two_registers_at_least),
      cmocka_unit_test(long_chains_of_conditions_take_linear_time),
      cmocka_unit_test(jumps_beyond_their_range_are_refused),
  };
  return cmocka_run_group_tests_name("emit", tests, NULL, NULL);
}
