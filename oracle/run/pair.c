/* pair.c -- why this file exists: a difference is believed only after both sides were asked
 * again and the reference was caught in no contradiction. */
#include "run/pair.h"

#include <stdlib.h>
#include <string.h>

#include "compare/mask.h"
#include "engine/wrap.h"
#include "verdict/signature.h"

#define PERTURBATIONS 2
#define HANG_SECONDS 1.0                 /* for a reference that is known to hang */

static bool same_list(const Strings *a, const Strings *b) {
  bool same = a->n == b->n;
  for (size_t i = 0; same && i < a->n; i++) same = strcmp(a->at[i], b->at[i]) == 0;
  return same;
}

bool pair_open(Pair *p, const EngineSpec *ref, const EngineSpec *cand, const Rules *rules,
               unsigned retries, Diag *why) {
  *p = (Pair){.rules = rules, .retries = retries, .ref_world = ref->perturbation,
              .cand_world = cand->perturbation};
  p->ref = engine_open(ref, true, why);
  if (p->ref == NULL) return diag_wrap(why, "reference");
  p->cand = engine_open(cand, false, why);
  if (p->cand == NULL) {
    engine_close(p->ref);
    p->ref = NULL;
    return diag_wrap(why, "candidate");
  }
  p->same_program = strcmp(p->ref->build_id, p->cand->build_id) == 0 &&
                    same_list(&ref->args, &cand->args) && same_list(&ref->env, &cand->env);
  return true;
}

void pair_close(Pair *p) {
  engine_close(p->ref);
  engine_close(p->cand);
  observation_free(&p->ref_seen);
  observation_free(&p->cand_seen);
  observation_free(&p->again);
  *p = (Pair){0};
}

/* The case with what its mode gives to all of them. */
static Case provided(const Case *item, const Conditions *c) {
  Case whole = *item;
  whole.needs |= c->needs;
  return whole;
}

const char *pair_refuses(Pair *p, const Case *item, const Conditions *c) {
  const Case whole = provided(item, c);
  const char *why = p->ref->ops->refuses(p->ref, &whole);
  return *why ? why : p->cand->ops->refuses(p->cand, &whole);
}

bool pair_is_spent(const Pair *p) {
  return p->ref->ops->is_spent(p->ref) || p->cand->ops->is_spent(p->cand);
}

bool pair_has_program(const Pair *p) {
  return p->ref->ops == &engine_exec || p->cand->ops == &engine_exec;
}

/* ---- Doubt ---------------------------------------------------------------------------------- */

/* One verdict's doubts: what is asked again, and under which conditions. */
typedef struct Doubt {
  Pair *pair;
  const Case *item;
  const Conditions *conditions;
  unsigned wanted;
  Diag *why;
} Doubt;

static bool run(Engine *e, const Case *item, const Conditions *c, unsigned perturbation,
                Observation *seen, Diag *why) {
  RunRequest request = {item, c, perturbation};
  return e->ops->run(e, &request, seen, why) || diag_wrap(why, "%s: %s", e->name, item->id);
}

/* Asks one side again in the same world: does it say the same?  An engine that is spent is
 * believed. */
static bool is_steady(Doubt *d, Engine *e, unsigned world, const Observation *seen, bool *steady) {
  Pair *p = d->pair;
  *steady = true;
  for (unsigned i = 0; i < p->retries && *steady && !e->ops->is_spent(e); i++) {
    if (!run(e, d->item, d->conditions, world, &p->again, d->why)) return false;
    *steady = p->again.ending == seen->ending &&
              compare_agree(seen, &p->again, d->wanted, p->rules, &d->item->tags);
  }
  return true;
}

typedef struct Texts { Bytes at[CHANNEL_COUNT]; } Texts;

/* The channels after the rules, so that objects keep their identity whatever their addresses. */
static void normalise(const Doubt *d, const Observation *o, unsigned channels, Texts *texts) {
  RuleMemory memory = {0};
  uint64_t fired = 0;
  static const Rules none;
  const Rules *rules = d->pair->rules ? d->pair->rules : &none;
  for (int i = 0; i < CHANNEL_COUNT; i++) {
    if (!(channels & CHANNEL_BIT(i))) continue;
    rules_apply(rules, (Channel)i, &d->item->tags, &o->channel[i], &texts->at[i], &memory, &fired);
  }
  rule_memory_free(&memory);
}

static void free_texts(Texts *texts) {
  for (int i = 0; i < CHANNEL_COUNT; i++) bytes_free(&texts->at[i]);
}

/* Is every difference where the reference, in this perturbed world, differs from itself? */
static bool hides(const Doubt *d, const Observation *perturbed, Bytes *ranges) {
  const Pair *p = d->pair;
  unsigned shown = d->wanted & p->ref_seen.shown & p->cand_seen.shown & perturbed->shown;
  bool hidden = true;
  Texts ref = {0}, cand = {0}, other = {0};
  normalise(d, &p->ref_seen, shown, &ref);
  normalise(d, &p->cand_seen, shown, &cand);
  normalise(d, perturbed, shown, &other);
  for (int i = 0; i < CHANNEL_COUNT && hidden; i++) {
    if (!(shown & CHANNEL_BIT(i)) || bytes_equal(&ref.at[i], &cand.at[i])) continue;
    bytes_printf(ranges, "%s%s ", ranges->len ? ", " : "", channel_name((Channel)i));
    hidden = i != CHANNEL_EXIT && i != CHANNEL_BYTECODE && i != CHANNEL_MEMORY &&
             mask_hides(&ref.at[i], &other.at[i], &cand.at[i], ranges);
  }
  free_texts(&ref);
  free_texts(&cand);
  free_texts(&other);
  return hidden && ranges->len > 0;
}

/* Runs the reference in perturbed worlds and looks whether one of them explains the difference. */
static bool is_masked(Doubt *d, Bytes *ranges, bool *masked) {
  Pair *p = d->pair;
  *masked = false;
  if (p->ref_seen.ending != ENDED || p->cand_seen.ending != ENDED) return true;
  for (unsigned i = 1; i <= PERTURBATIONS && !*masked && !p->ref->ops->is_spent(p->ref); i++) {
    if (!run(p->ref, d->item, d->conditions, p->ref_world + i, &p->again, d->why)) return false;
    bytes_clear(ranges);
    *masked = hides(d, &p->again, ranges);
  }
  return true;
}

static void set_masked(Verdict *v, const Bytes *ranges) {
  v->kind = VERDICT_SAME_RULES;
  bytes_clear(&v->diff);
  bytes_clear(&v->why);
  bytes_printf(&v->why, "where the reference differs from itself only the shape was compared: %s",
               bytes_text(ranges));
}

static void set_flaky(Verdict *v, bool ref_steady, bool cand_steady) {
  Bytes before = bytes_copy(&v->why);
  const char *who = ref_steady ? "the candidate" : cand_steady ? "the reference" : "each side";
  bytes_clear(&v->why);
  bytes_printf(&v->why, "%s contradicts itself; first seen: %s: %s", who, verdict_word(v->kind),
               bytes_text(&before));
  v->kind = VERDICT_FLAKY;
  bytes_free(&before);
}

/* Masks can only explain a difference between two programs that ended; deaths are asked again. */
static bool doubt(Doubt *d, Verdict *v) {
  bool ref_steady, cand_steady, masked;
  Bytes ranges = {0};
  bool ok = is_masked(d, &ranges, &masked);
  if (ok && masked) set_masked(v, &ranges);
  else if (ok) {
    Pair *p = d->pair;
    ok = is_steady(d, p->ref, p->ref_world, &p->ref_seen, &ref_steady) &&
         is_steady(d, p->cand, p->cand_world, &p->cand_seen, &cand_steady);
    if (ok && !(ref_steady && cand_steady)) set_flaky(v, ref_steady, cand_steady);
  }
  bytes_free(&ranges);
  return ok;
}

/* ---- Proof ---------------------------------------------------------------------------------- */

/* Does a channel differ, beyond what the other rules excuse, that the world does not change? */
static bool differs_unmoved(const Doubt *d, const Observation *other, const Rules *few) {
  const Pair *p = d->pair;
  unsigned shown = d->wanted & p->ref_seen.shown & p->cand_seen.shown & other->shown;
  bool differs = false;
  for (int i = 0; i < CHANNEL_COUNT && !differs; i++) {
    const Bytes *ref = &p->ref_seen.channel[i], *cand = &p->cand_seen.channel[i];
    if (!(shown & CHANNEL_BIT(i)) || bytes_equal(ref, cand)) continue;
    if (!bytes_equal(ref, &other->channel[i])) continue;
    Bytes texts[2] = {{0}, {0}};
    for (int side = 0; side < 2; side++) {
      RuleMemory memory = {0};
      uint64_t fired = 0;
      rules_apply(few, (Channel)i, &d->item->tags, side ? cand : ref, &texts[side], &memory,
                  &fired);
      rule_memory_free(&memory);
    }
    differs = !bytes_equal(&texts[0], &texts[1]);
    bytes_free(&texts[0]);
    bytes_free(&texts[1]);
  }
  return differs;
}

/* A program can print what only looks like an address.  Where a rule has excused what varies with
 * the world, the reference has to say something else in another one, or the rule says nothing. */
static bool prove(Doubt *d, Verdict *v) {
  Pair *p = d->pair;
  uint64_t left_out = 0;
  if (v->kind != VERDICT_SAME_RULES || p->rules == NULL) return true;
  const Rules few = rules_unproven(p->rules, &left_out);
  if (!(v->rules & left_out) || p->ref->ops->is_spent(p->ref)) return true;
  if (!run(p->ref, d->item, d->conditions, p->ref_world + 1, &p->again, d->why)) return false;
  if (p->again.ending != p->ref_seen.ending || !differs_unmoved(d, &p->again, &few)) return true;
  verdict_clear(v);
  verdict_judge(d->item, &p->ref_seen, &p->cand_seen, d->conditions->channels, &few, 0,
                p->same_program, v);
  v->rules = 0;
  return true;
}

/* ---- One case ------------------------------------------------------------------------------- */

static const char *misfit(Pair *p, const Case *item, const Conditions *c) {
  const char *why = pair_refuses(p, item, c);
  if (item->borrows && c->folder == NULL) return "its script lies in the folder of another mode";
  return *why || !pair_has_program(p) ? why : wrap_refuses(item, c);
}

static bool is_as_written(const Conditions *c) {
  return c->transform == TRANSFORM_NONE && c->npreloads == 0 && c->invoke == NULL;
}

/* What of the reference must be as the case records.  Texts hold only where the case is run as it is
 * written; how it ends holds always, so that a changed way to run it which runs nothing is seen. */
static unsigned pinned_channels(const Pair *p, const Conditions *c) {
  if (!p->ref->pinned) return 0;
  return is_as_written(c) ? CHANNELS_ALL : CHANNEL_BIT(CHANNEL_EXIT);
}

static void judge_as(const Pair *p, const Case *item, const Conditions *c, unsigned pinned,
                     Verdict *v) {
  verdict_judge(item, &p->ref_seen, &p->cand_seen, c->channels, p->rules, pinned, p->same_program,
                v);
}

static bool is_death(VerdictKind kind) {
  return kind == VERDICT_CRASH || kind == VERDICT_SANITIZER || kind == VERDICT_TIMEOUT;
}

/* Where the reference is known to fail and the case is not run as it is written, the recorded
 * answer still proves a candidate right, and so does agreement; but neither proves it wrong. */
static void judge(const Pair *p, const Case *item, const Conditions *c, Verdict *v) {
  bool known_to_fail = p->ref->pinned && item->expect_trouble != TROUBLE_NONE;
  if (is_as_written(c) || !known_to_fail) {
    judge_as(p, item, c, pinned_channels(p, c), v);
    return;
  }
  judge_as(p, item, c, CHANNELS_ALL, v);
  if (verdict_class(v->kind) == CLASS_PASS) return;
  judge_as(p, item, c, 0, v);
  if (verdict_class(v->kind) != CLASS_FAIL || is_death(v->kind)) return;
  verdict_clear(v);
  v->kind = VERDICT_REF_WRONG;
  bytes_puts(&v->why,
             "the reference is known to fail here, and the case is not run as it is written");
}

/* The case as the reference gets it: one that is known to hang is not given all its time. */
static Case reference_case(const Pair *p, const Case *item, const Conditions *c) {
  Case whole = *item;
  bool hangs = p->ref->pinned && item->expect_trouble == TROUBLE_TIMEOUT && is_as_written(c);
  if (hangs && (whole.seconds <= 0 || whole.seconds > HANG_SECONDS)) whole.seconds = HANG_SECONDS;
  return whole;
}

bool pair_run(Pair *p, const Case *wanted, const Conditions *c, Verdict *v, Diag *why) {
  const Case whole = provided(wanted, c), *item = &whole;
  const char *misfits = misfit(p, item, c);
  if (*misfits) {
    verdict_clear(v);
    v->kind = VERDICT_SKIP;
    bytes_puts(&v->why, misfits);
    return true;
  }
  const Case for_ref = reference_case(p, item, c);
  if (!run(p->ref, &for_ref, c, p->ref_world, &p->ref_seen, why) ||
      !run(p->cand, item, c, p->cand_world, &p->cand_seen, why)) {
    return false;
  }
  judge(p, item, c, v);
  Doubt d = {p, item, c, c->channels & item->channels, why};
  if (!prove(&d, v)) return false;
  if (verdict_class(v->kind) != CLASS_FAIL) return true;
  if (v->kind != VERDICT_XPASS && !doubt(&d, v)) return false;
  signature_of(v, SIGNATURE_DEFAULT, v->signature);
  return true;
}
