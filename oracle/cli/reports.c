/* reports.c -- why this file exists: live and recorded runs are reported by the same listeners. */
#include "cli/reports.h"

#include <string.h>
#include <unistd.h>

#include "report/report.h"
#include "report/report_html.h"

static bool add(Reports *r, Listener *l, Diag *why) {
  if (l == NULL) return false;
  if (r->n == REPORTS_MOST) {
    l->close(l, why);
    return diag_set(why, EXIT_USAGE, "more than %d reports", REPORTS_MOST);
  }
  r->at[r->n++] = l;
  return true;
}

static bool choose_color(const Options *o, ColorWanted *color, Diag *why) {
  const char *when = options_text(o, OPTION_COLOR);
  *color = COLOR_AUTO;
  if (when == NULL || strcmp(when, "auto") == 0) return true;
  *color = strcmp(when, "always") == 0 ? COLOR_ALWAYS : COLOR_NEVER;
  return *color == COLOR_ALWAYS || strcmp(when, "never") == 0 ||
         diag_set(why, EXIT_USAGE, "--color: '%s' is not auto, always or never", when);
}

bool reports_open(Reports *r, const Options *o, Diag *why) {
  static const struct { Option option; Listener *(*open)(const char *path, Diag *why); } files[] = {
    {OPTION_TAP, report_tap}, {OPTION_JUNIT, report_junit}, {OPTION_JSON, report_json},
    {OPTION_HTML, report_html}, {OPTION_TABLE, report_table}
  };
  ColorWanted color;
  int verbosity = options_has(o, OPTION_VERBOSE) ? 1 : options_has(o, OPTION_QUIET) ? -1 : 0;
  size_t to_stdout = 0;
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    const Strings *paths = &o->values[files[i].option];
    for (size_t k = 0; k < paths->n; k++) to_stdout += strcmp(paths->at[k], "-") == 0;
  }
  if (to_stdout > 1) return diag_set(why, EXIT_USAGE, "only one report can go to stdout");
  bool ok = choose_color(o, &color, why);
  for (size_t i = 0; ok && i < sizeof files / sizeof files[0]; i++) {
    const Strings *paths = &o->values[files[i].option];
    for (size_t k = 0; ok && k < paths->n; k++) {
      ok = add(r, files[i].open(paths->at[k], why), why);
    }
  }
  return ok && add(r, report_terminal(to_stdout ? stderr : stdout, color, verbosity), why);
}

bool reports_close(Reports *r, Diag *why) {
  bool ok = true;
  for (size_t i = 0; i < r->n; i++) ok = r->at[i]->close(r->at[i], why) && ok;
  r->n = 0;
  return ok;
}
