/* html.c -- why this file exists: output of programs under test ends in a page that a browser
 * reads, so there is one place where bytes become markup, and everything passes through it. */
#include <stdlib.h>
#include <string.h>

#include "report/html.h"

void html_append(Bytes *to, const char *data, size_t n) {
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)data[i];
    switch (c) {
    case '&': bytes_puts(to, "&amp;"); break;
    case '<': bytes_puts(to, "&lt;"); break;
    case '>': bytes_puts(to, "&gt;"); break;
    case '"': bytes_puts(to, "&quot;"); break;
    case '\'': bytes_puts(to, "&#39;"); break;
    default:
      if (c >= ' ' && c <= '~') bytes_putc(to, (char)c);
      else if (c == 0 && i + 1 < n && data[i + 1] >= '0' && data[i + 1] <= '9')
        bytes_puts(to, "\\x00");     /* "\0" and a digit would be another byte to a reader */
      else bytes_append_escaped(to, data + i, 1);
    }
  }
}

void html_puts(Bytes *to, const char *text) {
  if (text) html_append(to, text, strlen(text));
}

void html_append_element(Bytes *to, const char *tag, const char *class, const char *text) {
  if (!text || !*text) return;
  bytes_printf(to, "<%s class=\"%s\">", tag, class);
  html_puts(to, text);
  bytes_printf(to, "</%s>", tag);
}

void html_append_words(Bytes *to, const Strings *words) {
  for (size_t i = 0; words && i < words->n; i++) {
    if (i) bytes_putc(to, ' ');
    html_puts(to, words->at[i]);
  }
}

/* ---- Diffs ----------------------------------------------------------------------------------- */

typedef struct Line { const char *at; size_t len; bool ends; } Line;   /* without its mark */

typedef struct Lines { Line *at; size_t n, cap; } Lines;

/* Removed and added lines wait until their run is over, so that they can be paired. */
typedef struct Table {
  Bytes *to;
  Lines removed, added;
  unsigned long old, new;            /* numbers of the next lines */
} Table;

static void add(Lines *lines, Line line) {
  if (lines->n == lines->cap) {
    lines->cap = lines->cap ? lines->cap * 2 : 16;
    lines->at = mem_resize(lines->at, lines->cap * sizeof *lines->at);
  }
  lines->at[lines->n++] = line;
}

/* Two cells, number and text, in which bytes from `from` up to `end` are marked. */
static void append_cells(Bytes *to, const char *side, unsigned long number, const Line *line,
                         size_t from, size_t end) {
  bytes_printf(to, "<td class=\"n\">%lu</td><td class=\"%s\">", number, side);
  html_append(to, line->at, from);
  if (end > from) {
    bytes_puts(to, "<mark>");
    html_append(to, line->at + from, end - from);
    bytes_puts(to, "</mark>");
  }
  html_append(to, line->at + end, line->len - end);
  if (!line->ends) bytes_puts(to, "<i>no newline at the end</i>");
  bytes_puts(to, "</td>");
}

static void append_gap(Bytes *to) {
  bytes_puts(to, "<td class=\"n gap\"></td><td class=\"gap\"></td>");
}

static void append_pair(Table *t, const Line *old, const Line *new) {
  size_t head = 0, tail = 0;
  if (old && new) {
    size_t least = old->len < new->len ? old->len : new->len;
    while (head < least && old->at[head] == new->at[head]) head++;
    while (tail < least - head &&
           old->at[old->len - 1 - tail] == new->at[new->len - 1 - tail]) tail++;
  }
  bytes_puts(t->to, "<tr>");
  if (old) append_cells(t->to, "old", t->old++, old, head, new ? old->len - tail : head);
  else append_gap(t->to);
  if (new) append_cells(t->to, "new", t->new++, new, head, old ? new->len - tail : head);
  else append_gap(t->to);
  bytes_puts(t->to, "</tr>\n");
}

static void flush(Table *t) {
  size_t rows = t->removed.n > t->added.n ? t->removed.n : t->added.n;
  for (size_t i = 0; i < rows; i++) {
    append_pair(t, i < t->removed.n ? &t->removed.at[i] : NULL,
                i < t->added.n ? &t->added.at[i] : NULL);
  }
  t->removed.n = t->added.n = 0;
}

static void append_wide(Table *t, const char *text, size_t n) {
  flush(t);
  bytes_puts(t->to, "<tr class=\"wide\"><td colspan=\"4\">");
  html_append(t->to, text, n);
  bytes_puts(t->to, "</td></tr>\n");
}

static void append_common(Table *t, const Line *line) {
  flush(t);
  bytes_puts(t->to, "<tr class=\"eq\">");
  append_cells(t->to, "old", t->old++, line, 0, 0);
  append_cells(t->to, "new", t->new++, line, 0, 0);
  bytes_puts(t->to, "</tr>\n");
}

/* "@@ -3,2 +3 @@" as the numbers of the first lines; `text` ends with a newline or NUL. */
static void take_numbers(Table *t, const char *text) {
  const char *old = strchr(text, '-'), *new = strchr(text, '+');
  t->old = old ? strtoul(old + 1, NULL, 10) : 1;
  t->new = new ? strtoul(new + 1, NULL, 10) : 1;
}

static bool starts(const char *at, const char *end, const char *prefix) {
  size_t n = strlen(prefix);
  return (size_t)(end - at) >= n && memcmp(at, prefix, n) == 0;
}

static void take_line(Table *t, const char *at, const char *end, bool in_hunk, bool ends) {
  Line line = {at + 1, at < end ? (size_t)(end - at) - 1 : 0, ends};
  if (starts(at, end, "@@ ")) {
    append_wide(t, at, (size_t)(end - at));
    take_numbers(t, at);
  } else if (!in_hunk || at == end) append_wide(t, at, (size_t)(end - at));
  else if (*at == '-') add(&t->removed, line);
  else if (*at == '+') add(&t->added, line);
  else if (*at == ' ') append_common(t, &line);
  else append_wide(t, at, (size_t)(end - at));
}

void html_append_diff(Bytes *to, const char *diff, size_t n) {
  static const char open_end[] = "\\ no newline";
  Table t = {.to = to, .old = 1, .new = 1};
  bool in_hunk = false;
  Bytes text = {0};                  /* strtoul needs an end */
  bytes_append(&text, diff, n);
  const char *last = bytes_text(&text) + n;
  bytes_puts(to, "<table class=\"diff\"><colgroup><col class=\"n\"><col><col class=\"n\"><col>"
                 "</colgroup><thead><tr><th colspan=\"2\">reference</th>"
                 "<th colspan=\"2\">candidate</th></tr></thead><tbody>\n");
  for (const char *at = bytes_text(&text), *next; at < last; at = next) {
    const char *end = memchr(at, '\n', (size_t)(last - at));
    next = end ? end + 1 : last;
    if (!end) end = last;
    if (starts(at, end, "@@ ")) in_hunk = true;
    else if (!in_hunk && (starts(at, end, "--- ") || starts(at, end, "+++ "))) continue;
    else if (in_hunk && starts(at, end, open_end)) continue;
    take_line(&t, at, end, in_hunk, !(in_hunk && starts(next, last, open_end)));
  }
  flush(&t);
  bytes_puts(to, "</tbody></table>\n");
  free(t.removed.at);
  free(t.added.at);
  bytes_free(&text);
}
