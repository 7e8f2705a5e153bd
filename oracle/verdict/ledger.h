/* ledger.h -- divergences that are known: each with a reason, an owner and an end.
 *
 * A ledger is a Lua data file (docs/oracle/ledger.md): a list of entries {id, sig, match = {mode,
 * tags, case}, verdict, why, issue, owner, added, expires, max_hits}.  What an entry explains is
 * XFAIL; an entry that no longer explains anything, though its cases ran, fails the run, and so
 * does one that expired. */
#ifndef VERDICT_LEDGER_H
#define VERDICT_LEDGER_H

#include "verdict/verdict.h"

typedef struct Ledger Ledger;

/* One id, or pattern of ids, of those that an entry names. */
typedef struct LedgerPlace {
  char *text;
  bool is_pattern;
  size_t ran, hits;      /* cases that it matches; those of them that the entry explained */
  bool passed;           /* one of them did */
} LedgerPlace;

/* One entry as it is written; NULL for what is not given. */
typedef struct LedgerEntry {
  char *id, *sig, *mode, *why, *issue, *owner, *added, *expires;
  LedgerPlace *places;   /* the case is one of these; none: any case */
  size_t nplaces;
  Strings tags;          /* the case must have all of them */
  uint32_t verdicts;     /* bits of the kinds of failure that it explains */
  size_t max_hits;       /* 0: no limit */
  size_t ran, hits;      /* cases that it matches; those that it explained */
} LedgerEntry;

/* NULL with why, EXIT_USAGE, for a file that is not understood ("FILE: entry 3: ..."): unknown
 * keys, no reason, no owner, no end, an id given twice. */
Ledger *ledger_load(const char *path, Diag *why);
/* The same for a text; `path` stands in messages. */
Ledger *ledger_parse(const Bytes *text, const char *path, Diag *why);
void ledger_free(Ledger *l);
size_t ledger_count(const Ledger *l);
const LedgerEntry *ledger_at(const Ledger *l, size_t i);

/* Does the entry say anything about that mode? */
bool ledger_is_in_mode(const LedgerEntry *e, const char *mode);

/* A day of UTC as ledgers write it, "2026-11-21"; is a text one? */
void ledger_format_day(double seconds, char day[11]);
bool ledger_is_day(const char *text);

/* Tells the ledger about one verdict.  A failure that an entry explains becomes XFAIL and gets the
 * entry's id; expired entries explain nothing.  Anything else is left as it is; a pass of a case
 * that an entry names is remembered as an unexpected pass. */
void ledger_apply(Ledger *l, const char *mode, const Case *item, Verdict *v);

/* After a run of `mode` that came to its end: each entry that is "expired" or "over" (more than
 * max_hits), and each place of an entry that is "stale" (a case that it matches ran, none
 * diverged) or "xpass" (the case that it names passed).  Unless the run `has_all` cases of the
 * mode, a pattern is not stale: others may diverge.  What is flaky may pass by chance, so that an
 * entry which explains it is neither.  The number of problems.  `today` is seconds since 1970. */
typedef void LedgerVisitor(void *context, const char *entry, const char *problem, const char *why);
size_t ledger_end(const Ledger *l, const char *mode, bool has_all, double today,
                  LedgerVisitor *visit, void *context);

#endif
