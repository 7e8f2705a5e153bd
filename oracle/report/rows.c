/* rows.c -- why this file exists: ten modes that fail alike must not bury the eleventh failure. */
#include "report/rows.h"

#include <stdlib.h>
#include <string.h>

#include "report/report.h"

struct Row {
  VerdictKind verdict;
  size_t order;
  char *id, *signature, *mode, *repeat;
};

void rows_add(Rows *rows, const Event *e) {
  if (rows->n == rows->cap) {
    rows->cap = rows->cap ? rows->cap * 2 : 16;
    rows->at = mem_resize(rows->at, rows->cap * sizeof *rows->at);
  }
  rows->at[rows->n] = (Row){
    e->as.result.verdict, rows->n, mem_string(e->as.result.id), mem_string(e->as.result.signature),
    mem_string(e->as.result.mode), mem_string(e->as.result.repeat)};
  rows->n++;
}

/* 0 for what belongs into one row. */
static int compare_kinds(const Row *x, const Row *y) {
  int more = verdict_severity(y->verdict) - verdict_severity(x->verdict);
  if (more == 0) more = (int)x->verdict - (int)y->verdict;
  if (more == 0) more = strcmp(x->id, y->id);
  return more ? more : strcmp(x->signature, y->signature);
}

static int compare_rows(const void *a, const void *b) {
  const Row *x = a, *y = b;
  int kinds = compare_kinds(x, y);
  return kinds ? kinds : (x->order > y->order) - (x->order < y->order);
}

static void append_clean(Bytes *to, const char *text) {
  report_append_clean(to, text, strlen(text), false);
}

void rows_append(Rows *rows, Bytes *to) {
  if (rows->n == 0) return;
  qsort(rows->at, rows->n, sizeof *rows->at, compare_rows);
  Bytes table = {0};
  size_t different = 0, next;
  for (size_t i = 0; i < rows->n; i = next, different++) {
    const Row *row = &rows->at[i];
    bytes_printf(&table, "  %-9s ", verdict_word(row->verdict));
    append_clean(&table, row->id);
    for (next = i; next < rows->n && compare_kinds(row, &rows->at[next]) == 0; next++) {
      bytes_puts(&table, next == i ? " [" : ", ");
      append_clean(&table, rows->at[next].mode);
    }
    bytes_puts(&table, "]\n            repeat: ");
    append_clean(&table, row->repeat);
    bytes_putc(&table, '\n');
  }
  bytes_printf(to, "%zu different failure%s:\n", different, different == 1 ? "" : "s");
  bytes_append(to, table.data, table.len);
  bytes_free(&table);
}

void rows_free(Rows *rows) {
  for (size_t i = 0; i < rows->n; i++) {
    free(rows->at[i].id);
    free(rows->at[i].signature);
    free(rows->at[i].mode);
    free(rows->at[i].repeat);
  }
  free(rows->at);
  *rows = (Rows){0};
}
