/* test_raise.c -- chunk names, positions and the formatter of messages. */
#include "object/raise.h"

#include <string.h>

#include "support/harness.h"
#include "support/sweep.h"
#include "types/state.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static void chunk_names_are_shortened_by_their_first_byte(void **unused) {
  (void)unused;
  static const struct {
    const char *source;
    size_t size;
    const char *shown;
  } rows[] = {
      {"=name", 60, "name"},
      {"=", 60, ""},
      {"=" FIFTY TEN, 60, FIFTY "012345678"},
      {"=" FIFTY "012345678", 60, FIFTY "012345678"},
      {"=two\nlines", 60, "two\nlines"},
      {"@file.lua", 60, "file.lua"},
      {"@", 60, ""},
      {"@" FIFTY "01", 60, FIFTY "01"},
      {"@x" FIFTY "01", 60, "..." FIFTY "01"},
      {"@xyz" FIFTY TEN TEN "01", 80, "..." FIFTY TEN TEN "01"},
      {"return 1", 60, "[string \"return 1\"]"},
      {"", 60, "[string \"\"]"},
      {"one\ntwo", 60, "[string \"one...\"]"},
      {"one\rtwo", 60, "[string \"one...\"]"},
      {"one\n", 60, "[string \"one...\"]"},
      {"\nx", 60, "[string \"...\"]"},
      {TEN TEN TEN TEN "012", 60, "[string \"" TEN TEN TEN TEN "012\"]"},
      {TEN TEN TEN TEN "0123", 60, "[string \"" TEN TEN TEN TEN "012...\"]"},
      {FIFTY TEN "012", 80, "[string \"" FIFTY TEN "012\"]"},
      {FIFTY TEN "0123", 80, "[string \"" FIFTY TEN "012...\"]"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    char out[80];
    memset(out, '!', sizeof out);
    err_chunk_id(out, rows[i].source, rows[i].size);
    assert_string_equal(out, rows[i].shown);
    if (rows[i].size == 60) assert_int_equal(out[60], '!');
  }
}

static int line_inside, line_outside, pc_inside;

static int look_at_caller(lua_State *L) {
  line_outside = err_current_line(L, L->ci);
  line_inside = err_current_line(L, L->ci - 1);
  pc_inside = err_current_pc(L->ci - 1);
  return 0;
}

static void a_frame_knows_its_line_and_instruction(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "look", look_at_caller);
  test_run(L, "local a\n\nlook()", 0);
  assert_int_equal(line_outside, -1);
  assert_int_equal(line_inside, 3);
  assert_int_equal(pc_inside, 1); /* GETGLOBAL, CALL: the declaration has no code */
  assert_int_equal(err_current_line(L, L->ci), -1);
  lua_close(L);
}

/* A chunk without debug information: as after `luac -s`. */
static void stripped_code_is_at_line_zero_of_a_question_mark(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  luaL_loadstring(L, "x.y = 1");
  Proto *p = ((LClosure *)(uintptr_t)lua_topointer(L, -1))->p;
  int size = p->size_lineinfo;
  TString *source = p->source.ref;
  p->size_lineinfo = 0;
  p->source.ref = NULL;
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
  assert_string_equal(lua_tostring(L, -1), "?:0: attempt to index global 'x' (a nil value)");
  p->size_lineinfo = size;
  p->source.ref = source;
  lua_close(L);
}

static int raise_formatted(lua_State *L) {
  err_run(L, "%s and %d and %f", "text", 7, 0.5);
}

static void messages_of_c_functions_have_no_position(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  lua_register(L, "raise", raise_formatted);
  assert_string_equal(test_error(L, "raise()"), "text and 7 and 0.5");
  lua_close(L);
}

static int raise_long(lua_State *L) {
  char text[3000];
  memset(text, 'z', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  err_run(L, "%s", text);
}

static int catch_long(lua_State *L) {
  lua_pushcfunction(L, raise_long);
  if (lua_pcall(L, 0, 0, 0) == LUA_ERRMEM) sweep_note_failure();
  return 0;
}

static void raising_survives_every_allocation_failure(void **unused) {
  (void)unused;
  sweep_allocations(catch_long, false);
}

int main(void) {
  const struct CMUnitTest raise[] = {
      cmocka_unit_test(chunk_names_are_shortened_by_their_first_byte),
      cmocka_unit_test(a_frame_knows_its_line_and_instruction),
      cmocka_unit_test(stripped_code_is_at_line_zero_of_a_question_mark),
      cmocka_unit_test(messages_of_c_functions_have_no_position),
      cmocka_unit_test(raising_survives_every_allocation_failure),
  };
  return cmocka_run_group_tests(raise, NULL, NULL);
}
