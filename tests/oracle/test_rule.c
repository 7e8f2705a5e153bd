/* test_rule.c -- rules keep identity, apply where they say, and are refused unless they are whole. */
#include "normalise/rule.h"
#include "normalise/ruleparse.h"
#include "base/path.h"
#include "seen.h"

static bool parse(Rules *rules, const char *text, Diag *why) {
  Bytes content = bytes_of(text);
  *rules = (Rules){0};
  *why = (Diag){0};
  bool ok = rules_parse(rules, "r.rules", &content, why);
  bytes_free(&content);
  if (!ok) rules_free(rules);
  return ok;
}

static void apply(const Rules *rules, Channel channel, const Strings *tags, const char *text,
                  const char *expected, uint64_t expected_fired) {
  RuleMemory memory = {0};
  Bytes raw = bytes_of(text), result = {0};
  uint64_t fired = 0;
  rules_apply(rules, channel, tags, &raw, &result, &memory, &fired);
  assert_bytes(&result, expected);
  assert_int_equal(fired, expected_fired);
  bytes_free(&raw);
  bytes_free(&result);
  rule_memory_free(&memory);
}

#define EXAMPLES "hides x1 => N\nhides x2 => N\nkeeps y\nkeeps z\n"
#define GOOD "rule r\nwhy w\nchannels stdout\nmatch x(\\d)\nwrite N\n" EXAMPLES

static void the_shipped_rules_hold_their_examples(void **unused) {
  (void)unused;
  Rules rules;
  Diag why = {0};
  assert_true(rules_load(&rules, "oracle/rules", &why));
  assert_true(rules.n >= 2 && rules.n <= RULES_MOST);
  for (size_t i = 0; i < rules.n; i++) assert_true(strlen(rule_why(&rules, i)) > 10);
  assert_string_equal(rule_id(&rules, 0), "address");
  apply(&rules, CHANNEL_STDOUT, NULL, "lua: x", "lua: x", 0);
  apply(&rules, CHANNEL_STDERR, NULL, "a\nlua: table: 0x5", "a\n<program>: table: @1", 5);
  apply(&rules, CHANNEL_BYTECODE, NULL, "table: 0x5", "table: 0x5", 0);
  apply(&rules, CHANNEL_STDOUT, NULL, "", "", 0);
  rules_free(&rules);
}

static void ordinals_go_on_over_the_channels_of_one_side(void **unused) {
  (void)unused;
  Rules rules;
  Diag why = {0};
  RuleMemory memory = {0};
  Bytes raw = {0}, result = {0};
  uint64_t fired = 0;
  assert_true(rules_load(&rules, "oracle/rules", &why));
  for (int i = 0; i < 500; i++) bytes_printf(&raw, "table: 0x%x ", i);
  rules_apply(&rules, CHANNEL_STDERR, NULL, &raw, &result, &memory, &fired);
  bytes_clear(&raw);
  bytes_puts(&raw, "table: 0x1f3, table: 0xfff, table: 0x0");
  rules_apply(&rules, CHANNEL_STDOUT, NULL, &raw, &result, &memory, &fired);
  assert_bytes(&result, "table: @500, table: @501, table: @1");
  bytes_free(&raw);
  bytes_free(&result);
  rule_memory_free(&memory);
  rules_free(&rules);
}

static void a_rule_with_tags_wants_one_of_them(void **unused) {
  (void)unused;
  Rules rules;
  Diag why;
  Strings tags = {0};
  assert_true(parse(&rules, "# a comment\n\n" GOOD "tags gc, order\n", &why));
  apply(&rules, CHANNEL_STDOUT, NULL, "x1", "x1", 0);
  apply(&rules, CHANNEL_STDOUT, &tags, "x1", "x1", 0);
  strings_add(&tags, "order");
  apply(&rules, CHANNEL_STDOUT, &tags, "x1", "N", 1);
  strings_free(&tags);
  rules_free(&rules);
}

static void rules_of_what_varies_can_be_left_out(void **unused) {
  (void)unused;
  Rules rules;
  Diag why;
  uint64_t left_out = 0;
  assert_true(parse(&rules, "rule a\nwhy w\nchannels stdout\nvaries world\nmatch y(\\d)\nwrite N\n"
                            "hides y1 => N\nhides y2 => N\nkeeps x\nkeeps z\n" GOOD, &why));
  Rules few = rules_unproven(&rules, &left_out);
  assert_int_equal(left_out, 1);
  apply(&rules, CHANNEL_STDOUT, NULL, "x1 y1", "N N", 3);
  apply(&few, CHANNEL_STDOUT, NULL, "x1 y1", "N y1", 1);
  rules_free(&rules);
}

static void groups_dollars_and_unset_groups_are_written(void **unused) {
  (void)unused;
  Rules rules;
  Diag why;
  assert_true(parse(&rules, "rule r\nwhy w\nchannels stdout\nmatch (a)|(b)\nwrite [$0$1$2$$@{n}]\n"
                            "hides a => [aa$@1]\nhides ab => [aa$@1][bb$@2]\nkeeps c\nkeeps d\\n\n",
                            &why));
  apply(&rules, CHANNEL_STDOUT, NULL, "bca", "[bb$@1]c[aa$@2]", 1);
  rules_free(&rules);
}

/* What matches but is written as it was has not fired. */
static void a_rewriting_to_the_same_text_does_not_count(void **unused) {
  (void)unused;
  Rules rules;
  Diag why;
  assert_true(parse(&rules, "rule r\nwhy w\nchannels stdout\nmatch x|y\nwrite x\n"
                            "hides y => x\nhides yy => xx\nkeeps x\nkeeps xx\n", &why));
  apply(&rules, CHANNEL_STDOUT, NULL, "x x", "x x", 0);
  apply(&rules, CHANNEL_STDOUT, NULL, "x y", "x x", 1);
  rules_free(&rules);
}

static void everything_that_is_not_understood_is_refused(void **unused) {
  (void)unused;
  static const struct { const char *text, *message; } rows[] = {
    {"why w\n", "r.rules:1: 'why' before the first 'rule'"},
    {"rule\n", "r.rules:1: 'rule' has no value"},
    {"rule r\ncolour blue\n", "r.rules:2: unknown key 'colour'"},
    {"rule r\nwhy w\nwhy w\n", "r.rules:3: 'why' is given twice"},
    {"rule r\nchannels stdout sterr\n", "r.rules:2: unknown channel 'sterr'"},
    {"rule r\nchannels exit\n", "r.rules:2: channel 'exit' is never rewritten"},
    {"rule r\nvaries time\n", "r.rules:2: varies: 'world' is all that can be said"},
    {"rule r\nvaries world\nvaries world\n", "r.rules:3: 'varies' is given twice"},
    {"rule r\nmatch (\n", "r.rules:2: match: missing closing parenthesis, at character 2"},
    {"rule r\nwrite $x\n", "r.rules:2: write: '$' needs a digit or '$'"},
    {"rule r\nhides a\n", "r.rules:2: hides: 'TEXT => WHAT IS LEFT' is wanted"},
    {"rule r\n", "r.rules:1: rule 'r' has no 'why'"},
    {"rule r\nwhy w\n", "r.rules:1: rule 'r' has no 'channels'"},
    {"rule r\nwhy w\nchannels stdout\n", "r.rules:1: rule 'r' has no 'match'"},
    {"rule r\nwhy w\nchannels stdout\nmatch x\n", "r.rules:1: rule 'r' has no 'write'"},
    {"rule r\nwhy w\nchannels stdout\nmatch x\nwrite $1\n" EXAMPLES,
     "r.rules:1: write: match has no group 1"},
    {"rule r\nwhy w\nchannels stdout\nmatch x*\nwrite N\n" EXAMPLES,
     "r.rules:1: match: can match the empty string"},
    {"rule r\nwhy w\nchannels stdout\nmatch x\nwrite N\nhides x => N\nhides xx => NN\nkeeps a\n",
     "r.rules:1: rule 'r' needs at least 2 'hides' and 2 'keeps'"},
    {"rule r\nwhy w\nchannels stdout\nmatch x\nwrite N\nhides x => M\n",
     "r.rules:6: rule 'r' makes of this example: N"},
    {"rule r\nwhy w\nchannels stdout\nmatch x\nwrite N\nkeeps ax\n",
     "r.rules:6: rule 'r' makes of this example: aN"},
    {"rule r\nwhy w\nchannels stdout\nmatch x\nwrite N\nhides a => a\n",
     "r.rules:6: this example hides nothing"},
    {GOOD "rule r\n", "r.rules:10: second rule 'r'"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Rules rules;
    Diag why;
    assert_false(parse(&rules, rows[i].text, &why));
    assert_string_equal(diag_text(&why), rows[i].message);
    assert_int_equal(why.status, EXIT_USAGE);
    assert_int_equal(rules.n, 0);
  }
}

static void nuls_and_too_much_are_refused(void **unused) {
  (void)unused;
  Rules rules = {0};
  Diag why = {0};
  Bytes text = {0};
  bytes_append(&text, "rule r\nwhy a\0b\n", 15);
  assert_false(rules_parse(&rules, "r.rules", &text, &why));
  assert_string_equal(diag_text(&why), "r.rules:2: a NUL byte");
  bytes_clear(&text);
  for (int i = 0; i <= RULES_MOST; i++) {
    bytes_printf(&text, "rule r%d\nwhy w\nchannels stdout\nmatch x\\d\nwrite N\n" EXAMPLES, i);
  }
  assert_false(rules_parse(&rules, "r.rules", &text, &why));
  assert_non_null(strstr(diag_text(&why), "more than 10 rules"));
  rules_free(&rules);
  bytes_clear(&text);
  bytes_puts(&text, "rule r\n");
  for (int i = 0; i <= RULE_EXAMPLES_MOST; i++) bytes_puts(&text, "keeps y\n");
  assert_false(rules_parse(&rules, "r.rules", &text, &why));
  assert_non_null(strstr(diag_text(&why), "more than 16 examples"));
  bytes_free(&text);
}

static void a_folder_without_rules_or_a_missing_file_is_an_error(void **unused) {
  (void)unused;
  Rules rules;
  Diag why = {0};
  char folder[] = "/tmp/oracle-rules-XXXXXX";
  assert_non_null(mkdtemp(folder));
  assert_false(rules_load(&rules, folder, &why));
  assert_non_null(strstr(diag_text(&why), "no rule in this folder"));
  char *file = path_join(folder, "a.rules");
  assert_true(path_write(file, GOOD, strlen(GOOD), &why));
  assert_true(rules_load(&rules, file, &why));
  assert_int_equal(rules.n, 1);
  rules_free(&rules);
  assert_true(path_remove(folder, &why));
  assert_false(rules_load(&rules, file, &why));
  free(file);
}

static uint64_t identity(const char *path) {
  uint64_t hash;
  Diag why = {0};
  if (!rules_identify(path, &hash, &why)) fail_msg("%s", diag_text(&why));
  return hash;
}

static void rules_are_known_by_what_they_say(void **unused) {
  (void)unused;
  uint64_t hash;
  Diag why = {0};
  char folder[] = "/tmp/oracle-rules-XXXXXX";
  assert_non_null(mkdtemp(folder));
  char *file = path_join(folder, "a.rules"), *other = path_join(folder, "b.rules");
  char *note = path_join(folder, "note");
  assert_true(path_write(file, GOOD, strlen(GOOD), &why));
  uint64_t one = identity(folder);
  assert_true(path_write(note, "x", 1, &why));
  assert_true(identity(folder) == one);
  assert_true(path_write(other, "", 0, &why));
  assert_true(identity(folder) != one);
  assert_true(path_write(file, GOOD "\n", strlen(GOOD) + 1, &why));
  assert_true(path_remove(other, &why));
  assert_true(identity(folder) != one);
  assert_true(path_remove(folder, &why));
  assert_false(rules_identify(file, &hash, &why));
  free(file);
  free(other);
  free(note);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_shipped_rules_hold_their_examples),
    cmocka_unit_test(ordinals_go_on_over_the_channels_of_one_side),
    cmocka_unit_test(a_rule_with_tags_wants_one_of_them),
    cmocka_unit_test(rules_of_what_varies_can_be_left_out),
    cmocka_unit_test(groups_dollars_and_unset_groups_are_written),
    cmocka_unit_test(a_rewriting_to_the_same_text_does_not_count),
    cmocka_unit_test(everything_that_is_not_understood_is_refused),
    cmocka_unit_test(nuls_and_too_much_are_refused),
    cmocka_unit_test(rules_are_known_by_what_they_say),
    cmocka_unit_test(a_folder_without_rules_or_a_missing_file_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
