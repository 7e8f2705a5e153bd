/* child.c -- see child.h. */
#include "support/child.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/harness.h"

int test_child_run(void (*act)(void *context), void *context, char *text, size_t size) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    signal(SIGABRT, SIG_DFL); /* cmocka catches it */
    dup2(ends[1], STDERR_FILENO);
    act(context);
    _exit(0);
  }
  close(ends[1]);
  size_t used = 0;
  ssize_t n;
  while ((n = read(ends[0], text + used, size - 1 - used)) > 0) used += (size_t)n;
  text[used] = '\0';
  close(ends[0]);
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

bool test_child_aborted(int status) {
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
