/* host.h -- the world that a library in this process sees: clock, environment, streams, files.
 *
 * The library is not changed; the slots through which it calls libc are (got.h).  What is virtual
 * is the same for both sides of a comparison, so nothing has to be masked afterwards.  What a run
 * leaves behind in libc (open files, locale, random numbers) is put back when it ends.  One run at
 * a time. */
#ifndef ENGINE_HOST_H
#define ENGINE_HOST_H

#include "engine/api.h"
#include "engine/place.h"

typedef struct Host Host;

/* What a run left; see host_end. */
typedef struct HostLeft {
  unsigned files;        /* open files that the program did not close */
  bool output_cut;       /* it wrote more than the limit */
  bool trouble;          /* the tool failed at something: `why` of host_end says what */
} HostLeft;

/* Rewrites the slots of the library.  False, EXIT_INFRA, names what cannot be replaced. */
Host *host_open(const LuaApi *api, Diag *why);
void host_close(Host *h);

/* Where the private directory is, for HOME and PATH. */
const Place *host_place(const Host *h);

/* A slot of the engine's own beside those of the host; see got_replace.  A library that does not
 * refer to `name` is fine: *slots is 0. */
bool host_replace(Host *h, const char *name, void *replacement, void **original, unsigned *slots,
                  Diag *why);

/* The world begins: `environment` is NAME=VALUE, NULL at its end, and stays the caller's.  `item`
 * may be NULL (nothing on stdin, no files). */
void host_begin(Host *h, const Case *item, const Conditions *conditions, char **environment,
                unsigned perturbation);

/* Appends to what the program wrote on stderr. */
void host_write_error(Host *h, const char *data, size_t n);

/* The world ends as a process does: with `flushes` pending output is written, without (a signal, a
 * time-out) it is lost.  Gives what was written and what was left. */
HostLeft host_end(Host *h, bool flushes, Bytes *out, Bytes *err, Diag *why);

/* The world in which shims run now, NULL outside of host_begin and host_end. */
Host *host_current(void);

/* The virtual clock at the start of a run in the unperturbed world, in seconds since 1970. */
#define HOST_EPOCH 1767225600            /* 2026-01-01 00:00:00 UTC */

#endif
