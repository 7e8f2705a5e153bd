/* inproc.h -- what has to be known about a library before a process is started in which it can
 * run. */
#ifndef ENGINE_INPROC_H
#define ENGINE_INPROC_H

#include "base/bytes.h"
#include "engine/engine.h"

/* Does the library at `path` need the run-time library of an address sanitizer, which has to be the
 * first one in a process?  Then *runtime gets the file to preload; else it stays empty (also when
 * the run-time library is here already).  False, EXIT_INFRA: needed, and not to be found. */
bool inproc_needs_preload(const char *path, Bytes *runtime, Diag *why);

/* Adds the environment in which this program has to be started to run the library at `path`: our
 * own, and what its sanitizer wants.  NULL: any library that wants nothing. */
bool inproc_environment(const char *path, Strings *env, Diag *why);

/* Are the addresses free at which the states of two libraries lie?  False, EXIT_INFRA. */
bool inproc_check_arenas(Diag *why);

/* For who measures: puts the state back as each run does before it begins.  False: the engine has
 * no state that it keeps. */
bool inproc_reset(Engine *e);

/* Is the engine a library built with an address sanitizer? */
bool inproc_is_sanitized(const Engine *e);

#endif
