/* review.h -- failures of a run, one after another, each to be accepted or not. */
#ifndef CLI_REVIEW_H
#define CLI_REVIEW_H

#include "cli/accept.h"

/* Asks about each different failure on a terminal; *left is the number that was not accepted.
 * `terms` without a reason: it is asked for. */
void review_ask(const Config *c, const Results *failures, const Terms *terms, size_t *left);

/* Lists them, each with the command that accepts it. */
void review_list(const Config *c, const Results *failures, size_t *left);

#endif
