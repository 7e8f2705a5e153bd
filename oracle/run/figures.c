/* figures.c -- why this file exists: judging is apart from measuring, so that a test can show a
 * miss without a slow machine. */
#include "run/figures.h"

#include <stdlib.h>
#include <string.h>

static const FigureKind kinds[] = {
  {"small", "pairs/s", true, 30000, "small programs in process, both sides and the verdict"},
  {"sanitized", "pairs/s", true, 3000, "the same, the candidate built with an address sanitizer"},
  {"reset", "ns", false, 1000, "both states put back after a small program"},
  {"crash", "us", false, 0, "a crash in process, until the next run can begin"},
  {"exec", "pairs/s", true, 0, "small programs, a process for each side"},
  {"corpus", "s", false, 2, "all cases of the mode, one worker, nothing cached"},
};

const FigureKind *figure_kind(const char *name) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    size_t n = strlen(kinds[i].name);
    bool is_it = strncmp(name, kinds[i].name, n) == 0;
    if (is_it && (name[n] == '\0' || name[n] == '.')) return &kinds[i];
  }
  return NULL;
}

static Figure *find(const Figures *f, const char *name) {
  for (size_t i = 0; i < f->n; i++) {
    if (strcmp(f->at[i].name, name) == 0) return &f->at[i];
  }
  return NULL;
}

const Figure *figures_find(const Figures *f, const char *name) {
  return find(f, name);
}

void figures_add(Figures *f, const char *name, double sample) {
  Figure *figure = find(f, name);
  if (figure == NULL) {
    if (f->n == f->cap) {
      f->cap = f->cap ? f->cap * 2 : 16;
      f->at = mem_resize(f->at, f->cap * sizeof *f->at);
    }
    figure = &f->at[f->n++];
    *figure = (Figure){.name = mem_string(name)};
  }
  if (figure->n == figure->cap) {
    figure->cap = figure->cap ? figure->cap * 2 : 16;
    figure->samples = mem_resize(figure->samples, figure->cap * sizeof *figure->samples);
  }
  figure->samples[figure->n++] = sample;
}

void figures_free(Figures *f) {
  for (size_t i = 0; i < f->n; i++) {
    free(f->at[i].name);
    free(f->at[i].samples);
  }
  free(f->at);
  *f = (Figures){0};
}

/* ---- Judging --------------------------------------------------------------------------------- */

double figure_best(const Figure *figure) {
  bool more = figure_kind(figure->name)->more_is_better;
  double best = figure->samples[0];
  for (size_t i = 1; i < figure->n; i++) {
    if (more == (figure->samples[i] > best)) best = figure->samples[i];
  }
  return best;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double figure_median(const Figure *figure) {
  size_t n = figure->n, size = n * sizeof *figure->samples;
  double *sorted = mem_alloc(size);
  memcpy(sorted, figure->samples, size);
  qsort(sorted, n, sizeof *sorted, ascending);
  double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  free(sorted);
  return median;
}

Judgement figure_judge(const Figure *figure) {
  const FigureKind *kind = figure_kind(figure->name);
  if (kind->aim <= 0 || strcmp(kind->name, figure->name) != 0) return FIGURE_PART;
  double best = figure_best(figure);
  bool reaches = kind->more_is_better ? best >= kind->aim : best <= kind->aim;
  return reaches ? FIGURE_REACHES : FIGURE_MISSES;
}

ExitStatus figures_judge(const Figures *f) {
  for (size_t i = 0; i < f->n; i++) {
    if (figure_judge(&f->at[i]) == FIGURE_MISSES) return EXIT_PERF;
  }
  return EXIT_SAME;
}

/* ---- Between processes ----------------------------------------------------------------------- */

void figures_append(Bytes *to, const Figures *f) {
  for (size_t i = 0; i < f->n; i++) {
    bytes_puts(to, f->at[i].name);
    for (size_t k = 0; k < f->at[i].n; k++) bytes_printf(to, " %a", f->at[i].samples[k]);
    bytes_putc(to, '\n');
  }
}

static bool read_line(Figures *f, char *line, Diag *why) {
  char *rest = strchr(line, ' ');
  if (rest) *rest++ = '\0';
  if (rest == NULL || figure_kind(line) == NULL) {
    return diag_set(why, EXIT_INFRA, "'%s' is no figure", line);
  }
  while (*rest) {
    char *end;
    double sample = strtod(rest, &end);
    if (end == rest || (*end && *end != ' ') || !(sample > 0)) {
      return diag_set(why, EXIT_INFRA, "%s: '%s' is no sample", line, rest);
    }
    figures_add(f, line, sample);
    rest = end + (*end == ' ');
  }
  return true;
}

bool figures_read(Figures *f, const char *text, Diag *why) {
  bool ok = true;
  while (ok && *text) {
    size_t n = strcspn(text, "\n");
    char *line = mem_substring(text, n);
    ok = read_line(f, line, why);
    free(line);
    text += n + (text[n] == '\n');
  }
  return ok;
}
