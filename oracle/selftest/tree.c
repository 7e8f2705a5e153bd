/* tree.c -- why this file exists: a bug is planted in a copy, never in the sources of the checkout,
 * and only what the bug touches is compiled. */
#include "selftest/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

static const struct BuildRow { const char *name, *variant, *flags; } builds[BUILD_COUNT] = {
  [BUILD_PLAIN] = {"plain", "VARIANT=release", "EXTRA_CFLAGS=-O1 -g0 -w"},
  [BUILD_ASSERT] = {"assert", "VARIANT=debug", "EXTRA_CFLAGS=-O1 -g0 -w"},
  [BUILD_ASAN] = {"asan", "VARIANT=asan", "EXTRA_CFLAGS=-O1 -g1 -w"},
};

enum { BUILD_SECONDS = 300 };

int build_find(const char *name) {
  for (int i = BUILD_NONE + 1; i < BUILD_COUNT; i++) {
    if (strcmp(builds[i].name, name) == 0) return i;
  }
  return -1;
}

/* Runs a program of the host's; what it says becomes the reason where it fails. */
static bool run_tool(const World *w, const char *what, const char *const *words, Diag *why) {
  char *program = path_find_program(words[0]);
  if (program == NULL) return diag_set(why, EXIT_INFRA, "%s: no such program", words[0]);
  const char *whole[16];
  size_t n = 0;
  for (; words[n] && n < 15; n++) whole[n] = words[n];
  whole[n] = NULL;
  whole[0] = program;
  ProcResult result = {0};
  const WorldRun run = {.words = whole, .seconds = BUILD_SECONDS};
  bool ok = world_run(w, &run, &result, why);
  if (ok && result.status != 0) {
    Bytes *text = result.err.len ? &result.err : &result.out;
    while (text->len && text->data[text->len - 1] == '\n') text->data[--text->len] = '\0';
    ok = diag_set(why, EXIT_INFRA, "%s: %s", what, text->len ? bytes_text(text) : "no message");
  }
  proc_result_free(&result);
  free(program);
  return ok;
}

static bool copy(const World *w, const char *from, const char *to, Diag *why) {
  const char *const words[] = {"cp", "-a", from, to, NULL};
  return run_tool(w, "cp", words, why);
}

static bool make(const World *w, const char *folder, BuildKind kind, const char *what, Diag *why) {
  const char *const words[] = {
    "make", "-s", "-C", folder, "CC=cc", "BUILD=b", "DISPATCH=goto", "REPL=none",
    builds[kind].variant, builds[kind].flags, "b/liblua5.1.so.0", "b/lua", "b/luac", NULL
  };
  return run_tool(w, what, words, why);
}

bool tree_build(Tree *t, const World *w, const char *folder, BuildKind kind, Diag *why) {
  static const char *const parts[] = {"Makefile", "src"};
  bool ok = path_make_folder(folder, why);
  for (size_t i = 0; ok && i < sizeof parts / sizeof *parts; i++) {
    char *from = path_join(w->places->top, parts[i]), *to = path_join(folder, parts[i]);
    ok = copy(w, from, to, why);
    free(from);
    free(to);
  }
  ok = ok && make(w, folder, kind, "without a bug the sources do not compile", why);
  if (ok) t->folder = mem_string(folder);
  return ok;
}

void tree_free(Tree *t) {
  free(t->folder);
  t->folder = NULL;
}

bool tree_plant(const Tree *t, const World *w, const char *patch, BuildKind kind, Diag *why) {
  char *folder = path_join(w->folder, "tree");
  const char *const words[] = {"patch", "-p1", "--batch", "--silent", "--no-backup-if-mismatch",
                               "--fuzz=1", "-d", folder, "-i", patch, NULL};
  bool ok = copy(w, t->folder, folder, why) &&
            run_tool(w, "the patch does not apply any more", words, why) &&
            make(w, folder, kind, "does not compile", why);
  free(folder);
  return ok;
}
