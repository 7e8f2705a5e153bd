/* inproc.c -- why this file exists: a case in this process costs a hundredth of one in its own.
 *
 * A library's state lies in an arena; before each run the arena is put back to what it was after
 * luaL_openlibs.  What a run may change elsewhere is the host's (host.h), the guard's, or the
 * library's static data, and each is put back as well; what cannot be makes the engine spent.
 *
 * docs/oracle/engines.md tells what that means for those who read a verdict. */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/arena.h"
#include "engine/engine.h"
#include "engine/inproc.h"
#include "engine/library.h"
#include "engine/needs.h"

#define ARENA_BASE 0x200000000000u       /* free in every process, sanitized ones included */
#define ARENA_LIBRARY 0x010000000000u    /* from one library's arenas to the next one's */
#define ARENA_WORLD 0x001000000000u      /* from one perturbed world's to the next one's */
#define ARENA_CAPACITY ((size_t)3 << 29) /* 1.5 GB of address space */
#define WORLDS 4                         /* perturbations 0 ... 3; others share those */
#define WORLD_PADDING 4112               /* bytes more before the first block, a world */
#define LEAKED_MOST 64                   /* states that could not be closed, until it is spent */
#define SECONDS_DEFAULT 10.0
#define SANITIZED_SLOWNESS 10.0          /* as the exec engine has it */
#define CLOSED 4                         /* variables that every program has */

typedef struct World {
  Arena *arena;
  lua_State *L;                          /* after luaL_openlibs; NULL: not yet made */
} World;

typedef struct Inproc {
  Engine engine;
  Library *lib;
  World worlds[WORLDS];
  char *closed[CLOSED + 1];              /* NULL at its end */
  Strings side_env;
  char *locale;                          /* LOCPATH, once a case has needed it */
  double slowness;
  bool spent;
  unsigned leaked;
  /* The present run. */
  const RunRequest *request;
  World *world;
  lua_State *L;
} Inproc;

/* ---- Environment ----------------------------------------------------------------------------- */

static void put_variable(char **env, size_t *n, char *setting) {
  size_t name = strcspn(setting, "=") + 1;
  for (size_t i = 0; i < *n; i++) {
    if (strncmp(env[i], setting, name) != 0) continue;
    env[i] = setting;
    return;
  }
  env[(*n)++] = setting;
}

/* The closed environment, as the exec engine has it. */
static void close_environment(Inproc *p) {
  const Place *place = host_place(p->lib->host);
  p->closed[0] = mem_string("LC_ALL=C");
  p->closed[1] = mem_string("TZ=UTC");
  p->closed[2] = mem_format("HOME=%s", place->cwd);
  p->closed[3] = mem_format("PATH=%s:/usr/bin:/bin", place->bin);
}

/* The closed environment, the mode's, the side's and the case's; a later setting wins.  Free the
 * array, not the strings. */
static char **make_environment(Inproc *p, const RunRequest *request) {
  static char perturbed[] = "ORACLE_PERTURBED=1";
  const Strings *lists[] = {&request->conditions->env, &p->side_env, &request->item->env};
  size_t n = CLOSED;
  char **env = mem_alloc((CLOSED + 3 + lists[0]->n + lists[1]->n + lists[2]->n) * sizeof *env);
  memcpy(env, p->closed, CLOSED * sizeof *env);
  if (request->perturbation) env[n++] = perturbed;
  if (request->item->needs & NEED_LOCALE) {
    if (p->locale == NULL) p->locale = mem_format("LOCPATH=%s", needs_locale());
    env[n++] = p->locale;
  }
  for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
    for (size_t i = 0; i < lists[l]->n; i++) put_variable(env, &n, lists[l]->at[i]);
  }
  env[n] = NULL;
  return env;
}

static const char *find_variable(char **env, const char *name) {
  size_t n = strlen(name);
  for (; *env; env++) {
    if (strncmp(*env, name, n) == 0 && (*env)[n] == '=') return *env + n + 1;
  }
  return NULL;
}

/* LUA_PATH and LUA_CPATH are read when the libraries are opened: a snapshot has the closed ones. */
static bool concerns_opening(char **env) {
  for (; *env; env++) {
    if (strncmp(*env, "LUA_PATH", 8) == 0 || strncmp(*env, "LUA_CPATH", 9) == 0) return true;
  }
  return false;
}

/* ---- States ---------------------------------------------------------------------------------- */

static lua_State *new_state(Inproc *p) {
  const LuaApi *api = &p->lib->api;
  lua_State *L = p->lib->whole_states ? api->luaL_newstate()
                                      : api->lua_newstate(arena_alloc, p->world->arena);
  if (L) api->lua_atpanic(L, play_panic);
  return L;
}

/* On the guard's stack: makes the state that the snapshot is taken of. */
static void make_state(void *engine) {
  Inproc *p = engine;
  p->world->L = NULL;
  lua_State *L = new_state(p);
  if (L && play_prepare(&p->lib->play, L) == 0) p->world->L = L;
}

static bool make_state_in(Inproc *p, unsigned number, Diag *why) {
  static const Conditions none;
  RunRequest request = {NULL, &none, number};
  Observation unused = {0};
  Bytes out = {0};
  host_begin(p->lib->host, NULL, &none, p->closed, number);
  play_begin(&p->lib->play, &request, &unused, 0);
  GuardOutcome outcome = guard_run(p->lib->guard, make_state, p, SECONDS_DEFAULT, NULL);
  host_end(p->lib->host, true, &out, &out, why);
  bytes_free(&out);
  if (outcome.how == LEFT_BY_RETURN && p->world->L) return true;
  return diag_set(why, EXIT_INFRA, "%s: a state with the standard libraries cannot be made%s",
                  p->lib->api.path, outcome.how == LEFT_BY_SIGNAL ? ": it crashes" : "");
}

/* The same library opens its libraries by the same requests each time; one that does not has its
 * snapshot with the gaps. */
static bool make_world(Inproc *p, unsigned number, Diag *why) {
  World *w = p->world = &p->worlds[number];
  if (w->arena == NULL) {
    uintptr_t base = ARENA_BASE + p->lib->number * ARENA_LIBRARY + number * ARENA_WORLD;
    w->arena = arena_open(base, ARENA_CAPACITY, number * (size_t)WORLD_PADDING, why);
    if (w->arena == NULL) return false;
  }
  arena_rehearse(w->arena);
  if (!make_state_in(p, number, why)) return false;
  arena_perform(w->arena);
  if (!make_state_in(p, number, why)) return false;
  if (arena_snapshot(w->arena)) return true;
  arena_clear(w->arena);
  return make_state_in(p, number, why) && arena_snapshot(w->arena);
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static void play_it(void *engine) {
  Inproc *p = engine;
  Play *play = &p->lib->play;
  if (p->L == NULL) {
    play->opens_libraries = true;
    p->L = new_state(p);
  }
  if (p->L) play_script(play, p->L);
  else play->status = EXIT_FAILURE;
}

static void please_stop(void *engine) {
  play_stop(&((Inproc *)engine)->lib->play);
}

static double seconds_of(const Inproc *p, const RunRequest *request) {
  const Case *item = request->item;
  double seconds = item->seconds > 0 ? item->seconds : request->conditions->seconds;
  return (seconds > 0 ? seconds : SECONDS_DEFAULT) * p->slowness;
}

static int report_file = -1;             /* the process has one sanitizer */

/* A sanitizer that wants to end the process ends the run instead.  Outside of a run the fault is
 * the tool's, and its user has to see the report. */
static void on_death(void) {
  char piece[4096];
  if (guard_is_running()) guard_leave(LEFT_BY_REPORT, 0);
  lseek(report_file, 0, SEEK_SET);
  for (ssize_t n; (n = read(report_file, piece, sizeof piece)) > 0;) {
    if (write(STDERR_FILENO, piece, (size_t)n) < 0) break;
  }
}

/* Appends what a sanitizer wrote. */
static void take_report(Bytes *to) {
  char piece[4096];
  if (report_file < 0 || lseek(report_file, 0, SEEK_SET) < 0) return;
  for (ssize_t n; (n = read(report_file, piece, sizeof piece)) > 0;) {
    bytes_append(to, piece, (size_t)n);
  }
  if (ftruncate(report_file, 0) == 0) lseek(report_file, 0, SEEK_SET);
}

static void set_ending(Inproc *p, const GuardOutcome *outcome, Observation *seen) {
  switch (outcome->how) {
    case LEFT_BY_RETURN: seen->status = p->lib->play.status; break;
    case LEFT_BY_EXIT: seen->status = outcome->code; break;
    case LEFT_BY_SIGNAL:
      seen->ending = ENDED_SIGNAL;
      seen->signal = outcome->code;
      if (observation_says_assertion(seen)) seen->ending = ENDED_SANITIZER;
      break;
    case LEFT_BY_CLOCK: seen->ending = ENDED_TIMEOUT; break;
    case LEFT_BY_FUEL: seen->ending = ENDED_FUEL; break;
    case LEFT_BY_OUTPUT: seen->ending = ENDED_OUTPUT; break;
    case LEFT_BY_REPORT: seen->ending = ENDED_SANITIZER; break;
  }
}

static void set_memory(Inproc *p, const HostLeft *left, Observation *seen) {
  if (p->L == NULL || p->lib->whole_states) return;
  ArenaUsage usage = arena_usage(p->world->arena);
  seen->peak_bytes = usage.peak;
  seen->out_of_memory = usage.refused && observation_says_no_memory(seen);
  if (!p->lib->play.closed) return;
  bytes_printf(&seen->channel[CHANNEL_MEMORY], "%zu bytes in %zu blocks, %u files\n", usage.bytes,
               usage.blocks, left->files);
  seen->shown |= CHANNEL_BIT(CHANNEL_MEMORY);
}

/* What cannot be put back: a lock in libc, a sanitizer's report half way, memory of its own. */
static void judge_fitness(Inproc *p, const GuardOutcome *outcome) {
  const Play *play = &p->lib->play;
  if (outcome->in_doubt || outcome->how == LEFT_BY_REPORT) p->spent = true;
  if (!p->lib->whole_states) {
    if (play->allocations_outside > 0) p->spent = true;
  } else if (!play->closed) {
    if (outcome->how == LEFT_BY_SIGNAL || ++p->leaked == LEAKED_MOST) p->spent = true;
  }
}

static void put_back(Inproc *p, char **env) {
  library_restore_data(p->lib);
  p->L = NULL;
  if (p->lib->whole_states) return;
  if (env != p->closed && concerns_opening(env)) {
    arena_clear(p->world->arena);
  } else {
    arena_restore(p->world->arena);
    p->L = p->world->L;
  }
}

bool inproc_reset(Engine *e) {
  Inproc *p = (Inproc *)e;
  if (e->ops != &engine_inproc || p->lib->whole_states) return false;
  p->world = &p->worlds[0];
  put_back(p, p->closed);
  return true;
}

bool inproc_is_sanitized(const Engine *e) {
  return e->ops == &engine_inproc && ((const Inproc *)e)->lib->sanitized;
}

static bool inproc_run(Engine *e, const RunRequest *request, Observation *seen, Diag *why) {
  Inproc *p = (Inproc *)e;
  Play *play = &p->lib->play;
  const Conditions *c = request->conditions;
  const Case *item = request->item;
  unsigned number = request->perturbation % WORLDS;
  observation_clear(seen);
  if (p->worlds[number].L == NULL && !p->lib->whole_states && !make_world(p, number, why)) {
    return false;
  }
  bool own = c->env.n + p->side_env.n + item->env.n > 0 || request->perturbation ||
             (item->needs & NEED_LOCALE);
  char **env = own ? make_environment(p, request) : p->closed;
  p->world = &p->worlds[number];
  p->request = request;
  put_back(p, env);
  host_begin(p->lib->host, item, c, env, request->perturbation);
  play_begin(play, request, seen, c->channels & item->channels);
  play->arena = p->world->arena;
  play->memory = item->memory ? item->memory : c->memory;
  play->fuel = item->fuel ? item->fuel : c->fuel;
  play->init = own ? find_variable(env, "LUA_INIT") : NULL;
  if (play->arena) arena_limit(play->arena, play->memory);
  double start = clock_elapsed();
  GuardOutcome outcome = guard_run(p->lib->guard, play_it, p, seconds_of(p, request), please_stop);
  seen->nanoseconds = (uint64_t)((clock_elapsed() - start) * 1e9);
  bool flushes = outcome.how == LEFT_BY_RETURN || outcome.how == LEFT_BY_EXIT;
  HostLeft left = host_end(p->lib->host, flushes, &seen->channel[CHANNEL_STDOUT],
                           &seen->channel[CHANNEL_STDERR], why);
  if (left.output_cut) outcome.how = LEFT_BY_OUTPUT;
  if (outcome.how == LEFT_BY_REPORT) take_report(&seen->channel[CHANNEL_STDERR]);
  set_ending(p, &outcome, seen);
  seen->shown |= play->wanted & ~CHANNEL_BIT(CHANNEL_MEMORY);
  set_memory(p, &left, seen);
  judge_fitness(p, &outcome);
  if (own) free(env);
  observation_seal(seen);
  return !left.trouble;
}

static const char *inproc_refuses(Engine *e, const Case *item) {
  (void)e;
  if (item->has_cli) return "needs a command line of its own";
  if (!item->has_chunk) return "has no chunk";
  if (item->needs & NEED_PROCESS) return "needs a process of its own";
  if (item->needs & NEED_SHELL) return "needs a shell that finds `lua`";
  if (item->needs & NEED_LIBS) return "needs C modules, which a program has to link";
  return needs_refuse(item->needs);
}

static bool inproc_is_spent(const Engine *e) {
  return ((const Inproc *)e)->spent;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static bool meet_sanitizer(Diag *why) {
  void (*set_callback)(void (*)(void));
  void (*set_file)(void *);
  if (report_file >= 0) return true;
  *(void **)&set_callback = dlsym(RTLD_DEFAULT, "__sanitizer_set_death_callback");
  *(void **)&set_file = dlsym(RTLD_DEFAULT, "__sanitizer_set_report_fd");
  if (set_callback == NULL || set_file == NULL) return true;
  report_file = memfd_create("oracle-report", MFD_CLOEXEC);
  if (report_file < 0) return diag_errno(why, EXIT_INFRA, "no file for a sanitizer's report");
  set_callback(on_death);
  set_file((void *)(intptr_t)report_file);
  return true;
}

#define CHECK_PROGRAM                                                                            \
  "io.write(os.time(), ' ', os.getenv('ORACLE_CHECK') or 'none', ' ', io.read('*l') or 'none')\n" \
  "io.stderr:write('err') local t = {} for i = 1, 100 do t[i] = {i .. ''} end\n"                  \
  "string.format('%5.1f', 1) os.setlocale('C') os.exit(7)"

/* Runs a program that uses what is virtual, and looks whether it was.  A shim that is not called is
 * a comparison of two hosts: better no engine than that. */
static bool check_itself(Inproc *p, Diag *why) {
  Case item = {.id = (char *)"self-check", .path = "", .script = (char *)"check.lua",
               .channels = CHANNELS_ALL, .has_chunk = true, .folder = (char *)""};
  Conditions conditions = {.seconds = SECONDS_DEFAULT, .channels = CHANNELS_ALL};
  RunRequest request = {&item, &conditions, 0};
  Observation seen = {0};
  bytes_puts(&item.chunk, CHECK_PROGRAM);
  bytes_puts(&item.input, "in\n");
  strings_add(&item.env, "ORACLE_CHECK=yes");
  library_save_data(p->lib);
  bool good = inproc_run(&p->engine, &request, &seen, why);
  char *wanted = mem_format("%d yes in", HOST_EPOCH);
  const char *out = bytes_text(&seen.channel[CHANNEL_STDOUT]);
  if (good && (seen.ending != ENDED || seen.status != 7 || strcmp(out, wanted) != 0 ||
               strcmp(bytes_text(&seen.channel[CHANNEL_STDERR]), "err") != 0)) {
    good = diag_set(why, EXIT_INFRA, "%s: cannot be run in this process: its host is not under "
                    "control (%s; it wrote '%s' instead of '%s')", p->lib->api.path,
                    bytes_text(&seen.channel[CHANNEL_EXIT]), out, wanted);
  }
  if (p->lib->play.allocations_outside > 0) p->lib->whole_states = true;
  if (!library_data_changed(p->lib)) library_forget_data(p->lib);
  p->spent = false;
  p->leaked = 0;
  free(wanted);
  bytes_free(&item.chunk);
  bytes_free(&item.input);
  strings_free(&item.env);
  observation_free(&seen);
  return good;
}

static void ask_version(void *engine) {
  Inproc *p = engine;
  lua_State *L = p->worlds[0].L;
  if (p->lib->whole_states) {
    L = new_state(p);
    if (L == NULL || play_prepare(&p->lib->play, L) != 0) return;
  }
  api_version(&p->lib->api, L, p->engine.version, sizeof p->engine.version);
  if (p->lib->whole_states) p->lib->api.lua_close(L);
}

static bool find_version(Inproc *p, Diag *why) {
  static const Conditions none;
  RunRequest request = {NULL, &none, 0};
  Observation unused = {0};
  Bytes out = {0};
  if (!p->lib->whole_states && !make_world(p, 0, why)) return false;
  host_begin(p->lib->host, NULL, &none, p->closed, 0);
  play_begin(&p->lib->play, &request, &unused, 0);
  guard_run(p->lib->guard, ask_version, p, SECONDS_DEFAULT, NULL);
  host_end(p->lib->host, true, &out, &out, why);
  bytes_free(&out);
  return true;
}

static bool load(Inproc *p, const EngineSpec *spec, bool is_reference, Diag *why) {
  Bytes runtime = {0};
  bool good = inproc_needs_preload(spec->path, &runtime, why);
  if (good && runtime.len > 0) {
    good = diag_set(why, EXIT_INFRA, "%s needs LD_PRELOAD=%s", spec->path, bytes_text(&runtime));
  }
  bytes_free(&runtime);
  if (!good) return false;
  p->lib = library_take(spec->path, is_reference, why);
  if (p->lib) close_environment(p);
  return p->lib != NULL;
}

static void inproc_close(Engine *e) {
  Inproc *p = (Inproc *)e;
  for (int i = 0; i < WORLDS; i++) arena_close(p->worlds[i].arena);
  if (p->lib) library_give_back(p->lib);
  for (int i = 0; i < CLOSED; i++) free(p->closed[i]);
  free(p->locale);
  strings_free(&p->side_env);
  free(e->name);
  free(p);
}

static Engine *inproc_open(const EngineSpec *spec, bool is_reference, Diag *why) {
  Inproc *p = mem_zero(sizeof *p);
  p->engine.ops = &engine_inproc;
  p->engine.name = mem_string(spec->path);
  for (size_t i = 0; i < spec->env.n; i++) strings_add(&p->side_env, spec->env.at[i]);
  bool loaded = load(p, spec, is_reference, why);
  double usual = loaded && p->lib->sanitized ? SANITIZED_SLOWNESS : 1;
  p->slowness = spec->slowness > 1 ? spec->slowness : usual;
  if (loaded && meet_sanitizer(why) && find_version(p, why) &&
      check_itself(p, why)) {
    return &p->engine;
  }
  inproc_close(&p->engine);
  return NULL;
}

bool inproc_check_arenas(Diag *why) {
  for (unsigned library = 0; library < 2; library++) {
    Arena *a = arena_open(ARENA_BASE + library * ARENA_LIBRARY, ARENA_CAPACITY, 0, why);
    if (a == NULL) return false;
    arena_close(a);
  }
  return true;
}

const EngineOps engine_inproc = {"inproc",         inproc_open,     inproc_run,
                                 inproc_refuses,   inproc_is_spent, inproc_close};
