/* handed.h -- what the driver has settled once, for its workers.
 *
 * Words of a command line may mean something else a moment later: "latest" is another run, the
 * history knows other times, /dev/stdin is read.  So a worker does not choose cases, it is
 * handed them: by their place in the corpus that it reads itself, with hashes that tell whether
 * it has read the same.  What is handed is in the machine's own form, for the same program. */
#ifndef RUN_HANDED_H
#define RUN_HANDED_H

#include "run/plan.h"

typedef struct Handed {
  char *mode;            /* its name */
  uint64_t settings;     /* Plan.settings, and builds, of the mode */
  char builds[2][41];
  HandedItem *items;     /* in the order of the mode's items in the driver's plan */
  size_t n;
  Bytes text;            /* of `oracle exec`'s program */
} Handed;

/* A descriptor (close-on-exec) from which any number of workers can read the items of one mode;
 * `text` may be NULL.  -1 with why: EXIT_INFRA. */
int handed_write(const Plan *plan, unsigned mode, const Bytes *text, Diag *why);

/* False, EXIT_INFRA: that is no such descriptor. */
bool handed_read(int fd, Handed *h, Diag *why);
void handed_free(Handed *h);

/* The worker's plan: the one mode, and the items in the driver's order, from 0.  `s` is asked for
 * selectors and `single` only.  EXIT_INFRA: a case, the configuration or a build is not what the
 * driver has seen; says which. */
bool handed_plan(const Handed *h, Plan *p, const Config *c, Mode **mode, const Selection *s,
                 Diag *why);

#endif
