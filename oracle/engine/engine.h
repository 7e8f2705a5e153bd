/* engine.h -- a way to run a case: the one interface of all runtimes.
 *
 * An engine is opened once for a worker, runs any number of cases, each as if it were the first, and
 * is closed.  Every run starts from the same state whatever the runs before did.  What the program
 * does, crash or hang included, is an Observation; false is only for trouble of the tool's own. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/diag.h"
#include "observe/observation.h"

/* How a chunk is run, both sides alike. */
typedef enum Transform {
  TRANSFORM_NONE,
  TRANSFORM_HOOKS,       /* under a line and count hook that does nothing */
  TRANSFORM_DUMP,        /* through string.dump and loadstring first */
  TRANSFORM_COROUTINE    /* inside a coroutine */
} Transform;

typedef struct Preload { char *name, *file; } Preload;     /* --preload NAME=FILE */
typedef struct Mount { char *host, *guest; } Mount;        /* --dir HOST::GUEST */

/* Conditions of a run that come from the mode, the same for both sides. */
typedef struct Conditions {
  Transform transform;
  uint64_t fuel;         /* VM instructions, 0: no limit */
  uint64_t memory;       /* bytes */
  double seconds;        /* wall time */
  uint64_t output;       /* bytes of stdout and of stderr */
  uint64_t file_size;    /* bytes of one file */
  unsigned processes;    /* the case's own children at a time */
  Preload *preloads;
  size_t npreloads;
  const char *invoke;    /* NULL, or the global function called after the chunk, without arguments */
  Mount *mounts;
  size_t nmounts;
  const char *folder;    /* NULL, or the folder of whose files every run gets a copy; absolute */
  unsigned needs;        /* bits of Need: what every case gets, as if it had asked for it */
  Strings env;           /* NAME=VALUE, after the closed environment's and before the case's */
  unsigned channels;     /* bits: what is wanted; an engine may show less */
} Conditions;

/* Worlds that differ from each other: see RunRequest. */
#define PERTURBATION_MOST 3

/* What an engine is: one side of a mode. */
typedef struct EngineSpec {
  char *kind;            /* "inproc" or "exec" */
  char *path;            /* a liblua (inproc) or a lua program (exec); a name without '/' is searched */
  char *luac;            /* exec: program for the bytecode channel, or "" */
  Strings args;          /* exec: options before the script */
  Strings env;           /* NAME=VALUE, of this side only */
  char *version;         /* what it must call itself, e.g. "5.1.5"; "" : anything */
  char *build;           /* command that makes it, shown as the remedy when it is missing; or "" */
  char *mode;            /* build mode for `modes:` of cases: "release", "asan", ...; or "" */
  double slowness;       /* factor on time limits, >= 1 */
  char *shared;          /* exec: folder for LD_LIBRARY_PATH, or "" */
  unsigned perturbation; /* of the world it runs in, 0-PERTURBATION_MOST; 0: the normal one */
} EngineSpec;

/* The reference whose answers the cases record. */
#define PINNED_VERSION "5.1.5"

typedef struct Engine Engine;

/* Perturbation: a number that changes what a program should not depend on (heap base and padding,
 * the virtual clock, seeds, process id, environment).  0 is the normal world. */
typedef struct RunRequest {
  const Case *item;
  const Conditions *conditions;
  unsigned perturbation;
} RunRequest;

typedef struct EngineOps {
  const char *kind;
  Engine *(*open)(const EngineSpec *spec, bool is_reference, Diag *why);
  bool (*run)(Engine *e, const RunRequest *request, Observation *seen, Diag *why);
  /* "" or why this engine cannot run the case ("needs a process", "no pt_BR locale", ...). */
  const char *(*refuses)(Engine *e, const Case *item);
  /* What happened made this process unfit for more runs (a lock held in libc, a thread left):
   * the worker finishes the case and is replaced. */
  bool (*is_spent)(const Engine *e);
  void (*close)(Engine *e);
} EngineOps;

struct Engine {
  const EngineOps *ops;
  char *name;            /* as the user knows it: "lua5.1", "build/release/lua" */
  char build_id[41];     /* hex, of the file's content and its libraries': the cache's key */
  char version[64];      /* what it calls itself: "Lua 5.1.5", "LuaJIT 2.1.0-beta3", ... */
  bool pinned;           /* is the true reference, Lua 5.1.5: recorded answers are checked on it */
};

/* Opens the engine that `spec` describes; NULL, with why (EXIT_INFRA), if it is missing, cannot be
 * loaded, or is of the wrong version. */
Engine *engine_open(const EngineSpec *spec, bool is_reference, Diag *why);
void engine_close(Engine *e);

/* The build id alone, without loading anything: for the cache and for `oracle modes`. */
bool engine_identify(const EngineSpec *spec, char build_id[41], Diag *why);

extern const EngineOps engine_inproc, engine_exec;

#endif
