/* test_options.c -- a command line is understood in whole, or refused with a suggestion. */
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "support/harness.h"

/* Parses the words of a shell line behind "oracle". */
static bool parse(const char *line, Options *o, Diag *why) {
  Strings words = {0};
  strings_add(&words, "oracle");
  assert_true(words_split_shell(line, &words));
  int n = (int)words.n;
  strings_take(&words, NULL);
  *why = (Diag){0};
  bool ok = options_parse(n, words.at, o, why);
  strings_free(&words);
  return ok;
}

static void assert_refused(const char *line, const char *expected) {
  Options o;
  Diag why;
  assert_false(parse(line, &o, &why));
  assert_string_equal(why.text, expected);
  assert_int_equal(why.status, EXIT_USAGE);
  options_free(&o);
}

static void options_and_words_may_be_mixed(void **unused) {
  (void)unused;
  Options o;
  Diag why;
  assert_true(parse("run a -j4 --env A=1 b --env=B=2 -m x -m y --no-cache c", &o, &why));
  assert_int_equal(o.verb, VERB_RUN);
  assert_int_equal(o.words.n, 3);
  assert_int_equal(o.nwords, 3);
  assert_string_equal(o.words.at[2], "c");
  assert_int_equal(o.values[OPTION_ENV].n, 2);
  assert_string_equal(o.values[OPTION_ENV].at[1], "B=2");
  assert_string_equal(options_text(&o, OPTION_MODE), "y");
  assert_true(options_has(&o, OPTION_NO_CACHE) && !options_has(&o, OPTION_RESUME));
  assert_null(options_text(&o, OPTION_KEEP));
  options_free(&o);
}

static void behind_two_dashes_nothing_is_an_option(void **unused) {
  (void)unused;
  Options o;
  Diag why;
  assert_true(parse("run -q -- -q --nonesuch", &o, &why));
  assert_int_equal(o.values[OPTION_QUIET].n, 1);
  assert_int_equal(o.nwords, 2);
  assert_string_equal(o.words.at[1], "--nonesuch");
  options_free(&o);
  assert_true(parse("gdb case -- -batch -ex run", &o, &why));
  assert_int_equal(o.nwords, 1);
  assert_int_equal(o.words.n, 4);
  options_free(&o);
}

static void no_verb_is_help(void **unused) {
  (void)unused;
  Options o;
  Diag why;
  static const char *const lines[] = {"", "help", "--help", "-h"};
  for (size_t i = 0; i < ROWS(lines); i++) {
    assert_true(parse(lines[i], &o, &why));
    assert_int_equal(o.verb, VERB_HELP);
    options_free(&o);
  }
  assert_true(parse("--version", &o, &why));
  assert_int_equal(o.verb, VERB_VERSION);
  options_free(&o);
}

static void what_is_not_understood_is_refused(void **unused) {
  (void)unused;
  assert_refused("rnu", "no verb 'rnu' (did you mean 'run'?)");
  assert_refused("zzzzzz", "no verb 'zzzzzz'; `oracle help` lists them");
  assert_refused("run --timeuot 3", "run: no option '--timeuot' (did you mean '--timeout'?)");
  assert_refused("run --timeuot=3", "run: no option '--timeuot=3' (did you mean '--timeout'?)");
  assert_refused("run -Z", "run: no option '-Z'; `oracle help run` lists them");
  assert_refused("diff --zzzzzzzz a b", "diff: no option '--zzzzzzzz'; `oracle help diff` lists them");
  assert_refused("run --mode", "run: '--mode' needs an argument");
}

static void numbers_have_bounds(void **unused) {
  (void)unused;
  static const struct { const char *line; bool ok; unsigned n; } rows[] = {
    {"run", true, 7}, {"run -j 1", true, 1}, {"run -j 256", true, 256}, {"run -j 0", false, 0},
    {"run -j 257", false, 0}, {"run -j 2x", false, 0}, {"run -j -1", false, 0},
    {"run -j ''", false, 0}, {"run -j 1 -j 3", true, 3}
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Options o;
    Diag why;
    unsigned n;
    assert_true(parse(rows[i].line, &o, &why));
    bool ok = options_number(&o, OPTION_JOBS, 1, 256, 7, &n, &why);
    assert_int_equal(ok, rows[i].ok);
    if (ok) assert_int_equal(n, rows[i].n);
    else assert_non_null(strstr(why.text, "is not a number from 1 to 256"));
    options_free(&o);
  }
}

static void assert_repeat(const char *line, const char *expected) {
  Options o;
  Diag why;
  Bytes command = {0};
  if (!parse(line, &o, &why)) fail_msg("%s: %s", line, why.text);
  options_append_repeat(&o, &command);
  assert_string_equal(bytes_text(&command), expected);
  bytes_free(&command);
  options_free(&o);
}

/* What chooses cases or writes reports is not of the case; what changes its world is. */
static void the_command_that_repeats_has_what_changes_a_case(void **unused) {
  (void)unused;
  assert_repeat("run some.cases -j 3 -k x --junit f --mode m", "oracle run");
  assert_repeat("run --env 'A=b c' --memory 1M --env C=1",
                "oracle run --memory 1M --env 'A=b c' --env C=1");
  assert_repeat("diff --mode x --build asan --slowness 3 --any-version a b",
                "oracle diff a b --build asan --slowness 3 --any-version");
  assert_repeat("diff -x lua5.1 ./cand some.cases --timeout 2s",
                "oracle diff lua5.1 ./cand --timeout 2s");
  assert_repeat("exec -e 'print(1)'", "oracle exec --execute 'print(1)'");
  assert_repeat("exec --invoke f x.lua", "oracle exec --invoke f x.lua");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(options_and_words_may_be_mixed),
    cmocka_unit_test(behind_two_dashes_nothing_is_an_option),
    cmocka_unit_test(no_verb_is_help),
    cmocka_unit_test(what_is_not_understood_is_refused),
    cmocka_unit_test(numbers_have_bounds),
    cmocka_unit_test(the_command_that_repeats_has_what_changes_a_case),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
