/* report_json.c -- why this file exists: another program wants the events while they happen, or
 * elsewhere than in the log. */
#include <stdlib.h>

#include "report/report.h"

typedef struct JsonReport {
  Listener listener;
  char *path;
  FILE *to;
  Bytes line;
} JsonReport;

static bool hear(Listener *self, const Event *e, Diag *why) {
  JsonReport *r = (JsonReport *)self;
  bytes_clear(&r->line);
  event_append(&r->line, e);
  return fwrite(r->line.data, 1, r->line.len, r->to) == r->line.len ||
         diag_errno(why, EXIT_INFRA, "%s", r->path);
}

static bool tick(Listener *self, double now, Diag *why) {
  JsonReport *r = (JsonReport *)self;
  (void)now;
  return fflush(r->to) == 0 || diag_errno(why, EXIT_INFRA, "%s", r->path);
}

static bool close_report(Listener *self, Diag *why) {
  JsonReport *r = (JsonReport *)self;
  bool ok = report_close(r->to, r->path, why);
  bytes_free(&r->line);
  free(r->path);
  free(r);
  return ok;
}

Listener *report_json(const char *path, Diag *why) {
  FILE *to = report_open(path, why);
  if (to == NULL) return NULL;
  JsonReport *r = mem_zero(sizeof *r);
  r->listener = (Listener){hear, tick, close_report};
  r->path = mem_string(path);
  r->to = to;
  return &r->listener;
}
