/* test_corpus.c -- inputs name case files, each is read once, and every broken one is told. */
#include "case/corpus.h"

#include <unistd.h>

#include "folder.h"
#include "seen.h"


static int make_corpus(void **unused) {
  (void)unused;
  if (enter_folder(unused) != 0) return -1;
  put("c/TAGS", "# tags\nnumber what it means\n\n");
  put("c/b.cases", "=== first-claim #number\nprint(1)\n=== second-claim\nprint(2)\n");
  put("c/a/p.lua", "print(3)\n");
  put("c/README.md", "no case\n");
  put("bad/x.cases", "=== a-b\n--@ mem: x\nx\n");
  put("bad/y.cases", "=== a-b #number\nx\n");
  put("empty/note.txt", "");
  return 0;
}

/* Ids, then errors behind '!', each with a ';' after it. */
static void assert_loads(const char *inputs, const char *expected) {
  Corpus c = {0};
  Strings list = {0};
  Diag why = {0};
  Bytes seen = {0};
  char *text = mem_string(inputs), *rest = text, *word;
  while ((word = strsep(&rest, " "))) strings_add(&list, word);
  if (!corpus_load(&c, &list, folder, &why)) fail_msg("%s", diag_text(&why));
  for (size_t i = 0; i < c.cases.n; i++) bytes_printf(&seen, "%s;", c.cases.at[i]->id);
  for (size_t i = 0; i < c.errors.n; i++) bytes_printf(&seen, "!%s;", c.errors.at[i]);
  assert_string_equal(bytes_text(&seen), expected);
  bytes_free(&seen);
  free(text);
  strings_free(&list);
  corpus_free(&c);
}

#define B "c/b.cases#first-claim;c/b.cases#second-claim;"

static void inputs_are_files_folders_and_patterns(void **unused) {
  (void)unused;
  assert_loads("c", "c/a/p.lua;" B);
  assert_loads("c/", "c/a/p.lua;" B);
  assert_loads("c/b.cases c", B "c/a/p.lua;");
  assert_loads("c/**/*.lua", "c/a/p.lua;");
  assert_loads("c/**", "c/a/p.lua;" B);
  assert_loads("c/*", B);
  assert_loads("c/README.md", "c/README.md;");
}

static void an_exclamation_mark_takes_away(void **unused) {
  (void)unused;
  assert_loads("c !c/a", B);
  assert_loads("c !c/a/", B);
  assert_loads("c !**/*.cases", "c/a/p.lua;");
  assert_loads("c !c/a c/a/p.lua", B "c/a/p.lua;");
}

static void an_input_that_names_nothing_is_an_error(void **unused) {
  (void)unused;
  assert_loads("nowhere", "!nowhere: no such file or folder;");
  assert_loads("empty", "!empty: no .lua or .cases file in this folder;");
  assert_loads("c/*.txt", "!c/*.txt: no .lua or .cases file matches;");
}

static void all_broken_files_are_told_at_once(void **unused) {
  (void)unused;
  assert_loads("bad c/a", "c/a/p.lua;!bad/x.cases:2: 'x' is not a size such as 16M;"
                          "!bad/y.cases:1: unknown tag 'number' (see TAGS);");
}

static void cases_are_found_by_id_or_suggested(void **unused) {
  (void)unused;
  Corpus c = {0};
  Strings list = {0};
  Diag why = {0};
  const char *near;
  strings_add(&list, "c");
  assert_true(corpus_load(&c, &list, folder, &why));
  Case *found = corpus_find(&c, "c/b.cases#second-claim", &near);
  assert_non_null(found);
  assert_null(near);
  char *whole = path_absolute("c");
  assert_string_equal(found->folder, whole);
  free(whole);
  assert_null(corpus_find(&c, "c/b.cases#second-clam", &near));
  assert_string_equal(near, "c/b.cases#second-claim");
  assert_null(corpus_find(&c, "zzzzzzzzz", NULL));
  strings_free(&list);
  corpus_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(inputs_are_files_folders_and_patterns),
    cmocka_unit_test(an_exclamation_mark_takes_away),
    cmocka_unit_test(an_input_that_names_nothing_is_an_error),
    cmocka_unit_test(all_broken_files_are_told_at_once),
    cmocka_unit_test(cases_are_found_by_id_or_suggested),
  };
  return cmocka_run_group_tests(tests, make_corpus, remove_folder);
}
