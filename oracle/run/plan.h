/* plan.h -- what a run consists of: items, each one case in one mode, in a fixed order.
 *
 * The driver and its workers make the plan alike from the same command line and check by its hash
 * that they agree. */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

#include "case/corpus.h"
#include "case/select.h"
#include "config/config.h"

/* What the command line says about which cases are meant. */
typedef struct Selection {
  Strings selectors;     /* files, folders, ids, patterns of ids: any of them selects; none: all */
  const char *keep;      /* -k: text that ids contain, or NULL */
  const Filter *filter;  /* -E, or NULL */
  const Strings *only;   /* ids that are left (--rerun, --changed), or NULL */
  const char *partition; /* "hash:1/4", "slice:1/4", "time:1/4", or NULL */
  uint64_t shuffle;      /* seed, 0: in the order of the corpus */
  Case *single;          /* `oracle exec`: this case and no corpus; not owned */
} Selection;

typedef struct Item {
  Case *item;
  unsigned mode;         /* index in Plan.modes */
  size_t n;              /* ordinal before shuffling and partitioning: its name in the log */
} Item;

typedef struct Plan {
  Mode **modes;          /* those chosen; borrowed from the Config */
  size_t nmodes;
  Corpus *corpora;       /* one a mode; the same one for modes of equal input */
  unsigned *corpus_of;
  size_t ncorpora;
  Item *items;           /* grouped by mode */
  size_t n;
  size_t whole;          /* items before partitioning */
  size_t *first;         /* of each mode's items; nmodes + 1 entries */
  char (*builds)[2][41]; /* of reference and candidate of each mode */
  uint64_t hash;         /* of modes, builds and cases, before partitioning */
  uint64_t order;        /* of that and of the items as they stand: equal plans give equal indices */
} Plan;

/* Seconds that an item took lately, for "time:" partitions; 0: unknown. */
typedef double PlanTimes(void *context, const char *mode, const char *id);

/* EXIT_USAGE: broken case files (each on stderr, the Diag says how many), an unknown selector or
 * partition.  EXIT_NOTHING: nothing selected.  EXIT_INFRA: an engine's file is missing. */
bool plan_make(Plan *p, const Config *c, Mode **modes, size_t nmodes, const Selection *s,
               PlanTimes *times, void *context, Diag *why);
void plan_free(Plan *p);

#endif
