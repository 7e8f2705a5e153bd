/* outbuf.h -- a growing string for library functions that know their stack.
 *
 * A luaL_Buffer claims the top of the stack and 8 KB of C stack; an OutBuf keeps its
 * memory in the stack slot that was the first free one when it began, so values may come
 * and go above it, and it is small enough for functions that call back into Lua
 * (string.gsub nests up to 200 levels).  Short results never leave the struct, and then
 * the slot is not taken, either. */
#ifndef LIB_OUTBUF_H
#define LIB_OUTBUF_H

#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lua_limits.h"

#define OUTBUF_LOCAL 1024

/* Looking through, or writing, so many bytes is work that is charged for. */
#define LONG_TEXT 1024

typedef struct OutBuf {
  lua_State *L;
  int slot;     /* index of the stack slot that holds `data` unless that is `local` */
  char *data;
  size_t len;   /* bytes in use */
  size_t cap;   /* bytes available, >= len */
  char local[OUTBUF_LOCAL];
} OutBuf;

/* An empty buffer.  What is on the stack now must stay below it until out_push. */
static inline void out_init(OutBuf *b, lua_State *L) {
  b->L = L;
  b->slot = lua_gettop(L) + 1;
  b->data = b->local;
  b->len = 0;
  b->cap = OUTBUF_LOCAL;
}

/* Makes room for `extra` more bytes.  Needs one free stack slot, and takes `slot` when it
 * is called first: values from there on move up.  Raises "string length overflow" and
 * memory errors. */
void out_grow(OutBuf *b, size_t extra);

/* Where the next `extra` bytes may be written; add what was written to `len`. */
static inline char *out_reserve(OutBuf *b, size_t extra) {
  if (extra > b->cap - b->len) out_grow(b, extra);
  return b->data + b->len;
}

static inline void out_char(OutBuf *b, char c) {
  *out_reserve(b, 1) = c;
  b->len++;
}

static inline void out_add(OutBuf *b, const char *s, size_t n) {
  memcpy(out_reserve(b, n), s, n);
  b->len += n;
}

/* Pushes the collected string and gives the slot back; ends the buffer. */
static inline void out_push(OutBuf *b) {
  lua_pushlstring(b->L, b->data, b->len);
  if (b->data != b->local) lua_remove(b->L, b->slot);
}

/* Memory for `size` bytes that lives as long as the running C function: `local` if its
 * `nlocal` bytes suffice, else a userdata that is pushed. */
static inline void *scratch(lua_State *L, void *local, size_t nlocal, size_t size) {
  if (size <= nlocal) return local;
  void *memory = lua_newuserdata(L, size);
  plx_charge(L, size / 64);   /* not if there is no memory for it */
  return memory;
}

#endif
