/* proc.h -- runs a program so that nothing but the program can make a difference, and leaves
 * nothing behind: own session and process group, limits, fixed addresses, input from and output to
 * memory, a time limit for it and all it started. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include "base/bytes.h"
#include "base/diag.h"

typedef struct ProcRequest {
  const char *file;      /* path of the program; not searched */
  char *const *argv;     /* ends with NULL; argv[0] need not be `file` */
  char *const *env;      /* the whole environment, ends with NULL */
  const char *folder;    /* working directory; NULL: ours */
  const void *input;     /* standard input; without bytes it is /dev/null */
  size_t ninput;
  double seconds;        /* wall time, then SIGTERM, and a second later SIGKILL; 0: no limit */
  uint64_t memory;       /* bytes of address space; 0: no limit */
  uint64_t file_size;    /* bytes of one file, beyond which writing fails (no signal); 0: no limit */
  uint64_t output;       /* bytes of stdout and of stderr; 0: no limit */
  unsigned processes;    /* its own children at a time; 0: no limit */
  bool random_addresses; /* where things lie is left to chance; else it is fixed */
} ProcRequest;

/* Why a program was stopped by us. */
typedef enum ProcStop { PROC_NOT_STOPPED, PROC_TIME, PROC_OUTPUT, PROC_PROCESSES } ProcStop;

/* Zeroed is empty; the memory of out and err is reused. */
typedef struct ProcResult {
  Bytes out, err;        /* cut at the limit */
  ProcStop stop;
  int status;            /* exit status, or -1 */
  int signal;            /* that ended it, or 0 */
  uint64_t cpu_ns;       /* user and system, children included that it waited for */
  uint64_t peak_bytes;   /* resident */
} ProcResult;

/* Runs to the end.  False, EXIT_INFRA: it could not be started.  When it returns no process of the
 * program's group or descent lives any more.  The calling process must not start children meanwhile
 * (a worker has one thread), and becomes the reaper of its orphans. */
bool proc_run(const ProcRequest *request, ProcResult *result, Diag *why);
void proc_result_free(ProcResult *result);

/* For what is started otherwise, by libc's system and popen: from here on this process is the reaper of
 * orphans, and `before` (zeroed, or of an earlier time) knows whom it has as children. */
void proc_watch_children(Bytes *before);
/* Kills and reaps whoever has come since, and all their descent. */
void proc_kill_children(const Bytes *before);

/* Becomes the program, in the same world but for time, output and processes: with the standard streams,
 * terminal and session that this process has, so that a person or a debugger can be with it.
 * `input` is not used.  Returns only if it cannot (false, EXIT_INFRA). */
bool proc_become(const ProcRequest *request, Diag *why);

#endif
