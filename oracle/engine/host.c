/* host.c -- why this file exists: what a program learns from its host must not depend on the host.
 *
 * Every shim below stands in for one libc function in the loaded library.  It works on `now`, the
 * one world of the process, and calls the libc of the library's own namespace where real work is
 * done: that is the function which the slot held before. */
#include "engine/host.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/proc.h"
#include "engine/got.h"
#include "engine/guard.h"
#include "engine/room.h"

#define STREAM_BUFFER 8192
#define TICK_CLOCK 1000                  /* what a call of clock() costs, in its unit */
#define TICKS_A_SECOND 64                /* calls of time() until it advances by one */

/* Functions of the library's own libc. */
#define REAL_FUNCTIONS(F)                                                                         \
  F(fopen) F(freopen) F(fclose) F(popen) F(pclose) F(tmpfile) F(remove) F(rename) F(system)       \
  F(setlocale) F(srand) F(rand) F(fopencookie) F(setvbuf) F(fflush) F(clearerr) F(__fpurge)       \
  F(__fpending) F(__errno_location) F(syscall) F(tzset)

enum { IN, OUT, ERR, STREAMS };

struct Host {
  const LuaApi *api;
  Room *room;
  struct {
#define F(name) __typeof__(name) *name;
    REAL_FUNCTIONS(F)
#undef F
  } real;
  char ***environ_variable;              /* `environ` of that libc */
  char **environ_saved;
  FILE *stream[STREAMS];                 /* what its stdin, stdout and stderr are */
  char buffer[STREAMS][STREAM_BUFFER];
  Bytes written[STREAMS];                /* [IN] is not used */
  size_t at[STREAMS];                    /* in the case's input, and in what was written */
  int children[STREAMS];                 /* files that a child's output goes to; -1: not yet made */
  Bytes strangers;                       /* children of the process that are not the run's */
  bool has_children;
  const Case *item;
  const Conditions *conditions;
  unsigned perturbation;
  uint64_t times, clocks;
  struct { FILE *file; bool is_pipe; } *files;
  size_t nfiles, cap;
  bool locale_changed, random_used, streams_changed, output_cut, trouble;
  Diag why;
};

static Host *now;

Host *host_current(void) {
  return now;
}

static void note_trouble(Host *h, const Diag *why) {
  if (!h->trouble) h->why = *why;
  h->trouble = true;
}

/* ---- Streams --------------------------------------------------------------------------------- */

/* Writes as into a file: a gap before `at` is filled with NUL. */
static void put_at(Bytes *to, size_t at, const char *data, size_t n) {
  while (n > 0 && to->len < at) bytes_putc(to, '\0');
  size_t old = to->len - at < n ? to->len - at : n;
  if (old) memcpy(to->data + at, data, old);
  bytes_append(to, data + old, n - old);
}

static ssize_t put(Host *h, int which, const char *data, size_t n) {
  uint64_t limit = h->conditions && h->conditions->output ? h->conditions->output : UINT64_MAX;
  size_t at = h->at[which];
  bool fits = at <= limit && n <= limit - at;
  if (at <= limit) put_at(&h->written[which], at, data, fits ? n : (size_t)(limit - at));
  h->at[which] += n;
  if (fits) return (ssize_t)n;
  h->output_cut = true;
  if (guard_is_running()) guard_leave(LEFT_BY_OUTPUT, 0);
  return (ssize_t)n;
}

static ssize_t write_out(void *host, const char *data, size_t n) {
  return put(host, OUT, data, n);
}

static ssize_t write_error(void *host, const char *data, size_t n) {
  return put(host, ERR, data, n);
}

static ssize_t read_in(void *host, char *to, size_t n) {
  Host *h = host;
  size_t len = h->item ? h->item->input.len : 0;
  size_t left = h->at[IN] < len ? len - h->at[IN] : 0;
  if (n > left) n = left;
  if (n) memcpy(to, h->item->input.data + h->at[IN], n);
  h->at[IN] += n;
  return (ssize_t)n;
}

/* The standard streams are files, as where a real process is compared. */
static int seek(size_t *position, size_t end, off64_t *offset, int whence) {
  off64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off64_t)*position : (off64_t)end;
  if (*offset + base < 0) {
    *now->real.__errno_location() = EINVAL;
    return -1;
  }
  *offset += base;
  *position = (size_t)*offset;
  return 0;
}

static int seek_in(void *host, off64_t *offset, int whence) {
  Host *h = host;
  if (!h->item || h->item->input.len == 0) {       /* /dev/null is always at its start */
    *offset = 0;
    return 0;
  }
  return seek(&h->at[IN], h->item->input.len, offset, whence);
}

static int seek_out(void *host, off64_t *offset, int whence) {
  Host *h = host;
  return seek(&h->at[OUT], h->written[OUT].len, offset, whence);
}

static int seek_error(void *host, off64_t *offset, int whence) {
  Host *h = host;
  return seek(&h->at[ERR], h->written[ERR].len, offset, whence);
}

static bool open_streams(Host *h, Diag *why) {
  static const cookie_io_functions_t functions[STREAMS] = {
    {.read = read_in, .seek = seek_in},
    {.write = write_out, .seek = seek_out},
    {.write = write_error, .seek = seek_error}};
  for (int i = 0; i < STREAMS; i++) {
    h->stream[i] = h->real.fopencookie(h, i == IN ? "r" : "w", functions[i]);
    if (h->stream[i] == NULL) {
      return diag_set(why, EXIT_INFRA, "%s: no capture streams", h->api->path);
    }
    h->real.setvbuf(h->stream[i], h->buffer[i], _IOFBF, STREAM_BUFFER);
  }
  return true;
}

static int stream_index(const Host *h, const FILE *f) {
  for (int i = 0; i < STREAMS; i++) {
    if (h->stream[i] == f) return i;
  }
  return -1;
}

void host_write_error(Host *h, const char *data, size_t n) {
  if (h->real.__fpending(h->stream[ERR])) h->real.fflush(h->stream[ERR]);
  put(h, ERR, data, n);
}

/* ---- Files ----------------------------------------------------------------------------------- */

static FILE *note_file(Host *h, FILE *f, bool is_pipe) {
  if (f == NULL) return NULL;
  if (h->nfiles == h->cap) {
    h->cap = h->cap ? h->cap * 2 : 16;
    h->files = mem_resize(h->files, h->cap * sizeof *h->files);
  }
  h->files[h->nfiles].file = f;
  h->files[h->nfiles++].is_pipe = is_pipe;
  return f;
}

static void forget_file(Host *h, const FILE *f) {
  for (size_t i = h->nfiles; i-- > 0;) {
    if (h->files[i].file != f) continue;
    h->files[i] = h->files[--h->nfiles];
    return;
  }
}

/* The host's name of a file; NULL with errno set if there is none. */
static const char *find(const char *guest, bool only_reads) {
  const char *name = NULL;
  Diag why = {0};
  if (!room_find(now->room, guest, only_reads, &name, &why)) {
    note_trouble(now, &why);
    *now->real.__errno_location() = EIO;
    return NULL;
  }
  if (name == NULL) *now->real.__errno_location() = ENOENT;
  return name;
}

static FILE *shim_fopen(const char *guest, const char *mode) {
  const char *name = find(guest, mode[0] == 'r' && !strchr(mode, '+'));
  return name ? note_file(now, now->real.fopen(name, mode), false) : NULL;
}

static FILE *shim_freopen(const char *guest, const char *mode, FILE *f) {
  const char *name = guest ? find(guest, false) : NULL;
  forget_file(now, f);
  if (guest && !name) {
    now->real.fclose(f);
    return NULL;
  }
  return note_file(now, now->real.freopen(name, mode, f), false);
}

static int shim_fclose(FILE *f) {
  if (stream_index(now, f) >= 0) return now->real.fflush(f);   /* the next run needs it */
  forget_file(now, f);
  return now->real.fclose(f);
}

static FILE *shim_tmpfile(void) {
  return note_file(now, now->real.tmpfile(), false);
}

static int shim_remove(const char *guest) {
  const char *name = find(guest, false);
  return name ? now->real.remove(name) : -1;
}

static int shim_rename(const char *from, const char *to) {
  const char *name = find(from, false);
  char *kept = name ? mem_string(name) : NULL;
  name = kept ? find(to, false) : NULL;
  int result = name ? now->real.rename(kept, name) : -1;
  free(kept);
  return result;
}

static int shim_mkstemp(char *pattern) {
  int fd = room_make_temporary(now->room, pattern);
  if (fd < 0) *now->real.__errno_location() = errno;
  return fd;
}

static int shim_setvbuf(FILE *f, char *buffer, int mode, size_t size) {
  now->streams_changed = true;
  return now->real.setvbuf(f, buffer, mode, size);
}

/* ---- Children -------------------------------------------------------------------------------- */

/* A child writes to files of its own while it runs; they are appended when it has ended. */
static void lend_streams(Host *h, int saved[STREAMS]) {
  Diag why = {0};
  if (!h->has_children) proc_watch_children(&h->strangers);
  h->has_children = true;
  if (!room_enter(h->room, &why)) note_trouble(h, &why);
  for (int i = IN; i < STREAMS; i++) {
    saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 3);
    if (i != IN && h->children[i] < 0) h->children[i] = memfd_create("oracle", MFD_CLOEXEC);
    int fd = i == IN ? open("/dev/null", O_RDONLY | O_CLOEXEC) : h->children[i];
    if (fd >= 0) dup2(fd, i);
    if (i == IN && fd >= 0) close(fd);
  }
}

static void take_streams_back(const int saved[STREAMS]) {
  for (int i = IN; i < STREAMS; i++) {
    if (saved[i] < 0) continue;
    dup2(saved[i], i);
    close(saved[i]);
  }
}

static void collect_children(Host *h) {
  for (int i = OUT; i < STREAMS; i++) {
    char piece[4096];
    if (h->children[i] < 0 || lseek(h->children[i], 0, SEEK_SET) < 0) continue;
    for (ssize_t n; (n = read(h->children[i], piece, sizeof piece)) > 0;) {
      put(h, i, piece, (size_t)n);
    }
    if (ftruncate(h->children[i], 0) != 0 || lseek(h->children[i], 0, SEEK_SET) < 0) {
      Diag why = {0};
      diag_errno(&why, EXIT_INFRA, "a child's output cannot be taken");
      note_trouble(h, &why);
    }
  }
}

static int shim_system(const char *command) {
  int saved[STREAMS];
  if (command == NULL) return now->real.system(NULL);
  lend_streams(now, saved);
  int result = now->real.system(command);
  take_streams_back(saved);
  collect_children(now);
  return result;
}

static FILE *shim_popen(const char *command, const char *mode) {
  int saved[STREAMS];
  lend_streams(now, saved);
  FILE *f = now->real.popen(command, mode);
  take_streams_back(saved);
  return note_file(now, f, true);
}

static int shim_pclose(FILE *f) {
  forget_file(now, f);
  int result = now->real.pclose(f);
  collect_children(now);
  return result;
}

/* ---- Time, chance, place --------------------------------------------------------------------- */

static time_t shim_time(time_t *result) {
  time_t t = HOST_EPOCH + (time_t)now->perturbation * 86400 * 37;
  t += (time_t)(now->times++ / TICKS_A_SECOND);
  if (result) *result = t;
  return t;
}

static clock_t shim_clock(void) {
  return (clock_t)(TICK_CLOCK * (++now->clocks + now->perturbation * 1000));
}

static int shim_rand(void) {
  now->random_used = true;
  return now->real.rand();
}

static void shim_srand(unsigned seed) {
  now->random_used = true;
  now->real.srand(seed);
}

/* LuaJIT draws the seed of its string hashes from the kernel, past libc's getrandom. */
static long shim_syscall(long number, ...) {
  long a[6];
  va_list args;
  va_start(args, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(args, long);
  va_end(args);
  if (number != SYS_getrandom) return now->real.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  memset((void *)a[0], (int)(1 + now->perturbation), (size_t)a[1]);
  return a[1];
}

static char *shim_setlocale(int category, const char *name) {
  if (name) now->locale_changed = true;
  return now->real.setlocale(category, name);
}

static void shim_exit(int status) {
  guard_leave(LEFT_BY_EXIT, status & 255);
}

static void shim_abort(void) {
  guard_leave(LEFT_BY_SIGNAL, SIGABRT);
}

/* ---- Opening --------------------------------------------------------------------------------- */

static bool find_real(Host *h, Diag *why) {
  struct { const char *name; void **to; } wanted[] = {
#define F(function) { #function, (void **)&h->real.function },
    REAL_FUNCTIONS(F)
#undef F
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    *wanted[i].to = dlsym(h->api->handle, wanted[i].name);
    if (*wanted[i].to == NULL) {
      return diag_set(why, EXIT_INFRA, "%s: its libc has no %s", h->api->path, wanted[i].name);
    }
  }
  /* The program may have a copy of its libc's variable; only the linker knows. */
  bool same_libc = dlsym(h->api->handle, "gnu_get_libc_version") == (void *)gnu_get_libc_version;
  h->environ_variable = same_libc ? &environ : dlsym(h->api->handle, "environ");
  if (h->environ_variable == NULL) {
    return diag_set(why, EXIT_INFRA, "%s: its libc has no environ", h->api->path);
  }
  return true;
}

bool host_replace(Host *h, const char *name, void *replacement, void **original, unsigned *slots,
                  Diag *why) {
  return got_replace(h->api->handle, name, replacement, original, slots, why) ||
         diag_wrap(why, "%s: %s", h->api->path, name);
}

/* Without these the library would not be Lua: it must refer to them.  (fopen may be fopen64.) */
static bool is_needed(const char *name) {
  static const char *const needed[] = {"stdout", "stdin", "stderr", "fclose", "time",
                                       "clock", "exit", "setlocale"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (strcmp(needed[i], name) == 0) return true;
  }
  return false;
}

static bool replace_all(Host *h, Diag *why) {
  void *unused;
  struct { const char *name; void *shim; void **real; } table[] = {
    {"stdin", &h->stream[IN], &unused}, {"stdout", &h->stream[OUT], &unused},
    {"stderr", &h->stream[ERR], &unused},
#define SHIM(name) { #name, (void *)shim_##name, (void **)&h->real.name }
    SHIM(fopen), {"fopen64", (void *)shim_fopen, &unused}, SHIM(freopen),
    {"freopen64", (void *)shim_freopen, &unused}, SHIM(fclose), SHIM(popen), SHIM(pclose),
    SHIM(tmpfile), {"tmpfile64", (void *)shim_tmpfile, &unused}, SHIM(remove), SHIM(rename),
    SHIM(system), SHIM(setlocale), SHIM(srand), SHIM(rand), SHIM(setvbuf), SHIM(syscall),
#undef SHIM
    {"mkstemp", (void *)shim_mkstemp, &unused}, {"mkstemp64", (void *)shim_mkstemp, &unused},
    {"time", (void *)shim_time, &unused}, {"clock", (void *)shim_clock, &unused},
    {"exit", (void *)shim_exit, &unused}, {"abort", (void *)shim_abort, &unused},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    unsigned slots;
    if (!host_replace(h, table[i].name, table[i].shim, table[i].real, &slots, why)) return false;
    if (slots == 0 && is_needed(table[i].name)) {
      return diag_set(why, EXIT_INFRA, "%s: cannot be run in this process: it does not refer to "
                      "%s, which has to be replaced", h->api->path, table[i].name);
    }
  }
  return true;
}

Host *host_open(const LuaApi *api, Diag *why) {
  Host *h = mem_zero(sizeof *h);
  h->api = api;
  for (int i = 0; i < STREAMS; i++) h->children[i] = -1;
  h->room = room_open(why);
  if (h->room && find_real(h, why) && open_streams(h, why) && replace_all(h, why)) {
    h->real.setlocale(LC_ALL, "C");
    return h;
  }
  host_close(h);
  return NULL;
}

/* The slots keep pointing here: the library can be used again only by another host_open. */
void host_close(Host *h) {
  if (h == NULL) return;
  room_close(h->room);
  for (int i = 0; i < STREAMS; i++) {
    if (h->stream[i]) h->real.fclose(h->stream[i]);
    if (h->children[i] >= 0) close(h->children[i]);
    bytes_free(&h->written[i]);
  }
  bytes_free(&h->strangers);
  free(h->files);
  free(h);
}

const Place *host_place(const Host *h) {
  return room_place(h->room);
}

/* ---- Runs ------------------------------------------------------------------------------------ */

void host_begin(Host *h, const Case *item, const Conditions *conditions, char **environment,
                unsigned perturbation) {
  now = h;
  h->item = item;
  h->conditions = conditions;
  h->perturbation = perturbation;
  memset(h->at, 0, sizeof h->at);
  h->times = h->clocks = 0;
  h->output_cut = h->trouble = false;
  bytes_clear(&h->written[OUT]);
  bytes_clear(&h->written[ERR]);
  if (item) room_assign(h->room, item, conditions);
  h->environ_saved = *h->environ_variable;
  *h->environ_variable = environment;
  *h->real.__errno_location() = 0;
  h->real.tzset();                       /* localtime_r would go by the zone of an earlier run */
}

/* What the program started ends with it, as where it is a process: pclose would wait for it. */
static void end_children(Host *h) {
  if (h->has_children) proc_kill_children(&h->strangers);
  h->has_children = false;
}

static void close_files(Host *h, bool flushes) {
  struct sigaction ignore = {.sa_handler = SIG_IGN}, earlier;
  sigaction(SIGPIPE, &ignore, &earlier);               /* a child that is gone ends nobody now */
  while (h->nfiles > 0) {
    size_t last = --h->nfiles;
    if (!flushes) h->real.__fpurge(h->files[last].file);
    if (h->files[last].is_pipe) h->real.pclose(h->files[last].file);
    else h->real.fclose(h->files[last].file);
  }
  sigaction(SIGPIPE, &earlier, NULL);
}

static void reset_streams(Host *h) {
  for (int i = 0; i < STREAMS; i++) {
    h->real.__fpurge(h->stream[i]);
    h->real.clearerr(h->stream[i]);
    h->stream[i]->_offset = -1;          /* where a file is libc remembers, once it was sought in */
    if (h->streams_changed) h->real.setvbuf(h->stream[i], h->buffer[i], _IOFBF, STREAM_BUFFER);
  }
  h->streams_changed = false;
}

HostLeft host_end(Host *h, bool flushes, Bytes *out, Bytes *err, Diag *why) {
  HostLeft left = {.files = (unsigned)h->nfiles};
  if (h->real.__fpending(h->stream[ERR])) h->real.fflush(h->stream[ERR]);
  if (flushes && h->real.__fpending(h->stream[OUT])) h->real.fflush(h->stream[OUT]);
  end_children(h);
  if (h->nfiles) close_files(h, flushes);
  collect_children(h);
  reset_streams(h);
  if (h->locale_changed) h->real.setlocale(LC_ALL, "C");
  if (h->random_used) h->real.srand(1);
  h->locale_changed = h->random_used = false;
  *h->environ_variable = h->environ_saved;
  Diag trouble = {0};
  if (h->item && !room_leave(h->room, &trouble)) note_trouble(h, &trouble);
  bytes_append(out, h->written[OUT].data, h->written[OUT].len);
  bytes_append(err, h->written[ERR].data, h->written[ERR].len);
  left.output_cut = h->output_cut;
  left.trouble = h->trouble;
  if (h->trouble) *why = h->why;
  h->item = NULL;
  h->conditions = NULL;
  now = NULL;
  return left;
}
