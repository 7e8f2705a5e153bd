/* test_meta.c -- metamethods are found where the manual says, and known absence is never stale. */
#include "object/meta.h"

#include "object/str.h"
#include "support/harness.h"

static void events_have_their_names_marked_and_fixed(void **unused) {
  (void)unused;
  static const char *const names[] = {"__index", "__newindex", "__gc",  "__mode", "__eq",   "__len",
                                      "__lt",    "__le",       "__add", "__sub",  "__mul",  "__div",
                                      "__mod",   "__pow",      "__unm", "__concat", "__call"};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  assert_int_equal(NUM_EVENTS, ROWS(names));
  for (int e = 0; e < NUM_EVENTS; e++) {
    const TString *s = G(L)->event_names[e];
    assert_string_equal(s->data, names[e]);
    assert_int_equal(s->event, e + 1);
    assert_true(s->marked & MARK_FIXED);
    assert_ptr_equal(str_from_c(L, names[e]), s);
  }
  test_close(L, &heap);
}

static void type_names_follow_the_type_numbers(void **unused) {
  (void)unused;
  static const char *const names[] = {"no value", "nil",   "boolean",  "userdata", "number",
                                      "string",   "table", "function", "userdata", "thread"};
  for (int type = LUA_TNONE; type <= LUA_TTHREAD; type++)
    assert_string_equal(meta_type_names[type + 1], names[type + 1]);
  assert_string_equal(meta_type_name(VAL_NIL), "nil");
  assert_string_equal(meta_type_name(val_from_num(1)), "number");
  assert_string_equal(meta_type_name(val_tagged((void *)16, 14)), "userdata");
}

/* One value of each type on the stack, at 1 + the number of its type. */
static void push_one_of_each(lua_State *L) {
  lua_pushnil(L);
  lua_pushboolean(L, 1);
  lua_pushlightuserdata(L, L);
  lua_pushnumber(L, 1);
  lua_pushliteral(L, "s");
  lua_newtable(L);
  lua_pushcfunction(L, lua_gettop);
  lua_newuserdata(L, 1);
  lua_newthread(L);
}

static void tables_and_userdata_have_their_own_other_types_share_one(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  push_one_of_each(L);
  const int n = lua_gettop(L);
  for (int i = 1; i <= n; i++) {
    assert_null(meta_of(L, L->ci->base[i - 1]));
    lua_newtable(L);
    lua_pushinteger(L, i);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, i);
  }
  for (int i = 1; i <= n; i++) {
    const TValue v = L->ci->base[i - 1];
    assert_number_is(val_num(meta_find(L, v, EVENT_INDEX)), i);
    assert_true(val_is_nil(meta_find(L, v, EVENT_CALL)));
  }
  assert_number_is(val_num(meta_find(L, val_from_num(99), EVENT_INDEX)), LUA_TNUMBER + 1);
  assert_number_is(val_num(meta_find(L, VAL_FALSE, EVENT_INDEX)), LUA_TBOOLEAN + 1);
  lua_newtable(L); /* another table has none */
  assert_null(meta_of(L, L->top[-1]));
  test_close(L, &heap);
}

static void absence_is_remembered_event_by_event(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Table *mt = tab_new(L, 0, 0);
  *L->top++ = val_from_table(mt);
  assert_int_equal(mt->absent, 0xFF); /* a new table has nothing */
  tab_set_str(L, mt, str_literal(L, "unrelated"), VAL_TRUE);
  assert_int_equal(mt->absent, 0);
  for (int e = 0; e < EVENT_CACHED; e++) {
    assert_true(val_is_nil(meta_fast(L, mt, (Event)e)));
    assert_int_equal(mt->absent, (2 << e) - 1);
  }
  assert_true(val_is_nil(meta_fast(L, NULL, EVENT_INDEX)));
  test_close(L, &heap);
}

static void presence_is_not_remembered(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  Table *mt = tab_new(L, 0, 0);
  *L->top++ = val_from_table(mt);
  for (int e = 0; e < EVENT_CACHED; e++) {
    tab_set_str(L, mt, G(L)->event_names[e], val_from_num(e));
    assert_number_is(val_num(meta_fast(L, mt, (Event)e)), e);
    tab_set_str(L, mt, G(L)->event_names[e], VAL_NIL);
    assert_true(val_is_nil(meta_fast(L, mt, (Event)e)));
  }
  test_close(L, &heap);
}

/* Each way a program can add a metamethod to a table whose lack of it has been noticed. */
static void every_way_to_store_forgets_absence(void **unused) {
  (void)unused;
  static const char *const stores[] = {
    "mt.__index = f",
    "mt['__in' .. 'dex'] = f",
    "rawset(mt, '__index', f)",
    "local function set(t, k) t[k] = f end set(mt, '__index')",
    "setmetatable(mt, {__newindex = function(t, k, v) rawset(t, k, v) end}) mt.__index = f",
    "setmetatable({}, {__newindex = mt}).__index = f",
    "setfenv(1, mt) __index = f",
    "local k = next({__index = 1}) mt[k] = f",
    "setmetatable(t, {__index = f})",
    "table.foreach({__index = f}, function(k, v) mt[k] = v end)",
    "for i = 1, 3 do mt.__index = f end mt.other = 1",
  };
  for (size_t i = 0; i < ROWS(stores); i++) {
    for (int present = 0; present <= 1; present++) { /* once with the name there, but nil */
      TestHeap heap = {0};
      lua_State *L = test_state_libs(&heap);
      test_run(L, "f = function() return 'found' end mt = {} t = setmetatable({}, mt)\n"
                  "local f = f", 0);
      if (present) test_run(L, "mt.__index = 1 mt.__index = nil", 0);
      test_run(L, "before = t.x", 0);
      lua_pushfstring(L, "local f, mt, t, setmetatable, rawset = f, mt, t, setmetatable, rawset\n"
                         "%s", stores[i]);
      test_run(L, lua_tostring(L, -1), 0);
      test_expect(L, "before, t.x", "nil found");
      test_close(L, &heap);
    }
  }
}

static void the_api_forgets_absence_too(void **unused) {
  (void)unused;
  for (int way = 0; way < 3; way++) {
    TestHeap heap = {0};
    lua_State *L = test_state(&heap);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, 2);
    lua_setmetatable(L, 1);
    lua_getfield(L, 1, "x");
    assert_true(lua_isnil(L, -1));
    lua_pop(L, 1);
    if (way > 0) lua_pushliteral(L, "__index");
    lua_newtable(L);
    lua_pushinteger(L, 7);
    lua_setfield(L, -2, "x");
    if (way == 0) lua_setfield(L, 2, "__index");
    else if (way == 1) lua_settable(L, 2);
    else lua_rawset(L, 2);
    lua_getfield(L, 1, "x");
    assert_int_equal(lua_tointeger(L, -1), 7);
    test_close(L, &heap);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(events_have_their_names_marked_and_fixed),
    cmocka_unit_test(type_names_follow_the_type_numbers),
    cmocka_unit_test(tables_and_userdata_have_their_own_other_types_share_one),
    cmocka_unit_test(absence_is_remembered_event_by_event),
    cmocka_unit_test(presence_is_not_remembered),
    cmocka_unit_test(every_way_to_store_forgets_absence),
    cmocka_unit_test(the_api_forgets_absence_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
