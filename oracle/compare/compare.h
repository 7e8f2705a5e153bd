/* compare.h -- do two observations agree, and if not, where first?  Pure: no I/O, no clock. */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "normalise/rule.h"
#include "observe/observation.h"

typedef struct Comparison {
  unsigned compared;     /* bits: shown by both and wanted */
  unsigned raw;          /* bits of the channels whose raw bytes differ */
  unsigned differing;    /* bits that differ after the rules as well: the answer */
  Channel first;         /* most severe of `differing` */
  uint64_t rules;        /* bits: the rules that had to be applied */
  Bytes diff;            /* unified diff of escaped lines of `first`, "" if nothing differs */
} Comparison;

/* Compares what both sides show of `wanted`.  `rules` may be NULL (raw only); `tags` are the case's,
 * for rules that want one (NULL: none).  Nothing in common to compare is never "the same":
 * `compared` is then 0, and the caller must call it trouble.
 *
 * Where some channel's raw bytes differ, rules are applied to all compared channels, in the order of
 * Channel: what is the same object in two channels of one side must be so in those of the other.
 * `result` is overwritten, its diff's memory reused; on agreement nothing is allocated. */
void compare_observations(const Observation *ref, const Observation *cand, unsigned wanted,
                          const Rules *rules, const Strings *tags, Comparison *result);
void comparison_free(Comparison *c);

/* The same question about one side: does what `o` shows of `wanted` equal what `other` shows? */
bool compare_agree(const Observation *o, const Observation *other, unsigned wanted,
                   const Rules *rules, const Strings *tags);

/* Appends a diff of one channel in the form that suits it: one line for the exit, a dump in
 * hexadecimal from the first differing byte on for bytecode, a unified diff for text. */
void compare_append_channel(Bytes *to, Channel channel, const Bytes *ref, const Bytes *cand);

/* Unified diff of two byte strings, a line of escaped bytes a line, `context` lines around each
 * change, cut after `most` lines with a note how many follow. */
void compare_append_diff(Bytes *to, const char *title, const Bytes *ref, const Bytes *cand,
                         unsigned context, unsigned most);

#endif
