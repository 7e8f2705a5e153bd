/* event.c -- why this file exists: what a run found must be readable years later and by other
 * tools, so there is one form of it in a file, and its writer and its reader stand side by side. */
#include "run/event.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const event_words[] = {
  [EVENT_START] = "start", [EVENT_MODE] = "mode", [EVENT_RESULT] = "result",
  [EVENT_LEDGER] = "ledger", [EVENT_NOTE] = "note", [EVENT_RESUME] = "resume", [EVENT_END] = "end",
};
enum { EVENT_KINDS = sizeof event_words / sizeof *event_words };

static const char *const class_words[] = {
  [CLASS_PASS] = "pass", [CLASS_FAIL] = "fail", [CLASS_NEUTRAL] = "neutral",
  [CLASS_TROUBLE] = "trouble",
};

/* ---- Writing -------------------------------------------------------------------------------- */

static void put_key(Bytes *line, const char *key) {
  char last = line->data[line->len - 1];
  if (last != '{') bytes_putc(line, ',');
  bytes_putc(line, '"');
  bytes_puts(line, key);
  bytes_puts(line, "\":");
}

static void put_text(Bytes *line, const char *key, const char *text) {
  put_key(line, key);
  bytes_append_json(line, text ? text : "", text ? strlen(text) : 0);
}

static void put_number(Bytes *line, const char *key, uint64_t number) {
  put_key(line, key);
  bytes_printf(line, "%" PRIu64, number);
}

static void put_bool(Bytes *line, const char *key, bool value) {
  put_key(line, key);
  bytes_puts(line, value ? "true" : "false");
}

/* Microseconds, put together from whole numbers: no locale changes the point. */
static void put_seconds(Bytes *line, const char *key, double seconds) {
  uint64_t micros = seconds > 0 ? (uint64_t)(seconds * 1e6 + 0.5) : 0;
  put_key(line, key);
  bytes_printf(line, "%" PRIu64 ".%06u", micros / 1000000, (unsigned)(micros % 1000000));
}

static void put_list(Bytes *line, const char *key, const Strings *list) {
  put_key(line, key);
  bytes_putc(line, '[');
  for (size_t i = 0; list && i < list->n; i++) {
    if (i) bytes_putc(line, ',');
    bytes_append_json(line, list->at[i], strlen(list->at[i]));
  }
  bytes_putc(line, ']');
}

/* Results are many, and most have nothing to say under most keys. */
static void put_some_text(Bytes *line, const char *key, const char *text) {
  if (text && *text) put_text(line, key, text);
}

static void put_some_bytes(Bytes *line, const char *key, const Bytes *bytes) {
  if (bytes->len == 0) return;
  put_key(line, key);
  bytes_append_json(line, bytes->data, bytes->len);
}

static void put_some_number(Bytes *line, const char *key, uint64_t number) {
  if (number) put_number(line, key, number);
}

static void put_some_list(Bytes *line, const char *key, const Strings *list) {
  if (list && list->n) put_list(line, key, list);
}

static void put_side(Bytes *line, const char *key, const EventSide *side) {
  put_key(line, key);
  bytes_putc(line, '{');
  put_text(line, "name", side->name);
  put_text(line, "version", side->version);
  put_text(line, "build", side->build);
  put_text(line, "kind", side->kind);
  bytes_putc(line, '}');
}

static void put_start(Bytes *line, const Event *e) {
  char plan[17];
  snprintf(plan, sizeof plan, "%016" PRIx64, e->as.start.plan);
  put_number(line, "schema", (uint64_t)e->as.start.schema);
  put_text(line, "run", e->as.start.run);
  put_text(line, "tool", e->as.start.tool);
  put_list(line, "argv", e->as.start.argv);
  put_text(line, "plan", plan);
  put_number(line, "total", e->as.start.total);
  put_text(line, "partition", e->as.start.partition);
  put_number(line, "jobs", e->as.start.jobs);
}

static void put_mode(Bytes *line, const Event *e) {
  put_text(line, "mode", e->as.mode.mode);
  put_text(line, "why", e->as.mode.why);
  put_side(line, "ref", &e->as.mode.ref);
  put_side(line, "cand", &e->as.mode.cand);
  put_number(line, "cases", e->as.mode.cases);
  put_text(line, "output", e->as.mode.output);
}

static void put_result(Bytes *line, const Event *e) {
  VerdictKind verdict = e->as.result.verdict;
  put_number(line, "n", e->as.result.n);
  put_text(line, "mode", e->as.result.mode);
  put_text(line, "case", e->as.result.id);
  put_some_text(line, "title", e->as.result.title);
  put_some_text(line, "file", e->as.result.file);
  if (e->as.result.line > 0) put_number(line, "line", (uint64_t)e->as.result.line);
  put_some_list(line, "tags", e->as.result.tags);
  put_text(line, "verdict", verdict_word(verdict));
  put_text(line, "class", class_words[verdict_class(verdict)]);
  put_some_bytes(line, "why", &e->as.result.why);
  put_some_text(line, "signature", e->as.result.signature);
  put_some_bytes(line, "diff", &e->as.result.diff);
  put_some_list(line, "rules", e->as.result.rules);
  put_some_text(line, "ledger", e->as.result.ledger);
  put_some_number(line, "ref_ns", e->as.result.ref_ns);
  put_some_number(line, "cand_ns", e->as.result.cand_ns);
  if (e->as.result.cached) put_bool(line, "cached", true);
  put_some_text(line, "repeat", e->as.result.repeat);
  put_some_text(line, "debug", e->as.result.debug);
}

static void put_end(Bytes *line, const Event *e) {
  put_key(line, "counts");
  bytes_putc(line, '{');
  for (int i = 0; i < VERDICT_COUNT; i++) {
    put_some_number(line, verdict_word((VerdictKind)i), e->as.end.counts[i]);
  }
  bytes_putc(line, '}');
  put_number(line, "status", (uint64_t)e->as.end.status);
  put_seconds(line, "seconds", e->as.end.seconds);
  put_bool(line, "complete", e->as.end.complete);
  put_text(line, "reason", e->as.end.reason);
}

void event_append(Bytes *line, const Event *e) {
  bytes_putc(line, '{');
  put_text(line, "event", event_words[e->kind]);
  put_seconds(line, "time", e->time);
  switch (e->kind) {
    case EVENT_START: put_start(line, e); break;
    case EVENT_MODE: put_mode(line, e); break;
    case EVENT_RESULT: put_result(line, e); break;
    case EVENT_LEDGER:
      put_text(line, "mode", e->as.ledger.mode);
      put_text(line, "entry", e->as.ledger.entry);
      put_text(line, "problem", e->as.ledger.problem);
      put_text(line, "why", e->as.ledger.why);
      break;
    case EVENT_NOTE: put_text(line, "text", e->as.note.text); break;
    case EVENT_RESUME: put_list(line, "argv", e->as.resume.argv); break;
    case EVENT_END: put_end(line, e); break;
  }
  bytes_puts(line, "}\n");
}

/* ---- Reading -------------------------------------------------------------------------------- */

/* One line being read: what its event borrows, and the first thing that is wrong with it. */
typedef struct Reader {
  Strings texts;         /* owned, until the event has been told */
  Strings lists[2];
  size_t nlists;
  const char *bad;       /* key whose value is of the wrong type, or that is missing */
} Reader;

/* The value of a key, if it is there and of that type; else NULL, and noted. */
static json_t *member(Reader *r, json_t *object, const char *key, bool needed, json_type type) {
  json_t *value = json_object_get(object, key);
  if (value ? json_typeof(value) == type : !needed) return value;
  if (r->bad == NULL) r->bad = key;
  return NULL;
}

static Bytes unescaped(Reader *r, const json_t *string) {
  Bytes bytes = {0};
  bytes_append(&bytes, "", 0);
  if (string) bytes_append_unescaped(&bytes, json_string_value(string), json_string_length(string));
  strings_take(&r->texts, bytes.data);
  return bytes;
}

static Bytes get_bytes(Reader *r, json_t *object, const char *key) {
  return unescaped(r, member(r, object, key, false, JSON_STRING));
}

static const char *get_text(Reader *r, json_t *object, const char *key) {
  return get_bytes(r, object, key).data;
}

static const char *need_text(Reader *r, json_t *object, const char *key) {
  return unescaped(r, member(r, object, key, true, JSON_STRING)).data;
}

static uint64_t natural(Reader *r, const json_t *number, const char *key) {
  json_int_t value = number ? json_integer_value(number) : 0;
  if (value < 0 && r->bad == NULL) r->bad = key;
  return value < 0 ? 0 : (uint64_t)value;
}

static uint64_t get_number(Reader *r, json_t *object, const char *key) {
  return natural(r, member(r, object, key, false, JSON_INTEGER), key);
}

static uint64_t need_number(Reader *r, json_t *object, const char *key) {
  return natural(r, member(r, object, key, true, JSON_INTEGER), key);
}

static double get_seconds(Reader *r, json_t *object, const char *key) {
  json_t *value = json_object_get(object, key);
  if (value && !json_is_number(value) && r->bad == NULL) r->bad = key;
  return json_number_value(value);
}

static bool get_bool(Reader *r, json_t *object, const char *key) {
  json_t *value = json_object_get(object, key);
  if (value && !json_is_boolean(value) && r->bad == NULL) r->bad = key;
  return json_is_true(value);
}

static const Strings *get_list(Reader *r, json_t *object, const char *key) {
  Strings *list = &r->lists[r->nlists++];
  json_t *array = member(r, object, key, false, JSON_ARRAY), *item;
  size_t i;
  json_array_foreach(array, i, item) {
    if (json_is_string(item)) {
      strings_add(list, unescaped(r, item).data);
    } else if (r->bad == NULL) r->bad = key;
  }
  return list;
}

static EventSide get_side(Reader *r, json_t *object, const char *key) {
  json_t *side = member(r, object, key, true, JSON_OBJECT);
  return (EventSide){get_text(r, side, "name"), get_text(r, side, "version"),
                     get_text(r, side, "build"), get_text(r, side, "kind")};
}

static void get_start(Reader *r, json_t *line, Event *e) {
  const char *plan = need_text(r, line, "plan");
  char *rest;
  e->as.start.schema = (int)need_number(r, line, "schema");
  if (e->as.start.schema != EVENT_SCHEMA && r->bad == NULL) r->bad = "schema";
  e->as.start.run = need_text(r, line, "run");
  e->as.start.tool = get_text(r, line, "tool");
  e->as.start.argv = get_list(r, line, "argv");
  e->as.start.plan = strtoull(plan, &rest, 16);
  if ((*rest || strlen(plan) != 16) && r->bad == NULL) r->bad = "plan";
  e->as.start.total = need_number(r, line, "total");
  e->as.start.partition = get_text(r, line, "partition");
  e->as.start.jobs = (unsigned)get_number(r, line, "jobs");
}

static void get_mode(Reader *r, json_t *line, Event *e) {
  e->as.mode.mode = need_text(r, line, "mode");
  e->as.mode.why = get_text(r, line, "why");
  e->as.mode.ref = get_side(r, line, "ref");
  e->as.mode.cand = get_side(r, line, "cand");
  e->as.mode.cases = need_number(r, line, "cases");
  e->as.mode.output = get_text(r, line, "output");
}

static void get_result(Reader *r, json_t *line, Event *e) {
  int verdict = verdict_find(need_text(r, line, "verdict"));
  if (verdict < 0 && r->bad == NULL) r->bad = "verdict";
  e->as.result.n = need_number(r, line, "n");
  e->as.result.mode = need_text(r, line, "mode");
  e->as.result.id = need_text(r, line, "case");
  e->as.result.title = get_text(r, line, "title");
  e->as.result.file = get_text(r, line, "file");
  e->as.result.line = (int)get_number(r, line, "line");
  e->as.result.tags = get_list(r, line, "tags");
  e->as.result.verdict = verdict < 0 ? VERDICT_INFRA : (VerdictKind)verdict;
  e->as.result.why = get_bytes(r, line, "why");
  e->as.result.diff = get_bytes(r, line, "diff");
  e->as.result.signature = get_text(r, line, "signature");
  e->as.result.ledger = get_text(r, line, "ledger");
  e->as.result.repeat = get_text(r, line, "repeat");
  e->as.result.debug = get_text(r, line, "debug");
  e->as.result.rules = get_list(r, line, "rules");
  e->as.result.ref_ns = get_number(r, line, "ref_ns");
  e->as.result.cand_ns = get_number(r, line, "cand_ns");
  e->as.result.cached = get_bool(r, line, "cached");
}

static void get_end(Reader *r, json_t *line, Event *e) {
  json_t *counts = member(r, line, "counts", true, JSON_OBJECT);
  for (int i = 0; i < VERDICT_COUNT; i++) {
    e->as.end.counts[i] = get_number(r, counts, verdict_word((VerdictKind)i));
  }
  e->as.end.status = (int)need_number(r, line, "status");
  e->as.end.seconds = get_seconds(r, line, "seconds");
  e->as.end.complete = get_bool(r, line, "complete");
  e->as.end.reason = get_text(r, line, "reason");
}

/* False: the line is JSON and no event; r->bad says which key. */
static bool get_event(Reader *r, json_t *line, Event *e) {
  const char *word = need_text(r, line, "event");
  int kind = 0;
  while (kind < EVENT_KINDS && strcmp(word, event_words[kind]) != 0) kind++;
  if (kind == EVENT_KINDS) {
    r->bad = "event";
    return false;
  }
  e->kind = (EventKind)kind;
  e->time = get_seconds(r, line, "time");
  switch (e->kind) {
    case EVENT_START: get_start(r, line, e); break;
    case EVENT_MODE: get_mode(r, line, e); break;
    case EVENT_RESULT: get_result(r, line, e); break;
    case EVENT_LEDGER:
      e->as.ledger.mode = need_text(r, line, "mode");
      e->as.ledger.entry = need_text(r, line, "entry");
      e->as.ledger.problem = need_text(r, line, "problem");
      e->as.ledger.why = get_text(r, line, "why");
      break;
    case EVENT_NOTE: e->as.note.text = need_text(r, line, "text"); break;
    case EVENT_RESUME: e->as.resume.argv = get_list(r, line, "argv"); break;
    case EVENT_END: get_end(r, line, e); break;
  }
  return r->bad == NULL;
}

static bool visit_line(const char *text, size_t n, const char *path, size_t number,
                       EventVisitor *each, void *context, Diag *why) {
  json_error_t error;
  json_t *line = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
  if (line == NULL) {
    return diag_set(why, EXIT_USAGE, "%s:%zu: not JSON: %s", path, number, error.text);
  }
  Reader r = {0};
  Event e = {0};
  bool ok = get_event(&r, line, &e);
  json_decref(line);
  if (ok) ok = each(context, &e, why);
  else {
    diag_set(why, EXIT_USAGE, "%s:%zu: not an event: \"%s\" is missing or wrong", path, number,
             r.bad);
  }
  strings_free(&r.texts);
  strings_free(&r.lists[0]);
  strings_free(&r.lists[1]);
  return ok;
}

bool event_read_log(const char *path, EventVisitor *each, void *context, Diag *why) {
  FILE *f = fopen(path, "re");
  if (f == NULL) return diag_errno(why, EXIT_USAGE, "%s", path);
  char *line = NULL;
  size_t room = 0;
  ssize_t n;
  bool ok = true;
  errno = 0;
  for (size_t number = 1; ok && (n = getline(&line, &room, f)) > 0; number++) {
    if (line[n - 1] != '\n') break;                    /* half a line: its run was killed */
    ok = visit_line(line, (size_t)n, path, number, each, context, why);
  }
  if (ok && ferror(f)) ok = diag_errno(why, EXIT_USAGE, "%s", path);
  free(line);
  fclose(f);
  return ok;
}
