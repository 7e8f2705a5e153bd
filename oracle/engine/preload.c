/* preload.c -- why this file exists: a sanitized library can only be loaded where its run-time
 * library came first, and a worker has to know that before it starts. */
#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "engine/inproc.h"

#define SANITIZER_OPTIONS                                                                       \
  "ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0:allocator_may_return_null=1:exitcode=99"

/* The compiler's major version as its mark in the file says it; 0: not clang. */
static int clang_version(const Bytes *file) {
  const char *mark = memmem(file->data, file->len, "clang version ", 14);
  return mark ? atoi(mark + 14) : 0;
}

static bool find_clang_runtime(int version, Bytes *runtime) {
  char *pattern = mem_format("/usr/lib/llvm-%d/lib/clang/%d*/lib/*/libclang_rt.asan-x86_64.so",
                             version, version);
  glob_t found = {0};
  bool is_there = glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0;
  if (is_there) bytes_puts(runtime, found.gl_pathv[0]);
  globfree(&found);
  free(pattern);
  if (is_there) return true;
  char *command = mem_format("clang-%d -print-file-name=libclang_rt.asan-x86_64.so 2>/dev/null",
                             version);
  FILE *f = popen(command, "r");
  char line[4096] = "";
  if (f && fgets(line, sizeof line, f)) line[strcspn(line, "\n")] = '\0';
  if (f) pclose(f);
  free(command);
  if (!path_is_file(line)) return false;
  bytes_puts(runtime, line);
  return true;
}

/* The name of gcc's run-time library in the file, as libasan.so.8; NULL: it is not gcc's. */
static char *gcc_runtime(const Bytes *file) {
  static const char prefix[] = "libasan.so.";
  const char *name = memmem(file->data, file->len, prefix, sizeof prefix - 1);
  if (name == NULL) return NULL;
  return mem_substring(name, sizeof prefix - 1 + strspn(name + sizeof prefix - 1, "0123456789"));
}

/* Only the loader itself knows where it looks; it does not fail, it complains. */
static bool loader_finds(const char *name) {
  char *command = mem_format("LD_PRELOAD=%s /bin/true 2>&1", name);
  FILE *f = popen(command, "r");
  char line[4096] = "";
  bool complains = f && fgets(line, sizeof line, f) && strstr(line, "cannot be preloaded");
  bool ok = f && !complains;
  if (f) pclose(f);
  free(command);
  return ok;
}

static bool find_runtime(const char *path, const Bytes *file, Bytes *runtime, Diag *why) {
  char *name = gcc_runtime(file);
  int version = clang_version(file);
  bool found = false;
  if (name) {
    found = loader_finds(name);
    if (found) bytes_puts(runtime, name);
    else diag_set(why, EXIT_INFRA, "%s needs an address sanitizer's run-time library, and %s is "
                  "not installed; install the package libasan%s", path, name,
                  strrchr(name, '.') + 1);
  } else if (version == 0) {
    diag_set(why, EXIT_INFRA, "%s needs an address sanitizer's run-time library, and its compiler "
             "is unknown; build it with gcc or clang, or use the engine exec", path);
  } else {
    found = find_clang_runtime(version, runtime);
    if (!found) {
      diag_set(why, EXIT_INFRA, "%s needs an address sanitizer's run-time library, and "
               "libclang_rt.asan of clang %d is not installed; install the package "
               "libclang-rt-%d-dev", path, version, version);
    }
  }
  free(name);
  return found;
}

bool inproc_needs_preload(const char *path, Bytes *runtime, Diag *why) {
  Bytes file = {0};
  bytes_clear(runtime);
  /* A name without a folder is found by the loader; sanitized builds are named by their path. */
  if (strchr(path, '/') == NULL) return true;
  if (!path_read(path, &file, why)) return false;
  bool needs = memmem(file.data, file.len, "__asan_init", 11) != NULL;
  bool is_here = dlsym(RTLD_DEFAULT, "__asan_init") != NULL;
  bool good = !needs || is_here || find_runtime(path, &file, runtime, why);
  bytes_free(&file);
  return good;
}

bool inproc_environment(const char *path, Strings *env, Diag *why) {
  extern char **environ;
  Bytes runtime = {0};
  bool ok = path == NULL || inproc_needs_preload(path, &runtime, why);
  for (char **e = environ; *e; e++) {
    if (strncmp(*e, "LD_PRELOAD=", 11) != 0 || runtime.len == 0) strings_add(env, *e);
  }
  if (runtime.len) {
    strings_take(env, mem_format("LD_PRELOAD=%s", bytes_text(&runtime)));
    if (!getenv("ASAN_OPTIONS")) strings_add(env, SANITIZER_OPTIONS);
  }
  bytes_free(&runtime);
  return ok;
}
