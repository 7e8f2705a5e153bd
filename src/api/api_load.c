/* api_load.c -- the part of the C API that turns chunks into functions and back. */
#include "api/api.h"
#include "chunk/dump.h"
#include "chunk/undump.h"
#include "compiler/compile.h"
#include "object/fn.h"
#include "object/upval.h"
#include "vm/call.h"
#include "vm/safepoint.h"

typedef struct Load {
  Source source;
  const char *name;
} Load;

/* The first byte tells a binary chunk from a text.  Its function gets the thread's globals as
 * environment and nils for upvalues, should a binary chunk have any. */
static void run_load(lua_State *L, void *ud) {
  Load *load = ud;
  bool is_binary = source_peek(&load->source) == LUA_SIGNATURE[0];
  gc_safepoint(L);
  Proto *p = is_binary ? undump_chunk(L, &load->source, load->name)
                       : compile_chunk(L, &load->source, load->name);
  LClosure *f = fn_new_lclosure(L, p, val_table(L->globals));
  for (int i = 0; i < f->nups; i++) ref_init(&f->upvals[i], upval_new(L));
  stack_ensure(L, 1);
  api_push(L, val_from_lclosure(f));
}

LUA_API int lua_load(lua_State *L, lua_Reader reader, void *dt, const char *chunkname) {
  Load load = {.name = chunkname != NULL ? chunkname : "?"};
  source_init(L, &load.source, reader, dt);
  return call_protected(L, run_load, &load, stack_save(L, L->top), L->error_func);
}

LUA_API int lua_dump(lua_State *L, lua_Writer writer, void *data) {
  api_check_pops(L, 1);
  TValue v = L->top[-1];
  return val_is_lclosure(v) ? dump_proto(L, val_lclosure(v)->p, writer, data, false) : 1;
}
