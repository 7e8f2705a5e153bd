/* diag.c -- why this file exists: one way to say why the tool failed, without allocating. */
#include "base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(Diag *d, const char *format, va_list args) {
  int n = vsnprintf(d->text, sizeof d->text, format, args);
  if (n < 0) strcpy(d->text, "(message cannot be formatted)");
  else if ((size_t)n >= sizeof d->text) strcpy(d->text + sizeof d->text - 4, "...");
}

bool diag_set(Diag *d, ExitStatus status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fill(d, format, args);
  va_end(args);
  d->status = status;
  return false;
}

bool diag_errno(Diag *d, ExitStatus status, const char *format, ...) {
  int number = errno;
  va_list args;
  va_start(args, format);
  fill(d, format, args);
  va_end(args);
  d->status = status;
  size_t used = strlen(d->text);
  int n = snprintf(d->text + used, sizeof d->text - used, ": %s", strerror(number));
  if (used + (size_t)n >= sizeof d->text) strcpy(d->text + sizeof d->text - 4, "...");
  return false;
}

bool diag_wrap(Diag *d, const char *format, ...) {
  char inner[sizeof d->text];
  strcpy(inner, diag_text(d));
  va_list args;
  va_start(args, format);
  fill(d, format, args);
  va_end(args);
  size_t used = strlen(d->text);
  int n = snprintf(d->text + used, sizeof d->text - used, ": %s", inner);
  if (used + (size_t)n >= sizeof d->text) strcpy(d->text + sizeof d->text - 4, "...");
  return false;
}

const char *diag_text(const Diag *d) {
  return d->text[0] ? d->text : "unknown trouble";
}
