/* cmd_config.c -- why this file exists: a mode comes from several places; this is the outcome. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/setup.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "config/names.h"
#include "config/origin.h"

/* A field of a mode by the keys that lead to it; parts of a list have those of the list. */
typedef struct Place {
  const Config *config;
  const Mode *mode;
  Strings keys;
} Place;

static void enter(Place *p, const char *key) {
  strings_add(&p->keys, key);
}

static void leave(Place *p) {
  free(p->keys.at[--p->keys.n]);
}

static char *origin_of(const Place *p, const Data *value) {
  Bytes text = {0};
  origin_append(p->config, p->mode, &p->keys, value, &text);
  return text.data;
}

static bool is_list(const Data *d) {
  return d && d->kind == DATA_TABLE && d->npairs > 0 && luadata_length(d) == d->npairs;
}

/* Names of the fields that lie below this one: those that it may have, or those that it has.  False
 * if it is no table of fields. */
static bool name_fields(const Place *p, const Data *d, Strings *names) {
  const char *table = p->keys.n ? p->keys.at[0] : "";
  const char *const *known = p->keys.n <= 1 ? names_of_fields(table) : NULL;
  static const char *const never[] = {"input+", "modes", "matrix"};   /* in what is resolved */
  for (size_t i = 0; known && known[i]; i++) {
    bool is_field = true;
    for (size_t k = 0; k < 3; k++) is_field = is_field && strcmp(known[i], never[k]) != 0;
    if (is_field) strings_add(names, known[i]);
  }
  bool is_map = d && d->kind == DATA_TABLE && d->npairs > 0 && !is_list(d);
  for (size_t i = 0; known == NULL && is_map && i < d->npairs; i++) {
    strings_add(names, luadata_text(d->pairs[i].key));
  }
  return known || is_map;
}

/* ---- As text --------------------------------------------------------------------------------- */

static void add_row(Table *t, const Place *p, const Data *value, size_t part) {
  Bytes name = {0};
  char *origin = origin_of(p, value);
  for (size_t i = 0; i < p->keys.n; i++) {
    bytes_printf(&name, "%s%s", i ? "." : "  ", p->keys.at[i]);
  }
  if (part) bytes_printf(&name, "[%zu]", part);
  table_add(t, bytes_text(&name));
  table_add(t, origin);
  if (value == NULL) table_add(t, "-");
  else if (value->kind == DATA_NUMBER) table_addf(t, "%.14g", value->number);
  else if (value->kind == DATA_BOOLEAN) table_add(t, value->boolean ? "true" : "false");
  else if (value->kind == DATA_TABLE) table_add(t, "{}");
  else if (value->string.len == 0) table_add(t, "\"\"");
  else table_add(t, luadata_text(value));
  free(origin);
  bytes_free(&name);
}

static void add_rows(Table *t, Place *p, const Data *d) {
  Strings names = {0};
  bool is_table = name_fields(p, d, &names);
  for (size_t i = 0; i < names.n; i++) {
    enter(p, names.at[i]);
    add_rows(t, p, d ? luadata_field(d, names.at[i]) : NULL);
    leave(p);
  }
  for (size_t i = 1; is_list(d) && i <= luadata_length(d); i++) add_row(t, p, luadata_at(d, i), i);
  if (!is_table && !is_list(d)) add_row(t, p, d, 0);
  strings_free(&names);
}

/* ---- As JSON --------------------------------------------------------------------------------- */

static json_t *value_as_json(const Data *d) {
  if (d == NULL) return json_null();
  if (d->kind == DATA_BOOLEAN) return json_boolean(d->boolean);
  if (d->kind == DATA_NUMBER) return json_real(d->number);
  return d->kind == DATA_TABLE ? json_object() : table_json(luadata_text(d));
}

static json_t *leaf_as_json(const Place *p, const Data *d) {
  char *origin = origin_of(p, d);
  json_t *leaf = json_pack("{so so}", "value", value_as_json(d), "origin", table_json(origin));
  free(origin);
  return leaf;
}

static json_t *fields_as_json(Place *p, const Data *d) {
  Strings names = {0};
  json_t *all = NULL;
  if (name_fields(p, d, &names)) all = json_object();
  for (size_t i = 0; i < names.n; i++) {
    enter(p, names.at[i]);
    json_t *field = fields_as_json(p, d ? luadata_field(d, names.at[i]) : NULL);
    json_object_set_new(all, names.at[i], field);
    leave(p);
  }
  if (all == NULL && is_list(d)) {
    all = json_array();
    for (size_t i = 1; i <= luadata_length(d); i++) {
      json_array_append_new(all, leaf_as_json(p, luadata_at(d, i)));
    }
  }
  strings_free(&names);
  return all ? all : leaf_as_json(p, d);
}

/* ---- The verb -------------------------------------------------------------------------------- */

static void tell_text(const Setup *s) {
  puts(s->config.path);
  for (size_t i = 0; i < s->nmodes; i++) {
    Place p = {&s->config, s->modes[i], {0}};
    Table table = {.form = "lll"};
    add_rows(&table, &p, p.mode->fields);
    printf("\nmode %s\n", p.mode->name);
    table_print(&table, stdout);
    table_free(&table);
    strings_free(&p.keys);
  }
}

static void tell_json(const Setup *s) {
  json_t *modes = json_object();
  for (size_t i = 0; i < s->nmodes; i++) {
    Place p = {&s->config, s->modes[i], {0}};
    json_object_set_new(modes, p.mode->name, fields_as_json(&p, p.mode->fields));
    strings_free(&p.keys);
  }
  json_t *path = table_json(s->config.path);
  table_print_json(json_pack("{so so}", "path", path, "modes", modes), stdout);
}

bool verb_config(const Options *o, const Strings *argv, int *status, Diag *why) {
  Setup s;
  (void)argv;
  bool ok = setup_config(&s, o, why);
  if (ok && options_has(o, OPTION_AS_JSON)) tell_json(&s);
  else if (ok) tell_text(&s);
  setup_free(&s);
  *status = EXIT_SAME;
  return ok;
}
