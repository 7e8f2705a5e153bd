/* test_dump.c -- Proto to bytes. */
#include "chunk/dump.h"

#include <string.h>

#include "support/code.h"

typedef struct Sink {
  char data[8192];
  size_t len;
  int calls, fail_at; /* the call that returns 42 */
} Sink;

static int write_sink(lua_State *L, const void *block, size_t size, void *ud) {
  Sink *sink = ud;
  (void)L;
  if (++sink->calls == sink->fail_at) return 42;
  assert_true(sink->len + size <= sizeof sink->data);
  memcpy(sink->data + sink->len, block, size);
  sink->len += size;
  return 0;
}

/* `local a = 1.5 return a', as luac5.1 writes it, except for the name of the source. */
static const char expected[] =
    "\x1BLua\x51\0\1\4\10\4\10\0"
    "\6\0\0\0\0\0\0\0=test\0"
    "\0\0\0\0\0\0\0\0"
    "\0\0\2\2"
    "\3\0\0\0"
    "\1\0\0\0" "\x1E\0\0\1" "\x1E\0\x80\0"
    "\1\0\0\0" "\3\0\0\0\0\0\0\xF8\x3F"
    "\0\0\0\0"
    "\3\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0"
    "\1\0\0\0" "\2\0\0\0\0\0\0\0a\0" "\1\0\0\0\2\0\0\0"
    "\0\0\0\0";

static void a_chunk_has_the_bytes_of_5_1(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Sink sink = {.len = 0};
  const Proto *p = code_of(L, "local a = 1.5 return a");
  assert_int_equal(dump_proto(L, p, write_sink, &sink, false), 0);
  assert_int_equal(sink.len, sizeof expected - 1);
  assert_memory_equal(sink.data, expected, sizeof expected - 1);
  lua_close(L);
}

static void stripping_leaves_out_names_and_lines_only(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  Sink whole = {.len = 0}, stripped = {.len = 0};
  const char *source = "local a return function() return a end";
  const Proto *p = code_of(L, source);
  dump_proto(L, p, write_sink, &whole, false);
  dump_proto(L, p, write_sink, &stripped, true);
  /* "=test", 3 + 3 lines, two variables ("a" and its debug entry), no source in the inner function */
  assert_int_equal(whole.len - stripped.len,
                   6 + (size_t)(p->size_lineinfo + p->p[0].ref->size_lineinfo) * 4 + (8 + 2 + 8) + (8 + 2));
  assert_int_equal(luaL_loadbuffer(L, stripped.data, stripped.len, "=s"), 0);
  const Proto *again = val_lclosure(L->top[-1])->p;
  assert_int_equal(again->p[0].ref->nups, 1);
  assert_int_equal(again->p[0].ref->size_upvalue_names, 0);
  assert_memory_equal(again->code, p->code, (size_t)p->size_code * sizeof *p->code);
  lua_close(L);
}

static void a_writer_that_fails_is_not_called_again(void **unused) {
  (void)unused;
  lua_State *L = test_state(NULL);
  const Proto *p = code_of(L, "local a = 'x' return function() return a end");
  Sink all = {.len = 0};
  dump_proto(L, p, write_sink, &all, false);
  for (int n = 1; n <= all.calls; n++) {
    Sink sink = {.fail_at = n};
    assert_int_equal(dump_proto(L, p, write_sink, &sink, false), 42);
    assert_int_equal(sink.calls, n);
  }
  lua_close(L);
}

/* Loaded and written again, a chunk is the same. */
static void dump_and_undump_are_inverse(void **unused) {
  (void)unused;
  static const char *const sources[] = {
      "", "return ...", "local a, b = -0, 1e300 return 'a\\0b', nil == a, true == b, false == a",
      "local a for i = 1, 2 do local b function f(x, ...) return a, b, i, arg end end",
      "return function() return function() return 'deep' end end",
  };
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < ROWS(sources); i++) {
    for (int strip = 0; strip <= 1; strip++) {
      Sink first = {.len = 0}, second = {.len = 0};
      dump_proto(L, code_of(L, sources[i]), write_sink, &first, strip);
      assert_int_equal(luaL_loadbuffer(L, first.data, first.len, "=again"), 0);
      dump_proto(L, val_lclosure(L->top[-1])->p, write_sink, &second, strip);
      assert_int_equal(first.len, second.len);
      assert_memory_equal(first.data, second.data, first.len);
      lua_settop(L, 0);
    }
  }
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_chunk_has_the_bytes_of_5_1),
      cmocka_unit_test(stripping_leaves_out_names_and_lines_only),
      cmocka_unit_test(a_writer_that_fails_is_not_called_again),
      cmocka_unit_test(dump_and_undump_are_inverse),
  };
  return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}
