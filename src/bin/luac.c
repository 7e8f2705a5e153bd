/* luac.c -- the compiler as a program: Lua files to one binary chunk, or to a listing.
 *
 * It links the VM's objects, not the library: functions that are not called, only written,
 * have no place in the public API. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunk/dump.h"
#include "chunk/list.h"
#include "include/lauxlib.h"
#include "object/fn.h"
#include "object/str.h"

#define PROGRAM "luac"
#define DEFAULT_OUTPUT PROGRAM ".out"

typedef struct Options {
  const char *program; /* how messages call us */
  int nlist;           /* how often -l was given */
  bool writes;
  bool strip;
  const char *output; /* NULL: stdout */
  int nfiles;
  char **files;
} Options;

/* ---- Failing --------------------------------------------------------------- */

static NORETURN void fail(const Options *o, const char *message) {
  fprintf(stderr, "%s: %s\n", o->program, message);
  exit(EXIT_FAILURE);
}

static NORETURN void fail_file(const Options *o, const char *what) {
  fprintf(stderr, "%s: cannot %s %s: %s\n", o->program, what, o->output ? o->output : "(null)",
          strerror(errno));
  exit(EXIT_FAILURE);
}

static NORETURN void fail_usage(const Options *o, const char *message) {
  if (*message == '-')
    fprintf(stderr, "%s: unrecognized option '%s'\n", o->program, message);
  else
    fprintf(stderr, "%s: %s\n", o->program, message);
  fprintf(stderr,
          "usage: %s [options] [filenames].\n"
          "Available options are:\n"
          "  -        process stdin\n"
          "  -l       list\n"
          "  -o name  output to file 'name' (default is \"%s\")\n"
          "  -p       parse only\n"
          "  -s       strip debug information\n"
          "  -v       show version information\n"
          "  --       stop handling options\n",
          o->program, DEFAULT_OUTPUT);
  exit(EXIT_FAILURE);
}

/* ---- Options --------------------------------------------------------------- */

static void read_options(Options *o, int argc, char **argv) {
  static char last_output[] = DEFAULT_OUTPUT, *no_input[] = {last_output};
  int version = 0, i = 1;
  if (argv[0] != NULL && *argv[0] != '\0') o->program = argv[0];
  for (; i < argc && argv[i][0] == '-' && strcmp(argv[i], "-") != 0; i++) {
    const char *option = argv[i];
    if (strcmp(option, "--") == 0) {
      i++;
      if (version > 0) version++;
      break;
    }
    if (strcmp(option, "-l") == 0) {
      o->nlist++;
    } else if (strcmp(option, "-o") == 0) {
      o->output = argv[++i];
      if (o->output == NULL || *o->output == '\0') fail_usage(o, "'-o' needs argument");
      if (strcmp(o->output, "-") == 0) o->output = NULL;
    } else if (strcmp(option, "-p") == 0) {
      o->writes = false;
    } else if (strcmp(option, "-s") == 0) {
      o->strip = true;
    } else if (strcmp(option, "-v") == 0) {
      version++;
    } else {
      fail_usage(o, option);
    }
  }
  o->nfiles = argc - i;
  o->files = argv + i;
  if (o->nfiles == 0 && (o->nlist > 0 || !o->writes)) { /* read what was written last */
    o->writes = false;
    o->nfiles = 1;
    o->files = no_input;
  }
  if (version > 0) {
    printf("%s  %s\n", LUA_RELEASE, LUA_COPYRIGHT);
    if (version == argc - 1) exit(EXIT_SUCCESS);
  }
  if (o->nfiles == 0) fail_usage(o, "no input files given");
}

/* ---- Work ------------------------------------------------------------------ */

/* The prototype of the Lua function at stack index `i`. */
static Proto *proto_at(lua_State *L, int i) { return val_lclosure(L->top[i])->p; }

/* One function that calls the `n` chunks on the stack one after the other.  A single one is
 * itself. */
static const Proto *combine(lua_State *L, int n) {
  if (n == 1) return proto_at(L, -1);
  Proto *p = fn_new_proto(L);
  Roots roots = {.outer = L->roots, .object = {OBJ(p)}};
  L->roots = &roots;
  ref_set(L, p, &p->source, str_literal(L, "=(" PROGRAM ")"));
  p->maxstack = 1;
  p->p = MEM_NEW_ARRAY(L, (size_t)n, ProtoRef);
  p->size_p = n;
  for (int i = 0; i < n; i++) ref_init(&p->p[i], NULL);
  p->code = MEM_NEW_ARRAY(L, (size_t)(2 * n + 1), Instruction);
  p->size_code = 2 * n + 1;
  for (int i = 0; i < n; i++) {
    ref_set(L, p, &p->p[i], proto_at(L, i - n));
    p->code[2 * i] = instr_abx(OP_CLOSURE, 0, i);
    p->code[2 * i + 1] = instr_abc(OP_CALL, 0, 1, 1);
  }
  p->code[2 * n] = instr_abc(OP_RETURN, 0, 1, 0);
  L->roots = roots.outer;
  return p;
}

static int write_block(lua_State *L, const void *block, size_t size, void *file) {
  (void)L;
  return size != 0 && fwrite(block, size, 1, file) != 1;
}

static void write_chunk(lua_State *L, const Options *o, const Proto *p) {
  FILE *out = o->output == NULL ? stdout : fopen(o->output, "wb");
  if (out == NULL) fail_file(o, "open");
  dump_proto(L, p, write_block, out, o->strip);
  if (ferror(out)) fail_file(o, "write");
  if (fclose(out) != 0) fail_file(o, "close");
}

static int compile(lua_State *L) {
  const Options *o = lua_touserdata(L, 1);
  if (!lua_checkstack(L, o->nfiles)) fail(o, "too many input files");
  for (int i = 0; i < o->nfiles; i++) {
    const char *name = strcmp(o->files[i], "-") == 0 ? NULL : o->files[i];
    if (luaL_loadfile(L, name) != 0) fail(o, lua_tostring(L, -1));
  }
  const Proto *p = combine(L, o->nfiles);
  if (o->nlist > 0) list_function(p, o->nlist > 1, stdout);
  if (o->writes) write_chunk(L, o, p);
  return 0;
}

int main(int argc, char **argv) {
  Options o = {.program = PROGRAM, .writes = true, .output = DEFAULT_OUTPUT};
  read_options(&o, argc, argv);
  lua_State *L = luaL_newstate();
  if (L == NULL) fail(&o, "not enough memory for state");
  if (lua_cpcall(L, compile, &o) != 0) fail(&o, lua_tostring(L, -1));
  lua_close(L);
  return EXIT_SUCCESS;
}
