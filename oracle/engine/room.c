/* room.c -- why this file exists: a case may write files, and the next one must not see them. */
#include "engine/room.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"

/* What os.tmpname gives begins so: such files lie in the room as well. */
#define TEMPORARY "/tmp/lua_"

struct Room {
  char *top, *cwd, *tmp;
  bool made_top, entered, made_temporary;
  unsigned temporaries;
  int home;                              /* the directory the worker comes from */
  struct rlimit file_size;               /* the worker's own */
  const Case *item;
  const Conditions *conditions;
  Strings hosts;                         /* of the mounts, absolute */
  char *name;                            /* what room_find answered last */
};

Room *room_open(Diag *why) {
  int home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (home < 0) {
    diag_errno(why, EXIT_INFRA, "the current directory cannot be opened");
    return NULL;
  }
  Room *r = mem_zero(sizeof *r);
  r->home = home;
  getrlimit(RLIMIT_FSIZE, &r->file_size);
  return r;
}

void room_close(Room *r) {
  if (r == NULL) return;
  Diag ignored = {0};
  room_leave(r, &ignored);
  if (r->made_top) path_remove(r->top, &ignored);
  close(r->home);
  free(r->top);
  free(r->cwd);
  free(r->tmp);
  free(r->name);
  strings_free(&r->hosts);
  free(r);
}

void room_assign(Room *r, const Case *item, const Conditions *conditions) {
  r->item = item;
  r->conditions = conditions;
  r->temporaries = 0;
  if (r->hosts.n) strings_free(&r->hosts);
  for (size_t i = 0; i < conditions->nmounts; i++) {
    strings_take(&r->hosts, path_absolute(conditions->mounts[i].host));
  }
}

/* ---- Making it -------------------------------------------------------------------------------- */

static bool make_top(Room *r, Diag *why) {
  if (r->made_top) return true;
  const char *folder = getenv("TMPDIR");
  if (folder == NULL || !path_is_folder(folder)) {
    folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  }
  r->top = mem_format("%s/oracle-XXXXXX", folder);
  if (mkdtemp(r->top) == NULL) {
    return diag_errno(why, EXIT_INFRA, "no private directory in %s", folder);
  }
  r->made_top = true;
  r->cwd = path_join(r->top, "cwd");
  r->tmp = path_join(r->top, "tmp");
  return true;
}

static bool put_file(const char *folder, const char *name, const Bytes *data, Diag *why) {
  char *path = path_join(folder, name);
  bool good = true;
  if (strchr(name, '/')) {
    char *parent = path_folder(path);
    good = path_make_folder(parent, why);
    free(parent);
  }
  int fd = good ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
  if (good && (fd < 0 || write(fd, bytes_text(data), data->len) != (ssize_t)data->len)) {
    good = diag_errno(why, EXIT_INFRA, "%s cannot be written", path);
  }
  if (fd >= 0) close(fd);
  free(path);
  return good;
}

static bool put_link(const char *target, const char *folder, const char *name, Diag *why) {
  char *path = path_join(folder, name);
  bool good = symlink(target, path) == 0 || errno == EEXIST;
  if (!good) diag_errno(why, EXIT_INFRA, "%s cannot be linked", path);
  free(path);
  return good;
}

/* What lies beside a program that is no case. */
static bool link_folder(Room *r, Diag *why) {
  DIR *d = opendir(r->item->folder);
  if (d == NULL) return diag_errno(why, EXIT_INFRA, "%s cannot be read", r->item->folder);
  bool good = true;
  for (struct dirent *e; good && (e = readdir(d)) != NULL;) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    char *target = path_join(r->item->folder, e->d_name);
    good = put_link(target, r->cwd, e->d_name, why);
    free(target);
  }
  closedir(d);
  return good;
}

static bool furnish(Room *r, Diag *why) {
  const Case *item = r->item;
  if (item->has_chunk && !put_file(r->cwd, item->script, &item->chunk, why)) return false;
  for (size_t i = 0; i < item->nfiles; i++) {
    if (!put_file(r->cwd, item->files[i].name, &item->files[i].data, why)) return false;
  }
  for (size_t i = 0; i < r->conditions->nmounts; i++) {
    const Mount *m = &r->conditions->mounts[i];
    if (m->guest[0] == '/') continue;    /* room_find translates those */
    if (!put_link(r->hosts.at[i], r->cwd, m->guest, why)) return false;
  }
  return !item->plain || link_folder(r, why);
}

bool room_enter(Room *r, Diag *why) {
  if (r->entered || r->item == NULL) return true;
  if (!make_top(r, why)) return false;
  if (mkdir(r->cwd, 0777) != 0) {
    return diag_errno(why, EXIT_INFRA, "%s cannot be made", r->cwd);
  }
  r->entered = true;                     /* from here there is something to remove */
  if (!furnish(r, why)) return false;
  if (chdir(r->cwd) != 0) return diag_errno(why, EXIT_INFRA, "%s cannot be entered", r->cwd);
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
    good = path_remove(r->cwd, why) && good;
  }
  if (r->made_temporary) good = path_remove(r->tmp, why) && good;
  r->entered = r->made_temporary = false;
  r->item = NULL;
  return good;
}

/* ---- Names ------------------------------------------------------------------------------------ */

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
  if (path[strlen(path) - 1] == '/') return true;
  if (r->item->has_chunk && strcmp(path, r->item->script) == 0) return true;
  for (size_t i = 0; i < r->item->nfiles; i++) {
    if (below(r->item->files[i].name, path)) return true;
  }
  for (size_t i = 0; i < r->conditions->nmounts; i++) {
    if (below(path, r->conditions->mounts[i].guest)) return true;
  }
  return false;
}

static bool answer(Room *r, char *name, const char **result) {
  free(r->name);
  *result = r->name = name;
  return true;
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
  for (size_t i = 0; i < r->conditions->nmounts; i++) {
    const Mount *m = &r->conditions->mounts[i];
    const char *rest = m->guest[0] == '/' ? below(guest, m->guest) : NULL;
    if (rest) return answer(r, mem_format("%s%s", r->hosts.at[i], rest), name);
  }
  if (strncmp(guest, TEMPORARY, strlen(TEMPORARY)) != 0) return true;
  if (!r->made_temporary) {
    if (!make_top(r, why)) return false;
    if (mkdir(r->tmp, 0777) != 0) return diag_errno(why, EXIT_INFRA, "%s cannot be made", r->tmp);
    r->made_temporary = true;
  }
  return answer(r, path_join(r->tmp, guest + strlen("/tmp/")), name);
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
