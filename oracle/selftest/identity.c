/* identity.c -- why this file exists: the reference equals itself in every world, so over the whole
 * corpus a difference between it and itself is a fault of the tool or of a case. */
#include <stdlib.h>
#include <string.h>

#include "selftest/check.h"
#include "selftest/findings.h"

static const char config[] =
    "local function side(engine, perturbation)\n"
    "  return { engine = engine, lib = 'liblua5.1.so.0', cmd = '${ref}', luac = '${refc}',\n"
    "           version = '5.1.5', perturbation = perturbation }\n"
    "end\n"
    "return {\n"
    "  input = { 'oracle/corpus' }, rules = 'oracle/rules',\n"
    "  exclude = 'tag(slow) | file(**/corpus/hardening/**)',\n"
    "  modes = {\n"
    /* Worlds 1 and 2 are those that a difference is excused with. */
    "    inproc = { ref = side('inproc', 0), cand = side('inproc', 3) },\n"
    "    exec = { ref = side('exec', 0), cand = side('exec', 3) },\n"
    "  },\n"
    "}\n";

static bool run_identity(const World *w, const char *mode, ProcResult *ran, Findings *f,
                         Diag *why) {
  const char *const words[] = {w->places->oracle, "run", "--mode", mode, "--jobs", "1",
                               "--no-cache", "--quiet", NULL};
  const WorldRun run = {.words = words, .seconds = 600};
  return world_write(w, "oracle.lua", config, sizeof config - 1, why) &&
         world_run(w, &run, ran, why) &&
         (findings_read(f, w, why) || diag_wrap(why, "%s", bytes_text(&ran->err)));
}

static Outcome judge(const ProcResult *ran, const Findings *f, Bytes *said) {
  size_t bad = 0, neutral = 0;
  for (size_t i = 0; i < f->n; i++) {
    const Finding *found = &f->at[i];
    VerdictClass class = verdict_class(found->verdict);
    neutral += class == CLASS_NEUTRAL;
    if (class == CLASS_PASS || class == CLASS_NEUTRAL) continue;
    bad++;
    bytes_printf(said, "%s%s: %s: %s", said->len ? "\n    " : "", verdict_word(found->verdict),
                 found->id, found->why);
  }
  if (bad) return OUTCOME_FAILED;
  if (ran->status != EXIT_SAME || !f->complete || f->n == 0) {
    check_show(said, "err", &ran->err);
    return check_fail(said, "exit status %d", ran->status);
  }
  return check_pass(said, "%zu cases: none differs, none is flaky; %zu masked or by rules, "
                    "%zu known to fail or not run", f->n, f->counts[VERDICT_SAME_RULES], neutral);
}

static Outcome try_mode(const Check *c, const char *mode, Bytes *said, Diag *why) {
  World w = {0};
  ProcResult ran = {0};
  Findings f = {0};
  Outcome outcome = OUTCOME_TROUBLE;
  if (world_open(&w, c->places, why) && run_identity(&w, mode, &ran, &f, why))
    outcome = judge(&ran, &f, said);
  proc_result_free(&ran);
  findings_free(&f);
  world_close(&w);
  return outcome;
}

static Outcome run_inproc(const Check *c, Bytes *said, Diag *why) {
  return try_mode(c, "inproc", said, why);
}

static Outcome run_exec(const Check *c, Bytes *said, Diag *why) {
  return try_mode(c, "exec", said, why);
}

bool identity_collect(Checks *all, const Places *places, Diag *why) {
  (void)places;
  (void)why;
  const Check checks[] = {
    {.name = mem_string("identity/inproc"), .quick = true, .run = run_inproc,
     .about = mem_string("the reference against itself in another world, in one process")},
    {.name = mem_string("identity/exec"), .run = run_exec,
     .about = mem_string("the reference against itself in another world, by processes")},
  };
  for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) checks_add(all, &checks[i]);
  return true;
}
