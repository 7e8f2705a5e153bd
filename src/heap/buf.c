/* buf.c -- growable byte buffers. */
#include "heap/buf.h"

/* The scanner and short concatenations never grow a buffer beyond this. */
#define BUF_MIN_SIZE 32

char *buf_reserve(lua_State *L, Buf *b, size_t size) {
  if (size > b->size) {
    size_t cap = b->size > size / 2 && b->size < SIZE_MAX / 4 ? b->size * 2 : size;
    if (cap < BUF_MIN_SIZE) cap = BUF_MIN_SIZE;
    b->data = mem_realloc(L, b->data, b->size, cap);
    b->size = cap;
  }
  return b->data;
}

void buf_shrink(lua_State *L, Buf *b) {
  if (b->size <= 2 * BUF_MIN_SIZE) return;
  b->data = mem_realloc(L, b->data, b->size, b->size / 2);
  b->size /= 2;
}

void buf_free(lua_State *L, Buf *b) {
  mem_free(L, b->data, b->size);
  b->data = NULL;
  b->size = 0;
}
