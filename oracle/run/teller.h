/* teller.h -- turns what the driver knows into events, and passes them to all who listen.
 *
 * Each function is false, with the Diag given to teller_tell's Teller, if a listener failed (no
 * disk, a closed pipe); all of them have heard the event even so. */
#ifndef RUN_TELLER_H
#define RUN_TELLER_H

#include "normalise/rule.h"
#include "run/listener.h"
#include "run/plan.h"

typedef struct Teller {
  Listener *const *listeners;
  size_t n;
  const char *repeat;    /* command that runs again what is named behind it: "oracle run" */
  const char *debug;     /* ... that shows it under gdb: "oracle gdb"; "" if none does */
  bool repeat_is_whole;  /* both name their only case themselves: "oracle exec x.lua" */
  Diag *why;
} Teller;

/* Sets the event's time and passes it on. */
bool teller_tell(const Teller *t, Event *e);

/* Time goes by: progress is shown, the log is written. */
bool teller_tick(const Teller *t);

__attribute__((format(printf, 2, 3)))
bool teller_note(const Teller *t, const char *format, ...);

/* Mode `mode` of the plan begins. */
bool teller_mode(const Teller *t, const Plan *plan, unsigned mode);

/* A verdict on an item; `rules` are those of its mode. */
bool teller_result(const Teller *t, const Plan *plan, const Item *item, const Rules *rules,
                   const Verdict *v, bool cached);

#endif
