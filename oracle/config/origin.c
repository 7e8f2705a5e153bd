/* origin.c -- why this file exists: who wonders about a value has to know which line to change. */
#include "config/origin.h"

#include <string.h>

#include "config/luatext.h"

/* "FILE:LINE" of the field that `keys` name inside of `table`; true if all of it is written so. */
static bool append_place(const ConfigText *text, const Strings *table, const Strings *keys,
                         Bytes *to) {
  Strings all = {0};
  size_t found;
  for (size_t i = 0; i < table->n; i++) strings_add(&all, table->at[i]);
  for (size_t i = 0; i < keys->n; i++) strings_add(&all, keys->at[i]);
  int line = luatext_line(bytes_text(&text->text), &all, &found);
  bool whole = found == all.n;
  strings_free(&all);
  bytes_puts(to, text->file);
  if (line) bytes_printf(to, ":%d", line);
  return whole;
}

/* An axis of a matrix is the path of a field in one name; other fields stand beside the axes. */
static void append_matrix(const Config *c, const Mode *m, const Strings *keys, Bytes *to) {
  Bytes path = {0}, place = {0};
  Strings table = {0}, axis = {0};
  for (size_t i = 0; i < keys->n; i++) bytes_printf(&path, "%s%s", i ? "." : "", keys->at[i]);
  strings_add(&table, "matrix");
  strings_add(&table, m->matrix);
  strings_add(&axis, "cross");
  strings_add(&axis, bytes_text(&path));
  if (!append_place(c->texts[0], &table, &axis, &place)) {
    bytes_clear(&place);
    append_place(c->texts[0], &table, keys, &place);
  }
  bytes_printf(to, "%s (matrix %s)", bytes_text(&place), m->matrix);
  bytes_free(&path);
  bytes_free(&place);
  strings_free(&table);
  strings_free(&axis);
}

void origin_append(const Config *c, const Mode *m, const Strings *keys, const Data *value,
                   Bytes *to) {
  const char *origin = value ? value->origin : "default";
  Strings table = {0};
  bool by_mode = strcmp(origin, "mode") == 0;
  if (by_mode && *m->table) {
    strings_add(&table, "modes");
    strings_add(&table, m->table);
  }
  if (by_mode) append_place(c->texts[m->text], &table, keys, to);
  else if (strcmp(origin, "base") == 0) append_place(c->texts[0], &table, keys, to);
  else if (strcmp(origin, "matrix") == 0) append_matrix(c, m, keys, to);
  else bytes_puts(to, origin);
  strings_free(&table);
}
