/* ledger_write.c -- why this file exists: a known divergence is written down with one command, or
 * people write something vaguer by hand. */
#include "verdict/ledger_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "config/luatext.h"
#include "verdict/ledger.h"

static const char BEGINNING[] =
  "-- Known divergences, each with a reason, an owner and an end.\n"
  "return {\n"
  "}\n";

/* ---- Where an entry goes -------------------------------------------------------------------- */

/* The end of the file's outermost table. */
typedef struct Place {
  size_t brace;          /* of its '}' */
  size_t after;          /* just after the last token before it */
  char last;             /* last byte of that token */
} Place;

/* False if no table ends at the outermost level. */
static bool find_end(const char *text, Place *place) {
  size_t depth = 0, after = 0;
  bool found = false;
  for (const char *s = text, *next; *s; s = next) {
    next = luatext_skip(s);
    if (luatext_is_blank(s)) continue;
    depth += *s == '{';
    if (*s == '}' && --depth == 0) {
      *place = (Place){(size_t)(s - text), after, text[after - 1]};
      found = true;
    }
    after = (size_t)(next - text);
  }
  return found;
}

/* ---- What is written ------------------------------------------------------------------------ */

static void append_field(Bytes *to, const char *name, const char *value, const char *before) {
  if (value == NULL) return;
  bytes_printf(to, "%s%s = \"", before, name);
  for (const unsigned char *s = (const unsigned char *)value; *s; s++) {
    if (*s == '"' || *s == '\\') bytes_printf(to, "\\%c", *s);
    else if (*s < ' ' || *s == 0x7f) bytes_printf(to, "\\%03d", *s);
    else bytes_putc(to, (char)*s);
  }
  bytes_putc(to, '"');
}

static void append_entry(Bytes *to, const LedgerDraft *d, const char *id) {
  append_field(to, "id", id, "  { ");
  append_field(to, "verdict", d->verdict, ", ");
  append_field(to, "sig", d->sig, ", ");
  bytes_puts(to, ",\n    match = {");
  append_field(to, "case", d->cases, " ");
  append_field(to, "mode", d->mode, d->cases ? ", " : " ");
  bytes_puts(to, d->cases || d->mode ? " }" : "}");
  append_field(to, "why", d->why, ",\n    ");
  append_field(to, "owner", d->owner, ",\n    ");
  append_field(to, "added", d->added, ", ");
  append_field(to, "expires", d->expires, ", ");
  bytes_puts(to, " },\n");
}

/* The file with the entry in its place. */
static void insert(Bytes *to, const Bytes *old, const Place *place, const Bytes *entry) {
  const char *text = bytes_text(old);
  size_t at = place->brace;
  while (at > place->after && strchr(" \t", text[at - 1])) at--;
  bool own_line = text[at - 1] == '\n';
  if (!own_line) at = place->brace;
  bytes_append(to, text, place->after);
  if (!strchr("{,;", place->last)) bytes_putc(to, ',');
  bytes_append(to, text + place->after, at - place->after);
  if (!own_line) bytes_putc(to, '\n');
  bytes_append(to, entry->data, entry->len);
  bytes_append(to, text + at, old->len - at);
}

/* "K-0001", or one more than the highest of that form. */
static void choose_id(const Ledger *l, char id[LEDGER_ID_LENGTH]) {
  unsigned long highest = 0;
  for (size_t i = 0; i < ledger_count(l); i++) {
    const char *known = ledger_at(l, i)->id;
    unsigned long n;
    int used = 0;
    bool is_ours = sscanf(known, "K-%8lu%n", &n, &used) == 1 && known[used] == '\0';
    if (is_ours && n > highest) highest = n;
  }
  snprintf(id, LEDGER_ID_LENGTH, "K-%04lu", highest + 1);
}

/* ---- The file ------------------------------------------------------------------------------- */

/* Is `l` what was there, and one entry more? */
static bool has_one_more(const Ledger *l, const Ledger *old, const char *id) {
  size_t n = ledger_count(old);
  if (ledger_count(l) != n + 1 || strcmp(ledger_at(l, n)->id, id) != 0) return false;
  for (size_t i = 0; i < n; i++) {
    if (strcmp(ledger_at(l, i)->id, ledger_at(old, i)->id) != 0) return false;
  }
  return true;
}

/* Nobody else has changed it since it was read. */
static bool is_unchanged(const char *path, bool existed, const Bytes *old, Diag *why) {
  Bytes now = {0};
  if (path_exists(path) != existed) return diag_set(why, EXIT_USAGE, "%s: changed meanwhile", path);
  bool ok = !existed || path_read(path, &now, why);
  if (ok && existed && !bytes_equal(&now, old)) {
    ok = diag_set(why, EXIT_USAGE, "%s: changed meanwhile", path);
  }
  bytes_free(&now);
  return ok;
}

bool ledger_add(const char *path, const LedgerDraft *draft, char id[LEDGER_ID_LENGTH], Diag *why) {
  Bytes old = {0}, entry = {0}, text = {0};
  Ledger *before = NULL, *after = NULL;
  Place place;
  bool existed = path_exists(path), ok = true;
  if (existed) ok = path_read(path, &old, why);
  else bytes_puts(&old, BEGINNING);
  ok = ok && (before = ledger_parse(&old, path, why)) != NULL;
  if (ok) {
    choose_id(before, id);
    append_entry(&entry, draft, id);
    ok = find_end(bytes_text(&old), &place) ||
         diag_set(why, EXIT_USAGE, "%s: has no list to append to", path);
  }
  if (ok) {
    insert(&text, &old, &place, &entry);
    ok = (after = ledger_parse(&text, path, why)) != NULL || diag_wrap(why, "with the new entry");
  }
  if (ok && !has_one_more(after, before, id)) {
    ok = diag_set(why, EXIT_USAGE, "%s: its last table is not what it returns; add by hand:\n%s",
                  path, bytes_text(&entry));
  }
  ok = ok && is_unchanged(path, existed, &old, why) && path_write(path, text.data, text.len, why);
  ledger_free(before);
  ledger_free(after);
  bytes_free(&old);
  bytes_free(&entry);
  bytes_free(&text);
  return ok;
}
