/* chooser.c -- why this file exists: what earlier runs found decides what is worth running now. */
#include "cli/chooser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/setup.h"
#include "run/event.h"

/* More would be a run that no machine can hold. */
enum { MOST_RESULTS = 1 << 28 };

/* What failed in a run, by ordinal: the newest verdict on an item counts, a resumed run may
 * have two. */
typedef struct Failures {
  const char *log;
  char **names;          /* NULL: did not fail */
  size_t n;
} Failures;

static bool keep_failure(void *context, const Event *e, Diag *why) {
  if (e->kind != EVENT_RESULT) return true;
  Failures *f = context;
  size_t n = e->as.result.n;
  if (n >= MOST_RESULTS) return diag_set(why, EXIT_USAGE, "%s: result %zu", f->log, n);
  if (n >= f->n) {
    size_t cap = 2 * n + 64;
    f->names = mem_resize(f->names, cap * sizeof *f->names);
    memset(f->names + f->n, 0, (cap - f->n) * sizeof *f->names);
    f->n = cap;
  }
  VerdictClass class = verdict_class(e->as.result.verdict);
  bool failed = class == CLASS_FAIL || class == CLASS_TROUBLE;
  free(f->names[n]);
  f->names[n] = failed ? mem_format("%s\n%s", e->as.result.mode, e->as.result.id) : NULL;
  return true;
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The modes of the sorted names, each once, as --mode takes them. */
static char *list_modes(const Strings *names) {
  Bytes modes = {0};
  const char *last = "";
  for (size_t i = 0; i < names->n; i++) {
    const char *name = names->at[i];
    size_t n = strcspn(name, "\n") + 1;
    if (strncmp(last, name, n) == 0) continue;
    if (modes.len) bytes_putc(&modes, ',');
    bytes_append(&modes, name, n - 1);
    last = name;
  }
  return modes.data;
}

bool chooser_open(Chooser *c, const Options *o, const Config *config, Diag *why) {
  const char *word = options_text(o, OPTION_RERUN);
  *c = (Chooser){.rerun = word != NULL};
  if (word == NULL) return true;
  char *log = setup_find_log(config, word, why);
  Failures f = {.log = log};
  bool ok = log && event_read_log(log, keep_failure, &f, why);
  for (size_t i = 0; i < f.n; i++) {
    if (f.names[i]) strings_take(&c->failed, f.names[i]);
  }
  if (ok && c->failed.n == 0) ok = diag_set(why, EXIT_NOTHING, "nothing failed in %s", log);
  if (ok) {
    qsort(c->failed.at, c->failed.n, sizeof *c->failed.at, compare_texts);
    c->modes = list_modes(&c->failed);
  }
  free(f.names);
  free(log);
  return ok;
}

const char *chooser_modes(const Chooser *c, const Options *o) {
  return options_has(o, OPTION_MODE) ? options_text(o, OPTION_MODE) : c->modes;
}

bool chooser_look(Chooser *c, const Options *o, Mode *const *modes, size_t nmodes, Diag *why) {
  if (!options_has(o, OPTION_CHANGED)) return true;
  c->caches = mem_zero(nmodes * sizeof *c->caches);
  bool ok = true;
  for (; ok && c->ncaches < nmodes; c->ncaches++) {
    ok = cache_open(&c->caches[c->ncaches], modes[c->ncaches]->output, why);
  }
  return ok;
}

/* Did it pass in this mode, as it is and with the builds as they are? */
static bool has_passed(const Chooser *c, const Plan *p, unsigned mode, const Case *item) {
  VerdictKind kind;
  uint64_t rules;
  return cache_covers(p->modes[mode], item) &&
         cache_find(&c->caches[mode], cache_key(item, p->builds[mode], p->settings[mode]), &kind,
                    &rules);
}

bool chooser_accepts(void *chooser, const Plan *p, unsigned mode, const Case *item) {
  Chooser *c = chooser;
  if (c->caches && has_passed(c, p, mode, item)) {
    c->unchanged++;
    return false;
  }
  if (!c->rerun) return true;
  char *name = mem_format("%s\n%s", p->modes[mode]->name, item->id);
  bool failed = bsearch(&name, c->failed.at, c->failed.n, sizeof name, compare_texts) != NULL;
  free(name);
  return failed;
}

void chooser_tell(const Chooser *c, size_t n) {
  if (!c->rerun || n >= c->failed.n) return;
  fprintf(stderr, "oracle: %zu of %zu failures run again; the others are gone or not selected\n", n,
          c->failed.n);
}

void chooser_close(Chooser *c) {
  for (size_t i = 0; i < c->ncaches; i++) cache_close(&c->caches[i]);
  free(c->caches);
  strings_free(&c->failed);
  free(c->modes);
  *c = (Chooser){.rerun = false};
}
