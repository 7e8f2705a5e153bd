/* check.c -- why this file exists: all parts report alike. */
#include "selftest/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_LINES = 12 };

void checks_add(Checks *all, const Check *c) {
  if (all->n == all->cap) {
    all->cap = all->cap ? all->cap * 2 : 64;
    all->at = mem_resize(all->at, all->cap * sizeof *all->at);
  }
  all->at[all->n++] = *c;
}

void checks_free(Checks *all) {
  for (size_t i = 0; i < all->n; i++) {
    Check *c = &all->at[i];
    free(c->name);
    free(c->about);
    if (c->free_data) c->free_data(c->data);
  }
  free(all->at);
  *all = (Checks){0};
}

static void say(Bytes *said, const char *format, va_list args) {
  char text[1024];
  vsnprintf(text, sizeof text, format, args);
  bytes_puts(said, text);
}

Outcome check_pass(Bytes *said, const char *format, ...) {
  va_list args;
  va_start(args, format);
  say(said, format, args);
  va_end(args);
  return OUTCOME_PASSED;
}

Outcome check_fail(Bytes *said, const char *format, ...) {
  va_list args;
  va_start(args, format);
  say(said, format, args);
  va_end(args);
  return OUTCOME_FAILED;
}

void check_show(Bytes *said, const char *title, const Bytes *text) {
  const char *p = bytes_text(text);
  for (int i = 0; i < SHOWN_LINES && *p; i++) {
    size_t n = strcspn(p, "\n");
    bytes_printf(said, "\n    %s: %.*s", title, (int)n, p);
    p += n + (p[n] == '\n');
  }
}
