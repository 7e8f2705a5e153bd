/* observation.h -- what one run of one case in one engine showed, in raw bytes.
 *
 * Plain data: made by an engine, copied by the normaliser, only read by the comparer.  A zeroed
 * Observation is empty and valid; observation_clear keeps the memory for the next run. */
#ifndef OBSERVE_OBSERVATION_H
#define OBSERVE_OBSERVATION_H

#include "case/case.h"

/* How a run came to its end. */
typedef enum Ending {
  ENDED,                 /* by itself: `status` is its exit status */
  ENDED_SIGNAL,          /* crashed: `signal` */
  ENDED_TIMEOUT,         /* stopped at the wall-clock limit */
  ENDED_FUEL,            /* stopped at the instruction limit (in-process engines only) */
  ENDED_OUTPUT,          /* stopped: wrote more than the limit */
  ENDED_PROCESSES,       /* stopped: had more processes at a time than the limit */
  ENDED_SANITIZER        /* a sanitizer or an assertion reported; the report is in stderr */
} Ending;

typedef struct Observation {
  Ending ending;
  int status;            /* when ENDED, 0-255 */
  int signal;            /* when ENDED_SIGNAL */
  unsigned shown;        /* bits of the channels that this engine filled; others are unknown */
  Bytes channel[CHANNEL_COUNT];  /* CHANNEL_EXIT and _MEMORY as text, "exit 0", "signal SIGSEGV" */
  bool out_of_memory;    /* that ended it: see observation_says_no_memory */
  uint64_t nanoseconds;  /* CPU time of the run */
  uint64_t peak_bytes;   /* highest memory in use, 0 if unknown */
} Observation;

void observation_clear(Observation *o);
void observation_free(Observation *o);
void observation_copy(Observation *to, const Observation *from);

/* Is the interpreter's report that memory ran out the last that it said?  A program that has caught
 * such an error went on, and what it does then is behaviour. */
bool observation_says_no_memory(const Observation *o);

/* Did an assertion abort it: stderr has the words of one of this VM, of libc, or of others? */
bool observation_says_assertion(const Observation *o);

/* Fills CHANNEL_EXIT's text from ending, status and signal. */
void observation_seal(Observation *o);

#endif
