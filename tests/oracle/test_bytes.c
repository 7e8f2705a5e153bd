/* test_bytes.c -- bytes go through every form and come back the same. */
#include "base/bytes.h"

#include <string.h>

#include "support/harness.h"

static void assert_escaped(const char *data, size_t n, const char *escaped, const char *json) {
  Bytes e = {0}, back = {0}, j = {0};
  bytes_append_escaped(&e, data, n);
  assert_string_equal(bytes_text(&e), escaped);
  bytes_append_unescaped(&back, e.data ? e.data : "", e.len);
  assert_int_equal(back.len, n);
  if (n) assert_memory_equal(back.data, data, n);
  bytes_append_json(&j, data, n);
  assert_string_equal(bytes_text(&j), json);
  bytes_free(&e);
  bytes_free(&back);
  bytes_free(&j);
}

static void the_escaped_form_is_the_documented_one(void **unused) {
  (void)unused;
  assert_escaped("", 0, "", "\"\"");
  assert_escaped("a \"b\"", 5, "a \"b\"", "\"a \\\"b\\\"\"");
  assert_escaped("\n\r\t\\", 4, "\\n\\r\\t\\\\", "\"\\\\n\\\\r\\\\t\\\\\\\\\"");
  assert_escaped("\0x\0" "1", 4, "\\0x\\x001", "\"\\\\0x\\\\x001\"");
  assert_escaped("\x7f\xff\xc3\xa9", 4, "\\x7F\\xFF\\xC3\\xA9",
                 "\"\\\\x7F\\\\xFF\\\\xC3\\\\xA9\"");
}

static void every_pair_of_bytes_comes_back(void **unused) {
  (void)unused;
  for (int a = 0; a < 256; a++) {
    for (int b = 0; b < 256; b++) {
      const char pair[2] = {(char)a, (char)b};
      Bytes e = {0}, back = {0};
      bytes_append_escaped(&e, pair, 2);
      for (size_t i = 0; i < e.len; i++) assert_in_range((unsigned char)e.data[i], 0x20, 0x7e);
      bytes_append_unescaped(&back, e.data, e.len);
      assert_int_equal(back.len, 2);
      assert_memory_equal(back.data, pair, 2);
      bytes_free(&e);
      bytes_free(&back);
    }
  }
}

static void half_an_escape_stands_for_itself(void **unused) {
  (void)unused;
  static const struct { const char *text, *bytes; } rows[] = {
    {"a\\", "a\\"}, {"\\x4", "x4"}, {"\\x", "x"}, {"\\xZZ", "xZZ"}, {"\\q", "q"}
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Bytes b = {0};
    bytes_append_unescaped(&b, rows[i].text, strlen(rows[i].text));
    assert_string_equal(bytes_text(&b), rows[i].bytes);
    bytes_free(&b);
  }
}

static void bytes_grow_and_keep_a_nul_behind_them(void **unused) {
  (void)unused;
  Bytes b = {0}, empty = {0};
  for (int i = 0; i < 1000; i++) {
    bytes_printf(&b, "%d,", i);
    assert_int_equal(b.data[b.len], 0);
  }
  assert_int_equal(b.len, 10 * 2 + 90 * 3 + 900 * 4);
  assert_memory_equal(b.data + b.len - 4, "999,", 5);
  Bytes copy = bytes_copy(&b);
  assert_true(bytes_equal(&b, &copy));
  bytes_putc(&copy, '\0');
  assert_false(bytes_equal(&b, &copy));
  bytes_puts(&copy, "behind");
  assert_true(bytes_have(&copy, "behind"));
  bytes_clear(&b);
  assert_true(bytes_equal(&b, &empty));
  assert_false(bytes_have(&empty, "x"));
  assert_string_equal(bytes_text(&empty), "");
  bytes_free(&b);
  bytes_free(&copy);
}

static void hashes_depend_on_bytes_length_and_seed(void **unused) {
  (void)unused;
  assert_true(bytes_hash("ab", 2, 0) == bytes_hash("abc", 2, 0));
  assert_true(bytes_hash("ab", 2, 0) != bytes_hash("ab", 3, 0));
  assert_true(bytes_hash("ab", 2, 0) != bytes_hash("ab", 2, 1));
}

static void a_word_is_only_suggested_when_it_is_near(void **unused) {
  (void)unused;
  static const char *const words[] = {"limits", "ledger", "fuel"};
  assert_string_equal(strings_nearest("limit", words, 3), "limits");
  assert_string_equal(strings_nearest("lefger", words, 3), "ledger");
  assert_string_equal(strings_nearest("feul", words, 3), "fuel");
  assert_null(strings_nearest("transformation", words, 3));
  assert_null(strings_nearest("x", (const char *const[]){"y"}, 1));
  assert_null(strings_nearest("limits", NULL, 0));
}

static void lists_own_their_words(void **unused) {
  (void)unused;
  Strings list = {0};
  char word[8] = "w0";
  for (int i = 0; i < 20; i++, word[1]++) strings_add(&list, word);
  strings_take(&list, mem_format("%s-%d", "x", 1));
  assert_int_equal(list.n, 21);
  assert_true(strings_has(&list, "w0") && strings_has(&list, "x-1") && !strings_has(&list, "x"));
  strings_free(&list);
  assert_int_equal(list.n, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_escaped_form_is_the_documented_one),
    cmocka_unit_test(every_pair_of_bytes_comes_back),
    cmocka_unit_test(half_an_escape_stands_for_itself),
    cmocka_unit_test(bytes_grow_and_keep_a_nul_behind_them),
    cmocka_unit_test(hashes_depend_on_bytes_length_and_seed),
    cmocka_unit_test(a_word_is_only_suggested_when_it_is_near),
    cmocka_unit_test(lists_own_their_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
