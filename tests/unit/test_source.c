/* test_source.c -- bytes arrive in order however they are cut, and the end is asked for once. */
#include "heap/source.h"

#include <string.h>

#include "support/harness.h"

/* Hands out `text` in pieces whose lengths the string `cuts` spells ('0' is an empty piece). */
typedef struct Script {
  const char *text, *cuts;
  int calls;
} Script;

static const char *read_script(lua_State *L, void *data, size_t *size) {
  Script *script = data;
  (void)L;
  script->calls++;
  if (*script->cuts == '\0') return NULL; /* and leaves *size alone */
  const char *piece = script->text;
  *size = (size_t)(*script->cuts++ - '0');
  script->text += *size;
  return piece;
}

static const char *const cuttings[] = {"9", "111111111", "45", "81", "333", "18"};

static void bytes_come_in_order_however_cut(void **unused) {
  (void)unused;
  for (size_t i = 0; i < ROWS(cuttings); i++) {
    Script script = {"a\0b\xFF" "cdefg", cuttings[i], 0};
    const char *text = script.text;
    Source s;
    source_init(NULL, &s, read_script, &script);
    assert_int_equal(script.calls, 0); /* nothing is read before it is needed */
    for (int at = 0; at < 9; at++) {
      assert_int_equal(source_peek(&s), (unsigned char)text[at]);
      assert_int_equal(source_peek(&s), (unsigned char)text[at]);
      assert_int_equal(source_get(&s), (unsigned char)text[at]);
    }
    assert_int_equal(script.calls, (int)strlen(cuttings[i]));
    assert_int_equal(source_get(&s), SOURCE_END);
  }
}

static void reading_crosses_pieces_and_says_how_much_there_was(void **unused) {
  (void)unused;
  for (size_t i = 0; i < ROWS(cuttings); i++) {
    Script script = {"a\0b\xFF" "cdefg", cuttings[i], 0};
    const char *text = script.text;
    char out[16];
    Source s;
    source_init(NULL, &s, read_script, &script);
    assert_int_equal(source_read(&s, out, 0), 0);
    assert_int_equal(source_read(&s, out, 5), 5);
    assert_memory_equal(out, text, 5);
    memset(out, '?', sizeof out);
    assert_int_equal(source_read(&s, out, sizeof out), 4);
    assert_memory_equal(out, text + 5, 4);
    assert_int_equal(out[4], '?');
    assert_int_equal(source_read(&s, out, 1), 0);
  }
}

static void the_reader_is_not_called_after_the_end(void **unused) {
  (void)unused;
  static const char *const ends[] = {"", "0", "0123", "201"}; /* an empty piece is the end, too */
  static const int calls[] = {1, 1, 1, 2};
  for (size_t i = 0; i < ROWS(ends); i++) {
    Script script = {"abcdefgh", ends[i], 0};
    Source s;
    source_init(NULL, &s, read_script, &script);
    while (source_get(&s) != SOURCE_END) continue;
    char out[4];
    for (int again = 0; again < 3; again++) {
      assert_int_equal(source_get(&s), SOURCE_END);
      assert_int_equal(source_peek(&s), SOURCE_END);
      assert_int_equal(source_fill(&s), SOURCE_END);
      assert_int_equal(source_read(&s, out, 4), 0);
    }
    assert_int_equal(script.calls, calls[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bytes_come_in_order_however_cut),
    cmocka_unit_test(reading_crosses_pieces_and_says_how_much_there_was),
    cmocka_unit_test(the_reader_is_not_called_after_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
