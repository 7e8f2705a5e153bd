/* test_slow.c -- whatever way an instruction takes, quick or slow, with register or constant
 * operands, the result is that of the one slow function, bit for bit. */
#include "vm/slow.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "object/meta.h"
#include "support/harness.h"
#include "vm/arith.h"
#include "vm/compare.h"
#include "vm/index.h"

/* ---- Two ways to compute ------------------------------------------------------------------- */

typedef enum Op {
  DO_ADD, DO_SUB, DO_MUL, DO_DIV, DO_MOD, DO_POW, DO_EQ, DO_LT, DO_LE, DO_INDEX, NUM_OPS
} Op;
static const char *const op_text[] = {"+", "-", "*", "/", "%", "^", "==", "<", "<=", "[]"};

typedef struct Direct {
  Op op;
  TValue a, b, result;
} Direct;

static void compute_directly(lua_State *L, void *ud) {
  Direct *d = ud;
  switch (d->op) {
    case DO_EQ: d->result = val_from_bool(compare_equal(L, d->a, d->b)); break;
    case DO_LT: d->result = val_from_bool(compare_less(L, d->a, d->b)); break;
    case DO_LE: d->result = val_from_bool(compare_less_equal(L, d->a, d->b)); break;
    case DO_INDEX: d->result = index_get(L, d->a, d->b); break;
    default: d->result = arith_slow(L, &d->a, &d->b, (Event)(EVENT_ADD + (int)d->op)); break;
  }
}

/* Status and result of the slow function; the stack of L is as before. */
static int directly(lua_State *L, Op op, TValue a, TValue b, TValue *result) {
  Direct d = {op, a, b, VAL_NIL};
  const ptrdiff_t top = stack_save(L, L->top);
  const int status = call_protected(L, compute_directly, &d, top, 0);
  *result = d.result;
  L->top = stack_restore(L, top);
  return status;
}

/* Pushes a function of the two operands; `a` or `b` may be NULL, or the text of a constant. */
static void push_operation(lua_State *L, Op op, const char *a, const char *b) {
  lua_pushfstring(L, op == DO_INDEX ? "local a, b = ... return (%s)%s%s%s"
                                    : "local a, b = ... return (%s) %s (%s)%s",
                  a ? a : "a", op == DO_INDEX ? "[" : op_text[op], b ? b : "b",
                  op == DO_INDEX ? "]" : "");
  const char *source = lua_tostring(L, -1);
  if (luaL_loadbuffer(L, source, strlen(source), "=op") != 0) fail_msg("%s", lua_tostring(L, -1));
  lua_remove(L, -2);
}

/* The same for a test with a jump: branches taken and not, in both polarities. */
static void push_branch(lua_State *L, Op op, const char *a, const char *b, bool negated) {
  lua_pushfstring(L, negated ? "local a, b = ... if not (%s %s %s) then return false end "
                               "return true"
                             : "local a, b = ... if %s %s %s then return true end return false",
                  a ? a : "a", op_text[op], b ? b : "b");
  if (luaL_loadstring(L, lua_tostring(L, -1)) != 0) fail_msg("%s", lua_tostring(L, -1));
  lua_remove(L, -2);
}

/* Calls the function on top (which stays) with a, b. */
static int by_code(lua_State *L, TValue a, TValue b, TValue *result) {
  lua_pushvalue(L, -1);
  *L->top++ = a;
  *L->top++ = b;
  const int status = lua_pcall(L, 2, 1, 0);
  *result = L->top[-1];
  lua_pop(L, 1);
  return status;
}

static void no_op(lua_State *L, lua_Debug *ar) { (void)L, (void)ar; }

/* Asserts that the function on top does to a, b what the slow function does. */
static void assert_agrees(lua_State *L, Op op, TValue a, TValue b, const char *how) {
  TValue expected, result;
  const int status = directly(L, op, a, b, &expected);
  for (int hook = 0; hook <= 1; hook++) {
    lua_sethook(L, hook ? no_op : NULL, hook ? LUA_MASKCOUNT : 0, 1);
    const int got = by_code(L, a, b, &result);
    if (got != status || (status == 0 && result.bits != expected.bits))
      fail_msg("%s, %s%s: %016llx, %016llx give %d %016llx, not %d %016llx", op_text[op], how,
               hook ? ", hooked" : "", (unsigned long long)a.bits, (unsigned long long)b.bits, got,
               (unsigned long long)result.bits, status, (unsigned long long)expected.bits);
  }
  lua_sethook(L, NULL, 0, 0);
}

/* ---- Operands ------------------------------------------------------------------------------ */

static const double numbers[] = {
  0.0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 0.1, 7.25, -7.25, 10, 255, 65536, 1e15, -1e15,
  2147483647, 2147483648.0, -2147483648.0, -2147483649.0, 4294967296.0, 9007199254740992.0,
  9007199254740993.0, 1e100, -1e100, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324,
  -5e-324, INFINITY, -INFINITY,
};

/* Numbers, both NaNs, and one of everything else, on the stack from index 1. */
static int push_operands(lua_State *L) {
  for (size_t i = 0; i < ROWS(numbers); i++) lua_pushnumber(L, numbers[i]);
  *L->top++ = (TValue){.bits = POS_NAN_BITS};
  *L->top++ = (TValue){.bits = NEG_NAN_BITS};
  const int n = test_run(L,
    "local any = {__index = function(t, k) return 'any' end}\n"
    "for _, e in ipairs{'add', 'sub', 'mul', 'div', 'mod', 'pow', 'lt', 'le', 'eq'} do\n"
    "  any['__' .. e] = function(a, b) return e end end\n"
    "local never = {__eq = function() return nil end, __lt = function() return false end}\n"
    "local chain = setmetatable({}, {__index = setmetatable({5, x = 6}, {__index = {[3] = 7}})})\n"
    "return '10', '0x10', ' 5 ', '1e1', 'abc', '', 'x', '10a', false, true, {}, {1, 2, 3, x = 4},\n"
    "  setmetatable({}, any), setmetatable({x = 1}, any), setmetatable({}, never),\n"
    "  setmetatable({}, never), chain, print, function() end, newproxy(), newproxy(true),\n"
    "  coroutine.create(function() end)", LUA_MULTRET);
  lua_pushlightuserdata(L, L);
  return (int)ROWS(numbers) + 2 + n + 1;
}

static TValue operand(lua_State *L, int i) { return L->ci->base[i]; }

static void register_operands_agree_with_the_slow_function(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  const int n = push_operands(L);
  for (int op = 0; op < NUM_OPS; op++) {
    push_operation(L, (Op)op, NULL, NULL);
    for (int i = 0; i < n; i++)
      for (int k = 0; k < n; k++)
        assert_agrees(L, (Op)op, operand(L, i), operand(L, k), "registers");
    lua_pop(L, 1);
  }
  heap_check(L);
  test_close(L, &heap);
}

static const struct {
  const char *text;
  double n;
} constants[] = {
  {"0", 0},       {"1", 1},       {"-1", -1},         {"2", 2},       {"3", 3},
  {"-3", -3},     {"0.5", 0.5},   {"7.25", 7.25},     {"65535", 65535}, {"65536", 65536},
  {"1e15", 1e15}, {"1e999", INFINITY}, {"-1e999", -INFINITY}, {"5e-324", 5e-324}, {"1e308", 1e308},
};

static void number_constants_agree_with_the_slow_function(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  const int n = push_operands(L);
  for (int op = 0; op < NUM_OPS; op++)
    for (size_t c = 0; c < ROWS(constants); c++) {
      const TValue k = val_from_num(constants[c].n);
      push_operation(L, (Op)op, NULL, constants[c].text);
      for (int i = 0; i < n; i++) assert_agrees(L, (Op)op, operand(L, i), k, "constant right");
      lua_pop(L, 1);
      if (op == DO_INDEX) continue;
      push_operation(L, (Op)op, constants[c].text, NULL);
      for (int i = 0; i < n; i++) assert_agrees(L, (Op)op, k, operand(L, i), "constant left");
      lua_pop(L, 1);
    }
  test_close(L, &heap);
}

static void other_constants_agree_with_the_slow_function(void **unused) {
  (void)unused;
  static const char *const texts[] = {"'10'", "'x'", "''", "true", "false", "nil"};
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  const int n = push_operands(L);
  for (size_t c = 0; c < ROWS(texts); c++) {
    char source[32];
    snprintf(source, sizeof source, "return %s", texts[c]);
    test_run(L, source, 1);
    const TValue k = L->top[-1];
    for (int op = 0; op < NUM_OPS; op++) {
      push_operation(L, (Op)op, NULL, texts[c]);
      for (int i = 0; i < n; i++) assert_agrees(L, (Op)op, operand(L, i), k, "constant right");
      lua_pop(L, 1);
      if (op == DO_INDEX) continue;
      push_operation(L, (Op)op, texts[c], NULL);
      for (int i = 0; i < n; i++) assert_agrees(L, (Op)op, k, operand(L, i), "constant left");
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  test_close(L, &heap);
}

static void branches_go_where_the_comparison_says(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  const int n = push_operands(L);
  for (int op = DO_EQ; op <= DO_LE; op++)
    for (int negated = 0; negated <= 1; negated++) {
      push_branch(L, (Op)op, NULL, NULL, negated);
      for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
          assert_agrees(L, (Op)op, operand(L, i), operand(L, k), "branch");
      lua_pop(L, 1);
      push_branch(L, (Op)op, NULL, "3", negated);
      for (int i = 0; i < n; i++)
        assert_agrees(L, (Op)op, operand(L, i), val_from_num(3), "branch, constant right");
      lua_pop(L, 1);
      push_branch(L, (Op)op, "3", NULL, negated);
      for (int i = 0; i < n; i++)
        assert_agrees(L, (Op)op, val_from_num(3), operand(L, i), "branch, constant left");
      lua_pop(L, 1);
    }
  test_close(L, &heap);
}

/* ---- Stores -------------------------------------------------------------------------------- */

/* Each kind of store instruction against rawset on a twin. */
static void stores_agree_with_rawset(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
    "local makers = {\n"
    "  function() return {} end, function() return {1, 2, 3} end,\n"
    "  function() return {nil, nil, 3, x = 1} end,\n"
    "  function() return setmetatable({1, nil, 3}, {}) end,\n"
    "  function() local t = {} for i = 1, 20 do t['k' .. i] = i end return t end}\n"
    "local keys = {1, 2, 3, 4, 0, -1, 1.5, 2 ^ 40, 'x', 'k1', true, print, 1 / 0}\n"
    "local values = {1, 'v', false, {}}\n"
    "local function set(t, k, v) t[k] = v end\n"
    "local function setnil(t, k) t[k] = nil end\n"
    "local constant = {}\n"
    "for i, text in ipairs{'1', '2', '3', '4', '0', '-1', '1.5', '2^40',\n"
    "    '\"x\"', '\"k1\"', 'true'} do\n"
    "  constant[i] = loadstring('local t, v = ... t[' .. text .. '] = v') end\n"
    "local function same(a, b)\n"
    "  local ka, va = next(a) local kb, vb = next(b)\n"
    "  while ka ~= nil or kb ~= nil do\n"
    "    if ka ~= kb or va ~= vb then return false end\n"
    "    ka, va = next(a, ka) kb, vb = next(b, kb)\n"
    "  end\n"
    "  return #a == #b\n"
    "end\n"
    "wrong = 0 tried = 0\n"
    "for _, make in ipairs(makers) do for i, k in ipairs(keys) do for _, v in ipairs(values) do\n"
    "  local a, b, c = make(), make(), make()\n"
    "  set(a, k, v) rawset(b, k, v)\n"
    "  if not same(a, b) then wrong = wrong + 1 end\n"
    "  if constant[i] then constant[i](c, v) if not same(b, c) then wrong = wrong + 1 end end\n"
    "  setnil(a, k) rawset(b, k, nil)\n"
    "  if not same(a, b) then wrong = wrong + 1 end\n"
    "  tried = tried + 1\n"
    "end end end", 0);
  test_expect(L, "wrong, tried", "0 260");
  heap_check(L);
  test_close(L, &heap);
}

static void loops_by_intrinsic_and_by_call_agree(void **unused) {
  (void)unused;
  static const char *const source =
    "local function through(iterator)\n"
    "  local out = {}\n"
    "  for _, t in ipairs{{}, {1}, {1, 2, nil, 4}, {x = 1, 2}, {[2] = 1}} do\n"
    "    local f, s, c = iterator(t)\n"
    "    for k, v, none in f, s, c do\n"
    "      out[#out + 1] = tostring(k) .. tostring(v) .. tostring(none) end\n"
    "    for k in f, s, c do out[#out + 1] = tostring(k) end\n"
    "  end\n"
    "  return table.concat(out, ' ')\n"
    "end\n"
    "local function wrapped(iterator)\n"
    "  return function(t)\n"
    "    local f, s, c = iterator(t)\n"
    "    return function(...) return f(...) end, s, c\n"
    "  end\n"
    "end\n"
    "return through(pairs) == through(wrapped(pairs)),\n"
    "  through(ipairs) == through(wrapped(ipairs)),\n"
    "  #through(pairs), (pcall(function() for k in next, {}, 'absent' do end end))";
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (int mask = 0; mask <= LUA_MASKCOUNT; mask = mask ? 2 * mask : LUA_MASKCALL) {
    lua_sethook(L, mask ? no_op : NULL, mask, 1);
    test_run(L, source, 4);
    lua_sethook(L, NULL, 0, 0);
    assert_true(lua_toboolean(L, -4));
    assert_true(lua_toboolean(L, -3));
    assert_true(lua_tointeger(L, -2) > 40);
    assert_false(lua_toboolean(L, -1));
    lua_settop(L, 0);
  }
  test_close(L, &heap);
}

/* A register that still held the last element would keep it from its finaliser. */
static void a_loop_that_has_ended_holds_on_to_nothing(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
    "for _, iterator in ipairs{pairs, ipairs} do\n"
    "  local t, done = {newproxy(true)}\n"
    "  getmetatable(t[1]).__gc = function() done = true end\n"
    "  for k, v in iterator(t) do t[k] = nil end\n"
    "  local n = 0\n"
    "  repeat local x = {} n = n + 1 until done or n > 1e5\n"
    "  result = (result or '') .. tostring(done)\n"
    "end", 0);
  test_expect(L, "result", "truetrue");
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(register_operands_agree_with_the_slow_function),
    cmocka_unit_test(number_constants_agree_with_the_slow_function),
    cmocka_unit_test(other_constants_agree_with_the_slow_function),
    cmocka_unit_test(branches_go_where_the_comparison_says),
    cmocka_unit_test(stores_agree_with_rawset),
    cmocka_unit_test(loops_by_intrinsic_and_by_call_agree),
    cmocka_unit_test(a_loop_that_has_ended_holds_on_to_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
