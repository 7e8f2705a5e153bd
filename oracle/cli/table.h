/* table.h -- rows of text in columns, and texts as JSON, for verbs that tell what is recorded. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <jansson.h>
#include <stdio.h>

#include "base/bytes.h"

/* `form` has a letter a column: 'l' left, 'r' right. */
typedef struct Table {
  const char *form;
  Strings cells;
} Table;

/* Adds the next cell, cleaned for a terminal. */
void table_add(Table *t, const char *text);
__attribute__((format(printf, 2, 3)))
void table_addf(Table *t, const char *format, ...);

/* Columns as wide as their widest cell, two blanks between them, nothing behind the last one. */
void table_print(const Table *t, FILE *to);
void table_free(Table *t);

/* A JSON string; bytes that are no UTF-8 in the escaped form of bytes_append_escaped. */
json_t *table_json(const char *text);

/* Prints `value` with its fields in the order they were set, and a newline, and lets it go. */
void table_print_json(json_t *value, FILE *to);

#endif
