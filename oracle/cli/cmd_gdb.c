/* cmd_gdb.c -- why this file exists: the way from a failing line of a report into the process that
 * fails is one command.
 *
 * Only programs can be debugged, so a mode of libraries is shown by its processes.  gdb starts the
 * program through `oracle launch`, which gives it the world that the exec engine gives it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/words.h"
#include "cli/setup.h"
#include "cli/verbs.h"
#include "engine/launch.h"
#include "engine/place.h"
#include "engine/wrap.h"

/* The one case, the mode in which it is looked at, and the side. */
typedef struct Choice {
  Setup setup;
  Mode *mode;
  const Case *item;
  bool is_reference;
  Plan plan;             /* of that mode, owner of the case */
} Choice;

/* ---- Which case, in which mode -------------------------------------------------------------- */

/* Modes that do little to a program come first: it should be seen as its author wrote it. */
static int compare_modes(const void *a, const void *b) {
  const Mode *x = *(Mode *const *)a, *y = *(Mode *const *)b;
  int x_changed = x->conditions.transform != TRANSFORM_NONE;
  int y_changed = y->conditions.transform != TRANSFORM_NONE;
  if (x_changed != y_changed) return x_changed - y_changed;
  if (x->cand.slowness != y->cand.slowness) return x->cand.slowness < y->cand.slowness ? -1 : 1;
  return strcmp(x->name, y->name);
}

/* Does the mode have just one such case, and a program to run it?  Sets mode, item and plan. */
static bool is_in_mode(Choice *c, Mode **mode, Diag *why) {
  Setup *s = &c->setup;
  if (config_program(*mode, c->is_reference) == NULL) {
    return diag_set(why, EXIT_INFRA, "mode %s has libraries only, and gdb needs programs: give "
                    "both sides `cmd`", (*mode)->name);
  }
  bool ok = plan_make(&c->plan, &s->config, mode, 1, &s->selection, NULL, NULL, why);
  if (ok && c->plan.n > 1) {
    ok = diag_set(why, EXIT_USAGE, "%zu cases are selected, %s and others: gdb takes one",
                  c->plan.n, c->plan.items[0].item->id);
  }
  if (ok) {
    c->mode = *mode;
    c->item = c->plan.items[0].item;
  } else plan_free(&c->plan);
  return ok;
}

static bool choose(Choice *c, const Options *o, Diag *why) {
  const char *side = options_text(o, OPTION_SIDE);
  Setup *s = &c->setup;
  if (side && strcmp(side, "ref") != 0 && strcmp(side, "cand") != 0) {
    return diag_set(why, EXIT_USAGE, "--side: '%s' is not ref or cand", side);
  }
  c->is_reference = side && strcmp(side, "ref") == 0;
  if (o->nwords + options_has(o, OPTION_CODE) != 1) {
    return diag_set(why, EXIT_USAGE, "gdb: needs one case, or -e CODE; options for gdb itself "
                    "come behind `--`");
  }
  if (!setup_select(s, o, why)) return false;
  qsort(s->modes, s->nmodes, sizeof *s->modes, compare_modes);
  for (size_t i = 0; i < s->nmodes; i++) {
    Diag here = {0};
    if (is_in_mode(c, &s->modes[i], &here)) return true;
    if (i == 0 || here.status == EXIT_USAGE) *why = here;
    if (here.status == EXIT_USAGE) break;
  }
  return false;
}

/* ---- The command ---------------------------------------------------------------------------- */

/* A folder for one side of the case, below the mode's: it stays until `oracle clean`. */
static char *folder_of(const Choice *c, Diag *why) {
  const char *name = *c->item->name ? c->item->name : "code";
  Bytes path = {0};
  if (!path_make_folder(c->mode->output, why)) return NULL;
  char *output = path_absolute(c->mode->output);
  bytes_printf(&path, "%s/gdb/", output);
  for (size_t i = 0; name[i] && i < 60; i++) {
    bytes_putc(&path, strchr("/#'\" $`\\*?[\t\r\n", name[i]) ? '-' : name[i]);
  }
  bytes_printf(&path, "-%08x/%s", (unsigned)bytes_hash(c->item->id, strlen(c->item->id), 0),
               c->is_reference ? "ref" : "cand");
  free(output);
  return path.data;
}

static void add_command(Strings *argv, Bytes *command) {
  strings_add(argv, "-ex");
  strings_add(argv, command->data);
  bytes_clear(command);
}

/* The arguments behind argv[0], and where the program's input comes from. */
static void add_arguments(Strings *argv, const Launch *l, const char *input) {
  Bytes text = {0};
  bytes_puts(&text, "set args");
  for (size_t i = 1; i < l->argv.n; i++) words_append_shell(&text, l->argv.at[i]);
  bytes_puts(&text, " <");
  words_append_shell(&text, input);
  add_command(argv, &text);
  bytes_free(&text);
}

/* gdb's command line.  It counts what is executed before the program, so there must be the shell
 * and one wrapper. */
static void make_command(Strings *argv, const char *gdb, const char *scripts, const char *root,
                         const Launch *l, const Options *o) {
  char *self = path_absolute("/proc/self/exe"), *file = path_join(root, "launch");
  char *input = l->process.ninput ? path_join(root, "input") : mem_string("/dev/null");
  char *safe = mem_format("add-auto-load-safe-path %s", scripts);
  char *lua = path_join(scripts, "lua-gdb.py");
  const char *start[] = {gdb, "-q", "-iex", safe, "-x", lua, "-ex", "set startup-with-shell on"};
  Bytes text = {0};
  for (size_t i = 0; i < sizeof start / sizeof start[0]; i++) strings_add(argv, start[i]);
  bytes_puts(&text, "set exec-wrapper");
  words_append_shell(&text, self);
  words_append_shell(&text, "launch");
  words_append_shell(&text, file);
  bytes_puts(&text, " --");
  add_command(argv, &text);
  add_arguments(argv, l, input);
  for (size_t i = o->nwords; i < o->words.n; i++) strings_add(argv, o->words.at[i]);
  strings_add(argv, l->process.file);
  bytes_free(&text);
  free(self);
  free(file);
  free(input);
  free(safe);
  free(lua);
}

/* Do the commands know what this program is made of?  A note if not: gdb shows what it can. */
static bool look_for_symbols(const char *gdb, const Engine *e, const Launch *l, Diag *why) {
  const char *words[] = {"gdb", "-nx", "-batch", "-ex", "info address lua_newstate", "-ex",
                         "ptype CallInfo", l->process.file};
  Strings argv = {0};
  char locale[] = "LC_ALL=C", *env[] = {locale, NULL};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) strings_add(&argv, words[i]);
  strings_take(&argv, NULL);
  ProcRequest r = {.file = gdb, .argv = argv.at, .env = env, .seconds = 60};
  ProcResult result = {0};
  bool ok = proc_run(&r, &result, why);
  const char *said = bytes_text(&result.out);
  bool has_vm = ok && strstr(said, "\"lua_newstate\" is") != NULL;
  if (has_vm && strstr(said, "savedpc") == NULL && strstr(said, "callee") == NULL) {
    fprintf(stderr, "oracle: %s has no debug symbols that the commands for Lua know%s\n", e->name,
            e->pinned ? "; the reference's are in the package liblua5.1-0-dbg" : "");
  }
  strings_free(&argv);
  proc_result_free(&result);
  return ok;
}

static void print_command(const Strings *argv) {
  Bytes line = {0};
  for (size_t i = 0; i < argv->n; i++) words_append_shell(&line, argv->at[i]);
  puts(bytes_text(&line));
  bytes_free(&line);
}

/* Lays the case down in `root` and starts gdb, or says how. */
static bool debug(const Choice *c, const Options *o, const char *gdb, const char *scripts,
                  const char *root, Diag *why) {
  const EngineSpec *spec = config_program(c->mode, c->is_reference);
  RunRequest request = {c->item, &c->mode->conditions, 0};
  Launch launch = {.process = {.file = NULL}};
  Strings argv = {0};
  Engine *e = place_keep(root, why) ? engine_open(spec, c->is_reference, why) : NULL;
  if (e == NULL) return false;
  const char *refused = e->ops->refuses(e, c->item);
  if (*refused == '\0') refused = wrap_refuses(c->item, request.conditions);
  bool ok = *refused == '\0' || diag_set(why, EXIT_NOTHING, "%s is skipped in mode %s: it %s",
                                         c->item->id, c->mode->name, refused);
  char *file = path_join(root, "launch");
  ok = ok && launch_prepare(e, &request, &launch, why) && launch_write(&launch, file, why) &&
       (c->item->input.len == 0 || place_write(root, "input", &c->item->input, why)) &&
       look_for_symbols(gdb, e, &launch, why);
  if (ok) make_command(&argv, gdb, scripts, root, &launch, o);
  if (ok && options_has(o, OPTION_PRINT)) print_command(&argv);
  else if (ok) {
    fprintf(stderr, "oracle: %s in mode %s by %s; lua-break %s:LINE and run\n", c->item->id,
            c->mode->name, e->name, c->item->script);
    strings_take(&argv, NULL);
    execv(gdb, argv.at);
    ok = diag_errno(why, EXIT_INFRA, "%s", gdb);
  }
  launch_free(&launch);
  strings_free(&argv);
  engine_close(e);
  free(file);
  return ok;
}

bool verb_gdb(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  Choice c = {.is_reference = false};
  const char *named = getenv("GDB");
  if (named == NULL || *named == '\0') named = "gdb";
  char *gdb = path_find_program(named), *scripts = path_beside_program("scripts/gdb");
  bool ok = gdb || diag_set(why, EXIT_INFRA, "%s: no such program; install the package gdb", named);
  ok = ok && (scripts || diag_set(why, EXIT_INFRA, "no folder scripts/gdb above this program: its "
                                  "commands for Lua are missing"));
  ok = ok && choose(&c, o, why);
  char *root = ok ? folder_of(&c, why) : NULL;
  ok = root && debug(&c, o, gdb, scripts, root, why);
  plan_free(&c.plan);
  setup_free(&c.setup);
  free(gdb);
  free(scripts);
  free(root);
  *status = EXIT_SAME;
  return ok;
}

bool verb_launch(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  (void)status;
  if (o->nwords != 1 || o->words.n < 2) {
    return diag_set(why, EXIT_USAGE, "launch: needs FILE -- PROGRAM");
  }
  return launch_become(o->words.at[0], o->words.at + 1, o->words.n - 1, why);
}
