/* selftest.h -- who tests the tester: everything that is planted must be reported as what it is. */
#ifndef SELFTEST_SELFTEST_H
#define SELFTEST_SELFTEST_H

#include "selftest/check.h"

enum { SELFTEST_JOBS = 64 };     /* at most so many checks at a time */

typedef struct SelftestOptions {
  const Strings *words;          /* names, starts of names or patterns of checks; none: all */
  const char *keep;              /* text that names contain, or NULL */
  unsigned jobs;                 /* checks at a time, 1-SELFTEST_JOBS */
  bool quick, list;
} SelftestOptions;

/* Runs the checks, a line each on stdout.  *status: EXIT_SAME, EXIT_SELFTEST if one failed,
 * EXIT_INFRA if one could not be carried out.  False, EXIT_NOTHING or EXIT_INFRA: none was. */
bool selftest_run(const SelftestOptions *options, int *status, Diag *why);

#endif
