/* test_words.c -- words, sizes, counts and times are read as documented, and not otherwise. */
#include "base/words.h"

#include <string.h>

#include "support/harness.h"

/* The words joined by '|', "!" before them if the line is refused. */
static void assert_words(bool shell, const char *line, const char *expected) {
  Strings words = {0};
  Bytes joined = {0};
  bool ok = true;
  if (shell) ok = words_split_shell(line, &words);
  else words_split_list(line, &words);
  if (!ok) bytes_puts(&joined, "!");
  for (size_t i = 0; i < words.n; i++) bytes_printf(&joined, "%s%s", i ? "|" : "", words.at[i]);
  assert_string_equal(bytes_text(&joined), expected);
  strings_free(&words);
  bytes_free(&joined);
}

static void a_shell_line_is_cut_as_sh_does_it(void **unused) {
  (void)unused;
  assert_words(true, "", "");
  assert_words(true, " a  b\tc ", "a|b|c");
  assert_words(true, "'a b' \"c d\" e\\ f", "a b|c d|e f");
  assert_words(true, "a'b'\"c\" '' \"\"", "abc||");
  assert_words(true, "'\\' \"\\\"\\\\\\n\" \\n $x", "\\|\"\\\\n|n|$x");
  assert_words(true, "a 'b", "!a");
  assert_words(true, "\"b", "!");
  assert_words(true, "b\\", "!");
}

static void lists_have_no_empty_words(void **unused) {
  (void)unused;
  assert_words(false, "", "");
  assert_words(false, ",, a,b ,\tc,", "a|b|c");
}

static void sizes_are_positive_and_fit(void **unused) {
  (void)unused;
  static const struct { const char *text; uint64_t size; } rows[] = {
    {"1", 1}, {"16M", 16u << 20}, {"2K", 2048}, {"1G", 1u << 30}, {"0", 0}, {"", 0}, {"M", 0},
    {"-1", 0}, {"1.5M", 0}, {"1MB", 0}, {"1 M", 0}, {" 1", 0}, {"1k", 0},
    {"999999999999999999G", 0}, {"9999999999999999999", 0}
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    uint64_t size = 0;
    assert_int_equal(words_parse_size(rows[i].text, &size), rows[i].size != 0);
    assert_int_equal(size, rows[i].size);
  }
}

static void counts_are_whole(void **unused) {
  (void)unused;
  static const struct { const char *text; uint64_t count; } rows[] = {
    {"1", 1}, {"1e6", 1000000}, {"5000", 5000}, {"1e15", 1000000000000000}, {"0", 0}, {"1.5", 0},
    {"-3", 0}, {"2e15", 0}, {"", 0}, {" 1", 0}, {"1 ", 0}, {"nan", 0}, {"inf", 0}, {"1x", 0}
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    uint64_t count = 0;
    assert_int_equal(words_parse_count(rows[i].text, &count), rows[i].count != 0);
    assert_int_equal(count, rows[i].count);
  }
}

static void times_have_units_and_end_within_a_day(void **unused) {
  (void)unused;
  static const struct { const char *text; double seconds; } rows[] = {
    {"2", 2}, {"0.5", 0.5}, {"2s", 2}, {"10m", 600}, {"1h", 3600}, {"24h", 86400}, {"25h", 0},
    {"0", 0}, {"-1", 0}, {"", 0}, {"s", 0}, {"1ms", 0}, {"1d", 0}, {" 1", 0}, {"nan", 0},
    {"inf", 0}
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    double seconds = 0;
    assert_int_equal(words_parse_seconds(rows[i].text, &seconds), rows[i].seconds != 0);
    assert_true(seconds == rows[i].seconds);
  }
}

static void spans_may_be_of_days(void **unused) {
  (void)unused;
  double seconds;
  assert_true(words_parse_span("30d", &seconds) && seconds == 30 * 86400.0);
  assert_true(words_parse_span("2w", &seconds) && seconds == 14 * 86400.0);
  assert_true(words_parse_span("90", &seconds) && seconds == 90);
  static const char *const wrong[] = {"", "d", "0d", "-1d", "1y", "1dd", "nan", "36601d",
                                      " 1d", "1 d"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_false(words_parse_span(wrong[i], &seconds));
  }
}

static void a_shell_reads_words_back(void **unused) {
  (void)unused;
  static const char *const words[] = {"plain", "", "a b", "it's", "$HOME", "#not", "a#b", "\\", "*",
                                      "~", "\"\n"};
  Bytes line = {0};
  Strings back = {0};
  enum { N = sizeof words / sizeof *words };
  for (size_t i = 0; i < N; i++) words_append_shell(&line, words[i]);
  static const char line_is[] = "plain '' 'a b' 'it'\\''s' '$HOME' '#not' a#b '\\' '*' '~' '\"\n'";
  assert_string_equal(bytes_text(&line), line_is);
  assert_true(words_split_shell(bytes_text(&line), &back));
  assert_int_equal(back.n, N);
  for (size_t i = 0; i < N; i++) assert_string_equal(back.at[i], words[i]);
  bytes_free(&line);
  strings_free(&back);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_shell_line_is_cut_as_sh_does_it),
    cmocka_unit_test(lists_have_no_empty_words),
    cmocka_unit_test(sizes_are_positive_and_fit),
    cmocka_unit_test(counts_are_whole),
    cmocka_unit_test(times_have_units_and_end_within_a_day),
    cmocka_unit_test(spans_may_be_of_days),
    cmocka_unit_test(a_shell_reads_words_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
