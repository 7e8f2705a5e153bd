/* names.c -- why this file exists: what reads fields and what shows them know the same ones. */
#include "config/names.h"

#include <string.h>

static const char *const top_fields[] = {
  "input", "input+", "exclude", "why", "default", "ref", "cand", "limits", "channels", "transform",
  "preload", "invoke", "dirs", "folder", "needs", "env", "ledger", "rules", "output", "modes",
  "matrix", NULL
};
static const char *const engine_fields[] = {
  "engine", "lib", "cmd", "luac", "args", "env", "version", "build", "mode", "slowness", "shared",
  "perturbation",
  NULL
};
static const char *const limit_fields[] = {
  "fuel", "wall", "mem", "output", "file", "processes", NULL
};
static const char *const folder_fields[] = {"path", "variable", "file", "build", NULL};
static const char *const matrix_fields[] = {"base", "cross", "default", "why", NULL};

const char *const *names_of_fields(const char *table) {
  static const struct { const char *table; const char *const *fields; } all[] = {
    {"", top_fields}, {"ref", engine_fields}, {"cand", engine_fields}, {"limits", limit_fields},
    {"folder", folder_fields}, {"matrix", matrix_fields}
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (strcmp(all[i].table, table) == 0) return all[i].fields;
  }
  return NULL;
}
