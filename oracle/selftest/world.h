/* world.h -- a project of its own in a scratch folder, and the oracle started in it as a user
 * would. */
#ifndef SELFTEST_WORLD_H
#define SELFTEST_WORLD_H

#include "base/bytes.h"
#include "base/diag.h"
#include "base/proc.h"

/* Where everything is that a check needs; absolute names. */
typedef struct Places {
  char *oracle;          /* this program */
  char *top;             /* the checkout in whose build folder it lies */
  char *data;            /* TOP/oracle/selftest */
  char *lua, *luac, *lib;                 /* our build, beside the program */
  char *ref, *refc;                       /* lua5.1, luac5.1 */
} Places;

/* EXIT_INFRA, with the remedy, if one of them is not there. */
bool places_find(Places *p, Diag *why);
void places_free(Places *p);

typedef struct World {
  const Places *places;
  char *folder;
} World;

/* Makes the folder (below TMPDIR).  It has links to the checkout's `oracle` and `lua-5.1-tests`, so
 * that cases have the same ids as there. */
bool world_open(World *w, const Places *places, Diag *why);
void world_close(World *w);

/* Writes a file; folders are made.  In the text ${oracle} ${top} ${lua} ${luac} ${lib} ${ref}
 * ${refc}
 * ${world} are replaced.  What begins with "#!" becomes executable. */
bool world_write(const World *w, const char *name, const char *text, size_t n, Diag *why);

typedef struct WorldRun {
  const char *const *words;     /* the program and its arguments; ends with NULL */
  uint64_t file_size;           /* bytes of one file, 0: no limit */
  double seconds;               /* 0: two minutes */
} WorldRun;

/* Runs a program, named by its path, in the folder, with a closed environment. */
bool world_run(const World *w, const WorldRun *run, ProcResult *result, Diag *why);

/* The text with the ${names} replaced.  Owned. */
char *world_expand(const World *w, const char *text, size_t n);

#endif
