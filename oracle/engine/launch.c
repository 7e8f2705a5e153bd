/* launch.c -- why this file exists: a debugger starts programs itself, and through this one they
 * are started as the exec engine does it: same environment, directory, limits and name.
 *
 * The file has strings that end with NUL: limit of memory, of a file, directory, environment. */
#include "engine/launch.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

enum { FIXED = 3 };                      /* strings before the environment */

void launch_free(Launch *l) {
  strings_free(&l->argv);
  strings_free(&l->env);
  *l = (Launch){.process = {.file = NULL}};
}

static void append_string(Bytes *to, const char *text) {
  bytes_append(to, text, strlen(text) + 1);
}

bool launch_write(const Launch *l, const char *file, Diag *why) {
  Bytes text = {0};
  bytes_printf(&text, "%llu", (unsigned long long)l->process.memory);
  bytes_putc(&text, '\0');
  bytes_printf(&text, "%llu", (unsigned long long)l->process.file_size);
  bytes_putc(&text, '\0');
  append_string(&text, l->process.folder);
  for (size_t i = 0; i < l->env.n; i++) append_string(&text, l->env.at[i]);
  bool ok = path_write(file, text.data, text.len, why);
  bytes_free(&text);
  return ok;
}

/* The strings in the file.  They are not the file's if it was not written by launch_write. */
static bool read_strings(const char *file, Strings *strings, Diag *why) {
  Bytes text = {0};
  bool ok = path_read(file, &text, why);
  for (const char *p = bytes_text(&text), *end = p + text.len; ok && p < end; p += strlen(p) + 1) {
    strings_add(strings, p);
  }
  bytes_free(&text);
  if (!ok || strings->n >= FIXED) return ok;
  return diag_set(why, EXIT_USAGE, "%s: not a file of oracle gdb", file);
}

bool launch_become(const char *file, char *const *words, size_t nwords, Diag *why) {
  Strings held = {0}, argv = {0};
  bool ok = read_strings(file, &held, why);
  if (ok) {
    strings_add(&argv, "lua");
    for (size_t i = 1; i < nwords; i++) strings_add(&argv, words[i]);
    strings_take(&argv, NULL);
    strings_take(&held, NULL);
    ProcRequest r = {
      .file = words[0], .argv = argv.at, .env = held.at + FIXED, .folder = held.at[2],
      .memory = strtoull(held.at[0], NULL, 10), .file_size = strtoull(held.at[1], NULL, 10)
    };
    ok = proc_become(&r, why);
  }
  strings_free(&held);
  strings_free(&argv);
  return ok;
}
