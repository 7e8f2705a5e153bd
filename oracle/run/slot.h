/* slot.h -- a worker process as the driver sees it: started, given orders, heard, replaced.
 *
 * A slot outlives its processes: one that died leaves the slot ready for the next.  What the slot
 * knows of a dead one (its orders, the one it was at) stays until slot_start. */
#ifndef RUN_SLOT_H
#define RUN_SLOT_H

#include <sys/types.h>

#include "engine/engine.h"
#include "run/wire.h"

/* Orders that may wait in a worker. */
enum { SLOT_ORDERS = 128 };

typedef struct Slot {
  bool process_only;     /* its workers run cases in processes of their own only */
  pid_t pid;             /* 0: no process */
  int socket, board_fd;
  WireBoard *board;
  Bytes in, out;
  uint32_t orders[SLOT_ORDERS];      /* given and not finished, oldest first */
  size_t norders;
  unsigned failed_starts;            /* processes in a row that answered nothing */
  uint32_t seen_done;    /* board->done when it last moved, and when that was */
  double seen_time;
} Slot;

/* What every worker of a mode is started with. */
typedef struct WorkerStart {
  const Strings *argv;   /* the driver's command line */
  const char *folder;    /* where it was said: names in it are relative to this */
  const EngineSpec *cand;            /* may need a runtime that is loaded before all others */
  int handed;            /* descriptor of what the driver has settled (run/handed.h) */
} WorkerStart;

/* Starts a process in an empty slot.  False, EXIT_INFRA. */
bool slot_start(Slot *slot, const WorkerStart *start, Diag *why);

/* Appends an order; there are less than SLOT_ORDERS. */
void slot_give(Slot *slot, uint32_t index);

/* Sends and receives what poll's `events` allow; false: the process has closed its end. */
bool slot_exchange(Slot *slot, short events);

/* The oldest order was answered. */
void slot_answered(Slot *slot);

/* Has the worker been at one case for longer than that? */
bool slot_is_stuck(Slot *slot, double seconds);

/* Seconds that a worker has to end by itself. */
#define SLOT_PATIENCE 5.0

/* Ends the process, by a signal or, if `number` is 0, by not talking to it any more, and waits for
 * it: its status as of waitpid.  What does not end by itself is killed. */
int slot_stop(Slot *slot, int number);

/* After slot_stop, for good. */
void slot_free(Slot *slot);

/* "signal SEGV", "exit status 3". */
enum { SLOT_END_LENGTH = 40 };
void slot_describe_end(int status, char text[SLOT_END_LENGTH]);

#endif
