/* ledger_write.h -- new entries for a ledger that people also write by hand: comments, order and
 * layout of what is there stay as they are. */
#ifndef VERDICT_LEDGER_WRITE_H
#define VERDICT_LEDGER_WRITE_H

#include "base/bytes.h"
#include "base/diag.h"

/* An entry to be; NULL for fields that it shall not have. */
typedef struct LedgerDraft {
  const char *verdict, *sig, *cases, *mode, *why, *owner, *added, *expires;
} LedgerDraft;

enum { LEDGER_ID_LENGTH = 32 };          /* with its NUL */

/* Appends the entry to the file, which is made if it is missing, under an id that is free there.
 * The new text is read back before it replaces the old one, as a whole or not at all.  EXIT_USAGE:
 * the ledger is not understood, the entry would not be valid, or the file has no list at its end to
 * which something could be appended. */
bool ledger_add(const char *path, const LedgerDraft *draft, char id[LEDGER_ID_LENGTH], Diag *why);

#endif
