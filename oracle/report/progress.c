/* progress.c -- why this file exists: who waits wants to know whether to wait. */
#include "report/progress.h"

#include <string.h>

#include "report/report.h"

static void append_duration(Bytes *to, double seconds) {
  unsigned long s = seconds < 1e7 ? (unsigned long)(seconds + 0.5) : 9999999;
  if (s >= 3600) bytes_printf(to, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
  else bytes_printf(to, "%lu:%02lu", s / 60, s % 60);
}

void progress_append(Bytes *to, const char *mode, size_t done, size_t cases, size_t failed,
                     double spent) {
  double rate = spent > 0 ? (double)done / spent : 0;
  report_append_clean(to, mode, strlen(mode), false);
  bytes_printf(to, ": %zu/%zu", done, cases);
  if (cases) bytes_printf(to, " %zu%%", done < cases ? done * 100 / cases : 100);
  if (rate > 0) bytes_printf(to, ", %.0f/s", rate);
  if (rate > 0 && done < cases) {
    bytes_puts(to, ", ETA ");
    append_duration(to, (double)(cases - done) / rate);
  }
  if (failed) bytes_printf(to, ", %zu failed", failed);
}
