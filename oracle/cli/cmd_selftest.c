/* cmd_selftest.c -- why this file exists: a user can ask whether the tool is to be believed. */
#include <unistd.h>

#include "cli/verbs.h"
#include "selftest/selftest.h"

bool verb_selftest(const Options *o, const Strings *argv, int *status, Diag *why) {
  (void)argv;
  SelftestOptions s = {
    .words = &o->words, .keep = options_text(o, OPTION_KEEP), .quick = options_has(o, OPTION_QUICK),
    .list = options_has(o, OPTION_CHECKS)
  };
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned usual = cores < 1 ? 1 : cores > SELFTEST_JOBS ? SELFTEST_JOBS : (unsigned)cores;
  return options_number(o, OPTION_JOBS, 1, SELFTEST_JOBS, usual, &s.jobs, why) &&
         selftest_run(&s, status, why);
}
