/* room.c -- why this file exists: a case in this process works in a directory of its own only if it
 * has to, since making one costs more than running the case. */
#include "engine/room.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"

/* What os.tmpname gives begins so; such files lie in the place as well. */
#define TEMPORARY "/tmp/lua_"

struct Room {
  Place *place;
  char *tmp;
  bool entered, made_temporary;
  unsigned temporaries;
  int home;                              /* the directory the worker comes from */
  struct rlimit file_size;               /* the worker's own */
  const Case *item;
  const Conditions *conditions;
  char *name;                            /* what room_find answered last */
};

Room *room_open(Diag *why) {
  Place *place = place_enter(why);
  if (place == NULL) return NULL;
  Room *r = mem_zero(sizeof *r);
  r->place = place;
  r->tmp = path_join(place->root, "tmp");
  r->home = -1;
  getrlimit(RLIMIT_FSIZE, &r->file_size);
  signal(SIGXFSZ, SIG_IGN);              /* a file beyond the limit is an error, as in a program */
  return r;
}

void room_close(Room *r) {
  if (r == NULL) return;
  Diag ignored = {0};
  room_leave(r, &ignored);
  place_leave(r->place);
  free(r->tmp);
  free(r->name);
  free(r);
}

const Place *room_place(const Room *r) {
  return r->place;
}

void room_assign(Room *r, const Case *item, const Conditions *conditions) {
  r->item = item;
  r->conditions = conditions;
  r->temporaries = 0;
}

/* ---- Coming and going ------------------------------------------------------------------------ */

bool room_enter(Room *r, Diag *why) {
  if (r->entered || r->item == NULL) return true;
  r->home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (r->home < 0) return diag_errno(why, EXIT_INFRA, "the current directory cannot be opened");
  r->entered = true;                     /* from here there is something to undo */
  if (!place_furnish(r->place, r->item, r->conditions, why)) return false;
  if (chdir(r->place->cwd) != 0) return diag_errno(why, EXIT_INFRA, "%s", r->place->cwd);
  if (r->conditions->file_size > 0) {
    struct rlimit limit = {r->conditions->file_size, r->file_size.rlim_max};
    if (limit.rlim_cur < r->file_size.rlim_cur) setrlimit(RLIMIT_FSIZE, &limit);
  }
  return true;
}

bool room_leave(Room *r, Diag *why) {
  bool good = true;
  if (r->entered) {
    setrlimit(RLIMIT_FSIZE, &r->file_size);
    if (fchdir(r->home) != 0) good = diag_errno(why, EXIT_INFRA, "there is no way back");
    close(r->home);
  }
  if (r->made_temporary) good = path_remove(r->tmp, why) && good;
  r->entered = r->made_temporary = false;
  r->item = NULL;
  return good;
}

/* ---- Names ----------------------------------------------------------------------------------- */

/* `rest` if `path` is `prefix` or lies below it. */
static const char *below(const char *path, const char *prefix) {
  size_t n = strlen(prefix);
  while (n > 1 && prefix[n - 1] == '/') n--;
  if (strncmp(path, prefix, n) != 0) return NULL;
  return path[n] == '\0' || path[n] == '/' ? path + n : NULL;
}

/* Could `path`, relative, name a file or folder that the case begins with? */
static bool may_exist(const Room *r, const char *path) {
  while (path[0] == '.' && path[1] == '/') path += 2;
  if (r->item->plain || path[0] == '\0' || strcmp(path, ".") == 0) return true;
  if (strstr(path, "..") || strstr(path, "//") || strstr(path, "/.")) return true;
  if (path[strlen(path) - 1] == '/' || strlen(path) > NAME_MAX) return true;
  if (r->item->has_chunk && strcmp(path, r->item->script) == 0) return true;
  for (size_t i = 0; i < r->item->nfiles; i++) {
    if (below(r->item->files[i].name, path)) return true;
  }
  for (size_t i = 0; i < r->conditions->nmounts; i++) {
    if (below(path, r->conditions->mounts[i].guest)) return true;
  }
  return false;
}

bool room_find(Room *r, const char *guest, bool only_reads, const char **name, Diag *why) {
  *name = guest;
  if (r->item == NULL) return true;
  if (guest[0] != '/') {
    if (r->entered) return true;
    if (only_reads && !may_exist(r, guest)) {
      *name = NULL;
      return true;
    }
    return room_enter(r, why);
  }
  if (below(guest, r->place->cwd)) return room_enter(r, why);
  if (strncmp(guest, TEMPORARY, strlen(TEMPORARY)) != 0) return true;
  if (!r->made_temporary) {
    if (mkdir(r->tmp, 0777) != 0) return diag_errno(why, EXIT_INFRA, "%s cannot be made", r->tmp);
    r->made_temporary = true;
  }
  free(r->name);
  *name = r->name = path_join(r->tmp, guest + strlen("/tmp/"));
  return true;
}

int room_make_temporary(Room *r, char *pattern) {
  size_t n = strlen(pattern);
  Diag why = {0};
  const char *name;
  if (n < 6 || strcmp(pattern + n - 6, "XXXXXX") != 0) {
    errno = EINVAL;
    return -1;
  }
  for (unsigned tries = 0; tries < 100000; tries++) {
    char digits[16];
    snprintf(digits, sizeof digits, "%06u", r->temporaries++ % 1000000);
    memcpy(pattern + n - 6, digits, 6);
    if (!room_find(r, pattern, false, &name, &why)) break;
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  errno = EIO;
  return -1;
}
