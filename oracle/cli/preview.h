/* preview.h -- what a run would do: --dry-run. */
#ifndef CLI_PREVIEW_H
#define CLI_PREVIEW_H

#include <stdio.h>

#include "run/driver.h"

/* Writes modes, builds and how many cases would run, are cached or were done by the run that is
 * resumed.  False, EXIT_INFRA: a cache cannot be read. */
bool preview_write(const Plan *plan, const RunOptions *options, FILE *to, Diag *why);

#endif
