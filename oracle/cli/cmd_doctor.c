/* cmd_doctor.c -- why this file exists: whoever cannot run the oracle learns from it what to do. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/doctor.h"
#include "cli/verbs.h"
#include "report/report.h"

static const struct CheckRow {
  const char *name;
  DoctorCheck *check;
  bool needed;
  const char *purpose;
} rows[] = {
#define D(name, function, needed, purpose) {#name, function, needed, purpose},
#include "cli/doctor.def"
#undef D
};
enum { ROWS = sizeof rows / sizeof *rows };

/* ---- What checks say ------------------------------------------------------------------------- */

static void tell(const Doctor *d, const char *word, const char *text, const char *remedy) {
  Bytes line = {0};
  report_append_clean(&line, text, strlen(text), false);
  if (remedy) {
    bytes_puts(&line, "; ");
    report_append_clean(&line, remedy, strlen(remedy), false);
  }
  printf("%-8s %-13s %s\n", word, d->check, bytes_text(&line));
  bytes_free(&line);
}

void doctor_good(Doctor *d, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  d->has_spoken = true;
  if (!options_has(d->options, OPTION_TERSE)) tell(d, "ok", text, NULL);
}

void doctor_bad(Doctor *d, const char *remedy, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  d->has_spoken = true;
  d->missing += d->needed;
  tell(d, d->needed ? "missing" : "optional", text, remedy);
}

size_t doctor_count_modes(const Doctor *d) {
  return d->trouble ? 0 : d->setup->config.nmodes;
}

bool doctor_find_program(Doctor *d, const char *name, const char *remedy) {
  char *path = path_find_program(name);
  if (path) doctor_good(d, "%s", path);
  else doctor_bad(d, remedy, "no %s", name);
  free(path);
  return path != NULL;
}

/* ---- Children -------------------------------------------------------------------------------- */

enum { CHILD_SECONDS = 20 };

static void answer(DoctorQuestion *ask, const void *context, int to) {
  Bytes text = {0};
  alarm(CHILD_SECONDS);
  bool ok = ask(context, &text);
  bool written = write(to, bytes_text(&text), text.len) == (ssize_t)text.len;
  _exit(ok && written ? 0 : 1);
}

bool doctor_ask_child(DoctorQuestion *ask, const void *context, Bytes *said) {
  int ends[2], status = 0;
  char buffer[512];
  fflush(stdout);
  if (pipe(ends) != 0) return false;
  pid_t pid = fork();
  if (pid == 0) answer(ask, context, ends[1]);
  close(ends[1]);
  for (ssize_t n; pid > 0 && (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    bytes_append(said, buffer, (size_t)n);
  }
  close(ends[0]);
  if (pid < 0 || waitpid(pid, &status, 0) != pid) return false;
  if (WIFSIGNALED(status)) bytes_printf(said, "a child ended by signal %d", WTERMSIG(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- The verb -------------------------------------------------------------------------------- */

static bool run_checks(Doctor *d) {
  for (size_t i = 0; i < ROWS; i++) {
    d->check = rows[i].name;
    d->needed = rows[i].needed;
    d->has_spoken = false;
    rows[i].check(d);
    if (!d->has_spoken) doctor_good(d, "%s: nothing to look at", rows[i].purpose);
  }
  return d->missing == 0;
}

bool verb_doctor(const Options *o, const Strings *argv, int *status, Diag *why) {
  Setup s;
  Diag trouble = {0};
  (void)argv;
  (void)why;
  bool is_there = setup_config(&s, o, &trouble);
  Doctor d = {.setup = &s, .options = o, .trouble = is_there ? NULL : &trouble};
  *status = run_checks(&d) ? EXIT_SAME : EXIT_INFRA;
  if (d.missing) printf("%zu missing\n", d.missing);
  else puts("all is well");
  setup_free(&s);
  return true;
}
