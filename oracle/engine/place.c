/* place.c -- why this file exists: a program may write, rename and forbid what it likes in its
 * directory, and the next one must find it as if nobody had been there. */
#include "engine/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "engine/needs.h"

#define PREFIX "oracle-place-"           /* then the owner's process number and six characters */

static Place *here;

/* ---- Making and removing -------------------------------------------------------------------- */

static int allow(const char *path, const struct stat *s, int type, struct FTW *ftw) {
  (void)s;
  (void)ftw;
  if (type == FTW_D || type == FTW_DNR) chmod(path, 0700);
  return 0;
}

/* rm -rf, of folders without permissions as well. */
static bool remove_all(const char *path, Diag *why) {
  Diag first = {0};
  if (path_remove(path, &first)) return true;
  nftw(path, allow, 16, FTW_PHYS);
  return path_remove(path, why);
}

static const char *scratch_folder(void) {
  const char *named = getenv("TMPDIR");
  if (named && path_is_folder(named)) return named;
  return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

/* Places of processes that were killed. */
static void remove_stale(const char *folder) {
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) {
    if (strncmp(e->d_name, PREFIX, sizeof PREFIX - 1) != 0) continue;
    pid_t owner = (pid_t)atoi(e->d_name + sizeof PREFIX - 1);
    if (owner <= 0 || kill(owner, 0) == 0 || errno != ESRCH) continue;
    Diag ignored = {0};
    char *path = path_join(folder, e->d_name);
    remove_all(path, &ignored);
    free(path);
  }
  if (d) closedir(d);
}

static void free_place(Place *p) {
  free(p->root);
  free(p->cwd);
  free(p->bin);
  free(p->lua);
  free(p->program);
  free(p);
}

static Place *new_place(char *root) {
  Place *p = mem_zero(sizeof *p);
  p->root = root;
  p->owner = getpid();
  p->users = 1;
  return p;
}

static void name_parts(Place *p) {
  p->cwd = path_join(p->root, "cwd");
  p->bin = path_join(p->root, "bin");
  p->lua = path_join(p->bin, "lua");
}

Place *place_enter(Diag *why) {
  if (here && here->owner == getpid()) {
    here->users++;
    return here;
  }
  const char *folder = scratch_folder();
  remove_stale(folder);
  Place *p = new_place(mem_format("%s/" PREFIX "%d-XXXXXX", folder, (int)getpid()));
  bool ok = mkdtemp(p->root) != NULL;
  name_parts(p);
  if (!ok || mkdir(p->bin, 0700) != 0) {
    diag_errno(why, EXIT_INFRA, "no private directory in %s", folder);
    free_place(p);
    return NULL;
  }
  return here = p;
}

bool place_keep(const char *root, Diag *why) {
  Place *p = new_place(mem_string(root));
  p->kept = true;
  name_parts(p);
  here = p;
  return path_make_folder(p->bin, why);
}

void place_leave(Place *p) {
  if (--p->users > 0) return;
  Diag ignored = {0};
  if (p->owner == getpid() && !p->kept) remove_all(p->root, &ignored);
  if (here == p) here = NULL;
  free_place(p);
}

bool place_use(Place *p, const char *program, Diag *why) {
  if (p->program && strcmp(p->program, program) == 0) return true;
  unlink(p->lua);
  if (symlink(program, p->lua) != 0) return diag_errno(why, EXIT_INFRA, "%s", p->lua);
  free(p->program);
  p->program = mem_string(program);
  return true;
}

/* ---- Furnishing ----------------------------------------------------------------------------- */

static bool make_parent(const char *path, Diag *why) {
  char *parent = path_folder(path);
  bool ok = path_make_folder(parent, why);
  free(parent);
  return ok;
}

bool place_write(const char *folder, const char *name, const Bytes *data, Diag *why) {
  char *path = path_join(folder, name);
  bool ok = strchr(name, '/') == NULL || make_parent(path, why);
  int fd = ok ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
  if (ok && (fd < 0 || write(fd, bytes_text(data), data->len) != (ssize_t)data->len)) {
    ok = diag_errno(why, EXIT_INFRA, "%s", path);
  }
  if (fd >= 0) close(fd);
  free(path);
  return ok;
}

/* A link below the working directory; the target is an absolute path. */
static bool put_link(Place *p, const char *target, const char *name, Diag *why) {
  char *path = path_join(p->cwd, name);
  bool ok = strchr(name, '/') == NULL || make_parent(path, why);
  unlink(path);                          /* a copy of the mode's folder may have one of that name */
  if (ok && symlink(target, path) != 0) ok = diag_errno(why, EXIT_INFRA, "%s", path);
  free(path);
  return ok;
}

/* Links in cwd/`below` to all that lies in `folder`, except what the case brings itself. */
static bool link_entries(Place *p, const char *folder, const char *below, const char *except,
                         Diag *why) {
  DIR *d = opendir(folder);
  bool ok = d != NULL || diag_errno(why, EXIT_INFRA, "%s", folder);
  for (struct dirent *e; ok && (e = readdir(d));) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    if (except && strcmp(e->d_name, except) == 0) continue;
    char *target = path_join(folder, e->d_name), *name = mem_format("%s%s", below, e->d_name);
    ok = put_link(p, target, name, why);
    free(target);
    free(name);
  }
  if (d) closedir(d);
  return ok;
}

static bool put_mount(Place *p, const Mount *mount, Diag *why) {
  const char *guest = mount->guest;
  if (guest[0] == '/' || strcmp(guest, "..") == 0 || strncmp(guest, "../", 3) == 0 ||
      strstr(guest, "/..")) {
    return diag_set(why, EXIT_USAGE, "--dir %s::%s: a program can only be given folders below its own",
                    mount->host, guest);
  }
  if (!path_is_folder(mount->host)) {
    return diag_set(why, EXIT_USAGE, "--dir %s::%s: no such folder", mount->host, guest);
  }
  char *host = path_absolute(mount->host);
  bool ok = put_link(p, host, guest, why);
  free(host);
  return ok;
}

/* Copies the files below `folder`, as they are now: a program may change its copy. */
static bool copy_folder(Place *p, const char *folder, Diag *why) {
  Strings files = {0};
  Bytes content = {0};
  size_t skip = strlen(folder) + 1;
  bool ok = path_walk(folder, &files, why);
  for (size_t i = 0; ok && i < files.n; i++) {
    bytes_clear(&content);
    ok = path_read(files.at[i], &content, why) &&
         place_write(p->cwd, files.at[i] + skip, &content, why);
  }
  bytes_free(&content);
  strings_free(&files);
  return ok;
}

bool place_furnish(Place *p, const Case *item, const Conditions *conditions, Diag *why) {
  if (mkdir(p->cwd, 0777) != 0) {
    if (!remove_all(p->cwd, why)) return false;
    if (mkdir(p->cwd, 0777) != 0) return diag_errno(why, EXIT_INFRA, "%s", p->cwd);
  }
  bool ok = conditions->folder == NULL || copy_folder(p, conditions->folder, why);
  ok = ok && (!item->plain || link_entries(p, item->folder, "", item->script, why));
  if (ok && (item->needs & NEED_LIBS)) ok = link_entries(p, needs_libs(), "libs/", NULL, why);
  for (size_t i = 0; ok && i < conditions->nmounts; i++) {
    ok = put_mount(p, &conditions->mounts[i], why);
  }
  for (size_t i = 0; ok && i < item->nfiles; i++) {
    ok = place_write(p->cwd, item->files[i].name, &item->files[i].data, why);
  }
  return ok && (!item->has_chunk || place_write(p->cwd, item->script, &item->chunk, why));
}
