/* cmd_show.c -- why this file exists: one case with all that is known of it, in one place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cli/results.h"
#include "cli/verbs.h"
#include "report/report.h"

static void print_clean(const char *text, size_t n) {
  Bytes clean = {0};
  report_append_clean(&clean, text, n, true);
  fputs(bytes_text(&clean), stdout);
  bytes_free(&clean);
}

/* ---- Which case ------------------------------------------------------------------------------ */

/* The file that the word names before its '#' is enough; without one, all inputs are searched. */
static bool load(Corpus *c, const Setup *s, const char *word, Diag *why) {
  Strings inputs = {0};
  char *file = mem_substring(word, strcspn(word, "#"));
  if (path_is_file(file)) strings_add(&inputs, file);
  for (size_t m = 0; inputs.n == 0 && m < s->nmodes; m++) {
    for (size_t i = 0; i < s->modes[m]->input.n; i++) {
      const char *input = s->modes[m]->input.at[i];
      /* What one mode takes away another one may have. */
      if (*input != '!' && !strings_has(&inputs, input)) strings_add(&inputs, input);
    }
  }
  bool ok = corpus_load(c, &inputs, s->config.top, why);
  free(file);
  strings_free(&inputs);
  return ok;
}

static bool is_called(const Case *item, const char *word) {
  return strcmp(item->id, word) == 0 || strcmp(item->name, word) == 0 ||
         strcmp(item->path, word) == 0;
}

static const char *nearest_name(const Corpus *c, const char *word) {
  const char **names = mem_alloc((c->cases.n + 1) * sizeof *names);
  for (size_t i = 0; i < c->cases.n; i++) names[i] = c->cases.at[i]->name;
  const char *near = strings_nearest(word, names, c->cases.n);
  free(names);
  return near;
}

/* By its id, or by a name, its own or its file's, that no other case has. */
static const Case *find(const Corpus *c, const char *word, Diag *why) {
  const char *near;
  const Case *found = corpus_find(c, word, &near), *other = NULL;
  for (size_t i = 0; found == NULL && other == NULL && i < c->cases.n; i++) {
    const Case *item = c->cases.at[i];
    for (size_t k = i + 1; is_called(item, word) && other == NULL && k < c->cases.n; k++) {
      if (is_called(c->cases.at[k], word)) other = c->cases.at[k];
    }
    if (is_called(item, word)) found = item;
  }
  if (other) {
    diag_set(why, EXIT_USAGE, "'%s' is several cases: %s, %s, ...", word, found->id, other->id);
    return NULL;
  }
  if (found) return found;
  if (near == NULL) near = nearest_name(c, word);
  if (c->errors.n) diag_set(why, EXIT_USAGE, "no case '%s'; %s", word, c->errors.at[0]);
  else if (near) diag_set(why, EXIT_NOTHING, "no case '%s' (did you mean '%s'?)", word, near);
  else diag_set(why, EXIT_NOTHING, "no case '%s'", word);
  return NULL;
}

/* ---- The case -------------------------------------------------------------------------------- */

/* As it stands in its file: from its head to the next one. */
static bool print_source(const Case *item, const char *top, Diag *why) {
  Bytes text = {0};
  char *path = *item->path == '/' ? mem_string(item->path) : path_join(top, item->path);
  bool ok = path_read(path, &text, why);
  const char *at = bytes_text(&text), *end = at + text.len;
  for (int line = 1; line < item->line && at < end; line++) {
    const char *next = memchr(at, '\n', (size_t)(end - at));
    at = next ? next + 1 : end;
  }
  const char *stop = strchr(item->id, '#') ? memmem(at, (size_t)(end - at), "\n===", 4) : NULL;
  if (stop) end = stop + 1;
  while (end - at > 1 && end[-1] == '\n' && end[-2] == '\n') end--;
  print_clean(at, (size_t)(end - at));
  if (ok && end > at && end[-1] != '\n') puts("");
  free(path);
  bytes_free(&text);
  return ok;
}

static void print_head(const Case *item) {
  const char *before = ", tags ";
  printf("%s\n", item->id);
  print_clean(item->title, strlen(item->title));
  printf("\n%s:%d", item->path, item->line);
  if (*item->manual) printf(", manual %s", item->manual);
  for (size_t i = 0; i < item->tags.n; i++) {
    printf("%s%s", before, item->tags.at[i]);
    before = " ";
  }
  printf("\n\n");
}

/* ---- Its results ----------------------------------------------------------------------------- */

typedef struct Wanted { const Setup *setup; const Options *options; const char *id; } Wanted;

static bool is_wanted(const void *context, const Event *e) {
  const Wanted *w = context;
  return strcmp(e->as.result.id, w->id) == 0 &&
         results_mode_wanted(w->setup, w->options, e->as.result.mode);
}

static void print_results(const Results *all) {
  printf("\nrun %s:%s\n", all->run, all->n ? "" : " does not have it");
  for (size_t i = 0; i < all->n; i++) {
    const Result *r = &all->at[i];
    const char *word = verdict_word(r->verdict);
    const char *text = *r->why && strcmp(r->why, word) ? r->why : verdict_meaning(r->verdict);
    printf("  %-14s %-9s ", r->mode, word);
    print_clean(text, strlen(text));
    puts(r->cached ? " (cached)" : "");
  }
  for (size_t i = 0; i < all->n; i++) {
    const Result *r = &all->at[i];
    bool told = *r->diff == '\0';        /* the same difference in another mode */
    for (size_t k = 0; k < i && !told; k++) told = strcmp(all->at[k].diff, r->diff) == 0;
    if (told) continue;
    printf("\n%s: %s\n", r->mode, r->signature);
    print_clean(r->diff, strlen(r->diff));
    if (*r->repeat) printf("repeat: %s\n", r->repeat);
  }
}

/* Without a RUN on the command line there need not be any. */
static bool show_results(const Setup *s, const Options *o, const char *id, const char *run,
                         Diag *why) {
  Results found = {.n = 0};
  Diag none = {0};
  char *log = setup_find_log(&s->config, run, &none);
  bool ok = log != NULL;
  if (ok) ok = results_read(&found, log, is_wanted, &(Wanted){s, o, id}, why);
  else if (o->nwords > 1) *why = none;
  else ok = puts("\nno run is recorded") >= 0;
  if (ok && log) print_results(&found);
  results_free(&found);
  free(log);
  return ok;
}

bool verb_show(const Options *o, const Strings *argv, int *status, Diag *why) {
  Setup s;
  Corpus corpus = {.paths = {0}};
  Options selecting = *o;
  (void)argv;
  if (o->nwords < 1 || o->nwords > 2) {
    return diag_set(why, EXIT_USAGE, "show: needs a case, and perhaps a run");
  }
  selecting.nwords = 1;                  /* the second word selects no case */
  char *run = results_name_run(o, 1);
  bool ok = setup_select(&s, &selecting, why);
  const char *word = ok ? s.selection.selectors.at[0] : "";
  const Case *item = ok && load(&corpus, &s, word, why) ? find(&corpus, word, why) : NULL;
  ok = item != NULL;
  if (ok) print_head(item);
  ok = ok && print_source(item, s.config.top, why) && show_results(&s, o, item->id, run, why);
  corpus_free(&corpus);
  setup_free(&s);
  free(run);
  *status = EXIT_SAME;
  return ok;
}
