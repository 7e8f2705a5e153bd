/* table.c -- why this file exists: what several verbs tell is rows, for people or for programs. */
#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

void table_add(Table *t, const char *text) {
  Bytes clean = {0};
  report_append_clean(&clean, text, strlen(text), false);
  strings_add(&t->cells, bytes_text(&clean));
  bytes_free(&clean);
}

void table_addf(Table *t, const char *format, ...) {
  va_list args;
  char *text = NULL;
  va_start(args, format);
  int n = vasprintf(&text, format, args);
  va_end(args);
  table_add(t, n < 0 ? "" : text);
  if (n >= 0) free(text);
}

/* Characters of clean text. */
static size_t width_of(const char *text) {
  size_t n = 0;
  for (; *text; text++) n += (*text & 0xC0) != 0x80;
  return n;
}

void table_print(const Table *t, FILE *to) {
  size_t columns = strlen(t->form);
  size_t *widths = mem_zero(columns * sizeof *widths);
  for (size_t i = 0; i < t->cells.n; i++) {
    size_t width = width_of(t->cells.at[i]);
    if (width > widths[i % columns]) widths[i % columns] = width;
  }
  for (size_t i = 0; i < t->cells.n; i++) {
    size_t column = i % columns;
    bool last = column + 1 == columns, right = t->form[column] == 'r';
    int pad = (int)(widths[column] - width_of(t->cells.at[i]));
    fprintf(to, "%*s%s%*s%s", right ? pad : 0, "", t->cells.at[i], right || last ? 0 : pad, "",
            last ? "\n" : "  ");
  }
  free(widths);
}

void table_free(Table *t) {
  strings_free(&t->cells);
}

json_t *table_json(const char *text) {
  json_t *value = json_string(text);
  if (value) return value;
  Bytes escaped = {0};
  bytes_append_escaped(&escaped, text, strlen(text));
  value = json_string(bytes_text(&escaped));
  bytes_free(&escaped);
  return value;
}

void table_print_json(json_t *value, FILE *to) {
  json_dumpf(value, to, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
  fputc('\n', to);
  json_decref(value);
}
