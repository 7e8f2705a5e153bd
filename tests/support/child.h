/* child.h -- for tests of what ends the process: it is done in a child, and its last words kept. */
#ifndef SUPPORT_CHILD_H
#define SUPPORT_CHILD_H

#include <stdbool.h>
#include <stddef.h>

/* Runs act(context) in a child process; its wait status.  What it wrote to stderr, as far as there
 * is room, is in `text`, ended by a NUL.  A child whose `act` returns ends with status 0. */
int test_child_run(void (*act)(void *context), void *context, char *text, size_t size);

/* Did it abort? */
bool test_child_aborted(int status);

#endif
