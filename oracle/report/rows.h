/* rows.h -- the failures of a run with equal ones of several modes in one row: the same case with
 * the same signature is one thing to look at. */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "run/event.h"

typedef struct Row Row;

/* Zeroed is empty and valid. */
typedef struct Rows {
  Row *at;
  size_t n, cap;
} Rows;

void rows_add(Rows *rows, const Event *result);   /* copies */

/* Appends a table, the most severe first; nothing if there are no rows.  Sorts the rows. */
void rows_append(Rows *rows, Bytes *to);
void rows_free(Rows *rows);

#endif
