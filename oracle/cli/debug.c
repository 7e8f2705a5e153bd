/* debug.c -- why this file exists: a person with a tool of their own wants the process that the
 * oracle would start, and not a worker around it. */
#include "cli/debug.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "base/words.h"
#include "engine/launch.h"
#include "engine/wrap.h"
#include "run/slot.h"

/* What a debugger needs beside the case's closed environment. */
static const char *const of_terminals[] = {
  "TERM", "COLORTERM", "DISPLAY", "XAUTHORITY", "LINES", "COLUMNS"
};

/* The words of the command, the program and its arguments; NULL at the end.  Names the file that is
 * executed. */
static char *make_command(const char *command, const Launch *l, Strings *argv, Diag *why) {
  if (!words_split_shell(command, argv) || argv->n == 0) {
    diag_set(why, EXIT_USAGE, "'%s' is no command", command);
    return NULL;
  }
  char *file = path_find_program(argv->at[0]);
  if (file == NULL) diag_set(why, EXIT_USAGE, "%s: no such program", argv->at[0]);
  strings_add(argv, l->process.file);
  for (size_t i = 1; i < l->argv.n; i++) strings_add(argv, l->argv.at[i]);
  strings_take(argv, NULL);
  return file;
}

static void make_environment(const Launch *l, Strings *env) {
  for (size_t i = 0; i < l->env.n; i++) strings_add(env, l->env.at[i]);
  for (size_t i = 0; i < sizeof of_terminals / sizeof of_terminals[0]; i++) {
    const char *value = getenv(of_terminals[i]);
    if (value) strings_take(env, mem_format("%s=%s", of_terminals[i], value));
  }
  strings_take(env, NULL);
}

/* Standard input that holds the case's. */
static bool take_input(const ProcRequest *r) {
  int fd = r->ninput ? memfd_create("input", MFD_CLOEXEC) : open("/dev/null", O_RDONLY | O_CLOEXEC);
  bool written = fd >= 0 && (r->ninput == 0 ||
                             write(fd, r->input, r->ninput) == (ssize_t)r->ninput);
  return written && lseek(fd, 0, SEEK_SET) == 0 && dup2(fd, 0) == 0;
}

/* Runs it to its end; what the terminal sends is for the command.  A child that cannot become the
 * command says why through a pipe that the command does not inherit. */
static bool run_command(const ProcRequest *r, bool is_tracer, int *status, Diag *why) {
  int ends[2];
  Diag failure = {0};
  if (pipe2(ends, O_CLOEXEC) != 0) return diag_errno(why, EXIT_INFRA, "a pipe");
  fflush(NULL);
  struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_quit;
  sigaction(SIGINT, &ignore, &old_int);
  sigaction(SIGQUIT, &ignore, &old_quit);
  pid_t pid = fork();
  if (pid == 0) {
    if (is_tracer && !take_input(r)) diag_errno(&failure, EXIT_INFRA, "the case's input");
    else proc_become(r, &failure);
    if (write(ends[1], &failure, sizeof failure) < 0) _exit(126);
    _exit(127);
  }
  close(ends[1]);
  bool failed = pid > 0 && read(ends[0], &failure, sizeof failure) == (ssize_t)sizeof failure;
  close(ends[0]);
  while (pid > 0 && waitpid(pid, status, 0) < 0 && errno == EINTR) continue;
  sigaction(SIGINT, &old_int, NULL);
  sigaction(SIGQUIT, &old_quit, NULL);
  if (pid < 0) return diag_errno(why, EXIT_INFRA, "fork");
  if (failed) *why = failure;
  return !failed;
}

/* Runs the prepared process under the command. */
static bool run_under(const char *command, bool is_tracer, const Launch *l, const Case *item,
                      Diag *why) {
  Strings argv = {0}, env = {0};
  int status = 0;
  char end[SLOT_END_LENGTH];
  char *file = make_command(command, l, &argv, why);
  make_environment(l, &env);
  ProcRequest r = l->process;
  r.file = file;
  r.argv = argv.at;
  r.env = env.at;
  r.memory = 0;
  bool ok = file && run_command(&r, is_tracer, &status, why);
  slot_describe_end(status, end);
  if (ok) fprintf(stderr, "oracle: %s: %s ended with %s\n", item->id, argv.at[0], end);
  strings_free(&argv);
  strings_free(&env);
  free(file);
  return ok;
}

bool debug_case(const Setup *s, const Options *o, Diag *why) {
  bool is_tracer = options_has(o, OPTION_TRACER);
  const char *option = is_tracer ? "--tracer" : "--debugger";
  if (is_tracer && options_has(o, OPTION_DEBUGGER)) {
    return diag_set(why, EXIT_USAGE, "either --debugger or --tracer");
  }
  if (s->plan.n != 1) {
    return diag_set(why, EXIT_USAGE, "%s takes one case in one mode, and %zu are selected", option,
                    s->plan.n);
  }
  const Case *item = s->plan.items[0].item;
  const Mode *mode = s->modes[s->plan.items[0].mode];
  const EngineSpec *spec = config_program(mode, false);
  if (spec == NULL) {
    return diag_set(why, EXIT_USAGE, "%s: mode %s has libraries only: give both sides `cmd`",
                    option, mode->name);
  }
  RunRequest request = {item, &mode->conditions, 0};
  Launch launch = {.process = {.file = NULL}};
  Engine *e = engine_open(spec, false, why);
  if (e == NULL) return false;
  const char *refused = e->ops->refuses(e, item);
  if (*refused == '\0') refused = wrap_refuses(item, request.conditions);
  bool ok = *refused == '\0' || diag_set(why, EXIT_NOTHING, "%s is skipped in mode %s: it %s",
                                         item->id, mode->name, refused);
  ok = ok && launch_prepare(e, &request, &launch, why);
  if (ok) {
    const char *command = options_text(o, is_tracer ? OPTION_TRACER : OPTION_DEBUGGER);
    ok = run_under(command, is_tracer, &launch, item, why) || diag_wrap(why, "%s", option);
  }
  launch_free(&launch);
  engine_close(e);
  return ok;
}
