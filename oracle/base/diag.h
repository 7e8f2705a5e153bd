/* diag.h -- why the oracle itself could not do something, as a chain of causes.
 *
 * A function that can fail returns bool and takes a `Diag *`; on false the Diag says why, in one
 * line a cause: the innermost first.  A difference between engines is an answer and never a Diag. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses of the tool: EXIT_SAME, ... */
typedef enum ExitStatus {
#define E(name, number, meaning) EXIT_##name = number,
#include "base/exits.def"
#undef E
} ExitStatus;

typedef struct Diag {
  ExitStatus status;     /* what the process should end with; set by the innermost cause */
  char text[1024];       /* "" while nothing has failed; always terminated; cut with "..." */
} Diag;

/* Starts a chain: always false, so that `return diag_set(...)` reads as it acts. */
__attribute__((format(printf, 3, 4)))
bool diag_set(Diag *d, ExitStatus status, const char *format, ...);

/* Like diag_set, and appends ": " and the message of the present errno. */
__attribute__((format(printf, 3, 4)))
bool diag_errno(Diag *d, ExitStatus status, const char *format, ...);

/* Puts "context: " before what is there.  Always false. */
__attribute__((format(printf, 2, 3)))
bool diag_wrap(Diag *d, const char *format, ...);

/* The text, or "unknown trouble" if nobody said anything. */
const char *diag_text(const Diag *d);

#endif
