/* bench.h -- how fast a pair of engines is, measured in the process that runs them.
 *
 * Small programs take turns, so that a slow moment of the machine falls on all of them; a sample is
 * one round.  docs/oracle/bench.md tells what each figure means. */
#ifndef RUN_BENCH_H
#define RUN_BENCH_H

#include "config/config.h"
#include "run/figures.h"

/* Measures the engines of the mode: "small", "reset" and "crash" where they are libraries
 * ("sanitized" alone where the candidate has an address sanitizer), "exec" where there are
 * programs.  False with why: an engine cannot be had (EXIT_INFRA), or the two do not agree about
 * one of the programs (EXIT_DIVERGENT), of which no speed is worth telling. */
bool bench_measure(const Mode *mode, Figures *figures, Diag *why);

#endif
