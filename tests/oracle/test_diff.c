/* test_diff.c -- the diff shows the difference, and every byte of it. */
#include "compare/compare.h"
#include "seen.h"

static char *diff(const char *old, const char *new, unsigned context, unsigned most) {
  Bytes a = bytes_of(old), b = bytes_of(new), to = bytes_of("");
  compare_append_diff(&to, "t", &a, &b, context, most);
  bytes_free(&a);
  bytes_free(&b);
  return to.data;
}

#define HEAD "--- reference t\n+++ candidate t\n"

static void expect(const char *old, const char *new, const char *expected) {
  char *got = diff(old, new, 1, 100);
  assert_string_equal(got, expected);
  free(got);
}

static void equal_texts_have_no_diff(void **unused) {
  (void)unused;
  expect("a\nb\n", "a\nb\n", "");
  expect("", "", "");
}

static void hunks_are_those_of_diff_u(void **unused) {
  (void)unused;
  expect("a\nb\nc\n", "a\nx\nc\n", HEAD "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
  expect("", "x\n", HEAD "@@ -0,0 +1 @@\n+x\n");
  expect("x\n", "", HEAD "@@ -1 +0,0 @@\n-x\n");
  expect("a\nb\nc\nd\ne\nf\n", "b\nc\nd\ne\nf\ng\n",
         HEAD "@@ -1,2 +1 @@\n-a\n b\n@@ -6 +5,2 @@\n f\n+g\n");
  expect("1\n2\n3\n4\n5\n6\n7\n", "1\nX\n3\n4\nY\n6\n7\n",
         HEAD "@@ -1,6 +1,6 @@\n 1\n-2\n+X\n 3\n 4\n-5\n+Y\n 6\n");
}

static void the_edit_script_is_the_shortest(void **unused) {
  (void)unused;
  expect("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n",
         HEAD "@@ -1,7 +1,6 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n");
}

static void a_missing_newline_and_odd_bytes_are_shown(void **unused) {
  (void)unused;
  expect("a\n", "a", HEAD "@@ -1 +1 @@\n-a\n+a\n\\ no newline at the end\n");
  expect("\x01\xff\n", "\\\n", HEAD "@@ -1 +1 @@\n-\\x01\\xFF\n+\\\\\n");
}

static void what_is_too_long_is_cut_with_a_note(void **unused) {
  (void)unused;
  char *got = diff("a\nb\nc\nd\n", "1\n2\n3\n4\n", 1, 5);
  assert_string_equal(got, HEAD "@@ -1,4 +1,4 @@\n-a\n-b\n-c\n-d\n... 4 more lines\n");
  free(got);
}

static void a_long_line_shows_its_first_difference(void **unused) {
  (void)unused;
  char old[1001], new[1001];
  memset(old, 'a', 1000);
  memset(new, 'a', 1000);
  old[1000] = new[1000] = '\0';
  new[900] = 'Z';
  char *got = diff(old, new, 1, 100);
  assert_non_null(strstr(got, "+...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaZaa"));
  assert_true(strlen(got) < 500);
  free(got);
}

/* A diff of a megabyte without a common line must not take long or much memory. */
static void texts_far_apart_are_one_block_replaced(void **unused) {
  (void)unused;
  Bytes a = {0}, b = {0}, to = {0};
  for (int i = 0; i < 100000; i++) {
    bytes_printf(&a, "old %d\n", i);
    bytes_printf(&b, "new %d\n", i);
  }
  compare_append_diff(&to, "t", &a, &b, 3, 4);
  assert_bytes(&to, HEAD "@@ -1,100000 +1,100000 @@\n-old 0\n-old 1\n-old 2\n... 199997 more lines\n");
  bytes_free(&a);
  bytes_free(&b);
  bytes_free(&to);
}

/* Whatever the texts, the diff's marked lines turn one into the other. */
static void every_diff_of_short_texts_is_a_patch(void **unused) {
  (void)unused;
  unsigned state = 1;
  for (int round = 0; round < 2000; round++) {
    char old[32] = "", new[32] = "";
    for (int side = 0; side < 2; side++) {
      char *text = side ? new : old;
      state = state * 1103515245 + 12345;
      int n = (int)(state >> 16) % 8;
      for (int i = 0; i < n; i++) {
        state = state * 1103515245 + 12345;
        text[2 * i] = (char)('a' + (state >> 16) % 3);
        text[2 * i + 1] = '\n';
        text[2 * i + 2] = '\0';
      }
    }
    char *got = diff(old, new, 100, 1000), was[64] = "", is[64] = "";
    for (const char *line = got; *line; line = strchr(line, '\n') + 1) {
      if (strncmp(line, "---", 3) == 0 || strncmp(line, "+++", 3) == 0 || *line == '@') continue;
      if (*line != '+') strncat(was, line + 1, 2);
      if (*line != '-') strncat(is, line + 1, 2);
    }
    assert_string_equal(was, *got ? old : "");
    assert_string_equal(is, *got ? new : "");
    free(got);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(equal_texts_have_no_diff),
    cmocka_unit_test(hunks_are_those_of_diff_u),
    cmocka_unit_test(the_edit_script_is_the_shortest),
    cmocka_unit_test(a_missing_newline_and_odd_bytes_are_shown),
    cmocka_unit_test(what_is_too_long_is_cut_with_a_note),
    cmocka_unit_test(a_long_line_shows_its_first_difference),
    cmocka_unit_test(texts_far_apart_are_one_block_replaced),
    cmocka_unit_test(every_diff_of_short_texts_is_a_patch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
