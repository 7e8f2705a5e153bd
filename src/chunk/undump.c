/* undump.c -- bytes to Proto.
 *
 * No count is believed: arrays grow with the bytes that have arrived for them, so a small
 * chunk cannot ask for much memory.  Functions hang in the enclosing one from the first
 * moment, and the main one on a root: the reader may run Lua and collect between any two
 * bytes. */
#include "chunk/undump.h"

#include <stdarg.h>

#include "chunk/format.h"
#include "chunk/verify.h"
#include "heap/slot.h"
#include "heap/throw.h"
#include "object/fn.h"
#include "object/raise.h"
#include "object/str.h"

typedef struct Undump {
  lua_State *L;
  Source *source;
  const char *name; /* of the chunk, as messages show it */
  Roots roots;      /* [0]: the main function; [1]: the source of chunks that have none */
  Buf text;         /* a string that arrives in pieces */
  Buf space;        /* for the verifier */
} Undump;

static void push_message(lua_State *L, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  err_push_format(L, fmt, args);
  va_end(args);
}

static NORETURN void refuse(Undump *u, const char *why) {
  push_message(u->L, "%s: %s in precompiled chunk", u->name, why);
  throw_status(u->L, LUA_ERRSYNTAX);
}

/* ---- Scalars -------------------------------------------------------------- */

static inline void read_bytes(Undump *u, void *out, size_t size) {
  Source *s = u->source;
  if (likely(s->n >= size)) {
    memcpy(out, s->p, size);
    s->p += size;
    s->n -= size;
    return;
  }
  if (source_read(u->source, out, size) != size) refuse(u, "unexpected end");
}

static uint8_t read_byte(Undump *u) {
  uint8_t byte;
  read_bytes(u, &byte, 1);
  return byte;
}

static int read_int(Undump *u) {
  int n;
  read_bytes(u, &n, sizeof n);
  if (n < 0) refuse(u, "bad integer");
  return n;
}

static lua_Number read_number(Undump *u) {
  lua_Number n;
  read_bytes(u, &n, sizeof n);
  return n;
}

/* ---- Arrays and strings --------------------------------------------------- */

/* Elements that an array is made before any have come. */
#define FIRST_ROOM 64

/* To how many elements an array of `have` may grow, of `n` that are announced and take
 * `bytes` or more each: as many as the bytes at hand can fill, or twice as many as have
 * come. */
static int room_for(const Undump *u, int have, int n, size_t bytes) {
  size_t more = u->source->n / bytes;
  if (more < FIRST_ROOM) more = FIRST_ROOM;
  if (more < (size_t)have) more = (size_t)have;
  return more < (size_t)(n - have) ? have + (int)more : n;
}

/* A string, or NULL where there is none.  The final NUL is not looked at. */
static TString *read_string(Undump *u) {
  Source *s = u->source;
  size_t size, done = 0;
  read_bytes(u, &size, sizeof size);
  if (size == 0) return NULL;
  if (size <= s->n) { /* all of it is at hand */
    TString *string = str_intern(u->L, s->p, size - 1);
    s->p += size;
    s->n -= size;
    return string;
  }
  while (done < size) {
    size_t more = done < LUAL_BUFFERSIZE ? LUAL_BUFFERSIZE : done;
    if (more > size - done) more = size - done;
    buf_reserve(u->L, &u->text, done + more);
    read_bytes(u, u->text.data + done, more);
    done += more;
  }
  return str_intern(u->L, u->text.data, size - 1);
}

/* The name of a variable: where there is none, messages show "?". */
static TString *read_variable_name(Undump *u) {
  TString *name = read_string(u);
  return name != NULL ? name : str_literal(u->L, "?");
}

/* ---- Functions ------------------------------------------------------------ */

static void read_code(Undump *u, Proto *p) {
  int n = read_int(u);
  for (int have = 0; have < n; have = p->size_code) {
    int room = room_for(u, have, n, sizeof *p->code);
    MEM_RESIZE_ARRAY(u->L, p->code, (size_t)have, (size_t)room, Instruction);
    p->size_code = room;
    read_bytes(u, p->code + have, (size_t)(room - have) * sizeof *p->code);
  }
}

static TValue read_constant(Undump *u) {
  switch (read_byte(u)) {
    case LUA_TNIL: return VAL_NIL;
    case LUA_TBOOLEAN: return val_from_bool(read_byte(u) != 0);
    case LUA_TNUMBER: return val_number(read_number(u));
    case LUA_TSTRING: {
      TString *s = read_string(u);
      if (s != NULL) return val_from_string(s);
      break;
    }
    default: break;
  }
  refuse(u, "bad constant");
}

static void read_constants(Undump *u, Proto *p) {
  int n = read_int(u);
  for (int i = 0; i < n; i++) {
    if (i >= p->size_k) {
      int room = room_for(u, i, n, 1);
      MEM_RESIZE_ARRAY(u->L, p->k, (size_t)i, (size_t)room, Slot);
      for (p->size_k = room; room > i; room--) slot_init(&p->k[room - 1], VAL_NIL);
    }
    slot_set(u->L, OBJ(p), &p->k[i], read_constant(u));
  }
}

static void read_function(Undump *u, Proto *p, TString *outer_source);

static void read_functions(Undump *u, Proto *p) {
  int n = read_int(u);
  for (int i = 0; i < n; i++) {
    if (i >= p->size_p) {
      int room = room_for(u, i, n, 48);
      MEM_RESIZE_ARRAY(u->L, p->p, (size_t)i, (size_t)room, ProtoRef);
      for (p->size_p = room; room > i; room--) ref_init(&p->p[room - 1], NULL);
    }
    Proto *inner = fn_new_proto(u->L);
    ref_set(u->L, p, &p->p[i], inner);
    read_function(u, inner, ref_get(p->source));
  }
}

static void read_lines(Undump *u, Proto *p) {
  int n = read_int(u);
  for (int have = 0; have < n; have = p->size_lineinfo) {
    int room = room_for(u, have, n, sizeof *p->lineinfo);
    MEM_RESIZE_ARRAY(u->L, p->lineinfo, (size_t)have, (size_t)room, int);
    p->size_lineinfo = room;
    read_bytes(u, p->lineinfo + have, (size_t)(room - have) * sizeof *p->lineinfo);
  }
}

static void read_locals(Undump *u, Proto *p) {
  int n = read_int(u);
  for (int i = 0; i < n; i++) {
    if (i >= p->size_locvars) {
      int room = room_for(u, i, n, 16);
      MEM_RESIZE_ARRAY(u->L, p->locvars, (size_t)i, (size_t)room, LocVar);
      for (p->size_locvars = room; room > i; room--) ref_init(&p->locvars[room - 1].name, NULL);
    }
    ref_set(u->L, p, &p->locvars[i].name, read_variable_name(u));
    p->locvars[i].startpc = read_int(u);
    p->locvars[i].endpc = read_int(u);
  }
}

static void read_upvalue_names(Undump *u, Proto *p) {
  int n = read_int(u);
  for (int i = 0; i < n; i++) {
    if (i >= p->size_upvalue_names) {
      int room = room_for(u, i, n, 8);
      MEM_RESIZE_ARRAY(u->L, p->upvalue_names, (size_t)i, (size_t)room, StringRef);
      for (p->size_upvalue_names = room; room > i; room--)
        ref_init(&p->upvalue_names[room - 1], NULL);
    }
    ref_set(u->L, p, &p->upvalue_names[i], read_variable_name(u));
  }
}

/* Variables that cannot be where the debug information says are forgotten: debug.getlocal
 * believes what it finds. */
static void drop_impossible_locals(Undump *u, Proto *p) {
  if (p->size_locvars == 0 || verify_locals(u->L, p, &u->space)) return;
  MEM_FREE_ARRAY(u->L, p->locvars, p->size_locvars, LocVar);
  p->locvars = NULL;
  p->size_locvars = 0;
}

/* Fill the empty function `p`, which is reachable from a root. */
static void read_function(Undump *u, Proto *p, TString *outer_source) {
  if (++u->L->ncalls > LUAI_MAXCCALLS) refuse(u, "code too deep");
  TString *source = read_string(u);
  ref_set(u->L, p, &p->source, source != NULL ? source : outer_source);
  p->linedefined = read_int(u);
  p->lastlinedefined = read_int(u);
  p->nups = read_byte(u);
  p->numparams = read_byte(u);
  p->is_vararg = read_byte(u);
  p->maxstack = read_byte(u);
  read_code(u, p);
  read_constants(u, p);
  read_functions(u, p);
  read_lines(u, p);
  read_locals(u, p);
  read_upvalue_names(u, p);
  if (!verify_function(u->L, p, &u->space)) refuse(u, "bad code");
  drop_impossible_locals(u, p);
  u->L->ncalls--;
}

/* ---- Chunks --------------------------------------------------------------- */

static void read_header(Undump *u) {
  char expected[CHUNK_HEADER_SIZE], found[CHUNK_HEADER_SIZE];
  chunk_header(expected);
  read_bytes(u, found, sizeof found);
  if (memcmp(found, expected, sizeof found) != 0) refuse(u, "bad header");
}

static void read_chunk(lua_State *L, void *ud) {
  Undump *u = ud;
  u->roots.outer = L->roots;
  L->roots = &u->roots;
  read_header(u);
  TString *no_source = str_literal(L, "=?");
  u->roots.object[1] = OBJ(no_source);
  Proto *p = fn_new_proto(L);
  u->roots.object[0] = OBJ(p);
  read_function(u, p, no_source);
}

static const char *shown_name(const char *name) {
  if (*name == '@' || *name == '=') return name + 1;
  return *name == LUA_SIGNATURE[0] ? "binary string" : name;
}

/* The buffers are plain memory, so a throw has to stop here on its way out. */
Proto *undump_chunk(lua_State *L, Source *src, const char *name) {
  Undump u = {.L = L, .source = src, .name = shown_name(name)};
  int status = throw_run(L, read_chunk, &u);
  buf_free(L, &u.text);
  buf_free(L, &u.space);
  if (status != 0) throw_status(L, status);
  return (Proto *)u.roots.object[0];
}
