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

/* The name in the file that begins with `prefix`, as libasan.so.8 does. */
static char *needed_name(const Bytes *file, const char *prefix) {
  const char *name = memmem(file->data, file->len, prefix, strlen(prefix));
  return name ? mem_substring(name, strnlen(name, 64)) : NULL;
}

bool inproc_needs_preload(const char *path, Bytes *runtime, Diag *why) {
  Bytes file = {0};
  bytes_clear(runtime);
  /* A name without a folder is found by the loader; sanitized builds are named by their path. */
  if (strchr(path, '/') == NULL) return true;
  if (!path_read(path, &file, why)) return false;
  bool good = true;
  if (memmem(file.data, file.len, "__asan_init", 11) != NULL) {
    char *name = needed_name(&file, "libasan.so.");
    int version = clang_version(&file);
    if (dlsym(RTLD_DEFAULT, "__asan_init") != NULL) good = true;     /* it is here already */
    else if (name) bytes_puts(runtime, name);                        /* the loader finds it */
    else if (version == 0 || !find_clang_runtime(version, runtime)) {
      good = diag_set(why, EXIT_INFRA, "%s needs an address sanitizer's run-time library, and "
                      "libclang_rt.asan of clang %d is not installed (package libclang-rt-%d-dev)",
                      path, version, version);
    }
    free(name);
  }
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
