/* test_diag.c -- trouble is told as a chain of causes that never overflows. */
#include "base/diag.h"

#include <errno.h>
#include <string.h>

#include "support/harness.h"

static char long_text[3000];

static void causes_are_chained_from_the_outside_in(void **unused) {
  (void)unused;
  Diag d = {0};
  assert_string_equal(diag_text(&d), "unknown trouble");
  assert_false(diag_set(&d, EXIT_USAGE, "bad %s %d", "word", 7));
  assert_false(diag_wrap(&d, "%s:%d", "f.cases", 3));
  assert_string_equal(diag_text(&d), "f.cases:3: bad word 7");
  assert_int_equal(d.status, EXIT_USAGE);
}

static void an_errno_is_told_as_it_was_at_the_call(void **unused) {
  (void)unused;
  Diag d = {0};
  errno = ENOENT;
  assert_false(diag_errno(&d, EXIT_INFRA, "cannot open %s", "x"));
  assert_string_equal(diag_text(&d), "cannot open x: No such file or directory");
  assert_int_equal(d.status, EXIT_INFRA);
}

static void assert_cut(const Diag *d) {
  assert_int_equal(strlen(d->text), sizeof d->text - 1);
  assert_string_equal(d->text + sizeof d->text - 4, "...");
}

static void what_is_too_long_is_cut_and_says_so(void **unused) {
  (void)unused;
  Diag d = {0};
  memset(long_text, 'x', sizeof long_text - 1);
  diag_set(&d, EXIT_USAGE, "%s", long_text);
  assert_cut(&d);
  diag_set(&d, EXIT_USAGE, "short");
  diag_wrap(&d, "%s", long_text);
  assert_cut(&d);
  diag_set(&d, EXIT_USAGE, "%.1000s", long_text);
  diag_wrap(&d, "and a context that does not fit");
  assert_cut(&d);
  errno = ENOENT;
  diag_errno(&d, EXIT_INFRA, "%.1015s", long_text);
  assert_cut(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(causes_are_chained_from_the_outside_in),
    cmocka_unit_test(an_errno_is_told_as_it_was_at_the_call),
    cmocka_unit_test(what_is_too_long_is_cut_and_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
