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
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "engine/arena.h"
#include "engine/engine.h"
#include "engine/library.h"

#define ARENA_BASE 0x200000000000u       /* free in every process, sanitized ones included */
#define ARENA_LIBRARY 0x010000000000u    /* from one library's arenas to the next one's */
#define ARENA_WORLD 0x001000000000u      /* from one perturbed world's to the next one's */
#define ARENA_CAPACITY ((size_t)3 << 29) /* 1.5 GB of address space */
#define WORLDS 4                         /* perturbations 0 ... 3; others share those */
#define WORLD_PADDING 4112               /* bytes more before the first block, a world */
#define LEAKED_MOST 64                   /* states that could not be closed, until it is spent */
#define SECONDS_DEFAULT 10.0

typedef struct World {
  Arena *arena;
  lua_State *L;                          /* after luaL_openlibs; NULL: not yet made */
} World;

typedef struct Inproc {
  Engine engine;
  Library *lib;
  World worlds[WORLDS];
  Strings side_env;
  double slowness;
  bool spent;
  unsigned leaked;
  int report;                            /* file that a sanitizer writes to, or -1 */
  /* The present run. */
  const RunRequest *request;
  World *world;
  lua_State *L;
} Inproc;

/* ---- Environment ------------------------------------------------------------------------------ */

static const char *const closed_environment[] = {"LC_ALL=C", "TZ=UTC", "HOME=/home",
                                                 "PATH=/usr/bin:/bin", NULL};

static void put_variable(char **env, size_t *n, char *setting) {
  size_t name = strcspn(setting, "=") + 1;
  for (size_t i = 0; i < *n; i++) {
    if (strncmp(env[i], setting, name) != 0) continue;
    env[i] = setting;
    return;
  }
  env[(*n)++] = setting;
}

/* The closed environment, the mode's, the side's and the case's; a later setting wins.  Free the
 * array, not the strings. */
static char **make_environment(const Inproc *p, const RunRequest *request) {
  static char perturbed[] = "ORACLE_PERTURBED=1";
  const Strings *lists[] = {&request->conditions->env, &p->side_env, &request->item->env};
  size_t n = 0, fixed = sizeof closed_environment / sizeof *closed_environment - 1;
  char **env = mem_alloc((fixed + 2 + lists[0]->n + lists[1]->n + lists[2]->n) * sizeof *env);
  for (size_t i = 0; i < fixed; i++) env[n++] = (char *)closed_environment[i];
  if (request->perturbation) env[n++] = perturbed;
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

/* ---- States ----------------------------------------------------------------------------------- */

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

static bool make_world(Inproc *p, unsigned number, Diag *why) {
  World *w = p->world = &p->worlds[number];
  static const Conditions none;
  char **env = (char **)closed_environment;
  RunRequest request = {NULL, &none, number};
  Observation unused = {0};
  Bytes out = {0};
  if (w->arena == NULL) {
    uintptr_t base = ARENA_BASE + p->lib->number * ARENA_LIBRARY + number * ARENA_WORLD;
    w->arena = arena_open(base, ARENA_CAPACITY, number * (size_t)WORLD_PADDING, why);
    if (w->arena == NULL) return false;
  }
  host_begin(p->lib->host, NULL, &none, env, number);
  play_begin(&p->lib->play, &request, &unused, 0);
  GuardOutcome outcome = guard_run(p->lib->guard, make_state, p, SECONDS_DEFAULT, NULL);
  host_end(p->lib->host, true, &out, &out, why);
  bytes_free(&out);
  if (outcome.how != LEFT_BY_RETURN || w->L == NULL) {
    return diag_set(why, EXIT_INFRA, "%s: a state with the standard libraries cannot be made%s",
                    p->lib->api.path, outcome.how == LEFT_BY_SIGNAL ? ": it crashes" : "");
  }
  arena_snapshot(w->arena);
  return true;
}

/* ---- Runs ------------------------------------------------------------------------------------- */

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
  double seconds = request->item->seconds > 0 ? request->item->seconds : request->conditions->seconds;
  return (seconds > 0 ? seconds : SECONDS_DEFAULT) * p->slowness;
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Appends what a sanitizer wrote. */
static void take_report(const Inproc *p, Bytes *to) {
  char piece[4096];
  if (p->report < 0 || lseek(p->report, 0, SEEK_SET) < 0) return;
  for (ssize_t n; (n = read(p->report, piece, sizeof piece)) > 0;) bytes_append(to, piece, (size_t)n);
  if (ftruncate(p->report, 0) == 0) lseek(p->report, 0, SEEK_SET);
}

static bool has_text(const Bytes *b, const char *text) {
  return b->len > 0 && memmem(b->data, b->len, text, strlen(text)) != NULL;
}

static void set_ending(Inproc *p, const GuardOutcome *outcome, Observation *seen) {
  const Bytes *err = &seen->channel[CHANNEL_STDERR];
  switch (outcome->how) {
    case LEFT_BY_RETURN: seen->status = p->lib->play.status; break;
    case LEFT_BY_EXIT: seen->status = outcome->code; break;
    case LEFT_BY_SIGNAL:
      seen->ending = ENDED_SIGNAL;
      seen->signal = outcome->code;
      if (outcome->code == SIGABRT && has_text(err, ": check failed: ")) {
        seen->ending = ENDED_SANITIZER;
      }
      break;
    case LEFT_BY_CLOCK: seen->ending = ENDED_TIMEOUT; break;
    case LEFT_BY_FUEL: seen->ending = ENDED_FUEL; break;
    case LEFT_BY_OUTPUT: seen->ending = ENDED_OUTPUT; break;
    case LEFT_BY_REPORT: seen->ending = ENDED_SANITIZER; break;
  }
  seen->deep = outcome->stack_overflow || has_text(err, "stack overflow");
}

static void set_memory(Inproc *p, const HostLeft *left, Observation *seen) {
  if (p->L == NULL || p->lib->whole_states) return;
  ArenaUsage usage = arena_usage(p->world->arena);
  seen->peak_bytes = usage.peak;
  seen->out_of_memory = usage.refused;
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
  library_restore_statics(p->lib);
  p->L = NULL;
  if (p->lib->whole_states) return;
  if (concerns_opening(env)) {
    arena_clear(p->world->arena);
  } else {
    arena_restore(p->world->arena);
    p->L = p->world->L;
  }
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
  bool own = c->env.n + p->side_env.n + item->env.n > 0 || request->perturbation;
  char **env = own ? make_environment(p, request) : (char **)closed_environment;
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
  uint64_t start = now_ns();
  GuardOutcome outcome = guard_run(p->lib->guard, play_it, p, seconds_of(p, request), please_stop);
  seen->nanoseconds = now_ns() - start;
  bool flushes = outcome.how == LEFT_BY_RETURN || outcome.how == LEFT_BY_EXIT;
  HostLeft left = host_end(p->lib->host, flushes, &seen->channel[CHANNEL_STDOUT],
                           &seen->channel[CHANNEL_STDERR], why);
  if (left.output_cut) outcome.how = LEFT_BY_OUTPUT;
  if (outcome.how == LEFT_BY_REPORT) take_report(p, &seen->channel[CHANNEL_STDERR]);
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
  if (item->needs & NEED_LIBS) return "needs C modules that are linked by a program";
  if (item->needs & NEED_LOCALE) return "needs a locale of the process";
  return "";
}

static bool inproc_is_spent(const Engine *e) {
  return ((const Inproc *)e)->spent;
}

/* ---- Opening ---------------------------------------------------------------------------------- */

static void on_death(void) {
  if (guard_is_running()) guard_leave(LEFT_BY_REPORT, 0);
}

/* A sanitizer that wants to end the process ends the run instead. */
static bool meet_sanitizer(Inproc *p, Diag *why) {
  void (*set_callback)(void (*)(void));
  void (*set_file)(void *);
  p->report = -1;
  *(void **)&set_callback = dlsym(RTLD_DEFAULT, "__sanitizer_set_death_callback");
  *(void **)&set_file = dlsym(RTLD_DEFAULT, "__sanitizer_set_report_fd");
  if (set_callback == NULL || set_file == NULL) return true;
  p->report = memfd_create("oracle-report", MFD_CLOEXEC);
  if (p->report < 0) return diag_errno(why, EXIT_INFRA, "no file for a sanitizer's report");
  set_callback(on_death);
  set_file((void *)(intptr_t)p->report);
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
  library_save_statics(p->lib);
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
  if (!library_statics_changed(p->lib)) library_forget_statics(p->lib);
  p->spent = false;
  p->leaked = 0;
  free(wanted);
  bytes_free(&item.chunk);
  bytes_free(&item.input);
  strings_free(&item.env);
  observation_free(&seen);
  return good;
}

/* A version is a part of what the library calls itself: "5.1.5" is not in "Lua 5.1.50". */
static bool has_version(const char *version, const char *wanted) {
  const char *at = strstr(version, wanted);
  char next = at ? at[strlen(wanted)] : '0';
  return at && (next < '0' || next > '9');
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

static bool find_version(Inproc *p, const EngineSpec *spec, Diag *why) {
  static const Conditions none;
  RunRequest request = {NULL, &none, 0};
  Observation unused = {0};
  Bytes out = {0};
  if (!p->lib->whole_states && !make_world(p, 0, why)) return false;
  host_begin(p->lib->host, NULL, &none, (char **)closed_environment, 0);
  play_begin(&p->lib->play, &request, &unused, 0);
  guard_run(p->lib->guard, ask_version, p, SECONDS_DEFAULT, NULL);
  host_end(p->lib->host, true, &out, &out, why);
  bytes_free(&out);
  const char *version = p->engine.version;
  if (spec->version[0] && !has_version(version, spec->version)) {
    return diag_set(why, EXIT_INFRA, "%s calls itself '%s', and has to be version %s", spec->path,
                    version[0] ? version : "nothing", spec->version);
  }
  p->engine.pinned = has_version(version, "Lua 5.1.5");
  return true;
}

static bool load(Inproc *p, const EngineSpec *spec, bool is_reference, Diag *why) {
  Bytes runtime = {0};
  if (strchr(spec->path, '/') && !path_is_file(spec->path)) {
    return diag_set(why, EXIT_INFRA, "%s is missing%s%s", spec->path,
                    spec->build[0] ? "; it is made by: " : "", spec->build);
  }
  bool good = library_needs_preload(spec->path, &runtime, why);
  if (good && runtime.len > 0) {
    good = diag_set(why, EXIT_INFRA, "%s needs LD_PRELOAD=%s", spec->path, bytes_text(&runtime));
  }
  bytes_free(&runtime);
  if (!good) return false;
  p->lib = library_take(spec->path, is_reference, why);
  return p->lib != NULL;
}

static void inproc_close(Engine *e) {
  Inproc *p = (Inproc *)e;
  for (int i = 0; i < WORLDS; i++) arena_close(p->worlds[i].arena);
  if (p->report >= 0) close(p->report);
  if (p->lib) library_give_back(p->lib);
  strings_free(&p->side_env);
  free(e->name);
  free(p);
}

static Engine *inproc_open(const EngineSpec *spec, bool is_reference, Diag *why) {
  Inproc *p = mem_zero(sizeof *p);
  p->engine.ops = &engine_inproc;
  p->engine.name = mem_string(spec->path);
  p->slowness = spec->slowness >= 1 ? spec->slowness : 1;
  p->report = -1;
  for (size_t i = 0; i < spec->env.n; i++) strings_add(&p->side_env, spec->env.at[i]);
  if (load(p, spec, is_reference, why) && meet_sanitizer(p, why) && find_version(p, spec, why) &&
      check_itself(p, why)) {
    return &p->engine;
  }
  inproc_close(&p->engine);
  return NULL;
}

const EngineOps engine_inproc = {"inproc",         inproc_open,     inproc_run,
                                 inproc_refuses,   inproc_is_spent, inproc_close};
