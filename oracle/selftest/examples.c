/* examples.c -- why this file exists: a rule hides differences, so its examples must hold, and one
 * that does not hold must not go unnoticed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "normalise/rule.h"
#include "selftest/check.h"

/* The text with `line` put in after the first line of the rule `n` that begins with `after`. Owned;
 * NULL if there is none. */
static char *plant(const char *text, size_t n, const char *after, const char *line) {
  const char *p = text;
  for (size_t k = 0; p && k <= n; k++) {
    p = strncmp(p, "rule ", 5) == 0 && k == 0 ? p : strstr(p + 1, "\nrule ");
  }
  p = p ? strstr(p + 1, after) : NULL;
  if (p == NULL) return NULL;
  size_t end = (size_t)(p + 1 - text) + strcspn(p + 1, "\n");
  return mem_format("%.*s\n%s%s", (int)end, text, line, text + end);
}

/* Is a copy with this example refused? */
static Outcome try_planted(const World *w, const char *text, size_t n, const char *after,
                           const char *line, Bytes *said, Diag *why) {
  char *wrong = plant(text, n, after, line), *path = path_join(w->folder, "wrong.rules");
  Rules rules = {.n = 0};
  Diag refused = {0};
  Outcome outcome = OUTCOME_PASSED;
  if (wrong == NULL) outcome = check_fail(said, "rule %zu has no line like '%s'", n + 1, after + 1);
  else if (!world_write(w, "wrong.rules", wrong, strlen(wrong), why)) outcome = OUTCOME_TROUBLE;
  else if (rules_load(&rules, path, &refused)) {
    rules_free(&rules);
    outcome = check_fail(said, "a wrong example of rule %zu is accepted: %s", n + 1, line);
  } else if (refused.status != EXIT_USAGE)
    outcome = check_fail(said, "refused with status %d", (int)refused.status);
  free(wrong);
  free(path);
  return outcome;
}

static size_t count_examples(const char *text) {
  size_t n = 0;
  for (const char *p = text; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
    n += strncmp(p, "hides ", 6) == 0 || strncmp(p, "keeps ", 6) == 0;
  }
  return n;
}

static Outcome try_file(const World *w, const char *path, Bytes *said, Diag *why) {
  Rules rules = {.n = 0};
  Bytes text = {0};
  if (!path_read(path, &text, why)) return OUTCOME_TROUBLE;
  if (!rules_load(&rules, path, why)) {
    bytes_free(&text);
    return check_fail(said, "%s", diag_text(why));
  }
  Outcome outcome = rules.n ? OUTCOME_PASSED : check_fail(said, "no rule");
  for (size_t i = 0; i < rules.n && outcome == OUTCOME_PASSED; i++) {
    outcome = try_planted(w, bytes_text(&text), i, "\nkeeps ", "keeps \\xff\nhides \\xff => \\xfe",
                          said, why);
    if (outcome == OUTCOME_PASSED) {
      outcome = try_planted(w, bytes_text(&text), i, "\nhides ", "hides \\xff => \\xfe", said, why);
    }
  }
  if (outcome == OUTCOME_PASSED) {
    check_pass(said, "%zu rules, %zu examples hold; a wrong one is refused in each rule", rules.n,
               count_examples(bytes_text(&text)));
  }
  rules_free(&rules);
  bytes_free(&text);
  return outcome;
}

static Outcome run_file(const Check *c, Bytes *said, Diag *why) {
  World w = {0};
  Outcome outcome = world_open(&w, c->places, why) ? try_file(&w, c->data, said, why)
                                                   : OUTCOME_TROUBLE;
  world_close(&w);
  return outcome;
}

bool rules_collect(Checks *all, const Places *places, Diag *why) {
  char *folder = path_join(places->top, "oracle/rules");
  Strings files = {0};
  bool ok = path_walk(folder, &files, why);
  for (size_t i = 0; ok && i < files.n; i++) {
    Check c = {.name = mem_format("rules/%s", path_base(files.at[i])),
               .about = mem_string("examples that do not hold"),
               .quick = true,
               .run = run_file,
               .data = mem_string(files.at[i]),
               .free_data = free};
    checks_add(all, &c);
  }
  strings_free(&files);
  free(folder);
  return ok;
}
