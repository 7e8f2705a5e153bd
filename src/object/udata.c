/* udata.c -- full userdata: the one kind of object that is listed apart, behind the main thread. */
#include "object/udata.h"

#include "heap/throw.h"

Udata *udata_new(lua_State *L, size_t len, Table *env) {
  global_State *g = G(L);
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
