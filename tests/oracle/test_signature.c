/* test_signature.c -- failures that look alike share a name, others do not. */
#include "seen.h"
#include "verdict/signature.h"

static void sign(const char *ref, const char *cand, SignatureLevel level, char *out) {
  Verdict v = {.kind = VERDICT_STDERR};
  Bytes a = bytes_of(ref), b = bytes_of(cand);
  compare_append_channel(&v.diff, CHANNEL_STDERR, &a, &b);
  signature_of(&v, level, out);
  bytes_free(&a);
  bytes_free(&b);
  verdict_free(&v);
}

static bool alike(SignatureLevel level, const char *ref1, const char *cand1, const char *ref2,
                  const char *cand2) {
  char one[96], two[96];
  sign(ref1, cand1, level, one);
  sign(ref2, cand2, level, two);
  return strcmp(one, two) == 0;
}

static void each_level_forgets_more(void **unused) {
  (void)unused;
  static const struct { const char *ref, *cand; SignatureLevel from; } rows[] = {
    {"t.lua:1: bad 'x' (got 5)\n", "ok\n", SIGNATURE_RAW},
    {"t.lua:2: bad 'x' (got 5)\n", "ok\n", SIGNATURE_PLACES},
    {"t.lua:2: bad 'yy' (got 7.5e3)\n", "ok\n", SIGNATURE_TEMPLATE},
    {"t.lua:2: bad 'yy' (no number)\n", "ok\n", SIGNATURE_CLAUSE},
    {"something else\n", "fine\n", SIGNATURE_CHANNEL},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    for (int level = SIGNATURE_RAW; level <= SIGNATURE_CHANNEL; level++) {
      bool same = alike((SignatureLevel)level, rows[0].ref, rows[0].cand, rows[i].ref,
                        rows[i].cand);
      if ((int)rows[i].from != level && same != (level >= (int)rows[i].from)) {
        fail_msg("row %zu, level %d", i, level);
      }
      if ((int)rows[i].from == level) assert_true(same);
    }
  }
}

static void templates_are_what_they_say(void **unused) {
  (void)unused;
  static const struct { SignatureLevel level; const char *text, *expected; } rows[] = {
    {SIGNATURE_RAW, "a:1: 'x'", "a:1: 'x'"},
    {SIGNATURE_PLACES, "t.lua:12: table: 0x5f3a <t.lua:7>", "t.lua:N: table: A <t.lua:N>"},
    {SIGNATURE_PLACES, "x0x5f 12 0x :1", "x0x5f 12 0x :1"},
    {SIGNATURE_TEMPLATE, "t2.lua:12: near '1e5' got 1e5, -2.50 1.e a1",
     "t2.lua:N: near Q got N, -N Ne a1"},
    {SIGNATURE_TEMPLATE, "don't \"a\" `b' 1e+9", "don't Q Q N"},
    {SIGNATURE_CLAUSE, "lua: t.lua:3: bad argument #1 to 'f' (number expected)",
     "bad argument #N to Q "},
    {SIGNATURE_CLAUSE, "(all)", "(all)"},
    {SIGNATURE_CLAUSE, "a: b", "a"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Bytes to = {0};
    signature_append_template(&to, rows[i].text, strlen(rows[i].text), rows[i].level);
    assert_bytes(&to, rows[i].expected);
    bytes_free(&to);
  }
}

static void a_signature_begins_with_its_verdict_and_level(void **unused) {
  (void)unused;
  char out[96];
  sign("a\n", "b\n", SIGNATURE_DEFAULT, out);
  assert_memory_equal(out, "stderr|L2:", 10);
  assert_int_equal(strlen(out), 26);
  sign("a\n", "b\n", SIGNATURE_CHANNEL, out);
  assert_string_equal(out, "stderr|L4");
}

static void what_has_no_diff_is_named_by_its_reason(void **unused) {
  (void)unused;
  char one[96], two[96];
  Verdict v = {.kind = VERDICT_CRASH, .why = bytes_of("candidate: signal SIGSEGV")};
  signature_of(&v, SIGNATURE_DEFAULT, one);
  bytes_clear(&v.why);
  bytes_puts(&v.why, "candidate: signal SIGABRT");
  signature_of(&v, SIGNATURE_DEFAULT, two);
  assert_string_not_equal(one, two);
  v.kind = VERDICT_SAME;
  signature_of(&v, SIGNATURE_DEFAULT, one);
  assert_string_equal(one, "");
  verdict_free(&v);
}

static void levels_have_names(void **unused) {
  (void)unused;
  assert_int_equal(signature_level("L0"), SIGNATURE_RAW);
  assert_int_equal(signature_level("L4"), SIGNATURE_CHANNEL);
  assert_int_equal(signature_level("L5"), -1);
  assert_int_equal(signature_level("2"), -1);
  assert_int_equal(signature_level("L22"), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_level_forgets_more),
    cmocka_unit_test(templates_are_what_they_say),
    cmocka_unit_test(a_signature_begins_with_its_verdict_and_level),
    cmocka_unit_test(what_has_no_diff_is_named_by_its_reason),
    cmocka_unit_test(levels_have_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
