/* eventlog.c -- why this file exists: a run that is killed must leave behind what it had found. */
#include "run/eventlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_WAITING (64 << 10)
#define MOST_SECONDS 1.0

typedef struct EventLog {
  Listener listener;
  char *path;
  int fd;
  Bytes waiting;
  double written;        /* when `waiting` was last empty */
} EventLog;

/* Keeps what the file did not take, so that trying again repeats nothing. */
static bool flush(EventLog *log, double now, Diag *why) {
  size_t done = 0;
  while (done < log->waiting.len) {
    ssize_t n = write(log->fd, log->waiting.data + done, log->waiting.len - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      int error = errno;
      memmove(log->waiting.data, log->waiting.data + done, log->waiting.len - done);
      log->waiting.len -= done;
      errno = error;
      return diag_errno(why, EXIT_INFRA, "%s", log->path);
    }
    done += (size_t)n;
  }
  bytes_clear(&log->waiting);
  log->written = now;
  return true;
}

static bool tick(Listener *self, double now, Diag *why) {
  EventLog *log = (EventLog *)self;
  bool due = now - log->written >= MOST_SECONDS || now < log->written;
  return !due || flush(log, now, why);
}

static bool hear(Listener *self, const Event *e, Diag *why) {
  EventLog *log = (EventLog *)self;
  event_append(&log->waiting, e);
  if (log->waiting.len >= MOST_WAITING) return flush(log, e->time, why);
  return tick(self, e->time, why);
}

static bool close_log(Listener *self, Diag *why) {
  EventLog *log = (EventLog *)self;
  bool ok = flush(log, log->written, why);
  /* EINVAL: a pipe or a terminal, which has nothing to wait for. */
  if (ok && fsync(log->fd) != 0 && errno != EINVAL) {
    ok = diag_errno(why, EXIT_INFRA, "%s", log->path);
  }
  if (close(log->fd) != 0 && ok) ok = diag_errno(why, EXIT_INFRA, "%s", log->path);
  bytes_free(&log->waiting);
  free(log->path);
  free(log);
  return ok;
}

/* Removes what stands behind the last newline. */
static bool cut_half_line(int fd) {
  char block[4096];
  off_t end = lseek(fd, 0, SEEK_END);
  while (end > 0) {
    off_t start = end > (off_t)sizeof block ? end - (off_t)sizeof block : 0;
    ssize_t n = pread(fd, block, (size_t)(end - start), start);
    if (n != end - start) return false;
    const char *newline = memrchr(block, '\n', (size_t)n);
    if (newline) {
      end = start + (newline - block) + 1;
      break;
    }
    end = start;
  }
  return end >= 0 && ftruncate(fd, end) == 0;
}

/* Another run that writes this log has it locked; what knows no locks is nobody's, a device is
 * everybody's. */
static bool is_taken(int fd, bool is_file) {
  return is_file && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Listener *eventlog_open(const char *path, bool append, Diag *why) {
  int fd = open(path, (append ? O_RDWR : O_WRONLY) | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  struct stat s;
  bool ok = fd >= 0 && fstat(fd, &s) == 0, is_file = ok && S_ISREG(s.st_mode);
  if (ok && is_taken(fd, is_file)) {
    diag_set(why, EXIT_INFRA, "%s: another run is writing it", path);
    close(fd);
    return NULL;
  }
  if (ok && append) ok = cut_half_line(fd);
  else if (ok && is_file) ok = ftruncate(fd, 0) == 0;
  if (!ok) {
    diag_errno(why, EXIT_INFRA, "%s", path);
    if (fd >= 0) close(fd);
    return NULL;
  }
  EventLog *log = mem_zero(sizeof *log);
  log->listener = (Listener){hear, tick, close_log};
  log->path = mem_string(path);
  log->fd = fd;
  return &log->listener;
}
