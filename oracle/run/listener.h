/* listener.h -- whoever wants to hear of events: the log, the terminal, reports. */
#ifndef RUN_LISTENER_H
#define RUN_LISTENER_H

#include "run/event.h"

typedef struct Listener Listener;
struct Listener {
  bool (*hear)(Listener *self, const Event *e, Diag *why);
  /* Now and then while nothing happens (progress lines, flushing); may be NULL.  `now` as
   * Event.time. */
  bool (*tick)(Listener *self, double now, Diag *why);
  /* After the last event: writes what is left.  Frees the listener in any case. */
  bool (*close)(Listener *self, Diag *why);
};

#endif
