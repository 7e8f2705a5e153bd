/* runs.c -- why this file exists: several runs may begin in one folder at a time, and each is found
 * again. */
#include "run/runs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"

static char *new_id(void) {
  struct timespec now;
  struct tm utc;
  char text[32];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  strftime(text, sizeof text, "%Y%m%d-%H%M%S", &utc);
  return mem_format("%s.%03d-%d", text, (int)(now.tv_nsec / 1000000), (int)getpid());
}

char *runs_begin(const char *folder, Diag *why) {
  if (!path_make_folder(folder, why)) return NULL;
  for (;;) {
    char *id = new_id(), *path = path_join(folder, id);
    bool made = mkdir(path, 0777) == 0;
    bool taken = !made && errno == EEXIST;
    if (!made && !taken) diag_errno(why, EXIT_INFRA, "%s", path);
    free(path);
    if (made) return id;
    free(id);
    if (!taken) return NULL;
    /* A process of the same number on another machine: the next millisecond is ours. */
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
}

static int newest_first(const void *a, const void *b) {
  return strcmp(*(char *const *)b, *(char *const *)a);
}

void runs_list(const char *folder, Strings *ids) {
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
    char *log = runs_log(folder, e->d_name);
    if (e->d_name[0] != '.' && path_is_file(log)) strings_add(ids, e->d_name);
    free(log);
  }
  if (d) closedir(d);
  if (ids->n) qsort(ids->at, ids->n, sizeof *ids->at, newest_first);
}

char *runs_log(const char *folder, const char *id) {
  return mem_format("%s/%s/events.jsonl", folder, id);
}

char *runs_find(const char *folder, const char *word, Diag *why) {
  if (path_is_file(word)) return path_absolute(word);
  Strings ids = {0};
  char *log = NULL;
  runs_list(folder, &ids);
  if (strcmp(word, "latest") == 0 && ids.n) log = runs_log(folder, ids.at[0]);
  else if (strings_has(&ids, word)) log = runs_log(folder, word);
  else {
    const char *near = strings_nearest(word, (const char *const *)ids.at, ids.n);
    diag_set(why, EXIT_USAGE, "no run '%s' in %s%s%s%s", word, folder,
             near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
  }
  strings_free(&ids);
  return log;
}
