/* test_tab.c -- sizes, places, order and borders of tables are the reference's at every step, and a
 * lack of memory at any of them leaves a whole table. */
#include "object/tab.h"

#include <math.h>
#include <stdio.h>

#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "heap/throw.h"
#include "object/str.h"
#include "support/harness.h"

/* The table on top of the stack. */
static Table *top_table(lua_State *L) { return val_table(L->top[-1]); }

static void assert_sizes(const Table *t, uint32_t narray, uint32_t nnodes) {
  assert_int_equal(t->narray, narray);
  assert_int_equal(table_nnodes(t), nnodes);
}

static uint32_t power_at_least(uint32_t n) {
  uint32_t p = 1;
  if (n == 0) return 0;
  while (p < n) p *= 2;
  return p;
}

static TValue number(double n) { return val_from_num(n); }

/* ---- Sizes --------------------------------------------------------------------------------- */

static void constructors_reserve_what_their_hints_say(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (int i = 1; i <= 40; i++)
    for (int k = 0; k <= 40; k += 1 + k / 8) {
      luaL_Buffer b;
      luaL_buffinit(L, &b);
      luaL_addstring(&b, "return {");
      for (int n = 1; n <= i; n++) luaL_addstring(&b, "0,");
      for (int n = 1; n <= k; n++) {
        char field[16];
        snprintf(field, sizeof field, "a%d=0,", n);
        luaL_addstring(&b, field);
      }
      luaL_addstring(&b, "}");
      luaL_pushresult(&b);
      test_run(L, lua_tostring(L, -1), 1);
      assert_sizes(top_table(L), fb_decode(fb_encode((uint32_t)i)), power_at_least((uint32_t)k));
      assert_int_equal(tab_length(top_table(L)), i);
      lua_settop(L, 0);
    }
  test_close(L, &heap);
}

static void results_of_calls_take_exactly_their_number_of_slots(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (int k = 0; k <= 40; k++) {
    lua_pushinteger(L, k);
    lua_setglobal(L, "k");
    test_run(L, "local s = {} for i = 1, k do s[i] = i end\n"
                "return {unpack(s)}, {1, 2, 3, unpack(s)}", 2);
    assert_sizes(val_table(L->top[-1]), (uint32_t)k + 3, 0);
    assert_sizes(val_table(L->top[-2]), (uint32_t)k, 0);
    lua_settop(L, 0);
  }
  test_close(L, &heap);
}

/* Stores true under `key` in the table on top. */
static void put(lua_State *L, double key) {
  tab_set(L, top_table(L), number(key), VAL_TRUE);
  heap_check(L);
}

static void single_insertions_grow_the_part_they_belong_to(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newtable(L);
  put(L, 2);
  assert_sizes(top_table(L), 0, 1);
  lua_newtable(L);
  put(L, 0);
  assert_sizes(top_table(L), 0, 1);
  put(L, 2);
  assert_sizes(top_table(L), 0, 2);
  lua_newtable(L);
  put(L, 0);
  put(L, 1);
  assert_sizes(top_table(L), 1, 1);
  test_close(L, &heap);
}

static void counting_up_doubles_the_array_and_needs_no_nodes(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newtable(L);
  for (uint32_t i = 1; i <= 130; i++) {
    put(L, i);
    assert_sizes(top_table(L), power_at_least(i), 0);
    assert_int_equal(tab_length(top_table(L)), i);
  }
  test_close(L, &heap);
}

static void string_keys_double_the_nodes_and_need_no_array(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newtable(L);
  for (uint32_t i = 1; i <= 130; i++) {
    char name[16];
    snprintf(name, sizeof name, "a%u", i);
    lua_pushinteger(L, 1);
    lua_setfield(L, 1, name);
    assert_sizes(top_table(L), 0, power_at_least(i));
    assert_int_equal(tab_length(top_table(L)), 0);
    heap_check(L);
  }
  test_close(L, &heap);
}

static void counting_down_ends_in_the_array(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (uint32_t i = 1; i <= 130; i++) {
    lua_newtable(L);
    for (uint32_t key = i; key >= 1; key--) tab_set(L, top_table(L), number(key), VAL_TRUE);
    assert_sizes(top_table(L), power_at_least(i), 0);
    heap_check(L);
    lua_pop(L, 1);
  }
  test_close(L, &heap);
}

/* A key that is given nil is made nonetheless, and may be the one too many. */
static void storing_nil_under_absent_keys_rehashes(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_createtable(L, 16, 0);
  for (int i = 1; i <= 16; i++) put(L, i);
  for (int i = 1; i <= 11; i++) tab_set(L, top_table(L), number(i), VAL_NIL);
  for (int i = 30; i <= 40; i++) tab_set(L, top_table(L), number(i), VAL_NIL);
  assert_sizes(top_table(L), 0, 8);
  put(L, 10);
  for (int i = 30; i <= 40; i++) tab_set(L, top_table(L), number(i), VAL_NIL);
  assert_sizes(top_table(L), 0, 8);
  for (int i = 1; i <= 14; i++) tab_set(L, top_table(L), number(i), VAL_NIL);
  for (int i = 30; i <= 50; i++) tab_set(L, top_table(L), number(i), VAL_NIL);
  assert_sizes(top_table(L), 0, 4);
  heap_check(L);
  test_close(L, &heap);
}

static void a_vararg_table_grows_from_its_exact_size(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (uint32_t n = 1; n <= 35; n++) {
    lua_settop(L, 0);
    test_run(L, "return function(...) return {...} end", 1);
    for (uint32_t i = 0; i < n; i++) lua_pushboolean(L, 1);
    lua_call(L, (int)n, 1);
    assert_sizes(top_table(L), n, 0);
    put(L, n + 1);
    assert_sizes(top_table(L), power_at_least(n + 1), 0);
    tab_set_str(L, top_table(L), str_literal(L, "x"), VAL_TRUE);
    assert_sizes(top_table(L), power_at_least(n + 1), 1);
  }
  test_close(L, &heap);
}

/* More than half of 1..2^k must be in use; in either order. */
static void the_array_is_the_largest_that_is_more_than_half_full(void **unused) {
  (void)unused;
  static const struct {
    const char *keys;
    uint32_t narray, nnodes;
  } rows[] = {
    {"1 2 4 8", 4, 1},      {"1 2 3 5 6 8", 8, 0}, {"3 5 6 7 8 1", 8, 0}, {"2 3 4", 4, 0},
    {"4 3 2 1", 4, 0},      {"1 3", 1, 1},         {"1 2 5 6", 2, 2},     {"1 2 5 6 7", 8, 0},
    {"1 1.5 2 2.5", 2, 2},  {"0 -1 -2", 0, 4},     {"1 2147483648", 1, 1}, {"1e10 1e20 1", 1, 2},
    {"1 2 3 1e10 1e20", 4, 2},
  };
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_newtable(L);
    const char *p = rows[i].keys;
    int used = 0;
    double key;
    for (; sscanf(p, "%lf%n", &key, &used) == 1; p += used) put(L, key);
    if (top_table(L)->narray != rows[i].narray || table_nnodes(top_table(L)) != rows[i].nnodes)
      fail_msg("%s: %u, %u", rows[i].keys, top_table(L)->narray, table_nnodes(top_table(L)));
    lua_pop(L, 1);
  }
  test_close(L, &heap);
}

static void resizing_keeps_every_pair(void **unused) {
  (void)unused;
  static const struct {
    uint32_t narray, nhash;
  } rows[] = {{0, 40}, {20, 20}, {3, 37}, {100, 9}, {30, 9}, {0, 64}, {30, 9}};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newtable(L);
  for (int i = 1; i <= 30; i++) tab_set(L, top_table(L), number(i), number(i));
  for (int i = 1; i <= 9; i++) tab_set(L, top_table(L), number(-i), number(-i));
  for (size_t r = 0; r < ROWS(rows); r++) {
    tab_resize(L, top_table(L), rows[r].narray, rows[r].nhash);
    assert_sizes(top_table(L), rows[r].narray, power_at_least(rows[r].nhash));
    heap_check(L);
    for (int i = -9; i <= 30; i++) {
      const TValue v = tab_get(top_table(L), number(i));
      if (i == 0) assert_true(val_is_nil(v));
      else assert_number_is(val_num(v), i);
    }
  }
  tab_resize_array(L, top_table(L), 10);
  assert_int_equal(top_table(L)->narray, 30); /* it only grows */
  tab_resize_array(L, top_table(L), 50);
  assert_sizes(top_table(L), 50, 16);
  heap_check(L);
  test_close(L, &heap);
}

/* ---- Places and order ---------------------------------------------------------------------- */

static void numbers_meet_where_their_hash_says(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Table *t = tab_new(L, 0, 8);
  /* strings and booleans: low bits; numbers, pointers: modulo the odd size below */
  assert_int_equal(tab_main_position(t, val_from_string(str_literal(L, "a"))), 128 % 8);
  assert_int_equal(tab_main_position(t, val_from_string(str_literal(L, "abc"))), 198887 % 8);
  assert_int_equal(tab_main_position(t, VAL_FALSE), 0);
  assert_int_equal(tab_main_position(t, VAL_TRUE), 1);
  assert_int_equal(tab_main_position(t, number(0)), 0);
  assert_int_equal(tab_main_position(t, number(-0.0)), 0);
  assert_int_equal(tab_main_position(t, number(1)), 0x3FF00000 % 7);
  assert_int_equal(tab_main_position(t, number(0.1)), (0x3FB99999u + 0x9999999Au) % 7);
  assert_int_equal(tab_main_position(t, str_light(L, (void *)100)), 100 % 7);
  void *const wide = (void *)(uintptr_t)UINT64_C(0xFFFF800000000064);
  assert_int_equal(tab_main_position(t, str_light(L, wide)), 100 % 7);
  assert_int_equal(tab_main_position(t, val_from_table(t)), (uint32_t)(uintptr_t)t % 7);
  test_close(L, &heap);
}

/* Every chain starts at its main position; what collides stands at or above the free pointer. */
static void assert_placed(const Table *t) {
  for (uint32_t i = 0; i < table_nnodes(t); i++) {
    const Node *node = &t->node[i];
    if (val_is_nil(node->key)) {
      assert_true(slot_is_nil(&node->val));
      assert_int_equal(node->next, 0);
      continue;
    }
    if (slot_is_nil(&node->val)) continue;
    const uint32_t home = tab_main_position(t, node->key);
    const Node *link = &t->node[home];
    while (link != node) {
      assert_int_not_equal(link->next, 0);
      link += link->next;
      assert_true((uint32_t)(link - t->node) >= t->last_free);
    }
  }
}

static void nodes_stand_at_home_or_above_the_free_pointer(void **unused) {
  (void)unused;
  static const char *const makers[] = {
    "for i = 1, 300 do t['a' .. i] = i end",
    "for i = 1, 1023 do t[{}] = i end",
    "for i = 1, 511 do t[function() return i end] = i end",
    "for i = 1, 700 do t[i / 16] = i end",
    "for i = 1, 500 do t[i * 4096] = i t['x' .. i] = i t[-i] = i end",
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(makers); i++) {
    lua_settop(L, 0);
    lua_newtable(L);
    lua_pushvalue(L, 1);
    lua_setglobal(L, "t");
    test_run(L, makers[i], 0);
    assert_placed(top_table(L));
    heap_check(L);
  }
  test_close(L, &heap);
}

/* As `lua5.1` visits them. */
static void next_visits_in_the_reference_s_order(void **unused) {
  (void)unused;
  static const struct {
    const char *maker, *keys;
  } rows[] = {
    {"local t = {x=1, y=2, z=3, a=4, b=5}", "y x z b a"},
    {"local t = {} for i = 10, 1, -1 do t[i * 3] = i end", "24 27 15 30 9 18 21 6 12 3"},
    {"local t = {10, 20, 30, n=3, [0]=0, [-1]=1, [1.5]=2, [true]=3, [false]=4}",
     "1 2 3 0 true false 1.5 -1 n"},
    {"local t = {} for w in ('the quick brown fox jumps over the lazy dog'):gmatch('%a+') do"
     "  t[w] = true end",
     "jumps dog lazy fox brown over quick the"},
    {"local t = {} for i = 1, 20 do t['k' .. i] = i end for i = 1, 20, 2 do t['k' .. i] = nil end",
     "k16 k20 k10 k8 k12 k2 k18 k14 k6 k4"},
    {"local t = {} for i = 1, 8 do t[i * 1024] = i end",
     "8192 3072 1024 4096 5120 6144 2048 7168"},
    {"local t = {} for i = 1, 6 do t[2 ^ (i * 10)] = i end t[-2 ^ 31] = 0 t[2 ^ 31] = 1",
     "1048576 1.1258999068426e+15 1024 1099511627776 -2147483648 1073741824 1.1529215046068e+18 "
     "2147483648"},
    {"local t = {1, 2, 3, 4} t[4] = nil t[6] = 6 t[5] = 5 t.x = 1 t[7] = 7 t[8] = 8",
     "1 2 3 5 6 7 8 x"},
    {"local t = {} t[-1] = 1 t[0] = 1 t[1] = 1 t[2] = 1 t[3] = 1 t[2.5] = 1 t[1e100] = 1",
     "1 2 3 0 1e+100 -1 2.5"},
    {"local z = 0 local t = {} t[-z] = 1", "-0"},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_settop(L, 0);
    lua_pushfstring(L, "%s local s = {} for k in pairs(t) do s[#s + 1] = tostring(k) end "
                       "return table.concat(s, ' ')", rows[i].maker);
    test_run(L, lua_tostring(L, 1), 1);
    assert_string_equal(lua_tostring(L, -1), rows[i].keys);
  }
  test_close(L, &heap);
}

static void next_goes_on_from_a_key_that_died(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_createtable(L, 0, 64);
  for (int i = 0; i < 64; i++) { /* keys that nothing else keeps */
    lua_newtable(L);
    lua_pushboolean(L, 1);
    lua_rawset(L, 1);
  }
  TValue pair[2] = {VAL_NIL, VAL_NIL};
  int visited = 0;
  gc_begin_full(L);
  while (tab_next(L, top_table(L), pair)) {
    tab_set(L, top_table(L), pair[0], VAL_NIL);
    if (visited == 31) { /* the keys cleared so far die while one of them is in hand */
      while (G(L)->gc_phase != GC_SWEEP) {
        ptrdiff_t one = 1;
        gc_work(L, &one);
      }
      assert_true(val_is_nil(tab_get(top_table(L), pair[0])));
    }
    visited++;
  }
  assert_int_equal(visited, 64);
  gc_settle(L);
  heap_check(L);
  test_close(L, &heap);
}

static void clearing_and_changing_during_a_traversal_is_safe(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "t = {} for i = 1, 100 do t[i] = true t['k' .. i] = true t[{}] = true end\n"
           "n = 0\n"
           "for k in pairs(t) do n = n + 1 t[k] = nil collectgarbage('step', 100) end\n"
           "left = next(t)", 0);
  test_expect(L, "n, left", "300 nil");
  heap_check(L);
  test_close(L, &heap);
}

typedef struct Step {
  const Table *t;
  TValue pair[2];
} Step;

static void step_from(lua_State *L, void *ud) {
  Step *step = ud;
  tab_next(L, step->t, step->pair);
}

static void next_refuses_keys_that_are_not_there(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Table *t = tab_new(L, 2, 2);
  *L->top++ = val_from_table(t);
  const TValue bad[] = {number(3),  number(0), number(1.5), number(NAN), VAL_TRUE,
                        number(-1), val_from_table(t), val_from_string(str_literal(L, "x"))};
  for (size_t i = 0; i < ROWS(bad); i++) {
    Step step = {t, {bad[i], VAL_NIL}};
    assert_int_equal(throw_run(L, step_from, &step), LUA_ERRRUN);
    assert_string_equal(lua_tostring(L, -1), "invalid key to 'next'");
  }
  Step inside = {t, {number(1), VAL_NIL}}; /* an index of the array part, though it holds nil */
  assert_int_equal(throw_run(L, step_from, &inside), 0);
  test_close(L, &heap);
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static void distinct_keys_are_kept_apart_and_equal_ones_together(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local zero = 0\n"
           "keys = {2^31, -2^31, 2^31 - 1, 2^32 + 1, 10^33, 10e30, 1, 1.5, -1, 2^53, 0.1, 1e-300,\n"
           "        1/zero, -1/zero, '1', '', 'a\\0b', 'a', true, false, print, keys or {}}\n"
           "t = {}\n"
           "for i, k in ipairs(keys) do t[k] = i end\n"
           "wrong = 0\n"
           "for i, k in ipairs(keys) do if t[k] ~= i then wrong = wrong + 1 end end\n"
           "t[0] = 'zero'\n"
           "minus = t[-zero] t[-zero] = 'minus' plus = t[0] nan = t[zero/zero]", 0);
  test_expect(L, "wrong, minus, plus, nan, t[nil]", "0 zero minus nil nil");
  assert_non_null(strstr(test_error(L, "local t = {} t[0/0] = 1"), "table index is NaN"));
  assert_non_null(strstr(test_error(L, "local t = {} t[nil] = 1"), "table index is nil"));
  heap_check(L);
  test_close(L, &heap);
}

static void all_ways_to_a_slot_lead_to_the_same_one(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Table *t = tab_new(L, 4, 0);
  *L->top++ = val_from_table(t);
  TString *name = str_literal(L, "name");
  for (int i = -2; i <= 9; i++) tab_set_int(L, t, i, number(i * 10));
  tab_set_str(L, t, name, VAL_TRUE);
  for (int i = -2; i <= 9; i++) {
    const Slot *s = tab_find_int(t, i);
    assert_non_null(s);
    assert_ptr_equal(tab_find(t, number(i)), s);
    assert_ptr_equal(tab_slot(L, t, number(i)), s);
    assert_ptr_equal(tab_slot_int(L, t, i), s);
  }
  assert_ptr_equal(tab_find_str(t, name), tab_find(t, val_from_string(name)));
  assert_ptr_equal(tab_slot_str(L, t, name), tab_find_str(t, name));
  assert_null(tab_find_int(t, INT64_MAX));
  assert_null(tab_find_int(t, INT64_MIN));
  assert_null(tab_find(t, VAL_NIL));
  assert_null(tab_find(t, number(NAN)));
  assert_true(val_is_nil(tab_get(t, val_from_table(t))));
  test_close(L, &heap);
}

static void a_table_without_nodes_writes_nothing_into_the_shared_one(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  for (int i = 0; i < 10; i++) {
    lua_newtable(L);
    lua_pushnil(L);
    lua_setfield(L, -2, "absent");
    lua_pushnil(L);
    assert_int_equal(lua_next(L, -2), 0);
    assert_true(val_is_nil(table_empty_node.key));
    assert_true(slot_is_nil(&table_empty_node.val));
  }
  test_close(L, &heap);
}

/* ---- Length -------------------------------------------------------------------------------- */

static void the_length_with_holes_is_the_reference_s(void **unused) {
  (void)unused;
  static const struct {
    const char *table;
    int length;
  } rows[] = {
    {"{}", 0},
    {"{nil}", 0},
    {"{nil, nil, 3}", 3},
    {"{1, nil, 3}", 3},
    {"{1, nil, 3, nil}", 1},
    {"{1, 2, nil, nil}", 2},
    {"{nil, 2, nil, 4, nil}", 2},
    {"{n=1}", 0},
    {"{[1]=1, [2]=2, [3]=3}", 3},
    {"{[1]=1, [2]=2, [4]=4}", 4},
    {"{[2]=2}", 0},
    {"{1, 2, 3, [4]=4, [5]=5, [7]=7}", 5},
    {"{1, 2, 3, [5]=5}", 3},
  };
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < ROWS(rows); i++) {
    char expression[80], expected[16];
    snprintf(expression, sizeof expression, "#%s", rows[i].table);
    snprintf(expected, sizeof expected, "%d", rows[i].length);
    test_expect(L, expression, expected);
  }
  test_close(L, &heap);
}

static void a_border_is_found_among_powers_of_two(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_newtable(L);
  for (double key = 1; key <= 0x1p50; key *= 2) {
    put(L, key);
    const uint32_t n = tab_length(top_table(L));
    assert_false(val_is_nil(tab_get(top_table(L), number(n))));
    assert_true(val_is_nil(tab_get(top_table(L), number(n + 1.0))));
  }
  test_close(L, &heap);
}

static void the_length_is_right_while_integers_wait_in_the_nodes(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_createtable(L, 0, 128);
  for (uint32_t i = 1; i <= 100; i++) {
    put(L, i);
    assert_int_equal(top_table(L)->narray, 0);
    assert_int_equal(tab_length(top_table(L)), i);
  }
  test_close(L, &heap);
}

/* ---- Lack of memory ------------------------------------------------------------------------ */

typedef struct Filling {
  Table *t;
  int done; /* steps finished */
} Filling;

/* Every kind of growth: array, nodes, both, array back to nodes. */
static void fill(lua_State *L, void *ud) {
  Filling *filling = ud;
  Table *t = filling->t;
  for (; filling->done < 40; filling->done++)
    tab_set(L, t, number(filling->done + 1), number(1));
  for (; filling->done < 80; filling->done++)
    tab_set(L, t, number(filling->done + 0.5), number(1));
  for (; filling->done < 110; filling->done++) tab_set(L, t, number(filling->done - 79), VAL_NIL);
  for (; filling->done < 180; filling->done++)
    tab_set(L, t, number(-filling->done), number(1));
  tab_resize_array(L, t, 400);
}

static void a_failed_growth_leaves_the_table_as_it_was(void **unused) {
  (void)unused;
  size_t failures = 0;
  for (size_t n = 1, status = LUA_ERRMEM; status == LUA_ERRMEM; n++) {
    TestHeap heap = {0};
    lua_State *L = test_state(&heap);
    lua_newtable(L);
    Filling filling = {top_table(L), 0};
    heap.fail_at = heap.calls + n;
    status = (size_t)throw_run(L, fill, &filling);
    heap.fail_at = 0;
    heap_check(L);
    if (status == LUA_ERRMEM) {
      int pairs = 0;
      TValue pair[2] = {VAL_NIL, VAL_NIL};
      while (tab_next(L, filling.t, pair)) pairs++;
      const int done = filling.done;
      assert_int_equal(pairs, done <= 80 ? done : done <= 110 ? 160 - done : done - 60);
      failures++;
    }
    assert_int_equal(throw_run(L, fill, &filling), 0); /* and it can go on */
    heap_check(L);
    test_close(L, &heap);
  }
  assert_true(failures > 15);
}

static void make_sized(lua_State *L, void *unused) {
  (void)unused;
  tab_new(L, 10, 10);
}

static void a_table_half_made_is_garbage_but_whole(void **unused) {
  (void)unused;
  for (size_t n = 1; n <= 3; n++) {
    TestHeap heap = {0};
    lua_State *L = test_state(&heap);
    const size_t before = heap.live_bytes;
    heap.fail_at = heap.calls + n;
    assert_int_equal(throw_run(L, make_sized, NULL), LUA_ERRMEM);
    heap.fail_at = 0;
    heap_check(L);
    lua_gc(L, LUA_GCCOLLECT, 0);
    assert_int_equal(heap.live_bytes, before);
    test_close(L, &heap);
  }
}

static void make_enormous(lua_State *L, void *unused) {
  (void)unused;
  tab_new(L, 0, UINT32_MAX);
}

static void absurd_sizes_are_refused(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  assert_int_equal(throw_run(L, make_enormous, NULL), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "table overflow");
  heap_check(L);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(constructors_reserve_what_their_hints_say),
    cmocka_unit_test(results_of_calls_take_exactly_their_number_of_slots),
    cmocka_unit_test(single_insertions_grow_the_part_they_belong_to),
    cmocka_unit_test(counting_up_doubles_the_array_and_needs_no_nodes),
    cmocka_unit_test(string_keys_double_the_nodes_and_need_no_array),
    cmocka_unit_test(counting_down_ends_in_the_array),
    cmocka_unit_test(storing_nil_under_absent_keys_rehashes),
    cmocka_unit_test(a_vararg_table_grows_from_its_exact_size),
    cmocka_unit_test(the_array_is_the_largest_that_is_more_than_half_full),
    cmocka_unit_test(resizing_keeps_every_pair),
    cmocka_unit_test(numbers_meet_where_their_hash_says),
    cmocka_unit_test(nodes_stand_at_home_or_above_the_free_pointer),
    cmocka_unit_test(next_visits_in_the_reference_s_order),
    cmocka_unit_test(next_goes_on_from_a_key_that_died),
    cmocka_unit_test(clearing_and_changing_during_a_traversal_is_safe),
    cmocka_unit_test(next_refuses_keys_that_are_not_there),
    cmocka_unit_test(distinct_keys_are_kept_apart_and_equal_ones_together),
    cmocka_unit_test(all_ways_to_a_slot_lead_to_the_same_one),
    cmocka_unit_test(a_table_without_nodes_writes_nothing_into_the_shared_one),
    cmocka_unit_test(the_length_with_holes_is_the_reference_s),
    cmocka_unit_test(a_border_is_found_among_powers_of_two),
    cmocka_unit_test(the_length_is_right_while_integers_wait_in_the_nodes),
    cmocka_unit_test(a_failed_growth_leaves_the_table_as_it_was),
    cmocka_unit_test(a_table_half_made_is_garbage_but_whole),
    cmocka_unit_test(absurd_sizes_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
