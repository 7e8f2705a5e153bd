/* results.c -- why this file exists: the ledger's verbs and `show` ask a log for a few of its
 * results, as reports ask for all. */
#include "cli/results.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "report/report.h"

typedef struct Collector {
  Listener listener;     /* first: it is what the replay knows */
  Results *results;
  ResultWanted *wanted;
  const void *context;
} Collector;

static bool collect(Listener *self, const Event *e, Diag *why) {
  (void)why;
  Collector *c = (Collector *)self;
  Results *r = c->results;
  if (e->kind == EVENT_START && r->run == NULL) r->run = mem_string(e->as.start.run);
  if (e->kind != EVENT_RESULT || !c->wanted(c->context, e)) return true;
  if (r->n == r->cap) {
    r->cap = r->cap ? r->cap * 2 : 16;
    r->at = mem_resize(r->at, r->cap * sizeof *r->at);
  }
  r->at[r->n++] = (Result){
    .mode = mem_string(e->as.result.mode), .id = mem_string(e->as.result.id),
    .title = mem_string(e->as.result.title), .why = mem_string(bytes_text(&e->as.result.why)),
    .diff = mem_string(bytes_text(&e->as.result.diff)),
    .signature = mem_string(e->as.result.signature), .ledger = mem_string(e->as.result.ledger),
    .repeat = mem_string(e->as.result.repeat), .verdict = e->as.result.verdict,
    .ref_ns = e->as.result.ref_ns, .cand_ns = e->as.result.cand_ns, .cached = e->as.result.cached
  };
  return true;
}

bool results_read(Results *r, const char *log, ResultWanted *wanted, const void *context,
                  Diag *why) {
  Collector c = {{.hear = collect}, r, wanted, context};
  Listener *one = &c.listener;
  r->log = mem_string(log);
  return report_replay(log, &one, 1, why);
}

void results_free(Results *r) {
  for (size_t i = 0; i < r->n; i++) {
    Result *x = &r->at[i];
    char *texts[] = {x->mode, x->id, x->title, x->why, x->diff, x->signature, x->ledger, x->repeat};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) free(texts[k]);
  }
  free(r->at);
  free(r->log);
  free(r->run);
  *r = (Results){0};
}

char *results_name_run(const Options *o, size_t word) {
  if (word >= o->words.n) return mem_string("latest");
  const char *name = o->words.at[word];
  return path_is_file(name) ? path_absolute(name) : mem_string(name);
}

bool results_mode_wanted(const Setup *s, const Options *o, const char *mode) {
  if (!options_has(o, OPTION_MODE)) return true;
  for (size_t i = 0; i < s->nmodes; i++) {
    if (strcmp(s->modes[i]->name, mode) == 0) return true;
  }
  return false;
}

const Mode *results_find_mode(const Config *c, const char *name) {
  for (size_t i = 0; i < c->nmodes; i++) {
    if (strcmp(c->modes[i].name, name) == 0) return &c->modes[i];
  }
  return NULL;
}
