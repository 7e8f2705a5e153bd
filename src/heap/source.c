/* source.c -- buffered reading through a lua_Reader. */
#include "heap/source.h"

#include <string.h>

void source_init(lua_State *L, Source *s, lua_Reader reader, void *data) {
  *s = (Source){.L = L, .reader = reader, .data = data};
}

int source_fill(Source *s) {
  size_t size = 0;
  if (s->ended) return SOURCE_END;
  const char *piece = s->reader(s->L, s->data, &size);
  if (piece == NULL || size == 0) {
    s->ended = true;
    s->n = 0;
    return SOURCE_END;
  }
  s->p = piece + 1;
  s->n = size - 1;
  return (unsigned char)*piece;
}

int source_peek(Source *s) {
  if (s->n == 0) {
    if (source_fill(s) == SOURCE_END) return SOURCE_END;
    s->n++;
    s->p--;
  }
  return (unsigned char)*s->p;
}

size_t source_read(Source *s, void *out, size_t n) {
  char *to = out;
  size_t done = 0;
  while (done < n && source_peek(s) != SOURCE_END) {
    size_t part = s->n < n - done ? s->n : n - done;
    memcpy(to + done, s->p, part);
    s->p += part;
    s->n -= part;
    done += part;
  }
  return done;
}
