/* test_luatext.c -- a field is found where it is written, whatever else looks like it. */
#include "config/luatext.h"

#include "base/words.h"
#include "seen.h"

/* `path`: keys with blanks between them. */
static void expect(const char *text, const char *path, int line, size_t found) {
  Strings keys = {0};
  size_t n;
  assert_true(words_split_shell(path, &keys));
  int is = luatext_line(text, &keys, &n);
  if (is != line || n != found) fail_msg("%s: line %d, %zu keys, in:\n%s", path, is, n, text);
  strings_free(&keys);
}

static const char text[] =
  "-- input = 1, limits = { wall = 2 }\n"
  "local function ours(x)\n"
  "  return { lib = x, cmd = x }\n"
  "end\n"
  "local cand = { lib = 'not this' }\n"
  "return {\n"
  "  modes = {\n"
  "    ['lua5.4'] = { cand = { lib = 'x' },\n"
  "      limits = { wall = '1s' } },\n"
  "    [\"a+b\"] = { why = [[ limits = { ]] },\n"
  "    plus = { ['input+'] = { 'a', 'b' } };\n"
  "    made = ours('lib = 1'),\n"
  "    call = ours { why = 1 },\n"
  "  },\n"
  "  --[==[ cand = 1,\n"
  "  ]==] cand = ours('x'), ref = { lib = \"} lib\",\n"
  "    cmd = (\"a\" == 'b') and 1 or 2, args = { x = { lib = 1 } },\n"
  "    lib = 'again' }, 'positional', [1] = 2,\n"
  "  limits = { wall = 2 }\n"
  "}\n";

static void test_found_where_it_is_written(void **unused) {
  (void)unused;
  expect(text, "modes", 7, 1);
  expect(text, "modes lua5.4 cand lib", 8, 4);
  expect(text, "modes lua5.4 limits wall", 9, 4);
  expect(text, "modes a+b why", 10, 3);
  expect(text, "modes plus input", 11, 3);
  expect(text, "limits wall", 19, 2);
  expect(text, "ref cmd", 17, 2);
  expect(text, "ref args x lib", 17, 4);
}

static void test_the_last_one_counts(void **unused) {
  (void)unused;
  expect(text, "ref lib", 18, 2);
}

static void test_else_what_is_around_it(void **unused) {
  (void)unused;
  expect(text, "cand lib", 16, 1);
  expect(text, "modes made cand", 12, 2);
  expect(text, "modes call why", 13, 2);
  expect(text, "modes gone why", 7, 1);
  expect(text, "limits wall more", 19, 2);
  expect(text, "", 0, 0);
  expect(text, "lib", 0, 0);
}

static void test_other_files(void **unused) {
  (void)unused;
  expect("return{a=1}", "a", 1, 1);
  expect("local t = { a = 1 }\nreturn t", "a", 0, 0);
  expect("return { function() return { a = 1 } end, b = 2 }", "b", 1, 1);
  expect("return", "a", 0, 0);
  expect("return { a = { b = 1,", "a b", 1, 2);
  expect("", "a", 0, 0);
}

static void test_a_key_that_comes_twice(void **unused) {
  (void)unused;
  static const struct { const char *text, *name; int line; } cases[] = {
    {"return { a = 1,\n b = 2, ['c'] = 3 }", "", 0},
    {"return { a = 1,\n b = 2,\n a = 3 }", "a", 3},
    {"return { a = {},\n ['a'] = {} }", "a", 2},
    {"return { x = { a = 1,\n a = 2 } }", "a", 2},
    {"return { a = { b = 1 }, c = { b = 1 } }", "", 0},
    {"return { { a = 1 }, { a = 1,\n\n a = 2 } }", "a", 3},
    {"return { a = 1, ['a+'] = 2, 'a', [1] = 'a' }", "", 0},
    {"return { a = f { a = 1 }, b = x }", "", 0},
    {"return x", "", 0}, {"return { a = 1, a", "", 0}
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Bytes name = {0};
    assert_int_equal(luatext_twice(cases[i].text, &name), cases[i].line);
    assert_string_equal(bytes_text(&name), cases[i].name);
    bytes_free(&name);
  }
}

static void test_tokens(void **unused) {
  (void)unused;
  static const struct { const char *text, *rest; } cases[] = {
    {"name1 x", " x"}, {"'a\\'b' x", " x"}, {"[=[ ]] ]=]x", "x"}, {"--[[ ]] x", " x"},
    {"-- x\ny", "\ny"}, {"== 1", " 1"}, {"= 1", " 1"}, {"[1]", "1]"}, {"--[=x]=]\n", "\n"},
    {"\"open", ""}, {"[[open", ""}
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(luatext_skip(cases[i].text), cases[i].rest);
  }
  assert_true(luatext_is_blank(" ") && luatext_is_blank("--"));
  assert_false(luatext_is_blank("-1") || luatext_is_blank("x"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_found_where_it_is_written),
    cmocka_unit_test(test_the_last_one_counts),
    cmocka_unit_test(test_else_what_is_around_it),
    cmocka_unit_test(test_other_files),
    cmocka_unit_test(test_a_key_that_comes_twice),
    cmocka_unit_test(test_tokens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
