/* completion.h -- what bash offers behind `oracle`, made of the same rows as the parser. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdio.h>

/* Prints a script for bash that completes verbs, the options of each verb, and what is known of
 * arguments: modes, runs, case files and cases, words. */
void completion_print(FILE *to);

#endif
