/* setup.c -- why this file exists: run, list and diff mean the same cases by the same words. */
#include "cli/setup.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "engine/needs.h"
#include "run/event.h"

static const char defaults[] =
  "return { ref = { engine = 'inproc', lib = 'liblua5.1.so.0', cmd = 'lua5.1', luac = 'luac5.1' },\n"
  "  cand = { engine = 'inproc' }, transform = 'none', output = '.oracle/${mode}',\n"
  "  limits = { wall = '10s', mem = '1G', output = '64M', file = '1G', processes = 32 } }";

/* ---- Names that the user gave relative to where they are -------------------------------------- */

/* `word` as an absolute path if it names something; selectors keep their "#name". */
static char *settle_path(const char *word) {
  size_t n = strcspn(word, "#");
  char *path = mem_substring(word, n), *result;
  if (path_exists(path)) {
    char *whole = path_absolute(path);
    result = mem_format("%s%s", whole, word + n);
    free(whole);
  } else result = mem_string(word);
  free(path);
  return result;
}

static char *seen_from(const char *top, const char *word) {
  size_t n = strcspn(word, "#");
  char *path = mem_substring(word, n), *below = path_below(top, path);
  char *result = mem_format("%s%s", below, word + n);
  free(path);
  free(below);
  return result;
}

/* ---- Options that are fields ------------------------------------------------------------------ */

typedef struct Overrides {
  Override at[64];
  size_t n;
  Strings hold;
} Overrides;

static bool add_override(Overrides *all, const char *path, const char *value, const char *origin, Diag *why) {
  if (all->n == sizeof all->at / sizeof all->at[0]) return diag_set(why, EXIT_USAGE, "too many options");
  strings_add(&all->hold, path);
  strings_add(&all->hold, value);
  all->at[all->n++] = (Override){all->hold.at[all->hold.n - 2], all->hold.at[all->hold.n - 1], origin};
  return true;
}

/* NAME=VALUE of a repeatable option becomes field.NAME. */
static bool add_pairs(Overrides *all, const Strings *values, const char *field, const char *origin, Diag *why) {
  bool ok = true;
  for (size_t i = 0; ok && i < values->n; i++) {
    const char *equals = strchr(values->at[i], '=');
    if (equals == NULL || equals == values->at[i]) {
      return diag_set(why, EXIT_USAGE, "%s: '%s' is not NAME=VALUE", origin, values->at[i]);
    }
    char *path = mem_format("%s.%.*s", field, (int)(equals - values->at[i]), values->at[i]);
    char *value = strcmp(field, "preload") == 0 ? settle_path(equals + 1) : mem_string(equals + 1);
    ok = add_override(all, path, value, origin, why);
    free(path);
    free(value);
  }
  return ok;
}

static bool collect_overrides(Overrides *all, const Options *o, Diag *why) {
  static const struct { Option option; const char *field, *origin; } plain[] = {
    {OPTION_TIMEOUT, "limits.wall", "--timeout"}, {OPTION_FUEL, "limits.fuel", "--fuel"},
    {OPTION_MEMORY, "limits.mem", "--memory"}, {OPTION_INVOKE, "invoke", "--invoke"}
  };
  bool ok = true;
  for (size_t i = 0; ok && i < sizeof plain / sizeof plain[0]; i++) {
    const char *value = options_text(o, plain[i].option);
    if (value) ok = add_override(all, plain[i].field, value, plain[i].origin, why);
  }
  ok = ok && add_pairs(all, &o->values[OPTION_PRELOAD], "preload", "--preload", why) &&
       add_pairs(all, &o->values[OPTION_ENV], "env", "--env", why);
  for (size_t i = 0; ok && i < o->values[OPTION_DIR].n; i++) {
    const char *value = o->values[OPTION_DIR].at[i], *colons = strstr(value, "::");
    char *host = mem_substring(value, colons ? (size_t)(colons - value) : strlen(value));
    char *whole = path_absolute(host), *both = mem_format("%s%s", whole, colons ? colons : "");
    ok = add_override(all, "dirs+", both, "--dir", why);
    free(host);
    free(whole);
    free(both);
  }
  return ok;
}

/* ---- `oracle diff REF CAND` ------------------------------------------------------------------- */

/* How a program of ours was built, by the folder it lies in. */
static const char *variant_of(const char *path) {
  static const char *const variants[] = {"release", "debug", "internal", "asan", "gcstress", "coverage", "fuzz"};
  for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
    char *part = mem_format("/%s/", variants[i]);
    bool is_it = strstr(path, part) != NULL;
    free(part);
    if (is_it) return variants[i];
  }
  return "";
}

static bool add_side(Overrides *all, const char *side, const char *word, Diag *why) {
  char *path = settle_path(word), *field;
  bool library = strstr(path_base(path), ".so") != NULL, ok = true;
  const struct { const char *name, *value; } fields[] = {
    {"engine", library ? "inproc" : "exec"}, {library ? "lib" : "cmd", path}, {"mode", variant_of(path)}
  };
  for (size_t i = 0; ok && i < 3; i++) {
    field = mem_format("%s.%s", side, fields[i].name);
    ok = add_override(all, field, fields[i].value, "argument", why);
    free(field);
  }
  free(path);
  return ok;
}

char *setup_own_folder(const char *name) {
  char *exe = path_absolute("/proc/self/exe"), *found = NULL;
  for (char *folder = path_folder(exe); folder && strcmp(folder, "/") != 0;) {
    char *candidate = path_join(folder, name), *up = path_folder(folder);
    free(folder);
    folder = up;
    if (found == NULL && path_is_folder(candidate)) found = candidate;
    else free(candidate);
    if (found) {
      free(folder);
      break;
    }
  }
  free(exe);
  return found;
}

static bool prepare_diff(Overrides *all, const Options *o, Diag *why) {
  if (o->words.n < 2) return diag_set(why, EXIT_USAGE, "diff: needs REF and CAND, two programs or libraries");
  if (!add_side(all, "ref", o->words.at[0], why) || !add_side(all, "cand", o->words.at[1], why)) return false;
  char *rules = setup_own_folder("oracle/rules"), *corpus = setup_own_folder("oracle/corpus");
  bool ok = !rules || add_override(all, "rules", rules, "default", why);
  if (ok && o->words.n == 2 && corpus) ok = add_override(all, "input+", corpus, "default", why);
  else if (ok && o->words.n == 2) ok = diag_set(why, EXIT_USAGE, "diff: no corpus is near; name case files");
  free(rules);
  free(corpus);
  return ok;
}

/* ---- Putting it together ---------------------------------------------------------------------- */

static bool load_config(Setup *s, const Options *o, Overrides *all, Diag *why) {
  const char *path = o->verb == VERB_DIFF ? "-" : options_text(o, OPTION_CONFIG);
  bool ok = collect_overrides(all, o, why) && (o->verb != VERB_DIFF || prepare_diff(all, o, why)) &&
            config_load(&s->config, path, defaults, all->at, all->n, why);
  if (!ok) return false;
  s->modes = mem_zero((s->config.nmodes + 1) * sizeof *s->modes);
  char *made = path_join(s->config.state, "made");
  needs_set_places(s->config.top, made);
  free(made);
  return config_choose(&s->config, options_text(o, OPTION_MODE), s->modes, &s->nmodes, why);
}

bool setup_config(Setup *s, const Options *o, Diag *why) {
  Overrides all = {.n = 0};
  *s = (Setup){.nmodes = 0};
  bool ok = load_config(s, o, &all, why);
  strings_free(&all.hold);
  return ok;
}

char *setup_find_log(const Config *c, const char *word, Diag *why) {
  if (path_is_file(word)) return path_absolute(word);
  char *runs = path_join(c->state, "runs"), *newest = NULL, *log = NULL;
  DIR *folder = opendir(runs);
  struct dirent *entry;
  while (folder && (entry = readdir(folder)) != NULL) {
    if (entry->d_name[0] == '.') continue;
    bool is_it = strcmp(word, "latest") == 0 ? !newest || strcmp(entry->d_name, newest) > 0
                                             : strcmp(entry->d_name, word) == 0;
    if (!is_it) continue;
    free(newest);
    newest = mem_string(entry->d_name);
  }
  if (folder) closedir(folder);
  if (newest) log = mem_format("%s/%s/events.jsonl", runs, newest);
  else diag_set(why, EXIT_USAGE, "no run '%s' in %s", word, runs);
  free(runs);
  free(newest);
  return log;
}

static bool keep_failure(void *context, const Event *e, Diag *why) {
  (void)why;
  if (e->kind != EVENT_RESULT) return true;
  VerdictClass class = verdict_class(e->as.result.verdict);
  if (class == CLASS_FAIL || class == CLASS_TROUBLE) strings_add(context, e->as.result.id);
  return true;
}

static bool read_rerun(Setup *s, const Options *o, Diag *why) {
  const char *word = options_text(o, OPTION_RERUN);
  if (word == NULL) return true;
  char *log = setup_find_log(&s->config, word, why);
  bool ok = log && event_read_log(log, keep_failure, &s->rerun, why);
  if (ok && s->rerun.n == 0) ok = diag_set(why, EXIT_NOTHING, "nothing failed in %s", log);
  s->selection.only = &s->rerun;
  free(log);
  return ok;
}

/* The program of `oracle exec`, read while the working folder is still the user's. */
static bool read_single(Setup *s, const Options *o, Diag *why) {
  const char *code = options_text(o, OPTION_CODE);
  Bytes text = {0};
  bool ok = true;
  if ((code != NULL) == (o->nwords > 0) || o->nwords > 1) {
    return diag_set(why, EXIT_USAGE, "needs either -e CODE or one program");
  }
  if (code) bytes_puts(&text, code);
  else ok = path_read(o->words.at[0], &text, why);
  s->single_name = mem_string(code ? "(command line)" : o->words.at[0]);
  if (ok) {
    s->single = case_of_text(s->single_name, bytes_text(&text), text.len);
    char *folder = code ? mem_string(".") : path_folder(o->words.at[0]);
    free(s->single->folder);
    s->single->folder = path_absolute(folder);
    free(folder);
    if (code == NULL) {
      free(s->single->script);
      s->single->script = mem_string(path_base(o->words.at[0]));
    } else s->single->plain = false;
    case_seal(s->single);
    s->selection.single = s->single;
  }
  bytes_free(&text);
  return ok;
}

bool setup_select(Setup *s, const Options *o, Diag *why) {
  Overrides all = {.n = 0};
  Strings settled = {0};
  unsigned seed = 0;
  bool is_single = o->verb == VERB_EXEC || (o->verb == VERB_GDB && options_has(o, OPTION_CODE));
  *s = (Setup){.nmodes = 0};
  size_t first = o->verb == VERB_DIFF ? 2 : 0;
  for (size_t i = first; i < o->nwords; i++) strings_take(&settled, settle_path(o->words.at[i]));
  bool ok = !is_single || read_single(s, o, why);
  ok = ok && load_config(s, o, &all, why) && read_rerun(s, o, why) &&
       options_number(o, OPTION_SHUFFLE, 1, 4000000000u, 0, &seed, why);
  const char *filter = options_text(o, OPTION_FILTER);
  if (ok && filter) ok = (s->filter = filter_parse(filter, why)) != NULL;
  if (ok) {
    for (size_t i = 0; !is_single && i < settled.n; i++) {
      strings_take(&s->selection.selectors, seen_from(s->config.top, settled.at[i]));
    }
    s->selection.keep = options_text(o, OPTION_KEEP);
    s->selection.filter = s->filter;
    s->selection.partition = options_text(o, OPTION_PARTITION);
    s->selection.shuffle = seed;
  }
  strings_free(&settled);
  strings_free(&all.hold);
  return ok;
}

bool setup_plan(Setup *s, const Options *o, Diag *why) {
  if (!setup_select(s, o, why)) return false;
  char *database = path_join(s->config.state, "history.db");
  s->history = history_open(database, why);
  free(database);
  return s->history && plan_make(&s->plan, &s->config, s->modes, s->nmodes, &s->selection, history_times,
                                 s->history, why);
}

void setup_free(Setup *s) {
  plan_free(&s->plan);
  history_close(s->history);
  filter_free(s->filter);
  strings_free(&s->selection.selectors);
  strings_free(&s->rerun);
  if (s->single) case_free(s->single);
  free(s->single_name);
  free(s->modes);
  config_free(&s->config);
}
