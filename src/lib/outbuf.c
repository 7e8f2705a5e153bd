/* outbuf.c -- the rare half of OutBuf: moving to more memory. */
#include "outbuf.h"

#include <stdint.h>

void out_grow(OutBuf *b, size_t extra) {
  if (extra > SIZE_MAX / 4 || b->cap > SIZE_MAX / 4) luaL_error(b->L, "string length overflow");
  size_t cap = b->cap * 2;
  if (cap < b->len + extra) cap = b->len + extra;
  char *data = (char *)lua_newuserdata(b->L, cap);
  plx_charge(b->L, cap / 64);   /* not if there is no memory for it */
  memcpy(data, b->data, b->len);
  if (b->data == b->local) lua_insert(b->L, b->slot);
  else lua_replace(b->L, b->slot);   /* the collector may take the old memory now */
  b->data = data;
  b->cap = cap;
}
