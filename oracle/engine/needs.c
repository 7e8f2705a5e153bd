/* needs.c -- why this file exists: C modules and a locale are wanted by a few cases, take long to
 * make, and are the same for all; so the first who needs them makes them, for everybody.
 *
 * A thing is made in a folder of its own and renamed when it is whole: who comes second finds it. */
#include "engine/needs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/proc.h"

#define LOCALE "pt_BR"

typedef struct Thing {
  char *path;            /* NULL: not asked for yet, or not to be had */
  char why[256];         /* why it is not to be had */
} Thing;

static struct {
  char *top, *made;
  bool own;              /* `made` is private to this process */
  pid_t owner;
  Thing libs, locale;
} places;

static void forget(Thing *thing) {
  free(thing->path);
  *thing = (Thing){0};
}

static void remove_own(void) {
  Diag ignored = {0};
  if (places.own && places.owner == getpid()) path_remove(places.made, &ignored);
}

void needs_set_places(const char *top, const char *made) {
  remove_own();
  free(places.top);
  free(places.made);
  places.top = path_absolute(top);
  places.made = mem_string(made);
  places.own = false;
  forget(&places.libs);
  forget(&places.locale);
}

static bool open_made(Diag *why) {
  if (places.made) return path_make_folder(places.made, why);
  static bool registered;
  const char *tmp = getenv("TMPDIR");
  places.made = mem_format("%s/oracle-made-XXXXXX", tmp && *tmp ? tmp : "/tmp");
  if (mkdtemp(places.made) == NULL) {
    diag_errno(why, EXIT_INFRA, "%s", places.made);
    free(places.made);
    places.made = NULL;
    return false;
  }
  places.own = true;
  places.owner = getpid();
  if (places.top == NULL) places.top = mem_string(".");
  if (!registered) atexit(remove_own);
  registered = true;
  return true;
}

/* Runs a tool found on PATH; its complaint becomes the reason.  `most`: highest good exit status. */
static bool run_tool(const char *const *argv, int most, Diag *why) {
  extern char **environ;
  char *file = path_find_program(argv[0]);
  if (file == NULL) return diag_set(why, EXIT_INFRA, "no %s", argv[0]);
  ProcRequest request = {.file = file, .argv = (char *const *)argv, .env = environ, .seconds = 60};
  ProcResult result = {0};
  bool ok = proc_run(&request, &result, why);
  if (ok && (result.status < 0 || result.status > most)) {
    ok = diag_set(why, EXIT_INFRA, "%s: %.150s", argv[0], bytes_text(&result.err));
  }
  proc_result_free(&result);
  free(file);
  return ok;
}

/* ---- The modules ---------------------------------------------------------------------------- */

static char *find_headers(void) {
  static const char system_headers[] = "/usr/include/lua5.1";
  char *own = path_join(places.top, "src/include");
  char *probe = path_join(own, "lauxlib.h");
  bool found = path_is_file(probe);
  free(probe);
  if (found) return own;
  free(own);
  return path_is_folder(system_headers) ? mem_string(system_headers) : NULL;
}

static bool compile_one(const char *source, const char *headers, const char *folder, Diag *why) {
  const char *name = path_base(source);
  char *output = mem_format("%s/%.*s.so", folder, (int)(strlen(name) - 2), name);
  const char *argv[] = {"cc", "-shared", "-fPIC", "-O1", "-I", headers, "-o", output, source, NULL};
  bool ok = run_tool(argv, 0, why);
  if (ok && strcmp(name, "lib2.c") == 0) {               /* the suite wants it by a second name */
    char *twin = path_join(folder, "-lib2.so");
    ok = link(output, twin) == 0 || diag_errno(why, EXIT_INFRA, "%s", twin);
    free(twin);
  }
  free(output);
  return ok;
}

static bool make_libs(const char *folder, Diag *why) {
  Strings sources = {0};
  char *from = path_join(places.top, "lua-5.1-tests/libs"), *headers = find_headers();
  size_t made = 0;
  bool ok = headers || diag_set(why, EXIT_INFRA, "no lauxlib.h (package liblua5.1-0-dev)");
  ok = ok && path_walk(from, &sources, why);
  for (size_t i = 0; ok && i < sources.n; i++) {
    if (!path_match("*.c", path_base(sources.at[i]))) continue;
    ok = compile_one(sources.at[i], headers, folder, why);
    made++;
  }
  if (ok && made == 0) ok = diag_set(why, EXIT_INFRA, "no C module in %s", from);
  strings_free(&sources);
  free(from);
  free(headers);
  return ok;
}

/* ---- The locale ----------------------------------------------------------------------------- */

static bool make_locale(const char *folder, Diag *why) {
  char *target = path_join(folder, LOCALE);
  const char *argv[] = {"localedef", "-i", LOCALE, "-f", "ISO-8859-1", target, NULL};
  bool ok = run_tool(argv, 1, why);                      /* 1: made, with warnings */
  if (!ok) diag_wrap(why, "locale " LOCALE " cannot be made (packages libc-bin and locales)");
  else if (!path_is_folder(target)) {
    ok = diag_set(why, EXIT_INFRA, "localedef made no locale " LOCALE);
  }
  free(target);
  return ok;
}

/* ---- Making a thing once -------------------------------------------------------------------- */

static bool make_thing(const char *name, bool (*make)(const char *, Diag *), char **path,
                       Diag *why) {
  if (!open_made(why)) return false;
  *path = path_join(places.made, name);
  if (path_is_folder(*path)) return true;
  char *scratch = mem_format("%s.%d", *path, (int)getpid());
  bool ok = path_remove(scratch, why) && path_make_folder(scratch, why) && make(scratch, why);
  if (ok && rename(scratch, *path) != 0 && !path_is_folder(*path)) {
    ok = diag_errno(why, EXIT_INFRA, "%s", *path);
  }
  Diag ignored = {0};
  path_remove(scratch, &ignored);
  free(scratch);
  return ok;
}

static const char *refuse_thing(Thing *thing, const char *name,
                                bool (*make)(const char *, Diag *)) {
  Diag why = {0};
  if (thing->path == NULL && thing->why[0] == '\0' && !make_thing(name, make, &thing->path, &why)) {
    free(thing->path);
    thing->path = NULL;
    strncpy(thing->why, diag_text(&why), sizeof thing->why - 1);
  }
  return thing->why;
}

const char *needs_refuse(unsigned needs) {
  const char *why = "";
  if ((needs & NEED_SHELL) && access("/bin/sh", X_OK) != 0) return "no /bin/sh";
  if ((needs & NEED_TMP) && access("/tmp", W_OK) != 0) return "/tmp is not writable";
  if (needs & NEED_LIBS) why = refuse_thing(&places.libs, "libs", make_libs);
  if (!*why && (needs & NEED_LOCALE)) why = refuse_thing(&places.locale, "locale", make_locale);
  return why;
}

const char *needs_libs(void) {
  return places.libs.path;
}

const char *needs_locale(void) {
  return places.locale.path;
}
