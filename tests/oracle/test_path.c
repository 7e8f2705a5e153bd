/* test_path.c -- patterns mean what they say, and files are found, read and written whole. */
#include "base/path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"


static void patterns_match_as_documented(void **unused) {
  (void)unused;
  static const struct { const char *pattern, *path; bool matches; } rows[] = {
    {"a.lua", "a.lua", true}, {"a.lua", "b.lua", false}, {"*.lua", "a.lua", true},
    {"*.lua", "d/a.lua", false}, {"*", "", true}, {"?", "/", false}, {"?", "x", true},
    {"?", "", false}, {"a/**/b", "a/b", true}, {"a/**/b", "a/x/y/b", true},
    {"a/**/b", "a/xb", false}, {"**/b", "b", true}, {"**", "a/b/c", true}, {"a/**", "a/b/c", true},
    {"**/x*.c", "a/b/xy.c", true}, {"[a-c]1", "b1", true}, {"[a-c]1", "d1", false},
    {"[!a-c]1", "d1", true}, {"[^a]", "a", false}, {"[]]", "]", true}, {"[a-]", "-", true},
    {"a[/]b", "a/b", false}, {"[ab", "a", true}, {"a*b*c", "aXbYc", true}, {"a*b*c", "aXbY", false}
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    if (path_match(rows[i].pattern, rows[i].path) != rows[i].matches) {
      fail_msg("%s against %s", rows[i].pattern, rows[i].path);
    }
  }
  assert_true(path_is_pattern("a*") && path_is_pattern("a?") && path_is_pattern("[a]"));
  assert_false(path_is_pattern("a/b.c"));
}

static void a_walk_is_sorted_and_leaves_out_hidden_names_and_linked_folders(void **unused) {
  (void)unused;
  Diag why = {0};
  Strings files = {0};
  put("w/b.lua", "");
  put("w/a/z.lua", "");
  put("w/a.lua", "");
  put("w/.hidden", "");
  put("w/.git/x.lua", "");
  assert_int_equal(symlink("a", "w/linked"), 0);
  assert_int_equal(symlink("b.lua", "w/c.lua"), 0);
  assert_int_equal(symlink("nothing", "w/d.lua"), 0);
  assert_true(path_walk("w", &files, &why));
  static const char *const expected[] = {"w/a.lua", "w/a/z.lua", "w/b.lua", "w/c.lua"};
  assert_int_equal(files.n, ROWS(expected));
  for (size_t i = 0; i < files.n; i++) assert_string_equal(files.at[i], expected[i]);
  assert_true(path_walk("w/b.lua", &files, &why));
  assert_string_equal(files.at[files.n - 1], "w/b.lua");
  assert_false(path_walk("nowhere", &files, &why));
  assert_int_equal(why.status, EXIT_USAGE);
  assert_string_equal(diag_text(&why), "nowhere: No such file or directory");
  strings_free(&files);
}

static void assert_owned(char *actual, const char *expected) {
  assert_string_equal(actual, expected);
  free(actual);
}

static void names_are_taken_apart_and_joined(void **unused) {
  (void)unused;
  assert_owned(path_folder("a/b/c"), "a/b");
  assert_owned(path_folder("c"), ".");
  assert_owned(path_folder("/c"), "/");
  assert_string_equal(path_base("a/b/c"), "c");
  assert_string_equal(path_base("c"), "c");
  assert_owned(path_join("a", "b"), "a/b");
  assert_owned(path_join("a/", "b"), "a/b");
  assert_owned(path_join("a", "/b"), "/b");
  assert_owned(path_join(".", "b"), "b");
  put("n/x", "");
  char *top = path_absolute("n");
  assert_owned(path_below(top, "n/x"), "x");
  assert_owned(path_below(top, "w"), "w");
  free(top);
  assert_owned(path_absolute("not/there"), "not/there");
}

static void a_file_is_replaced_whole_and_read_back(void **unused) {
  (void)unused;
  Diag why = {0};
  Bytes content = {0};
  put("f", "first");
  assert_true(path_write("f", "se\0cond", 7, &why));
  assert_true(path_read("f", &content, &why));
  assert_int_equal(content.len, 7);
  assert_memory_equal(content.data, "se\0cond", 7);
  assert_int_equal(symlink("/dev/full", "full"), 0);
  assert_false(path_write("full", "x", 1, &why));
  assert_string_equal(diag_text(&why), "cannot write full: No space left on device");
  char *device = path_absolute("full");
  assert_string_equal(device, "/dev/full");
  free(device);
  assert_false(path_write("none/f", "x", 1, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  assert_string_equal(diag_text(&why), "cannot write none/f: No such file or directory");
  assert_false(path_read("none", &content, &why));
  assert_int_equal(why.status, EXIT_USAGE);
  assert_string_equal(diag_text(&why), "none: No such file or directory");
  assert_false(path_read(".", &content, &why));
  bytes_free(&content);
}

static void folders_are_made_and_removed_with_what_is_in_them(void **unused) {
  (void)unused;
  Diag why = {0};
  assert_true(path_make_folder("m/a//b/c", &why) && path_make_folder("m/a", &why));
  assert_true(path_is_folder("m/a/b/c") && !path_is_file("m/a/b/c"));
  assert_true(path_is_library("/usr/lib/liblua5.1.so.0"));
  assert_false(path_is_library("/home/me.so/lua"));
  put("m/file", "");
  assert_false(path_make_folder("m/file/x", &why));
  assert_int_equal(why.status, EXIT_INFRA);
  assert_false(path_make_folder("", &why));
  put("kept", "");
  assert_int_equal(symlink("../kept", "m/link"), 0);
  assert_true(path_remove("m", &why) && path_remove("m", &why));
  assert_true(!path_exists("m") && path_is_file("kept"));
}

static void programs_are_files_that_may_be_run(void **unused) {
  (void)unused;
  put("bin/prog", "");
  put("bin/data", "");
  Diag why = {0};
  assert_true(path_make_folder("bin/dir", &why));
  assert_int_equal(chmod("bin/prog", 0755), 0);
  assert_owned(path_find_program("bin/prog"), "bin/prog");
  assert_null(path_find_program("bin/data"));
  assert_null(path_find_program("bin/dir"));
  assert_int_equal(setenv("PATH", "nowhere:bin", 1), 0);
  assert_owned(path_find_program("prog"), "bin/prog");
  assert_null(path_find_program("dir"));
  assert_null(path_find_program("data"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(patterns_match_as_documented),
    cmocka_unit_test(a_walk_is_sorted_and_leaves_out_hidden_names_and_linked_folders),
    cmocka_unit_test(names_are_taken_apart_and_joined),
    cmocka_unit_test(a_file_is_replaced_whole_and_read_back),
    cmocka_unit_test(folders_are_made_and_removed_with_what_is_in_them),
    cmocka_unit_test(programs_are_files_that_may_be_run),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
