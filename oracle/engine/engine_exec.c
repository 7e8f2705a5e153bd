/* engine_exec.c -- why this file exists: whatever calls itself Lua can be run as a program, and what a
 * program shows is what users see.
 *
 * Environment, directory, addresses and limits are the same for every program; docs/oracle/engines.md
 * lists them. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/proc.h"
#include "engine/engine.h"
#include "engine/launch.h"
#include "engine/needs.h"
#include "engine/place.h"
#include "engine/wrap.h"

#define SECONDS_DEFAULT 10.0
#define SANITIZED_SLOWNESS 10.0
#define PADDING 113                      /* bytes of environment that a perturbation adds */

typedef struct Exec {
  Engine engine;
  char *program, *luac;                  /* absolute; luac: NULL if there is none */
  Strings args, env;                     /* of this side */
  double slowness;
  bool sanitized;                        /* address space is its own affair */
  Place *place;
  ProcResult result;
  Bytes code, text;
} Exec;

/* ---- Environment and command line ----------------------------------------------------------- */

/* Adds NAME=VALUE, in the place of an earlier setting of NAME. */
static void put_variable(Strings *env, const char *setting) {
  size_t n = strcspn(setting, "=") + 1;
  for (size_t i = 0; i < env->n; i++) {
    if (strncmp(env->at[i], setting, n) != 0) continue;
    free(env->at[i]);
    env->at[i] = mem_string(setting);
    return;
  }
  strings_add(env, setting);
}

static void put_variables(Strings *env, const Strings *settings) {
  for (size_t i = 0; i < settings->n; i++) put_variable(env, settings->at[i]);
}

__attribute__((format(printf, 2, 3)))
static void put_format(Strings *env, const char *format, ...) {
  char text[4096];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  put_variable(env, text);
}

static void make_environment(const Exec *x, const RunRequest *request, Strings *env) {
  put_variable(env, "LC_ALL=C");
  put_variable(env, "TZ=UTC");
  put_format(env, "HOME=%s", x->place->cwd);
  put_format(env, "PATH=%s:/usr/bin:/bin", x->place->bin);
  if (x->sanitized) {
    put_variable(env, "ASAN_OPTIONS=abort_on_error=0:exitcode=99:allocator_may_return_null=1");
    put_variable(env, "UBSAN_OPTIONS=print_stacktrace=1");
  }
  if (request->perturbation) {
    put_format(env, "ORACLE_PERTURBED=%0*u", (int)(request->perturbation % 16 * PADDING), 0u);
  }
  if (request->item->needs & NEED_LOCALE) put_format(env, "LOCPATH=%s", needs_locale());
  put_variables(env, &request->conditions->env);
  put_variables(env, &x->env);
  put_variables(env, &request->item->env);
}

static void add_all(Strings *list, const Strings *more) {
  for (size_t i = 0; i < more->n; i++) strings_add(list, more->at[i]);
}

static void make_arguments(const Exec *x, const Case *item, Strings *argv) {
  strings_add(argv, "lua");
  if (item->has_cli) add_all(argv, &item->cli);
  else {
    add_all(argv, &x->args);
    strings_add(argv, item->script);
    add_all(argv, &item->args);
  }
}

/* ---- One process ---------------------------------------------------------------------------- */

/* The process in which a program of this engine works on the case.  Both lists get a NULL at their end. */
static ProcRequest process_of(const Exec *x, const RunRequest *request, const char *file,
                              Strings *argv, Strings *env, const Bytes *input) {
  const Case *item = request->item;
  const Conditions *c = request->conditions;
  double usual = c->seconds > 0 ? c->seconds : SECONDS_DEFAULT;
  double seconds = item->seconds > 0 ? item->seconds : usual;
  strings_take(argv, NULL);
  strings_take(env, NULL);
  argv->n--;
  env->n--;
  return (ProcRequest){
    .file = file, .argv = argv->at, .env = env->at, .folder = x->place->cwd,
    .input = input->data, .ninput = input->len, .seconds = seconds * x->slowness,
    .memory = x->sanitized ? 0 : item->memory ? item->memory : c->memory,
    .file_size = c->file_size, .output = c->output, .processes = c->processes,
    .random_addresses = request->perturbation != 0
  };
}

/* string.dump of the script into x->code, by luac or by the program itself; empty if it does not
 * compile.  A compiler that dies leaves how it died. */
static bool compile(Exec *x, const RunRequest *request, Diag *why) {
  static const Bytes nothing;
  const char *script = request->item->script;
  Strings argv = {0}, env = {0};
  char *output = path_join(x->place->root, "luac.out");
  bytes_clear(&x->code);
  make_environment(x, request, &env);
  put_variable(&env, "LUA_INIT=");                       /* the case's own is for its run */
  if (x->luac) {
    const char *words[] = {"luac", "-o", output, "--", script};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) strings_add(&argv, words[i]);
  } else {
    strings_add(&argv, "lua");
    strings_add(&argv, "-e");
    bytes_clear(&x->text);
    bytes_puts(&x->text, "local f = loadfile(");
    wrap_append_literal(&x->text, script);
    bytes_puts(&x->text, ") if f then io.write(string.dump(f)) end");
    strings_add(&argv, bytes_text(&x->text));
  }
  ProcRequest r = process_of(x, request, x->luac ? x->luac : x->place->lua, &argv, &env, &nothing);
  bool ok = proc_run(&r, &x->result, why);
  if (ok && x->result.signal) {
    bytes_printf(&x->code, "(the compiler was ended by signal SIG%s)",
                 sigabbrev_np(x->result.signal));
  } else if (ok && x->luac && x->result.status == 0) {
    ok = path_read(output, &x->code, why);
  } else if (ok && !x->luac) bytes_append(&x->code, x->result.out.data, x->result.out.len);
  unlink(output);
  free(output);
  strings_free(&argv);
  strings_free(&env);
  return ok;
}

static bool is_compiled(const Bytes *code) {
  return code->len > 0 && (code->data[0] == '\033');
}

/* Replaces the script by what the transform makes of it; what has to come first goes to LUA_INIT. */
static bool transform(Exec *x, const RunRequest *request, Strings *env, Diag *why) {
  const Case *item = request->item;
  const Conditions *c = request->conditions;
  bool ok = true;
  if (c->transform == TRANSFORM_DUMP && is_compiled(&x->code)) {
    ok = place_write(x->place->cwd, item->script, &x->code, why);
  }
  if (wrap_has_script(c)) {
    char *chunk = path_join(x->place->root, "chunk");
    const Bytes *source = c->transform == TRANSFORM_DUMP && is_compiled(&x->code)
        ? &x->code : &item->chunk;
    bytes_clear(&x->text);
    wrap_append_script(&x->text, c, item->script, chunk);
    ok = place_write(x->place->root, "chunk", source, why) &&
         place_write(x->place->cwd, item->script, &x->text, why);
    free(chunk);
  }
  if (ok && wrap_has_prelude(c)) {
    bytes_clear(&x->text);
    wrap_append_prelude(&x->text, c);
    ok = place_write(x->place->root, "prelude.lua", &x->text, why);
    put_format(env, "LUA_INIT=@%s/prelude.lua", x->place->root);
  }
  return ok;
}

/* ---- What was seen -------------------------------------------------------------------------- */

/* Words that only reports have: of a sanitizer in a program built with one, of an assertion in one
 * that aborted. */
static bool is_reported(const Exec *x, const Observation *seen) {
  const Bytes *err = &seen->channel[CHANNEL_STDERR];
  bool is_error = bytes_have(err, "runtime error: ");
  bool is_report = bytes_have(err, "Sanitizer") &&
                   (bytes_have(err, "ERROR: ") || bytes_have(err, "LeakSanitizer"));
  return observation_says_assertion(seen) || (x->sanitized && (is_error || is_report));
}

static Ending ending_of(const Exec *x, const Observation *seen) {
  static const Ending stops[] = {ENDED, ENDED_TIMEOUT, ENDED_OUTPUT, ENDED_PROCESSES};
  if (x->result.stop != PROC_NOT_STOPPED) return stops[x->result.stop];
  if (is_reported(x, seen)) return ENDED_SANITIZER;
  return seen->signal ? ENDED_SIGNAL : ENDED;
}

static void swap(Bytes *a, Bytes *b) {
  Bytes held = *a;
  *a = *b;
  *b = held;
}

static void take_result(Exec *x, Observation *seen) {
  seen->status = x->result.status < 0 ? 0 : x->result.status;
  seen->signal = x->result.signal;
  seen->nanoseconds = x->result.cpu_ns;
  seen->peak_bytes = x->result.peak_bytes;
  swap(&seen->channel[CHANNEL_STDOUT], &x->result.out);
  swap(&seen->channel[CHANNEL_STDERR], &x->result.err);
  seen->shown |= CHANNEL_BIT(CHANNEL_STDOUT) | CHANNEL_BIT(CHANNEL_STDERR);
  seen->ending = ending_of(x, seen);
  seen->out_of_memory = observation_says_no_memory(seen);
  observation_seal(seen);
}

static bool wants_code(const RunRequest *request) {
  const Case *item = request->item;
  return (request->conditions->channels & item->channels & CHANNEL_BIT(CHANNEL_BYTECODE)) &&
         item->has_chunk && !item->plain;
}

bool launch_prepare(Engine *e, const RunRequest *request, Launch *l, Diag *why) {
  Exec *x = (Exec *)e;
  const Case *item = request->item;
  bool ok = place_use(x->place, x->program, why) &&
            place_furnish(x->place, item, request->conditions, why);
  if (ok && (wants_code(request) || request->conditions->transform == TRANSFORM_DUMP)) {
    ok = compile(x, request, why);
  }
  if (ok) make_environment(x, request, &l->env);
  ok = ok && transform(x, request, &l->env, why);
  if (!ok) return false;
  make_arguments(x, item, &l->argv);
  l->process = process_of(x, request, x->place->lua, &l->argv, &l->env, &item->input);
  return true;
}

static bool exec_run(Engine *e, const RunRequest *request, Observation *seen, Diag *why) {
  Exec *x = (Exec *)e;
  Launch launch = {.process = {.file = NULL}};
  observation_clear(seen);
  bool ok = launch_prepare(e, request, &launch, why);
  if (ok && wants_code(request)) {
    swap(&seen->channel[CHANNEL_BYTECODE], &x->code);
    seen->shown |= CHANNEL_BIT(CHANNEL_BYTECODE);
  }
  ok = ok && proc_run(&launch.process, &x->result, why);
  if (ok) take_result(x, seen);
  launch_free(&launch);
  return ok;
}

/* ---- Opening -------------------------------------------------------------------------------- */

/* The first line that `-v` prints: on stderr or on stdout, as the implementation likes.  `-e` keeps
 * luac out, which has a version, too, but runs nothing: two of them would agree on everything. */
static bool ask_version(Exec *x, Diag *why) {
  char name[] = "lua", version[] = "-v", run[] = "-e", nothing[] = "";
  char *argv[] = {name, version, run, nothing, NULL};
  Strings env = {0};
  put_variable(&env, "LC_ALL=C");
  put_variables(&env, &x->env);
  strings_take(&env, NULL);
  ProcRequest r = {.file = x->program, .argv = argv, .env = env.at, .seconds = 30};
  bool ok = proc_run(&r, &x->result, why);
  const Bytes *said = x->result.err.len ? &x->result.err : &x->result.out;
  if (ok && (x->result.status != 0 || said->len == 0)) {
    ok = diag_set(why, EXIT_INFRA, "%s -v -e '' ends with status %d and %s: not a Lua", x->program,
                  x->result.status, said->len ? "a complaint" : "says nothing");
  }
  if (ok) {
    size_t n = strcspn(said->data, "\r\n");
    snprintf(x->engine.version, sizeof x->engine.version, "%.*s", (int)n, said->data);
  }
  strings_free(&env);
  return ok;
}

static bool read_program(Exec *x, Diag *why) {
  Bytes content = {0};
  bool ok = path_read(x->program, &content, why);
  x->sanitized = bytes_have(&content, "__asan_init");
  bytes_free(&content);
  return ok;
}

static void exec_close(Engine *e) {
  Exec *x = (Exec *)e;
  if (x->place) place_leave(x->place);
  strings_free(&x->args);
  strings_free(&x->env);
  proc_result_free(&x->result);
  bytes_free(&x->code);
  bytes_free(&x->text);
  free(x->program);
  free(x->luac);
  free(x->engine.name);
  free(x);
}

static char *absolute(const char *name) {
  char *found = path_find_program(name), *path = found ? path_absolute(found) : NULL;
  free(found);
  return path;
}

static Engine *exec_open(const EngineSpec *spec, bool is_reference, Diag *why) {
  (void)is_reference;
  Exec *x = mem_zero(sizeof *x);
  x->engine.ops = &engine_exec;
  x->engine.name = mem_string(spec->path);
  x->program = absolute(spec->path);
  add_all(&x->args, &spec->args);
  put_variables(&x->env, &spec->env);
  bool ok = x->program != NULL || diag_set(why, EXIT_INFRA, "%s: no such program", spec->path);
  if (ok && spec->shared && *spec->shared) {
    char *folder = path_absolute(spec->shared);
    put_format(&x->env, "LD_LIBRARY_PATH=%s", folder);
    free(folder);
  }
  if (ok && spec->luac && *spec->luac) {
    x->luac = absolute(spec->luac);
    ok = x->luac != NULL || diag_set(why, EXIT_INFRA, "%s: no such program", spec->luac);
  }
  ok = ok && read_program(x, why) && ask_version(x, why);
  x->slowness = spec->slowness > 1 ? spec->slowness : x->sanitized ? SANITIZED_SLOWNESS : 1;
  if (ok) x->place = place_enter(why);
  if (ok && x->place) return &x->engine;
  exec_close(&x->engine);
  return NULL;
}

static const char *exec_refuses(Engine *e, const Case *item) {
  (void)e;
  return needs_refuse(item->needs);
}

static bool exec_is_spent(const Engine *e) {
  (void)e;
  return false;
}

const EngineOps engine_exec = {"exec", exec_open, exec_run, exec_refuses, exec_is_spent,
                               exec_close};
