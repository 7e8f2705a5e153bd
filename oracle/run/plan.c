/* plan.c -- why this file exists: it decides, before anything runs, what will run and in which
 * order. */
#include "run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "normalise/rule.h"

/* ---- Which cases --------------------------------------------------------------------------- */

static bool equal_strings(const Strings *a, const Strings *b) {
  if (a->n != b->n) return false;
  for (size_t i = 0; i < a->n; i++) {
    if (strcmp(a->at[i], b->at[i]) != 0) return false;
  }
  return true;
}

/* The part of a selector before '#', if it names a file or folder of its own; else NULL.  Owned. */
static char *file_of(const char *selector, const char *top) {
  char *path = mem_substring(selector, strcspn(selector, "#"));
  char *below = path_join(top, path);
  bool there = path_exists(below);
  free(below);
  if (there) return path;
  free(path);
  return NULL;
}

/* Selectors that name files replace the mode's input: they may lie outside of it. */
static void inputs_of(const Mode *m, const Selection *s, const char *top, Strings *inputs) {
  bool all_files = s->selectors.n > 0;
  for (size_t i = 0; i < s->selectors.n; i++) {
    char *file = file_of(s->selectors.at[i], top);
    if (file) strings_add(inputs, file);
    else all_files = false;
    free(file);
  }
  if (all_files) return;
  for (size_t i = 0; i < m->input.n; i++) strings_add(inputs, m->input.at[i]);
}

static bool selector_accepts(const char *selector, const Case *item) {
  size_t n = strlen(selector);
  if (n && selector[n - 1] == '/') n--;
  bool below = strncmp(item->path, selector, n) == 0 && strchr("/", item->path[n]) != NULL;
  return (below && memchr(selector, '#', n) == NULL) || strcmp(item->id, selector) == 0 ||
         strcmp(item->name, selector) == 0 || path_match(selector, item->id);
}

/* Does the selection accept it?  `hits` counts what each selector has found. */
static bool accepts(const Plan *p, const Selection *s, unsigned mode, const Case *item,
                    size_t *hits) {
  const char *name = p->modes[mode]->name;
  bool selected = s->selectors.n == 0;
  for (size_t i = 0; i < s->selectors.n; i++) {
    if (!selector_accepts(s->selectors.at[i], item)) continue;
    selected = true;
    hits[i]++;
  }
  return selected && (s->keep == NULL || strstr(item->id, s->keep)) &&
         (s->filter == NULL || filter_accepts(s->filter, item, name)) &&
         (s->choose == NULL || s->choose(s->chooser, p, mode, item));
}

static bool check_selectors(const Plan *p, const Selection *s, const size_t *hits, Diag *why) {
  for (size_t i = 0; i < s->selectors.n; i++) {
    if (hits[i]) continue;
    const char *word = s->selectors.at[i], *near = NULL;
    for (size_t k = 0; k < p->ncorpora && near == NULL; k++) {
      corpus_find(&p->corpora[k], word, &near);
    }
    for (size_t k = 0; k < p->ncorpora && near == NULL; k++) {
      const CaseList *cases = &p->corpora[k].cases;
      const char **names = mem_alloc(cases->n * sizeof *names);
      for (size_t c = 0; c < cases->n; c++) names[c] = cases->at[c]->name;
      near = strings_nearest(word, names, cases->n);
      free(names);
    }
    if (near == NULL) return diag_set(why, EXIT_NOTHING, "'%s' selects no case", word);
    return diag_set(why, EXIT_NOTHING, "'%s' selects no case (did you mean '%s'?)", word, near);
  }
  return true;
}

/* ---- Corpora ------------------------------------------------------------------------------- */

static bool load_corpora(Plan *p, const Selection *s, const char *top, Diag *why) {
  Strings *inputs = mem_zero((p->nmodes + 1) * sizeof *inputs);
  p->corpora = mem_zero((p->nmodes + 1) * sizeof *p->corpora);
  p->corpus_of = mem_zero((p->nmodes + 1) * sizeof *p->corpus_of);
  bool ok = true;
  size_t errors = 0;
  for (size_t m = 0; ok && m < p->nmodes; m++) {
    Strings own = {0};
    inputs_of(p->modes[m], s, top, &own);
    size_t k = 0;
    while (k < p->ncorpora && !equal_strings(&inputs[k], &own)) k++;
    p->corpus_of[m] = (unsigned)k;
    if (k < p->ncorpora) {
      strings_free(&own);
      continue;
    }
    inputs[p->ncorpora++] = own;
    ok = corpus_load(&p->corpora[k], &own, top, why);
    const Strings *wrong = &p->corpora[k].errors;
    for (size_t i = 0; i < wrong->n; i++) fprintf(stderr, "%s\n", wrong->at[i]);
    errors += wrong->n;
  }
  for (size_t k = 0; k < p->ncorpora; k++) strings_free(&inputs[k]);
  free(inputs);
  if (ok && errors) ok = diag_set(why, EXIT_USAGE, "%zu case file(s) cannot be used", errors);
  return ok;
}

static void add_item(Plan *p, size_t *cap, Case *item, unsigned mode, size_t place) {
  if (p->n == *cap) {
    *cap = *cap ? *cap * 2 : 1024;
    p->items = mem_resize(p->items, *cap * sizeof *p->items);
  }
  p->items[p->n] = (Item){item, mode, (uint32_t)place, p->n};
  p->n++;
}

/* A misspelt tag selects nothing or, behind a '!', everything.  Where no case has a TAGS file there is
 * nothing to hold it to. */
static bool check_tags(const Plan *p, unsigned mode, const Filter *f, Diag *why) {
  const Strings *known = &p->corpora[p->corpus_of[mode]].tags;
  const char *word = known->n ? filter_unknown_tag(f, known) : NULL;
  if (word == NULL) return true;
  const char *near = strings_nearest(word, (const char *const *)known->at, known->n);
  if (near) return diag_set(why, EXIT_USAGE, "no tag '%s' (did you mean '%s'?)", word, near);
  return diag_set(why, EXIT_USAGE, "no tag '%s' (see TAGS)", word);
}

/* What the mode leaves out; NULL: nothing.  Cases that are named may be of another project. */
static bool read_exclude(const Plan *p, const Selection *s, unsigned mode, Filter **exclude,
                         Diag *why) {
  const Mode *m = p->modes[mode];
  *exclude = NULL;
  if (*m->exclude == '\0') return true;
  *exclude = filter_parse(m->exclude, why);
  bool ok = *exclude && (s->selectors.n > 0 || check_tags(p, mode, *exclude, why));
  return ok || diag_wrap(why, "mode %s: exclude", m->name);
}

static bool collect(Plan *p, const Selection *s, Diag *why) {
  size_t cap = 0, *hits = mem_zero((s->selectors.n + 1) * sizeof *hits);
  bool ok = true;
  for (unsigned m = 0; ok && m < p->nmodes; m++) {
    Filter *exclude;
    ok = read_exclude(p, s, m, &exclude, why) && check_tags(p, m, s->filter, why);
    if (ok && s->single) add_item(p, &cap, s->single, m, 0);
    const CaseList *cases = &p->corpora[p->corpus_of[m]].cases;
    for (size_t i = 0; ok && !s->single && i < cases->n; i++) {
      Case *item = cases->at[i];
      bool wanted = accepts(p, s, m, item, hits);
      if (exclude && filter_accepts(exclude, item, p->modes[m]->name)) continue;
      if (wanted) add_item(p, &cap, item, m, i);
      else p->is_selected = true;
    }
    filter_free(exclude);
  }
  if (ok && !s->single) ok = check_selectors(p, s, hits, why);
  free(hits);
  if (ok && p->n == 0) ok = diag_set(why, EXIT_NOTHING, "no case is selected");
  return ok;
}

/* ---- Order and partitions ------------------------------------------------------------------ */

/* A generator that is the same everywhere: the order of a shuffled run can be repeated. */
static uint64_t next_random(uint64_t *state) {
  return *state = bytes_hash(state, sizeof *state, 0x9E3779B97F4A7C15u);
}

static void shuffle(Plan *p, uint64_t seed) {
  for (size_t m = 0; m < p->nmodes; m++) {
    Item *items = p->items + p->first[m];
    size_t n = p->first[m + 1] - p->first[m];
    for (size_t i = n; i > 1; i--) {
      size_t other = (size_t)(next_random(&seed) % i);
      Item moved = items[i - 1];
      items[i - 1] = items[other];
      items[other] = moved;
    }
  }
}

typedef struct Weight { double seconds; size_t index; } Weight;

static int heaviest_first(const void *a, const void *b) {
  const Weight *x = a, *y = b;
  if (x->seconds != y->seconds) return x->seconds < y->seconds ? 1 : -1;
  return (x->index > y->index) - (x->index < y->index);
}

/* Gives each item to the part that has least to do so far, the longest first. */
static void balance(const Plan *p, unsigned parts, unsigned *part_of, PlanTimes *times,
                    void *context) {
  enum { USUAL_MICROSECONDS = 100 };
  Weight *weights = mem_alloc((p->n + 1) * sizeof *weights);
  double *load = mem_zero(parts * sizeof *load);
  for (size_t i = 0; i < p->n; i++) {
    const char *mode = p->modes[p->items[i].mode]->name;
    double seconds = times ? times(context, mode, p->items[i].item->id) : 0;
    weights[i] = (Weight){seconds > 0 ? seconds : USUAL_MICROSECONDS / 1e6, i};
  }
  if (p->n) qsort(weights, p->n, sizeof *weights, heaviest_first);
  for (size_t i = 0; i < p->n; i++) {
    unsigned least = 0;
    for (unsigned k = 1; k < parts; k++) {
      if (load[k] < load[least]) least = k;
    }
    load[least] += weights[i].seconds;
    part_of[weights[i].index] = least;
  }
  free(load);
  free(weights);
}

static void find_first(Plan *p) {
  size_t i = 0;
  for (size_t m = 0; m <= p->nmodes; m++) {
    while (i < p->n && p->items[i].mode < m) i++;
    p->first[m] = i;
  }
}

static bool partition(Plan *p, const char *text, PlanTimes *times, void *context, Diag *why) {
  unsigned mine, parts;
  char kind[8], rest;
  bool plain = text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789:/")] == '\0';
  if (!plain || sscanf(text, "%7[a-z]:%u/%u%c", kind, &mine, &parts, &rest) != 3 || mine < 1 ||
      mine > parts || parts > 10000) {
    return diag_set(why, EXIT_USAGE, "--partition '%s' is not hash:I/N, slice:I/N or time:I/N "
                    "with 1 <= I <= N", text);
  }
  unsigned *part_of = mem_zero((p->n + 1) * sizeof *part_of);
  bool ok = true;
  if (strcmp(kind, "time") == 0) balance(p, parts, part_of, times, context);
  for (size_t i = 0; i < p->n && strcmp(kind, "time") != 0; i++) {
    const char *id = p->items[i].item->id;
    uint64_t hash = bytes_hash(id, strlen(id), p->items[i].mode);
    if (strcmp(kind, "hash") == 0) part_of[i] = (unsigned)(hash % parts);
    else if (strcmp(kind, "slice") == 0) part_of[i] = (unsigned)(i % parts);
    else ok = false;
  }
  if (!ok) diag_set(why, EXIT_USAGE, "--partition '%s': hash, slice or time", text);
  size_t kept = 0;
  for (size_t i = 0; ok && i < p->n; i++) {
    if (part_of[i] == mine - 1) p->items[kept++] = p->items[i];
  }
  free(part_of);
  if (ok) p->n = kept;
  return ok;
}

static void hash_plan(Plan *p) {
  uint64_t h = p->n;
  for (size_t m = 0; m < p->nmodes; m++) {
    uint64_t builds = bytes_hash(p->builds[m], sizeof p->builds[m], 0);
    const uint64_t parts[] = {h, p->settings[m], builds};
    h = bytes_hash(parts, sizeof parts, 0);
  }
  for (size_t i = 0; i < p->n; i++) {
    const Case *item = p->items[i].item;
    uint64_t id = bytes_hash(item->id, strlen(item->id), 0);
    const uint64_t parts[] = {h, p->items[i].mode, item->hash, id};
    h = bytes_hash(parts, sizeof parts, 0);
  }
  p->hash = h;
}

/* Builds, and what else can change a verdict without being a case. */
static bool identify(Plan *p, bool names_only, Diag *why) {
  p->builds = mem_zero((p->nmodes + 1) * sizeof *p->builds);
  p->settings = mem_zero((p->nmodes + 1) * sizeof *p->settings);
  for (size_t m = 0; !names_only && m < p->nmodes; m++) {
    const Mode *mode = p->modes[m];
    uint64_t rules = 0;
    if (!engine_identify(&mode->ref, p->builds[m][0], why) ||
        !engine_identify(&mode->cand, p->builds[m][1], why) ||
        (*mode->rules && !rules_identify(mode->rules, &rules, why))) {
      return diag_wrap(why, "mode %s", mode->name);
    }
    const uint64_t parts[] = {mode->hash, rules};
    p->settings[m] = bytes_hash(parts, sizeof parts, 0);
  }
  return true;
}

/* ---- Making a plan ------------------------------------------------------------------------- */

bool plan_open(Plan *p, const Config *c, Mode **modes, size_t nmodes, const Selection *s,
               Diag *why) {
  *p = (Plan){.modes = modes, .nmodes = nmodes};
  p->first = mem_zero((nmodes + 2) * sizeof *p->first);
  if (!identify(p, s->names_only, why)) return false;
  if (s->single == NULL) return load_corpora(p, s, c->top, why);
  p->corpora = mem_zero(sizeof *p->corpora);
  p->corpus_of = mem_zero((nmodes + 1) * sizeof *p->corpus_of);
  return true;
}

/* Is every script there that lies in a mode's folder?  Else the folder has not been made. */
static bool check_borrowed(const Plan *p, Diag *why) {
  bool ok = true;
  for (size_t i = 0; ok && i < p->n; i++) {
    const Mode *mode = p->modes[p->items[i].mode];
    const Case *item = p->items[i].item;
    if (!item->borrows || config_check_folder(mode, item->script, why)) continue;
    ok = diag_wrap(why, "mode %s", mode->name);
  }
  return ok;
}

bool plan_make(Plan *p, const Config *c, Mode **modes, size_t nmodes, const Selection *s,
               PlanTimes *times, void *context, Diag *why) {
  if (!plan_open(p, c, modes, nmodes, s, why) || !collect(p, s, why) ||
      !(s->names_only || check_borrowed(p, why))) {
    return false;
  }
  p->whole = p->n;
  p->is_selected = p->is_selected || s->single;
  hash_plan(p);
  find_first(p);
  bool ok = s->partition == NULL || partition(p, s->partition, times, context, why);
  find_first(p);
  if (s->shuffle) shuffle(p, s->shuffle);
  return ok;
}

HandedItem plan_hand_item(const Item *item) {
  const char *id = item->item->id;
  HandedItem handed;
  memset(&handed, 0, sizeof handed);
  handed.place = item->place;
  handed.n = item->n;
  handed.hash = bytes_hash(id, strlen(id), item->item->hash);
  return handed;
}

bool plan_take_items(Plan *p, const Selection *s, const HandedItem *items, size_t n, Diag *why) {
  const CaseList *cases = &p->corpora[0].cases;
  size_t cap = 0;
  for (size_t i = 0; i < n; i++) {
    bool there = s->single ? items[i].place == 0 : items[i].place < cases->n;
    if (there) {
      add_item(p, &cap, s->single ? s->single : cases->at[items[i].place], 0, items[i].place);
      p->items[i].n = items[i].n;
      if (plan_hand_item(&p->items[i]).hash == items[i].hash) continue;
    }
    return diag_set(why, EXIT_INFRA, "%s%scases changed after the run began",
                    there ? p->items[i].item->path : "", there ? ": " : "");
  }
  p->whole = n;
  find_first(p);
  return true;
}

void plan_free(Plan *p) {
  for (size_t k = 0; k < p->ncorpora; k++) corpus_free(&p->corpora[k]);
  free(p->corpora);
  free(p->corpus_of);
  free(p->items);
  free(p->first);
  free(p->builds);
  free(p->settings);
  *p = (Plan){0};
}
