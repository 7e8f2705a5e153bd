/* event.h -- what happens in a run, one after another: the only thing a runner tells.
 *
 * docs/oracle/events.md is the form in the log.  The log, the terminal and every report get the
 * same events, live or read back; so a new report cannot break the runner.  Strings are raw
 * bytes here and escaped in the log; an Event does not own them: they live as long as the call
 * that passes it. */
#ifndef RUN_EVENT_H
#define RUN_EVENT_H

#include "base/diag.h"
#include "verdict/verdict.h"

#define EVENT_SCHEMA 1

typedef enum EventKind {
  EVENT_START, EVENT_MODE, EVENT_RESULT, EVENT_LEDGER, EVENT_NOTE, EVENT_RESUME, EVENT_END
} EventKind;

typedef struct EventSide { const char *name, *version, *build, *kind; } EventSide;

typedef struct Event {
  EventKind kind;
  double time;                       /* seconds since 1970 */
  union {
    struct {
      int schema;
      const char *run, *tool, *partition;
      const Strings *argv;
      uint64_t plan;
      size_t total;
      unsigned jobs;
    } start;
    struct {
      const char *mode, *why, *output;
      EventSide ref, cand;
      size_t cases;
    } mode;
    struct {
      size_t n;
      const char *mode, *id, *title, *file;
      int line;
      const Strings *tags;
      VerdictKind verdict;
      Bytes why, diff;               /* borrowed */
      const char *signature, *ledger, *repeat, *debug;
      const Strings *rules;          /* ids */
      uint64_t ref_ns, cand_ns;
      bool cached;
    } result;
    struct { const char *mode, *entry, *problem, *why; } ledger;
    struct { const char *text; } note;
    struct { const Strings *argv; } resume;
    struct {
      size_t counts[VERDICT_COUNT];
      int status;
      double seconds;
      bool complete;
      const char *reason;
    } end;
  } as;
} Event;

/* The event as a JSON line with its newline. */
void event_append(Bytes *line, const Event *e);

/* Calls `each` for every event of a log, in order; a half last line is ignored.  Stops, false,
 * where `each` says false (the Diag is its own) or where a line is no event: EXIT_USAGE,
 * "FILE:LINE: ...". */
typedef bool EventVisitor(void *context, const Event *e, Diag *why);
bool event_read_log(const char *path, EventVisitor *each, void *context, Diag *why);

#endif
