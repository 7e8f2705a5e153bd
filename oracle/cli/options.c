/* options.c -- why this file exists: options are data, and everything about them follows from it. */
#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
#define V(id, name, arguments, help) VERB_##id##_BIT = 1 << VERB_##id,
#include "cli/verbs.def"
#undef V
  RUNS = VERB_RUN_BIT | VERB_EXEC_BIT | VERB_DIFF_BIT,
  LISTS = VERB_LIST_BIT,
  LOOKS = VERB_HISTORY_BIT,
  REPORTS = VERB_REPORT_BIT,
  GDB = VERB_GDB_BIT,
  MODED = VERB_RUN_BIT | VERB_EXEC_BIT | VERB_LIST_BIT | VERB_LEDGER_BIT | LOOKS | GDB,
  CONFIGURED = MODED | VERB_MODES_BIT | VERB_REPORT_BIT | VERB_CLEAN_BIT,
  ANY = (1 << VERB_COUNT) - 1
};

static const struct VerbRow { const char *name, *arguments, *help; } verbs[] = {
#define V(id, name, arguments, help) {name, arguments, help},
#include "cli/verbs.def"
#undef V
};

static const struct OptionRow {
  const char *name;
  int letter;
  const char *argument;
  int verbs;
  const char *help;
} rows[] = {
#define O(id, name, letter, argument, verbs, help) {name, letter, argument, verbs, help},
#include "cli/options.def"
#undef O
};

/* getopt_long gives numbers from here on for options without a letter. */
enum { FIRST_LONG = 256 };

int options_find_verb(const char *name) {
  for (int i = 0; i < VERB_COUNT; i++) {
    if (strcmp(verbs[i].name, name) == 0) return i;
  }
  return -1;
}

static bool unknown_verb(const char *word, Diag *why) {
  const char *names[VERB_COUNT];
  for (int i = 0; i < VERB_COUNT; i++) names[i] = verbs[i].name;
  const char *near = strings_nearest(word, names, VERB_COUNT);
  if (near) return diag_set(why, EXIT_USAGE, "no verb '%s' (did you mean '%s'?)", word, near);
  return diag_set(why, EXIT_USAGE, "no verb '%s'; `oracle help` lists them", word);
}

static bool unknown_option(const Options *o, const char *word, Diag *why) {
  const char *names[OPTION_COUNT];
  size_t n = 0;
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (rows[i].verbs & 1 << o->verb) names[n++] = rows[i].name;
  }
  const char *verb = verbs[o->verb].name, *near = NULL;
  if (strncmp(word, "--", 2) == 0) {
    char *name = mem_substring(word + 2, strcspn(word + 2, "="));
    near = strings_nearest(name, names, n);
    free(name);
  }
  if (near) return diag_set(why, EXIT_USAGE, "%s: no option '%s' (did you mean '--%s'?)", verb, word, near);
  return diag_set(why, EXIT_USAGE, "%s: no option '%s'; `oracle help %s` lists them", verb, word, verb);
}

bool options_parse(int argc, char **argv, Options *o, Diag *why) {
  struct option longs[OPTION_COUNT + 1];
  char shorts[2 * OPTION_COUNT + 2] = ":";
  int n = 0;
  *o = (Options){.verb = VERB_HELP};
  if (argc < 2) return true;
  const char *word = strcmp(argv[1], "--version") == 0 ? "version"
                   : strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ? "help" : argv[1];
  int verb = options_find_verb(word);
  if (verb < 0) return unknown_verb(word, why);
  o->verb = (Verb)verb;
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (!(rows[i].verbs & 1 << verb)) continue;
    int has = rows[i].argument ? required_argument : no_argument;
    longs[n] = (struct option){rows[i].name, has, NULL, FIRST_LONG + i};
    n++;
    if (rows[i].letter) {
      size_t used = strlen(shorts);
      shorts[used] = (char)rows[i].letter;
      strcpy(shorts + used + 1, has ? ":" : "");
    }
  }
  longs[n] = (struct option){0};
  optind = 0;
  opterr = 0;
  int c, end = 2;
  while (end < argc && strcmp(argv[end], "--") != 0) end++;
  while ((c = getopt_long(end - 1, argv + 1, shorts, longs, NULL)) != -1) {
    const char *at = argv[optind] ? argv[optind] : "";
    if (c == ':') return diag_set(why, EXIT_USAGE, "%s: '%s' needs an argument", word, at);
    if (c == '?') return unknown_option(o, at, why);
    int row = c - FIRST_LONG;
    for (int i = 0; row < 0 && i < OPTION_COUNT; i++) {
      if (rows[i].letter == c && rows[i].verbs & 1 << verb) row = i + FIRST_LONG;
    }
    if (c < FIRST_LONG) row -= FIRST_LONG;
    strings_add(&o->values[row], optarg ? optarg : "");
  }
  for (int i = optind + 1; i < end; i++) strings_add(&o->words, argv[i]);
  o->nwords = o->words.n;
  for (int i = end + 1; i < argc; i++) strings_add(&o->words, argv[i]);
  return true;
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
    return diag_set(why, EXIT_USAGE, "--%s: '%s' is not a number from %u to %u", rows[option].name, text, least, most);
  }
  *result = (unsigned)n;
  return true;
}

void options_help(FILE *to, Verb verb) {
  if (verb == VERB_COUNT) {
    fputs("usage: oracle VERB [options] [arguments]\n\n"
          "Runs programs in two Lua 5.1 runtimes, compares all they do, and says where they differ.\n\n", to);
    for (int i = 0; i < VERB_COUNT; i++) fprintf(to, "  %-8s %s\n", verbs[i].name, verbs[i].help);
    fputs("\n`oracle help VERB` tells its options.  Exit status: 0 all the same, 1 divergence, 2 usage,\n"
          "3 trouble, 4 nothing selected, 5 ledger, 6 flaky only, 75 resumable, 124 time, 130 interrupt.\n", to);
    return;
  }
  fprintf(to, "usage: oracle %s [options] %s\n\n%s\n\n", verbs[verb].name, verbs[verb].arguments, verbs[verb].help);
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (!(rows[i].verbs & 1 << verb)) continue;
    char left[48];
    snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
             rows[i].argument ? rows[i].argument : "");
    if (rows[i].letter) fprintf(to, "  -%c, %-24s %s\n", rows[i].letter, left, rows[i].help);
    else fprintf(to, "      %-24s %s\n", left, rows[i].help);
  }
}
