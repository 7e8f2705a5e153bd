/* test_runs.c -- runs are found again by id, as the latest, and by a slip of the hand's
 * suggestion. */
#include "run/runs.h"

#include <stdlib.h>
#include <string.h>

#include "logs.h"

static void add_log(const char *id) {
  char *name = mem_format("runs/%s/events.jsonl", id);
  write_log(name, "{}\n");
  free(name);
}

static void ids_are_unique_and_in_the_order_of_time(void **unused) {
  (void)unused;
  Diag why = {0};
  char *before = NULL;
  for (int i = 0; i < 5; i++) {
    char *id = runs_begin(in_folder("new"), &why);
    if (id == NULL) fail_msg("%s", why.text);
    assert_true(before == NULL || strcmp(before, id) < 0);
    assert_int_equal(strspn(id, "0123456789-."), strlen(id));
    free(before);
    before = id;
  }
  free(before);
  Strings ids = {0};
  runs_list(in_folder("new"), &ids);
  assert_int_equal(ids.n, 0);            /* none has a log yet */
  write_log("file", "");
  assert_null(runs_begin(in_folder("file"), &why));
  assert_int_equal(why.status, EXIT_INFRA);
}

static void assert_found(const char *word, const char *expected) {
  Diag why = {0};
  char *log = runs_find(in_folder("runs"), word, &why);
  assert_string_equal(log ? log : why.text, expected);
  if (log == NULL) assert_int_equal(why.status, EXIT_USAGE);
  free(log);
}

static void a_word_names_a_log(void **unused) {
  (void)unused;
  Diag why = {0};
  char *none = mem_format("no run 'latest' in %s", in_folder("runs"));
  assert_found("latest", none);
  add_log("20260101-000000.000-10");
  add_log("20260101-000001.000-9");
  if (!path_make_folder(in_folder("runs/20270101-000000.000-1"), &why)) fail_msg("%s", why.text);
  char *newest = runs_log(in_folder("runs"), "20260101-000001.000-9");
  char *oldest = runs_log(in_folder("runs"), "20260101-000000.000-10");
  assert_found("latest", newest);
  assert_found("20260101-000000.000-10", oldest);
  assert_found(oldest, oldest);
  char *near = mem_format("no run '20260101-000001.000-8' in %s (did you mean "
                          "'20260101-000001.000-9'?)", in_folder("runs"));
  assert_found("20260101-000001.000-8", near);
  Strings ids = {0};
  runs_list(in_folder("runs"), &ids);
  assert_int_equal(ids.n, 2);
  assert_string_equal(ids.at[0], "20260101-000001.000-9");
  strings_free(&ids);
  free(none);
  free(newest);
  free(oldest);
  free(near);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(ids_are_unique_and_in_the_order_of_time),
    cmocka_unit_test(a_word_names_a_log),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
