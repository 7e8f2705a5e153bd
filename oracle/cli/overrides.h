/* overrides.h -- the fields of the configuration that the command line sets. */
#ifndef CLI_OVERRIDES_H
#define CLI_OVERRIDES_H

#include "cli/options.h"
#include "config/config.h"

enum { OVERRIDES_MOST = 96 };

typedef struct Overrides {
  Override at[OVERRIDES_MOST];
  size_t n;
  Strings hold;          /* what `at` borrows */
} Overrides;

/* Of --timeout, or ORACLE_TIMEOUT in the environment, --preload, ... and of the two sides of `oracle diff`.  The working folder is
 * still the user's, which is where names of files begin.  False, EXIT_USAGE. */
bool overrides_collect(Overrides *all, const Options *o, Diag *why);
void overrides_free(Overrides *all);

/* `word` as an absolute path if it names something; selectors keep their "#name".  Owned. */
char *overrides_settle_path(const char *word);

#endif
