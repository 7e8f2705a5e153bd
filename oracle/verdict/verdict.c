/* verdict.c -- why this file exists: it says what two observations mean, and never calls something
 * the same that was not compared. */
#include "verdict/verdict.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEATH_LINES 12     /* of stderr shown with a crash */

static const struct Row {
  const char *word, *meaning;
  VerdictClass class;
  int severity;
} rows[VERDICT_COUNT] = {
#define V(name, word, class, severity, meaning) {word, meaning, CLASS_##class, severity},
#include "verdict/verdicts.def"
#undef V
};

const char *verdict_word(VerdictKind kind) {
  return rows[kind].word;
}

const char *verdict_meaning(VerdictKind kind) {
  return rows[kind].meaning;
}

VerdictClass verdict_class(VerdictKind kind) {
  return rows[kind].class;
}

int verdict_severity(VerdictKind kind) {
  return rows[kind].severity;
}

int verdict_find(const char *word) {
  for (int i = 0; i < VERDICT_COUNT; i++) {
    if (strcmp(rows[i].word, word) == 0) return i;
  }
  return -1;
}

void verdict_clear(Verdict *v) {
  Bytes why = v->why, diff = v->diff;
  bytes_clear(&why);
  bytes_clear(&diff);
  *v = (Verdict){.why = why, .diff = diff};
}

void verdict_free(Verdict *v) {
  bytes_free(&v->why);
  bytes_free(&v->diff);
  *v = (Verdict){0};
}

/* ---- What one side did ----------------------------------------------------------------------- */

static const char *outcome(const Observation *o) {
  return bytes_text(&o->channel[CHANNEL_EXIT]);
}

/* The first lines of a text, escaped, as the body of a hunk: the diff of what has no other side. */
static void show_lines(Bytes *to, const char *title, const char *part, const Bytes *text) {
  if (text->len == 0) return;
  bytes_printf(to, "+++ %s\n@@ %s @@\n", title, part);
  const char *p = text->data, *end = p + text->len;
  for (int line = 0; line < DEATH_LINES && p < end; line++) {
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    size_t n = (size_t)((newline ? newline : end) - p);
    bytes_putc(to, '+');
    bytes_append_escaped(to, p, n);
    bytes_putc(to, '\n');
    p += n + 1;
  }
}

static void show_start(Bytes *to, const char *title, const Bytes *text) {
  show_lines(to, title, "its start", text);
}

/* The same of its end: where a program that failed says why. */
static void show_end(Bytes *to, const char *title, const Bytes *text) {
  if (text->len == 0) return;
  size_t start = text->len, lines = 0;
  while (start > 0 && (start == text->len || text->data[start - 1] != '\n' ||
                       ++lines < DEATH_LINES)) {
    start--;
  }
  const Bytes tail = {text->data + start, text->len - start, 0};
  show_lines(to, title, "its end", &tail);
}

/* Did this side not end by itself?  Then the kind a candidate gets for it, else -1. */
static int death_of(const Observation *o) {
  switch (o->ending) {
    case ENDED: return -1;
    case ENDED_SIGNAL: return VERDICT_CRASH;
    case ENDED_TIMEOUT: case ENDED_FUEL: return VERDICT_TIMEOUT;
    case ENDED_SANITIZER: return VERDICT_SANITIZER;
    case ENDED_OUTPUT: case ENDED_PROCESSES: return VERDICT_EXIT;
  }
  return -1;
}

static bool set_death(Verdict *v, const Observation *cand) {
  int kind = death_of(cand);
  if (kind < 0) return false;
  v->kind = (VerdictKind)kind;
  bytes_printf(&v->why, "candidate: %s", outcome(cand));
  show_start(&v->diff, "candidate stderr", &cand->channel[CHANNEL_STDERR]);
  return true;
}

/* Always true: there is a verdict. */
__attribute__((format(printf, 3, 4)))
static bool set(Verdict *v, VerdictKind kind, const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  v->kind = kind;
  bytes_puts(&v->why, text);
  return true;
}

/* ---- The recorded answer --------------------------------------------------------------------- */

static int expected_status(const Case *item) {
  if (item->expect_exit >= 0) return item->expect_exit;
  return item->phase == PHASE_NONE ? 0 : 1;
}

/* Does one line of stdout match what the case has to say at its end?  Unknown output says it. */
static bool says_it(const Case *item, const Observation *o) {
  const Bytes *out = &o->channel[CHANNEL_STDOUT];
  if (item->says.len == 0 || !(o->shown & CHANNEL_BIT(CHANNEL_STDOUT))) return true;
  bool said = false;
  Bytes line = {0};
  for (size_t at = 0; at < out->len && !said;) {
    const char *start = out->data + at, *newline = memchr(start, '\n', out->len - at);
    size_t n = newline ? (size_t)(newline - start) : out->len - at;
    bytes_clear(&line);
    bytes_append(&line, start, n);
    said = fnmatch(item->says.data, bytes_text(&line), 0) == 0;
    at += n + 1;
  }
  bytes_free(&line);
  return said;
}

/* The worst of the `wanted` channels in which `o` is not the recorded answer, or -1. */
static int answer_problem(const Case *item, const Observation *o, unsigned wanted) {
  unsigned seen = wanted & o->shown;
  bool wants_status = wanted & CHANNEL_BIT(CHANNEL_EXIT);
  if (o->ending != ENDED) return CHANNEL_EXIT;
  if (wants_status && o->status != expected_status(item)) return CHANNEL_EXIT;
  if (item->has_err && (seen & CHANNEL_BIT(CHANNEL_STDERR)) &&
      !bytes_equal(&item->err, &o->channel[CHANNEL_STDERR])) {
    return CHANNEL_STDERR;
  }
  if (item->has_out && (seen & CHANNEL_BIT(CHANNEL_STDOUT)) &&
      !bytes_equal(&item->out, &o->channel[CHANNEL_STDOUT])) {
    return CHANNEL_STDOUT;
  }
  return says_it(item, o) ? -1 : CHANNEL_STDOUT;
}

/* `who` came to an end without the line that the case wants to see. */
static void set_silent(Verdict *v, const Case *item, const char *who) {
  set(v, VERDICT_STDOUT, "%s: ends without saying '%s'", who, bytes_text(&item->says));
}

/* What is recorded for a channel, against what was seen. */
static void show_answer(Bytes *to, const Case *item, int channel, const Observation *o) {
  Bytes status = {0};
  bytes_printf(&status, "exit %d", expected_status(item));
  const Bytes *recorded = channel == CHANNEL_STDOUT ? &item->out :
                          channel == CHANNEL_STDERR ? &item->err : &status;
  if (channel != CHANNEL_STDOUT || item->has_out) {
    compare_append_channel(to, (Channel)channel, recorded, &o->channel[channel]);
  }
  bytes_free(&status);
}

/* Does the reference contradict what the case says about it in the `pinned` channels? */
static bool set_drift(Verdict *v, const Case *item, const Observation *ref, unsigned pinned) {
  if (item->plain) return false;
  int channel = answer_problem(item, ref, pinned);
  if (channel == CHANNEL_EXIT) {
    set(v, VERDICT_DRIFT, "reference: %s, the case expects exit %d", outcome(ref),
        expected_status(item));
    show_start(&v->diff, "reference stderr", &ref->channel[CHANNEL_STDERR]);
    return true;
  }
  if (channel == CHANNEL_STDOUT && !says_it(item, ref)) {
    set_silent(v, item, "reference");
    v->kind = VERDICT_DRIFT;
    return true;
  }
  if (channel >= 0) {
    set(v, VERDICT_DRIFT, "reference's %s is not the recorded one", channel_name((Channel)channel));
    show_answer(&v->diff, item, channel, ref);
    return true;
  }
  if ((item->phase == PHASE_PARSE || item->phase == PHASE_COMPILE) &&
      ref->channel[CHANNEL_STDOUT].len > 0) {
    return set(v, VERDICT_DRIFT, "the reference ran a chunk that should fail before it runs");
  }
  return false;
}

/* ---- Judging --------------------------------------------------------------------------------- */

static VerdictKind kind_of_channel(Channel channel) {
  static const VerdictKind kinds[CHANNEL_COUNT] = {
    VERDICT_EXIT, VERDICT_VALUES, VERDICT_ERROR, VERDICT_TRACEBACK, VERDICT_STDERR, VERDICT_STDOUT,
    VERDICT_BYTECODE, VERDICT_LEAK
  };
  return kinds[channel];
}

/* The reference is known to fail here: the recorded answer decides. */
static void judge_by_answer(const Case *item, const Observation *ref, const Observation *cand,
                            unsigned wanted, bool same_program, Verdict *v) {
  VerdictKind kind = VERDICT_REF_WRONG;
  if (ref->ending == ENDED_TIMEOUT || ref->ending == ENDED_FUEL) kind = VERDICT_POISONED;
  else if (ref->ending != ENDED) kind = VERDICT_REF_CRASH;
  else if (answer_problem(item, ref, CHANNELS_ALL) < 0) {
    set(v, VERDICT_DRIFT, "the reference is right where the case says that it fails");
    return;
  }
  if (same_program) {
    set(v, kind, "reference: %s, as the case says", outcome(ref));
    return;
  }
  if (set_death(v, cand)) return;
  int channel = answer_problem(item, cand, wanted);
  if (channel < 0) {
    set(v, VERDICT_ANSWER, "reference: %s, as the case says", outcome(ref));
    return;
  }
  if (channel == CHANNEL_STDOUT && !says_it(item, cand)) set_silent(v, item, "candidate");
  else {
    set(v, kind_of_channel((Channel)channel), "%s is not the recorded answer",
        channel_name((Channel)channel));
  }
  show_answer(&v->diff, item, channel, cand);
  if (channel == CHANNEL_EXIT) {
    show_end(&v->diff, "candidate stderr", &cand->channel[CHANNEL_STDERR]);
  }
}

/* The reference did not get to its end: only a candidate that died by its own fault is judged. */
static void judge_without_reference(const Observation *ref, const Observation *cand,
                                    bool same_program, Verdict *v) {
  int death = death_of(ref);
  bool crashed = death == VERDICT_CRASH || death == VERDICT_SANITIZER;
  if (crashed && !same_program && set_death(v, cand)) return;
  set(v, crashed ? VERDICT_REF_CRASH : VERDICT_POISONED, "reference: %s", outcome(ref));
}

static void set_difference(Verdict *v, const Case *item, const Comparison *c,
                           const Observation *ref, const Observation *cand, bool same_program) {
  v->kind = kind_of_channel(c->first);
  for (int i = 0; i < CHANNEL_COUNT; i++) {
    if (!(c->differing & CHANNEL_BIT(i))) continue;
    if (v->why.len) bytes_puts(&v->why, ", ");
    bytes_puts(&v->why, channel_name((Channel)i));
  }
  if (ref->out_of_memory) {
    v->kind = VERDICT_POISONED;
    bytes_puts(&v->why, " differ, and the reference ran out of memory");
  } else if (item->known[0] && !same_program) {
    v->kind = VERDICT_XFAIL;
    bytes_printf(&v->why, ": %s", item->known);
  } else if (cand->out_of_memory) {
    v->kind = VERDICT_OOM;
  }
}

void verdict_judge(const Case *item, const Observation *ref, const Observation *cand,
                   unsigned wanted, const Rules *rules, unsigned pinned, bool same_program,
                   Verdict *v) {
  verdict_clear(v);
  v->ref_ns = ref->nanoseconds;
  v->cand_ns = cand->nanoseconds;
  if (pinned && item->expect_trouble != TROUBLE_NONE) {
    judge_by_answer(item, ref, cand, wanted & item->channels, same_program, v);
    return;
  }
  if (ref->ending != ENDED) {
    judge_without_reference(ref, cand, same_program, v);
    return;
  }
  if ((pinned && set_drift(v, item, ref, pinned)) || set_death(v, cand)) return;
  Comparison c = {.diff = v->diff};
  compare_observations(ref, cand, wanted & item->channels, rules, &item->tags, &c);
  v->diff = c.diff;
  v->rules = c.rules;
  if (c.compared == 0) set(v, VERDICT_INFRA, "the two engines show nothing in common to compare");
  else if (c.differing) set_difference(v, item, &c, ref, cand, same_program);
  else if (says_it(item, ref) && !says_it(item, cand)) set_silent(v, item, "candidate");
  else if (item->known[0] && !same_program) {
    set(v, VERDICT_XPASS, "equal now, though written down as known: %s", item->known);
  } else v->kind = c.raw ? VERDICT_SAME_RULES : VERDICT_SAME;
}
