/* plan.h -- what a run consists of: items, each one case in one mode, in a fixed order.
 *
 * The driver makes the plan; its workers get theirs from it (run/handed.h). */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

#include "case/corpus.h"
#include "case/select.h"
#include "config/config.h"

typedef struct Plan Plan;

/* Is this case wanted in this mode, beside all else that is asked? */
typedef bool PlanChoice(void *context, const Plan *p, unsigned mode, const Case *item);

/* What the command line says about which cases are meant. */
typedef struct Selection {
  Strings selectors;     /* files, folders, ids, patterns of ids: any of them selects; none: all */
  const char *keep;      /* -k: text that ids contain, or NULL */
  const Filter *filter;  /* -E, or NULL */
  PlanChoice *choose;    /* --rerun, --changed; NULL: all */
  void *chooser;         /* its context */
  const char *partition; /* "hash:1/4", "slice:1/4", "time:1/4", or NULL */
  uint64_t shuffle;      /* seed, 0: in the order of the corpus */
  Case *single;          /* `oracle exec`: this case and no corpus; not owned */
  bool names_only;       /* cases are told and not run: nothing has to be built or fetched */
} Selection;

typedef struct Item {
  Case *item;
  unsigned mode;         /* index in Plan.modes */
  uint32_t place;        /* of the case in its corpus */
  size_t n;              /* ordinal before shuffling and partitioning: its name in the log */
} Item;

/* An item as another process can find it, and know that it has found the same. */
typedef struct HandedItem {
  uint32_t place;
  uint64_t n, hash;
} HandedItem;

struct Plan {
  Mode **modes;          /* those chosen; borrowed from the Config */
  size_t nmodes;
  Corpus *corpora;       /* one a mode; the same one for modes of equal input */
  unsigned *corpus_of;
  size_t ncorpora;
  Item *items;           /* grouped by mode */
  size_t n;
  size_t whole;          /* items before partitioning */
  bool is_selected;      /* the command line leaves out cases of the modes, before partitioning */
  size_t *first;         /* of each mode's items; nmodes + 1 entries */
  char (*builds)[2][41]; /* of reference and candidate of each mode */
  uint64_t *settings;    /* hash of each mode's fields and rules */
  uint64_t hash;         /* of modes, builds and cases, before partitioning */
};

/* Seconds that an item took lately, for "time:" partitions; 0: unknown. */
typedef double PlanTimes(void *context, const char *mode, const char *id);

/* EXIT_USAGE: broken case files (each on stderr, the Diag says how many), an unknown selector or
 * partition.  EXIT_NOTHING: nothing selected.  EXIT_INFRA: a file of an engine, or of
 * a folder of a mode, is missing. */
bool plan_make(Plan *p, const Config *c, Mode **modes, size_t nmodes, const Selection *s,
               PlanTimes *times, void *context, Diag *why);
void plan_free(Plan *p);

/* The two halves of it for who is handed the items: modes, builds and corpora; and the items. */
bool plan_open(Plan *p, const Config *c, Mode **modes, size_t nmodes, const Selection *s,
               Diag *why);
bool plan_take_items(Plan *p, const Selection *s, const HandedItem *items, size_t n, Diag *why);
HandedItem plan_hand_item(const Item *item);

#endif
