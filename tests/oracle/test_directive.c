/* test_directive.c -- every key of a case's head does its work, and a wrong value never passes. */
#include "case/directive.h"

#include "case/parse.h"
#include "support/harness.h"

static Strings tags;

static int make_tags(void **unused) {
  (void)unused;
  strings_add(&tags, "number");
  strings_add(&tags, "closing");
  return 0;
}

static int free_tags(void **unused) {
  (void)unused;
  strings_free(&tags);
  return 0;
}

static Head head(void) {
  return (Head){case_of_text("t", "", 0), &tags, 0};
}

static void values_arrive_in_the_case(void **unused) {
  (void)unused;
  static const char *const pairs[][2] = {
    {"title", "a claim"}, {"manual", "2.5.1 words"}, {"origin", "here"},
    {"tags", "number, closing"},
    {"channels", "stdout exit"}, {"phase", "compile"}, {"args", "a 'b c'"}, {"cli", "- x"},
    {"stdin", "\"a\\n\\0\\x41\\101\\\"\\\\\""}, {"env", "A=1 _b2='x y'"}, {"needs", "shell,tmp"},
    {"modes", "asan !gcstress"}, {"mem", "16M"}, {"fuel", "1e6"}, {"time", "0.5"},
    {"expect", "exit=255, ref-crash"}, {"known", "why"}, {"script", "a/b.lua"},
    {"says", "done at *"}
  };
  Head h = head();
  Diag why = {0};
  for (size_t i = 0; i < ROWS(pairs); i++) {
    assert_false(directive_was_given(&h, pairs[i][0]));
    if (!directive_apply(&h, pairs[i][0], pairs[i][1], &why)) fail_msg("%s", diag_text(&why));
    assert_true(directive_was_given(&h, pairs[i][0]));
  }
  const Case *c = h.item;
  assert_string_equal(c->title, "a claim");
  assert_string_equal(c->manual, "2.5.1 words");
  assert_string_equal(c->origin, "here");
  assert_string_equal(c->known, "why");
  assert_true(c->borrows);
  assert_string_equal(c->script, "a/b.lua");
  assert_string_equal(bytes_text(&c->says), "done at *");
  assert_true(c->tags.n == 2 && strings_has(&c->tags, "closing"));
  assert_int_equal(c->channels, CHANNEL_BIT(CHANNEL_STDOUT) | CHANNEL_BIT(CHANNEL_EXIT));
  assert_int_equal(c->phase, PHASE_COMPILE);
  assert_true(c->args.n == 2 && strings_has(&c->args, "b c"));
  assert_true(c->has_cli && c->cli.n == 2);
  assert_int_equal(c->input.len, 7);
  assert_memory_equal(c->input.data, "a\n\0AA\"\\", 7);
  assert_true(c->env.n == 2 && strings_has(&c->env, "_b2=x y"));
  assert_int_equal(c->needs, NEED_SHELL | NEED_TMP);
  assert_true(c->modes.n == 2 && strings_has(&c->modes, "!gcstress"));
  assert_true(c->memory == 16u << 20 && c->fuel == 1000000);
  assert_true(c->seconds == 0.5);
  assert_int_equal(c->expect_exit, 255);
  assert_int_equal(c->expect_trouble, TROUBLE_CRASH);
  case_free(h.item);
}

static void wrong_values_are_refused_with_a_reason(void **unused) {
  (void)unused;
  static const char *const rows[][3] = {
    {"script", "/etc/x.lua", "'/etc/x.lua' is not a file below the mode's folder"},
    {"script", "../x.lua", "'../x.lua' is not a file below the mode's folder"},
    {"titel", "x", "unknown directive 'titel' (did you mean 'title'?)"},
    {"zzzzzzzzz", "x", "unknown directive 'zzzzzzzzz'"},
    {"title", "", "directive 'title' has no value"},
    {"manual", "x", "'x' does not begin with a section of the manual"},
    {"manual", "2.", "'2.' does not begin with a section of the manual"},
    {"manual", "2.5x", "'2.5x' does not begin with a section of the manual"},
    {"tags", "nunber", "unknown tag 'nunber' (did you mean 'number'?)"},
    {"tags", "zzzzzzzz", "unknown tag 'zzzzzzzz' (see TAGS)"},
    {"tags", "number number", "tag 'number' given twice"},
    {"tags", ",", "empty tag list"},
    {"channels", "stdot", "unknown channel 'stdot'"},
    {"channels", ",", "empty channel list"},
    {"phase", "runs", "unknown phase 'runs'"},
    {"args", "'a", "a quote without its end"},
    {"cli", "\"a", "a quote without its end"},
    {"stdin", "a", "needs a \"quoted\" value"},
    {"stdin", "\"", "needs a \"quoted\" value"},
    {"stdin", "\"a\\q\"", "unknown escape in \"a\\q\""},
    {"stdin", "\"a\\\"", "unknown escape in \"a\\\""},
    {"stdin", "\"\\400\"", "unknown escape in \"\\400\""},
    {"stdin", "\"a\"b\"", "a quote inside of \"a\"b\""},
    {"env", "1A=x", "'1A=x' is not NAME=VALUE"},
    {"env", "A", "'A' is not NAME=VALUE"},
    {"needs", "root", "unknown need 'root'"},
    {"needs", ",", "empty need list"},
    {"modes", "asan fast", "unknown mode 'fast'"},
    {"modes", ",", "empty mode list"},
    {"mem", "lots", "'lots' is not a size such as 16M"},
    {"fuel", "0", "'0' is not a number of instructions such as 1e6"},
    {"time", "601", "'601' is not a time between 0 and 600 seconds"},
    {"expect", "exit=256", "unknown expectation 'exit=256'"},
    {"expect", "exit=", "unknown expectation 'exit='"},
    {"expect", "exit=1x", "unknown expectation 'exit=1x'"},
    {"expect", "crash", "unknown expectation 'crash'"},
    {"expect", ",", "empty expectation list"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Head h = head();
    Diag why = {0};
    assert_false(directive_apply(&h, rows[i][0], rows[i][1], &why));
    assert_string_equal(diag_text(&why), rows[i][2]);
    assert_int_equal(why.status, EXIT_USAGE);
    case_free(h.item);
  }
}

static void a_key_may_be_given_once(void **unused) {
  (void)unused;
  Head h = head();
  Diag why = {0};
  assert_true(directive_apply(&h, "mem", "1M", &why));
  assert_false(directive_apply(&h, "mem", "1M", &why));
  assert_string_equal(diag_text(&why), "directive 'mem' given twice");
  case_free(h.item);
}

static void channels_are_found_by_their_whole_name(void **unused) {
  (void)unused;
  for (int i = 0; i < CHANNEL_COUNT; i++) {
    const char *name = channel_name((Channel)i);
    size_t n = 0;
    while (name[n]) n++;
    assert_int_equal(channel_find(name, n), i);
    assert_int_equal(channel_find(name, n - 1), -1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_arrive_in_the_case),
    cmocka_unit_test(wrong_values_are_refused_with_a_reason),
    cmocka_unit_test(a_key_may_be_given_once),
    cmocka_unit_test(channels_are_found_by_their_whole_name),
  };
  return cmocka_run_group_tests(tests, make_tags, free_tags);
}
