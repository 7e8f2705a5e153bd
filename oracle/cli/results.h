/* results.h -- what a recorded run found, for verbs that look at single results of it. */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "cli/setup.h"
#include "run/event.h"

typedef struct Result {
  char *mode, *id, *title, *why, *diff, *signature, *ledger, *repeat;
  VerdictKind verdict;
  uint64_t ref_ns, cand_ns;
  bool cached;
} Result;

/* Zeroed is empty and valid. */
typedef struct Results {
  char *log, *run;       /* file and id of the run */
  Result *at;            /* in the log's order, each item once */
  size_t n, cap;
} Results;

/* Reads the results that `wanted` accepts.  False with why: the log cannot be read. */
typedef bool ResultWanted(const void *context, const Event *e);
bool results_read(Results *r, const char *log, ResultWanted *wanted, const void *context,
                  Diag *why);
void results_free(Results *r);

/* The word of the command line that names a run, from before the working folder changes: a file's
 * name becomes absolute; "latest" if there is no such word.  Owned. */
char *results_name_run(const Options *o, size_t word);

/* The modes that a verb which looks is about: those of --mode, or all, manual ones included. */
bool results_mode_wanted(const Setup *s, const Options *o, const char *mode);

/* NULL if the configuration has no such mode any more. */
const Mode *results_find_mode(const Config *c, const char *name);

#endif
