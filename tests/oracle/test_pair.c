/* test_pair.c -- a difference counts when it lasts, and what is not determined is no difference. */
#include "run/pair.h"
#include "seen.h"

/* An engine that says what the test lets it say: the n-th run gives the n-th answer, the last one for
 * ever. */
typedef struct Fake {
  Engine engine;
  const char *answers[8];
  const char *perturbed;       /* what it says in other worlds; NULL: the same */
  unsigned runs, normal;
  bool spent, fails;
  const char *refusal;
  Ending ending;
} Fake;

static bool fake_run(Engine *e, const RunRequest *request, Observation *o, Diag *why) {
  Fake *f = (Fake *)e;
  f->runs++;
  if (f->fails) return diag_set(why, EXIT_INFRA, "no disk");
  observation_clear(o);
  const char *text = f->perturbed;
  if (request->perturbation == 0 || text == NULL) {
    text = f->answers[f->normal];
    if (f->answers[f->normal + 1]) f->normal++;
  }
  o->ending = f->ending;
  o->nanoseconds = 5;
  observation_seal(o);
  show(o, CHANNEL_STDOUT, text);
  show(o, CHANNEL_STDERR, "");
  return true;
}

static const char *fake_refuses(Engine *e, const Case *item) {
  (void)item;
  return ((Fake *)e)->refusal ? ((Fake *)e)->refusal : "";
}

static bool fake_is_spent(const Engine *e) {
  return ((const Fake *)e)->spent;
}

static void fake_close(Engine *e) {
  (void)e;
}

static const EngineOps fake_ops = {"fake", NULL, fake_run, fake_refuses, fake_is_spent, fake_close};

static Fake fake(const char *first, const char *second) {
  static char name[] = "fake";
  return (Fake){.engine = {.ops = &fake_ops, .name = name, .pinned = true},
                .answers = {first, second}};
}

static Conditions ordinary(void) {
  return (Conditions){.seconds = 10, .channels = CHANNELS_ALL};
}

/* The world that the candidate of `expect` lives in. */
static unsigned cand_world;

static void expect(Fake *ref, Fake *cand, unsigned retries, VerdictKind kind, const char *why_has) {
  Pair p = {.ref = &ref->engine, .cand = &cand->engine, .retries = retries,
            .cand_world = cand_world};
  Case item = plain_case();
  Conditions c = ordinary();
  Verdict v = {0};
  Diag why = {0};
  assert_true(pair_run(&p, &item, &c, &v, &why));
  assert_string_equal(verdict_word(v.kind), verdict_word(kind));
  if (!strstr(bytes_text(&v.why), why_has)) fail_msg("%s", bytes_text(&v.why));
  assert_int_equal(v.signature[0] != '\0', verdict_class(kind) == CLASS_FAIL);
  verdict_free(&v);
  pair_close(&p);
}

static void agreement_runs_each_side_once(void **unused) {
  (void)unused;
  Fake a = fake("x", NULL), b = fake("x", NULL);
  expect(&a, &b, 3, VERDICT_SAME, "");
  assert_int_equal(a.runs, 1);
  assert_int_equal(b.runs, 1);
}

static void a_lasting_difference_counts(void **unused) {
  (void)unused;
  Fake a = fake("x", NULL), b = fake("y", NULL);
  expect(&a, &b, 2, VERDICT_STDOUT, "stdout");
  assert_int_equal(a.runs, 1 + 2 + 2);
  assert_int_equal(b.runs, 1 + 2);
}

static void a_side_that_contradicts_itself_is_flaky(void **unused) {
  (void)unused;
  Fake a = fake("x", NULL), b = fake("y", "x");
  expect(&a, &b, 1, VERDICT_FLAKY, "the candidate contradicts itself; first seen: stdout: stdout");
  a = fake("x", "z"), b = fake("y", NULL);
  expect(&a, &b, 1, VERDICT_FLAKY, "the reference contradicts itself");
  a = fake("x", "z"), b = fake("y", "z");
  expect(&a, &b, 1, VERDICT_FLAKY, "each side contradicts itself");
  a = fake("x", NULL), b = fake("y", "x");
  expect(&a, &b, 0, VERDICT_STDOUT, "stdout");
}

static void where_the_reference_varies_the_shape_is_enough(void **unused) {
  (void)unused;
  Fake a = fake("took 12 ms", NULL), b = fake("took 13 ms", NULL);
  a.perturbed = "took 99 ms";
  expect(&a, &b, 1, VERDICT_SAME_RULES, "only the shape was compared: stdout 5-6");
  b = fake("took nan ms", NULL);
  expect(&a, &b, 1, VERDICT_STDOUT, "stdout");
  b = fake("spent 13 ms", NULL);
  expect(&a, &b, 1, VERDICT_STDOUT, "stdout");
}

/* As expect, with the shipped rules. */
static void expect_by_rules(Fake *ref, Fake *cand, VerdictKind kind, uint64_t rules) {
  Rules shipped = {.n = 0};
  Diag why = {0};
  Pair p = {.ref = &ref->engine, .cand = &cand->engine, .retries = 1, .rules = &shipped};
  Case item = plain_case();
  Conditions c = ordinary();
  Verdict v = {0};
  assert_true(rules_load(&shipped, "oracle/rules", &why));
  assert_true(pair_run(&p, &item, &c, &v, &why));
  assert_string_equal(verdict_word(v.kind), verdict_word(kind));
  assert_int_equal(v.rules, rules);
  verdict_free(&v);
  pair_close(&p);
  rules_free(&shipped);
}

static void an_address_that_the_world_does_not_change_is_none(void **unused) {
  (void)unused;
  Fake a = fake("table: 0x12", NULL), b = fake("table: 0x34", NULL);
  a.perturbed = "table: 0x56";
  expect_by_rules(&a, &b, VERDICT_SAME_RULES, 1);
  a = fake("table: 0x12", NULL), b = fake("table: 0x34", NULL);
  expect_by_rules(&a, &b, VERDICT_STDOUT, 0);
  a = fake("table: 0x12", NULL), b = fake("table: 0x34", NULL);
  a.spent = true;                              /* cannot be asked again */
  expect_by_rules(&a, &b, VERDICT_SAME_RULES, 1);
  a = fake("file (0x12)", NULL), b = fake("file (0x34)", NULL);
  expect_by_rules(&a, &b, VERDICT_SAME_RULES, 2);
}

static void a_candidate_may_live_in_another_world(void **unused) {
  (void)unused;
  Fake a = fake("noon", NULL), b = fake("noon", NULL);
  cand_world = 3;
  expect(&a, &b, 1, VERDICT_SAME, "");
  b.perturbed = "night";
  expect(&a, &b, 2, VERDICT_STDOUT, "stdout");
  b.perturbed = "at 12", a = fake("at 11", NULL), a.perturbed = "at 10";
  expect(&a, &b, 1, VERDICT_SAME_RULES, "only the shape was compared");
  cand_world = 0;
}

static void a_spent_engine_is_not_asked_again(void **unused) {
  (void)unused;
  Fake a = fake("x", "z"), b = fake("y", "x");
  a.spent = b.spent = true;
  expect(&a, &b, 2, VERDICT_STDOUT, "stdout");
  assert_int_equal(a.runs + b.runs, 2);
}

static void a_death_is_confirmed_and_never_masked(void **unused) {
  (void)unused;
  Fake a = fake("x", NULL), b = fake("x", NULL);
  b.ending = ENDED_TIMEOUT;
  expect(&a, &b, 1, VERDICT_TIMEOUT, "candidate: stopped at the time limit");
  assert_int_equal(a.runs, 2);
  assert_int_equal(b.runs, 2);
}

static void what_cannot_be_run_is_skipped_and_trouble_is_told(void **unused) {
  (void)unused;
  Fake a = fake("x", NULL), b = fake("x", NULL);
  b.refusal = "needs a process";
  expect(&a, &b, 1, VERDICT_SKIP, "needs a process");
  a.refusal = "needs a shell";
  expect(&a, &b, 1, VERDICT_SKIP, "needs a shell");
  assert_int_equal(a.runs + b.runs, 0);
  Fake broken = fake("x", NULL), sound = fake("y", NULL);
  Pair p = {.ref = &broken.engine, .cand = &sound.engine, .retries = 1};
  Case item = plain_case();
  Conditions c = ordinary();
  Verdict v = {0};
  Diag why = {0};
  broken.fails = true;
  assert_false(pair_run(&p, &item, &c, &v, &why));
  assert_string_equal(diag_text(&why), "fake: t.cases#a: no disk");
  broken.spent = true;
  assert_true(pair_is_spent(&p));
  verdict_free(&v);
  pair_close(&p);
}

/* The reference is known to be wrong, and the mode changes how the case is run. */
static void a_transformed_case_is_judged_by_its_answer_or_not_at_all(void **unused) {
  (void)unused;
  static const struct { const char *ref, *cand; Ending ending; VerdictKind kind; } rows[] = {
    {"wrong", "right", ENDED, VERDICT_ANSWER},
    {"wrong", "wrong", ENDED, VERDICT_SAME},
    {"right", "right", ENDED, VERDICT_SAME},
    {"wrong", "other", ENDED, VERDICT_REF_WRONG},
    {"wrong", "right", ENDED_SIGNAL, VERDICT_CRASH},
  };
  Case item = plain_case();
  Conditions c = ordinary();
  item.expect_trouble = TROUBLE_WRONG;
  item.has_out = true;
  item.out = bytes_of("right");
  c.transform = TRANSFORM_HOOKS;
  for (size_t i = 0; i < ROWS(rows); i++) {
    Fake a = fake(rows[i].ref, NULL), b = fake(rows[i].cand, NULL);
    b.ending = rows[i].ending;
    Pair p = {.ref = &a.engine, .cand = &b.engine};
    Verdict v = {0};
    Diag why = {0};
    assert_true(pair_run(&p, &item, &c, &v, &why));
    assert_string_equal(verdict_word(v.kind), verdict_word(rows[i].kind));
    verdict_free(&v);
    pair_close(&p);
  }
  bytes_free(&item.out);
}

/* Real programs: lua5.1 against itself, and against a shell script that only says that it is one. */
static void two_programs_are_opened_and_compared(void **unused) {
  (void)unused;
  static char kind[] = "exec", lua[] = "lua5.1", none[] = "", gone[] = "/no/lua";
  EngineSpec spec = {.kind = kind, .path = lua, .luac = none, .version = none, .build = none,
                     .mode = none,
                     .slowness = 1, .shared = none}, other = spec;
  Pair p;
  Diag why = {0};
  Rules rules = {0};
  Verdict v = {0};
  Case item = plain_case();
  Conditions c = ordinary();
  other.path = gone;
  assert_false(pair_open(&p, &spec, &other, &rules, 1, &why));
  assert_string_equal(diag_text(&why), "candidate: /no/lua: no such program");
  assert_false(pair_open(&p, &other, &spec, &rules, 1, &why));
  assert_true(pair_open(&p, &spec, &spec, &rules, 1, &why));
  assert_true(p.same_program);
  assert_string_equal(pair_refuses(&p, &item, &c), "");
  assert_false(pair_is_spent(&p));
  set_chunk(&item, "print(1, {})");
  assert_true(pair_run(&p, &item, &c, &v, &why));
  assert_int_equal(v.kind, VERDICT_SAME);
  set_chunk(&item, "local f = io.open('/proc/self/stat') print((f:read():gsub(' .*', '')))");
  assert_true(pair_run(&p, &item, &c, &v, &why));      /* its process number: nobody determines it */
  assert_int_equal(v.kind, VERDICT_SAME_RULES);
  strings_add(&item.env, "LUA_INIT=x=1");
  c.transform = TRANSFORM_HOOKS;
  assert_true(pair_run(&p, &item, &c, &v, &why));
  assert_int_equal(v.kind, VERDICT_SKIP);
  strings_free(&item.env);
  set_chunk(&item, "print(1)");
  item.has_out = true;
  item.out = bytes_of("2");
  assert_true(pair_run(&p, &item, &c, &v, &why));      /* not as it is written: texts may differ */
  assert_int_equal(v.kind, VERDICT_SAME);
  c.transform = TRANSFORM_NONE;
  assert_true(pair_run(&p, &item, &c, &v, &why));
  assert_int_equal(v.kind, VERDICT_DRIFT);
  item.has_out = false;
  c.invoke = "nothing";
  assert_true(pair_run(&p, &item, &c, &v, &why));      /* neither has it: agreement proves nothing */
  assert_int_equal(v.kind, VERDICT_DRIFT);
  c.invoke = NULL;
  bytes_free(&item.out);
  pair_close(&p);
  static char sided[] = "A=1";
  strings_add(&other.env, sided);
  other.path = lua;
  assert_true(pair_open(&p, &spec, &other, &rules, 1, &why));
  assert_false(p.same_program);
  pair_close(&p);
  strings_free(&other.env);
  bytes_free(&item.chunk);
  verdict_free(&v);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(agreement_runs_each_side_once),
    cmocka_unit_test(a_lasting_difference_counts),
    cmocka_unit_test(a_side_that_contradicts_itself_is_flaky),
    cmocka_unit_test(where_the_reference_varies_the_shape_is_enough),
    cmocka_unit_test(an_address_that_the_world_does_not_change_is_none),
    cmocka_unit_test(a_candidate_may_live_in_another_world),
    cmocka_unit_test(a_spent_engine_is_not_asked_again),
    cmocka_unit_test(a_death_is_confirmed_and_never_masked),
    cmocka_unit_test(what_cannot_be_run_is_skipped_and_trouble_is_told),
    cmocka_unit_test(a_transformed_case_is_judged_by_its_answer_or_not_at_all),
    cmocka_unit_test(two_programs_are_opened_and_compared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
