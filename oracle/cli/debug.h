/* debug.h -- one case by hand: --debugger and --tracer. */
#ifndef CLI_DEBUG_H
#define CLI_DEBUG_H

#include "cli/setup.h"

/* Runs the candidate's process of the only case that is planned under the command that --debugger or
 * --tracer names, with the standard streams of this process: a tracer's program reads the case's
 * input, a debugger's the terminal.  Limits of time and memory are off, as they would hold for the
 * command, too; nothing is compared or recorded.
 *
 * EXIT_USAGE: not exactly one case, no command, no program in that mode.  EXIT_NOTHING: the case cannot
 * be run here.  EXIT_INFRA: the command cannot be started. */
bool debug_case(const Setup *s, const Options *o, Diag *why);

#endif
