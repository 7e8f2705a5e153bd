/* overrides.c -- why this file exists: an option that means a field of the configuration is
 * one, with its place in messages. */
#include "cli/overrides.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cli/setup.h"

char *overrides_settle_path(const char *word) {
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

/* ---- Options that are fields ---------------------------------------------------------------- */

static bool add_override(Overrides *all, const char *path, const char *value, const char *origin,
                         Diag *why) {
  if (all->n == sizeof all->at / sizeof all->at[0]) {
    return diag_set(why, EXIT_USAGE, "too many options");
  }
  strings_add(&all->hold, path);
  if (value) strings_add(&all->hold, value);
  char *const *held = all->hold.at + all->hold.n;
  all->at[all->n++] = (Override){held[value ? -2 : -1], value ? held[-1] : NULL, origin};
  return true;
}

/* NAME=VALUE of a repeatable option becomes field.NAME. */
static bool add_pairs(Overrides *all, const Strings *values, const char *field,
                      const char *origin, Diag *why) {
  bool ok = true;
  for (size_t i = 0; ok && i < values->n; i++) {
    const char *equals = strchr(values->at[i], '=');
    if (equals == NULL || equals == values->at[i]) {
      return diag_set(why, EXIT_USAGE, "%s: '%s' is not NAME=VALUE", origin, values->at[i]);
    }
    char *path = mem_format("%s.%.*s", field, (int)(equals - values->at[i]), values->at[i]);
    bool is_file = strcmp(field, "preload") == 0;
    char *value = is_file ? overrides_settle_path(equals + 1) : mem_string(equals + 1);
    ok = add_override(all, path, value, origin, why);
    free(path);
    free(value);
  }
  return ok;
}

static bool collect_fields(Overrides *all, const Options *o, Diag *why) {
  static const struct { Option option; const char *field, *origin, *variable; } plain[] = {
    {OPTION_TIMEOUT, "limits.wall", "--timeout", "ORACLE_TIMEOUT"},
    {OPTION_FUEL, "limits.fuel", "--fuel", "ORACLE_FUEL"},
    {OPTION_MEMORY, "limits.mem", "--memory", "ORACLE_MEMORY"},
    {OPTION_INVOKE, "invoke", "--invoke", "ORACLE_INVOKE"}
  };
  bool ok = true;
  for (size_t i = 0; ok && i < sizeof plain / sizeof plain[0]; i++) {
    const char *given = options_text(o, plain[i].option), *variable = getenv(plain[i].variable);
    const char *value = given ? given : variable && *variable ? variable : NULL;
    const char *origin = given ? plain[i].origin : plain[i].variable;
    if (value) ok = add_override(all, plain[i].field, value, origin, why);
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

/* ---- Two sides that the command line names -------------------------------------------------- */

typedef struct Variant { const char *name, *slowness; } Variant;

/* How a program of ours was built, by the folder it lies in. */
static Variant variant_of(const char *path, const char *name) {
  static const Variant variants[] = {
    {"release", "1"}, {"debug", "3"}, {"internal", "10"}, {"asan", "10"}, {"gcstress", "30"},
    {"coverage", "10"}, {"fuzz", "10"}
  };
  for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
    char *part = mem_format("/%s/", variants[i].name);
    bool is_it = name ? strcmp(name, variants[i].name) == 0 : strstr(path, part) != NULL;
    free(part);
    if (is_it) return variants[i];
  }
  return (Variant){name ? name : "", "1"};
}

/* Everything that a side is, but for the options that a mode gives it. */
static bool add_side(Overrides *all, const Options *o, const char *side, const char *word,
                     Diag *why) {
  bool is_ref = strcmp(side, "ref") == 0, ok = true;
  bool pinned = is_ref && !options_has(o, OPTION_ANY_VERSION);
  char *path = overrides_settle_path(word), *field;
  bool library = path_is_library(path);
  Variant variant = variant_of(path, is_ref ? NULL : options_text(o, OPTION_BUILD));
  const char *slowness = is_ref ? NULL : options_text(o, OPTION_SLOWNESS);
  const struct { const char *name, *value; } fields[] = {
    {"engine", library ? "inproc" : "exec"}, {"lib", library ? path : NULL},
    {"cmd", library ? NULL : path}, {"luac", NULL}, {"build", NULL}, {"shared", NULL},
    {"env", NULL}, {"mode", variant.name}, {"slowness", slowness ? slowness : variant.slowness},
    {"version", pinned ? PINNED_VERSION : NULL}
  };
  for (size_t i = 0; ok && i < sizeof fields / sizeof fields[0]; i++) {
    field = mem_format("%s.%s", side, fields[i].name);
    ok = add_override(all, field, fields[i].value, "argument", why);
    free(field);
  }
  free(path);
  return ok;
}

static bool prepare_diff(Overrides *all, const Options *o, const char *ref, const char *cand,
                         Diag *why) {
  bool by_words = o->verb == VERB_DIFF;
  if (ref == NULL || cand == NULL) {
    return diag_set(why, EXIT_USAGE, "%s",
                    by_words ? "diff: needs REF and CAND, two programs or libraries"
                             : "--ref and --cand: one needs the other");
  }
  if (!add_side(all, o, "ref", ref, why) || !add_side(all, o, "cand", cand, why)) return false;
  if (options_use_config(o)) return true;
  char *rules = path_beside_program("oracle/rules"), *corpus = path_beside_program("oracle/corpus");
  bool ok = !rules || add_override(all, "rules", rules, "default", why);
  bool wants_corpus = !by_words || o->nwords == 2;
  if (ok && wants_corpus && corpus) {
    ok = add_override(all, "input+", corpus, "default", why);
  } else if (ok && wants_corpus && by_words) {
    ok = diag_set(why, EXIT_USAGE, "diff: no corpus is near; name case files");
  }
  free(rules);
  free(corpus);
  return ok;
}

bool overrides_collect(Overrides *all, const Options *o, Diag *why) {
  *all = (Overrides){.n = 0};
  const char *ref, *cand;
  return collect_fields(all, o, why) &&
         (!options_sides(o, &ref, &cand) || prepare_diff(all, o, ref, cand, why));
}

void overrides_free(Overrides *all) {
  strings_free(&all->hold);
}
