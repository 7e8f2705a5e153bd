/* report_html.h -- the page in which a person looks at a run: one file, no network, no server. */
#ifndef REPORT_REPORT_HTML_H
#define REPORT_REPORT_HTML_H

#include "run/listener.h"

/* A listener that writes the page to `path` ("-": stdout) when it is closed; a file is old or new,
 * never half.
 * Everything that came from programs is escaped: it is shown and never acts.  The folder of `path`
 * is made now, so that a run does not end with "no such folder": NULL and why, if that fails. */
Listener *report_html(const char *path, Diag *why);

#endif
