/* test_exec.c -- every handler gives the reference's results, with hooks and without, and remembers
 * names only where it may. */
#include "vm/exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/heapcheck.h"
#include "object/str.h"
#include "object/tab.h"
#include "support/harness.h"
#include "support/snippets.h"
#include "vm/decode.h"

static unsigned long events;

static void count_event(lua_State *L, lua_Debug *ar) {
  (void)L;
  (void)ar;
  events++;
}

/* Collects inside the hook: whatever an instruction left half done would show. */
static void collect_in_hook(lua_State *L, lua_Debug *ar) {
  events++;
  lua_getinfo(L, "nSlu", ar);
  lua_gc(L, LUA_GCSTEP, 0);
}

static const struct {
  const char *name;
  lua_Hook hook;
  int mask, count;
} modes[] = {
  {"plain", NULL, 0, 0},
  {"count 1", count_event, LUA_MASKCOUNT, 1},
  {"count 3", count_event, LUA_MASKCOUNT, 3},
  {"line", count_event, LUA_MASKLINE, 0},
  {"call", count_event, LUA_MASKCALL, 0},
  {"return", count_event, LUA_MASKRET, 0},
  {"all", collect_in_hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1},
};

static void run_all_snippets(size_t mode) {
  for (size_t i = 0; i < nsnippets; i++) {
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    snippet_load(L, &snippets[i]);
    lua_sethook(L, modes[mode].hook, modes[mode].mask, modes[mode].count);
    snippet_call(L, &snippets[i], modes[mode].name);
    test_close(L, &heap);
  }
}

static void snippets_give_the_reference_s_results(void **unused) {
  (void)unused;
  run_all_snippets(0);
}

static void hooks_change_no_result(void **unused) {
  (void)unused;
  for (size_t mode = 1; mode < ROWS(modes); mode++) {
    events = 0;
    run_all_snippets(mode);
    assert_true(events > nsnippets / 4);
  }
}

/* Some snippets change their environment: those are fresh each time, and must not depend on it. */
static void a_second_run_of_the_same_code_agrees(void **unused) {
  (void)unused;
  for (size_t i = 0; i < nsnippets; i++) {
    if (strstr(snippets[i].source, "setfenv(1") != NULL) continue;
    TestHeap heap = {0};
    lua_State *L = test_state_libs(&heap);
    snippet_load(L, &snippets[i]);
    for (int run = 0; run < 3; run++) {
      lua_pushvalue(L, -1);
      if (run == 2) lua_sethook(L, count_event, LUA_MASKCOUNT, 1);
      snippet_call(L, &snippets[i], run == 2 ? "third run, hooked" : "later run");
    }
    lua_sethook(L, NULL, 0, 0);
    heap_check(L);
    test_close(L, &heap);
  }
}

static void note_handlers(const Proto *p, bool *seen) {
  for (int pc = 0; pc < p->size_exec; pc++) seen[word_handler(p->exec[pc])] = true;
  for (int i = 0; i < p->size_p; i++) note_handlers(ref_get(p->p[i]), seen);
}

/* More than 256 constants, so that the method's name comes from a register. */
static void push_function_with_far_names(lua_State *L) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "local t, n = ..., 0\n");
  for (int i = 1; i <= 300; i++) {
    char line[32];
    snprintf(line, sizeof line, "n = n + %d.5\n", i);
    luaL_addstring(&b, line);
  }
  luaL_addstring(&b, "t.far = n return t:method(), t.far, t['other']");
  luaL_pushresult(&b);
  if (luaL_loadstring(L, lua_tostring(L, -1)) != 0) fail_msg("%s", lua_tostring(L, -1));
  lua_remove(L, -2);
}

static void names_beyond_constant_255_come_from_registers(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (int hooked = 0; hooked <= 1; hooked++) {
    if (hooked) lua_sethook(L, count_event, LUA_MASKCOUNT, 1);
    push_function_with_far_names(L);
    test_run(L, "return setmetatable({method = function(self) return self.far * 2 end},\n"
                "                    {__index = function(_, k) return k end})", 1);
    lua_call(L, 1, 3);
    assert_number_is(lua_tonumber(L, -3), 2 * 45300);
    assert_number_is(lua_tonumber(L, -2), 45300);
    assert_string_equal(lua_tostring(L, -1), "other");
  }
  lua_sethook(L, NULL, 0, 0);
  test_close(L, &heap);
}

/* A handler added without a snippet that uses it is noticed here. */
static void the_snippets_use_every_handler(void **unused) {
  (void)unused;
  static const char *const names[] = {
#define HANDLER(name) #name,
#include "vm/handlers.def"
#undef HANDLER
  };
  bool seen[NUM_HANDLERS] = {[H_DECODE] = true};
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  for (size_t i = 0; i < nsnippets; i++) {
    lua_settop(L, 0);
    snippet_load(L, &snippets[i]);
    lua_pushvalue(L, 1);
    assert_int_equal(lua_pcall(L, 0, 0, 0), 0);
    note_handlers(val_lclosure(L->ci->base[0])->p, seen);
  }
  push_function_with_far_names(L);
  decode_proto(L, val_lclosure(L->top[-1])->p);
  note_handlers(val_lclosure(L->top[-1])->p, seen);
  for (int h = 0; h < NUM_HANDLERS; h++)
    if (!seen[h]) fail_msg("no snippet uses %s", names[h]);
  test_close(L, &heap);
}

static void the_dispatch_table_hooks_all_but_decoding(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  HandlerEntry before[NUM_HANDLERS];
  memcpy(before, G(L)->dispatch, sizeof before);
  exec_set_hooking(G(L), true);
  for (int h = 0; h < NUM_HANDLERS; h++) {
    assert_int_equal(G(L)->dispatch[h] == before[h], h == H_DECODE);
    if (h > 1) assert_true(G(L)->dispatch[h] == G(L)->dispatch[1]);
  }
  exec_set_hooking(G(L), false);
  assert_memory_equal(G(L)->dispatch, before, sizeof before);
  lua_sethook(L, count_event, LUA_MASKCOUNT, 1);
  assert_true(G(L)->dispatch[1] != before[1]);
  lua_sethook(L, NULL, 0, 0);
  assert_memory_equal(G(L)->dispatch, before, sizeof before);
  test_close(L, &heap);
}

/* An empty loop of a thousand rounds is a thousand instructions and a few more. */
static void the_count_hook_counts_instructions(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  static const struct {
    int count;
    unsigned long low, high;
  } rows[] = {{1, 1003, 1010}, {4, 250, 253}, {4000, 0, 0}};
  for (size_t i = 0; i < ROWS(rows); i++) {
    luaL_loadstring(L, "for i = 1, 1000 do end");
    events = 0;
    lua_sethook(L, count_event, LUA_MASKCOUNT, rows[i].count);
    lua_call(L, 0, 0);
    lua_sethook(L, NULL, 0, 0);
    assert_in_range(events, rows[i].low, rows[i].high);
  }
  test_close(L, &heap);
}

/* ---- What words remember ------------------------------------------------------------------- */

static bool may_remember(unsigned handler) {
  return handler == H_GETGLOBAL || handler == H_SETGLOBAL || handler == H_GETFIELD ||
         handler == H_SETFIELD || handler == H_SELF;
}

static void running_rewrites_nothing_but_where_names_are(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "t = {} for i = 1, 1000 do t['k' .. i] = i end\n"
           "function t.k7(self) return self end\n"
           "return function(t)\n"
           "  local n = 0\n"
           "  for i = 1, 3 do\n"
           "    n = n + t.k1 + t.k999 t.k2 = i t.k3 = t.k2 t:k7() global = n t[i] = t[1] or n\n"
           "    n = n % 7 == 3 and #t or n .. ''\n"
           "  end\n"
           "  return global\n"
           "end", 1);
  const LClosure *f = val_lclosure(L->top[-1]);
  decode_proto(L, f->p);
  lua_pushvalue(L, -1); /* kept, for what is read below */
  const int n = f->p->size_exec;
  Word *before = malloc((size_t)n * sizeof *before);
  memcpy(before, f->p->exec, (size_t)n * sizeof *before);
  lua_getglobal(L, "t");
  lua_call(L, 1, 1);
  int changed = 0;
  for (int pc = 0; pc < n; pc++) {
    const Word now = f->p->exec[pc];
    assert_int_equal(word_set_x(now, 0), word_set_x(before[pc], 0));
    if (now == before[pc]) continue;
    assert_true(may_remember(word_handler(now)));
    changed++;
  }
  assert_true(changed >= 4);
  free(before);
  test_close(L, &heap);
}

static void what_is_remembered_is_where_the_name_is(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L, "t = {} for i = 1, 1000 do t['k' .. i] = i end\n"
              "return function(t) return t.k77 end", 1);
  const LClosure *f = val_lclosure(L->top[-1]);
  lua_pushvalue(L, -1);
  lua_getglobal(L, "t");
  const Table *t = val_table(L->top[-1]);
  lua_call(L, 1, 1);
  assert_int_equal(lua_tointeger(L, -1), 77);
  assert_int_equal(word_handler(f->p->exec[0]), H_GETFIELD);
  const Slot *s = tab_find_str(t, str_literal(L, "k77"));
  assert_ptr_equal(&t->node[word_x(f->p->exec[0]) & t->node_mask].val, s);
  test_close(L, &heap);
}

/* One place in the code, tables of all sizes, with the name here, there and nowhere. */
static void a_stale_memory_does_no_harm(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function get(t) return t.name end\n"
           "local function set(t, v) t.name = v end\n"
           "local function call(t) return t:name() end\n"
           "local tables = {}\n"
           "for size = 0, 12 do\n"
           "  local with, without, cleared = {}, {}, {}\n"
           "  for i = 1, 2 ^ size - 1 do \n"
           "    with['a' .. i] = i without['b' .. i] = i cleared[i] = i end\n"
           "  with.name = size cleared.name = 1 cleared.name = nil\n"
           "  table.insert(tables, {with, size}) table.insert(tables, {without, nil})\n"
           "  table.insert(tables, {cleared, nil}) table.insert(tables, {{}, nil})\n"
           "end\n"
           "wrong = 0\n"
           "for round = 1, 3 do\n"
           "  for i = 1, #tables do\n"
           "    local pair = tables[round == 2 and #tables + 1 - i or i]\n"
           "    if get(pair[1]) ~= pair[2] then wrong = wrong + 1 end\n"
           "  end\n"
           "end\n"
           "for i, pair in ipairs(tables) do set(pair[1], i) end\n"
           "for i, pair in ipairs(tables) do \n"
           "  if rawget(pair[1], 'name') ~= i then wrong = wrong + 1 end end\n"
           "for i, pair in ipairs(tables) do set(pair[1], function() return i end) end\n"
           "for i, pair in ipairs(tables) do if call(pair[1]) ~= i then wrong = wrong + 1 end end\n"
           "for i, pair in ipairs(tables) do set(pair[1], nil) end\n"
           "for i, pair in ipairs(tables) do\n"
           "  if get(pair[1]) ~= nil then wrong = wrong + 1 end end", 0);
  test_expect(L, "wrong", "0");
  heap_check(L);
  test_close(L, &heap);
}

static void methods_of_strings_and_classes_follow_their_metatables(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local function call(o, ...) return o:len(...) end\n"
           "local class = {len = function() return 'class' end} class.__index = class\n"
           "local derived = setmetatable({}, class) derived.__index = derived\n"
           "local o, d = setmetatable({}, class), setmetatable({}, derived)\n"
           "local mt = getmetatable('')\n"
           "local log = {}\n"
           "local function note() log[#log + 1] = call('abc') .. call(o) .. call(d) end\n"
           "note() note()\n"
           "class.len = function() return 'changed' end note()\n"
           "derived.len = function() return 'own' end note()\n"
           "derived.len = nil o.len = function() return 'instance' end note()\n"
           "mt.__index = {len = function() return 'other' end} note()\n"
           "mt.__index = function(s, k) return function() return k .. s end end note()\n"
           "mt.__index = setmetatable({}, {__index = string}) note()\n"
           "mt.__index = string note()\n"
           "result = table.concat(log, ' ')", 0);
  test_expect(L, "result", "3classclass 3classclass 3changedchanged 3changedown "
                           "3instancechanged otherinstancechanged lenabcinstancechanged "
                           "3instancechanged 3instancechanged");
  heap_check(L);
  test_close(L, &heap);
}

/* X has 16 bits: names in nodes beyond them are found by searching, each time. */
static void names_beyond_node_65535_are_found_too(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  test_run(L, "t = {} for i = 1, 70000 do t['k' .. i] = i end", 0);
  lua_getglobal(L, "t");
  const Table *t = val_table(L->top[-1]);
  int far = 0;
  for (int i = 1; i <= 70000 && far < 50; i += 997) {
    char name[16], source[400];
    snprintf(name, sizeof name, "k%d", i);
    const Slot *s = tab_find_str(t, str_from_c(L, name));
    const size_t index = (size_t)((const Node *)(const void *)s - t->node);
    if (index <= 0xFFFF) continue;
    far++;
    snprintf(source, sizeof source,
             "local n = 0\n"
             "for i = 1, 3 do n = n + t.%s t.%s = t.%s + 1 end\n"
             "setfenv(1, t) %s = %s * 2 local g = %s\n"
             "return n, g", name, name, name, name, name, name);
    assert_int_equal(test_run(L, source, LUA_MULTRET), 2);
    assert_int_equal(lua_tointeger(L, -2), 3 * i + 3);
    assert_int_equal(lua_tointeger(L, -1), 2 * (i + 3));
    lua_pop(L, 2);
  }
  assert_true(far > 10);
  test_close(L, &heap);
}

/* Every store that skips the slow path while the collector marks must not hide a new object. */
static void stores_by_the_quick_paths_keep_the_barrier(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state_libs(&heap);
  test_run(L,
           "local up\n"
           "local t = {x = {}, [1] = {}, {}} g = {}\n"
           "local function touch(i)\n"
           "  t.x = {i} t[1] = {i} t[i % 5] = {i} g = {i} up = {i}\n"
           "  return t.x[1] + t[1][1] + t[i % 5][1] + g[1] + up[1]\n"
           "end\n"
           "s = 0\n"
           "for i = 1, 3000 do s = s + touch(i) collectgarbage('step', 0) end", 0);
  test_expect(L, "s", "22507500");
  heap_check(L);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(snippets_give_the_reference_s_results),
    cmocka_unit_test(hooks_change_no_result),
    cmocka_unit_test(a_second_run_of_the_same_code_agrees),
    cmocka_unit_test(names_beyond_constant_255_come_from_registers),
    cmocka_unit_test(the_snippets_use_every_handler),
    cmocka_unit_test(the_dispatch_table_hooks_all_but_decoding),
    cmocka_unit_test(the_count_hook_counts_instructions),
    cmocka_unit_test(running_rewrites_nothing_but_where_names_are),
    cmocka_unit_test(what_is_remembered_is_where_the_name_is),
    cmocka_unit_test(a_stale_memory_does_no_harm),
    cmocka_unit_test(methods_of_strings_and_classes_follow_their_metatables),
    cmocka_unit_test(names_beyond_node_65535_are_found_too),
    cmocka_unit_test(stores_by_the_quick_paths_keep_the_barrier),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
