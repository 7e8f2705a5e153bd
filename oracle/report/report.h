/* report.h -- what people and other programs see of a run; each report is a listener of its events.
 *
 * Every report is a function of the events alone: live or read back from a log it says the same.
 * Passed are verdicts of class pass, failed those of fail and trouble, skipped the neutral ones. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "run/listener.h"
#include "run/resume.h"

/* AUTO: on a terminal, unless NO_COLOR is set or TERM is "dumb". */
typedef enum ColorWanted { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorWanted;

/* For people.  Each failure at once; on a terminal a progress line that is painted anew, otherwise
 * a line every ten seconds; a summary per mode; failures of all modes with equal ones in one row;
 * the very last line is "N passed, N failed, N skipped".  Verbosity: -1 only the rows and the last
 * line, 0 all that, 1 every result too.  `to` stays the caller's. */
Listener *report_terminal(FILE *to, ColorWanted color, int verbosity);

/* Into files; "-" is stdout.  NULL with why, EXIT_INFRA, for one that cannot be opened. */
Listener *report_tap(const char *path, Diag *why);    /* TAP 13, the plan at the end */
Listener *report_junit(const char *path, Diag *why);  /* JUnit XML: a suite per mode */
Listener *report_json(const char *path, Diag *why);   /* the lines of the log */
/* Case by mode: PASS, FAIL or SKIP with the reason below, CPU seconds of candidate and reference. */
Listener *report_table(const char *path, Diag *why);

/* Tells the listeners what a log says, each result and the end of the run once: of those that were
 * told again after a resume, the last.  Does not close the listeners.  A log that is none, or breaks
 * in its middle, is told to nobody: false, EXIT_USAGE. */
bool report_replay(const char *log, Listener *const *listeners, size_t n, Diag *why);

/* The same with what of a run is done, before it is gone on with. */
bool report_catch_up(const Resumed *resumed, Listener *const *listeners, size_t n, Diag *why);

/* ---- For the reports themselves ------------------------------------------------------------- */

FILE *report_open(const char *path, Diag *why);
bool report_close(FILE *f, const char *path, Diag *why);  /* false if anything was not written */

/* Appends text that cannot harm a terminal or an XML document: printable ASCII and well-formed
 * UTF-8 from U+00A0 on as they are, newlines and tabs too if `lines`; other bytes as \xHH. */
void report_append_clean(Bytes *to, const char *text, size_t n, bool lines);

/* How often each class was seen. */
typedef struct Tally { size_t passed, failed, skipped; } Tally;
void tally_add(Tally *t, VerdictKind kind, size_t n);
void tally_add_all(Tally *t, const size_t counts[VERDICT_COUNT]);

#endif
