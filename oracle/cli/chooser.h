/* chooser.h -- cases that are wanted for what earlier runs found: --rerun, --changed. */
#ifndef CLI_CHOOSER_H
#define CLI_CHOOSER_H

#include "cli/options.h"
#include "run/cache.h"
#include "run/plan.h"

typedef struct Chooser {
  bool rerun;
  Strings failed;        /* "MODE\nCASE" of what failed in the run, sorted */
  char *modes;           /* the modes of those: "a,b" */
  Cache *caches;         /* --changed: what has passed in each mode; else NULL */
  size_t ncaches;
  size_t unchanged;      /* how many cases were left out since they passed */
} Chooser;

/* Finds out what is wanted.  EXIT_NOTHING: nothing failed. */
bool chooser_open(Chooser *c, const Options *o, const Config *config, Diag *why);
void chooser_close(Chooser *c);

/* The modes that are meant: those of --mode, else those in which something failed. */
const char *chooser_modes(const Chooser *c, const Options *o);

/* Reads what has passed in these modes, if that is asked for.  EXIT_INFRA. */
bool chooser_look(Chooser *c, const Options *o, Mode *const *modes, size_t nmodes, Diag *why);

/* A PlanChoice whose context is the Chooser. */
bool chooser_accepts(void *chooser, const Plan *p, unsigned mode, const Case *item);

/* Tells the user if only `n` of what failed run again. */
void chooser_tell(const Chooser *c, size_t n);

#endif
