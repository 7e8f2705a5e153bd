/* test_plan.c -- what runs, and in which order, follows from the command line alone. */
#include "run/plan.h"

#include <unistd.h>

#include "folder.h"
#include "seen.h"

#define CONFIG                                                                                   \
  "return { input = {'c'}, limits = {fuel = 5e7, wall = '2s', mem = '64M'},\n"                   \
  "  ref = {lib = 'liblua5.1.so.0'}, cand = {lib = 'liblua5.1.so.0'},\n"                         \
  "  modes = { a = {}, b = {exclude = 'tag(slow)'} } }"

static Config config;
static Mode *modes[2];

static int make_project(void **unused) {
  (void)unused;
  Diag why = {0};
  size_t n;
  if (enter_folder(unused) != 0) return -1;
  put("oracle.lua", CONFIG);
  put("c/TAGS", "slow\n");
  put("c/x.cases", "=== claim-one\nx\n=== claim-two #slow\nx\n");
  put("c/d/y.cases", "=== claim-three\nx\n");
  put("other.cases", "=== claim-four\nx\n");
  put("bad.cases", "=== a\nx\n");
  return config_load(&config, "oracle.lua", CONFIG, NULL, 0, &why) &&
         config_choose(&config, NULL, modes, &n, &why) && n == 2 ? 0 : -1;
}

static int remove_project(void **unused) {
  config_free(&config);
  return remove_folder(unused);
}

/* "mode:name#ordinal " of every item, or the reason why there is no plan. */
static char *plan_text(const Selection *s, PlanTimes *times, Diag *why) {
  Plan p;
  Bytes text = {0};
  *why = (Diag){0};
  if (plan_make(&p, &config, modes, 2, s, times, NULL, why)) {
    for (size_t i = 0; i < p.n; i++) {
      const Item *item = &p.items[i];
      bytes_printf(&text, "%s:%s#%zu ", modes[item->mode]->name, item->item->name, item->n);
      assert_in_range(i, p.first[item->mode], p.first[item->mode + 1] - 1);
    }
    assert_int_equal(p.first[2], p.n);
  } else bytes_puts(&text, diag_text(why));
  plan_free(&p);
  return text.data ? text.data : mem_string("");
}

static void assert_plan(const Selection *s, const char *expected) {
  Diag why;
  char *text = plan_text(s, NULL, &why);
  assert_string_equal(text, expected);
  free(text);
}

static void assert_selects(const char *selector, const char *expected) {
  Selection s = {0};
  strings_add(&s.selectors, selector);
  assert_plan(&s, expected);
  strings_free(&s.selectors);
}

#define ALL "a:claim-three#0 a:claim-one#1 a:claim-two#2 b:claim-three#3 b:claim-one#4 "

static void everything_is_planned_mode_by_mode(void **unused) {
  (void)unused;
  assert_plan(&(Selection){0}, ALL);
}

static void selectors_are_files_folders_ids_names_and_patterns(void **unused) {
  (void)unused;
  assert_selects("c", ALL);
  assert_selects("c/d/", "a:claim-three#0 b:claim-three#1 ");
  assert_selects("c/x.cases", "a:claim-one#0 a:claim-two#1 b:claim-one#2 ");
  assert_selects("c/x.cases#claim-one", "a:claim-one#0 b:claim-one#1 ");
  assert_selects("claim-two", "a:claim-two#0 ");
  assert_selects("**#*-one", "a:claim-one#0 b:claim-one#1 ");
  assert_selects("other.cases", "a:claim-four#0 b:claim-four#1 ");
  assert_selects("claim-tow", "'claim-tow' selects no case (did you mean 'claim-two'?)");
  assert_selects("zzzzzzzzz", "'zzzzzzzzz' selects no case");
}

static bool only_one_in_b(void *name, const Plan *p, unsigned mode, const Case *item) {
  return strcmp(item->name, name) == 0 && strcmp(p->modes[mode]->name, "b") == 0;
}

static void filters_narrow_what_is_selected(void **unused) {
  (void)unused;
  Diag why = {0};
  Filter *f = filter_parse("tag(slow) | mode(b)", &why);
  char name[] = "claim-one";
  assert_plan(&(Selection){.keep = "d/y"}, "a:claim-three#0 b:claim-three#1 ");
  assert_plan(&(Selection){.filter = f}, "a:claim-two#0 b:claim-three#1 b:claim-one#2 ");
  assert_plan(&(Selection){.choose = only_one_in_b, .chooser = name}, "b:claim-one#0 ");
  assert_plan(&(Selection){.keep = "nothing"}, "no case is selected");
  filter_free(f);
}

static void a_broken_file_stops_the_plan(void **unused) {
  (void)unused;
  assert_selects("bad.cases", "1 case file(s) cannot be used");
}

static double slow_two(void *unused, const char *mode, const char *id) {
  (void)unused;
  (void)mode;
  return strstr(id, "claim-two") ? 100 : 1;
}

/* A ledger holds patterns to account only where every case of the mode ran. */
static void a_selection_is_known_to_be_one(void **unused) {
  (void)unused;
  Filter *filter = filter_parse("!id(nothing)", &(Diag){0});
  const struct { Selection s; bool selected; } rows[] = {
    {{.keep = NULL}, false}, {{.shuffle = 7, .partition = "hash:1/1"}, false},
    {{.keep = "claim-two"}, true}, {{.filter = filter}, false},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Plan p;
    Diag why = {0};
    assert_true(plan_make(&p, &config, modes, 2, &rows[i].s, NULL, NULL, &why));
    assert_int_equal(p.is_selected, rows[i].selected);
    plan_free(&p);
  }
  filter_free(filter);
}

/* Every item is in exactly one part. */
static void partitions_are_a_partition(void **unused) {
  (void)unused;
  static const char *const kinds[] = {"hash", "slice", "time"};
  for (size_t k = 0; k < ROWS(kinds); k++) {
    for (unsigned parts = 1; parts <= 6; parts++) {
      unsigned seen[5] = {0};
      for (unsigned i = 1; i <= parts; i++) {
        char *spec = mem_format("%s:%u/%u", kinds[k], i, parts);
        Plan p;
        Diag why = {0};
        Selection s = {.partition = spec};
        assert_true(plan_make(&p, &config, modes, 2, &s, slow_two, NULL, &why));
        assert_int_equal(p.whole, 5);
        for (size_t n = 0; n < p.n; n++) seen[p.items[n].n]++;
        plan_free(&p);
        free(spec);
      }
      for (size_t n = 0; n < 5; n++) assert_int_equal(seen[n], 1);
    }
  }
  Diag why;
  char *text = plan_text(&(Selection){.partition = "time:1/2"}, slow_two, &why);
  assert_string_equal(text, "a:claim-two#2 ");
  free(text);
  assert_plan(&(Selection){.partition = "slice:2/2"}, "a:claim-one#1 b:claim-three#3 ");
}

static void a_partition_that_is_none_is_refused(void **unused) {
  (void)unused;
  static const char *const wrong[] = {
    "hash", "hash:0/2", "hash:3/2", "hash:1/2x", "hash:-1/2", "hash: 1/2", "hash:1/10001", ""
  };
  for (size_t i = 0; i < ROWS(wrong); i++) {
    Diag why;
    char *text = plan_text(&(Selection){.partition = wrong[i]}, NULL, &why);
    char *expected = mem_format("--partition '%s' is not hash:I/N, slice:I/N or time:I/N "
                                "with 1 <= I <= N", wrong[i]);
    assert_string_equal(text, expected);
    assert_int_equal(why.status, EXIT_USAGE);
    free(expected);
    free(text);
  }
  assert_plan(&(Selection){.partition = "size:1/2"}, "--partition 'size:1/2': hash, slice or time");
}

static void a_seed_shuffles_within_modes_and_always_alike(void **unused) {
  (void)unused;
  bool moved = false;
  for (uint64_t seed = 1; seed < 10; seed++) {
    Diag why;
    char *one = plan_text(&(Selection){.shuffle = seed}, NULL, &why);
    char *two = plan_text(&(Selection){.shuffle = seed}, NULL, &why);
    assert_string_equal(one, two);
    assert_int_equal(strlen(one), strlen(ALL));
    moved = moved || strcmp(one, ALL) != 0;
    free(one);
    free(two);
  }
  assert_true(moved);
}

static uint64_t hash_of(const Selection *s) {
  Plan p;
  Diag why = {0};
  assert_true(plan_make(&p, &config, modes, 2, s, NULL, NULL, &why));
  uint64_t hash = p.hash;
  plan_free(&p);
  return hash;
}

static void the_hash_is_of_what_runs_and_not_of_its_order(void **unused) {
  (void)unused;
  uint64_t all = hash_of(&(Selection){0});
  assert_true(all == hash_of(&(Selection){.shuffle = 3}));
  assert_true(all == hash_of(&(Selection){.partition = "slice:1/2"}));
  assert_true(all != hash_of(&(Selection){.keep = "claim-one"}));
  put("c/d/y.cases", "=== claim-three\ny\n");
  assert_true(all != hash_of(&(Selection){0}));
}

static void a_single_case_needs_no_corpus(void **unused) {
  (void)unused;
  Case *item = case_of_text("-e", "x", 1);
  assert_plan(&(Selection){.single = item}, "a:#0 b:#1 ");
  case_free(item);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(everything_is_planned_mode_by_mode),
    cmocka_unit_test(selectors_are_files_folders_ids_names_and_patterns),
    cmocka_unit_test(filters_narrow_what_is_selected),
    cmocka_unit_test(a_selection_is_known_to_be_one),
    cmocka_unit_test(a_broken_file_stops_the_plan),
    cmocka_unit_test(partitions_are_a_partition),
    cmocka_unit_test(a_partition_that_is_none_is_refused),
    cmocka_unit_test(a_seed_shuffles_within_modes_and_always_alike),
    cmocka_unit_test(the_hash_is_of_what_runs_and_not_of_its_order),
    cmocka_unit_test(a_single_case_needs_no_corpus),
  };
  return cmocka_run_group_tests(tests, make_project, remove_project);
}
