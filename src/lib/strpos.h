/* strpos.h -- how `string` counts positions: from 1, or from the end if negative. */
#ifndef LIB_STRPOS_H
#define LIB_STRPOS_H

#include <stddef.h>

#include "lua.h"

/* `pos` counted from the start of a string of `len` bytes; 0 if it lies before that. */
static inline lua_Integer string_position(lua_Integer pos, size_t len) {
  if (pos < 0) pos += (lua_Integer)len + 1;
  return pos >= 0 ? pos : 0;
}

#endif
