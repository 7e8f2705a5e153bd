/* closure.h -- functions as values, and the variables they share. */
#ifndef TYPES_CLOSURE_H
#define TYPES_CLOSURE_H

#include "types/proto.h"

/* A variable that a closure uses from an enclosing function.  Open: `v` points into the stack of a
 * thread.  Closed: `v` points to `closed`. */
struct UpVal {
  GC_HEADER;
  TValue *v;
  union {
    Slot closed;
    struct {
      UpVal *prev; /* list of all open upvalues of the state (g->open_upvals) */
      UpVal *next;
    } open;
  } u;
};

/* What LClosure and CClosure begin with. */
#define CLOSURE_HEADER \
  GC_HEADER;           \
  uint8_t nups;        \
  uint8_t intrinsic;   \
  GCObject *gclist;    \
  GCREF(Table) env

typedef GCREF(UpVal) UpValRef;

typedef struct Closure {
  CLOSURE_HEADER;
} Closure;

struct LClosure {
  CLOSURE_HEADER;
  Proto *p;
  const Slot *k; /* p->k */
  UpValRef upvals[];
};

struct CClosure {
  CLOSURE_HEADER;
  lua_CFunction f;
  Slot upvals[];
};

static inline bool upval_is_open(const UpVal *uv) { return uv->v != &uv->u.closed.v; }
static inline size_t lclosure_size(int nups) {
  return sizeof(LClosure) + (size_t)nups * sizeof(UpValRef);
}
static inline size_t cclosure_size(int nups) {
  return sizeof(CClosure) + (size_t)nups * sizeof(Slot);
}

#endif
