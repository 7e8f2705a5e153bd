/* userdata.h -- the header of a full userdata; the host's bytes follow it. */
#ifndef TYPES_USERDATA_H
#define TYPES_USERDATA_H

#include "types/gcobject.h"

struct Udata {
  GC_HEADER;
  GCREF(Table) metatable;
  GCREF(Table) env;
  size_t len;
  uint64_t data[]; /* len bytes, aligned for any scalar */
};

static inline size_t udata_size(size_t len) { return sizeof(Udata) + len; }

#endif
