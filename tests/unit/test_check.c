/* test_check.c -- a broken invariant says what and where, and stops the process. */
#include "base/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "support/child.h"
#include "support/harness.h"

static void fail_here(void *unused) {
  (void)unused;
  check_failed("a < b", "some/file.c", 12);
}

static void a_failed_check_prints_itself_and_aborts(void **unused) {
  (void)unused;
  char text[2000];
  assert_true(test_child_aborted(test_child_run(fail_here, NULL, text, sizeof text)));
  assert_non_null(strstr(text, "some/file.c:12: check failed: a < b\n"));
}

static int evaluated;

static bool says(bool answer) {
  evaluated++;
  return answer;
}

static void check_falsehood(void) { CHECK(says(false)); }
static void always_falsehood(void) { exit(ALWAYS(says(false)) ? 1 : 2); }
static void never_truth(void) { exit(NEVER(says(true)) ? 3 : 4); }
static void misuse(void) { api_check(says(false), "the host did it"); }

static void conditions_that_hold_pass_through(void **unused) {
  (void)unused;
  evaluated = 0;
  CHECK(says(true));
  api_check(says(true), "fine");
  assert_int_equal(evaluated, LUA_ASSERT ? 2 : 0); /* proved ones cost nothing in a release */
  assert_true(ALWAYS(says(true)));
  assert_false(NEVER(says(false)));
}

/* An action that should abort. */
typedef struct Row {
  void (*act)(void);
  const char *text;
  int without; /* exit status of a build that does not look */
} Row;

static void act_row(void *row) { ((const Row *)row)->act(); }

static void conditions_that_do_not_hold_abort_where_assertions_are_built_in(void **unused) {
  (void)unused;
  static Row rows[] = {
    {check_falsehood, "check failed: says(false)", 0},
    {always_falsehood, "check failed: ALWAYS(says(false))", 2},
    {never_truth, "check failed: NEVER(says(true))", 3},
    {misuse, "check failed: API misuse: the host did it", 0},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    char text[2000];
    const int status = test_child_run(act_row, &rows[i], text, sizeof text);
    if (LUA_ASSERT) {
      assert_true(test_child_aborted(status));
      assert_non_null(strstr(text, rows[i].text));
    } else {
      assert_true(WIFEXITED(status));
      assert_int_equal(WEXITSTATUS(status), rows[i].without);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_failed_check_prints_itself_and_aborts),
    cmocka_unit_test(conditions_that_hold_pass_through),
    cmocka_unit_test(conditions_that_do_not_hold_abort_where_assertions_are_built_in),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
