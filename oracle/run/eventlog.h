/* eventlog.h -- the listener that writes the log of a run (docs/oracle/events.md).
 *
 * What it has heard is in the file a second later, or as soon as 64 KB are waiting; its close()
 * waits until the disk has it.  Trouble with the file is EXIT_INFRA: nothing that was found is lost
 * in silence.  A log has one writer: a second one is refused. */
#ifndef RUN_EVENTLOG_H
#define RUN_EVENTLOG_H

#include "run/listener.h"

/* A new log in place of an old one, or, with `append`, behind what is there: half a last line, left
 * by a run that was killed, is cut off first.  NULL with why. */
Listener *eventlog_open(const char *path, bool append, Diag *why);

#endif
