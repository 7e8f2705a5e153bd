/* reports.h -- the listeners that a command line asks for. */
#ifndef CLI_REPORTS_H
#define CLI_REPORTS_H

#include "cli/options.h"
#include "run/listener.h"

enum { REPORTS_MOST = 16 };

typedef struct Reports {
  Listener *at[REPORTS_MOST];
  size_t n;
} Reports;

/* The terminal's report, and one for each --tap, --junit, --json, --html. */
bool reports_open(Reports *r, const Options *o, Diag *why);

/* Closes all; false if any could not write what it had to. */
bool reports_close(Reports *r, Diag *why);

#endif
