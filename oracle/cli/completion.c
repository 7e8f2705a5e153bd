/* completion.c -- why this file exists: what a shell offers must be what the parser takes. */
#include "cli/completion.h"

#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

static const char functions[] = {
#include "cli/completion.sh.inc"
  0
};

/* Words for arguments of options whose help tells them. */
static const struct { Option option; const char *words; } choices[] = {
  {OPTION_COLOR, "auto always never"}, {OPTION_FLAKY, "fail warn"}, {OPTION_SIDE, "ref cand"},
  {OPTION_PARTITION, "hash: slice: time:"}
};

/* The function that knows what an argument of that name can be. */
static const char *completer_of(const char *argument) {
  static const struct { const char *name, *completer; } all[] = {
    {"LIST", "_oracle_modes"}, {"RUN", "_oracle_runs"}, {"SEL", "_oracle_cases"},
    {"CASE", "_oracle_cases"}, {"FILE", "_oracle_files"}, {"LOG", "_oracle_files"},
    {"REF", "_oracle_files"}, {"CAND", "_oracle_files"}, {"PROGRAM", "_oracle_files"},
    {"VERB", "_oracle_words \"$(_oracle_verbs)\""}
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (strcmp(all[i].name, argument) == 0) return all[i].completer;
  }
  return ":";
}

static void print_verbs(FILE *to) {
  fputs("_oracle_verbs() {\n  echo '", to);
  for (int v = 0; v < VERB_COUNT; v++) fprintf(to, " %s", options_verb((Verb)v)->name);
  fputs("'\n}\n\n", to);
}

/* _oracle_options: all long options of each verb; _oracle_valued: both forms of those that take an
 * argument. */
static void print_options(FILE *to, const char *name, bool valued) {
  fprintf(to, "%s() {\n  case $1 in\n", name);
  for (int v = 0; v < VERB_COUNT; v++) {
    fprintf(to, "    %s) echo '", options_verb((Verb)v)->name);
    for (int i = 0; i < OPTION_COUNT; i++) {
      const OptionRow *o = options_row((Option)i);
      if (!options_belongs((Option)i, (Verb)v) || (valued && o->argument == NULL)) continue;
      fprintf(to, " --%s", o->name);
      if (valued && o->letter) fprintf(to, " -%c", o->letter);
    }
    fputs("' ;;\n", to);
  }
  fputs("  esac\n}\n\n", to);
}

/* A line of _oracle_value: what can stand behind the option. */
static void print_value(FILE *to, Option option) {
  const OptionRow *o = options_row(option);
  fprintf(to, "    --%s", o->name);
  if (o->letter) fprintf(to, " | -%c", o->letter);
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    if (choices[i].option != option) continue;
    fprintf(to, ") _oracle_words '%s' ;;\n", choices[i].words);
    return;
  }
  fprintf(to, ") %s ;;\n", completer_of(o->argument));
}

static void print_values(FILE *to) {
  fputs("_oracle_value() {\n  case $1 in\n", to);
  for (int i = 0; i < OPTION_COUNT; i++) {
    if (options_row((Option)i)->argument) print_value(to, (Option)i);
  }
  fputs("  esac\n}\n\n", to);
}

/* Of "REF CAND [SEL...]": what stands at each place, the last also behind it.  Words in lower case
 * are alternatives for the first place, and only a RUN comes behind them. */
static void print_argument(FILE *to, const VerbRow *v) {
  char *text = mem_string(v->arguments), *rest = text, *word;
  Strings places = {0};
  Bytes words = {0};
  bool has_run = false;
  while ((word = strsep(&rest, " []|.")) != NULL) {
    if (*word == '-' && word[1] && word[1] != '-') strsep(&rest, " ");     /* and its argument */
    else if (*word >= 'a' && *word <= 'z') bytes_printf(&words, " %s", word);
    else if (*word >= 'A' && *word <= 'Z') strings_add(&places, word);
    has_run = has_run || strcmp(word, "RUN") == 0;
  }
  fprintf(to, "    %s) case $place in ", v->name);
  if (words.len) {
    fprintf(to, "1) _oracle_words%s ;; ", words.data);
    if (has_run) fputs("*) _oracle_runs ;; ", to);
  }
  for (size_t i = 0; words.len == 0 && i < places.n; i++) {
    if (i + 1 < places.n) fprintf(to, "%zu) %s ;; ", i + 1, completer_of(places.at[i]));
    else fprintf(to, "*) %s ;; ", completer_of(places.at[i]));
  }
  fputs("esac ;;\n", to);
  strings_free(&places);
  bytes_free(&words);
  free(text);
}

void completion_print(FILE *to) {
  fputs("# Completion of oracle for bash; made by `oracle help --bash`.\n\n", to);
  print_verbs(to);
  print_options(to, "_oracle_options", false);
  print_options(to, "_oracle_valued", true);
  print_values(to);
  fputs("_oracle_argument() {\n  case $1 in\n", to);
  for (int v = 0; v < VERB_COUNT; v++) print_argument(to, options_verb((Verb)v));
  fputs("  esac\n}\n\n", to);
  fputs(functions, to);
}
