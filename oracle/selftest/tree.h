/* tree.h -- a copy of the VM's sources that is built, for mutants to be planted in copies of it. */
#ifndef SELFTEST_TREE_H
#define SELFTEST_TREE_H

#include "selftest/world.h"

/* How a mutant is built.  The first one is quick to build and takes nothing away; assertions and
 * sanitizers are what some mutants are found by. */
typedef enum BuildKind { BUILD_NONE, BUILD_PLAIN, BUILD_ASSERT, BUILD_ASAN, BUILD_COUNT } BuildKind;

/* -1: no such kind.  The names: "plain", "assert", "asan". */
int build_find(const char *name);

typedef struct Tree { char *folder; } Tree;   /* folder NULL: not built */

/* Copies the sources to FOLDER and builds library and programs.  EXIT_INFRA with the compiler's
 * words. */
bool tree_build(Tree *t, const World *w, const char *folder, BuildKind kind, Diag *why);
void tree_free(Tree *t);

/* Copies a built tree to WORLD/tree, patches it and builds what has changed: WORLD/tree/b has the
 * library liblua5.1.so.0 and the programs lua and luac.  EXIT_INFRA: the patch does not apply, or
 * what comes out of it does not compile. */
bool tree_plant(const Tree *t, const World *w, const char *patch, BuildKind kind, Diag *why);

#endif
