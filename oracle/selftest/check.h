/* check.h -- one thing that is planted, and whether the tool noticed it. */
#ifndef SELFTEST_CHECK_H
#define SELFTEST_CHECK_H

#include "selftest/tree.h"
#include "selftest/world.h"

typedef enum Outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_TROUBLE } Outcome;

typedef struct Check Check;

/* Carries the check out, in a process of its own.  `said` becomes what the report shows: one line,
 * and for a failure what led to it below.  OUTCOME_TROUBLE: it could not be done; `why` says it. */
typedef Outcome CheckFunction(const Check *c, Bytes *said, Diag *why);

struct Check {
  char *name;                    /* "mutant/modulo-truncates" */
  char *about;                   /* what is planted, one line */
  bool quick;                    /* is part of --quick */
  bool manual;                   /* only where its name is given */
  BuildKind build;               /* what has to be built before, or BUILD_NONE */
  CheckFunction *run;
  const Places *places;
  const Tree *trees;             /* BUILD_COUNT of them; those asked for are built */
  void *data;                    /* of the part */
  void (*free_data)(void *data);
};

typedef struct Checks { Check *at; size_t n, cap; } Checks;

/* Becomes the owner of name, about and data. */
void checks_add(Checks *all, const Check *c);
void checks_free(Checks *all);

/* The parts.  EXIT_INFRA: a file of the part cannot be understood. */
bool mutants_collect(Checks *all, const Places *places, Diag *why);
bool faults_collect(Checks *all, const Places *places, Diag *why);
bool rules_collect(Checks *all, const Places *places, Diag *why);
bool identity_collect(Checks *all, const Places *places, Diag *why);
bool endurance_collect(Checks *all, const Places *places, Diag *why);

/* Outcomes, with what is said. */
__attribute__((format(printf, 2, 3)))
Outcome check_pass(Bytes *said, const char *format, ...);
__attribute__((format(printf, 2, 3)))
Outcome check_fail(Bytes *said, const char *format, ...);

/* Adds the first lines of `text`, indented. */
void check_show(Bytes *said, const char *title, const Bytes *text);

#endif
