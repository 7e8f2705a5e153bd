/* figures.h -- what was measured, and whether it is good enough.
 *
 * A figure is a name and its samples.  The best sample is the one that other work on the machine
 * has disturbed least, so it is the one that is held against an aim; the median tells how steady
 * the machine was. */
#ifndef RUN_FIGURES_H
#define RUN_FIGURES_H

#include "base/bytes.h"
#include "base/diag.h"

/* What figures of one kind mean.  A part of a figure is called "kind.part" and has no aim. */
typedef struct FigureKind {
  const char *name, *unit;
  bool more_is_better;
  double aim;            /* at least, or at most; 0: none */
  const char *what;
} FigureKind;

typedef struct Figure {
  char *name;
  double *samples;
  size_t n, cap;
} Figure;

/* Zeroed is empty. */
typedef struct Figures {
  Figure *at;            /* in the order of their first samples */
  size_t n, cap;
} Figures;

typedef enum Judgement {
  FIGURE_PART,           /* or of a kind without an aim */
  FIGURE_REACHES,
  FIGURE_MISSES
} Judgement;

/* NULL: no such kind. */
const FigureKind *figure_kind(const char *name);

void figures_add(Figures *f, const char *name, double sample);
const Figure *figures_find(const Figures *f, const char *name);      /* or NULL */
void figures_free(Figures *f);

double figure_best(const Figure *figure);
double figure_median(const Figure *figure);
Judgement figure_judge(const Figure *figure);

/* The status of all: EXIT_PERF if one misses its aim, else EXIT_SAME. */
ExitStatus figures_judge(const Figures *f);

/* One line a figure, for another process of this program; and back.  False, EXIT_INFRA, for what
 * is no such text, or a figure that has no kind. */
void figures_append(Bytes *to, const Figures *f);
bool figures_read(Figures *f, const char *text, Diag *why);

#endif
