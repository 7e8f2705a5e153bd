/* folder.h -- a folder of the test's own: made before its tests, removed behind them with all that is in it. */
#ifndef ORACLE_FOLDER_H
#define ORACLE_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "support/harness.h"

static char folder[] = "/tmp/oracle-test-XXXXXX";

/* Group setups: the folder is made, and by the second one also the working folder. */
static inline int make_folder(void **unused) {
  (void)unused;
  return mkdtemp(folder) ? 0 : -1;
}

static inline int enter_folder(void **unused) {
  return make_folder(unused) == 0 ? chdir(folder) : -1;
}

/* Group teardown, of both. */
static inline int remove_folder(void **unused) {
  (void)unused;
  Diag why;
  return chdir("/") == 0 && path_remove(folder, &why) ? 0 : -1;
}

/* Good until eight more were asked for. */
static inline const char *in_folder(const char *name) {
  static char paths[8][128];
  static unsigned next;
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

/* Writes a file, and the folders on its way. */
static inline void put(const char *path, const char *text) {
  Diag why = {0};
  char *above = path_folder(path);
  if (!path_make_folder(above, &why) || !path_write(path, text, strlen(text), &why)) {
    fail_msg("%s", diag_text(&why));
  }
  free(above);
}

#endif
