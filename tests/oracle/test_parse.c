/* test_parse.c -- a case file is read as documented; what is not understood names its line. */
#include "case/parse.h"

#include <string.h>

#include "support/harness.h"

static Strings tags;

static int make_tags(void **unused) {
  (void)unused;
  strings_add(&tags, "number");
  return 0;
}

static int free_tags(void **unused) {
  (void)unused;
  strings_free(&tags);
  return 0;
}

static bool parse_bytes(const char *path, const char *text, size_t n, CaseList *list, Diag *why) {
  Bytes b = {0};
  *why = (Diag){0};
  bytes_append(&b, text, n);
  bool ok = case_parse(path, &b, &tags, list, why);
  bytes_free(&b);
  return ok;
}

static CaseList parse(const char *path, const char *text) {
  CaseList list = {0};
  Diag why;
  if (!parse_bytes(path, text, strlen(text), &list, &why)) fail_msg("%s", diag_text(&why));
  return list;
}

static void a_file_has_many_cases(void **unused) {
  (void)unused;
  CaseList list = parse("d/t.cases",
    "# a comment\n\n"
    "=== one-claim #number manual=2.5 args=\"a 'b c'\"\n"
    "--@ stdin: \"x\"\n"
    "print(1)\n\n  \n"
    "--- out\n1\n--- err noeol\nboo\n"
    "=== two title=\"another claim\"\n"
    "--- file lib/a.lua noeol\nreturn 1\n--- file b\n--- stdin\n\nin\n--- chunk\nprint(2)\n");
  assert_int_equal(list.n, 2);
  const Case *a = list.at[0], *b = list.at[1];
  assert_string_equal(a->id, "d/t.cases#one-claim");
  assert_string_equal(a->title, "one claim");
  assert_int_equal(a->line, 3);
  assert_string_equal(bytes_text(&a->chunk), "print(1)\n");
  assert_string_equal(bytes_text(&a->input), "x");
  assert_true(a->has_out && a->has_err && strings_has(&a->tags, "number") && !a->plain);
  assert_string_equal(bytes_text(&a->out), "1\n");
  assert_string_equal(bytes_text(&a->err), "boo");
  assert_int_equal(a->args.n, 2);
  assert_string_equal(b->title, "another claim");
  assert_int_equal(b->nfiles, 2);
  assert_string_equal(b->files[0].name, "lib/a.lua");
  assert_string_equal(bytes_text(&b->files[0].data), "return 1");
  assert_int_equal(b->files[1].data.len, 0);
  assert_string_equal(bytes_text(&b->input), "\nin\n");
  assert_string_equal(bytes_text(&b->chunk), "print(2)\n");
  assert_string_equal(b->script, "case.lua");
  case_list_free(&list);
}

static void a_chunk_may_hold_any_byte(void **unused) {
  (void)unused;
  static const char text[] = "=== a-b\nx\0\xff\r\ny";
  CaseList list = {0};
  Diag why;
  assert_true(parse_bytes("t.cases", text, sizeof text - 1, &list, &why));
  assert_int_equal(list.at[0]->chunk.len, 7);
  assert_memory_equal(list.at[0]->chunk.data, "x\0\xff\r\ny\n", 7);
  case_list_free(&list);
}

static void a_lua_file_is_a_program_or_one_case(void **unused) {
  (void)unused;
  CaseList list = parse("d/p.lua", "#!/usr/bin/lua\nprint(1)");
  assert_true(list.at[0]->plain);
  assert_string_equal(list.at[0]->id, "d/p.lua");
  assert_string_equal(list.at[0]->script, "p.lua");
  assert_string_equal(bytes_text(&list.at[0]->chunk), "#!/usr/bin/lua\nprint(1)");
  case_list_free(&list);
  list = parse("d/c.lua", "#!x\n--@ title: a claim\n--@ fuel: 1e3\nprint(1)\n");
  assert_true(!list.at[0]->plain && list.at[0]->fuel == 1000);
  assert_string_equal(bytes_text(&list.at[0]->chunk),
                      "#!x\n--@ title: a claim\n--@ fuel: 1e3\nprint(1)\n");
  case_list_free(&list);
}

static void everything_else_is_an_error_with_its_line(void **unused) {
  (void)unused;
  static const char *const rows[][3] = {
    {"t.cases", "", "t.cases:1: no case in this file"},
    {"t.cases", "# c\nprint(1)\n=== a-b\nx\n",
     "t.cases:2: text before the first '===' (a comment begins with '#')"},
    {"t.cases", "===\nx\n",
     "t.cases:1: a case begins '=== name': words of a-z 0-9 . joined by '-'"},
    {"t.cases", "=== A-b\nx\n",
     "t.cases:1: a case begins '=== name': words of a-z 0-9 . joined by '-'"},
    {"t.cases", "=== a--b\nx\n",
     "t.cases:1: a case begins '=== name': words of a-z 0-9 . joined by '-'"},
    {"t.cases", "=== a-\nx\n",
     "t.cases:1: a case begins '=== name': words of a-z 0-9 . joined by '-'"},
    {"t.cases", "=== a 'b\nx\n", "t.cases:1: a quote without its end"},
    {"t.cases", "=== a-b stray\nx\n", "t.cases:1: 'stray' is neither #tag nor key=value"},
    {"t.cases", "=== a-b #nunber\nx\n",
     "t.cases:1: unknown tag 'nunber' (did you mean 'number'?)"},
    {"t.cases", "=== a-b titel=x\nx\n",
     "t.cases:1: unknown directive 'titel' (did you mean 'title'?)"},
    {"t.cases", "=== a-b mem=1M\n--@ mem: 1M\nx\n", "t.cases:2: directive 'mem' given twice"},
    {"t.cases", "=== a-b\n--@ : x\nx\n", "t.cases:2: a directive is '--@ key: value'"},
    {"t.cases", "=== a-b\n--@ title x\nx\n", "t.cases:2: a directive is '--@ key: value'"},
    {"t.cases", "=== a-b\nx\n\n--@ mem: 1M\n", "t.cases:4: a directive after the case's head"},
    {"t.cases", "=== a-b\nx\n=== a-b\ny\n", "t.cases:3: duplicate id 'a-b' (first at line 1)"},
    {"t.cases", "\n=== a-b\n\n", "t.cases:2: a-b: empty case"},
    {"t.cases", "=== a\nx\n",
     "t.cases:1: a: needs a title, or a name of several words: it is the case's claim"},
    {"t.cases", "=== a-b cli=- args=x\nx\n", "t.cases:1: a-b: 'cli' and 'args' exclude each other"},
    {"t.cases", "=== a-b expect=ref-wrong\nx\n",
     "t.cases:1: a-b: a case on which the reference fails needs '--- out' or 'says': the right answer"},
    {"t.cases", "=== a-b\nx\n--- output\n", "t.cases:3: unknown section '--- output'"},
    {"t.cases", "=== a-b\nx\n--- out x\n", "t.cases:3: unknown section '--- out x'"},
    {"t.cases", "=== a-b\nx\n--- \n", "t.cases:3: unknown section '--- '"},
    {"t.cases", "=== a-b\nx\n--- out\n--- out\n", "t.cases:4: section 'out' given twice"},
    {"t.cases", "=== a-b\nx\n--- chunk\ny\n", "t.cases:3: section 'chunk' given twice"},
    {"t.cases", "=== a-b\n--- chunk\n", "t.cases:2: empty chunk"},
    {"t.cases", "=== a-b\nx\n--- file ../x\n", "t.cases:3: unknown section '--- file ../x'"},
    {"t.cases", "=== a-b\nx\n--- file /x\n", "t.cases:3: unknown section '--- file /x'"},
    {"t.cases", "=== a-b\nx\n--- file a\n--- file a\n", "t.cases:4: file 'a' given twice"},
    {"t.cases", "=== a-b\nx\n--- file case.lua\n", "t.cases:1: a file may not be named case.lua"},
    {"t.cases", "=== a-b\n--@ stdin: \"x\"\nx\n--- stdin\n",
     "t.cases:4: stdin given as directive and as section"},
    {"p.lua", " \n\n", "p.lua:1: empty case"},
    {"p.lua", "print(1)\n--@ title: x\n", "p.lua:2: a directive after the head of the file"},
    {"p.lua", "--@ mem: 1M\nprint(1)\n",
     "p.lua:1: needs a title, or a name of several words: it is the case's claim"},
    {"p.lua", "--@ title: x\n--@ mem: x\nprint(1)\n", "p.lua:2: 'x' is not a size such as 16M"},
  };
  CaseList list = parse("ok.cases", "=== kept-case\nx\n");
  for (size_t i = 0; i < ROWS(rows); i++) {
    Diag why;
    assert_false(parse_bytes(rows[i][0], rows[i][1], strlen(rows[i][1]), &list, &why));
    assert_string_equal(diag_text(&why), rows[i][2]);
    assert_int_equal(why.status, EXIT_USAGE);
    assert_int_equal(list.n, 1);
  }
  case_list_free(&list);
}

static void a_nul_cannot_hide_the_rest_of_a_line(void **unused) {
  (void)unused;
  static const char head[] = "=== a-b\0junk\nx\n", key[] = "=== a-b\n--@ title: a\0b\nx\n",
                    section[] = "=== a-b\nx\n--- out\0junk\n";
  const struct { const char *text; size_t n; const char *why; } rows[] = {
    {head, sizeof head - 1, "t.cases:1: a NUL in a line that is not the chunk's"},
    {key, sizeof key - 1, "t.cases:2: a NUL in a line that is not the chunk's"},
    {section, sizeof section - 1, "t.cases:3: a NUL in a line that is not the chunk's"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    CaseList list = {0};
    Diag why;
    assert_false(parse_bytes("t.cases", rows[i].text, rows[i].n, &list, &why));
    assert_string_equal(diag_text(&why), rows[i].why);
    case_list_free(&list);
  }
}

static void the_hash_changes_with_what_can_change_a_verdict(void **unused) {
  (void)unused;
  static const char *const texts[] = {
    "=== a-b\nx\n", "=== a-b\ny\n", "=== a-b args=x\nx\n", "=== a-b cli=x\nx\n",
    "=== a-b env=A=x\nx\n", "=== a-b mem=1M\nx\n", "=== a-b phase=run\nx\n",
    "=== a-b\nx\n--- stdin\nx\n", "=== a-b\nx\n--- out\n", "=== a-b\nx\n--- file f\n",
    "=== a-b expect=exit=1\nx\n", "=== a-b #number\nx\n", "=== a-b channels=exit\nx\n"
  };
  uint64_t seen[ROWS(texts)];
  for (size_t i = 0; i < ROWS(texts); i++) {
    CaseList list = parse("t.cases", texts[i]);
    seen[i] = list.at[0]->hash;
    for (size_t k = 0; k < i; k++) assert_true(seen[k] != seen[i]);
    case_list_free(&list);
  }
  CaseList list = parse("t.cases", "\n=== a-b title=t manual=2.1\nx\n");
  assert_true(list.at[0]->hash == seen[0]);
  case_list_free(&list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_file_has_many_cases),
    cmocka_unit_test(a_chunk_may_hold_any_byte),
    cmocka_unit_test(a_lua_file_is_a_program_or_one_case),
    cmocka_unit_test(everything_else_is_an_error_with_its_line),
    cmocka_unit_test(a_nul_cannot_hide_the_rest_of_a_line),
    cmocka_unit_test(the_hash_changes_with_what_can_change_a_verdict),
  };
  return cmocka_run_group_tests(tests, make_tags, free_tags);
}
