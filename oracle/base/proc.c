/* proc.c -- why this file exists: a case may crash, hang, fork or flood; the tool goes on.
 *
 * vfork is what makes a start cheap: the child borrows our memory until it executes the
 * program, so between the two it only makes system calls.  Output goes to memory files that are
 * kept from run to run.  A pidfd tells the end; while the dead leader is not reaped yet its
 * number cannot be reused, so its group can be killed by number. */
#include "base/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/close_range.h>

enum { FIRST_LOOK = 20, NEXT_LOOK = 50, GRACE = 1000 };     /* milliseconds */

#define STACK_BYTES (8u << 20)

/* ---- Memory files for the three standard streams -------------------------------------------- */

/* Why the child could not become the program: in shared memory, since under valgrind and sanitizers
 * vfork may be a fork. */
typedef struct Failure {
  int error;
  char step[32];
} Failure;

/* Of this process: forks make their own. */
static struct { pid_t owner; int fd[3]; volatile Failure *failure; } streams;

static bool reset_stream(int i) {
  if (streams.fd[i] < 0) streams.fd[i] = memfd_create("stream", MFD_CLOEXEC);
  return streams.fd[i] >= 0 && ftruncate(streams.fd[i], 0) == 0 &&
         lseek(streams.fd[i], 0, SEEK_SET) == 0;
}

static bool write_all(int fd, const char *data, size_t n) {
  while (n > 0) {
    ssize_t written = write(fd, data, n);
    if (written < 0) return false;
    data += written;
    n -= (size_t)written;
  }
  return true;
}

static bool open_streams(const ProcRequest *r, Diag *why) {
  if (streams.owner != getpid()) {
    streams.owner = getpid();
    for (int i = 0; i < 3; i++) streams.fd[i] = -1;
    int kind = MAP_SHARED | MAP_ANONYMOUS;
    void *page = mmap(NULL, sizeof(Failure), PROT_READ | PROT_WRITE, kind, -1, 0);
    streams.failure = page != MAP_FAILED ? page : NULL;
  }
  bool ok = streams.failure && reset_stream(1) && reset_stream(2);
  if (ok && r->ninput > 0) {
    ok = reset_stream(0) && write_all(streams.fd[0], r->input, r->ninput) &&
         lseek(streams.fd[0], 0, SEEK_SET) == 0;
  }
  return ok || diag_errno(why, EXIT_INFRA, "memory file for a standard stream");
}

static uint64_t size_of(int fd) {
  struct stat s;
  return fstat(fd, &s) == 0 ? (uint64_t)s.st_size : 0;
}

/* The content of a stream, at most `most` bytes; true if it was more. */
static bool read_stream(int fd, Bytes *to, uint64_t most) {
  uint64_t size = size_of(fd), wanted = most && size > most ? most : size;
  bytes_clear(to);
  if (wanted == 0) return false;
  void *map = mmap(NULL, wanted, PROT_READ, MAP_PRIVATE, fd, 0);
  if (map == MAP_FAILED) return true;
  bytes_append(to, map, wanted);
  munmap(map, wanted);
  return size > wanted;
}

/* ---- The child ------------------------------------------------------------------------------ */

typedef struct Child {
  const ProcRequest *request;
  int input;
  unsigned long persona;
} Child;

static void limit(int which, uint64_t value) {
  struct rlimit l;
  getrlimit(which, &l);
  l.rlim_cur = value < l.rlim_max ? value : l.rlim_max;
  setrlimit(which, &l);
}

/* Dispositions that a program would inherit.  SIGXFSZ stays ignored: writing beyond the limit is an
 * error that the program sees, not its death. */
static void reset_signals(void) {
  static const int numbers[] = {
    SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM, SIGCHLD, SIGUSR1, SIGUSR2
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) signal(numbers[i], SIG_DFL);
  signal(SIGXFSZ, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The part of the world that limits and settings of the process make. */
static void enter_world(const ProcRequest *r, unsigned long persona) {
  reset_signals();
  personality(persona);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_STACK, STACK_BYTES);
  if (r->file_size) limit(RLIMIT_FSIZE, r->file_size);
}

/* The last step. */
static void execute(const ProcRequest *r) {
  close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  if (r->memory) limit(RLIMIT_AS, r->memory);
  /* Not execve: a coverage build would write its counters out here, in memory that is not ours
   * after vfork. */
  syscall(SYS_execve, r->file, r->argv, r->env);
}

/* What this process has is passed on, but for the addresses, which are fixed in workers. */
static unsigned long persona_of(const ProcRequest *r) {
  unsigned long ours = (unsigned long)personality(0xffffffff);
  return r->random_addresses ? ours & ~(unsigned long)ADDR_NO_RANDOMIZE
                             : ours | ADDR_NO_RANDOMIZE;
}

/* Between vfork and exec: only system calls, and nothing of ours is changed. */
static void become_program(const Child *c) {
  const ProcRequest *r = c->request;
  const char *step = "working directory";
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  enter_world(r, c->persona);
  if (r->folder == NULL || chdir(r->folder) == 0) {
    step = "standard streams";
    if (dup2(c->input, 0) >= 0 && dup2(streams.fd[1], 1) >= 0 && dup2(streams.fd[2], 2) >= 0) {
      step = "program";
      execute(r);
    }
  }
  streams.failure->error = errno;
  strcpy((char *)streams.failure->step, step);
  _exit(127);
}

bool proc_become(const ProcRequest *r, Diag *why) {
  enter_world(r, persona_of(r));
  if (r->folder && chdir(r->folder) != 0) return diag_errno(why, EXIT_INFRA, "%s", r->folder);
  execute(r);
  return diag_errno(why, EXIT_INFRA, "%s", r->file);
}

__attribute__((noinline))
static pid_t start(const Child *c) {
  pid_t pid = vfork();
  if (pid == 0) become_program(c);
  return pid;
}

static pid_t start_program(const ProcRequest *r, Diag *why) {
  int null = -1;
  Child c = {.request = r, .persona = persona_of(r)};
  streams.failure->error = 0;
  if (r->ninput == 0) null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  c.input = r->ninput ? streams.fd[0] : null;
  pid_t pid = start(&c);
  if (pid < 0) diag_errno(why, EXIT_INFRA, "%s: vfork", r->file);
  if (null >= 0) close(null);
  return pid;
}

/* ---- Watching ------------------------------------------------------------------------------- */

/* Our children, as the kernel lists them: "12 34 ". */
static void list_children(Bytes *list) {
  char buffer[4096];
  bytes_clear(list);
  int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) bytes_append(list, buffer, (size_t)n);
  close(fd);
}

static bool lists(const Bytes *list, long pid) {
  for (const char *p = bytes_text(list); *p; p += strspn(p, " ")) {
    char *end;
    if (strtol(p, &end, 10) == pid) return true;
    if (end == p) break;
    p = end;
  }
  return false;
}

/* Processes of a session, as /proc shows them: a child cannot leave it without a session of its
 * own. */
static unsigned count_session(pid_t session) {
  unsigned n = 0;
  DIR *proc = opendir("/proc");
  for (struct dirent *e; proc && (e = readdir(proc));) {
    pid_t pid = (pid_t)atoi(e->d_name);
    n += pid > 0 && getsid(pid) == session;
  }
  if (proc) closedir(proc);
  return n;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static ProcStop look(const ProcRequest *r, pid_t pid, double started) {
  if (r->seconds > 0 && now() - started >= r->seconds) return PROC_TIME;
  if (r->output && (size_of(streams.fd[1]) > r->output || size_of(streams.fd[2]) > r->output)) {
    return PROC_OUTPUT;
  }
  if (r->processes && count_session(pid) > r->processes + 1) return PROC_PROCESSES;
  return PROC_NOT_STOPPED;
}

/* Without a pidfd (old kernels, valgrind) the end is looked for every millisecond. */
static bool has_ended_slowly(pid_t pid, int milliseconds) {
  for (; milliseconds >= 0; milliseconds--) {
    siginfo_t info = {0};
    int code = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
    if (code == 0 && info.si_pid == pid) return true;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  return false;
}

static bool has_ended(pid_t pid, int handle, int milliseconds) {
  struct pollfd p = {.fd = handle, .events = POLLIN};
  int n;
  if (handle < 0) return has_ended_slowly(pid, milliseconds);
  while ((n = poll(&p, 1, milliseconds)) < 0 && errno == EINTR) continue;
  return n > 0;
}

/* Waits for the end, or makes one: why it was stopped. */
static ProcStop watch(const ProcRequest *r, pid_t pid, int handle) {
  double started = now();
  for (int wait = FIRST_LOOK;; wait = NEXT_LOOK) {
    double left = r->seconds > 0 ? (r->seconds - (now() - started)) * 1000 + 1 : wait;
    int patience = left < 0 ? 0 : left < wait ? (int)left : wait;
    if (has_ended(pid, handle, patience)) return PROC_NOT_STOPPED;
    ProcStop stop = look(r, pid, started);
    if (stop == PROC_NOT_STOPPED) continue;
    kill(-pid, SIGTERM);
    if (stop == PROC_TIME) has_ended(pid, handle, GRACE);
    return stop;
  }
}

static bool reap(pid_t which) {
  pid_t pid;
  while ((pid = waitpid(which, NULL, 0)) < 0 && errno == EINTR) continue;
  return pid > 0;
}

void proc_watch_children(Bytes *before) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  list_children(before);
}

/* Orphans come to us, as children that we did not have before: a process's children become ours
 * before we can reap it, so that the loops end with the last descendant. */
void proc_kill_children(const Bytes *before) {
  Bytes after = {0};
  for (bool found = true; found;) {
    found = false;
    list_children(&after);
    for (const char *p = bytes_text(&after); *p; p += strspn(p, " ")) {
      char *end;
      long pid = strtol(p, &end, 10);
      if (end == p) break;
      p = end;
      if (lists(before, pid)) continue;
      kill((pid_t)pid, SIGKILL);
      found = reap((pid_t)pid) || found;
    }
  }
  bytes_free(&after);
}

/* Whatever it started and left: its group, and orphans that made a session of their own. */
static void kill_rest(pid_t leader, const Bytes *before) {
  while (reap(-leader)) continue;
  proc_kill_children(before);
}

static void take_end(pid_t pid, ProcResult *result) {
  int status = 0;
  struct rusage use;
  while (wait4(pid, &status, 0, &use) < 0 && errno == EINTR) continue;
  result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result->cpu_ns = (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000u +
                   (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1000u;
  result->peak_bytes = (uint64_t)use.ru_maxrss * 1024u;
}

bool proc_run(const ProcRequest *r, ProcResult *result, Diag *why) {
  Bytes before = {0};
  if (!open_streams(r, why)) return false;
  proc_watch_children(&before);
  pid_t pid = start_program(r, why);
  bool ok = pid > 0;
  if (ok) {
    int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    result->stop = watch(r, pid, handle);
    kill(-pid, SIGKILL);
    take_end(pid, result);
    kill_rest(pid, &before);
    if (handle >= 0) close(handle);
    errno = streams.failure->error;
    if (errno) ok = diag_errno(why, EXIT_INFRA, "%s: %s", r->file, (char *)streams.failure->step);
    bool cut = read_stream(streams.fd[1], &result->out, r->output);
    cut = read_stream(streams.fd[2], &result->err, r->output) || cut;
    if (cut && result->stop == PROC_NOT_STOPPED) result->stop = PROC_OUTPUT;
  }
  bytes_free(&before);
  return ok;
}

void proc_result_free(ProcResult *result) {
  bytes_free(&result->out);
  bytes_free(&result->err);
  *result = (ProcResult){0};
}
