/* slot.c -- why this file exists: what it takes to start, feed and bury a process is one thing,
 * what to run in it another. */
#include "run/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/inproc.h"
#include "run/worker.h"

/* ---- Starting ------------------------------------------------------------------------------- */

/* Ours, the worker's task, and the runtime that its candidate must find loaded. */
static bool make_environment(const Slot *slot, const WorkerStart *start, int socket, Strings *env,
                             Diag *why) {
  bool in_process = !slot->process_only && strcmp(start->cand->kind, "inproc") == 0;
  bool ok = inproc_environment(in_process ? start->cand->path : NULL, env, why);
  strings_take(env, mem_format("%s=%d:%d:%d%s", WORKER_VARIABLE, socket, slot->board_fd,
                               start->handed, slot->process_only ? ":process" : ""));
  strings_take(env, NULL);
  return ok;
}

/* A case in the worker's process may open /dev/stdin and /dev/stdout: a report goes to ours. */
static bool leave_streams(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  return null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0;
}

/* In the child: nothing but calls that are safe between fork and exec. */
static void become_worker(const WorkerStart *start, char **argv, char **env, int socket,
                          int board) {
  signal(SIGINT, SIG_IGN);
  fcntl(socket, F_SETFD, 0);
  fcntl(board, F_SETFD, 0);
  fcntl(start->handed, F_SETFD, 0);
  int addresses = personality(0xffffffff);
  if (addresses != -1) personality((unsigned long)addresses | ADDR_NO_RANDOMIZE);
  if (leave_streams() && chdir(start->folder) == 0) execve("/proc/self/exe", argv, env);
  _exit(EXIT_INFRA);
}

static bool make_board(Slot *slot, Diag *why) {
  if (slot->board) return true;
  size_t size = sizeof *slot->board;
  slot->board_fd = memfd_create("oracle-board", MFD_CLOEXEC);
  void *page = MAP_FAILED;
  if (slot->board_fd >= 0 && ftruncate(slot->board_fd, (off_t)size) == 0) {
    page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, slot->board_fd, 0);
  }
  if (page != MAP_FAILED) {
    slot->board = page;
    return true;
  }
  diag_errno(why, EXIT_INFRA, "memory shared with a worker");
  if (slot->board_fd >= 0) close(slot->board_fd);
  return false;
}

bool slot_start(Slot *slot, const WorkerStart *start, Diag *why) {
  int pair[2];
  Strings env = {0};
  if (!make_board(slot, why)) return false;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return diag_errno(why, EXIT_INFRA, "a socket for a worker");
  }
  char **argv = mem_zero((start->argv->n + 1) * sizeof *argv);
  memcpy(argv, start->argv->at, start->argv->n * sizeof *argv);
  bool ok = make_environment(slot, start, pair[1], &env, why);
  slot->board->current = WIRE_IDLE;
  slot->board->done = slot->seen_done = 0;
  slot->seen_time = clock_elapsed();
  slot->norders = 0;
  bytes_clear(&slot->in);
  bytes_clear(&slot->out);
  pid_t pid = ok ? fork() : -1;
  if (pid == 0) become_worker(start, argv, env.at, pair[1], slot->board_fd);
  if (ok && pid < 0) ok = diag_errno(why, EXIT_INFRA, "fork");
  free(argv);
  strings_free(&env);
  close(pair[1]);
  if (!ok) {
    close(pair[0]);
    return false;
  }
  slot->pid = pid;
  slot->socket = pair[0];
  fcntl(slot->socket, F_SETFL, O_NONBLOCK);
  return true;
}

/* ---- Orders and answers --------------------------------------------------------------------- */

void slot_give(Slot *slot, uint32_t index) {
  slot->orders[slot->norders++] = index;
  wire_append_order(&slot->out, index);
}

void slot_answered(Slot *slot) {
  memmove(slot->orders, slot->orders + 1, --slot->norders * sizeof *slot->orders);
  slot->failed_starts = 0;
}

bool slot_exchange(Slot *slot, short events) {
  bool alive = slot->out.len == 0 || wire_send(slot->socket, &slot->out);
  bool readable = events & (POLLIN | POLLHUP | POLLERR);
  /* What a worker said before it died counts, so it is read even if it no longer listens. */
  return (!readable || wire_receive(slot->socket, &slot->in)) && alive;
}

bool slot_is_stuck(Slot *slot, double seconds) {
  double now = clock_elapsed();
  if (slot->board->done != slot->seen_done || slot->norders == 0) {
    slot->seen_done = slot->board->done;
    slot->seen_time = now;
  }
  return now - slot->seen_time > seconds;
}

/* ---- Ending --------------------------------------------------------------------------------- */

/* A worker that hears no driver any more ends by itself, unless a case has spoilt it. */
static bool ends_by_itself(pid_t pid, int *status) {
  double end = clock_elapsed() + SLOT_PATIENCE;
  for (;;) {
    pid_t ended = waitpid(pid, status, WNOHANG);
    if (ended == pid) return true;
    if (clock_elapsed() > end) return false;
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
  }
}

int slot_stop(Slot *slot, int number) {
  int status = 0;
  if (slot->pid == 0) return status;
  close(slot->socket);
  if (number || !ends_by_itself(slot->pid, &status)) {
    kill(slot->pid, number ? number : SIGKILL);
    while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR) continue;
  }
  slot->pid = 0;
  return status;
}

void slot_free(Slot *slot) {
  if (slot->board) {
    munmap(slot->board, sizeof *slot->board);
    close(slot->board_fd);
  }
  bytes_free(&slot->in);
  bytes_free(&slot->out);
}

void slot_describe_end(int status, char text[SLOT_END_LENGTH]) {
  const char *name = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;
  if (name) snprintf(text, SLOT_END_LENGTH, "signal %s", name);
  else if (WIFSIGNALED(status)) snprintf(text, SLOT_END_LENGTH, "signal %d", WTERMSIG(status));
  else snprintf(text, SLOT_END_LENGTH, "exit status %d", WEXITSTATUS(status));
}
