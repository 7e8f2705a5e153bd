/* fields.c -- why this file exists: oracle.lua and the ledger are checked alike, field by field. */
#include "config/fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "config/luatext.h"

static void append_path(const Fields *f, const char *prefix, Bytes *path) {
  if (f->outer) append_path(f->outer, prefix, path);
  else bytes_puts(path, prefix);
  if (f->name[0]) bytes_printf(path, "%s%s", path->len ? "." : "", f->name);
}

/* Keys of the same path: the prefix is one name, or "modes." and a name that may have dots. */
static void append_keys(const Fields *f, const char *prefix, Strings *keys) {
  if (f->outer) append_keys(f->outer, prefix, keys);
  else if (*prefix) {
    size_t n = strcspn(prefix, ".");
    strings_take(keys, mem_substring(prefix, n));
    if (prefix[n]) strings_add(keys, prefix + n + 1);
  }
  if (f->name[0]) strings_add(keys, f->name);
}

typedef struct Place { const char *file, *prefix; const Bytes *text; } Place;

/* Where a value was set; "" for a table whose fields come from several places. */
static const char *origin_of(const Data *d) {
  if (d->kind != DATA_TABLE || strcmp(d->origin, "base") == 0) return d->origin;
  const char *origin = d->npairs ? d->pairs[0].value->origin : "";
  for (size_t i = 1; i < d->npairs; i++) {
    if (strcmp(d->pairs[i].value->origin, origin) != 0) return "";
  }
  return strcmp(origin, "default") == 0 ? "" : origin;   /* what is missing there is missing here */
}

/* Where the field was written: in this file, in the base, or on the command line. */
static Place place_of(const Fields *f, const char *name) {
  const Data *d = *name ? luadata_field(f->table, name) : f->table;
  const char *origin = d ? origin_of(d) : "";
  if (strcmp(origin, "base") == 0 && f->base_file) return (Place){f->base_file, "", f->base_text};
  if (strcmp(origin, "default") == 0) return (Place){"built-in defaults", "", NULL};
  bool in_file = strcmp(origin, "base") == 0 || strcmp(origin, "mode") == 0 ||
                 strcmp(origin, "matrix") == 0;
  if (*origin && !in_file) return (Place){origin, "", NULL};
  return (Place){f->file, f->prefix, f->text};
}

bool fields_fail(const Fields *f, const char *name, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  Bytes path = {0};
  Place place = place_of(f, name);
  append_path(f, place.prefix, &path);
  if (*name) bytes_printf(&path, "%s%s", path.len ? "." : "", name);
  Strings keys = {0};
  append_keys(f, place.prefix, &keys);
  if (*name) strings_add(&keys, name);
  int line = place.text ? luatext_line(bytes_text(place.text), &keys, NULL) : 0;
  strings_free(&keys);
  const char *file = place.file, *field = bytes_text(&path);
  if (line) diag_set(f->why, EXIT_USAGE, "%s:%d: %s: %s", file, line, field, text);
  else if (path.len) diag_set(f->why, EXIT_USAGE, "%s: %s: %s", file, field, text);
  else diag_set(f->why, EXIT_USAGE, "%s: %s", file, text);
  bytes_free(&path);
  return false;
}

static bool wrong_kind(const Fields *f, const char *name, const Data *d, const char *wanted) {
  const char *text = luadata_text(d);
  if (text) return fields_fail(f, name, "'%s' is not %s", text, wanted);
  return fields_fail(f, name, "a %s is not %s", luadata_kind_name(d), wanted);
}

bool fields_only(const Fields *f, const char *const *allowed) {
  size_t n = 0;
  while (allowed[n]) n++;
  for (size_t i = 0; f->table && i < f->table->npairs; i++) {
    const char *key = luadata_text(f->table->pairs[i].key);
    if (key == NULL) return fields_fail(f, "", "has a value without a name");
    size_t k = 0;
    while (k < n && strcmp(allowed[k], key) != 0) k++;
    if (k < n) continue;
    const char *near = strings_nearest(key, allowed, n);
    if (near) return fields_fail(f, key, "unknown field (did you mean '%s'?)", near);
    return fields_fail(f, key, "unknown field");
  }
  return true;
}

bool fields_text(const Fields *f, const char *name, const char **result) {
  const Data *d = luadata_field(f->table, name);
  if (d == NULL) return true;
  if (d->kind != DATA_STRING) return wrong_kind(f, name, d, "a text");
  if (strlen(bytes_text(&d->string)) != d->string.len) {
    return fields_fail(f, name, "has a NUL in it");
  }
  *result = bytes_text(&d->string);
  return true;
}

bool fields_flag(const Fields *f, const char *name, bool *result) {
  const Data *d = luadata_field(f->table, name);
  if (d == NULL) return true;
  if (d->kind != DATA_BOOLEAN) return wrong_kind(f, name, d, "true or false");
  *result = d->boolean;
  return true;
}

bool fields_number(const Fields *f, const char *name, double least, double most, double *result) {
  const Data *d = luadata_field(f->table, name);
  if (d == NULL) return true;
  double n = d->number;
  const char *text = luadata_text(d);
  if (text) {
    char *end;
    n = strtod(text, &end);
    if (end == text || *end) return wrong_kind(f, name, d, "a number");
  } else if (d->kind != DATA_NUMBER) return wrong_kind(f, name, d, "a number");
  if (!(n >= least && n <= most)) {
    return fields_fail(f, name, "%.14g is not between %.14g and %.14g", n, least, most);
  }
  *result = n;
  return true;
}

/* A number as text, or the text itself: counts, sizes and times may be written either way. */
static bool as_text(const Fields *f, const char *name, const Data *d, char text[64],
                    const char *wanted) {
  const char *written = luadata_text(d);
  if (written && strlen(written) < 64) strcpy(text, written);
  else if (d->kind == DATA_NUMBER) snprintf(text, 64, "%.17g", d->number);
  else return wrong_kind(f, name, d, wanted);
  return true;
}

bool fields_count(const Fields *f, const char *name, uint64_t *result) {
  static const char wanted[] = "a count such as 5e7";
  const Data *d = luadata_field(f->table, name);
  char text[64];
  if (d == NULL) return true;
  if (!as_text(f, name, d, text, wanted)) return false;
  return words_parse_count(text, result) || wrong_kind(f, name, d, wanted);
}

bool fields_size(const Fields *f, const char *name, uint64_t *result) {
  static const char wanted[] = "a size such as 64M";
  const Data *d = luadata_field(f->table, name);
  char text[64];
  if (d == NULL) return true;
  if (!as_text(f, name, d, text, wanted)) return false;
  return words_parse_size(text, result) || wrong_kind(f, name, d, wanted);
}

bool fields_seconds(const Fields *f, const char *name, double *result) {
  static const char wanted[] = "a time such as 2s";
  const Data *d = luadata_field(f->table, name);
  char text[64];
  if (d == NULL) return true;
  if (!as_text(f, name, d, text, wanted)) return false;
  return words_parse_seconds(text, result) || wrong_kind(f, name, d, wanted);
}

bool fields_list(const Fields *f, const char *name, Strings *result) {
  const Data *d = luadata_field(f->table, name);
  if (d == NULL) return true;
  if (d->kind != DATA_TABLE || luadata_length(d) != d->npairs) {
    return wrong_kind(f, name, d, "a list of texts");
  }
  strings_free(result);
  for (size_t i = 1; i <= luadata_length(d); i++) {
    const char *text = luadata_text(luadata_at(d, i));
    if (text == NULL) return wrong_kind(f, name, luadata_at(d, i), "a text");
    strings_add(result, text);
  }
  return true;
}

bool fields_pairs(const Fields *f, const char *name, Strings *result) {
  const Data *d = luadata_field(f->table, name);
  if (d == NULL) return true;
  if (d->kind != DATA_TABLE) return wrong_kind(f, name, d, "a table NAME = text");
  strings_free(result);
  for (size_t i = 0; i < d->npairs; i++) {
    const char *key = luadata_text(d->pairs[i].key), *value = luadata_text(d->pairs[i].value);
    if (key == NULL || value == NULL || *key == '\0' || strchr(key, '=')) {
      return fields_fail(f, name, "is not a table NAME = text");
    }
    strings_take(result, mem_format("%s=%s", key, value));
  }
  return true;
}

bool fields_choice(const Fields *f, const char *name, const char *const *words, int *result) {
  const char *text = NULL;
  if (!fields_text(f, name, &text)) return false;
  if (text == NULL) return true;
  Bytes all = {0};
  for (int i = 0; words[i]; i++) {
    if (strcmp(words[i], text) == 0) {
      *result = i;
      bytes_free(&all);
      return true;
    }
    bytes_printf(&all, "%s%s", i ? ", " : "", words[i]);
  }
  fields_fail(f, name, "'%s' is not one of %s", text, bytes_text(&all));
  bytes_free(&all);
  return false;
}

bool fields_table(const Fields *f, const char *name, Fields *inner) {
  const Data *d = luadata_field(f->table, name);
  if (d && d->kind != DATA_TABLE) return wrong_kind(f, name, d, "a table");
  *inner = *f;
  inner->outer = f;
  inner->name = name;
  inner->table = d;
  return true;
}
