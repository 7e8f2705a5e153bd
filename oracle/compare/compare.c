/* compare.c -- why this file exists: agreement is decided here and nowhere else, by bytes. */
#include "compare/compare.h"

#include <string.h>

#define CONTEXT 2
#define MOST_LINES 24
#define DUMP_BEFORE 16     /* bytes of bytecode shown before the first difference, at most */
#define DUMP_LINES 3

/* The channels of one side as the rules leave them. */
typedef struct Side {
  Bytes channel[CHANNEL_COUNT];
  RuleMemory memory;
} Side;

static unsigned raw_differences(const Observation *a, const Observation *b, unsigned compared) {
  unsigned differing = 0;
  for (unsigned left = compared; left; left &= left - 1) {
    int i = __builtin_ctz(left);
    if (!bytes_equal(&a->channel[i], &b->channel[i])) differing |= CHANNEL_BIT(i);
  }
  return differing;
}

static void normalise(Side *side, const Observation *o, unsigned channels, const Rules *rules,
                      const Strings *tags, uint64_t fired[CHANNEL_COUNT]) {
  for (unsigned left = channels; left; left &= left - 1) {
    int i = __builtin_ctz(left);
    rules_apply(rules, (Channel)i, tags, &o->channel[i], &side->channel[i], &side->memory,
                &fired[i]);
  }
}

static void side_free(Side *side) {
  for (int i = 0; i < CHANNEL_COUNT; i++) bytes_free(&side->channel[i]);
  rule_memory_free(&side->memory);
}

static void describe(Comparison *result, const Bytes *ref, const Bytes *cand) {
  result->first = (Channel)__builtin_ctz(result->differing);
  compare_append_channel(&result->diff, result->first, &ref[result->first], &cand[result->first]);
}

static void compare_by_rules(const Observation *ref, const Observation *cand, const Rules *rules,
                             const Strings *tags, Comparison *result) {
  Side left = {0}, right = {0};
  uint64_t fired[CHANNEL_COUNT] = {0};
  normalise(&left, ref, result->compared, rules, tags, fired);
  normalise(&right, cand, result->compared, rules, tags, fired);
  result->differing = 0;
  for (unsigned bits = result->compared; bits; bits &= bits - 1) {
    int i = __builtin_ctz(bits);
    if (!bytes_equal(&left.channel[i], &right.channel[i])) result->differing |= CHANNEL_BIT(i);
    if (result->raw & CHANNEL_BIT(i)) result->rules |= fired[i];
  }
  if (result->differing) describe(result, left.channel, right.channel);
  side_free(&left);
  side_free(&right);
}

void compare_observations(const Observation *ref, const Observation *cand, unsigned wanted,
                          const Rules *rules, const Strings *tags, Comparison *result) {
  Bytes diff = result->diff;
  bytes_clear(&diff);
  *result = (Comparison){.compared = wanted & ref->shown & cand->shown, .diff = diff};
  result->raw = result->differing = raw_differences(ref, cand, result->compared);
  if (result->raw == 0) return;
  if (rules && rules->n) compare_by_rules(ref, cand, rules, tags, result);
  else describe(result, ref->channel, cand->channel);
}

void comparison_free(Comparison *c) {
  bytes_free(&c->diff);
}

bool compare_agree(const Observation *o, const Observation *other, unsigned wanted,
                   const Rules *rules, const Strings *tags) {
  Comparison c = {0};
  compare_observations(o, other, wanted, rules, tags, &c);
  comparison_free(&c);
  return c.differing == 0;
}

/* ---- One channel's difference, for a reader ------------------------------------------------- */

static void append_dump(Bytes *to, char mark, const Bytes *b, size_t from) {
  if (from >= b->len) bytes_printf(to, "%c%06zx (ends here)\n", mark, b->len);
  for (int line = 0; line < DUMP_LINES && from < b->len; line++, from += 16) {
    size_t n = b->len - from < 16 ? b->len - from : 16;
    bytes_printf(to, "%c%06zx ", mark, from);
    for (size_t i = 0; i < 16; i++) {
      if (i < n) bytes_printf(to, " %02x", (unsigned char)b->data[from + i]);
      else bytes_puts(to, "   ");
    }
    bytes_puts(to, "  ");
    for (size_t i = 0; i < n; i++) {
      char c = b->data[from + i];
      bytes_putc(to, c >= 0x20 && c < 0x7f ? c : '.');
    }
    bytes_putc(to, '\n');
  }
}

static void append_bytecode(Bytes *to, const Bytes *ref, const Bytes *cand) {
  size_t least = ref->len < cand->len ? ref->len : cand->len, at = 0;
  while (at < least && ref->data[at] == cand->data[at]) at++;
  size_t from = (at > DUMP_BEFORE ? at - DUMP_BEFORE : 0) & ~(size_t)15;
  bytes_printf(to, "--- reference bytecode (%zu bytes)\n+++ candidate bytecode (%zu bytes)\n"
                   "@@ first difference at byte 0x%zx @@\n", ref->len, cand->len, at);
  append_dump(to, '-', ref, from);
  append_dump(to, '+', cand, from);
}

void compare_append_channel(Bytes *to, Channel channel, const Bytes *ref, const Bytes *cand) {
  if (channel == CHANNEL_EXIT) {
    bytes_printf(to, "--- reference exit\n+++ candidate exit\n@@ -1 +1 @@\n-%s\n+%s\n",
                 bytes_text(ref), bytes_text(cand));
  } else if (channel == CHANNEL_BYTECODE) append_bytecode(to, ref, cand);
  else compare_append_diff(to, channel_name(channel), ref, cand, CONTEXT, MOST_LINES);
}
