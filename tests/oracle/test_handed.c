/* test_handed.c -- workers have the driver's items, or say what is not as the driver has seen
 * it. */
#include "run/handed.h"

#include <sys/mman.h>

#include "project.h"

#define CONFIG                                                                                   \
  "return { input = {'some.cases'}, ref = {lib = 'liblua5.1.so.0'},\n"                           \
  "  cand = {lib = 'liblua5.1.so.0'}, modes = { a = {}, b = {exclude = 'id(/two/)'} } }"

static void put_cases(const char *three) {
  Bytes text = {0};
  bytes_printf(&text, "=== claim-one\nx\n=== claim-two\nx\n=== claim-three\n%s\n", three);
  put("some.cases", text.data);
  bytes_free(&text);
}

/* What a worker makes of what is in `fd`: "name#ordinal ..." or the reason why nothing. */
static char *worker_plan(const Project *p, int fd, void (*spoil)(Handed *)) {
  Handed h;
  Plan plan = {0};
  Diag why = {0};
  Bytes text = {0};
  Mode *mode;
  size_t n;
  if (!handed_read(fd, &h, &why)) fail_msg("%s", why.text);
  if (spoil) spoil(&h);
  assert_true(config_choose(&p->config, h.mode, &mode, &n, &why) && n == 1);
  if (handed_plan(&h, &plan, &p->config, &mode, &(Selection){0}, &why)) {
    for (size_t i = 0; i < plan.n; i++) {
      bytes_printf(&text, "%s#%zu ", plan.items[i].item->name, plan.items[i].n);
    }
    assert_int_equal(plan.first[1], plan.n);
  } else {
    assert_int_equal(why.status, EXIT_INFRA);
    bytes_puts(&text, why.text);
  }
  plan_free(&plan);
  handed_free(&h);
  return text.data;
}

static void assert_worker_plan(const Project *p, int fd, void (*spoil)(Handed *),
                               const char *expected) {
  char *text = worker_plan(p, fd, spoil);
  assert_string_equal(text, expected);
  free(text);
}

static int hand(const Project *p, unsigned mode, const Bytes *text) {
  Diag why = {0};
  int fd = handed_write(&p->plan, mode, text, &why);
  if (fd < 0) fail_msg("%s", why.text);
  return fd;
}

static void items_come_in_the_drivers_order(void **unused) {
  (void)unused;
  Project p;
  put_cases("x");
  open_project(&p, CONFIG);
  Item first = p.plan.items[0];
  p.plan.items[0] = p.plan.items[2];     /* as --shuffle does */
  p.plan.items[2] = first;
  int a = hand(&p, 0, NULL), b = hand(&p, 1, NULL);
  assert_worker_plan(&p, a, NULL, "claim-three#2 claim-two#1 claim-one#0 ");
  assert_worker_plan(&p, a, NULL, "claim-three#2 claim-two#1 claim-one#0 ");
  assert_worker_plan(&p, b, NULL, "claim-one#3 claim-three#4 ");
  close(a);
  close(b);
  close_project(&p);
}

static void the_text_of_a_program_is_handed_on(void **unused) {
  (void)unused;
  Project p;
  Handed h;
  Diag why = {0};
  Bytes text = {0};
  bytes_append(&text, "print(1)\0--", 11);
  put_cases("x");
  open_project(&p, CONFIG);
  int fd = hand(&p, 0, &text);
  assert_true(handed_read(fd, &h, &why));
  assert_true(bytes_equal(&h.text, &text));
  assert_string_equal(h.mode, "a");
  handed_free(&h);
  bytes_free(&text);
  close(fd);
  close_project(&p);
}

static void spoil_settings(Handed *h) { h->settings++; }
static void spoil_reference(Handed *h) { h->builds[0][0] ^= 1; }
static void spoil_candidate(Handed *h) { h->builds[1][0] ^= 1; }
static void spoil_place(Handed *h) { h->items[1].place = 1000; }

static void what_changed_is_named(void **unused) {
  (void)unused;
  Project p;
  put_cases("x");
  open_project(&p, CONFIG);
  int fd = hand(&p, 0, NULL);
  assert_worker_plan(&p, fd, spoil_settings,
                     "mode a: its fields or rules changed after the run began");
  assert_worker_plan(&p, fd, spoil_reference,
                     "mode a: the reference is another build than when the run began");
  assert_worker_plan(&p, fd, spoil_candidate,
                     "mode a: the candidate is another build than when the run began");
  assert_worker_plan(&p, fd, spoil_place, "cases changed after the run began");
  put_cases("y");
  assert_worker_plan(&p, fd, NULL, "some.cases: cases changed after the run began");
  close(fd);
  close_project(&p);
}

static void anything_else_is_not_handed(void **unused) {
  (void)unused;
  Project p;
  Handed h;
  Diag why = {0};
  put_cases("x");
  open_project(&p, CONFIG);
  int fd = hand(&p, 0, NULL);
  off_t size = lseek(fd, 0, SEEK_END);
  for (off_t n = size - 1; n >= 0; n--) {
    assert_int_equal(ftruncate(fd, n), 0);
    assert_false(handed_read(fd, &h, &why));
    assert_int_equal(why.status, EXIT_INFRA);
    handed_free(&h);
  }
  close(fd);
  assert_false(handed_read(-1, &h, &why));
  handed_free(&h);
  close_project(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(items_come_in_the_drivers_order),
    cmocka_unit_test(the_text_of_a_program_is_handed_on),
    cmocka_unit_test(what_changed_is_named),
    cmocka_unit_test(anything_else_is_not_handed),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
