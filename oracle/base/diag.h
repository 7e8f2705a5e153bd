/* diag.h -- why the oracle itself could not do something, as a chain of causes.
 *
 * A function that can fail returns bool and takes a `Diag *`; on false the Diag says why, in one
 * line a cause: the innermost first.  A difference between engines is an answer and never a Diag. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses of the tool; docs/oracle/guide.md lists them for users. */
typedef enum ExitStatus {
  EXIT_SAME = 0,         /* everything that was compared is the same */
  EXIT_DIVERGENT = 1,    /* at least one divergence */
  EXIT_USAGE = 2,        /* wrong command line, configuration or case file */
  EXIT_INFRA = 3,        /* reference missing or of the wrong version, no disk, ... */
  EXIT_NOTHING = 4,      /* nothing was selected */
  EXIT_LEDGER = 5,       /* the ledger has a stale or expired entry, or an unexpected pass */
  EXIT_FLAKY = 6,        /* only flaky cases */
  EXIT_RESUMABLE = 75,   /* stopped early; --resume goes on */
  EXIT_TIMEOUT = 124,    /* --time ran out */
  EXIT_INTERRUPT = 130   /* SIGINT */
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
