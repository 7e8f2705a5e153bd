/* guard.h -- runs a function that may crash, hang or leave, and comes back.
 *
 * The function runs on a stack of its own that ends in an unmapped page, so that an endless
 * recursion in C is a signal like any other.  Whatever ends it, guard_run returns; what it
 * allocated or locked stays so, which is why `in_doubt` matters.  One run at a time in a process.
 *
 * While runs follow each other SIGALRM comes every 10 ms; it stops soon after the last.  System
 * calls that never restart (poll, nanosleep) may see EINTR shortly after a run. */
#ifndef ENGINE_GUARD_H
#define ENGINE_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

typedef struct Guard Guard;

typedef enum Leave {
  LEFT_BY_RETURN,
  LEFT_BY_EXIT,          /* code: exit status */
  LEFT_BY_SIGNAL,        /* code: the signal */
  LEFT_BY_CLOCK,
  LEFT_BY_FUEL,
  LEFT_BY_OUTPUT,
  LEFT_BY_REPORT         /* a sanitizer wanted to end the process */
} Leave;

typedef struct GuardOutcome {
  Leave how;
  int code;
  bool in_doubt;         /* left while code that was not trusted ran: libc may hold a lock */
  uintptr_t pc;          /* where the signal came, else 0 */
} GuardOutcome;

/* A stack of `stack_bytes`, and the process's handlers for SEGV, BUS, FPE, ILL, ABRT, PIPE
 * and ALRM. */
Guard *guard_open(size_t stack_bytes, Diag *why);
void guard_close(Guard *g);

/* Puts the handlers in place again, if somebody else has taken theirs since guard_open. */
bool guard_install(Diag *why);

/* Code in [from, to) holds no lock and keeps nothing outside what is restored anyway. */
void guard_trust(Guard *g, uintptr_t from, uintptr_t to);

/* Runs f(arg).  After `seconds` please_stop(arg) is called, in the signal handler; if f does not
 * end by itself within a tenth of a second it is left where it is.  seconds 0: no limit. */
GuardOutcome guard_run(Guard *g, void (*f)(void *), void *arg, double seconds,
                       void (*please_stop)(void *));

/* Ends the present run from inside, as if f had returned, without unwinding anything. */
_Noreturn void guard_leave(Leave how, int code);

bool guard_is_running(void);

#endif
