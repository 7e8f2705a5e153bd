/* test_fields.c -- fields are read by type; an error says in which file, line and field. */
#include "config/fields.h"

#include "seen.h"

static const char text[] =
  "return {\n"
  "  t = 'x', b = true, n = 3, count = 1e3, size = '2K',\n"
  "  time = '2m', list = { 'a', 'b' }, pairs = { B = '2', A = '1' },\n"
  "  inner = {\n"
  "    -- deep = in words\n"
  "    deep = { wrong = 'y' },\n"
  "  },\n"
  "  nul = 'a\\0b', mixed = { 'a', k = 'b' },\n"
  "}\n";

static Data *tree;
static Bytes whole;

static int parse(void **unused) {
  (void)unused;
  Diag why = {0};
  bytes_puts(&whole, text);
  tree = luadata_parse(text, sizeof text - 1, "f.lua", "liblua5.1.so.0", &why);
  return tree ? 0 : -1;
}

static int release(void **unused) {
  (void)unused;
  luadata_free(tree);
  bytes_free(&whole);
  return 0;
}

static Fields fields(Diag *why) {
  *why = (Diag){0};
  return (Fields){.table = tree, .name = "", .file = "f.lua", .text = &whole, .prefix = "",
                  .why = why};
}

static void each_type_is_read(void **unused) {
  (void)unused;
  static const char *const words[] = {"y", "x", NULL};
  Diag why;
  Fields f = fields(&why);
  const char *t = NULL;
  bool b = false;
  double n = 0, time = 0;
  uint64_t count = 0, size = 0;
  Strings list = {0}, pairs = {0};
  int choice = 0;
  assert_true(fields_text(&f, "t", &t) && fields_flag(&f, "b", &b) &&
              fields_number(&f, "n", 0, 3, &n) && fields_count(&f, "count", &count) &&
              fields_size(&f, "size", &size) && fields_seconds(&f, "time", &time) &&
              fields_list(&f, "list", &list) && fields_pairs(&f, "pairs", &pairs) &&
              fields_choice(&f, "t", words, &choice));
  assert_string_equal(t, "x");
  assert_true(b && n == 3 && count == 1000 && size == 2048 && time == 120 && choice == 1);
  assert_true(list.n == 2 && pairs.n == 2);
  assert_string_equal(pairs.at[0], "A=1");
  strings_free(&list);
  strings_free(&pairs);
}

static void what_is_absent_changes_nothing(void **unused) {
  (void)unused;
  Diag why;
  Fields f = fields(&why), inner;
  const char *t = "kept";
  uint64_t count = 7;
  assert_true(fields_text(&f, "none", &t) && fields_count(&f, "none", &count));
  assert_true(fields_table(&f, "none", &inner) && inner.table == NULL);
  assert_true(fields_text(&inner, "t", &t));
  assert_string_equal(t, "kept");
  assert_int_equal(count, 7);
}

#define REFUSED(call, expected) do {                                                             \
    assert_false(call);                                                                          \
    assert_string_equal(diag_text(&why), expected);                                              \
    assert_int_equal(why.status, EXIT_USAGE);                                                    \
  } while (0)

static void errors_say_where(void **unused) {
  (void)unused;
  static const char *const only[] = {"t", "inner", NULL}, *const deep_only[] = {"wrongs", NULL};
  Diag why;
  Fields f = fields(&why), inner, deep;
  const char *t;
  bool b;
  double n;
  uint64_t count;
  Strings list = {0};
  REFUSED(fields_text(&f, "n", &t), "f.lua:2: n: a number is not a text");
  REFUSED(fields_text(&f, "nul", &t), "f.lua:8: nul: has a NUL in it");
  REFUSED(fields_flag(&f, "t", &b), "f.lua:2: t: 'x' is not true or false");
  REFUSED(fields_number(&f, "n", 4, 5, &n), "f.lua:2: n: 3 is not between 4 and 5");
  REFUSED(fields_number(&f, "t", 4, 5, &n), "f.lua:2: t: 'x' is not a number");
  REFUSED(fields_count(&f, "size", &count), "f.lua:2: size: '2K' is not a count such as 5e7");
  REFUSED(fields_size(&f, "time", &count), "f.lua:3: time: '2m' is not a size such as 64M");
  REFUSED(fields_seconds(&f, "b", &n), "f.lua:2: b: a boolean is not a time such as 2s");
  REFUSED(fields_list(&f, "mixed", &list), "f.lua:8: mixed: a table is not a list of texts");
  REFUSED(fields_pairs(&f, "list", &list), "f.lua:3: list: is not a table NAME = text");
  REFUSED(fields_table(&f, "t", &inner), "f.lua:2: t: 'x' is not a table");
  assert_true(fields_table(&f, "inner", &inner) && fields_table(&inner, "deep", &deep));
  REFUSED(fields_only(&deep, deep_only),
          "f.lua:6: inner.deep.wrong: unknown field (did you mean 'wrongs'?)");
  REFUSED(fields_only(&f, only), "f.lua:2: b: unknown field");
  strings_free(&list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_type_is_read),
    cmocka_unit_test(what_is_absent_changes_nothing),
    cmocka_unit_test(errors_say_where),
  };
  return cmocka_run_group_tests(tests, parse, release);
}
