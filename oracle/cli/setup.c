/* setup.c -- why this file exists: run, list and diff mean the same cases by the same words. */
#include "cli/setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cli/overrides.h"
#include "engine/needs.h"
#include "run/runs.h"

static const char defaults[] =
  "return { default = true, transform = 'none', output = '.oracle/${mode}',\n"
  "  channels = { 'exit', 'values', 'error', 'traceback', 'stderr', 'stdout', 'bytecode',\n"
  "    'memory' },\n"
  "  ref = { engine = 'inproc', lib = 'liblua5.1.so.0', cmd = 'lua5.1', luac = 'luac5.1',\n"
  "    slowness = 1 },\n"
  "  cand = { engine = 'inproc', slowness = 1 },\n"
  "  limits = { wall = '10s', mem = '1G', output = '64M', file = '1G', processes = 32 } }";

/* ---- Configuration -------------------------------------------------------------------------- */

/* Reads it; the words of the command line mean what they mean before the working folder changes. */
static bool load_config(Setup *s, const Options *o, Diag *why) {
  const char *path = options_use_config(o) ? options_text(o, OPTION_CONFIG) : "-";
  Overrides all;
  bool ok = overrides_collect(&all, o, why) &&
            config_load(&s->config, path, defaults, all.at, all.n, why);
  overrides_free(&all);
  const char *file = s->config.path;
  if (!ok && path == NULL && file && *file == '\0') {
    diag_set(why, EXIT_USAGE, "no oracle.lua here or above; "
                              "`oracle diff REF CAND FILE` needs none");
  }
  if (!ok) return false;
  s->modes = mem_zero((s->config.nmodes + 1) * sizeof *s->modes);
  char *made = path_join(s->config.state, "made");
  needs_set_places(s->config.top, made);
  free(made);
  return true;
}

static bool choose_modes(Setup *s, const char *spec, Diag *why) {
  return config_choose(&s->config, spec, s->modes, &s->nmodes, why);
}

bool setup_config(Setup *s, const Options *o, Diag *why) {
  *s = (Setup){.nmodes = 0};
  return load_config(s, o, why) && choose_modes(s, options_text(o, OPTION_MODE), why);
}

char *setup_find_log(const Config *c, const char *word, Diag *why) {
  char *runs = path_join(c->state, "runs"), *log = runs_find(runs, word, why);
  free(runs);
  return log;
}

/* ---- Cases ---------------------------------------------------------------------------------- */

/* The program of `oracle exec`, read while the working folder is still the user's; or as the driver
 * has read it. */
static bool read_single(Setup *s, const Options *o, const Bytes *handed, Diag *why) {
  const char *code = options_text(o, OPTION_CODE);
  if ((code != NULL) == (o->nwords > 0) || o->nwords > 1) {
    return diag_set(why, EXIT_USAGE, "needs either -e CODE or one program");
  }
  const char *file = code ? NULL : o->words.at[0];
  if (handed) bytes_append(&s->text, handed->data, handed->len);
  else if (code) bytes_puts(&s->text, code);
  else if (!path_read(file, &s->text, why)) return false;
  s->single_name = mem_string(code ? "(command line)" : file);
  s->single = case_of_text(s->single_name, bytes_text(&s->text), s->text.len);
  char *folder = code ? mem_string(".") : path_folder(file);
  free(s->single->folder);
  s->single->folder = path_absolute(folder);
  free(folder);
  if (file) {
    free(s->single->script);
    s->single->script = mem_string(path_base(file));
  } else s->single->plain = false;
  case_seal(s->single);
  s->selection.single = s->single;
  return true;
}

/* Selectors as they are seen from the configuration's folder. */
static char *seen_from(const char *top, const char *word) {
  size_t n = strcspn(word, "#");
  char *path = mem_substring(word, n), *below = path_below(top, path);
  char *result = mem_format("%s%s", below, word + n);
  free(path);
  free(below);
  return result;
}

/* What the words that are no option mean: with the configuration, which changes the folder. */
static bool read_words(Setup *s, const Options *o, const Bytes *handed, Diag *why) {
  Strings settled = {0};
  bool has_selectors = o->verb != VERB_EXEC && !options_has(o, OPTION_CODE);
  for (size_t i = o->verb == VERB_DIFF ? 2 : 0; has_selectors && i < o->nwords; i++) {
    strings_take(&settled, overrides_settle_path(o->words.at[i]));
  }
  bool ok = (has_selectors || read_single(s, o, handed, why)) && load_config(s, o, why);
  for (size_t i = 0; ok && i < settled.n; i++) {
    strings_take(&s->selection.selectors, seen_from(s->config.top, settled.at[i]));
  }
  strings_free(&settled);
  return ok;
}

bool setup_select(Setup *s, const Options *o, Diag *why) {
  unsigned seed = 0;
  *s = (Setup){.nmodes = 0};
  if (!read_words(s, o, NULL, why) || !chooser_open(&s->chooser, o, &s->config, why) ||
      !choose_modes(s, chooser_modes(&s->chooser, o), why) ||
      !chooser_look(&s->chooser, o, s->modes, s->nmodes, why) ||
      !options_number(o, OPTION_SHUFFLE, 1, 4000000000u, 0, &seed, why)) {
    return false;
  }
  const char *filter = options_text(o, OPTION_FILTER);
  if (filter && (s->filter = filter_parse(filter, why)) == NULL) return false;
  s->selection.keep = options_text(o, OPTION_KEEP);
  s->selection.filter = s->filter;
  s->selection.partition = options_text(o, OPTION_PARTITION);
  s->selection.shuffle = seed;
  s->selection.choose = chooser_accepts;
  s->selection.chooser = &s->chooser;
  /* What has changed is known by the builds. */
  s->selection.names_only = o->verb == VERB_LIST && !options_has(o, OPTION_CHANGED);
  return true;
}

bool setup_plan(Setup *s, const Options *o, Diag *why) {
  if (!setup_select(s, o, why)) return false;
  char *database = path_join(s->config.state, "history.db");
  s->history = history_open(database, why);
  free(database);
  if (s->history && plan_make(&s->plan, &s->config, s->modes, s->nmodes, &s->selection,
                              history_times, s->history, why)) {
    chooser_tell(&s->chooser, s->plan.n);
    return true;
  }
  if (why->status == EXIT_NOTHING && s->chooser.unchanged > 0) {
    diag_set(why, EXIT_NOTHING, "nothing has changed in the %zu cases that passed",
             s->chooser.unchanged);
  }
  return false;
}

bool setup_take(Setup *s, const Options *o, const Handed *h, Diag *why) {
  *s = (Setup){.nmodes = 0};
  return read_words(s, o, &h->text, why) && choose_modes(s, h->mode, why) &&
         handed_plan(h, &s->plan, &s->config, s->modes, &s->selection, why);
}

void setup_free(Setup *s) {
  plan_free(&s->plan);
  history_close(s->history);
  chooser_close(&s->chooser);
  filter_free(s->filter);
  strings_free(&s->selection.selectors);
  if (s->single) case_free(s->single);
  bytes_free(&s->text);
  free(s->single_name);
  free(s->modes);
  config_free(&s->config);
}
