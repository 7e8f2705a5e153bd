/* verbs.h -- what the program does: one function a verb. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/options.h"

/* Parses the command line and does what it says; the exit status of the process. */
int verbs_main(int argc, char **argv);

/* Each returns false, with why, for trouble; otherwise *status is the exit status. */
typedef bool VerbFunction(const Options *o, const Strings *argv, int *status, Diag *why);
VerbFunction verb_run, verb_list, verb_modes, verb_report, verb_merge, verb_clean, verb_bench;
VerbFunction verb_config, verb_doctor, verb_show, verb_ledger, verb_history, verb_gdb, verb_launch;
VerbFunction verb_selftest;

#endif
