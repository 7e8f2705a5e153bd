/* worker.h -- the process that runs cases: it takes indices of items, and gives verdicts.
 *
 * A worker serves one mode.  It is a fresh execution of this program with the same command line and
 * the environment variable below, so that whatever a case does to it, replacing it restores a world
 * without traces; and so that it can start with a sanitizer's runtime loaded. */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "run/handed.h"
#include "run/wire.h"

/* "SOCKET:BOARD:HANDED": three descriptors; and ":process" where only a process may run the case
 * (after it has killed a worker). */
#define WORKER_VARIABLE "ORACLE_WORKER"

typedef struct WorkerTask {
  int socket;
  WireBoard *board;
  Handed handed;
  bool process_only;
} WorkerTask;

/* True if this process is to be a worker: its task, whose `handed` is the caller's to free; without a
 * board if what the variable says is not so.  It is removed from the environment. */
bool worker_is_called(WorkerTask *task);

/* Serves until the driver closes the socket; the exit status of the process. */
int worker_serve(const WorkerTask *task, const Plan *plan, unsigned retries);

/* The plan could not be made: the driver is told why. */
int worker_refuse(const WorkerTask *task, const Diag *why);

#endif
