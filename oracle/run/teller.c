/* teller.c -- why this file exists: who runs cases need not know what an event looks like. */
#include "run/teller.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/words.h"

bool teller_tell(const Teller *t, Event *e) {
  bool ok = true;
  e->time = clock_wall();
  for (size_t i = 0; i < t->n; i++) ok = t->listeners[i]->hear(t->listeners[i], e, t->why) && ok;
  return ok;
}

bool teller_tick(const Teller *t) {
  double now = clock_wall();
  bool ok = true;
  for (size_t i = 0; i < t->n; i++) {
    Listener *l = t->listeners[i];
    if (l->tick) ok = l->tick(l, now, t->why) && ok;
  }
  return ok;
}

bool teller_note(const Teller *t, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  Event e = {.kind = EVENT_NOTE};
  e.as.note.text = text;
  return teller_tell(t, &e);
}

bool teller_mode(const Teller *t, const Plan *plan, unsigned index) {
  const Mode *mode = plan->modes[index];
  const char(*builds)[41] = (const char(*)[41])plan->builds[index];
  const EngineSpec *ref = &mode->ref, *cand = &mode->cand;
  Event e = {.kind = EVENT_MODE};
  e.as.mode.mode = mode->name;
  e.as.mode.why = mode->why;
  e.as.mode.output = mode->output;
  e.as.mode.ref = (EventSide){ref->path, ref->version, builds[0], ref->kind};
  e.as.mode.cand = (EventSide){cand->path, cand->version, builds[1], cand->kind};
  e.as.mode.cases = plan->first[index + 1] - plan->first[index];
  return teller_tell(t, &e);
}

/* The command, "oracle run" or the like, for this one case. */
static void append_command(const Teller *t, const char *command, const char *mode, const char *id,
                           Bytes *to) {
  bytes_puts(to, command);
  if (strcmp(mode, "base") != 0) {
    bytes_puts(to, " --mode");
    words_append_shell(to, mode);
  }
  if (!t->repeat_is_whole) words_append_shell(to, id);
}

bool teller_result(const Teller *t, const Plan *plan, const Item *item, const Rules *rules,
                   const Verdict *v, bool cached) {
  const char *mode = plan->modes[item->mode]->name;
  Strings applied = {0};
  Bytes repeat = {0}, debug = {0};
  for (size_t i = 0; i < rules->n; i++) {
    if (v->rules & UINT64_C(1) << i) strings_add(&applied, rule_id(rules, i));
  }
  if (verdict_class(v->kind) != CLASS_PASS) {
    append_command(t, t->repeat, mode, item->item->id, &repeat);
    if (*t->debug) append_command(t, t->debug, mode, item->item->id, &debug);
  }
  Event e = {.kind = EVENT_RESULT};
  e.as.result.n = item->n;
  e.as.result.mode = mode;
  e.as.result.id = item->item->id;
  e.as.result.title = item->item->title;
  e.as.result.file = item->item->path;
  e.as.result.line = item->item->line;
  e.as.result.tags = &item->item->tags;
  e.as.result.verdict = v->kind;
  e.as.result.why = v->why;
  e.as.result.diff = v->diff;
  e.as.result.signature = v->signature;
  e.as.result.ledger = v->ledger;
  e.as.result.repeat = bytes_text(&repeat);
  e.as.result.debug = bytes_text(&debug);
  e.as.result.rules = &applied;
  e.as.result.ref_ns = v->ref_ns;
  e.as.result.cand_ns = v->cand_ns;
  e.as.result.cached = cached;
  bool ok = teller_tell(t, &e);
  bytes_free(&repeat);
  bytes_free(&debug);
  strings_free(&applied);
  return ok;
}
