/* place.h -- the private directory in which programs run, and the name `lua` that each of them has there.
 *
 * All engines of a process share one place: both sides of a pair see the same path, so that it is no
 * difference.  It holds nothing of an earlier run. */
#ifndef ENGINE_PLACE_H
#define ENGINE_PLACE_H

#include <sys/types.h>

#include "engine/engine.h"

typedef struct Place {
  char *root;            /* not visible to the program unless it looks for it */
  char *cwd;             /* its working directory and HOME */
  char *bin;             /* first on its PATH: has `lua` and nothing else */
  char *lua;
  char *program;         /* what `lua` is a link to now */
  pid_t owner;           /* the process that made it and removes it */
  bool kept;             /* nobody removes it */
  unsigned users;
} Place;

/* The place of this process, made if it is the first user; NULL with why.  What processes that died
 * have left is removed on the way. */
Place *place_enter(Diag *why);
void place_leave(Place *p);

/* Makes the folder `root` the place of this process, which has none yet; it stays when the process
 * ends, for whoever is told of it. */
bool place_keep(const char *root, Diag *why);

/* Makes `lua` mean this program. */
bool place_use(Place *p, const char *program, Diag *why);

/* Empties the working directory and puts the case into it: a copy of the mode's folder, script, files,
 * mounts, C modules, and for a plain program links to what lies beside it. */
bool place_furnish(Place *p, const Case *item, const Conditions *conditions, Diag *why);

/* Writes a file below `folder`, with the folders on its way. */
bool place_write(const char *folder, const char *name, const Bytes *data, Diag *why);

#endif
