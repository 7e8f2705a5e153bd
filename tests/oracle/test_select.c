/* test_select.c -- a filter means what it says, and one that is misspelt says where. */
#include "case/select.h"

#include "seen.h"

static bool accepts(const char *text, const Case *item) {
  Diag why = {0};
  Filter *f = filter_parse(text, &why);
  if (f == NULL) fail_msg("%s", diag_text(&why));
  bool yes = filter_accepts(f, item, "gc");
  filter_free(f);
  return yes;
}

static void each_question_asks_its_field(void **unused) {
  (void)unused;
  static char id[] = "d/t.cases#one-claim", name[] = "one-claim", title[] = "one claim",
              manual[] = "2.5.1 Arithmetic";
  Case item = plain_case();
  item.id = id;
  item.name = name;
  item.path = "d/t.cases";
  item.title = title;
  item.manual = manual;
  item.channels = CHANNEL_BIT(CHANNEL_STDOUT);
  item.needs = NEED_TMP | NEED_LOCALE;
  strings_add(&item.tags, "number");
  static const struct { const char *text; bool yes; } rows[] = {
    {"id(d/t.cases#one-claim)", true}, {"id(one-claim)", true}, {"id(one)", false},
    {"id(d/**)", true}, {"id(/one.c/)", true}, {"file(d/t.cases)", true}, {"file(d/*)", true},
    {"file(d)", false}, {"title(/one claim/)", true}, {"title(/^claim/)", false},
    {"tag(number)", true}, {"tag(num*)", true}, {"tag(num)", false}, {"manual(2)", true},
    {"manual(2.5)", true}, {"manual(2.5.1)", true}, {"manual(2.51)", false}, {"manual(5)", false},
    {"channel(stdout)", true}, {"channel(stderr)", false}, {"need(tmp)", true},
    {"need(locale*)", true}, {"need(shell)", false}, {"mode(gc)", true}, {"mode(asan)", false},
    {"!tag(number)", false}, {"!!tag(number)", true},
    {"mode(x) & tag(number) | mode(gc)", true}, {"mode(gc) | tag(x) & tag(y)", true},
    {"(mode(gc) | tag(x)) & tag(y)", false}, {" ( tag( number ) ) ", true},
    {"file(/^d\\/t/)", true}, {"title(/e\\\\/)", false}, {"title(/\\bclaim$/)", true}
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    if (accepts(rows[i].text, &item) != rows[i].yes) fail_msg("%s", rows[i].text);
  }
  strings_free(&item.tags);
}

static void what_is_no_filter_is_told_with_its_column(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
    {"", "filter '', column 1: id, title, file, tag, manual, channel, need or mode is expected"},
    {"tga(x)",
     "filter 'tga(x)', column 1: id, title, file, tag, manual, channel, need or mode is expected"},
    {"tag", "filter 'tag', column 4: '(' is expected"},
    {"tag()", "filter 'tag()', column 5: an argument is expected"},
    {"tag(x", "filter 'tag(x', column 6: ')' is expected"},
    {"tag(x y)", "filter 'tag(x y)', column 7: ')' is expected"},
    {"tag(x) tag(y)", "filter 'tag(x) tag(y)', column 8: '&', '|' or the end is expected"},
    {"(tag(x)", "filter '(tag(x)', column 8: ')' is expected"},
    {"channel(stdot)", "filter 'channel(stdot)', column 9: no such channel"},
    {"need(shel)", "filter 'need(shel)', column 6: no such need"},
    {"id(/x)", "filter 'id(/x)', column 4: a regular expression without its end"},
    {"id(/x\\/)", "filter 'id(/x\\/)', column 4: a regular expression without its end"},
    {"id(/(/)", "filter 'id(/(/)', column 4: missing closing parenthesis"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Diag why = {0};
    assert_null(filter_parse(rows[i][0], &why));
    assert_string_equal(diag_text(&why), rows[i][1]);
    assert_int_equal(why.status, EXIT_USAGE);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_question_asks_its_field),
    cmocka_unit_test(what_is_no_filter_is_told_with_its_column),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
