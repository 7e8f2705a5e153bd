/* setup.h -- from the command line to the plan: configuration, modes, cases. */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include "cli/chooser.h"
#include "cli/options.h"
#include "history/history.h"
#include "run/handed.h"
#include "run/plan.h"

typedef struct Setup {
  Config config;
  Mode **modes;
  size_t nmodes;
  Selection selection;
  Chooser chooser;       /* --rerun, --changed */
  Filter *filter;
  Case *single;          /* of `oracle exec`, with its name and text */
  char *single_name;
  Bytes text;
  Plan plan;
  History *history;      /* of earlier runs */
} Setup;

/* Reads the configuration and chooses modes; the working folder becomes the configuration's.  These
 * three leave a Setup for setup_free also when they fail. */
bool setup_config(Setup *s, const Options *o, Diag *why);

/* setup_config, and which cases are meant, before anything is read. */
bool setup_select(Setup *s, const Options *o, Diag *why);

/* setup_select, and the plan. */
bool setup_plan(Setup *s, const Options *o, Diag *why);

/* The same in a worker: the plan is that of the driver. */
bool setup_take(Setup *s, const Options *o, const Handed *handed, Diag *why);
void setup_free(Setup *s);

/* The log that a word names: an id of a run, a file, or "latest".  Owned; NULL with why. */
char *setup_find_log(const Config *c, const char *word, Diag *why);

#endif
