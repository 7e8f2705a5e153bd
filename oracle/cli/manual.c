/* manual.c -- why this file exists: a manual page that is written by hand knows yesterday's
 * options. */
#include "cli/manual.h"

#include <string.h>

#include "base/version.h"
#include "cli/options.h"

enum { WIDTH = 78 };

/* Prints n bytes of a word. */
static void print_word(FILE *to, const char *word, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (word[i] == '\\') fputs("\\e", to);
    else if (word[i] == '-') fputs("\\-", to);
    else fputc(word[i], to);
  }
}

/* Prints text as lines that mdoc takes as they are: filled, no line that looks like a request. */
static void print_text(FILE *to, const char *text) {
  size_t column = 0;
  while (*text) {
    size_t n = strcspn(text, " ");
    if (column && column + 1 + n > WIDTH) {
      fputc('\n', to);
      column = 0;
    }
    if (column) fputc(' ', to);
    if (column == 0 && strchr(".'", *text)) fputs("\\&", to);
    print_word(to, text, n);
    column += n + (column > 0);
    text += n + strspn(text + n, " ");
  }
  fputc('\n', to);
}

/* A list of names, each with a text. */
typedef struct Item { const char *name, *text; } Item;

static void print_list(FILE *to, const char *macro, const Item *items, size_t n) {
  fputs(".Bl -tag -width Ds\n", to);
  for (size_t i = 0; i < n; i++) {
    fprintf(to, ".It %s %s\n", macro, items[i].name);
    print_text(to, items[i].text);
  }
  fputs(".El\n", to);
}

static void print_verbs(FILE *to) {
  fputs(".Sh VERBS\n.Bl -tag -width Ds\n", to);
  for (int i = 0; i < VERB_COUNT; i++) {
    const VerbRow *v = options_verb((Verb)i);
    fprintf(to, ".It Cm %s", v->name);
    if (*v->arguments) fputs(" No ", to);
    print_word(to, v->arguments, strlen(v->arguments));
    fputs(*v->arguments ? "\\&\n" : "\n", to);
    print_text(to, v->help);
  }
  fputs(".El\n", to);
}

/* "run, exec, diff", or nothing if all verbs have it. */
static void print_owners(FILE *to, Option option) {
  Bytes text = {0};
  bool all = true;
  for (int v = 0; v < VERB_COUNT; v++) {
    if (!options_belongs(option, (Verb)v)) all = false;
    else bytes_printf(&text, "%s%s", text.len ? ", " : "(", options_verb((Verb)v)->name);
  }
  bytes_puts(&text, ")");
  if (!all) print_text(to, bytes_text(&text));
  bytes_free(&text);
}

static void print_options(FILE *to) {
  fputs(".Sh OPTIONS\nBehind each option stand the verbs that take it.\n.Bl -tag -width Ds\n", to);
  for (int i = 0; i < OPTION_COUNT; i++) {
    const OptionRow *o = options_row((Option)i);
    fputs(".It ", to);
    if (o->letter) fprintf(to, "Fl %c , ", o->letter);
    fprintf(to, "Fl -%s", o->name);
    if (o->argument) fprintf(to, " Ar %s", o->argument);
    fputc('\n', to);
    print_text(to, o->help);
    print_owners(to, (Option)i);
  }
  fputs(".El\n", to);
}

static void print_statuses(FILE *to) {
  static const struct { int number; const char *meaning; } statuses[] = {
#define E(name, number, meaning) {number, meaning},
#include "base/exits.def"
#undef E
  };
  fputs(".Sh EXIT STATUS\n.Bl -tag -width Ds\n", to);
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    fprintf(to, ".It %d\n", statuses[i].number);
    print_text(to, statuses[i].meaning);
  }
  fputs(".El\n", to);
  print_text(to, "What was found counts more than why a run stopped early, except for 130.");
}

void manual_print(FILE *to) {
  static const Item variables[] = {
    {"ORACLE_TIMEOUT , ORACLE_FUEL , ORACLE_MEMORY , ORACLE_INVOKE",
     "the same as the options of these names, which win over them"},
    {"NO_COLOR", "if set and --color is not given, no colours are used"},
    {"TERM", "on a terminal that is dumb no progress line is painted"},
    {"LD_LIBRARY_PATH", "where libraries without a folder are looked for first"},
    {"PATH", "where programs without a folder are looked for; cases do not see it"},
    {"TMPDIR", "where the private folders of cases are made"},
  };
  static const Item files[] = {
    {"oracle.lua", "the configuration: the nearest one above the working folder"},
    {".oracle/runs/*/events.jsonl", "the log of each run, of which every report can be made"},
    {".oracle/history.db", "what all runs found, an SQLite database"},
    {".oracle/MODE/cache", "passes that need not be run again"},
  };
  static const Item examples[] = {
    {"oracle run", "all default modes over all cases"},
    {"oracle run --mode inproc -E 'tag(nan)' --html report.html",
     "some cases in one mode, with a page"},
    {"oracle exec -e 'print((\"x\"):rep(3))'", "one program in both runtimes"},
    {"oracle diff lua5.1 build/release/lua cases/", "any two programs or libraries"},
    {"oracle run --partition hash:1/4",
     "a quarter, on one of four machines; oracle merge joins the logs"},
    {"oracle ledger accept CASE --because 'a reason' --expires 30d",
     "a failure becomes a known one"},
    {"oracle history changed --since 7d", "what is judged differently than a week ago"},
  };
  fprintf(to, ".\\\" Made by oracle help --man, of verbs.def, options.def and exits.def.\n"
          ".Dd January 1, 2026\n.Dt ORACLE 1\n.Os Parallax %s\n.Sh NAME\n.Nm oracle\n"
          ".Nd compare two Lua 5.1 runtimes\n.Sh SYNOPSIS\n.Nm\n.Ar verb\n.Op Ar options\n"
          ".Op Ar arguments\n.Sh DESCRIPTION\n.Nm\n", ORACLE_VERSION);
  print_text(to, "runs programs in two runtimes, a reference and a candidate, compares all that they "
             "do (output, exit status, values, errors, tracebacks, bytecode, memory), and says "
             "where they differ and how to see it again.");
  print_verbs(to);
  print_options(to);
  fputs(".Sh ENVIRONMENT\n", to);
  print_list(to, "Ev", variables, sizeof variables / sizeof *variables);
  fputs(".Sh FILES\n", to);
  print_list(to, "Pa", files, sizeof files / sizeof *files);
  print_statuses(to);
  fputs(".Sh EXAMPLES\n", to);
  print_list(to, "Li", examples, sizeof examples / sizeof *examples);
  fputs(".Sh SEE ALSO\n.Xr lua5.1 1 ,\n.Xr luac5.1 1\n", to);
}
