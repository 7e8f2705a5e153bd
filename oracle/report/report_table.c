/* report_table.c -- why this file exists: where a few cases run in many modes, the question is
 * which of them pass where, and at what cost: a table answers it; the reasons stand below it. */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

enum {
  CELL_WIDTH = 21,       /* of a column: "PASS    0.41   0.52", or "SKIP (a)" */
  NAME_WIDTH = 34,       /* of the first one, at least */
  BLOCK = 6,             /* modes side by side */
  LETTERS = 26
};

typedef struct Cell {
  bool is_known;         /* there is a result */
  VerdictKind verdict;
  bool cached;
  size_t reason;         /* index + 1; 0: none */
  double ref, cand;      /* CPU seconds */
} Cell;

typedef struct Row {
  char *id;
  size_t n;              /* of its first result: rows stand in the order of the plan */
  Cell *cells;           /* by mode */
  size_t ncells;
} Row;

typedef struct TableReport {
  Listener listener;
  char *path;
  FILE *to;
  Strings modes, reasons;
  Row *rows;
  size_t n, cap;
  bool complete;
} TableReport;

/* ---- What was heard ------------------------------------------------------------------------- */

static size_t index_of(Strings *list, const char *text) {
  size_t i = 0;
  while (i < list->n && strcmp(list->at[i], text) != 0) i++;
  if (i == list->n) strings_add(list, text);
  return i;
}

static Row *row_of(TableReport *r, const Event *e) {
  for (size_t i = r->n; i-- > 0;) {
    if (strcmp(r->rows[i].id, e->as.result.id) == 0) return &r->rows[i];
  }
  if (r->n == r->cap) {
    r->cap = r->cap ? r->cap * 2 : 64;
    r->rows = mem_resize(r->rows, r->cap * sizeof *r->rows);
  }
  r->rows[r->n] = (Row){.id = mem_string(e->as.result.id), .n = e->as.result.n};
  return &r->rows[r->n++];
}

static size_t reason_of(TableReport *r, const Event *e) {
  if (verdict_class(e->as.result.verdict) == CLASS_PASS) return 0;
  Bytes text = {0};
  const Bytes *why = &e->as.result.why;
  bytes_puts(&text, verdict_word(e->as.result.verdict));
  if (why->len) bytes_puts(&text, ": ");
  report_append_clean(&text, bytes_text(why), why->len, false);
  size_t reason = index_of(&r->reasons, bytes_text(&text)) + 1;
  bytes_free(&text);
  return reason;
}

static void hear_result(TableReport *r, const Event *e) {
  Row *row = row_of(r, e);
  size_t mode = index_of(&r->modes, e->as.result.mode);
  if (mode >= row->ncells) {
    row->cells = mem_resize(row->cells, (mode + 1) * sizeof *row->cells);
    memset(row->cells + row->ncells, 0, (mode + 1 - row->ncells) * sizeof *row->cells);
    row->ncells = mode + 1;
  }
  row->cells[mode] = (Cell){
    .is_known = true, .verdict = e->as.result.verdict, .cached = e->as.result.cached,
    .reason = reason_of(r, e),
    .ref = (double)e->as.result.ref_ns / 1e9, .cand = (double)e->as.result.cand_ns / 1e9
  };
}

static bool hear(Listener *self, const Event *e, Diag *why) {
  TableReport *r = (TableReport *)self;
  (void)why;
  if (e->kind == EVENT_MODE) index_of(&r->modes, e->as.mode.mode);
  else if (e->kind == EVENT_RESULT) hear_result(r, e);
  else if (e->kind == EVENT_END) r->complete = e->as.end.complete;
  return true;
}

/* ---- What is written ------------------------------------------------------------------------ */

static int by_plan(const void *a, const void *b) {
  const Row *x = a, *y = b;
  return (x->n > y->n) - (x->n < y->n);
}

/* a, b, ... z, aa, ab, ... */
static void append_mark(Bytes *to, size_t reason) {
  if (reason > LETTERS) append_mark(to, (reason - 1) / LETTERS);
  bytes_putc(to, (char)('a' + (reason - 1) % LETTERS));
}

static void append_padded(Bytes *to, const char *text, size_t width) {
  size_t start = to->len;
  report_append_clean(to, text, strlen(text), false);
  while (to->len < start + width) bytes_putc(to, ' ');
}

static void end_line(Bytes *to) {
  while (to->len && to->data[to->len - 1] == ' ') to->len--;
  bytes_putc(to, '\n');
}

static const Cell *cell_of(const Row *row, size_t mode) {
  return mode < row->ncells && row->cells[mode].is_known ? &row->cells[mode] : NULL;
}

/* NULL: the mode does not have the case. */
static void append_cell(Bytes *to, const Cell *cell) {
  Bytes text = {0};
  Tally tally = {0};
  if (cell) tally_add(&tally, cell->verdict, 1);
  if (cell == NULL) bytes_puts(&text, "-");
  else bytes_puts(&text, tally.passed ? "PASS" : tally.failed ? "FAIL" : "SKIP");
  if (cell && cell->reason) {
    bytes_puts(&text, " (");
    append_mark(&text, cell->reason);
    bytes_putc(&text, ')');
  } else if (cell && cell->cached) bytes_puts(&text, " cached");
  else if (cell) bytes_printf(&text, " %7.2f %6.2f", cell->cand, cell->ref);
  append_padded(to, bytes_text(&text), CELL_WIDTH);
  bytes_free(&text);
}

typedef struct Sum {
  size_t passed, all;
  double cand, ref;      /* of what passed on both sides */
} Sum;

static Sum sum_of(const TableReport *r, size_t mode) {
  Sum sum = {0};
  for (size_t i = 0; i < r->n; i++) {
    const Cell *cell = cell_of(&r->rows[i], mode);
    if (cell == NULL) continue;
    sum.all++;
    if (verdict_class(cell->verdict) != CLASS_PASS) continue;
    sum.passed++;
    if (cell->verdict == VERDICT_ANSWER) continue;       /* the reference failed, and stopped */
    sum.cand += cell->cand;
    sum.ref += cell->ref;
  }
  return sum;
}

static void append_sum(Bytes *to, Sum sum) {
  char *text = mem_format("%zu/%zu %7.2f %6.2f", sum.passed, sum.all, sum.cand, sum.ref);
  append_padded(to, text, CELL_WIDTH);
  free(text);
}

static void append_ratio(Bytes *to, Sum sum) {
  char *text = sum.ref > 0 ? mem_format("%.2f", sum.cand / sum.ref) : mem_string("-");
  append_padded(to, text, CELL_WIDTH);
  free(text);
}

static void append_block(const TableReport *r, size_t first, size_t end, size_t width, Bytes *to) {
  append_padded(to, "CPU seconds: candidate, reference", width);
  for (size_t m = first; m < end; m++) append_padded(to, r->modes.at[m], CELL_WIDTH);
  end_line(to);
  for (size_t i = 0; i < r->n; i++) {
    append_padded(to, r->rows[i].id, width);
    for (size_t m = first; m < end; m++) append_cell(to, cell_of(&r->rows[i], m));
    end_line(to);
  }
  append_padded(to, "passed", width);
  for (size_t m = first; m < end; m++) append_sum(to, sum_of(r, m));
  end_line(to);
  append_padded(to, "candidate / reference", width);
  for (size_t m = first; m < end; m++) append_ratio(to, sum_of(r, m));
  end_line(to);
  bytes_putc(to, '\n');
}

static void append_table(TableReport *r, Bytes *to) {
  size_t width = NAME_WIDTH;
  if (r->n) qsort(r->rows, r->n, sizeof *r->rows, by_plan);
  for (size_t i = 0; i < r->n; i++) {
    if (strlen(r->rows[i].id) + 2 > width) width = strlen(r->rows[i].id) + 2;
  }
  for (size_t m = 0; m < r->modes.n; m += BLOCK) {
    append_block(r, m, m + BLOCK < r->modes.n ? m + BLOCK : r->modes.n, width, to);
  }
  for (size_t i = 0; i < r->reasons.n; i++) {
    bytes_putc(to, '(');
    append_mark(to, i + 1);
    bytes_printf(to, ") %s\n", r->reasons.at[i]);
  }
  if (!r->complete) bytes_puts(to, "the run did not come to its end\n");
}

static bool close_report(Listener *self, Diag *why) {
  TableReport *r = (TableReport *)self;
  Bytes text = {0};
  Diag second = {0};
  append_table(r, &text);
  bool ok = fwrite(bytes_text(&text), 1, text.len, r->to) == text.len ||
            diag_errno(why, EXIT_INFRA, "%s", r->path);
  if (!report_close(r->to, r->path, ok ? why : &second)) ok = false;
  for (size_t i = 0; i < r->n; i++) {
    free(r->rows[i].id);
    free(r->rows[i].cells);
  }
  bytes_free(&text);
  strings_free(&r->modes);
  strings_free(&r->reasons);
  free(r->rows);
  free(r->path);
  free(r);
  return ok;
}

Listener *report_table(const char *path, Diag *why) {
  FILE *to = report_open(path, why);
  if (to == NULL) return NULL;
  TableReport *r = mem_zero(sizeof *r);
  r->listener = (Listener){hear, NULL, close_report};
  r->path = mem_string(path);
  r->to = to;
  return &r->listener;
}
