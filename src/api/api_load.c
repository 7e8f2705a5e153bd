/* api_load.c -- the part of the C API that turns chunks into functions and back. */
#include "api/api.h"
#include "chunk/dump.h"
#include "chunk/undump.h"
#include "compiler/compile.h"
#include "object/fn.h"
#include "object/raise.h"
#include "object/upval.h"
#include "vm/call.h"
#include "vm/safepoint.h"

typedef struct Load {
  Source source;
  const char *name;
  lua_Reader reader; /* the host's, where limits make limited_reader() stand before it */
  void *data;
  size_t left;
} Load;

/* A piece of a chunk, unless it makes the chunk too long or costs more than there is left. */
static const char *limited_reader(lua_State *L, void *ud, size_t *size) {
  Load *load = ud;
  const char *piece = load->reader(L, load->data, size);
  if (piece == NULL) return NULL;
  if (*size > load->left) err_run(L, "chunk too long");
  load->left -= *size;
  fuel_spend(L, *size);
  if (fuel_is_out(G(L))) err_out_of_fuel(L);
  return piece;
}

static void begin_reading(lua_State *L, Load *load, lua_Reader reader, void *data) {
  const Limits *limits = &G(L)->limits;
  if (likely(limits->source == NO_LIMIT && !limits->counting)) {
    source_init(L, &load->source, reader, data);
    return;
  }
  load->reader = reader;
  load->data = data;
  load->left = limits->source;
  source_init(L, &load->source, limited_reader, load);
}

/* The first byte tells a binary chunk from a text.  Its function gets the thread's globals as
 * environment and nils for upvalues, should a binary chunk have any. */
static void run_load(lua_State *L, void *ud) {
  Load *load = ud;
  bool is_binary = source_peek(&load->source) == LUA_SIGNATURE[0];
  if (is_binary && G(L)->limits.text_only) err_run(L, "capability 'bytecode' is not granted");
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
  begin_reading(L, &load, reader, dt);
  return call_protected(L, run_load, &load, stack_save(L, L->top), L->error_func);
}

LUA_API int lua_dump(lua_State *L, lua_Writer writer, void *data) {
  api_check_pops(L, 1);
  TValue v = L->top[-1];
  return val_is_lclosure(v) ? dump_proto(L, val_lclosure(v)->p, writer, data, false) : 1;
}
