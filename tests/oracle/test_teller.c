/* test_teller.c -- everyone hears everything, and a failure comes with the command that repeats
 * it. */
#include "run/teller.h"

#include "project.h"

typedef struct Ear {
  Listener listener;
  Bytes heard;
  bool fails;
} Ear;

static bool hear(Listener *self, const Event *e, Diag *why) {
  Ear *ear = (Ear *)self;
  event_append(&ear->heard, e);
  return !ear->fails || diag_set(why, EXIT_INFRA, "deaf");
}

static bool tick(Listener *self, double now, Diag *why) {
  Ear *ear = (Ear *)self;
  assert_true(now > 1e9);
  bytes_puts(&ear->heard, "tick\n");
  return !ear->fails || diag_set(why, EXIT_INFRA, "deaf");
}

static Ear deaf = {.listener = {hear, tick, NULL}, .fails = true};
static Ear good = {.listener = {hear, tick, NULL}}, busy = {.listener = {hear, NULL, NULL}};
static Listener *const all[] = {&deaf.listener, &good.listener, &busy.listener};

static void assert_heard(Ear *ear, const char *part) {
  if (!strstr(bytes_text(&ear->heard), part)) fail_msg("no %s in %s", part, ear->heard.data);
}

static void forget(void) {
  bytes_clear(&deaf.heard);
  bytes_clear(&good.heard);
  bytes_clear(&busy.heard);
}

static void one_that_fails_hinders_no_other(void **unused) {
  (void)unused;
  Diag why = {0};
  const Teller t = {.listeners = all, .n = 3, .why = &why};
  assert_false(teller_note(&t, "%d notes", 2));
  assert_string_equal(why.text, "deaf");
  assert_heard(&good, "\"text\":\"2 notes\"");
  assert_heard(&busy, "\"text\":\"2 notes\"");
  const Teller fine = {.listeners = all + 1, .n = 2, .why = &why};
  assert_true(teller_note(&fine, "another"));
  forget();
  assert_false(teller_tick(&t));
  assert_true(teller_tick(&fine));
  assert_string_equal(good.heard.data, "tick\ntick\n");
  assert_string_equal(bytes_text(&busy.heard), "");
  forget();
}

#define CONFIG                                                                                   \
  "return { input = {\"it's.cases\"},\n"                                                         \
  "  ref = {engine = 'exec', cmd = 'lua5.1', version = '5.1.5'},\n"                             \
  "  cand = {engine = 'exec', cmd = 'lua5.1'}, modes = { ['a:b'] = {why = 'w'} } }"

static void a_mode_and_its_results_are_told(void **unused) {
  (void)unused;
  Project p;
  Diag why = {0};
  Verdict v = {.kind = VERDICT_SAME};
  Rules none = {0};
  put("it's.cases", "=== a-claim\nx\n");
  open_project(&p, CONFIG);
  Teller t = {.listeners = all + 1, .n = 1, .repeat = "oracle run -c x", .debug = "", .why = &why};
  assert_true(teller_mode(&t, &p.plan, 0));
  assert_heard(&good, "\"mode\":\"a:b\",\"why\":\"w\"");
  assert_heard(&good, "\"version\":\"5.1.5\"");
  assert_heard(&good, "\"cases\":1");
  forget();
  assert_true(teller_result(&t, &p.plan, &p.plan.items[0], &none, &v, true));
  assert_heard(&good, "\"n\":0,\"mode\":\"a:b\",\"case\":\"it's.cases#a-claim\"");
  assert_heard(&good, "\"cached\":true");
  assert_null(strstr(good.heard.data, "oracle run"));
  forget();
  v.kind = VERDICT_STDOUT;
  assert_true(teller_result(&t, &p.plan, &p.plan.items[0], &none, &v, false));
  assert_heard(&good, "oracle run -c x --mode a:b 'it'\\\\\\\\''s.cases#a-claim'\"");
  forget();
  t.repeat_is_whole = true;
  assert_true(teller_result(&t, &p.plan, &p.plan.items[0], &none, &v, false));
  assert_heard(&good, "\"oracle run -c x --mode a:b\"");
  forget();
  verdict_free(&v);
  close_project(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_that_fails_hinders_no_other),
    cmocka_unit_test(a_mode_and_its_results_are_told),
  };
  int failed = cmocka_run_group_tests(tests, enter_folder, remove_folder);
  bytes_free(&deaf.heard);
  bytes_free(&good.heard);
  bytes_free(&busy.heard);
  return failed;
}
