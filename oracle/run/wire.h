/* wire.h -- what driver and workers say to each other over a socket: ordinals one way, verdicts the
 * other, each in a frame of its own. */
#ifndef RUN_WIRE_H
#define RUN_WIRE_H

#include "base/diag.h"
#include "verdict/verdict.h"

/* Seen by both, in shared memory: what a worker was doing when it died. */
typedef struct WireBoard {
  volatile uint32_t current;         /* index of the item being run, WIRE_IDLE between two */
  volatile uint32_t done;            /* items finished: the driver's watchdog looks at it */
} WireBoard;

#define WIRE_IDLE UINT32_MAX

/* An index in the plan's items, from the driver. */
void wire_append_order(Bytes *to, uint32_t index);
bool wire_take_order(Bytes *from, uint32_t *index);

/* A verdict on an item, or the trouble that the worker could not get over (then it ends). */
void wire_append_verdict(Bytes *to, uint32_t index, const Verdict *v);
void wire_append_trouble(Bytes *to, const Diag *why);

typedef enum WireKind { WIRE_NOTHING, WIRE_VERDICT, WIRE_TROUBLE, WIRE_GARBAGE } WireKind;

/* Takes one whole frame out of `from`, if there is one: *index and *v, or *why. */
WireKind wire_take(Bytes *from, uint32_t *index, Verdict *v, Diag *why);

/* Moves bytes between a buffer and a non-blocking socket; false at its end or on an error. */
bool wire_send(int fd, Bytes *from);
bool wire_receive(int fd, Bytes *to);

#endif
