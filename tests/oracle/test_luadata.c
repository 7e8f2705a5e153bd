/* test_luadata.c -- a data file becomes a tree; a program, a circle or a flood does not. */
#include "config/luadata.h"

#include "seen.h"

#define REFERENCE "liblua5.1.so.0"

static Data *parse(const char *text) {
  Diag why = {0};
  Data *d = luadata_parse(text, strlen(text), "f.lua", REFERENCE, &why);
  if (d == NULL) fail_msg("%s", diag_text(&why));
  return d;
}

static void values_of_every_kind_arrive(void **unused) {
  (void)unused;
  Data *d = parse("local a = 2 return { n = 1.5, s = 'a\\0b', b = true, t = { 'x', 'y', k = a } }");
  assert_true(luadata_field(d, "n")->number == 1.5);
  assert_int_equal(luadata_field(d, "s")->string.len, 3);
  assert_true(luadata_field(d, "b")->boolean);
  const Data *t = luadata_field(d, "t");
  assert_int_equal(luadata_length(t), 2);
  assert_int_equal(t->npairs, 3);
  assert_string_equal(luadata_text(luadata_at(t, 2)), "y");
  assert_null(luadata_at(t, 0));
  assert_null(luadata_at(t, 3));
  assert_null(luadata_field(d, "none"));
  assert_null(luadata_field(luadata_field(d, "n"), "x"));
  assert_null(luadata_text(luadata_field(d, "n")));
  assert_string_equal(luadata_kind_name(NULL), "nil");
  assert_string_equal(luadata_kind_name(t), "table");
  luadata_free(d);
}

static void keys_have_an_order(void **unused) {
  (void)unused;
  Data *d = parse("return { b = 1, a = 1, [10] = 1, [2] = 1, [1] = 1 }");
  Bytes seen = {0};
  for (size_t i = 0; i < d->npairs; i++) {
    const Data *key = d->pairs[i].key;
    if (luadata_text(key)) bytes_printf(&seen, "%s ", luadata_text(key));
    else bytes_printf(&seen, "%g ", key->number);
  }
  assert_bytes(&seen, "1 2 10 a b ");
  assert_int_equal(luadata_length(d), 2);
  bytes_free(&seen);
  luadata_free(d);
}

static void a_tree_is_copied_and_changed(void **unused) {
  (void)unused;
  Data *d = parse("return { a = 1, t = { 'x' } }"), *copy = luadata_copy(d);
  luadata_set_origin(copy, "here");
  luadata_append(luadata_field(copy, "t"), luadata_string("y"));
  luadata_set(copy, "a", luadata_boolean(false));
  luadata_set(copy, "new", luadata_number(3));
  luadata_set(copy, "none", NULL);
  assert_string_equal(luadata_at(luadata_field(copy, "t"), 1)->origin, "here");
  assert_string_equal(luadata_field(d, "t")->origin, "");
  assert_int_equal(luadata_length(luadata_field(copy, "t")), 2);
  assert_int_equal(luadata_length(luadata_field(d, "t")), 1);
  assert_true(luadata_field(copy, "a")->kind == DATA_BOOLEAN && copy->npairs == 3);
  luadata_set(copy, "a", NULL);
  assert_true(luadata_field(copy, "a") == NULL && copy->npairs == 2);
  luadata_free(copy);
  luadata_free(d);
}

static void what_is_no_data_is_refused(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
    {"return {", "f.lua:1: unexpected symbol near '<eof>'"},
    {"return", "f.lua: returns a nil, not a table"},
    {"return 'x'", "f.lua: returns a string, not a table"},
    {"\n\nreturn { x = os.time() }", "f.lua:3: attempt to index global 'os' (a nil value)"},
    {"return { f = function() end }", "f.lua: a value is a function: this file is data"},
    {"return { [true] = 1 }", "f.lua: a key is a boolean: only strings and numbers can be"},
    {"local t = {} t.t = t return t", "f.lua: tables nested deeper than 32, or in a circle"},
    {"while true do end",
     "f.lua: more than 1000000 instructions: this file is data, not a program"},
    {"local s = 'xxxxxxxx' while true do s = s .. s end", "f.lua: not enough memory"},
    {"\033Lua", "f.lua: compiled code is not accepted"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Diag why = {0};
    assert_null(luadata_parse(rows[i][0], strlen(rows[i][0]), "f.lua", REFERENCE, &why));
    assert_string_equal(diag_text(&why), rows[i][1]);
    assert_int_equal(why.status, EXIT_USAGE);
  }
}

static void a_missing_file_is_an_error(void **unused) {
  (void)unused;
  Diag why = {0};
  assert_null(luadata_read("/none/f.lua", REFERENCE, &why));
  assert_string_equal(diag_text(&why), "/none/f.lua: No such file or directory");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_of_every_kind_arrive),
    cmocka_unit_test(keys_have_an_order),
    cmocka_unit_test(a_tree_is_copied_and_changed),
    cmocka_unit_test(what_is_no_data_is_refused),
    cmocka_unit_test(a_missing_file_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
