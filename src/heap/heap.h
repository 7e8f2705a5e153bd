/* heap.h -- objects of the heap: how they are born, linked and coloured.
 *
 * The collector proper is above, in gc/; what stands here is what every layer that makes or changes
 * objects needs.  g->objects is the list of all collectable objects, except
 *   - strings, which are only in the string table;
 *   - userdata, which stand behind the main thread in the list, newest first, so that the atomic
 *     step finds those to finalise without visiting anything else;
 *   - open upvalues, which are in the list of their thread;
 *   - userdata whose finaliser waits: g->to_finalize.                                        */
#ifndef HEAP_HEAP_H
#define HEAP_HEAP_H

#include "heap/mem.h"

/* A state and its main thread: the one block that lua_newstate asks for by itself. */
typedef struct StateBlock {
  lua_State thread;
  global_State global;
} StateBlock;

static inline uint8_t heap_white(const global_State *g) {
  return g->current_white & MARK_WHITES;
}
/* The white that is not current: that of objects to be swept. */
static inline uint8_t heap_other_white(const global_State *g) {
  return g->current_white ^ MARK_WHITES;
}
static inline bool heap_is_dead(const global_State *g, const GCObject *o) {
  return (o->marked & heap_other_white(g) & MARK_WHITES) &&
         !(o->marked & (MARK_FIXED | MARK_SFIXED));
}

/* A new object of `size` bytes, white, in g->objects; everything past the header is undefined.
 * Raises LUA_ERRMEM.  Does not collect. */
MAY_THROW void *heap_new(lua_State *L, size_t size, int kind);

/* Link an object that was made elsewhere (a thread) into g->objects as a white one. */
void heap_link(lua_State *L, GCObject *o, int kind);

/* Link an upvalue that has just been closed into g->objects; a grey one, whose value the collector
 * had to visit last of all while it was open, becomes an ordinary object. */
void heap_link_closed_upval(lua_State *L, UpVal *uv);

/* Colour a white object: no longer white, and queued in g->grey if it has references to follow.
 * Userdata and upvalues are followed at once, which is at most three calls deep.  Never
 * allocates. */
void heap_mark(global_State *g, GCObject *o);
static inline void heap_mark_value(global_State *g, TValue v) {
  if (val_is_collectable(v) && obj_is_white(val_object(v))) heap_mark(g, val_object(v));
}

/* Slow halves of the write barriers, called when `owner` is black and `child` is white.
 * Forward: while marking, mark the child; while sweeping, make the owner white.
 * Back: make the table grey and queue it for the atomic step. */
void heap_barrier_forward(lua_State *L, GCObject *owner, GCObject *child);
void heap_barrier_back(lua_State *L, Table *owner);

#endif
