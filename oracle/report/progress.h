/* progress.h -- how far a mode is and how long it will take, in one line.  Pure. */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include "base/bytes.h"

/* Appends "base: 120/500 24%, 60/s, ETA 0:06, 1 failed", without a newline; what cannot be said yet
 * is left out.  `spent`: seconds since the mode's beginning. */
void progress_append(Bytes *to, const char *mode, size_t done, size_t cases, size_t failed,
                     double spent);

#endif
