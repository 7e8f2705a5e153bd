/* ledger.c -- why this file exists: a known divergence may be looked over only for a reason, by
 * somebody, until a day; this holds every entry to that. */
#include "verdict/ledger.h"

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
  char *texts[] = {e->id, e->sig, e->mode, e->cases, e->why, e->issue, e->owner, e->added, e->expires};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
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

/* ---- Reading ---------------------------------------------------------------------------------- */

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
    if (near) return diag_set(why, EXIT_USAGE, "unknown field '%s' (did you mean '%s'?)", name, near);
    return diag_set(why, EXIT_USAGE, "unknown field '%s'", name);
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

static bool read_match(LedgerEntry *e, const Data *entry, Diag *why) {
  static const char *const keys[] = {"mode", "case", "tags"};
  const Data *match = luadata_field(entry, "match");
  if (match == NULL || match->kind != DATA_TABLE) {
    return diag_set(why, EXIT_USAGE, "'match' must be a table with 'case', 'tags' or 'mode'");
  }
  if (!is_known_key(match, keys, sizeof keys / sizeof *keys, why)) return false;
  if (!read_text(match, "mode", false, &e->mode, why)) return false;
  if (!read_text(match, "case", false, &e->cases, why)) return false;
  const Data *tags = luadata_field(match, "tags");
  if (tags && tags->kind != DATA_TABLE) return diag_set(why, EXIT_USAGE, "'tags' must be a list");
  for (size_t i = 1; tags && i <= tags->npairs; i++) {
    const Data *item = luadata_at(tags, i);
    const char *tag = item ? luadata_text(item) : NULL;
    if (tag == NULL) return diag_set(why, EXIT_USAGE, "'tags' must be a list of texts");
    strings_add(&e->tags, tag);
  }
  if (!e->cases && !e->tags.n && !e->sig) {
    return diag_set(why, EXIT_USAGE, "it would match everything: give 'case', 'tags' or 'sig'");
  }
  return true;
}

static bool read_verdict(LedgerEntry *e, const Data *entry, Diag *why) {
  char *word = NULL;
  if (!read_text(entry, "verdict", true, &word, why)) return false;
  int kind = verdict_find(word);
  bool ok = kind >= 0 && verdict_class((VerdictKind)kind) == CLASS_FAIL;
  if (ok) e->verdict = (VerdictKind)kind;
  else diag_set(why, EXIT_USAGE, "verdict '%s' is no word for a failure", word);
  free(word);
  return ok;
}

static bool read_limits(LedgerEntry *e, const Data *entry, Diag *why) {
  if (!ledger_is_day(e->added)) return diag_set(why, EXIT_USAGE, "'added' must be a date, YYYY-MM-DD");
  if (!ledger_is_day(e->expires)) return diag_set(why, EXIT_USAGE, "'expires' must be a date, YYYY-MM-DD");
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
  static const char *const keys[] = {"id", "sig", "match", "verdict", "why", "issue", "owner", "added",
                                     "expires", "max_hits"};
  if (entry->kind != DATA_TABLE) return diag_set(why, EXIT_USAGE, "is no table");
  if (!is_known_key(entry, keys, sizeof keys / sizeof *keys, why)) return false;
  if (!read_text(entry, "id", true, &e->id, why)) return false;
  if (strlen(e->id) >= sizeof ((Verdict *)0)->ledger) {
    return diag_set(why, EXIT_USAGE, "id '%s' is longer than %zu bytes", e->id,
                    sizeof ((Verdict *)0)->ledger - 1);
  }
  return read_text(entry, "sig", false, &e->sig, why) && read_text(entry, "why", true, &e->why, why) &&
         read_text(entry, "issue", false, &e->issue, why) &&
         read_text(entry, "owner", true, &e->owner, why) &&
         read_text(entry, "added", true, &e->added, why) &&
         read_text(entry, "expires", true, &e->expires, why) && read_match(e, entry, why) &&
         read_verdict(e, entry, why) && read_limits(e, entry, why);
}

static bool read_entries(Ledger *l, const Data *list, Diag *why) {
  if (luadata_length(list) != list->npairs) {
    return diag_set(why, EXIT_USAGE, "%s: must return a list of entries", l->path);
  }
  l->at = mem_zero(list->npairs * sizeof *l->at);
  for (size_t i = 0; i < list->npairs; i++) {
    LedgerEntry *e = &l->at[l->n++];
    if (!read_entry(e, luadata_at(list, i + 1), why)) {
      return diag_wrap(why, "%s: entry %zu%s%s", l->path, i + 1, e->id ? " " : "", e->id ? e->id : "");
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

/* ---- Applying --------------------------------------------------------------------------------- */

bool ledger_is_in_mode(const LedgerEntry *e, const char *mode) {
  return e->mode == NULL || path_match(e->mode, mode);
}

static bool is_about(const LedgerEntry *e, const char *mode, const Case *item) {
  if (!ledger_is_in_mode(e, mode)) return false;
  if (e->cases && strcmp(e->cases, item->id) != 0 && !path_match(e->cases, item->id)) return false;
  for (size_t i = 0; i < e->tags.n; i++) {
    if (!strings_has(&item->tags, e->tags.at[i])) return false;
  }
  return true;
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
    e->ran++;
    if (class == CLASS_PASS) {
      e->passed = e->passed || (e->cases && strcmp(e->cases, item->id) == 0);
    } else if (v->kind == e->verdict && has_signature(e, v)) {
      e->hits++;
      if (is_expired(e, l->today)) continue;
      bytes_printf(&v->why, "%s%s: %s", v->why.len ? ": " : "", e->id, e->why);
      v->kind = VERDICT_XFAIL;
      strcpy(v->ledger, e->id);
      class = CLASS_NEUTRAL;                          /* one entry explains it; the rest only see it */
    }
  }
}

/* ---- The end of a run ------------------------------------------------------------------------- */

/* What is wrong with an entry: the problem's name, and why in words; NULL if nothing is. */
static const char *problem_of(const LedgerEntry *e, const char *today, Bytes *why) {
  bytes_clear(why);
  if (is_expired(e, today)) {
    bytes_printf(why, "expired on %s; %s owns it: %s", e->expires, e->owner, e->why);
    return "expired";
  }
  if (e->passed && e->hits == 0) {
    bytes_printf(why, "%s passes now: take the entry out", e->cases);
    return "xpass";
  }
  if (e->ran > 0 && e->hits == 0) {
    bytes_printf(why, "matched %zu cases and none of them fails as it says: take the entry out", e->ran);
    return "stale";
  }
  if (e->max_hits && e->hits > e->max_hits) {
    bytes_printf(why, "explained %zu failures, more than the %zu it may", e->hits, e->max_hits);
    return "over";
  }
  return NULL;
}

size_t ledger_end(const Ledger *l, const char *mode, double today, LedgerVisitor *visit, void *context) {
  char day[11];
  size_t problems = 0;
  Bytes why = {0};
  ledger_format_day(today, day);
  for (size_t i = 0; i < l->n; i++) {
    const LedgerEntry *e = &l->at[i];
    const char *problem = ledger_is_in_mode(e, mode) ? problem_of(e, day, &why) : NULL;
    if (problem == NULL) continue;
    problems++;
    visit(context, e->id, problem, bytes_text(&why));
  }
  bytes_free(&why);
  return problems;
}
