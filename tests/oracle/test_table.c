/* test_table.c -- rows stand in columns whatever is in them, and any bytes become JSON. */
#include "cli/table.h"

#include "seen.h"

/* What `t` prints. */
static char *printed(const Table *t) {
  char *text = NULL;
  size_t n;
  FILE *f = open_memstream(&text, &n);
  table_print(t, f);
  fclose(f);
  return text;
}

static void columns_are_as_wide_as_their_widest_cell(void **unused) {
  (void)unused;
  Table t = {.form = "lrl"};
  static const char *const cells[] = {"a", "10", "x", "\xC3\xA9t\xC3\xA9", "7", "", "", "",
                                      "last\n\x1B"};
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) table_add(&t, cells[i]);
  char *text = printed(&t);
  assert_string_equal(text, "a    10  x\n\xC3\xA9t\xC3\xA9   7  \n         last\\x0A\\x1B\n");
  free(text);
  table_free(&t);
}

static void cells_may_be_formatted(void **unused) {
  (void)unused;
  Table t = {.form = "r"};
  table_addf(&t, "%d of %s", 3, "5");
  char *text = printed(&t);
  assert_string_equal(text, "3 of 5\n");
  free(text);
  table_free(&t);
}

static void an_empty_table_is_nothing(void **unused) {
  (void)unused;
  Table t = {.form = "ll"};
  char *text = printed(&t);
  assert_string_equal(text, "");
  free(text);
}

static void any_bytes_become_json(void **unused) {
  (void)unused;
  char *text = NULL;
  size_t n;
  FILE *f = open_memstream(&text, &n);
  json_t *list = json_array();
  json_array_append_new(list, table_json("\xC3\xA9 \\ \""));
  json_array_append_new(list, table_json("\xFF\n"));
  json_array_append_new(list, json_real(0.1));
  table_print_json(list, f);
  fclose(f);
  assert_string_equal(text, "[\n  \"\xC3\xA9 \\\\ \\\"\",\n  \"\\\\xFF\\\\n\",\n  0.1\n]\n");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
    cmocka_unit_test(cells_may_be_formatted),
    cmocka_unit_test(an_empty_table_is_nothing),
    cmocka_unit_test(any_bytes_become_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
