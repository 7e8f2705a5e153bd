/* test_figures.c -- a figure that is not good enough is told from one that is, whether more is
 * better or less. */
#include "run/figures.h"

#include "support/harness.h"

static Figures figures;

static const Figure *figure_of(const char *name, size_t n, const double samples[]) {
  figures_free(&figures);
  for (size_t i = 0; i < n; i++) figures_add(&figures, name, samples[i]);
  return figures_find(&figures, name);
}

static Judgement judgement_of(const char *name, double sample) {
  return figure_judge(figure_of(name, 1, &sample));
}

static void best_and_median_are_those_of_the_kind(void **unused) {
  (void)unused;
  static const double odd[] = {3, 9, 4}, even[] = {8, 2, 6, 3};
  assert_true(figure_best(figure_of("small", 3, odd)) == 9);
  assert_true(figure_median(figure_of("small", 3, odd)) == 4);
  assert_true(figure_best(figure_of("reset", 3, odd)) == 3);
  assert_true(figure_best(figure_of("corpus", 4, even)) == 2);
  assert_true(figure_median(figure_of("corpus", 4, even)) == 4.5);
  assert_true(figure_median(figure_of("corpus", 1, even)) == 8);
}

static void an_aim_is_reached_when_it_is_met_exactly(void **unused) {
  (void)unused;
  assert_int_equal(judgement_of("small", 30000), FIGURE_REACHES);
  assert_int_equal(judgement_of("small", 29999), FIGURE_MISSES);
  assert_int_equal(judgement_of("sanitized", 3000), FIGURE_REACHES);
  assert_int_equal(judgement_of("sanitized", 2999), FIGURE_MISSES);
  assert_int_equal(judgement_of("reset", 1000), FIGURE_REACHES);
  assert_int_equal(judgement_of("reset", 1001), FIGURE_MISSES);
  assert_int_equal(judgement_of("corpus", 2), FIGURE_REACHES);
  assert_int_equal(judgement_of("corpus", 2.001), FIGURE_MISSES);
}

static void what_has_no_aim_misses_none(void **unused) {
  (void)unused;
  assert_int_equal(judgement_of("exec", 0.001), FIGURE_PART);
  assert_int_equal(judgement_of("crash", 1e9), FIGURE_PART);
  assert_int_equal(judgement_of("small.strings", 1), FIGURE_PART);
}

static void one_miss_is_the_status_of_all(void **unused) {
  (void)unused;
  figures_free(&figures);
  assert_int_equal(figures_judge(&figures), EXIT_SAME);
  figures_add(&figures, "small", 50000);
  figures_add(&figures, "exec", 1);
  figures_add(&figures, "reset", 999);
  assert_int_equal(figures_judge(&figures), EXIT_SAME);
  figures_add(&figures, "corpus", 9);
  assert_int_equal(figures_judge(&figures), EXIT_PERF);
  figures_add(&figures, "corpus", 1);                  /* the best run counts */
  assert_int_equal(figures_judge(&figures), EXIT_SAME);
}

static void what_is_read_is_what_was_written(void **unused) {
  (void)unused;
  Bytes text = {0};
  Figures back = {0};
  Diag why = {0};
  figures_free(&figures);
  figures_add(&figures, "small", 1.0 / 3);
  figures_add(&figures, "small.values", 1e17);
  figures_add(&figures, "small", 2);
  figures_append(&text, &figures);
  assert_true(figures_read(&back, bytes_text(&text), &why));
  assert_int_equal(back.n, 2);
  assert_int_equal(figures_find(&back, "small")->n, 2);
  assert_true(figures_find(&back, "small")->samples[0] == 1.0 / 3);
  assert_true(figures_find(&back, "small.values")->samples[0] == 1e17);
  assert_null(figures_find(&back, "exec"));
  figures_free(&back);
  bytes_free(&text);
}

static void what_is_no_figure_is_refused(void **unused) {
  (void)unused;
  static const char *const wrong[] = {"fast 1\n", "smallest 1\n", "small\n", "small 1 x\n",
                                      "small -1\n", "small 0\n", "small nan\n", "oracle: no\n"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    Figures back = {0};
    Diag why = {0};
    if (figures_read(&back, wrong[i], &why)) fail_msg("taken: %s", wrong[i]);
    assert_int_equal(why.status, EXIT_INFRA);
    figures_free(&back);
  }
}

static int end(void **unused) {
  (void)unused;
  figures_free(&figures);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(best_and_median_are_those_of_the_kind),
    cmocka_unit_test(an_aim_is_reached_when_it_is_met_exactly),
    cmocka_unit_test(what_has_no_aim_misses_none),
    cmocka_unit_test(one_miss_is_the_status_of_all),
    cmocka_unit_test(what_is_read_is_what_was_written),
    cmocka_unit_test(what_is_no_figure_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, end);
}
