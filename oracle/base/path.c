/* path.c -- why this file exists: every other file speaks of files by these few functions. */
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Matches one of "[...]" at *pattern against c and moves *pattern behind it. */
static bool match_set(const char **pattern, char c) {
  const char *p = *pattern + 1;
  bool negate = *p == '!' || *p == '^', found = false;
  if (negate) p++;
  for (const char *first = p; *p && (*p != ']' || p == first); p++) {
    if (p[1] == '-' && p[2] && p[2] != ']') {
      if (p[0] <= c && c <= p[2]) found = true;
      p += 2;
    } else if (*p == c) found = true;
  }
  *pattern = *p ? p + 1 : p;
  return found != negate;
}

bool path_match(const char *pattern, const char *path) {
  for (; *pattern; path++) {
    if (pattern[0] == '*' && pattern[1] == '*') {
      const char *rest = pattern + 2;
      if (*rest == '/' && path_match(rest + 1, path)) return true;
      do {
        if (path_match(rest, path)) return true;
      } while (*path++);
      return false;
    }
    if (*pattern == '*') {
      do {
        if (path_match(pattern + 1, path)) return true;
      } while (*path && *path++ != '/');
      return false;
    }
    if (*path == '\0') return false;
    if (*pattern == '[') {
      if (*path == '/' || !match_set(&pattern, *path)) return false;
    } else if (*pattern == '?' ? *path == '/' : *pattern != *path) {
      return false;
    } else pattern++;
  }
  return *path == '\0';
}

bool path_is_pattern(const char *text) {
  return strpbrk(text, "*?[") != NULL;
}

bool path_exists(const char *path) {
  struct stat st;
  return stat(path, &st) == 0;
}

bool path_is_folder(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool path_is_library(const char *path) {
  return strstr(path_base(path), ".so") != NULL;
}

bool path_is_file(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

char *path_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return mem_string(".");
  return mem_substring(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *path_base(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

char *path_join(const char *folder, const char *name) {
  if (name[0] == '/' || strcmp(folder, ".") == 0) return mem_string(name);
  size_t n = strlen(folder);
  return mem_format(n && folder[n - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
}

char *path_absolute(const char *path) {
  char *whole = realpath(path, NULL);
  return whole ? whole : mem_string(path);
}

char *path_below(const char *top, const char *path) {
  char *whole = path_absolute(path);
  size_t n = strlen(top);
  bool below = strncmp(whole, top, n) == 0 && whole[n] == '/';
  char *result = mem_string(below ? whole + n + 1 : path);
  free(whole);
  return result;
}

/* nftw has no argument for its visitor: the walk in progress. */
static struct { Strings *files; } walk;

static int visit_file(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st;
  if (at->level > 0 && path[at->base] == '.') {
    return kind == FTW_D ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
  }
  if (kind == FTW_F || kind == FTW_SL) {
    if (kind == FTW_F || path_is_file(path)) strings_add(walk.files, path);
  }
  return kind == FTW_DNR ? -1 : FTW_CONTINUE;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

bool path_walk(const char *folder, Strings *files, Diag *why) {
  size_t first = files->n;
  if (path_is_file(folder)) {
    strings_add(files, folder);
    return true;
  }
  walk.files = files;
  if (nftw(folder, visit_file, 16, FTW_PHYS | FTW_ACTIONRETVAL) != 0) {
    return diag_errno(why, EXIT_USAGE, "%s", folder);
  }
  if (files->n > first) {
    qsort(files->at + first, files->n - first, sizeof *files->at, compare_names);
  }
  return true;
}

bool path_make_folder(const char *path, Diag *why) {
  char *copy = mem_string(path);
  bool ok = true;
  for (char *p = copy + (*copy != '\0'); ok; p++) {
    if (*p != '/' && *p != '\0') continue;
    char end = *p;
    *p = '\0';
    ok = mkdir(copy, 0777) == 0 || (errno == EEXIST && path_is_folder(copy));
    if (!ok) diag_errno(why, EXIT_INFRA, "cannot make the folder %s", copy);
    *p = end;
    if (end == '\0') break;
  }
  free(copy);
  return ok;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st;
  (void)at;
  return kind == FTW_DP || kind == FTW_DNR ? rmdir(path) : unlink(path);
}

bool path_remove(const char *path, Diag *why) {
  if (nftw(path, remove_one, 16, FTW_PHYS | FTW_DEPTH) == 0 || errno == ENOENT) return true;
  return diag_errno(why, EXIT_INFRA, "cannot remove %s", path);
}

bool path_read(const char *path, Bytes *content, Diag *why) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return diag_errno(why, EXIT_USAGE, "%s", path);
  char block[65536];
  ssize_t n;
  while ((n = read(fd, block, sizeof block)) > 0) bytes_append(content, block, (size_t)n);
  if (n < 0) diag_errno(why, EXIT_USAGE, "%s", path);
  close(fd);
  return n == 0;
}

bool path_write(const char *path, const void *data, size_t n, Diag *why) {
  /* A device or a pipe is written to, not replaced. */
  struct stat s;
  bool in_place = stat(path, &s) == 0 && !S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode);
  char *scratch = in_place ? mem_string(path) : mem_format("%s.%d", path, (int)getpid());
  FILE *f = fopen(scratch, "wb");
  bool ok = f && fwrite(data, 1, n, f) == n;
  if (f && fclose(f) != 0) ok = false;
  ok = ok && (in_place || rename(scratch, path) == 0);
  if (!ok) {
    diag_errno(why, EXIT_INFRA, "cannot write %s", path);
    if (!in_place) unlink(scratch);
  }
  free(scratch);
  return ok;
}

char *path_find_program(const char *name) {
  if (strchr(name, '/')) {
    return access(name, X_OK) == 0 && path_is_file(name) ? mem_string(name) : NULL;
  }
  const char *path = getenv("PATH");
  if (path == NULL) path = "/usr/bin:/bin";
  while (*path) {
    size_t n = strcspn(path, ":");
    char *whole = mem_format("%.*s/%s", (int)(n ? n : 1), n ? path : ".", name);
    if (access(whole, X_OK) == 0 && path_is_file(whole)) return whole;
    free(whole);
    path += n + (path[n] == ':');
  }
  return NULL;
}

static char *folder_below(const char *folder, const char *name) {
  char *path = path_join(folder, name);
  if (path_is_folder(path)) return path;
  free(path);
  return NULL;
}

char *path_beside_program(const char *name) {
  char *exe = path_absolute("/proc/self/exe"), *folder = path_folder(exe), *found = NULL;
  char *installed = mem_format("share/oracle/%s", path_base(name));
  while (found == NULL && strcmp(folder, "/") != 0 && strcmp(folder, ".") != 0) {
    char *up = path_folder(folder);
    found = folder_below(folder, name);
    if (found == NULL) found = folder_below(folder, installed);
    free(folder);
    folder = up;
  }
  free(installed);
  free(folder);
  free(exe);
  return found;
}
