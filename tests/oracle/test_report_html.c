/* test_report_html.c -- the page counts right, groups what is equal, and what programs
 * wrote never acts.
 *
 * With a file name it writes the page of these events there instead: scripts/check-page looks at
 * that in a browser. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "report/html.h"
#include "report/report_html.h"
#include "support/harness.h"

#define ATTACK "<script>window.attacked = 1</script>\"'><img src=x " \
               "onerror='window.attacked = 1'>&lt;"
#define ATTACK_SHOWN "&lt;script&gt;window.attacked = 1&lt;/script&gt;&quot;&#39;&gt;" \
                     "&lt;img src=x onerror=&#39;window.attacked = 1&#39;&gt;&amp;lt;"
#define DIFF "--- reference stdout\n+++ candidate stdout\n@@ -7,3 +7,3 @@\n one\n-two \\x00" \
             ATTACK "\n-gone\n+two \\x01" ATTACK \
             "\n three\n\\ no newline at the end\n... 4 more lines\n"

static void tell(Listener *page, Event e) {
  Diag why = {0};
  if (!page->hear(page, &e, &why)) fail_msg("%s", diag_text(&why));
}

static void tell_start(Listener *page) {
  char *words[] = {(char *)"oracle", (char *)"run", (char *)ATTACK};
  Strings argv = {words, 3, 3};
  tell(page, (Event){.kind = EVENT_START, .time = 1700000000, .as.start = {
    .schema = EVENT_SCHEMA, .run = "20231114-221320-7", .tool = "1.0", .partition = "hash:1/4",
    .argv = &argv, .plan = 0xabcdef, .total = 12, .jobs = 2}});
}

static void tell_mode(Listener *page, const char *name) {
  tell(page, (Event){.kind = EVENT_MODE, .as.mode = {
    .mode = name, .why = "what users have " ATTACK, .output = ".oracle/mode", .cases = 6,
    .ref = {"lua5.1", "Lua 5.1.5", "00112233aabbccdd", "exec"},
    .cand = {"build/release/lua", ATTACK, "8899aabb00112233", "inproc"}}});
}

typedef struct Told {
  size_t n;
  const char *mode, *id, *title, *tag;
  VerdictKind verdict;
  const char *signature, *why, *diff;
} Told;

static void tell_result(Listener *page, Told t) {
  char *tag[] = {(char *)t.tag}, *rule[] = {(char *)"table-address"};
  Strings tags = {tag, t.tag != NULL, 1}, rules = {rule, t.verdict == VERDICT_SAME_RULES, 1};
  char *repeat = mem_format("oracle run --mode '%s' 'id(%s)'", t.mode, t.id);
  char *debug = mem_format("oracle gdb 'id(%s)'", t.id);
  Event e = {.kind = EVENT_RESULT, .as.result = {
    .n = t.n, .debug = debug, .mode = t.mode, .id = t.id, .title = t.title, .line = 12,
    .file = "oracle/corpus/a.cases", .ref_ns = 1500000, .repeat = repeat,
    .tags = &tags, .rules = &rules, .verdict = t.verdict,
    .signature = t.signature ? t.signature : "",
    .ledger = t.verdict == VERDICT_XFAIL ? "known-3" : ""}};
  if (t.why) bytes_puts(&e.as.result.why, t.why);
  if (t.diff) bytes_puts(&e.as.result.diff, t.diff);
  tell(page, e);
  bytes_free(&e.as.result.why);
  bytes_free(&e.as.result.diff);
  free(repeat);
  free(debug);
}

static void tell_results(Listener *page) {
  static const char sig[] = "stdout|L2:" ATTACK;
  static const char long_word[] = "a/very/long/name/without/any/blank/in/it/that/no/line/"
    "can/be/broken/at/unless/it/is/broken/anywhere/aaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  static const Told told[] = {
    {0, "release", "2.1/first", "numbers have a point", "nan", VERDICT_SAME, 0, 0, 0},
    {1, "release", "2.1/again", "a retry replaces this", "nan", VERDICT_CRASH, "crash|11", 0, 0},
    {2, "release", ATTACK, ATTACK, ATTACK, VERDICT_STDOUT, sig, "stdout " ATTACK, DIFF},
    {3, "release", "5.1/\033[31mred\xff", "an escape", "text", VERDICT_STDOUT, sig, "stdout", DIFF},
    {4, "release", "5.1/rule", "tables have addresses", "text", VERDICT_SAME_RULES, 0, 0, 0},
    {5, "release", "5.7/skip", "needs a terminal", 0, VERDICT_SKIP, 0, "no terminal", 0},
    {6, "asan<x>", "2.1/first", "numbers have a point", "nan", VERDICT_SAME, 0, 0, 0},
    {7, "asan<x>", "2.1/again", "all is well", "nan", VERDICT_SAME, 0, 0, 0},
    {8, "asan<x>", long_word, long_word, "text", VERDICT_CRASH, "crash|asan", long_word, long_word},
    {9, "asan<x>", "5.1/drift", "the reference says 3", "text", VERDICT_DRIFT, "drift", "exit", 0},
    {10, "asan<x>", "5.1/known", "differs and is known", "text", VERDICT_XFAIL, "", "reason", 0},
    {1, "release", "2.1/again", "all is well", "nan", VERDICT_SAME, 0, 0, 0},
    {11, "asan<x>", "5.2/yield", "yields across", "nan", VERDICT_STDOUT, sig, "stdout", DIFF},
  };
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) tell_result(page, told[i]);
}

/* The page of all events, with the number that the end claims for `same`. */
static void write_page(const char *path, size_t same) {
  Diag why = {0};
  Listener *page = report_html(path, &why);
  if (!page) fail_msg("%s", diag_text(&why));
  tell_start(page);
  tell_mode(page, "release");
  tell_mode(page, "asan<x>");
  tell_results(page);
  tell(page, (Event){.kind = EVENT_NOTE, .as.note = {"a worker was replaced " ATTACK}});
  tell(page, (Event){.kind = EVENT_LEDGER, .as.ledger = {"release", "known-9", "stale", "no hit"}});
  Event end = {.kind = EVENT_END, .as.end = {
    .status = EXIT_DIVERGENT, .seconds = 1.5, .complete = true}};
  size_t *counts = end.as.end.counts;
  counts[VERDICT_SAME] = same;
  counts[VERDICT_SAME_RULES] = counts[VERDICT_SKIP] = counts[VERDICT_CRASH] = 1;
  counts[VERDICT_DRIFT] = counts[VERDICT_XFAIL] = 1;
  counts[VERDICT_STDOUT] = 3;
  tell(page, end);
  if (!page->close(page, &why)) fail_msg("%s", diag_text(&why));
}

static char *scratch(void) {
  char *folder = mem_string("/tmp/test-report-html-XXXXXX");
  assert_non_null(mkdtemp(folder));
  return folder;
}

static Bytes page_text(size_t same) {
  char *folder = scratch(), *path = path_join(folder, "made/page.html");
  Diag why = {0};
  Bytes text = {0};
  write_page(path, same);
  if (!path_read(path, &text, &why)) fail_msg("%s", diag_text(&why));
  assert_true(path_remove(folder, &why));
  free(path);
  free(folder);
  return text;
}

static size_t times(const Bytes *text, const char *word) {
  size_t n = 0;
  for (const char *at = bytes_text(text); (at = strstr(at, word)) != NULL; at += strlen(word)) n++;
  return n;
}

static void has(const Bytes *text, const char *word) {
  if (!times(text, word)) fail_msg("the page lacks: %s", word);
}

static void all_counts_are_there(void **unused) {
  (void)unused;
  Bytes text = page_text(4);
  has(&text, "<b class=\"pass\">5 passed</b>, <b class=\"fail\">4 failed</b>, "
             "<b class=\"trouble\">1 in trouble</b>, "
             "<b class=\"neutral\">2 not comparable or known</b>; 12 of 12 results");
  has(&text, "<title>5 failed of 12: run 20231114-221320-7</title>");
  has(&text, "<tr><th>release</th><td class=\"pass\"><a href=\"#n0\" data-verdict=\"same\" "
             "data-mode=\"release\">2</a></td><td class=\"pass\"><a href=\"#n4\" "
             "data-verdict=\"same~\" data-mode=\"release\">1</a></td><td></td>");
  has(&text, "data-verdict=\"stdout\" data-mode=\"asan&lt;x&gt;\">1</a></td>");
  has(&text, "divergences (exit status 1), after 1.5 s");
  has(&text, "2023-11-14 22:13:20 UTC");
  bytes_free(&text);
}

static void counts_that_contradict_the_end_are_named(void **unused) {
  (void)unused;
  Bytes right = page_text(4), wrong = page_text(3);
  assert_int_equal(times(&wrong, "<b class=\"trouble\">counts</b>"), 1);
  has(&wrong, "the run's end says 3 <code>same</code>, the log has 4");
  assert_int_equal(times(&right, "<b class=\"trouble\">counts</b>"), 0);
  bytes_free(&right);
  bytes_free(&wrong);
}

static void equal_failures_are_one_group_and_the_worst_is_first(void **unused) {
  (void)unused;
  Bytes text = page_text(4);
  assert_int_equal(times(&text, "<section class=\"group\">"), 3);
  has(&text, "</code><span class=\"count\">3 cases</span>");
  const char *drift = strstr(text.data, "badge trouble\">drift");
  const char *crash = strstr(text.data, "badge fail\">crash");
  const char *out = strstr(text.data, "badge fail\">stdout");
  assert_true(drift && crash && out && drift < crash && crash < out);
  bytes_free(&text);
}

static void a_later_result_of_a_case_replaces_the_first(void **unused) {
  (void)unused;
  Bytes text = page_text(4);
  assert_int_equal(times(&text, "id=\"n1\""), 1);
  assert_int_equal(times(&text, "a retry replaces this"), 0);
  bytes_free(&text);
}

static void every_fact_of_a_failure_is_shown(void **unused) {
  (void)unused;
  Bytes text = page_text(4);
  has(&text, "<dd class=\"mono\">oracle/corpus/a.cases:12</dd>");
  has(&text, "<code>oracle gdb &#39;id(");
  has(&text, "<code>oracle run --mode &#39;release&#39; "
             "&#39;id(5.1/\\x1B[31mred\\xFF)&#39;</code><button");
  has(&text, "reference 1.500 ms, candidate 0.000 ms");
  has(&text, "<span class=\"soft\">no terminal</span>");
  has(&text, "<span class=\"chip\">table-address</span>");
  has(&text, "<span class=\"chip\">known-3</span>");
  has(&text, "<code>known-9</code> stale: no hit");
  bytes_free(&text);
}

static void nothing_from_outside_is_markup(void **unused) {
  (void)unused;
  Bytes text = page_text(4);
  assert_int_equal(times(&text, "<script"), 1);
  assert_int_equal(times(&text, "<img"), 0);
  assert_int_equal(times(&text, "asan<x>"), 0);
  assert_int_equal(times(&text, "{{"), 0);
  assert_true(times(&text, ATTACK_SHOWN) >= 10);
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c != '\n' && (c < ' ' || c > '~')) fail_msg("byte %02x at %zu", c, i);
  }
  bytes_free(&text);
}

static void every_byte_has_a_text(void **unused) {
  (void)unused;
  Bytes all = {0}, text = {0};
  for (int c = 0; c < 256; c++) bytes_putc(&all, (char)c);
  html_append(&text, all.data, all.len);
  has(&text, "\\0\\x01");
  has(&text, "\\t\\n\\x0B\\x0C\\r\\x0E");
  has(&text, "\\x1F !&quot;#$%&amp;&#39;(");
  has(&text, ";&lt;=&gt;?@");
  has(&text, "[\\]^");
  has(&text, "}~\\x7F\\x80");
  has(&text, "\\xFF");
  bytes_clear(&text);
  html_append(&text, "\0" "1\0x", 4);
  assert_string_equal(bytes_text(&text), "\\x001\\0x");
  bytes_free(&all);
  bytes_free(&text);
}

static void a_diff_has_two_sides(void **unused) {
  (void)unused;
  Bytes text = {0};
  html_append_diff(&text, DIFF, strlen(DIFF));
  has(&text, "<tr class=\"wide\"><td colspan=\"4\">@@ -7,3 +7,3 @@</td></tr>");
  has(&text, "<tr class=\"eq\"><td class=\"n\">7</td><td class=\"old\">one</td>"
             "<td class=\"n\">7</td><td class=\"new\">one</td></tr>");
  has(&text, "<td class=\"n\">8</td><td class=\"old\">two \\x0<mark>0</mark>&lt;script");
  has(&text, "<td class=\"n\">8</td><td class=\"new\">two \\x0<mark>1</mark>&lt;script");
  has(&text, "<td class=\"old\">gone</td><td class=\"n gap\"></td><td class=\"gap\"></td>");
  has(&text, "<td class=\"n\">9</td><td class=\"new\">three<i>no newline at the end</i></td>");
  has(&text, "<tr class=\"wide\"><td colspan=\"4\">... 4 more lines</td></tr>");
  assert_int_equal(times(&text, "--- reference"), 0);
  bytes_free(&text);
}

static void a_diff_may_be_anything(void **unused) {
  (void)unused;
  static const char *const odd[] = {
    "", "\n", "@@", "@@ ", "@@ x\n", "@@ -1 +1 @@\n\n\\", "@@ -1 +1 @@\n-\n+", "+++ a",
    "\\ no newline", "@@ -1 +1 @@\n\\ no newline\n-x\n\\ no newline"};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    Bytes text = {0};
    html_append_diff(&text, odd[i], strlen(odd[i]));
    assert_int_equal(times(&text, "<tr"), times(&text, "</tr>"));
    assert_int_equal(times(&text, "</table>"), 1);
    bytes_free(&text);
  }
}

static void a_log_without_results_or_end_says_so(void **unused) {
  (void)unused;
  char *folder = scratch(), *path = path_join(folder, "page.html");
  Diag why = {0};
  Bytes text = {0};
  Listener *page = report_html(path, &why);
  tell_start(page);
  assert_true(page->close(page, &why));
  assert_true(path_read(path, &text, &why));
  has(&text, "the log has no end");
  has(&text, "0 of 12 results");
  has(&text, "<p class=\"none\">None.</p>");
  assert_true(path_remove(folder, &why));
  bytes_free(&text);
  free(path);
  free(folder);
}

static void a_page_that_cannot_be_written_is_an_error(void **unused) {
  (void)unused;
  Diag why = {0};
  assert_null(report_html("/dev/null/folder/page.html", &why));
  assert_true(why.text[0]);
  char *folder = scratch();
  why = (Diag){0};
  Listener *page = report_html(folder, &why);            /* a folder cannot become a file */
  assert_non_null(page);
  assert_false(page->close(page, &why));
  assert_true(why.text[0]);
  why = (Diag){0};
  assert_true(path_remove(folder, &why));
  free(folder);
}

int main(int argc, char **argv) {
  if (argc == 2) {
    write_page(argv[1], 4);
    return 0;
  }
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_counts_are_there),
    cmocka_unit_test(counts_that_contradict_the_end_are_named),
    cmocka_unit_test(equal_failures_are_one_group_and_the_worst_is_first),
    cmocka_unit_test(a_later_result_of_a_case_replaces_the_first),
    cmocka_unit_test(every_fact_of_a_failure_is_shown),
    cmocka_unit_test(nothing_from_outside_is_markup),
    cmocka_unit_test(every_byte_has_a_text),
    cmocka_unit_test(a_diff_has_two_sides),
    cmocka_unit_test(a_diff_may_be_anything),
    cmocka_unit_test(a_log_without_results_or_end_says_so),
    cmocka_unit_test(a_page_that_cannot_be_written_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
