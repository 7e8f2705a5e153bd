/* gcobject.h -- what every object of the heap begins with, and its colours.
 *
 * Invariants (gc/heapcheck.c tests them):
 *   - while marking, no black object refers to a white one (heap/slot.h keeps that);
 *   - an object has one of the two whites, or is black, or is neither (grey);
 *   - "dead" means: has the white of the previous cycle, and waits to be swept.             */
#ifndef TYPES_GCOBJECT_H
#define TYPES_GCOBJECT_H

#include "types/value.h"

/* `next` links all objects (g->objects), the strings of one bucket, the open upvalues of a
 * thread, or the userdata of the main thread's list; `tt` is an ObjectKind. */
#define GC_HEADER    \
  GCObject *next;    \
  uint8_t tt;        \
  uint8_t marked

struct GCObject {
  GC_HEADER;
};

/* Bits of `marked`. */
enum {
  MARK_WHITE0 = 1,
  MARK_WHITE1 = 2,
  MARK_BLACK = 4,
  MARK_FINALIZED = 8, /* userdata: its __gc has run, or it has none */
  MARK_WEAK_KEY = 8,  /* table: found weak by the traversal of this cycle */
  MARK_WEAK_VALUE = 16,
  MARK_FIXED = 32,  /* string: never collected */
  MARK_SFIXED = 64, /* main thread: freed only by lua_close */
  MARK_WHITES = MARK_WHITE0 | MARK_WHITE1
};

static inline bool obj_is_white(const GCObject *o) { return o->marked & MARK_WHITES; }
static inline bool obj_is_black(const GCObject *o) { return o->marked & MARK_BLACK; }
static inline bool obj_is_grey(const GCObject *o) {
  return !(o->marked & (MARK_BLACK | MARK_WHITES));
}

#define OBJ(p) ((GCObject *)(p))

#endif
