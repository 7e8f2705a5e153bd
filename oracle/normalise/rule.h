/* rule.h -- the few rewritings that may hide a difference, and what each has done.
 *
 * Rules are read from rules/ *.rules (docs/oracle/rules.md): id, why, channels, pattern (PCRE2),
 * replacement with @{n} for the ordinal of a distinct match, at least two positive and two negative
 * examples.  They are tried only on channels whose raw bytes differ.  At most ten. */
#ifndef NORMALISE_RULE_H
#define NORMALISE_RULE_H

#include "base/diag.h"
#include "case/case.h"

#define RULES_MOST 10

typedef struct Rule Rule;

typedef struct Rules {
  Rule *at[RULES_MOST];
  size_t n;
} Rules;

/* Reads one file or all *.rules of a folder.  Every example of every rule is run: a rule whose
 * example fails is an error with file and line (EXIT_USAGE), as is everything unknown. */
bool rules_load(Rules *rules, const char *path, Diag *why);
void rules_free(Rules *rules);

/* The hash of what rules_load would read there. */
bool rules_identify(const char *path, uint64_t *hash, Diag *why);

const char *rule_id(const Rules *rules, size_t i);
const char *rule_why(const Rules *rules, size_t i);

/* The rules without those of `varies world`, of which *left_out gets the bits.  What it returns is
 * borrowed from `rules`, needs no freeing, and numbers its rules anew. */
Rules rules_unproven(const Rules *rules, uint64_t *left_out);

/* What one observation's matches have been so far: `keys` has the text of each distinct match,
 * `slots` is a hash index into them.  Zeroed is empty. */
typedef struct RuleMemory {
  Bytes keys;
  uint32_t *slots;       /* offset in keys + 1; 0: free */
  size_t nslots, nkeys;
  unsigned used[RULES_MOST];
} RuleMemory;

/* The text of `channel` after all rules that apply to it and to a case with `tags` (NULL: none);
 * adds the bits of those that changed it to *fired.  Ordinals go on over all channels of one
 * observation: `memory` carries them, zeroed before the first. */
void rules_apply(const Rules *rules, Channel channel, const Strings *tags, const Bytes *raw,
                 Bytes *result, RuleMemory *memory, uint64_t *fired);
void rule_memory_free(RuleMemory *memory);

#endif
