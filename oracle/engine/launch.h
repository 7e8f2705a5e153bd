/* launch.h -- the process of one case, prepared to the last step: for those who start it otherwise
 * than the exec engine does, such as under a debugger. */
#ifndef ENGINE_LAUNCH_H
#define ENGINE_LAUNCH_H

#include "base/proc.h"
#include "engine/engine.h"

/* Zeroed is empty.  Valid while the engine is open and runs nothing else. */
typedef struct Launch {
  ProcRequest process;   /* points into this, the engine and the case */
  Strings argv, env;     /* each ends with a NULL that `n` does not count */
} Launch;

/* Does all that an engine of kind "exec" does before it starts a case: the private directory is
 * furnished, the script transformed, command line and environment are made.  Whether the engine can
 * run the case at all is for the caller to ask (`refuses`, wrap_refuses). */
bool launch_prepare(Engine *exec, const RunRequest *request, Launch *launch, Diag *why);
void launch_free(Launch *launch);

/* Writes folder, environment and limits to a file. */
bool launch_write(const Launch *launch, const char *file, Diag *why);

/* Becomes the program words[0] in the world of such a file, under the name `lua`, with the other
 * words as arguments.  Returns only if it cannot. */
bool launch_become(const char *file, char *const *words, size_t nwords, Diag *why);

#endif
