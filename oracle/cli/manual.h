/* manual.h -- the manual page, made of the same rows as the parser and --help. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include <stdio.h>

/* Prints oracle(1) in mdoc. */
void manual_print(FILE *to);

#endif
