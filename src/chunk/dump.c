/* dump.c -- Proto to bytes. */
#include "chunk/dump.h"

#include "chunk/format.h"
#include "heap/slot.h"

typedef struct Dump {
  lua_State *L;
  lua_Writer writer;
  void *data;
  int status; /* the first that the writer returned and was not 0; nothing is written after it */
  bool strip;
} Dump;

static void dump_block(Dump *d, const void *block, size_t size) {
  if (d->status == 0 && size > 0) d->status = d->writer(d->L, block, size, d->data);
}

static void dump_byte(Dump *d, uint8_t byte) { dump_block(d, &byte, 1); }
static void dump_int(Dump *d, int n) { dump_block(d, &n, sizeof n); }

static void dump_string(Dump *d, const TString *s) {
  size_t size = s != NULL ? (size_t)s->len + 1 : 0;
  dump_block(d, &size, sizeof size);
  if (s != NULL) dump_block(d, s->data, size);
}

static void dump_constant(Dump *d, TValue v) {
  if (val_is_nil(v)) {
    dump_byte(d, LUA_TNIL);
  } else if (val_is_boolean(v)) {
    dump_byte(d, LUA_TBOOLEAN);
    dump_byte(d, val_bool(v));
  } else if (val_is_number(v)) {
    lua_Number n = val_num(v);
    dump_byte(d, LUA_TNUMBER);
    dump_block(d, &n, sizeof n);
  } else {
    dump_byte(d, LUA_TSTRING);
    dump_string(d, val_string(v));
  }
}

static void dump_debug(Dump *d, const Proto *p) {
  int nlines = d->strip ? 0 : p->size_lineinfo;
  int nlocvars = d->strip ? 0 : p->size_locvars;
  int nnames = d->strip ? 0 : p->size_upvalue_names;
  dump_int(d, nlines);
  dump_block(d, p->lineinfo, (size_t)nlines * sizeof *p->lineinfo);
  dump_int(d, nlocvars);
  for (int i = 0; i < nlocvars; i++) {
    dump_string(d, ref_get(p->locvars[i].name));
    dump_int(d, p->locvars[i].startpc);
    dump_int(d, p->locvars[i].endpc);
  }
  dump_int(d, nnames);
  for (int i = 0; i < nnames; i++) dump_string(d, ref_get(p->upvalue_names[i]));
}

/* `outer`: the source of the enclosing function, which need not be written again. */
static void dump_function(Dump *d, const Proto *p, const TString *outer) {
  const TString *source = ref_get(p->source);
  dump_string(d, d->strip || source == outer ? NULL : source);
  dump_int(d, p->linedefined);
  dump_int(d, p->lastlinedefined);
  dump_byte(d, p->nups);
  dump_byte(d, p->numparams);
  dump_byte(d, p->is_vararg);
  dump_byte(d, p->maxstack);
  dump_int(d, p->size_code);
  dump_block(d, p->code, (size_t)p->size_code * sizeof *p->code);
  dump_int(d, p->size_k);
  for (int i = 0; i < p->size_k; i++) dump_constant(d, slot_get(&p->k[i]));
  dump_int(d, p->size_p);
  for (int i = 0; i < p->size_p; i++) dump_function(d, ref_get(p->p[i]), source);
  dump_debug(d, p);
}

int dump_proto(lua_State *L, const Proto *p, lua_Writer writer, void *data, bool strip) {
  Dump d = {.L = L, .writer = writer, .data = data, .status = 0, .strip = strip};
  char header[CHUNK_HEADER_SIZE];
  chunk_header(header);
  dump_block(&d, header, sizeof header);
  dump_function(&d, p, NULL);
  return d.status;
}
