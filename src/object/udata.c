/* udata.c -- full userdata: the one kind of object that is listed apart, behind the main thread. */
#include "object/udata.h"

#include "heap/throw.h"
#include "object/raise.h"

/* The largest block that the reference asks its allocator for; one more is another error. */
#define MAX_BLOCK (SIZE_MAX - 42)

Udata *udata_new(lua_State *L, size_t len, Table *env) {
  global_State *g = G(L);
  if (len > MAX_BLOCK) err_run(L, "memory allocation error: block too big");
  if (len > SIZE_MAX / 2) throw_memory(L);
  Udata *u = mem_new(L, udata_size(len));
  u->tt = OBJ_USERDATA;
  u->marked = heap_white(g);
  u->len = len;
  ref_init(&u->metatable, NULL);
  ref_init(&u->env, env);
  u->next = g->main_thread->next;
  g->main_thread->next = OBJ(u);
  return u;
}
