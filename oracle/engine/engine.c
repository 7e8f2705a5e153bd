/* engine.c -- why this file exists: before an engine's answers are believed it is found, known by its
 * content, and of the version it should be; and where it is missing the message says what to do. */
#include "engine/engine.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/path.h"
#include "base/proc.h"


static const EngineOps *const kinds[] = {&engine_inproc, &engine_exec};

/* ---- Finding -------------------------------------------------------------------------------- */

/* The Debian package that has the file. */
static const char *package_of(const char *path) {
  static const struct { const char *start, *package; } rows[] = {
    {"libluajit-5.1", "libluajit-5.1-2"}, {"luajit", "luajit"}, {"liblua5.1", "liblua5.1-0"},
    {"lua5.1", "lua5.1"}, {"luac5.1", "lua5.1"}, {"liblua5.4", "liblua5.4-0"}, {"lua5.4", "lua5.4"},
  };
  const char *name = path_base(path);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strncmp(name, rows[i].start, strlen(rows[i].start)) == 0) return rows[i].package;
  }
  return NULL;
}

static bool missing(const EngineSpec *spec, const char *path, const char *what, Diag *why) {
  const char *package = package_of(path);
  if (spec->build && *spec->build) {
    return diag_set(why, EXIT_INFRA, "%s: no such %s; make it with: %s", path, what, spec->build);
  }
  if (package) {
    return diag_set(why, EXIT_INFRA, "%s: no such %s; install the package %s", path, what, package);
  }
  return diag_set(why, EXIT_INFRA, "%s: no such %s", path, what);
}

typedef struct CacheEntry {
  int32_t flags;
  uint32_t key, value, version;
  uint64_t hardware;
} CacheEntry;

/* The loader's own table of libraries: "glibc-ld.so.cache1.1", their number, then entries whose names are
 * offsets from its start.  NULL if the name is not in it. */
static char *find_in_loader_cache(const char *name) {
  static const char magic[] = "glibc-ld.so.cache1.1";
  enum { HEAD = 48, SUITABLE = sizeof(void *) == 8 ? 0x0303 : 0x0003 };
  Bytes cache = {0};
  Diag ignored = {0};
  char *found = NULL;
  uint32_t n = 0;
  if (path_read("/etc/ld.so.cache", &cache, &ignored) && cache.len >= HEAD &&
      memcmp(cache.data, magic, sizeof magic - 1) == 0) {
    memcpy(&n, cache.data + sizeof magic - 1, sizeof n);
  }
  for (size_t i = 0; i < n && found == NULL &&
       HEAD + (i + 1) * sizeof(CacheEntry) <= cache.len; i++) {
    CacheEntry entry;
    memcpy(&entry, cache.data + HEAD + i * sizeof entry, sizeof entry);
    if (entry.key >= cache.len || entry.value >= cache.len || entry.flags != SUITABLE) continue;
    if (strcmp(cache.data + entry.key, name) == 0) found = mem_string(cache.data + entry.value);
  }
  bytes_free(&cache);
  return found;
}

/* Where the loader would find a library, or NULL.  Owned. */
static char *find_library(const char *name) {
  if (strchr(name, '/')) return path_is_file(name) ? mem_string(name) : NULL;
  const char *folders = getenv("LD_LIBRARY_PATH");
  for (const char *p = folders; p && *p; p += strspn(p, ":;")) {
    size_t n = strcspn(p, ":;");
    char *path = mem_format("%.*s/%s", (int)n, p, name);
    if (path_is_file(path)) return path;
    free(path);
    p += n;
  }
  return find_in_loader_cache(name);
}

/* ---- Knowing -------------------------------------------------------------------------------- */

static bool hash_file(XXH3_state_t *state, const char *path, Diag *why) {
  Bytes content = {0};
  bool ok = path_read(path, &content, why);
  XXH3_128bits_update(state, bytes_text(&content), content.len);
  bytes_free(&content);
  if (!ok) why->status = EXIT_INFRA;
  return ok;
}

/* A line of what the loader would load: "\tliblua5.1.so.0 => /lib/liblua5.1.so.0 (0x00007f...)". */
static bool hash_loaded(XXH3_state_t *state, char *line, const char *program, Diag *why) {
  char *arrow = strstr(line, " => ");
  if (arrow == NULL) return true;
  *arrow = '\0';
  if (strstr(line, "lua") == NULL) return true;
  char *file = arrow + 4, *end = strstr(file, " (0x");
  if (end == NULL) {
    return diag_set(why, EXIT_INFRA, "%s: needs %s, which is not found", program, line + 1);
  }
  *end = '\0';
  return hash_file(state, file, why);
}

/* The Lua library that a program loads decides more than the program.  The loader says which one. */
static bool hash_libraries(XXH3_state_t *state, const char *program, const EngineSpec *spec,
                           Diag *why) {
  char name[] = "lua", option[] = "-v", trace[] = "LD_TRACE_LOADED_OBJECTS=1";
  char *shared = spec->shared && *spec->shared
      ? mem_format("LD_LIBRARY_PATH=%s", spec->shared) : NULL;
  char *argv[] = {name, option, NULL}, *env[] = {trace, shared, NULL};
  ProcRequest r = {.file = program, .argv = argv, .env = env, .seconds = 30};
  ProcResult result = {0};
  bool ok = proc_run(&r, &result, why);
  for (char *line = result.out.data; ok && line && *line;) {
    char *newline = strchr(line, '\n');
    if (newline) *newline = '\0';
    ok = hash_loaded(state, line, program, why);
    line = newline ? newline + 1 : NULL;
  }
  proc_result_free(&result);
  free(shared);
  return ok;
}

static bool hash_program(XXH3_state_t *state, const char *name, const EngineSpec *spec, Diag *why) {
  char *path = path_find_program(name);
  bool ok = (path && path_is_file(path)) || missing(spec, name, "program", why);
  if (ok && access(path, X_OK) != 0) ok = diag_set(why, EXIT_INFRA, "%s: not executable", path);
  ok = ok && hash_file(state, path, why) && hash_libraries(state, path, spec, why);
  free(path);
  return ok;
}

static bool hash_library(XXH3_state_t *state, const EngineSpec *spec, Diag *why) {
  char *path = find_library(spec->path);
  bool ok = path ? hash_file(state, path, why) : missing(spec, spec->path, "library", why);
  free(path);
  return ok;
}

bool engine_identify(const EngineSpec *spec, char build_id[41], Diag *why) {
  XXH3_state_t *state = XXH3_createState();
  XXH3_128bits_reset(state);
  bool ok;
  if (strcmp(spec->kind, "exec") == 0) {
    ok = hash_program(state, spec->path, spec, why);
    if (ok && spec->luac && *spec->luac) ok = hash_program(state, spec->luac, spec, why);
  } else ok = hash_library(state, spec, why);
  XXH128_hash_t hash = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  snprintf(build_id, 41, "%016llx%016llx", (unsigned long long)hash.high64,
           (unsigned long long)hash.low64);
  return ok;
}

/* ---- Opening -------------------------------------------------------------------------------- */

/* Is `version` in the text, and not as part of another number? */
static bool says_version(const char *text, const char *version) {
  size_t n = strlen(version);
  for (const char *p = text; (p = strstr(p, version)) != NULL; p++) {
    bool starts = p == text || !(isdigit((unsigned char)p[-1]) || p[-1] == '.');
    if (starts && !isdigit((unsigned char)p[n])) return true;
  }
  return false;
}

static bool check_version(const Engine *e, const EngineSpec *spec, Diag *why) {
  const char *wanted = spec->version;
  if (wanted == NULL || *wanted == '\0' || says_version(e->version, wanted)) return true;
  const char *package = package_of(spec->path);
  return diag_set(why, EXIT_INFRA, "%s: says '%s', but version %s is wanted%s%s", e->name,
                  e->version, wanted, package ? "; install the package " : "", package ? package : "");
}

Engine *engine_open(const EngineSpec *spec, bool is_reference, Diag *why) {
  char build_id[sizeof ((Engine *)0)->build_id];
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i]->kind, spec->kind) != 0) continue;
    if (!engine_identify(spec, build_id, why)) return NULL;
    Engine *e = kinds[i]->open(spec, is_reference, why);
    if (e == NULL) return NULL;
    memcpy(e->build_id, build_id, sizeof build_id);
    e->pinned = strncmp(e->version, "Lua ", 4) == 0 && says_version(e->version, PINNED_VERSION);
    if (check_version(e, spec, why)) return e;
    engine_close(e);
    return NULL;
  }
  diag_set(why, EXIT_USAGE, "unknown kind of engine '%s': one of inproc, exec", spec->kind);
  return NULL;
}

void engine_close(Engine *e) {
  if (e) e->ops->close(e);
}
