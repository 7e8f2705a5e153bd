/* world.c -- why this file exists: the tool is tested where nothing of the user's can help or hurt
 * it, by what a user has: a command line, files, an exit status. */
#include "selftest/world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"

enum { USUAL_SECONDS = 120 };

/* ---- Places ---------------------------------------------------------------------------------- */

static bool find_program(char **path, const char *name, Diag *why) {
  char *found = path_find_program(name);
  if (found == NULL)
    return diag_set(why, EXIT_INFRA, "%s: no such program; install the package lua5.1", name);
  *path = path_absolute(found);
  free(found);
  return true;
}

static bool find_built(char **path, const char *folder, const char *name, Diag *why) {
  *path = path_join(folder, name);
  return path_is_file(*path) || diag_set(why, EXIT_INFRA, "%s: not built; run: make", *path);
}

bool places_find(Places *p, Diag *why) {
  *p = (Places){.oracle = path_absolute("/proc/self/exe"),
                .data = path_beside_program("oracle/selftest")};
  if (p->data == NULL) {
    return diag_set(why, EXIT_INFRA, "%s does not lie in a checkout: no oracle/selftest above it",
                    p->oracle);
  }
  char *oracle = path_folder(p->data), *build = path_folder(p->oracle);
  p->top = path_folder(oracle);
  bool ok = find_built(&p->lua, build, "lua", why) && find_built(&p->luac, build, "luac", why) &&
            find_built(&p->lib, build, "liblua5.1.so.0", why) &&
            find_program(&p->ref, "lua5.1", why) && find_program(&p->refc, "luac5.1", why);
  free(oracle);
  free(build);
  return ok;
}

void places_free(Places *p) {
  char *all[] = {p->oracle, p->top, p->data, p->lua, p->luac, p->lib, p->ref, p->refc};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  *p = (Places){0};
}

/* ---- Worlds ---------------------------------------------------------------------------------- */

static bool link_to(const World *w, const char *name, Diag *why) {
  char *from = path_join(w->folder, name), *to = path_join(w->places->top, name);
  bool ok = symlink(to, from) == 0 || diag_errno(why, EXIT_INFRA, "%s", from);
  free(from);
  free(to);
  return ok;
}

bool world_open(World *w, const Places *places, Diag *why) {
  const char *above = getenv("TMPDIR");
  char *folder = mem_format("%s/oracle-selftest-XXXXXX", above && *above ? above : "/tmp");
  *w = (World){.places = places};
  if (mkdtemp(folder) == NULL) {
    diag_errno(why, EXIT_INFRA, "%s", folder);
    free(folder);
    return false;
  }
  w->folder = path_absolute(folder);
  free(folder);
  return link_to(w, "oracle", why) && link_to(w, "lua-5.1-tests", why);
}

void world_close(World *w) {
  Diag ignored = {0};
  if (w->folder) path_remove(w->folder, &ignored);
  free(w->folder);
  *w = (World){0};
}

char *world_expand(const World *w, const char *text, size_t n) {
  const Places *p = w->places;
  const struct { const char *name, *value;
  } rows[] = {{"${oracle}", p->oracle}, {"${top}", p->top},     {"${lua}", p->lua},
              {"${luac}", p->luac},     {"${lib}", p->lib},     {"${ref}", p->ref},
              {"${refc}", p->refc},     {"${world}", w->folder}};
  Bytes out = {0};
  for (size_t i = 0; i < n;) {
    size_t k = 0, length = 0;
    for (; k < sizeof rows / sizeof *rows; k++) {
      length = strlen(rows[k].name);
      if (i + length <= n && memcmp(text + i, rows[k].name, length) == 0) break;
    }
    if (k < sizeof rows / sizeof *rows) {
      bytes_puts(&out, rows[k].value);
      i += length;
    } else bytes_putc(&out, text[i++]);
  }
  return out.data ? out.data : mem_string("");
}

bool world_write(const World *w, const char *name, const char *text, size_t n, Diag *why) {
  char *path = path_join(w->folder, name), *folder = path_folder(path),
       *whole = world_expand(w, text, n);
  bool ok = path_make_folder(folder, why) && path_write(path, whole, strlen(whole), why);
  if (ok && strncmp(whole, "#!", 2) == 0 && chmod(path, 0755) != 0)
    ok = diag_errno(why, EXIT_INFRA, "%s", path);
  free(path);
  free(folder);
  free(whole);
  return ok;
}

bool world_run(const World *w, const WorldRun *run, ProcResult *result, Diag *why) {
  const char *path = getenv("PATH");
  char *env[] = {
    mem_format("PATH=%s", path ? path : "/usr/bin:/bin"), mem_format("HOME=%s", w->folder),
    mem_string("LC_ALL=C"), mem_string("TZ=UTC"), NULL
  };
  ProcRequest request = {
    .file = run->words[0], .argv = (char *const *)run->words, .env = env, .folder = w->folder,
    .seconds = run->seconds > 0 ? run->seconds : USUAL_SECONDS, .file_size = run->file_size,
    .random_addresses = true
  };
  bool ok = proc_run(&request, result, why);
  for (size_t i = 0; env[i]; i++) free(env[i]);
  return ok;
}
