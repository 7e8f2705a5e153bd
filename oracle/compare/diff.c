/* diff.c -- why this file exists: the first difference is what a reader looks at, so it is shown as
 * a unified diff in which every byte can be seen and nothing but the difference is long.
 *
 * Myers' greedy algorithm finds the shortest edit script: row d holds, for each diagonal k = x - y,
 * how far x gets with d edits.  Common ends are cut off first; texts that are further apart than
 * MOST_EDITS are shown as one block replaced by another, which is what a reader would make of them. */
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"

#define MOST_EDITS 400
#define WIDTH 150          /* escaped characters shown of a line */
#define LEAD 40            /* ... of them before its first differing byte, in a long line */

typedef struct Line { const char *at; size_t len; bool ends; } Line;   /* `len` without the newline */

typedef struct Text { Line *at; size_t n; } Text;

/* A run of lines: common (nold == nnew, equal) or changed. */
typedef struct Block { size_t old, nold, new, nnew; bool changed; } Block;

typedef struct Script { Block *at; size_t n, cap; } Script;

static Text split(const Bytes *b) {
  Text text = {0};
  size_t cap = 1;
  for (size_t i = 0; i < b->len; i++) cap += b->data[i] == '\n';
  text.at = mem_alloc(cap * sizeof *text.at);
  for (size_t i = 0; i < b->len;) {
    const char *start = b->data + i, *end = memchr(start, '\n', b->len - i);
    size_t len = end ? (size_t)(end - start) : b->len - i;
    text.at[text.n++] = (Line){start, len, end != NULL};
    i += len + 1;
  }
  return text;
}

static bool same_line(const Line *a, const Line *b) {
  return a->len == b->len && a->ends == b->ends && memcmp(a->at, b->at, a->len) == 0;
}

static void add(Script *s, Block block) {
  if (s->n == s->cap) {
    s->cap = s->cap ? s->cap * 2 : 16;
    s->at = mem_resize(s->at, s->cap * sizeof *s->at);
  }
  s->at[s->n++] = block;
}

static void add_common(Script *s, size_t old, size_t new, size_t n) {
  if (n) add(s, (Block){old, n, new, n, false});
}

static void add_changed(Script *s, size_t old, size_t nold, size_t new, size_t nnew) {
  if (nold + nnew) add(s, (Block){old, nold, new, nnew, true});
}

/* ---- The edit script ------------------------------------------------------------------------ */

/* Row d has 2d + 1 entries, for k = -d, -d + 2, ... and those between; rows lie one after another. */
static int *row_at(int *rows, int d) {
  return rows + (size_t)d * (size_t)d + d;             /* points at diagonal 0 */
}

/* Does the path to diagonal k come from above (an insertion) rather than from the left? */
static bool inserts(const int *before, int k, int d) {
  return k == -d || (k != d && before[k - 1] < before[k + 1]);
}

/* Fills rows until the ends meet; the number of edits, or -1 if there are too many. */
static int search(const Line *a, int na, const Line *b, int nb, int *rows) {
  for (int d = 0; d <= MOST_EDITS; d++) {
    int *row = row_at(rows, d);
    for (int k = -d; k <= d; k += 2) {
      int x = 0;
      if (d > 0) {
        const int *before = row_at(rows, d - 1);
        x = inserts(before, k, d) ? before[k + 1] : before[k - 1] + 1;
      }
      int y = x - k;
      while (x < na && y >= 0 && y < nb && same_line(&a[x], &b[y])) x++, y++;
      row[k] = x;
      if (x >= na && y >= nb) return d;
    }
  }
  return -1;
}

/* Walks the rows back from the end: marks which lines are kept. */
static void trace_back(int *rows, int d, int x, int y, bool *keep_old, bool *keep_new) {
  for (; d >= 0; d--) {
    int k = x - y, from_x = 0, from_y = 0;
    if (d > 0) {
      const int *before = row_at(rows, d - 1);
      int from_k = inserts(before, k, d) ? k + 1 : k - 1;
      from_x = before[from_k];
      from_y = from_x - from_k;
    }
    while (x > from_x && y > from_y) keep_old[--x] = keep_new[--y] = true;
    x = from_x;
    y = from_y;
  }
}

static void add_middle(Script *s, Text old, Text new, size_t skip, size_t nold, size_t nnew) {
  int *rows = mem_alloc((MOST_EDITS + 1) * (MOST_EDITS + 1) * sizeof *rows);
  int d = nold && nnew ? search(old.at + skip, (int)nold, new.at + skip, (int)nnew, rows) : -1;
  if (d < 0) add_changed(s, skip, nold, skip, nnew);
  else {
    bool *keep_old = mem_zero(nold), *keep_new = mem_zero(nnew);
    trace_back(rows, d, (int)nold, (int)nnew, keep_old, keep_new);
    for (size_t x = 0, y = 0; x < nold || y < nnew;) {
      size_t x0 = x, y0 = y;
      while (x < nold && y < nnew && keep_old[x] && keep_new[y]) x++, y++;
      add_common(s, skip + x0, skip + y0, x - x0);
      x0 = x, y0 = y;
      while (x < nold && !keep_old[x]) x++;
      while (y < nnew && !keep_new[y]) y++;
      add_changed(s, skip + x0, x - x0, skip + y0, y - y0);
    }
    free(keep_old);
    free(keep_new);
  }
  free(rows);
}

static Script script_of(Text old, Text new) {
  Script s = {0};
  size_t least = old.n < new.n ? old.n : new.n, head = 0, tail = 0;
  while (head < least && same_line(&old.at[head], &new.at[head])) head++;
  while (tail < least - head && same_line(&old.at[old.n - 1 - tail], &new.at[new.n - 1 - tail])) tail++;
  add_common(&s, 0, 0, head);
  add_middle(&s, old, new, head, old.n - head - tail, new.n - head - tail);
  add_common(&s, old.n - tail, new.n - tail, tail);
  return s;
}

/* ---- What is shown -------------------------------------------------------------------------- */

typedef struct Printer {
  Bytes *to;
  unsigned most, written, left_out;
} Printer;

static bool may_print(Printer *p) {
  if (p->written < p->most) return ++p->written;
  p->left_out++;
  return false;
}

/* A line with its mark.  `skip` bytes at its start are known to the reader. */
static void print_line(Printer *p, char mark, const Line *line, size_t skip) {
  if (!may_print(p)) return;
  Bytes escaped = {0};
  bytes_append_escaped(&escaped, line->at + skip, line->len - skip);
  bytes_putc(p->to, mark);
  if (skip) bytes_puts(p->to, "...");
  bytes_append(p->to, bytes_text(&escaped), escaped.len < WIDTH ? escaped.len : WIDTH);
  if (escaped.len > WIDTH) bytes_puts(p->to, "...");
  bytes_putc(p->to, '\n');
  if (!line->ends) bytes_puts(p->to, "\\ no newline at the end\n");
  bytes_free(&escaped);
}

/* How much of the start of two lines is common and need not be shown. */
static size_t common_start(const Line *a, const Line *b) {
  size_t least = a->len < b->len ? a->len : b->len, n = 0;
  while (n < least && a->at[n] == b->at[n]) n++;
  return n + LEAD > WIDTH ? n - LEAD : 0;
}

static size_t skip_of(const Line *lines, size_t i, const Line *others, size_t n) {
  return i < n ? common_start(&lines[i], &others[i]) : 0;
}

static void print_changed(Printer *p, const Block *b, Text old, Text new) {
  const Line *was = old.at + b->old, *is = new.at + b->new;
  for (size_t i = 0; i < b->nold; i++) print_line(p, '-', &was[i], skip_of(was, i, is, b->nnew));
  for (size_t i = 0; i < b->nnew; i++) print_line(p, '+', &is[i], skip_of(is, i, was, b->nold));
}

/* First line and number of lines as the hunk's head has them. */
static void print_range(Bytes *to, size_t start, size_t n) {
  bytes_printf(to, "%zu", n ? start + 1 : start);
  if (n != 1) bytes_printf(to, ",%zu", n);
}

/* One hunk: blocks first..last, of which the common ones at the ends are cut to `context`. */
static void print_hunk(Printer *p, Block *first, Block *last, Text old, Text new) {
  if (may_print(p)) {
    bytes_puts(p->to, "@@ -");
    print_range(p->to, first->old, last->old + last->nold - first->old);
    bytes_puts(p->to, " +");
    print_range(p->to, first->new, last->new + last->nnew - first->new);
    bytes_puts(p->to, " @@\n");
  }
  for (Block *b = first; b <= last; b++) {
    if (b->changed) print_changed(p, b, old, new);
    else for (size_t i = 0; i < b->nold; i++) print_line(p, ' ', &old.at[b->old + i], 0);
  }
}

static void cut_front(Block *b, size_t most) {
  if (b->nold <= most) return;
  size_t cut = b->nold - most;
  b->old += cut, b->new += cut, b->nold -= cut, b->nnew -= cut;
}

static void cut_back(Block *b, size_t most) {
  if (b->nold > most) b->nold = b->nnew = most;
}

static void print_script(Printer *p, Script *s, Text old, Text new, unsigned context) {
  for (size_t i = 0; i < s->n;) {
    size_t first = i, last;
    if (!s->at[i].changed) {
      if (i + 1 == s->n) return;
      cut_front(&s->at[i++], context);
    }
    for (last = i++; i < s->n; last = i++) {
      if (!s->at[i].changed && (i + 1 == s->n || s->at[i].nold > 2 * context)) break;
    }
    Block whole = {0};                                /* the common block after it starts the next */
    if (i < s->n) {
      whole = s->at[i];
      cut_back(&s->at[i], context);
      last = i;
    }
    print_hunk(p, &s->at[first], &s->at[last], old, new);
    if (i < s->n) {
      s->at[i] = whole;
      if (i + 1 == s->n) return;
    }
  }
}

void compare_append_diff(Bytes *to, const char *title, const Bytes *ref, const Bytes *cand,
                         unsigned context, unsigned most) {
  if (bytes_equal(ref, cand)) return;
  Text old = split(ref), new = split(cand);
  Script script = script_of(old, new);
  Printer printer = {to, most, 0, 0};
  bytes_printf(to, "--- reference %s\n+++ candidate %s\n", title, title);
  print_script(&printer, &script, old, new, context);
  if (printer.left_out) bytes_printf(to, "... %u more lines\n", printer.left_out);
  free(script.at);
  free(old.at);
  free(new.at);
}
