/* ledger.c -- why this file exists: a known divergence may be looked over only for a reason, by
 * somebody, until a day; this holds every entry to that. */
#include "verdict/ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "config/luadata.h"

/* Data is read by the reference's library, as the configuration is. */
static const char READER[] = "liblua5.1.so.0";

struct Ledger {
  char *path;
  char today[11];        /* when it was loaded: expired entries explain nothing */
  LedgerEntry *at;
  size_t n;
};

static void free_entry(LedgerEntry *e) {
  char *texts[] = {e->id, e->sig, e->mode, e->why, e->issue, e->owner, e->added, e->expires};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  for (size_t i = 0; i < e->nplaces; i++) free(e->places[i].text);
  free(e->places);
  strings_free(&e->tags);
}

void ledger_free(Ledger *l) {
  if (l == NULL) return;
  for (size_t i = 0; i < l->n; i++) free_entry(&l->at[i]);
  free(l->at);
  free(l->path);
  free(l);
}

size_t ledger_count(const Ledger *l) {
  return l->n;
}

const LedgerEntry *ledger_at(const Ledger *l, size_t i) {
  return &l->at[i];
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* "2026-11-21", a day that exists. */
bool ledger_is_day(const char *text) {
  struct tm day = {0}, again;
  const char *end = strptime(text, "%Y-%m-%d", &day);
  if (end == NULL || *end || strlen(text) != 10) return false;
  day.tm_isdst = 0;
  time_t t = timegm(&day);
  gmtime_r(&t, &again);
  return again.tm_mday == atoi(text + 8);
}

static bool is_known_key(const Data *table, const char *const *keys, size_t n, Diag *why) {
  for (size_t i = 0; i < table->npairs; i++) {
    const Data *key = table->pairs[i].key;
    const char *name = key->kind == DATA_STRING ? bytes_text(&key->string) : "[number]";
    bool known = false;
    for (size_t j = 0; j < n; j++) known = known || strcmp(keys[j], name) == 0;
    if (known) continue;
    const char *near = strings_nearest(name, keys, n);
    if (near == NULL) return diag_set(why, EXIT_USAGE, "unknown field '%s'", name);
    return diag_set(why, EXIT_USAGE, "unknown field '%s' (did you mean '%s'?)", name, near);
  }
  return true;
}

/* A text field; NULL and true if it is absent and may be. */
static bool read_text(const Data *table, const char *name, bool needed, char **text, Diag *why) {
  const Data *field = luadata_field(table, name);
  const char *value = field ? luadata_text(field) : NULL;
  if (field == NULL && needed) return diag_set(why, EXIT_USAGE, "'%s' is missing", name);
  if (field && (value == NULL || *value == '\0')) {
    return diag_set(why, EXIT_USAGE, "'%s' must be a text that is not empty", name);
  }
  *text = value ? mem_string(value) : NULL;
  return true;
}

/* Takes the text. */
static void add_place(LedgerEntry *e, char *text) {
  e->places = mem_resize(e->places, (e->nplaces + 1) * sizeof *e->places);
  e->places[e->nplaces++] = (LedgerPlace){.text = text, .is_pattern = strpbrk(text, "*?[") != NULL};
}

/* FILE = {NAMES}: cases of one file, by their names or patterns of names. */
static bool read_names(LedgerEntry *e, const Bytes *file, const Data *names, Diag *why) {
  size_t n = names->kind == DATA_TABLE ? luadata_length(names) : 0;
  bool ok = n > 0 && n == names->npairs;
  for (size_t i = 1; ok && i <= n; i++) {
    const char *name = luadata_text(luadata_at(names, i));
    ok = name && *name;
    if (ok) add_place(e, mem_format("%s#%s", bytes_text(file), name));
  }
  return ok || diag_set(why, EXIT_USAGE, "'case': '%s' must be a list of names", bytes_text(file));
}

/* A text, or a table of texts and of lists of names by their file. */
static bool read_places(LedgerEntry *e, const Data *match, Diag *why) {
  const Data *field = luadata_field(match, "case");
  char *text = NULL;
  if (field == NULL || field->kind != DATA_TABLE) {
    if (!read_text(match, "case", false, &text, why)) return false;
    if (text) add_place(e, text);
    return true;
  }
  if (field->npairs == 0) return diag_set(why, EXIT_USAGE, "'case' is an empty list");
  for (size_t i = 0; i < field->npairs; i++) {
    const DataPair *pair = &field->pairs[i];
    const char *place = luadata_text(pair->value);
    if (pair->key->kind == DATA_STRING) {
      if (!read_names(e, &pair->key->string, pair->value, why)) return false;
    } else if (place && *place) add_place(e, mem_string(place));
    else return diag_set(why, EXIT_USAGE, "'case' must be a text, or a list of texts");
  }
  return true;
}

static bool read_match(LedgerEntry *e, const Data *entry, Diag *why) {
  static const char *const keys[] = {"mode", "case", "tags"};
  const Data *match = luadata_field(entry, "match");
  if (match == NULL || match->kind != DATA_TABLE) {
    return diag_set(why, EXIT_USAGE, "'match' must be a table with 'case', 'tags' or 'mode'");
  }
  if (!is_known_key(match, keys, sizeof keys / sizeof *keys, why)) return false;
  if (!read_text(match, "mode", false, &e->mode, why)) return false;
  if (!read_places(e, match, why)) return false;
  const Data *tags = luadata_field(match, "tags");
  if (tags && tags->kind != DATA_TABLE) return diag_set(why, EXIT_USAGE, "'tags' must be a list");
  for (size_t i = 1; tags && i <= tags->npairs; i++) {
    const Data *item = luadata_at(tags, i);
    const char *tag = item ? luadata_text(item) : NULL;
    if (tag == NULL) return diag_set(why, EXIT_USAGE, "'tags' must be a list of texts");
    strings_add(&e->tags, tag);
  }
  if (!e->nplaces && !e->tags.n && !e->sig) {
    return diag_set(why, EXIT_USAGE, "it would match everything: give 'case', 'tags' or 'sig'");
  }
  return true;
}

static bool add_verdict(LedgerEntry *e, const char *word, Diag *why) {
  int kind = verdict_find(word);
  if (kind < 0 || verdict_class((VerdictKind)kind) != CLASS_FAIL) {
    return diag_set(why, EXIT_USAGE, "verdict '%s' is no word for a failure", word);
  }
  e->verdicts |= (uint32_t)1 << kind;
  return true;
}

/* A word or a list of words. */
static bool read_verdicts(LedgerEntry *e, const Data *entry, Diag *why) {
  const Data *field = luadata_field(entry, "verdict");
  if (field && field->kind == DATA_TABLE) {
    size_t n = luadata_length(field);
    bool ok = n > 0 && n == field->npairs;
    for (size_t i = 1; ok && i <= n; i++) {
      const char *word = luadata_text(luadata_at(field, i));
      if (word && !add_verdict(e, word, why)) return false;
      ok = word != NULL;
    }
    return ok || diag_set(why, EXIT_USAGE, "'verdict' must be a word or a list of words");
  }
  char *word = NULL;
  bool ok = read_text(entry, "verdict", true, &word, why) && add_verdict(e, word, why);
  free(word);
  return ok;
}

static bool read_limits(LedgerEntry *e, const Data *entry, Diag *why) {
  if (!ledger_is_day(e->added)) {
    return diag_set(why, EXIT_USAGE, "'added' must be a date, YYYY-MM-DD");
  }
  if (!ledger_is_day(e->expires)) {
    return diag_set(why, EXIT_USAGE, "'expires' must be a date, YYYY-MM-DD");
  }
  if (strcmp(e->added, e->expires) >= 0) {
    return diag_set(why, EXIT_USAGE, "it expires before it was added");
  }
  const Data *most = luadata_field(entry, "max_hits");
  if (most == NULL) return true;
  if (most->kind != DATA_NUMBER || !(most->number >= 1 && most->number <= 1e9)) {
    return diag_set(why, EXIT_USAGE, "'max_hits' must be a number from 1 on");
  }
  e->max_hits = (size_t)most->number;
  return true;
}

static bool read_entry(LedgerEntry *e, const Data *entry, Diag *why) {
  static const char *const keys[] = {"id", "sig", "match", "verdict", "why", "issue", "owner",
                                     "added", "expires", "max_hits"};
  if (entry->kind != DATA_TABLE) return diag_set(why, EXIT_USAGE, "is no table");
  if (!is_known_key(entry, keys, sizeof keys / sizeof *keys, why)) return false;
  if (!read_text(entry, "id", true, &e->id, why)) return false;
  if (strlen(e->id) >= sizeof ((Verdict *)0)->ledger) {
    return diag_set(why, EXIT_USAGE, "id '%s' is longer than %zu bytes", e->id,
                    sizeof ((Verdict *)0)->ledger - 1);
  }
  return read_text(entry, "sig", false, &e->sig, why) &&
         read_text(entry, "why", true, &e->why, why) &&
         read_text(entry, "issue", false, &e->issue, why) &&
         read_text(entry, "owner", true, &e->owner, why) &&
         read_text(entry, "added", true, &e->added, why) &&
         read_text(entry, "expires", true, &e->expires, why) && read_match(e, entry, why) &&
         read_verdicts(e, entry, why) && read_limits(e, entry, why);
}

static bool read_entries(Ledger *l, const Data *list, Diag *why) {
  if (luadata_length(list) != list->npairs) {
    return diag_set(why, EXIT_USAGE, "%s: must return a list of entries", l->path);
  }
  l->at = mem_zero(list->npairs * sizeof *l->at);
  for (size_t i = 0; i < list->npairs; i++) {
    LedgerEntry *e = &l->at[l->n++];
    if (!read_entry(e, luadata_at(list, i + 1), why)) {
      return diag_wrap(why, "%s: entry %zu%s%s", l->path, i + 1, e->id ? " " : "",
                       e->id ? e->id : "");
    }
    for (size_t j = 0; j < i; j++) {
      if (strcmp(l->at[j].id, e->id) == 0) {
        return diag_set(why, EXIT_USAGE, "%s: entry %zu: second '%s'", l->path, i + 1, e->id);
      }
    }
  }
  return true;
}

void ledger_format_day(double seconds, char day[11]) {
  time_t t = (time_t)seconds;
  struct tm utc;
  gmtime_r(&t, &utc);
  strftime(day, 11, "%Y-%m-%d", &utc);
}

Ledger *ledger_parse(const Bytes *text, const char *path, Diag *why) {
  Data *list = luadata_parse(bytes_text(text), text->len, path, READER, why);
  if (list == NULL) return NULL;
  Ledger *l = mem_zero(sizeof *l);
  l->path = mem_string(path);
  ledger_format_day((double)time(NULL), l->today);
  if (!read_entries(l, list, why)) {
    ledger_free(l);
    l = NULL;
  }
  luadata_free(list);
  return l;
}

Ledger *ledger_load(const char *path, Diag *why) {
  Bytes text = {0};
  Ledger *l = path_read(path, &text, why) ? ledger_parse(&text, path, why) : NULL;
  bytes_free(&text);
  return l;
}

/* ---- Applying -------------------------------------------------------------------------------- */

bool ledger_is_in_mode(const LedgerEntry *e, const char *mode) {
  return e->mode == NULL || path_match(e->mode, mode);
}

static bool is_at(const LedgerPlace *place, const Case *item) {
  return place->is_pattern ? path_match(place->text, item->id) : strcmp(place->text, item->id) == 0;
}

static bool is_about(const LedgerEntry *e, const char *mode, const Case *item) {
  if (!ledger_is_in_mode(e, mode)) return false;
  for (size_t i = 0; i < e->tags.n; i++) {
    if (!strings_has(&item->tags, e->tags.at[i])) return false;
  }
  bool found = e->nplaces == 0;
  for (size_t i = 0; !found && i < e->nplaces; i++) found = is_at(&e->places[i], item);
  return found;
}

/* Writes down what became of a case that the entry is about. */
static void note_outcome(LedgerEntry *e, const Case *item, bool explained, bool passed) {
  e->ran++;
  e->hits += explained;
  for (size_t i = 0; i < e->nplaces; i++) {
    LedgerPlace *place = &e->places[i];
    if (!is_at(place, item)) continue;
    place->ran++;
    place->hits += explained;
    place->passed = place->passed || passed;
  }
}

/* A signature is given whole, or as a start that ends with '*'. */
static bool has_signature(const LedgerEntry *e, const Verdict *v) {
  if (e->sig == NULL) return true;
  size_t n = strlen(e->sig);
  if (e->sig[n - 1] == '*') return strncmp(e->sig, v->signature, n - 1) == 0;
  return strcmp(e->sig, v->signature) == 0;
}

static bool is_expired(const LedgerEntry *e, const char *today) {
  return strcmp(today, e->expires) >= 0;
}

void ledger_apply(Ledger *l, const char *mode, const Case *item, Verdict *v) {
  VerdictClass class = verdict_class(v->kind);
  if (class != CLASS_FAIL && class != CLASS_PASS) return;
  for (size_t i = 0; i < l->n; i++) {
    LedgerEntry *e = &l->at[i];
    if (!is_about(e, mode, item)) continue;
    bool explains = class == CLASS_FAIL && (e->verdicts & (uint32_t)1 << v->kind) &&
                    has_signature(e, v);
    note_outcome(e, item, explains, class == CLASS_PASS);
    if (!explains || is_expired(e, l->today)) continue;
    bytes_printf(&v->why, "%s%s: %s", v->why.len ? ": " : "", e->id, e->why);
    v->kind = VERDICT_XFAIL;
    strcpy(v->ledger, e->id);
    class = CLASS_NEUTRAL;                 /* one entry explains it; the rest only see it */
  }
}

/* ---- The end of a run ------------------------------------------------------------------------ */

typedef struct Report {
  LedgerVisitor *visit;
  void *context;
  bool has_all;          /* cases of the mode: what matched none that fails is idle */
  const LedgerEntry *entry;
  size_t problems;
} Report;

__attribute__((format(printf, 3, 4)))
static void report(Report *r, const char *problem, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *why = NULL;
  if (vasprintf(&why, format, args) < 0) abort();
  va_end(args);
  r->problems++;
  r->visit(r->context, r->entry->id, problem, why);
  free(why);
}

static void report_idle(Report *r, const char *what, size_t ran) {
  report(r, "stale", "%s matches %zu cases that ran, and none fails as the entry says: take it out",
         what, ran);
}

static void hold_to_account(Report *r, const LedgerEntry *e, const char *today) {
  r->entry = e;
  if (is_expired(e, today)) {
    report(r, "expired", "expired on %s; %s owns it: %s", e->expires, e->owner, e->why);
    return;
  }
  bool by_chance = e->verdicts & (uint32_t)1 << VERDICT_FLAKY;
  for (size_t i = 0; i < e->nplaces && !by_chance; i++) {
    const LedgerPlace *place = &e->places[i];
    if (place->hits > 0 || place->ran == 0) continue;
    if (!place->is_pattern && place->passed) {
      report(r, "xpass", "%s passes now: take it out", place->text);
    } else if (!place->is_pattern || r->has_all) report_idle(r, place->text, place->ran);
  }
  bool is_idle = e->nplaces == 0 && e->ran > 0 && e->hits == 0;
  if (is_idle && r->has_all && !by_chance) report_idle(r, "it", e->ran);
  if (e->max_hits && e->hits > e->max_hits) {
    report(r, "over", "explained %zu failures, more than the %zu it may", e->hits, e->max_hits);
  }
}

size_t ledger_end(const Ledger *l, const char *mode, bool has_all, double today,
                  LedgerVisitor *visit, void *context) {
  char day[11];
  Report r = {.visit = visit, .context = context, .has_all = has_all};
  ledger_format_day(today, day);
  for (size_t i = 0; i < l->n; i++) {
    if (ledger_is_in_mode(&l->at[i], mode)) hold_to_account(&r, &l->at[i], day);
  }
  return r.problems;
}
