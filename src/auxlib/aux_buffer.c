/* aux_buffer.c -- luaL_Buffer, with which C libraries build strings of unknown length
 * (manual chapter 4).
 *
 * Bytes gather in the buffer's own array, where the client's macros put them.  When it
 * is full they move to a *box*: one full userdata on the stack that doubles whenever it
 * is too small.  So a result of n bytes costs O(n) copying and no intermediate string
 * is ever hashed.  `lvl`, the number of stack slots in use, is 1 while there is a box.
 *
 * The box begins with its header: where a box is needs no second place to be kept. */
#include <stdint.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

typedef struct Box {
  size_t len;   /* bytes in use */
  size_t cap;   /* bytes available */
  char data[];
} Box;

#define FIRST_CAP (2 * (size_t)LUAL_BUFFERSIZE)

static size_t array_len(const luaL_Buffer *B) { return (size_t)(B->p - B->buffer); }

/* Room for `extra` more bytes in the box, which lies at the relative index `at` or, if
 * there is none yet, is to be made there: -1 for the top, -2 for below one value. */
static Box *box_reserve(luaL_Buffer *B, size_t extra, int at) {
  lua_State *L = B->L;
  Box *old = B->lvl > 0 ? (Box *)lua_touserdata(L, at) : NULL;
  size_t len = old != NULL ? old->len : 0;
  size_t cap = old != NULL ? old->cap : 0;
  if (old != NULL && extra <= cap - len) return old;
  if (extra > SIZE_MAX / 4 || len > SIZE_MAX / 4) luaL_error(L, "string length overflow");
  cap = cap != 0 ? cap * 2 : FIRST_CAP;
  if (cap < len + extra) cap = len + extra;
  Box *box = (Box *)lua_newuserdata(L, sizeof(Box) + cap);
  box->len = len;
  box->cap = cap;
  if (old != NULL) {
    memcpy(box->data, old->data, len);
    lua_replace(L, at - 1);
  } else {
    lua_insert(L, at);
    B->lvl = 1;
  }
  return box;
}

static void box_append(Box *box, const char *s, size_t l) {
  memcpy(box->data + box->len, s, l);
  box->len += l;
}

/* Empties the array into the box and adds `l` bytes of `s`. */
static void spill(luaL_Buffer *B, const char *s, size_t l, int at) {
  size_t n = array_len(B);
  if (n + l == 0) return;
  Box *box = box_reserve(B, n + l, at);
  box_append(box, B->buffer, n);
  box_append(box, s, l);
  B->p = B->buffer;
}

static void add(luaL_Buffer *B, const char *s, size_t l, int at) {
  if (l <= LUAL_BUFFERSIZE - array_len(B)) {
    memcpy(B->p, s, l);
    B->p += l;
  } else {
    spill(B, s, l, at);
  }
}

LUALIB_API void luaL_buffinit(lua_State *L, luaL_Buffer *B) {
  B->L = L;
  B->p = B->buffer;
  B->lvl = 0;
}

LUALIB_API char *luaL_prepbuffer(luaL_Buffer *B) {
  spill(B, "", 0, -1);
  return B->buffer;
}

LUALIB_API void luaL_addlstring(luaL_Buffer *B, const char *s, size_t l) {
  add(B, s, l, -1);
}

LUALIB_API void luaL_addstring(luaL_Buffer *B, const char *s) {
  add(B, s, strlen(s), -1);
}

LUALIB_API void luaL_addvalue(luaL_Buffer *B) {
  size_t l;
  const char *s = lua_tolstring(B->L, -1, &l);
  add(B, s, l, -2);
  lua_pop(B->L, 1);
}

LUALIB_API void luaL_pushresult(luaL_Buffer *B) {
  lua_State *L = B->L;
  if (B->lvl == 0) {
    lua_pushlstring(L, B->buffer, array_len(B));
  } else {
    spill(B, "", 0, -1);
    const Box *box = (const Box *)lua_touserdata(L, -1);
    lua_pushlstring(L, box->data, box->len);
    lua_replace(L, -2);
  }
  B->p = B->buffer;
  B->lvl = 1;   /* as clients may have learnt to expect: the result is the only piece */
}
