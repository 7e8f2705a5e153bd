/* source.h -- buffered reading through a host's lua_Reader: what the scanner and undump read from.
 *
 * Once the reader has said "end", it is not called again.                                 */
#ifndef HEAP_SOURCE_H
#define HEAP_SOURCE_H

#include "types/state.h"

#define SOURCE_END (-1)

typedef struct Source {
  lua_State *L;
  const char *p; /* next byte */
  size_t n;      /* bytes left at p */
  bool ended;
  lua_Reader reader;
  void *data;
} Source;

void source_init(lua_State *L, Source *s, lua_Reader reader, void *data);
/* Call the reader: the first byte of the next piece (consumed), or SOURCE_END. */
MAY_THROW int source_fill(Source *s);
/* The next byte, consumed, or SOURCE_END. */
MAY_THROW static inline int source_get(Source *s) {
  if (s->n > 0) {
    s->n--;
    return (unsigned char)*s->p++;
  }
  return source_fill(s);
}
/* The next byte, not consumed, or SOURCE_END. */
MAY_THROW int source_peek(Source *s);
/* Up to `n` bytes into `out`; returns how many were there. */
MAY_THROW size_t source_read(Source *s, void *out, size_t n);

#endif
