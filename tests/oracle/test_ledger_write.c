/* test_ledger_write.c -- an entry is added to a ledger as a person would, or nothing is changed. */
#include "logs.h"
#include "seen.h"
#include "verdict/ledger.h"
#include "verdict/ledger_write.h"

static const LedgerDraft draft = {
  .verdict = "stdout", .sig = "stdout|L2:0123", .cases = "a.cases#x", .mode = "off",
  .why = "it is \"so\"\n\\", .owner = "me", .added = "2026-11-21", .expires = "2027-01-01"
};

#define ENTRY(id) \
  "  { id = \"" id "\", verdict = \"stdout\", sig = \"stdout|L2:0123\",\n" \
  "    match = { case = \"a.cases#x\", mode = \"off\" },\n" \
  "    why = \"it is \\\"so\\\"\\010\\\\\",\n" \
  "    owner = \"me\", added = \"2026-11-21\", expires = \"2027-01-01\" },\n"
#define OLD(id) \
  "{ id = \"" id "\", verdict = \"exit\", match = { case = 'b' }, why = 'w', owner = 'o', " \
  "added = '2026-01-01', expires = '2030-01-01' }"

/* NULL: there is no file. */
static void put_ledger(const char *text) {
  Diag why = {0};
  if (text) assert_true(path_write(in_folder("known.lua"), text, strlen(text), &why));
  else assert_true(path_remove(in_folder("known.lua"), &why));
}

static void expect_added(const char *before, const char *id, const char *after) {
  Diag why = {0};
  char given[LEDGER_ID_LENGTH] = "";
  Bytes text = {0};
  put_ledger(before);
  if (!ledger_add(in_folder("known.lua"), &draft, given, &why)) fail_msg("%s", diag_text(&why));
  assert_string_equal(given, id);
  assert_true(path_read(in_folder("known.lua"), &text, &why));
  assert_bytes(&text, after);
  Ledger *l = ledger_load(in_folder("known.lua"), &why);
  assert_non_null(l);
  const LedgerEntry *e = ledger_at(l, ledger_count(l) - 1);
  assert_string_equal(e->id, id);
  assert_string_equal(e->why, draft.why);
  assert_string_equal(e->places[0].text, draft.cases);
  assert_int_equal(e->verdicts, 1u << VERDICT_STDOUT);
  ledger_free(l);
  bytes_free(&text);
}

static void expect_refused(const char *before, const LedgerDraft *wrong, const char *reason) {
  Diag why = {0};
  char id[LEDGER_ID_LENGTH];
  Bytes text = {0};
  put_ledger(before);
  assert_false(ledger_add(in_folder("known.lua"), wrong, id, &why));
  assert_int_equal(why.status, EXIT_USAGE);
  if (!strstr(diag_text(&why), reason)) fail_msg("no \"%s\" in: %s", reason, diag_text(&why));
  if (before == NULL) {
    assert_false(path_exists(in_folder("known.lua")));
    return;
  }
  assert_true(path_read(in_folder("known.lua"), &text, &why));
  assert_bytes(&text, before);
  bytes_free(&text);
}

static void test_it_goes_to_the_end(void **unused) {
  (void)unused;
  expect_added("return {}", "K-0001", "return {\n" ENTRY("K-0001") "}");
  expect_added("return {\n}\n", "K-0001", "return {\n" ENTRY("K-0001") "}\n");
  expect_added("return {\n  " OLD("K-0041") ",\n}\n", "K-0042",
               "return {\n  " OLD("K-0041") ",\n" ENTRY("K-0042") "}\n");
  expect_added("return {\n  " OLD("K-7") "\n}", "K-0008",
               "return {\n  " OLD("K-7") ",\n" ENTRY("K-0008") "}");
  expect_added("return {" OLD("mine") ";}", "K-0001",
               "return {" OLD("mine") ";\n" ENTRY("K-0001") "}");
}

static void test_comments_and_strings_stay(void **unused) {
  (void)unused;
#define BEGIN "-- } {\nreturn { --[==[ }} ]] ]==]\n  " OLD("}{")
#define AFTER " -- the first }\n  -- the end }\n"
  expect_added(BEGIN AFTER "} -- {\n", "K-0001", BEGIN "," AFTER ENTRY("K-0001") "} -- {\n");
  expect_added("local long = [=[ }}} ]] ]=]\nreturn { " OLD("a\\\"}") " }", "K-0001",
               "local long = [=[ }}} ]] ]=]\nreturn { " OLD("a\\\"}") ", \n" ENTRY("K-0001") "}");
}

static void test_a_missing_file_is_begun(void **unused) {
  (void)unused;
  expect_added(NULL, "K-0001", "-- Known divergences, each with a reason, an owner and an end.\n"
               "return {\n" ENTRY("K-0001") "}\n");
}

static void test_what_cannot_be_is_left(void **unused) {
  (void)unused;
  LedgerDraft wrong = draft;
  expect_refused("local t = {} local u = {} return t", &draft, "by hand:\n  { id = \"K-0001\"");
  expect_refused("return {{}}", &draft, "entry 1");
  expect_refused("return {", &draft, "known.lua");
  expect_refused("return 1", &draft, "not a table");
  wrong.expires = "2026-11-20";
  expect_refused("return {}", &wrong, "expires before");
  wrong = draft;
  wrong.cases = wrong.sig = NULL;
  expect_refused(NULL, &wrong, "would match everything");
  wrong = draft;
  wrong.verdict = "same";
  expect_refused("return {}", &wrong, "no word for a failure");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_it_goes_to_the_end),
    cmocka_unit_test(test_comments_and_strings_stay),
    cmocka_unit_test(test_a_missing_file_is_begun),
    cmocka_unit_test(test_what_cannot_be_is_left),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
