/* doctor_state.c -- why this file exists: what earlier runs left may be in the way of the next. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/doctor.h"
#include "cli/results.h"
#include "history/history.h"
#include "run/cache.h"
#include "run/runs.h"

#define LEAST_SPACE ((uint64_t)256 << 20)      /* of the log of a long run, with what cases write */

/* The folder of runs, or NULL while there is no configuration. */
static const char *state_of(const Doctor *d) {
  return d->setup->config.state;
}

void doctor_check_state(Doctor *d) {
  const char *state = state_of(d);
  struct statvfs disk;
  if (state == NULL) return;
  bool was_there = path_exists(state);
  Diag why = {0};
  char *probe = path_join(state, "doctor-XXXXXX");
  int fd = path_make_folder(state, &why) ? mkstemp(probe) : -1;
  if (fd < 0) doctor_bad(d, "make it writable, or begin elsewhere", "%s cannot be written", state);
  else doctor_good(d, "%s can be written", state);
  if (fd >= 0) {
    close(fd);
    unlink(probe);
    bool known = statvfs(state, &disk) == 0;
    uint64_t space = known ? (uint64_t)disk.f_bavail * disk.f_frsize : 0;
    if (known && space < LEAST_SPACE) {
      doctor_bad(d, "make room: oracle clean, or another disk", "only %llu MB are left on its disk",
                 (unsigned long long)space >> 20);
    } else if (known) doctor_good(d, "%llu MB are left", (unsigned long long)space >> 20);
  }
  if (!was_there) rmdir(state);          /* to look does not leave anything */
  free(probe);
}

void doctor_check_history(Doctor *d) {
  Diag why = {0};
  char *path = state_of(d) ? path_join(state_of(d), "history.db") : NULL;
  if (path && path_exists(path)) {
    History *h = history_open(path, &why);
    char *remedy = mem_format("mv %s %s.old", path, path);
    if (h) doctor_good(d, "%s is readable", path);
    else doctor_bad(d, remedy, "%s", diag_text(&why));
    free(remedy);
    history_close(h);
  }
  free(path);
}

/* Is the candidate newer than what is kept of it?  Then nothing of that counts. */
static bool is_stale(const char *path, const EngineSpec *cand) {
  struct stat kept, build;
  return stat(path, &kept) == 0 && stat(cand->path, &build) == 0 && build.st_mtime > kept.st_mtime;
}

void doctor_check_cache(Doctor *d) {
  const Config *c = &d->setup->config;
  size_t stale = 0, all = 0;
  for (size_t i = 0; i < doctor_count_modes(d); i++) {
    const Mode *m = &c->modes[i];
    size_t entries, damaged;
    Diag why = {0};
    if (!results_mode_wanted(d->setup, d->options, m->name)) continue;
    char *path = path_join(m->output, "cache"), *remedy = mem_format("rm %s", path);
    if (!cache_count(m->output, &entries, &damaged, &why)) doctor_bad(d, remedy, "%s", why.text);
    else if (damaged) {
      doctor_bad(d, "the next run drops them", "%s: %zu bytes behind %zu passes are damaged", path,
                 damaged, entries);
    } else if (is_stale(path, &m->cand)) stale++;
    all += entries;
    free(path);
    free(remedy);
  }
  if (all) doctor_good(d, "%zu passes are kept; %zu modes were built anew since", all, stale);
}

static bool note_end(void *context, const Event *e, Diag *why) {
  bool *complete = context;
  (void)why;
  if (e->kind == EVENT_RESUME) *complete = false;
  if (e->kind == EVENT_END) *complete = e->as.end.complete;
  return true;
}

void doctor_check_unfinished(Doctor *d) {
  Strings runs = {0};
  char *folder = state_of(d) ? path_join(state_of(d), "runs") : NULL;
  if (folder) runs_list(folder, &runs);
  if (runs.n) {
    bool complete = false;
    Diag why = {0};
    char *log = runs_log(folder, runs.at[0]);
    char *remedy = mem_format("rm -r %s/%s", folder, runs.at[0]);
    if (!event_read_log(log, note_end, &complete, &why)) doctor_bad(d, remedy, "%s", why.text);
    else if (complete) doctor_good(d, "run %s came to its end", runs.at[0]);
    else {
      doctor_bad(d, "oracle run --resume, with its other options", "run %s did not come to its end",
                 runs.at[0]);
    }
    free(log);
    free(remedy);
  }
  strings_free(&runs);
  free(folder);
}
