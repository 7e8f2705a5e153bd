/* options.c -- why this file exists: options are data, and everything about them follows from
 * it. */
#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/words.h"

enum {
#define V(id, name, arguments, help) VERB_##id##_BIT = 1 << VERB_##id,
#include "cli/verbs.def"
#undef V
  RUNS = VERB_RUN_BIT | VERB_EXEC_BIT | VERB_DIFF_BIT,
  LISTS = VERB_LIST_BIT,
  DOCTOR = VERB_DOCTOR_BIT,
  LOOKS = VERB_HISTORY_BIT | VERB_CONFIG_BIT,
  REPORTS = VERB_REPORT_BIT,
  GDB = VERB_GDB_BIT,
  MODED = RUNS | VERB_LIST_BIT | VERB_LEDGER_BIT | VERB_SHOW_BIT | DOCTOR | LOOKS | GDB |
          VERB_BENCH_BIT,
  CONFIGURED = MODED | VERB_MODES_BIT | VERB_REPORT_BIT | VERB_CLEAN_BIT,
  ANY = (1 << VERB_COUNT) - 1,
  REPEATED = 1 << 30
};

static const VerbRow verbs[] = {
#define V(id, name, arguments, help) {name, arguments, help},
#include "cli/verbs.def"
#undef V
};

static const OptionRow rows[] = {
#define O(id, name, letter, argument, verbs, help) {name, letter, argument, verbs, help},
#include "cli/options.def"
#undef O
};

const VerbRow *options_verb(Verb verb) {
  return &verbs[verb];
}

const OptionRow *options_row(Option option) {
  return &rows[option];
}

bool options_belongs(Option option, Verb verb) {
  return rows[option].verbs >> verb & 1;
}

/* getopt_long gives numbers from here on for options without a letter. */
enum { FIRST_LONG = 256 };

Verb options_need_verb(const char *word, Diag *why) {
  for (int i = 0; i < VERB_COUNT; i++) {
    if (strcmp(verbs[i].name, word) == 0) return (Verb)i;
  }
  const char *names[VERB_COUNT];
  for (int i = 0; i < VERB_COUNT; i++) names[i] = verbs[i].name;
  const char *near = strings_nearest(word, names, VERB_COUNT);
  if (near) diag_set(why, EXIT_USAGE, "no verb '%s' (did you mean '%s'?)", word, near);
  else diag_set(why, EXIT_USAGE, "no verb '%s'; `oracle help` lists them", word);
  return VERB_COUNT;
}

static bool unknown_option(const Options *o, const char *word, Diag *why) {
  const char *names[OPTION_COUNT];
  size_t n = 0;
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (options_belongs((Option)i, o->verb)) names[n++] = rows[i].name;
  }
  const char *verb = verbs[o->verb].name, *near = NULL;
  if (strncmp(word, "--", 2) == 0) {
    char *name = mem_substring(word + 2, strcspn(word + 2, "="));
    near = strings_nearest(name, names, n);
    free(name);
  }
  if (near) {
    return diag_set(why, EXIT_USAGE, "%s: no option '%s' (did you mean '--%s'?)", verb, word,
                    near);
  }
  return diag_set(why, EXIT_USAGE, "%s: no option '%s'; `oracle help %s` lists them", verb, word,
                  verb);
}

/* The options of a verb as getopt_long wants them. */
typedef struct Grammar {
  struct option longs[OPTION_COUNT + 1];
  char shorts[2 * OPTION_COUNT + 2];
} Grammar;

static void make_grammar(Verb verb, Grammar *g) {
  size_t n = 0, used = 1;
  g->shorts[0] = ':';                    /* says which option lacks its argument */
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (!options_belongs((Option)i, verb)) continue;
    int has = rows[i].argument ? required_argument : no_argument;
    g->longs[n++] = (struct option){rows[i].name, has, NULL, FIRST_LONG + i};
    if (rows[i].letter) g->shorts[used++] = (char)rows[i].letter;
    if (rows[i].letter && has) g->shorts[used++] = ':';
  }
  g->longs[n] = (struct option){0};
  g->shorts[used] = '\0';
}

static Option option_of(Verb verb, int c) {
  if (c >= FIRST_LONG) return (Option)(c - FIRST_LONG);
  int i = 0;
  while (rows[i].letter != c || !options_belongs((Option)i, verb)) i++;
  return (Option)i;
}

bool options_parse(int argc, char **argv, Options *o, Diag *why) {
  *o = (Options){.verb = VERB_HELP};
  if (argc < 2) return true;
  const char *word = argv[1];
  if (strcmp(word, "--version") == 0) word = "version";
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) word = "help";
  Verb verb = options_need_verb(word, why);
  if (verb == VERB_COUNT) return false;
  Grammar g;
  o->verb = verb;
  make_grammar(verb, &g);
  optind = 0;
  opterr = 0;
  int c, end = 2;
  while (end < argc && strcmp(argv[end], "--") != 0) end++;
  while ((c = getopt_long(end - 1, argv + 1, g.shorts, g.longs, NULL)) != -1) {
    const char *at = argv[optind] ? argv[optind] : "";
    if (c == ':') return diag_set(why, EXIT_USAGE, "%s: '%s' needs an argument", word, at);
    if (c == '?') return unknown_option(o, at, why);
    strings_add(&o->values[option_of(verb, c)], optarg ? optarg : "");
  }
  for (int i = optind + 1; i < end; i++) strings_add(&o->words, argv[i]);
  o->nwords = o->words.n;
  for (int i = end + 1; i < argc; i++) strings_add(&o->words, argv[i]);
  if (verb != VERB_GDB && verb != VERB_LAUNCH) o->nwords = o->words.n;
  bool takes_words = *verbs[verb].arguments != '\0';
  return takes_words || o->nwords == 0 ||
         diag_set(why, EXIT_USAGE, "%s: takes options only, not '%s'", word, o->words.at[0]);
}

void options_free(Options *o) {
  strings_free(&o->words);
  for (int i = 0; i < OPTION_COUNT; i++) strings_free(&o->values[i]);
}

bool options_has(const Options *o, Option option) {
  return o->values[option].n > 0;
}

const char *options_text(const Options *o, Option option) {
  const Strings *values = &o->values[option];
  return values->n ? values->at[values->n - 1] : NULL;
}

bool options_number(const Options *o, Option option, unsigned least, unsigned most, unsigned usual,
                    unsigned *result, Diag *why) {
  const char *text = options_text(o, option);
  *result = usual;
  if (text == NULL) return true;
  char *end;
  unsigned long n = strtoul(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || n < least || n > most) {
    return diag_set(why, EXIT_USAGE, "--%s: '%s' is not a number from %u to %u",
                    rows[option].name, text, least, most);
  }
  *result = (unsigned)n;
  return true;
}

bool options_sides(const Options *o, const char **ref, const char **cand) {
  bool by_words = o->verb == VERB_DIFF;
  *ref = !by_words ? options_text(o, OPTION_REF) : o->nwords > 0 ? o->words.at[0] : NULL;
  *cand = !by_words ? options_text(o, OPTION_CAND) : o->nwords > 1 ? o->words.at[1] : NULL;
  return by_words || *ref || *cand;
}

bool options_use_config(const Options *o) {
  const char *ref, *cand;
  return !options_sides(o, &ref, &cand) || options_has(o, OPTION_MODE) ||
         options_has(o, OPTION_CONFIG);
}

/* The options that change what a case does, as far as `verb` knows them; the program of exec. */
static void append_same(const Options *o, int verb, Bytes *to) {
  for (int i = 0; i < OPTION_COUNT; i++) {
    bool wanted = (rows[i].verbs & REPEATED) && (rows[i].verbs & verb);
    for (size_t k = 0; wanted && k < o->values[i].n; k++) {
      bytes_printf(to, " --%s", rows[i].name);
      if (rows[i].argument) words_append_shell(to, o->values[i].at[k]);
    }
  }
  for (size_t i = 0; o->verb == VERB_EXEC && i < o->nwords; i++) {
    words_append_shell(to, o->words.at[i]);
  }
}

void options_append_repeat(const Options *o, Bytes *to) {
  const char *ref, *cand;
  bytes_printf(to, "oracle %s", verbs[o->verb].name);
  if (options_sides(o, &ref, &cand)) {
    words_append_shell(to, ref);
    words_append_shell(to, cand);
  }
  append_same(o, 1 << o->verb, to);
}

void options_append_debug(const Options *o, Bytes *to) {
  const char *ref, *cand;
  bool has_sides = options_sides(o, &ref, &cand);
  if (has_sides && (path_is_library(ref) || path_is_library(cand))) return;
  bytes_puts(to, "oracle gdb");
  if (has_sides) {
    bytes_puts(to, " --ref");
    words_append_shell(to, ref);
    bytes_puts(to, " --cand");
    words_append_shell(to, cand);
  }
  append_same(o, GDB, to);
}

static void help_verbs(FILE *to) {
  fputs("usage: oracle VERB [options] [arguments]\n\n"
        "Runs programs in two Lua 5.1 runtimes, compares all they do, and says where they differ."
        "\n\n", to);
  for (int i = 0; i < VERB_COUNT; i++) fprintf(to, "  %-8s %s\n", verbs[i].name, verbs[i].help);
  fputs("\n`oracle help VERB` tells its options.  Exit status:\n\n", to);
#define E(name, number, meaning) fprintf(to, "  %3d  %s\n", number, meaning);
#include "base/exits.def"
#undef E
}

void options_help(FILE *to, Verb verb) {
  if (verb == VERB_COUNT) {
    help_verbs(to);
    return;
  }
  const VerbRow *v = &verbs[verb];
  fprintf(to, "usage: oracle %s [options] %s\n\n%s\n\n", v->name, v->arguments, v->help);
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (!options_belongs((Option)i, verb)) continue;
    const char *argument = rows[i].argument;
    char left[48];
    snprintf(left, sizeof left, "--%s%s%s", rows[i].name, argument ? " " : "",
             argument ? argument : "");
    if (rows[i].letter) fprintf(to, "  -%c, %-24s %s\n", rows[i].letter, left, rows[i].help);
    else fprintf(to, "      %-24s %s\n", left, rows[i].help);
  }
}
