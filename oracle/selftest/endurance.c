/* endurance.c -- why this file exists: a worker that recovers from crashes must judge after ten
 * thousand of them as it did before the first.
 *
 * Two processes judge the corpus with a candidate that has a crash planted: a fresh one, and one
 * that has crashed all those times in the same engines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "case/corpus.h"
#include "case/select.h"
#include "run/pair.h"
#include "selftest/check.h"

#define PATCH "mutants/segfault.patch"

enum { CRASHES = 10000, NOT_RUN = 255 };

/* Shared by the two processes and the one that compares. */
typedef struct Sheet {
  uint32_t crashes;              /* that were judged so */
  uint32_t spent_at;             /* run after which the engines could not go on; 0: never */
  uint32_t runs;
  char trouble[256];
  uint8_t verdicts[];
} Sheet;

typedef struct Trial {
  Corpus corpus;
  Filter *left_out;
  Rules rules;
  EngineSpec ref, cand;
  Conditions conditions;
  Case *crasher;
} Trial;

static Case *make_crasher(void) {
  static const char text[] = "print(table.concat({'cra', 'sh'}, ', '))";
  Case *c = case_of_text("crash", text, sizeof text - 1);
  c->plain = false;
  case_seal(c);
  return c;
}

/* Judges `times` crashes, then the corpus. */
static bool work(Trial *t, unsigned times, Sheet *sheet, Diag *why) {
  Pair pair;
  Verdict v = {0};
  if (!pair_open(&pair, &t->ref, &t->cand, &t->rules, 1, why)) return false;
  bool ok = true;
  for (unsigned i = 0; ok && i < times && !pair_is_spent(&pair); i++) {
    ok = pair_run(&pair, t->crasher, &t->conditions, &v, why);
    sheet->crashes += v.kind == VERDICT_CRASH;
    sheet->runs++;
  }
  for (size_t i = 0; ok && i < t->corpus.cases.n && !pair_is_spent(&pair); i++) {
    const Case *item = t->corpus.cases.at[i];
    if (filter_accepts(t->left_out, item, "") || *pair_refuses(&pair, item, &t->conditions)) {
      continue;
    }
    ok = pair_run(&pair, item, &t->conditions, &v, why);
    sheet->verdicts[i] = (uint8_t)v.kind;
    sheet->runs++;
  }
  if (pair_is_spent(&pair)) sheet->spent_at = sheet->runs;
  verdict_free(&v);
  pair_close(&pair);
  return ok;
}

static bool in_a_process(Trial *t, unsigned times, Sheet *sheet, Diag *why) {
  int status = 0;
  memset(sheet->verdicts, NOT_RUN, t->corpus.cases.n);
  pid_t pid = fork();
  if (pid == 0) {
    Diag own = {0};
    if (!work(t, times, sheet, &own))
      snprintf(sheet->trouble, sizeof sheet->trouble, "%.255s", diag_text(&own));
    exit(0);
  }
  if (pid < 0 || waitpid(pid, &status, 0) < 0)
    return diag_errno(why, EXIT_INFRA, "a process for the corpus");
  if (status)
    return diag_set(why, EXIT_INFRA, "the process that judges the corpus ended with %#x",
                    (unsigned)status);
  return *sheet->trouble == '\0' || diag_set(why, EXIT_INFRA, "%s", sheet->trouble);
}

static Outcome compare(const Trial *t, const Sheet *fresh, const Sheet *worn, Bytes *said) {
  size_t differing = 0, judged = 0;
  if (worn->crashes != CRASHES)
    return check_fail(said, "%u of %d crashes were reported", worn->crashes, CRASHES);
  if (fresh->spent_at || worn->spent_at) {
    return check_fail(said, "a worker would have been replaced after run %u (fresh: %u)",
                      worn->spent_at, fresh->spent_at);
  }
  for (size_t i = 0; i < t->corpus.cases.n; i++) {
    judged += fresh->verdicts[i] != NOT_RUN;
    if (fresh->verdicts[i] == worn->verdicts[i]) continue;
    differing++;
    bytes_printf(said, "%s%s: %s, after the crashes %s", said->len ? "\n    " : "",
                 t->corpus.cases.at[i]->id,
                 fresh->verdicts[i] == NOT_RUN ? "not run" : verdict_word(fresh->verdicts[i]),
                 worn->verdicts[i] == NOT_RUN ? "not run" : verdict_word(worn->verdicts[i]));
  }
  if (differing) return OUTCOME_FAILED;
  if (judged == 0) return check_fail(said, "no case was judged");
  return check_pass(said, "after %d recovered crashes %zu cases are judged as before them", CRASHES,
                    judged);
}

static Outcome try_both(Trial *t, Bytes *said, Diag *why) {
  size_t size = sizeof(Sheet) + t->corpus.cases.n;
  Sheet *sheets[2];
  for (int i = 0; i < 2; i++) {
    sheets[i] = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sheets[i] == MAP_FAILED) {
      diag_errno(why, EXIT_INFRA, "shared memory");
      return OUTCOME_TROUBLE;
    }
  }
  bool ok = in_a_process(t, 0, sheets[0], why) && in_a_process(t, CRASHES, sheets[1], why);
  Outcome outcome = ok ? compare(t, sheets[0], sheets[1], said) : OUTCOME_TROUBLE;
  for (int i = 0; i < 2; i++) munmap(sheets[i], size);
  return outcome;
}

static bool prepare(Trial *t, const World *w, const Tree *tree, Diag *why) {
  char *patch = path_join(w->places->data, PATCH),
       *rules = path_join(w->places->top, "oracle/rules");
  Strings inputs = {0};
  strings_add(&inputs, "oracle/corpus");
  t->crasher = make_crasher();
  t->conditions = (Conditions){.seconds = 10,
                               .memory = 1 << 30,
                               .output = 1 << 26,
                               .file_size = 1 << 30,
                               .processes = 32,
                               .channels = CHANNELS_ALL};
  t->ref = (EngineSpec){.kind = mem_string("inproc"),
                        .path = mem_string("liblua5.1.so.0"),
                        .version = mem_string("5.1.5"),
                        .slowness = 1};
  t->cand = (EngineSpec){.kind = mem_string("inproc"),
                         .path = path_join(w->folder, "tree/b/liblua5.1.so.0"),
                         .slowness = 1};
  bool ok = tree_plant(tree, w, patch, BUILD_PLAIN, why) &&
            corpus_load(&t->corpus, &inputs, w->places->top, why) &&
            rules_load(&t->rules, rules, why) &&
            (t->left_out = filter_parse("tag(slow) | file(**/corpus/hardening/**)", why)) != NULL;
  if (ok && t->corpus.errors.n) ok = diag_set(why, EXIT_INFRA, "%s", t->corpus.errors.at[0]);
  strings_free(&inputs);
  free(patch);
  free(rules);
  return ok;
}

static void free_trial(Trial *t) {
  char *texts[] = {t->ref.kind, t->ref.path, t->ref.version, t->cand.kind, t->cand.path};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  if (t->crasher) case_free(t->crasher);
  filter_free(t->left_out);
  rules_free(&t->rules);
  corpus_free(&t->corpus);
}

static Outcome run_endurance(const Check *c, Bytes *said, Diag *why) {
  World w = {0};
  Trial t = {.left_out = NULL};
  Outcome outcome = OUTCOME_TROUBLE;
  if (world_open(&w, c->places, why) && prepare(&t, &w, &c->trees[BUILD_PLAIN], why))
    outcome = try_both(&t, said, why);
  free_trial(&t);
  world_close(&w);
  return outcome;
}

bool endurance_collect(Checks *all, const Places *places, Diag *why) {
  (void)places;
  (void)why;
  Check c = {.name = mem_string("endurance/crashes"),
             .quick = true,
             .build = BUILD_PLAIN,
             .run = run_endurance,
             .about = mem_string("a candidate that crashes ten thousand times in one worker")};
  checks_add(all, &c);
  return true;
}
