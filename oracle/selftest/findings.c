/* findings.c -- why this file exists: what a run found is read from its log, which is the tool's
 * word, and not from what it prints. */
#include "selftest/findings.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "run/event.h"

/* The results by ordinal: a later one replaces. */
typedef struct Reader {
  Findings *found;
  Finding *slots;
  size_t nslots;
} Reader;

static void free_finding(Finding *f) {
  free(f->mode);
  free(f->id);
  free(f->why);
  free(f->rules);
  free(f->diff);
  *f = (Finding){0};
}

static char *join(const Strings *words) {
  Bytes all = {0};
  for (size_t i = 0; i < words->n; i++) bytes_printf(&all, "%s%s", i ? "," : "", words->at[i]);
  return all.data ? all.data : mem_string("");
}

static void take_result(Reader *r, const Event *e) {
  size_t n = e->as.result.n;
  if (n >= r->nslots) {
    size_t wanted = (n + 1) * 2;
    r->slots = mem_resize(r->slots, wanted * sizeof *r->slots);
    memset(r->slots + r->nslots, 0, (wanted - r->nslots) * sizeof *r->slots);
    r->nslots = wanted;
  }
  free_finding(&r->slots[n]);
  r->slots[n] = (Finding){
    .mode = mem_string(e->as.result.mode), .id = mem_string(e->as.result.id),
    .verdict = e->as.result.verdict, .rules = join(e->as.result.rules),
    .why = mem_substring(bytes_text(&e->as.result.why), e->as.result.why.len),
    .diff = mem_substring(bytes_text(&e->as.result.diff), e->as.result.diff.len)
  };
}

static bool hear(void *context, const Event *e, Diag *why) {
  Reader *r = context;
  Findings *f = r->found;
  (void)why;
  switch (e->kind) {
    case EVENT_RESULT: take_result(r, e); break;
    case EVENT_NOTE: strings_add(&f->notes, e->as.note.text); break;
    case EVENT_RESUME: f->resumed = true; break;
    case EVENT_LEDGER:
      strings_take(&f->notes, mem_format("%s: %s: %s", e->as.ledger.entry, e->as.ledger.problem,
                                         e->as.ledger.why));
      break;
    case EVENT_END:
      f->ended = true;
      f->complete = e->as.end.complete;
      f->status = e->as.end.status;
      break;
    case EVENT_START: case EVENT_MODE: break;
  }
  return true;
}

static char *newest_log(const World *w) {
  char *runs = path_join(w->folder, ".oracle/runs"), *newest = NULL, *log = NULL;
  DIR *folder = opendir(runs);
  struct dirent *entry;
  while (folder && (entry = readdir(folder)) != NULL) {
    if (entry->d_name[0] == '.' || (newest && strcmp(entry->d_name, newest) <= 0)) continue;
    free(newest);
    newest = mem_string(entry->d_name);
  }
  if (folder) closedir(folder);
  if (newest) log = mem_format("%s/%s/events.jsonl", runs, newest);
  free(runs);
  free(newest);
  return log;
}

bool findings_read(Findings *f, const World *w, Diag *why) {
  *f = (Findings){.status = -1};
  Reader r = {.found = f};
  char *log = newest_log(w);
  bool ok = log ? event_read_log(log, hear, &r, why)
                : diag_set(why, EXIT_INFRA, "the run left no log");
  f->at = mem_zero((r.nslots + 1) * sizeof *f->at);
  for (size_t i = 0; i < r.nslots; i++) {
    if (r.slots[i].id == NULL) continue;
    f->counts[r.slots[i].verdict]++;
    f->at[f->n++] = r.slots[i];
  }
  free(r.slots);
  free(log);
  if (!ok) why->status = EXIT_INFRA;
  return ok;
}

void findings_free(Findings *f) {
  for (size_t i = 0; i < f->n; i++) free_finding(&f->at[i]);
  free(f->at);
  strings_free(&f->notes);
  *f = (Findings){0};
}

bool findings_is_case(const Finding *f, const char *name) {
  size_t n = strlen(f->id), m = strlen(name);
  return n >= m && strcmp(f->id + n - m, name) == 0 && (n == m || strchr("#/", f->id[n - m - 1]));
}
