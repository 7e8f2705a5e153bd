/* test_api_load.c -- chunks to functions and back. */
#include <string.h>

#include "support/harness.h"
#include "support/sweep.h"

/* Gives `text` in pieces of `step` bytes, and counts the calls. */
typedef struct Feed {
  const char *text;
  size_t left, step;
  int calls, calls_after_end;
  bool ended;
} Feed;

static const char *feed_read(lua_State *L, void *ud, size_t *size) {
  (void)L;
  Feed *f = ud;
  f->calls++;
  if (f->ended) f->calls_after_end++;
  if (f->left == 0) {
    f->ended = true;
    *size = 0;
    return NULL;
  }
  *size = f->left < f->step ? f->left : f->step;
  const char *piece = f->text;
  f->text += *size;
  f->left -= *size;
  return piece;
}

static int load_text(lua_State *L, const char *text, size_t len, size_t step, const char *name) {
  Feed feed = {.text = text, .left = len, .step = step};
  int status = lua_load(L, feed_read, &feed, name);
  assert_int_equal(feed.calls_after_end, 0);
  return status;
}

static void text_is_read_in_pieces_of_any_size(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  static const char text[] = "local a, b = ... return a + b, 'a string', [[long\nstring]], 1.25e2";
  for (size_t step = 1; step < sizeof text; step++) {
    assert_int_equal(load_text(L, text, sizeof text - 1, step, "=t"), 0);
    assert_int_equal(lua_gettop(L), 1);
    lua_pushinteger(L, 40);
    lua_pushinteger(L, 2);
    lua_call(L, 2, LUA_MULTRET);
    assert_int_equal(lua_tointeger(L, 1), 42);
    assert_string_equal(lua_tostring(L, 3), "long\nstring");
    assert_number_is(lua_tonumber(L, 4), 125);
    lua_settop(L, 0);
  }
  lua_close(L);
}

static void no_text_is_an_empty_function(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  assert_int_equal(load_text(L, "", 0, 1, "=t"), 0);
  lua_call(L, 0, LUA_MULTRET);
  assert_int_equal(lua_gettop(L), 0);
  lua_close(L);
}

static void syntax_errors_name_the_chunk_and_the_line(void **unused) {
  (void)unused;
  static const struct {
    const char *name, *text, *message;
  } rows[] = {
      {"=name", "x =", "name:1: unexpected symbol near '<eof>'"},
      {"@file", "\n\nx y", "file:3: '=' expected near 'y'"},
      {"return", "return return", "[string \"return\"]:1: unexpected symbol near 'return'"},
      {"two\nlines", "(", "[string \"two...\"]:1: unexpected symbol near '<eof>'"},
      {NULL, "(", "[string \"?\"]:1: unexpected symbol near '<eof>'"},
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_pushnil(L);
    assert_int_equal(load_text(L, rows[i].text, strlen(rows[i].text), 3, rows[i].name),
                     LUA_ERRSYNTAX);
    assert_int_equal(lua_gettop(L), 2);
    assert_string_equal(lua_tostring(L, -1), rows[i].message);
    lua_settop(L, 0);
  }
  lua_close(L);
}

static const char *failing_reader(lua_State *L, void *ud, size_t *size) {
  int *calls = ud;
  if (++*calls == 1) {
    *size = 4;
    return "x = ";
  }
  *size = 0;
  luaL_error(L, "cannot read on");
  return NULL;
}

static void an_error_of_the_reader_is_caught(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  int calls = 0;
  assert_int_equal(lua_load(L, failing_reader, &calls, "=r"), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "cannot read on");
  assert_int_equal(lua_gettop(L), 1);
  lua_close(L);
}

typedef struct Store {
  char data[4096];
  size_t len;
  int fail_at, calls;
} Store;

static int store_write(lua_State *L, const void *p, size_t size, void *ud) {
  (void)L;
  Store *s = ud;
  if (++s->calls == s->fail_at) return 77;
  if (s->len + size <= sizeof s->data) memcpy(s->data + s->len, p, size);
  s->len += size;
  return 0;
}

static void a_dumped_function_loads_again(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Store store = {.len = 0};
  luaL_loadstring(L, "local a = ... local function f() return a end return f() * 2");
  assert_int_equal(lua_dump(L, store_write, &store), 0);
  assert_int_equal(lua_gettop(L), 1);
  assert_memory_equal(store.data, LUA_SIGNATURE, 4);
  for (size_t step = 1; step < 40; step++) {
    assert_int_equal(load_text(L, store.data, store.len, step, "=binary"), 0);
    lua_pushinteger(L, 21);
    lua_call(L, 1, 1);
    assert_int_equal(lua_tointeger(L, -1), 42);
    lua_pop(L, 1);
  }
  lua_close(L);
}

static void dump_stops_when_the_writer_says_so(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Store store = {.fail_at = 3};
  luaL_loadstring(L, "return 1");
  assert_int_equal(lua_dump(L, store_write, &store), 77);
  assert_int_equal(store.calls, 3);
  lua_close(L);
}

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static void only_lua_functions_can_be_dumped(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Store store = {.len = 0};
  lua_pushcfunction(L, nothing);
  assert_int_equal(lua_dump(L, store_write, &store), 1);
  lua_pushinteger(L, 1);
  assert_int_equal(lua_dump(L, store_write, &store), 1);
  assert_int_equal(store.calls, 0);
  lua_close(L);
}

static void a_loaded_function_lives_in_the_globals_of_its_thread(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_State *co = lua_newthread(L);
  lua_newtable(L);
  lua_setfenv(L, 1);
  assert_int_equal(luaL_loadstring(co, "x = 5"), 0);
  lua_call(co, 0, 0);
  lua_getglobal(co, "x");
  assert_int_equal(lua_tointeger(co, -1), 5);
  lua_getglobal(L, "x");
  assert_int_equal(lua_type(L, -1), LUA_TNIL);
  lua_close(L);
}

static void truncated_and_foreign_binaries_are_refused(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Store store = {.len = 0};
  luaL_loadstring(L, "return 1");
  lua_dump(L, store_write, &store);
  for (size_t len = 1; len < store.len; len++) {
    assert_int_equal(load_text(L, store.data, len, 9, "=cut"), LUA_ERRSYNTAX);
    assert_string_equal(lua_tostring(L, -1), "cut: unexpected end in precompiled chunk");
    lua_pop(L, 1);
  }
  store.data[4] = 0x52;
  assert_int_equal(load_text(L, store.data, store.len, 9, "=alien"), LUA_ERRSYNTAX);
  assert_string_equal(lua_tostring(L, -1), "alien: bad header in precompiled chunk");
  lua_close(L);
}

static int load_much(lua_State *L) {
  static const char text[] =
      "local t = {1, 2, x = 'y', [3] = function(...) local u = t; return u, ... end}\n"
      "for i, v in pairs(t) do if v == 1 then g = i .. v else g = not v end end\n"
      "while g do local a = function() return g, t end; break end return [[text]], 0.5";
  Feed feed = {.text = text, .left = sizeof text - 1, .step = 10};
  if (lua_load(L, feed_read, &feed, "=much") == LUA_ERRMEM) {
    sweep_note_failure();
    return 0;
  }
  Store store = {.len = 0};
  lua_dump(L, store_write, &store);
  feed = (Feed){.text = store.data, .left = store.len, .step = 100};
  if (lua_load(L, feed_read, &feed, "=again") == LUA_ERRMEM) sweep_note_failure();
  return 0;
}

static void loading_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(load_much, false);
}

int main(void) {
  const struct CMUnitTest api_load[] = {
      cmocka_unit_test(text_is_read_in_pieces_of_any_size),
      cmocka_unit_test(no_text_is_an_empty_function),
      cmocka_unit_test(syntax_errors_name_the_chunk_and_the_line),
      cmocka_unit_test(an_error_of_the_reader_is_caught),
      cmocka_unit_test(a_dumped_function_loads_again),
      cmocka_unit_test(dump_stops_when_the_writer_says_so),
      cmocka_unit_test(only_lua_functions_can_be_dumped),
      cmocka_unit_test(a_loaded_function_lives_in_the_globals_of_its_thread),
      cmocka_unit_test(truncated_and_foreign_binaries_are_refused),
      cmocka_unit_test(loading_survives_every_allocation_failure),
  };
  return cmocka_run_group_tests(api_load, NULL, NULL);
}
