/* test_ledger.c -- what is known is looked over for a reason, until a day, and never silently. */
#include <time.h>

#include "folder.h"
#include "seen.h"
#include "verdict/ledger.h"

static const char file[] = "ledger.lua";

static Ledger *load(const char *text, Diag *why) {
  *why = (Diag){0};
  assert_true(path_write(file, text, strlen(text), why));
  return ledger_load(file, why);
}

#define DATES "added = '2020-01-01', expires = '9999-12-31'"
#define REST "why = 'w', owner = 'o', " DATES
#define FLAKY(match_) \
  "return {{id = 'K-1', verdict = {'flaky', 'stdout'}, " REST ", match = {" match_ "}}}"
#define ONE(fields) "return {{id = 'K-1', verdict = 'stdout', " REST ", " fields "}}"

static double day(int year) {
  struct tm t = {.tm_year = year - 1900, .tm_mday = 1};
  return (double)timegm(&t);
}

typedef struct Problems { char text[1024]; } Problems;

static void note(void *context, const char *entry, const char *problem, const char *why) {
  Problems *p = context;
  size_t used = strlen(p->text);
  assert_true(strlen(why) > 5);
  snprintf(p->text + used, sizeof p->text - used, "%s %s;", entry, problem);
}

static void expect_end_of(const Ledger *l, const char *mode, bool has_all, int year,
                          const char *expected) {
  Problems p = {""};
  size_t n = ledger_end(l, mode, has_all, day(year), note, &p), seen_n = 0;
  for (const char *c = expected; *c; c++) seen_n += *c == ';';
  assert_string_equal(p.text, expected);
  assert_int_equal(n, seen_n);
}

static void expect_end(const Ledger *l, const char *mode, int year, const char *expected) {
  expect_end_of(l, mode, true, year, expected);
}

static VerdictKind apply(Ledger *l, const char *mode, const Case *item, VerdictKind kind,
                         const char *signature) {
  Verdict v = {.kind = kind};
  strcpy(v.signature, signature);
  ledger_apply(l, mode, item, &v);
  kind = v.kind;
  assert_string_equal(v.ledger, kind == VERDICT_XFAIL ? "K-1" : "");
  if (kind == VERDICT_XFAIL) assert_bytes(&v.why, "K-1: w");
  verdict_free(&v);
  return kind;
}

static void an_entry_explains_only_what_it_names(void **unused) {
  (void)unused;
  Diag why;
  Case item = plain_case(), other = plain_case();
  static char id[] = "t.cases#b";
  other.id = id;
  strings_add(&item.tags, "nan");
  Ledger *l = load(ONE("sig = 'stdout|L2:12', "
                       "match = {mode = 'luajit*', case = 't.cases#*', tags = {'nan'}}"), &why);
  assert_non_null(l);
  assert_int_equal(ledger_count(l), 1);
  assert_int_equal(apply(l, "luajit-x", &item, VERDICT_STDOUT, "stdout|L2:12"), VERDICT_XFAIL);
  assert_int_equal(apply(l, "luajit-x", &item, VERDICT_STDOUT, "stdout|L2:13"), VERDICT_STDOUT);
  assert_int_equal(apply(l, "luajit-x", &item, VERDICT_CRASH, "stdout|L2:12"), VERDICT_CRASH);
  assert_int_equal(apply(l, "asan", &item, VERDICT_STDOUT, "stdout|L2:12"), VERDICT_STDOUT);
  assert_int_equal(apply(l, "luajit", &other, VERDICT_STDOUT, "stdout|L2:12"), VERDICT_STDOUT);
  assert_int_equal(apply(l, "luajit", &item, VERDICT_SKIP, ""), VERDICT_SKIP);
  expect_end(l, "luajit", 2026, "");
  ledger_free(l);
  strings_free(&item.tags);
}

static void a_signature_may_be_given_by_its_start(void **unused) {
  (void)unused;
  Diag why;
  Case item = plain_case();
  Ledger *l = load(ONE("sig = 'stdout|*', match = {}"), &why);
  assert_non_null(l);
  assert_int_equal(apply(l, "m", &item, VERDICT_STDOUT, "stdout|L2:12"), VERDICT_XFAIL);
  ledger_free(l);
}

static void what_no_longer_fails_is_told(void **unused) {
  (void)unused;
  Diag why;
  Case item = plain_case();
  Ledger *l = load(ONE("match = {case = 't.cases#a'}"), &why);
  expect_end(l, "m", 2026, "");                       /* its case did not run */
  assert_int_equal(apply(l, "m", &item, VERDICT_SAME, ""), VERDICT_SAME);
  expect_end(l, "m", 2026, "K-1 xpass;");
  ledger_free(l);
  l = load(ONE("match = {case = 't.*#?', mode = 'm'}"), &why);
  assert_int_equal(apply(l, "m", &item, VERDICT_SAME, ""), VERDICT_SAME);
  expect_end(l, "m", 2026, "K-1 stale;");
  expect_end(l, "n", 2026, "");
  ledger_free(l);
}

static Case case_called(char *id) {
  Case item = plain_case();
  item.id = id;
  return item;
}

/* Each id and each pattern of a list is held to account by itself. */
static void an_entry_may_name_many_cases(void **unused) {
  (void)unused;
  static char a[] = "t.cases#a", b[] = "t.cases#b", x[] = "u.cases#x-1", y[] = "v.cases#y";
  static const char many[] = ONE("match = {case = {'v.cases#y', ['t.cases'] = {'a', 'b'}, "
                                 "['u.cases'] = {'x-*'}}}");
  Case cases[] = {case_called(a), case_called(b), case_called(x), case_called(y)};
  Diag why;
  Ledger *l = load(many, &why);
  assert_non_null(l);
  for (size_t i = 0; i < ROWS(cases); i++) {
    assert_int_equal(apply(l, "m", &cases[i], VERDICT_STDOUT, ""), VERDICT_XFAIL);
  }
  Case other = plain_case();
  other.id = (char *)"t.cases#c";
  assert_int_equal(apply(l, "m", &other, VERDICT_STDOUT, ""), VERDICT_STDOUT);
  expect_end(l, "m", 2026, "");
  ledger_free(l);
  l = load(many, &why);
  assert_int_equal(apply(l, "m", &cases[0], VERDICT_STDOUT, ""), VERDICT_XFAIL);
  assert_int_equal(apply(l, "m", &cases[1], VERDICT_SAME, ""), VERDICT_SAME);
  assert_int_equal(apply(l, "m", &cases[2], VERDICT_SAME, ""), VERDICT_SAME);
  assert_int_equal(apply(l, "m", &cases[3], VERDICT_CRASH, ""), VERDICT_CRASH);
  /* y fails otherwise, b passes, and so does x-*: but another x-* might have failed. */
  expect_end(l, "m", 2026, "K-1 stale;K-1 xpass;K-1 stale;");
  expect_end_of(l, "m", false, 2026, "K-1 stale;K-1 xpass;");
  ledger_free(l);
}

static void an_entry_may_explain_many_verdicts(void **unused) {
  (void)unused;
  Diag why;
  Case item = plain_case();
  Ledger *l = load(FLAKY("case = '**'"), &why);
  assert_non_null(l);
  assert_int_equal(apply(l, "m", &item, VERDICT_STDOUT, ""), VERDICT_XFAIL);
  assert_int_equal(apply(l, "m", &item, VERDICT_FLAKY, ""), VERDICT_XFAIL);
  assert_int_equal(apply(l, "m", &item, VERDICT_EXIT, ""), VERDICT_EXIT);
  ledger_free(l);
}

/* What is flaky passes now and then: that proves nothing. */
static void a_flaky_case_may_pass(void **unused) {
  (void)unused;
  Diag why;
  Case item = plain_case();
  static const char *const matches[] = {"case = 't.cases#a'", "case = '**'", "tags = {'nan'}"};
  strings_add(&item.tags, "nan");
  for (size_t i = 0; i < ROWS(matches); i++) {
    char text[512];
    snprintf(text, sizeof text, FLAKY("%s"), matches[i]);
    Ledger *l = load(text, &why);
    assert_non_null(l);
    assert_int_equal(apply(l, "m", &item, VERDICT_SAME, ""), VERDICT_SAME);
    expect_end(l, "m", 2026, "");
    ledger_free(l);
  }
  strings_free(&item.tags);
}

static void an_entry_has_an_end_and_a_limit(void **unused) {
  (void)unused;
  Diag why;
  Case item = plain_case();
  Ledger *l = load("return {{id = 'K-1', verdict = 'stdout', why = 'w', owner = 'o', "
                   "added = '2020-01-01', expires = '2020-03-01', match = {case = '**'}}}", &why);
  assert_non_null(l);
  assert_int_equal(apply(l, "m", &item, VERDICT_STDOUT, ""), VERDICT_STDOUT);
  expect_end(l, "m", 2026, "K-1 expired;");
  expect_end(l, "m", 2020, "");
  ledger_free(l);
  l = load(ONE("max_hits = 1, issue = '#4', match = {case = '**'}"), &why);
  assert_int_equal(apply(l, "m", &item, VERDICT_STDOUT, ""), VERDICT_XFAIL);
  expect_end(l, "m", 2026, "");
  assert_int_equal(apply(l, "m", &item, VERDICT_STDOUT, ""), VERDICT_XFAIL);
  expect_end(l, "m", 2026, "K-1 over;");
  ledger_free(l);
}

static void the_first_entry_explains_and_the_second_is_stale(void **unused) {
  (void)unused;
  Diag why;
  Case item = plain_case();
  Ledger *l = load("return {{id = 'K-1', verdict = 'stdout', " REST ", match = {case = '**'}},"
                   "{id = 'K-2', verdict = 'stdout', " REST ", match = {case = 't.cases#a'}}}",
                   &why);
  assert_non_null(l);
  assert_int_equal(apply(l, "m", &item, VERDICT_STDOUT, ""), VERDICT_XFAIL);
  expect_end(l, "m", 2026, "K-2 stale;");
  ledger_free(l);
}

static void what_is_not_understood_is_refused(void **unused) {
  (void)unused;
  static const struct { const char *text, *message; } rows[] = {
    {"return {x = 1}", "must return a list of entries"},
    {"return {1}", "entry 1: is no table"},
    {"return {{verdict = 'stdout'}}", "entry 1: 'id' is missing"},
    {"return {{id = 'a', verdikt = 'stdout'}}",
     "entry 1: unknown field 'verdikt' (did you mean 'verdict'?)"},
    {"return {{id = 'a', 7}}", "entry 1: unknown field '[number]'"},
    {"return {{id = 7}}", "entry 1: 'id' must be a text that is not empty"},
    {"return {{id = 'a'}}", "entry 1 a: 'why' is missing"},
    {"return {{id = '0123456789012345678901234567890123456789'}}", "is longer than 31 bytes"},
    {"return {{id = 'a', verdict = 'stdout', why = 'w', owner = 'o'}}",
     "entry 1 a: 'added' is missing"},
    {ONE("sig = ''"), "'sig' must be a text"},
    {ONE("match = 'x'"), "'match' must be a table"},
    {ONE("match = {}"), "it would match everything"},
    {ONE("match = {cas = 'x'}"), "unknown field 'cas' (did you mean 'case'?)"},
    {ONE("match = {tags = 'x'}"), "'tags' must be a list"},
    {ONE("match = {tags = {a = 'x'}}"), "'tags' must be a list of texts"},
    {ONE("match = {mode = 1}"), "'mode' must be a text"},
    {ONE("match = {case = 1}"), "'case' must be a text"},
    {ONE("match = {case = {}}"), "'case' is an empty list"},
    {ONE("match = {case = {7}}"), "'case' must be a text, or a list of texts"},
    {ONE("match = {case = {['t.cases'] = 'a'}}"), "'case': 't.cases' must be a list of names"},
    {ONE("match = {case = {['t.cases'] = {}}}"), "'case': 't.cases' must be a list of names"},
    {"return {{id = 'a', verdict = {}, " REST ", match = {case = 'x'}}}",
     "'verdict' must be a word or a list"},
    {"return {{id = 'a', verdict = {'exit', 'x'}, " REST ", match = {case = 'x'}}}",
     "verdict 'x' is no word"},
    {ONE("max_hits = 0, match = {case = 'x'}"), "'max_hits' must be a number"},
    {"return {{id = 'a', verdict = 'same', " REST ", match = {case = 'x'}}}",
     "verdict 'same' is no word for a failure"},
    {"return {{id = 'a', verdict = 'x', " REST ", match = {case = 'x'}}}", "no word for a failure"},
    {"return {{id = 'a', " REST ", match = {case = 'x'}}}", "'verdict' is missing"},
    {"return {{id = 'a', verdict = 'stdout', why = 'w', owner = 'o', added = '2020-02-31', "
     "expires = '2021-01-01', match = {case = 'x'}}}", "'added' must be a date"},
    {"return {{id = 'a', verdict = 'stdout', why = 'w', owner = 'o', added = '2020-02-01', "
     "expires = 'never', match = {case = 'x'}}}", "'expires' must be a date"},
    {"return {{id = 'a', verdict = 'stdout', why = 'w', owner = 'o', added = '2020-02-01', "
     "expires = '2020-02-01', match = {case = 'x'}}}", "it expires before it was added"},
    {"return {{id = 'a', verdict = 'stdout', " REST ", match = {case = 'x'}},"
     "{id = 'a', verdict = 'stdout', " REST ", match = {case = 'y'}}}", "entry 2: second 'a'"},
    {"return {", "unexpected symbol"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Diag why;
    assert_null(load(rows[i].text, &why));
    if (!strstr(diag_text(&why), rows[i].message)) fail_msg("row %zu: %s", i, diag_text(&why));
    assert_int_equal(why.status, EXIT_USAGE);
  }
  ledger_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_entry_explains_only_what_it_names),
    cmocka_unit_test(a_signature_may_be_given_by_its_start),
    cmocka_unit_test(what_no_longer_fails_is_told),
    cmocka_unit_test(an_entry_may_name_many_cases),
    cmocka_unit_test(an_entry_may_explain_many_verdicts),
    cmocka_unit_test(a_flaky_case_may_pass),
    cmocka_unit_test(an_entry_has_an_end_and_a_limit),
    cmocka_unit_test(the_first_entry_explains_and_the_second_is_stale),
    cmocka_unit_test(what_is_not_understood_is_refused),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
