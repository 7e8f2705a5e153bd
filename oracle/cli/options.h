/* options.h -- the command line, parsed: one row an option (options.def), one a verb
 * (verbs.def). */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdio.h>

#include "base/bytes.h"
#include "base/diag.h"

typedef enum Verb {
#define V(id, name, arguments, help) VERB_##id,
#include "cli/verbs.def"
#undef V
  VERB_COUNT
} Verb;

typedef enum Option {
#define O(id, name, letter, argument, verbs, help) OPTION_##id,
#include "cli/options.def"
#undef O
  OPTION_COUNT
} Option;

/* What verbs.def and options.def say. */
typedef struct VerbRow { const char *name, *arguments, *help; } VerbRow;
typedef struct OptionRow {
  const char *name;
  int letter;            /* 0: none */
  const char *argument;  /* NULL: takes none */
  int verbs;             /* bits */
  const char *help;
} OptionRow;

const VerbRow *options_verb(Verb verb);
const OptionRow *options_row(Option option);
bool options_belongs(Option option, Verb verb);

typedef struct Options {
  Verb verb;
  Strings words;                     /* what is no option */
  size_t nwords;                     /* of them before "--", where a verb passes on the others */
  Strings values[OPTION_COUNT];      /* as given, in order; "" for options without an argument */
} Options;

/* Parses a command line; EXIT_USAGE, with a suggestion, for anything that is not understood. */
bool options_parse(int argc, char **argv, Options *o, Diag *why);
void options_free(Options *o);

bool options_has(const Options *o, Option option);
const char *options_text(const Options *o, Option option);      /* the last one given, or NULL */
/* A number from `least` to `most`, `usual` where it is not given. */
bool options_number(const Options *o, Option option, unsigned least, unsigned most,
                    unsigned usual, unsigned *result, Diag *why);

/* The verb of that name; VERB_COUNT with a suggestion, EXIT_USAGE. */
Verb options_need_verb(const char *name, Diag *why);

/* Appends the command that does the same for one case, named behind it: verb, sides of a diff, and
 * the options that change what a case does. */
void options_append_repeat(const Options *o, Bytes *to);

/* The same for the command that shows the case under gdb; nothing where only libraries run. */
void options_append_debug(const Options *o, Bytes *to);

/* The two sides that are named instead of a configuration, "REF CAND" or --ref and --cand: false
 * if there is none. */
bool options_sides(const Options *o, const char **ref, const char **cand);

/* Do modes of a configuration run: always, unless two sides are named and no mode is? */
bool options_use_config(const Options *o);

/* The help of one verb, or of the whole with VERB_COUNT. */
void options_help(FILE *to, Verb verb);

#endif
