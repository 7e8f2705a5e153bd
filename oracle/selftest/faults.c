/* faults.c -- why this file exists: what goes wrong in the tool's own path (a reference that is not
 * the reference, a worker that is killed, a full disk, a candidate that loses what it should tell)
 * must never look like a pass.
 *
 * oracle/selftest/faults/ *.faults describe them; docs/oracle/selftest.md tells the form.  A fault
 * is a list of actions in order: files to write and steps to run, with what is expected of each
 * step. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/words.h"
#include "selftest/check.h"
#include "selftest/findings.h"

typedef enum Key {
  KEY_RUN, KEY_SHELL, KEY_FILE_LIMIT,                   /* what is done */
  KEY_EXIT, KEY_SAYS, KEY_NEVER, KEY_VERDICT, KEY_RESULTS, KEY_NOTE,
  KEY_COUNT
} Key;

static const char *const keys[KEY_COUNT] = {
  "run", "shell", "file-limit", "exit", "says", "never", "verdict", "results", "note"
};

typedef struct Line { Key key; char *value; } Line;

typedef struct Action {
  char *file;                    /* to be written with `text`; NULL: a step */
  Bytes text;
  Line *lines;
  size_t nlines;
} Action;

typedef struct Actions { Action *at; size_t n; } Actions;

typedef struct Fault {
  char *name, *about;
  bool slow;
  Actions actions;
} Fault;

/* ---- Reading --------------------------------------------------------------------------------- */

static void free_actions(Actions *a) {
  for (size_t i = 0; i < a->n; i++) {
    free(a->at[i].file);
    bytes_free(&a->at[i].text);
    for (size_t k = 0; k < a->at[i].nlines; k++) free(a->at[i].lines[k].value);
    free(a->at[i].lines);
  }
  free(a->at);
  *a = (Actions){0};
}

static void free_fault(void *data) {
  Fault *f = data;
  free(f->name);
  free(f->about);
  free_actions(&f->actions);
  free(f);
}

static Action *add_action(Actions *a, const char *file) {
  a->at = mem_resize(a->at, (a->n + 1) * sizeof *a->at);
  a->at[a->n] = (Action){.file = file ? mem_string(file) : NULL};
  return &a->at[a->n++];
}

static bool add_line(Action *step, const char *key, const char *value, Diag *why) {
  for (int k = 0; k < KEY_COUNT; k++) {
    if (strcmp(keys[k], key) != 0) continue;
    step->lines = mem_resize(step->lines, (step->nlines + 1) * sizeof *step->lines);
    step->lines[step->nlines++] = (Line){(Key)k, mem_string(value)};
    return true;
  }
  return diag_set(why, EXIT_INFRA, "unknown key '%s'", key);
}

static const char *value_of(const Action *step, Key key) {
  for (size_t i = 0; i < step->nlines; i++) {
    if (step->lines[i].key == key) return step->lines[i].value;
  }
  return NULL;
}

/* What is being read: files of [base], which all faults of the file begin with, then faults. */
typedef struct Parser {
  Actions base;
  Fault *fault;                  /* or NULL, before the first one */
  Action *action;                /* that lines go to, or NULL */
  Checks *all;
} Parser;

static bool end_fault(Parser *p, Diag *why);

static bool head(Parser *p, const char *word, const char *name, Diag *why) {
  Actions *actions = p->fault ? &p->fault->actions : &p->base;
  if (strcmp(word, "fault") == 0 && *name) {
    if (!end_fault(p, why)) return false;
    p->fault = mem_zero(sizeof *p->fault);
    p->fault->name = mem_string(name);
    p->action = NULL;
    for (size_t i = 0; i < p->base.n; i++) {
      Action *a = add_action(&p->fault->actions, p->base.at[i].file);
      a->text = bytes_copy(&p->base.at[i].text);
    }
  } else if (strcmp(word, "base") == 0 && *name == '\0' && p->fault == NULL) p->action = NULL;
  else if (strcmp(word, "file") == 0 && *name) p->action = add_action(actions, name);
  else if (strcmp(word, "step") == 0 && *name == '\0' && p->fault)
    p->action = add_action(actions, NULL);
  else return diag_set(why, EXIT_INFRA, "'[%s %s]' is not understood", word, name);
  return true;
}

static bool pair(Parser *p, const char *key, const char *value, Diag *why) {
  if (p->action) return add_line(p->action, key, value, why);
  if (p->fault == NULL) return diag_set(why, EXIT_INFRA, "'%s' stands before the first fault", key);
  if (strcmp(key, "about") == 0 && p->fault->about == NULL) p->fault->about = mem_string(value);
  else if (strcmp(key, "slow") == 0 && strcmp(value, "yes") == 0) p->fault->slow = true;
  else return diag_set(why, EXIT_INFRA, "unknown key '%s'", key);
  return true;
}

static bool read_line(Parser *p, const char *line, size_t n, Diag *why) {
  char word[16], name[128] = "", *text = mem_substring(line, n);
  bool ok = true;
  if (n > 2 && line[n - 1] == ']' && sscanf(text, "[%15[a-z] %127[^]]", word, name) >= 1) {
    ok = head(p, word, name, why);
  } else if (p->action && p->action->file) {
    bytes_puts(&p->action->text, text);
    bytes_putc(&p->action->text, '\n');
  } else if (n > 0 && *text != '#') {
    char *colon = strchr(text, ':');
    if (colon) {
      *colon = '\0';
      ok = pair(p, text, colon + 1 + strspn(colon + 1, " "), why);
    } else ok = diag_set(why, EXIT_INFRA, "a line without a key");
  }
  free(text);
  return ok;
}

/* ---- Running a step -------------------------------------------------------------------------- */

static bool run_step(const World *w, const Action *step, ProcResult *ran, Diag *why) {
  const char *run = value_of(step, KEY_RUN), *shell = value_of(step, KEY_SHELL);
  const char *limit = value_of(step, KEY_FILE_LIMIT);
  char *line = world_expand(w, run ? run : shell, strlen(run ? run : shell));
  Strings words = {0};
  uint64_t most = 0;
  bool ok = limit == NULL || words_parse_size(limit, &most) ||
            diag_set(why, EXIT_INFRA, "file-limit: '%s' is not a size", limit);
  if (run) {
    strings_add(&words, w->places->oracle);
    ok = ok && (words_split_shell(line, &words) ||
                diag_set(why, EXIT_INFRA, "run: a quote without its end"));
  } else {
    strings_add(&words, "/bin/sh");
    strings_add(&words, "-c");
    strings_add(&words, line);
  }
  strings_take(&words, NULL);
  const WorldRun request = {.words = (const char *const *)words.at, .file_size = most};
  ok = ok && world_run(w, &request, ran, why);
  words.n--;
  strings_free(&words);
  free(line);
  return ok;
}

static void describe_end(const ProcResult *r, char text[32]) {
  if (r->stop) snprintf(text, 32, "stopped after too long");
  else if (r->signal) snprintf(text, 32, "signal %s", sigabbrev_np(r->signal));
  else snprintf(text, 32, "%d", r->status);
}

static bool contains(const ProcResult *r, const char *text) {
  size_t n = strlen(text);
  return (r->out.len && memmem(r->out.data, r->out.len, text, n)) ||
         (r->err.len && memmem(r->err.data, r->err.len, text, n));
}

/* "CASE WORD" */
static bool has_verdict(const Findings *f, const char *value, Bytes *said) {
  size_t n = strcspn(value, " ");
  char *name = mem_substring(value, n);
  const char *word = value + n + strspn(value + n, " ");
  bool found = false, ok = true;
  for (size_t i = 0; i < f->n; i++) {
    if (!findings_is_case(&f->at[i], name)) continue;
    found = true;
    if (strcmp(verdict_word(f->at[i].verdict), word) == 0) continue;
    bytes_printf(said, "%s is %s (%s) instead of %s", f->at[i].id, verdict_word(f->at[i].verdict),
                 f->at[i].why, word);
    ok = false;
    break;
  }
  if (!found) bytes_printf(said, "no result for %s", name);
  free(name);
  return ok && found;
}

static bool has_note(const Findings *f, const char *text) {
  for (size_t i = 0; i < f->notes.n; i++) {
    if (strstr(f->notes.at[i], text)) return true;
  }
  return false;
}

static bool holds(const World *w, const Line *line, const ProcResult *ran, const Findings *f,
                  Bytes *said) {
  char end[32], *value = world_expand(w, line->value, strlen(line->value));
  bool ok = true;
  switch (line->key) {
    case KEY_EXIT:
      describe_end(ran, end);
      ok = strcmp(end, value) == 0;
      if (!ok) bytes_printf(said, "exit %s instead of %s", end, value);
      break;
    case KEY_SAYS:
      ok = contains(ran, value);
      if (!ok) bytes_printf(said, "does not say '%s'", value);
      break;
    case KEY_NEVER:
      ok = !contains(ran, value);
      if (!ok) bytes_printf(said, "says '%s'", value);
      break;
    case KEY_VERDICT: ok = has_verdict(f, value, said); break;
    case KEY_RESULTS:
      ok = f->n == strtoul(value, NULL, 10);
      if (!ok) bytes_printf(said, "%zu results instead of %s", f->n, value);
      break;
    case KEY_NOTE:
      ok = has_note(f, value);
      if (!ok) bytes_printf(said, "no note '%s'", value);
      break;
    case KEY_RUN: case KEY_SHELL: case KEY_FILE_LIMIT: case KEY_COUNT: break;
  }
  free(value);
  return ok;
}

static bool needs_log(const Action *step) {
  return value_of(step, KEY_VERDICT) || value_of(step, KEY_RESULTS) || value_of(step, KEY_NOTE);
}

static Outcome try_step(const World *w, const Action *step, size_t number, Bytes *said, Diag *why) {
  ProcResult ran = {0};
  Findings f = {0};
  Bytes heard = {0};
  Outcome outcome = OUTCOME_PASSED;
  if (!run_step(w, step, &ran, why)) outcome = OUTCOME_TROUBLE;
  else if (needs_log(step) && !findings_read(&f, w, why)) {
    outcome = check_fail(said, "step %zu: %s", number, diag_text(why));
  }
  for (size_t i = 0; i < step->nlines && outcome == OUTCOME_PASSED; i++) {
    if (!holds(w, &step->lines[i], &ran, &f, &heard)) {
      outcome = check_fail(said, "step %zu: %s", number, bytes_text(&heard));
    }
  }
  if (outcome == OUTCOME_FAILED) {
    check_show(said, "out", &ran.out);
    check_show(said, "err", &ran.err);
  }
  bytes_free(&heard);
  proc_result_free(&ran);
  findings_free(&f);
  return outcome;
}

static Outcome run_fault(const Check *c, Bytes *said, Diag *why) {
  const Fault *f = c->data;
  World w = {0};
  size_t steps = 0;
  Outcome outcome = world_open(&w, c->places, why) ? OUTCOME_PASSED : OUTCOME_TROUBLE;
  for (size_t i = 0; i < f->actions.n && outcome == OUTCOME_PASSED; i++) {
    const Action *a = &f->actions.at[i];
    if (a->file == NULL) outcome = try_step(&w, a, ++steps, said, why);
    else if (!world_write(&w, a->file, bytes_text(&a->text), a->text.len, why))
      outcome = OUTCOME_TROUBLE;
  }
  if (outcome == OUTCOME_PASSED) check_pass(said, "%s", f->about);
  world_close(&w);
  return outcome;
}

/* ---- Collecting ------------------------------------------------------------------------------ */

/* A step that expects nothing could not fail. */
static bool is_sound(const Fault *f, Diag *why) {
  size_t steps = 0;
  for (size_t i = 0; i < f->actions.n; i++) {
    const Action *a = &f->actions.at[i];
    if (a->file) continue;
    steps++;
    bool one = (value_of(a, KEY_RUN) != NULL) != (value_of(a, KEY_SHELL) != NULL);
    if (!one || !value_of(a, KEY_EXIT))
      return diag_set(why, EXIT_INFRA, "a step needs run or shell, and exit");
  }
  return (steps > 0 && f->about) || diag_set(why, EXIT_INFRA, "needs about, and a step");
}

static bool end_fault(Parser *p, Diag *why) {
  Fault *f = p->fault;
  if (f == NULL) return true;
  if (!is_sound(f, why)) return diag_wrap(why, "%s", f->name);
  Check c = {
    .name = mem_format("fault/%s", f->name), .about = mem_string(f->about), .quick = !f->slow,
    .run = run_fault, .data = f, .free_data = free_fault
  };
  checks_add(p->all, &c);
  p->fault = NULL;
  return true;
}

static bool read_faults(const char *path, Checks *all, Diag *why) {
  Parser p = {.all = all};
  Bytes text = {0};
  int number = 0;
  bool ok = path_read(path, &text, why);
  for (const char *line = bytes_text(&text); ok && *line;) {
    size_t n = strcspn(line, "\n");
    number++;
    ok = read_line(&p, line, n, why) || diag_wrap(why, "%s:%d", path, number);
    line += n + (line[n] == '\n');
  }
  ok = ok && end_fault(&p, why);
  if (p.fault) free_fault(p.fault);
  free_actions(&p.base);
  bytes_free(&text);
  if (!ok) why->status = EXIT_INFRA;
  return ok;
}

bool faults_collect(Checks *all, const Places *places, Diag *why) {
  char *folder = path_join(places->data, "faults");
  Strings files = {0};
  bool ok = path_walk(folder, &files, why);
  for (size_t i = 0; ok && i < files.n; i++) ok = read_faults(files.at[i], all, why);
  strings_free(&files);
  free(folder);
  return ok;
}
