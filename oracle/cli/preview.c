/* preview.c -- why this file exists: who starts something long wants to know first what it is. */
#include "cli/preview.h"

#include "run/cache.h"

typedef struct Counts { size_t all, done, cached; } Counts;

static void write_side(FILE *to, const char *role, const EngineSpec *spec, const char *build) {
  fprintf(to, "  %s  %s (%s)%s%s, build %.12s\n", role, spec->path, spec->kind,
          *spec->version ? ", version " : "", spec->version, build);
}

static bool count(const Plan *plan, const RunOptions *o, unsigned m, Counts *counts, Diag *why) {
  const Mode *mode = plan->modes[m];
  Cache cache;
  VerdictKind kind;
  uint64_t rules;
  *counts = (Counts){.all = plan->first[m + 1] - plan->first[m]};
  bool ok = cache_open(&cache, mode->output, why);
  for (size_t i = plan->first[m]; ok && i < plan->first[m + 1]; i++) {
    const Item *item = &plan->items[i];
    uint64_t key = cache_key(item->item, plan->builds[m], plan->settings[m]);
    if (o->resumed && o->resumed->verdicts[item->n] != RESUME_NOT_DONE) counts->done++;
    else if (o->use_cache && cache_covers(mode, item->item)) {
      counts->cached += cache_find(&cache, key, &kind, &rules);
    }
  }
  cache_close(&cache);
  return ok;
}

bool preview_write(const Plan *plan, const RunOptions *o, FILE *to, Diag *why) {
  size_t left = 0;
  for (unsigned m = 0; m < plan->nmodes; m++) {
    const Mode *mode = plan->modes[m];
    Counts n;
    if (!count(plan, o, m, &n, why)) return false;
    fprintf(to, "%s: %zu cases, %zu of them cached", mode->name, n.all, n.cached);
    if (o->resumed) fprintf(to, ", %zu done", n.done);
    fputc('\n', to);
    write_side(to, "reference", &mode->ref, plan->builds[m][0]);
    write_side(to, "candidate", &mode->cand, plan->builds[m][1]);
    left += n.all - n.cached - n.done;
  }
  fprintf(to, "would run %zu of %zu with %u workers\n", left, plan->n, o->jobs);
  return true;
}
