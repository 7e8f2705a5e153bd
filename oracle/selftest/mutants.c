/* mutants.c -- why this file exists: a tester that finds nothing may be blind, so bugs are planted
 * in the VM and each must be reported, by its verdict, in the case that is there for it.
 *
 * A patch begins with keys; docs/oracle/selftest.md tells them.  Every case that runs with the bug
 * also runs without it in the same run: there it must pass, and where it is `same` without the bug
 * but `same~` with it, a rule has hidden the bug. */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/words.h"
#include "run/status.h"
#include "selftest/check.h"
#include "selftest/findings.h"

#define RETRIES "1"

enum { MOST_SHOWN = 20 };

typedef struct Mutant {
  char *path, *name;
  char *bug;
  VerdictKind verdict;
  const char *mode;              /* "inproc" or "exec" */
  BuildKind build;
  Strings cases, notices;
  char *timeout;
  char *blind;                   /* a rule that hides it, or NULL */
  bool quick;
} Mutant;

static void free_mutant(void *data) {
  Mutant *m = data;
  free(m->path);
  free(m->name);
  free(m->bug);
  free(m->timeout);
  free(m->blind);
  strings_free(&m->cases);
  strings_free(&m->notices);
  free(m);
}

/* ---- Reading a patch ------------------------------------------------------------------------- */

static bool set_key(Mutant *m, const char *key, const char *value, Diag *why) {
  if (strcmp(key, "bug") == 0) {
    free(m->bug);
    m->bug = mem_string(value);
  } else if (strcmp(key, "verdict") == 0) {
    int kind = verdict_find(value);
    if (kind < 0 || verdict_class((VerdictKind)kind) != CLASS_FAIL) {
      return diag_set(why, EXIT_INFRA, "'%s' is not the verdict of a failure", value);
    }
    m->verdict = (VerdictKind)kind;
  } else if (strcmp(key, "mode") == 0) {
    if (strcmp(value, "inproc") != 0 && strcmp(value, "exec") != 0) {
      return diag_set(why, EXIT_INFRA, "mode '%s' is not inproc or exec", value);
    }
    m->mode = *value == 'i' ? "inproc" : "exec";
  } else if (strcmp(key, "build") == 0) {
    int build = build_find(value);
    if (build < 0) return diag_set(why, EXIT_INFRA, "no build '%s'", value);
    m->build = (BuildKind)build;
  } else if (strcmp(key, "cases") == 0) words_split_list(value, &m->cases);
  else if (strcmp(key, "notices") == 0) words_split_list(value, &m->notices);
  else if (strcmp(key, "timeout") == 0) {
    free(m->timeout);
    m->timeout = mem_string(value);
  } else if (strcmp(key, "blind") == 0) {
    free(m->blind);
    m->blind = mem_string(value);
  } else if (strcmp(key, "quick") == 0 && strcmp(value, "yes") == 0) m->quick = true;
  else return diag_set(why, EXIT_INFRA, "unknown line '%s: %s'", key, value);
  return true;
}

/* "key: value" lines up to the first line that begins with "--- ". */
static bool read_head(Mutant *m, const char *text, Diag *why) {
  bool ok = true;
  for (const char *line = text; ok && *line && strncmp(line, "--- ", 4) != 0;) {
    size_t n = strcspn(line, "\n"), colon = strcspn(line, ":\n");
    if (colon < n) {
      char *key = mem_substring(line, colon);
      const char *start = line + colon + 1 + strspn(line + colon + 1, " ");
      char *value = mem_substring(start, (size_t)(line + n - start));
      ok = set_key(m, key, value, why);
      free(key);
      free(value);
    } else if (n > 0) ok = diag_set(why, EXIT_INFRA, "a line without a key: '%.*s'", (int)n, line);
    line += n + (line[n] == '\n');
  }
  if (ok &&
      (m->bug == NULL || m->verdict == VERDICT_SAME || m->cases.n == 0 || m->notices.n == 0)) {
    ok = diag_set(why, EXIT_INFRA, "needs bug, verdict, cases and notices");
  }
  return ok;
}

static Mutant *read_mutant(const char *path, Diag *why) {
  Mutant *m = mem_zero(sizeof *m);
  Bytes text = {0};
  m->path = mem_string(path);
  m->name = mem_substring(path_base(path), strlen(path_base(path)) - strlen(".patch"));
  m->mode = "inproc";
  m->build = BUILD_PLAIN;
  m->timeout = mem_string("2s");
  bool ok = path_read(path, &text, why) && read_head(m, bytes_text(&text), why);
  bytes_free(&text);
  if (ok) return m;
  diag_wrap(why, "%s", path);
  why->status = EXIT_INFRA;
  free_mutant(m);
  return NULL;
}

/* ---- Running it ------------------------------------------------------------------------------ */

static bool write_config(const World *w, const Mutant *m, const Tree *tree, const char *rules,
                         Diag *why) {
  static const char format[] =
      "local function ours(folder)\n"
      "  return { engine = '%s', lib = folder .. '/b/liblua5.1.so.0', cmd = folder .. '/b/lua',\n"
      "           luac = folder .. '/b/luac', mode = '%s', slowness = %d }\n"
      "end\n"
      "return {\n"
      "  rules = '%s', exclude = 'tag(slow) | file(**/corpus/hardening/**)',\n"
      "  ref = { engine = '%s', lib = 'liblua5.1.so.0', cmd = '${ref}', luac = '${refc}',\n"
      "          version = '5.1.5' },\n"
      "  limits = { wall = '%s' },\n"
      "  modes = { control = { cand = ours('%s') }, mutant = { cand = ours('${world}/tree') } },\n"
      "}\n";
  static const char *const modes[BUILD_COUNT] = {"", "release", "debug", "asan"};
  char *text = mem_format(format, m->mode, modes[m->build], m->build == BUILD_ASAN ? 10 : 1, rules,
                          m->mode, m->timeout, tree->folder);
  bool ok = world_write(w, "oracle.lua", text, strlen(text), why);
  free(text);
  return ok;
}

static bool run_both(const World *w, const Mutant *m, ProcResult *ran, Findings *f, Diag *why) {
  Strings words = {0};
  static const char *const first[] = {"run", "--mode", "control,mutant", "--jobs", "1",
                                      "--no-cache", "--retries", RETRIES, "--quiet"};
  strings_add(&words, w->places->oracle);
  for (size_t i = 0; i < sizeof first / sizeof *first; i++) strings_add(&words, first[i]);
  for (size_t i = 0; i < m->cases.n; i++) strings_add(&words, m->cases.at[i]);
  strings_take(&words, NULL);
  const WorldRun run = {.words = (const char *const *)words.at};
  bool ok = world_run(w, &run, ran, why);
  words.n--;
  strings_free(&words);
  if (ok && !findings_read(f, w, why)) {
    diag_wrap(why, "oracle run ended with %d: %s", ran->status, bytes_text(&ran->err));
    ok = false;
  }
  return ok;
}

/* ---- Judging it ------------------------------------------------------------------------------ */

/* The results with the bug, behind those without it. */
static const Finding *with_bug(const Findings *f) {
  return f->at + f->n / 2;
}

static bool are_pairs(const Findings *f) {
  size_t half = f->n / 2;
  bool ok = f->n > 0 && f->n % 2 == 0;
  for (size_t i = 0; ok && i < half; i++) {
    ok = strcmp(f->at[i].mode, "control") == 0 && strcmp(f->at[half + i].mode, "mutant") == 0 &&
         strcmp(f->at[i].id, f->at[half + i].id) == 0;
  }
  return ok;
}

static bool is_good(const Finding *f) {
  VerdictClass class = verdict_class(f->verdict);
  return class == CLASS_PASS || class == CLASS_NEUTRAL;
}

/* A case that needs a rule, or a mask, only because of the bug. */
static const Finding *find_hidden(const Findings *f) {
  for (size_t i = 0; i < f->n / 2; i++) {
    if (f->at[i].verdict == VERDICT_SAME && with_bug(f)[i].verdict == VERDICT_SAME_RULES)
      return &with_bug(f)[i];
  }
  return NULL;
}

static const Finding *find_case(const Findings *f, const char *name) {
  for (size_t i = 0; i < f->n / 2; i++) {
    if (findings_is_case(&with_bug(f)[i], name)) return &with_bug(f)[i];
  }
  return NULL;
}

static size_t count_failures(const Findings *f, Bytes *words) {
  size_t counts[VERDICT_COUNT] = {0}, all = 0;
  for (size_t i = 0; i < f->n / 2; i++) counts[with_bug(f)[i].verdict]++;
  for (int k = 0; k < VERDICT_COUNT; k++) {
    if (counts[k] == 0 || verdict_class((VerdictKind)k) == CLASS_PASS ||
        verdict_class((VerdictKind)k) == CLASS_NEUTRAL) continue;
    bytes_printf(words, "%s%s %zu", words->len ? ", " : "", verdict_word((VerdictKind)k),
                 counts[k]);
    all += counts[k];
  }
  return all;
}

/* What failed with the bug, for whoever looks for a case that notices it. */
static void list_failures(const Findings *f, Bytes *said) {
  size_t shown = 0;
  for (size_t i = 0; i < f->n / 2 && shown < MOST_SHOWN; i++) {
    const Finding *b = &with_bug(f)[i];
    if (is_good(b)) continue;
    bytes_printf(said, "\n    %s: %s: %s", verdict_word(b->verdict), b->id, b->why);
    shown++;
  }
}

static Outcome judge_case(const Mutant *m, const Findings *f, const char *name, Bytes *said) {
  const Finding *found = find_case(f, name);
  if (found && found->verdict == m->verdict) return OUTCOME_PASSED;
  Bytes words = {0};
  size_t all = count_failures(f, &words);
  bytes_printf(said, "'%s' is expected of %s, which ", verdict_word(m->verdict), name);
  if (found) bytes_printf(said, "says %s", verdict_word(found->verdict));
  else bytes_puts(said, "did not run");
  bytes_printf(said, "; %zu of %zu cases fail (%s)", all, f->n / 2, bytes_text(&words));
  list_failures(f, said);
  bytes_free(&words);
  return OUTCOME_FAILED;
}

static Outcome judge_results(const Mutant *m, const Findings *f, Bytes *said) {
  for (size_t i = 0; i < f->n / 2; i++) {
    const Finding *c = &f->at[i], *b = &with_bug(f)[i];
    if (!is_good(c))
      return check_fail(said, "without the bug: %s: %s: %s", c->id, verdict_word(c->verdict),
                        c->why);
    if (verdict_class(b->verdict) == CLASS_TROUBLE) {
      return check_fail(said, "with the bug: %s: %s: %s", b->id, verdict_word(b->verdict), b->why);
    }
  }
  const Finding *hidden = find_hidden(f);
  if (hidden) {
    return check_fail(said, "hidden by %s%s in %s", *hidden->rules ? "rule " : "the mask",
                      hidden->rules, hidden->id);
  }
  Outcome outcome = OUTCOME_PASSED;
  for (size_t i = 0; i < m->notices.n && outcome == OUTCOME_PASSED; i++) {
    outcome = judge_case(m, f, m->notices.at[i], said);
  }
  return outcome;
}

static Outcome judge(const Mutant *m, const ProcResult *ran, const Findings *f, Bytes *said) {
  if (ran->signal || ran->stop) return check_fail(said, "the oracle itself did not end by itself");
  if (!are_pairs(f)) {
    check_fail(said, "the log has not each case with and without the bug");
    check_show(said, "out", &ran->out);
    check_show(said, "err", &ran->err);
    return OUTCOME_FAILED;
  }
  Outcome outcome = judge_results(m, f, said);
  if (outcome != OUTCOME_PASSED) return outcome;
  int wanted = (int)status_of_counts(f->counts, 0, false);
  if (ran->status != wanted || !f->complete) {
    return check_fail(said, "exit status %d instead of %d", ran->status, wanted);
  }
  Bytes words = {0};
  count_failures(f, &words);
  check_pass(said, "%s by %s, ... (%s of %zu)", verdict_word(m->verdict), m->notices.at[0],
             bytes_text(&words), f->n / 2);
  bytes_free(&words);
  return OUTCOME_PASSED;
}

/* ---- A rule that hides it -------------------------------------------------------------------- */

static bool add_rules(const World *w, const char *from, Diag *why) {
  Bytes text = {0};
  char *name = mem_format("rules/%s", path_base(from));
  bool ok = path_read(from, &text, why) && world_write(w, name, bytes_text(&text), text.len, why);
  bytes_free(&text);
  free(name);
  return ok;
}

/* With this rule the bug must be found to be hidden: so a rule that is really added is, too. */
static Outcome try_blind(const World *w, const Mutant *m, const Tree *tree, Bytes *said,
                         Diag *why) {
  char *shipped = path_join(w->places->top, "oracle/rules/default.rules"),
       *folder = path_folder(m->path);
  char *blind = path_join(folder, m->blind);
  ProcResult ran = {0};
  Findings f = {0};
  Bytes heard = {0};
  Outcome outcome = OUTCOME_TROUBLE;
  if (add_rules(w, shipped, why) && add_rules(w, blind, why) &&
      write_config(w, m, tree, "rules", why) && run_both(w, m, &ran, &f, why)) {
    outcome = judge_results(m, &f, &heard);
    if (outcome == OUTCOME_FAILED && strstr(bytes_text(&heard), "hidden by rule ")) {
      outcome = check_pass(said, "; %s with %s", bytes_text(&heard), m->blind);
    } else {
      outcome = check_fail(said, "; with %s it is not said to be hidden: %s", m->blind,
                           bytes_text(&heard));
    }
  }
  proc_result_free(&ran);
  findings_free(&f);
  bytes_free(&heard);
  free(shipped);
  free(folder);
  free(blind);
  return outcome;
}

static Outcome run_mutant(const Check *c, Bytes *said, Diag *why) {
  const Mutant *m = c->data;
  const Tree *tree = &c->trees[m->build];
  World w = {0};
  ProcResult ran = {0};
  Findings f = {0};
  Outcome outcome = OUTCOME_TROUBLE;
  if (world_open(&w, c->places, why) && tree_plant(tree, &w, m->path, m->build, why) &&
      write_config(&w, m, tree, "oracle/rules", why) && run_both(&w, m, &ran, &f, why)) {
    outcome = judge(m, &ran, &f, said);
    if (outcome == OUTCOME_PASSED && m->blind) outcome = try_blind(&w, m, tree, said, why);
  }
  proc_result_free(&ran);
  findings_free(&f);
  world_close(&w);
  return outcome;
}

bool mutants_collect(Checks *all, const Places *places, Diag *why) {
  char *folder = path_join(places->data, "mutants");
  Strings files = {0};
  bool ok = path_walk(folder, &files, why);
  for (size_t i = 0; ok && i < files.n; i++) {
    if (!path_match("*.patch", path_base(files.at[i]))) continue;
    Mutant *m = read_mutant(files.at[i], why);
    ok = m != NULL;
    if (!ok) break;
    Check c = {.name = mem_format("mutant/%s", m->name),
               .about = mem_string(m->bug),
               .quick = m->quick,
               .manual = m->build == BUILD_ASAN,
               .build = m->build,
               .run = run_mutant,
               .data = m,
               .free_data = free_mutant};
    checks_add(all, &c);
  }
  strings_free(&files);
  free(folder);
  return ok;
}
