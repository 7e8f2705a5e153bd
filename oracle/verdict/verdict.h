/* verdict.h -- what a pair of observations means.  Pure. */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "compare/compare.h"
#include "engine/engine.h"

typedef enum VerdictKind {
#define V(name, word, class, severity, meaning) VERDICT_##name,
#include "verdict/verdicts.def"
#undef V
  VERDICT_COUNT
} VerdictKind;

typedef enum VerdictClass { CLASS_PASS, CLASS_FAIL, CLASS_NEUTRAL, CLASS_TROUBLE } VerdictClass;

const char *verdict_word(VerdictKind kind);
const char *verdict_meaning(VerdictKind kind);
VerdictClass verdict_class(VerdictKind kind);
int verdict_severity(VerdictKind kind);
int verdict_find(const char *word);               /* -1: unknown */

/* The whole answer about one case in one mode.  Zeroed is valid; verdict_free frees the texts. */
typedef struct Verdict {
  VerdictKind kind;
  Bytes why;             /* one line: "exit, stdout", the reason of a skip, ... */
  Bytes diff;            /* unified diff of the first differing channel, escaped */
  char signature[96];    /* groups equal failures: "stdout|L2:9c1e..." ; "" for passes */
  uint64_t rules;        /* bits of the rules that had to fire */
  char ledger[32];       /* id of the ledger entry that matched, or "" */
  uint64_t ref_ns, cand_ns;
} Verdict;

void verdict_clear(Verdict *v);
void verdict_free(Verdict *v);

/* Judges one pair.  `same_program`: both sides are the same build (reference against itself).
 * `pinned`: the channels in which the reference must do what the case records (DRIFT otherwise);
 * 0 where it is not the true one. */
void verdict_judge(const Case *item, const Observation *ref, const Observation *cand,
                   unsigned wanted, const Rules *rules, unsigned pinned, bool same_program,
                   Verdict *result);

#endif
