/* verbs.c -- why this file exists: it leads from a word to the function behind it, and from a
 * failure to a message and an exit status. */
#include "cli/verbs.h"

#include <string.h>

#include "base/version.h"
#include "cli/completion.h"
#include "cli/manual.h"

static bool verb_help(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  *status = EXIT_SAME;
  if (options_has(o, OPTION_MAN)) manual_print(stdout);
  if (options_has(o, OPTION_BASH)) completion_print(stdout);
  if (options_has(o, OPTION_MAN) || options_has(o, OPTION_BASH)) return true;
  Verb verb = o->words.n ? options_need_verb(o->words.at[0], why) : VERB_COUNT;
  if (o->words.n && verb == VERB_COUNT) return false;
  options_help(stdout, verb);
  return true;
}

static bool verb_version(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)o;
  (void)argv;
  (void)why;
  puts("oracle " ORACLE_VERSION);
  *status = EXIT_SAME;
  return true;
}

static VerbFunction *const functions[VERB_COUNT] = {
  [VERB_RUN] = verb_run,
  [VERB_EXEC] = verb_run,
  [VERB_DIFF] = verb_run,
  [VERB_LIST] = verb_list,
  [VERB_MODES] = verb_modes,
  [VERB_REPORT] = verb_report,
  [VERB_LEDGER] = verb_ledger,
  [VERB_SHOW] = verb_show,
  [VERB_CONFIG] = verb_config,
  [VERB_DOCTOR] = verb_doctor,
  [VERB_HISTORY] = verb_history,
  [VERB_MERGE] = verb_merge,
  [VERB_SELFTEST] = verb_selftest,
  [VERB_CLEAN] = verb_clean,
  [VERB_GDB] = verb_gdb,
  [VERB_BENCH] = verb_bench,
  [VERB_LAUNCH] = verb_launch,
  [VERB_HELP] = verb_help,
  [VERB_VERSION] = verb_version,
};

int verbs_main(int argc, char **argv) {
  Options o;
  Diag why = {0};
  Strings words = {0};
  int status = EXIT_USAGE;
  for (int i = 0; i < argc; i++) strings_add(&words, argv[i]);
  bool ok = options_parse(argc, argv, &o, &why);
  if (ok && options_has(&o, OPTION_HELP)) {
    options_help(stdout, o.verb);
    status = EXIT_SAME;
  } else if (ok) ok = functions[o.verb](&o, &words, &status, &why);
  fflush(stdout);
  if (!ok) {
    fprintf(stderr, "oracle: %s\n", diag_text(&why));
    status = why.status ? (int)why.status : EXIT_INFRA;
  } else if (ferror(stdout)) {
    fputs("oracle: cannot write to stdout\n", stderr);
    status = EXIT_INFRA;
  }
  options_free(&o);
  strings_free(&words);
  return status;
}
