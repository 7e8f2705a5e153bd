/* lib_io.c -- the `io` table and the methods of files (manual 5.7).
 *
 * A file is a userdata whose first word is a FILE *, NULL once it is closed: any C
 * module may make one, or take one, by giving it the metatable LUA_FILEHANDLE.  How
 * such a foreign file is closed says the function `__close` of its environment.  The
 * files made here carry that knowledge inside, behind a mark that scripts cannot
 * forge, and have the environment only for modules that look at it.
 *
 * Slots 1 and 2 of the library's environment hold the default input and output.  Scripts
 * can reach all these tables through `debug`, so whatever comes from them is checked. */
#define _GNU_SOURCE   /* fwrite_unlocked */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "borrowed.h"
#include "lua_limits.h"
#include "faststdio.h"
#include "ioread.h"
#include "numtext.h"
#include "outbuf.h"

typedef enum FileKind { KIND_FILE, KIND_PIPE, KIND_STANDARD } FileKind;

typedef struct File {
  FILE *file;              /* must be first: the public part */
  const void *mark;        /* &file_mark in all files that are ours */
  const void *metatable;   /* address of the metatable it was given */
  FileKind kind;
} File;

static const char file_mark = 'F';

/* The size of files that other modules make: a FILE *, sometimes with one more word. */
static int is_foreign_size(size_t size) {
  return size == sizeof(FILE *) || size == 2 * sizeof(FILE *);
}

enum { DEFAULT_INPUT = 1, DEFAULT_OUTPUT = 2 };

static const char *const default_names[] = {
  [DEFAULT_INPUT] = "input", [DEFAULT_OUTPUT] = "output"
};

/* ---- From values to files ---------------------------------------------------------- */

/* The File at `idx` if it is one of ours, or NULL.  Light userdata have no length. */
static File *own_file(lua_State *L, int idx) {
  File *f = (File *)lua_touserdata(L, idx);
  if (f == NULL || lua_objlen(L, idx) != sizeof(File)) return NULL;
  return f->mark == &file_mark ? f : NULL;
}

/* The file at `idx`, ours or foreign, closed or not; or NULL.  A metatable alone proves
 * nothing, as debug.setmetatable gives it to anything. */
static FILE **find_file(lua_State *L, int idx) {
  File *own = own_file(L, idx);
  if (lua_type(L, idx) != LUA_TUSERDATA || !lua_getmetatable(L, idx)) return NULL;
  if (own != NULL && lua_topointer(L, -1) == own->metatable) {   /* nearly always */
    lua_pop(L, 1);
    return &own->file;
  }
  luaL_getmetatable(L, LUA_FILEHANDLE);
  int same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  if (!same) return NULL;
  if (own != NULL) return &own->file;
  return is_foreign_size(lua_objlen(L, idx)) ? (FILE **)lua_touserdata(L, idx) : NULL;
}

/* Argument 1 as a file, closed or not. */
static FILE **check_handle(lua_State *L) {
  FILE **f = find_file(L, 1);
  if (f == NULL) luaL_typerror(L, 1, LUA_FILEHANDLE);
  return f;
}

/* Argument 1 as an open file. */
static FILE **check_open(lua_State *L) {
  FILE **f = check_handle(L);
  if (*f == NULL) luaL_error(L, "attempt to use a closed file");
  return f;
}

/* Pushes the default file `which` and returns it. */
static FILE **push_default(lua_State *L, int which) {
  lua_rawgeti(L, LUA_ENVIRONINDEX, which);
  File *own = own_file(L, -1);
  FILE **f = own != NULL ? &own->file : find_file(L, -1);
  if (f == NULL) luaL_error(L, "standard %s file is not a file", default_names[which]);
  if (*f == NULL) luaL_error(L, "standard %s file is closed", default_names[which]);
  return f;
}

/* ---- Results ------------------------------------------------------------------------- */

/* true; or nil, a message from errno (about `filename`, if given), and errno. */
static int push_outcome(lua_State *L, int ok, const char *filename) {
  int error = errno;   /* the calls below may change it */
  if (ok) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  if (filename != NULL) lua_pushfstring(L, "%s: %s", filename, strerror(error));
  else lua_pushstring(L, strerror(error));
  lua_pushinteger(L, error);
  return 3;
}

/* Pushes a new, still closed file with the environment of the running function. */
static File *new_file(lua_State *L, FileKind kind) {
  File *f = (File *)lua_newuserdata(L, sizeof(File));
  f->file = NULL;
  f->mark = &file_mark;
  f->kind = kind;
  luaL_getmetatable(L, LUA_FILEHANDLE);
  if (!lua_istable(L, -1)) luaL_error(L, "registry is damaged");
  f->metatable = lua_topointer(L, -1);
  lua_setmetatable(L, -2);
  return f;
}

/* Pushes the file `filename`, opened for argument `narg`, or raises an argument error. */
static void push_opened(lua_State *L, int narg, const char *filename, const char *mode) {
  File *f = new_file(L, KIND_FILE);
  f->file = fopen(filename, mode);
  if (f->file == NULL)
    luaL_argerror(L, narg, lua_pushfstring(L, "%s: %s", filename, strerror(errno)));
}

/* ---- Closing ---------------------------------------------------------------------------- */

/* Closes the file in `*slot` as its kind wants it, and pushes the results. */
static int close_as(lua_State *L, FILE **slot, FileKind kind) {
  FILE *f = *slot;
  if (kind == KIND_STANDARD) {
    lua_pushnil(L);
    lua_pushliteral(L, "cannot close standard file");
    return 2;
  }
  *slot = NULL;
  return push_outcome(L, kind == KIND_PIPE ? pclose(f) != -1 : fclose(f) == 0, NULL);
}

/* Closes argument 1, an open file, in its own way. */
static int close_file(lua_State *L, FILE **slot) {
  File *own = own_file(L, 1);
  if (own != NULL) return close_as(L, slot, own->kind);
  lua_settop(L, 1);
  lua_getfenv(L, 1);
  lua_pushliteral(L, "__close");
  lua_rawget(L, 2);
  if (!lua_iscfunction(L, -1)) return luaL_error(L, "file has no close function");
  lua_pushvalue(L, 1);
  lua_call(L, 1, LUA_MULTRET);
  return lua_gettop(L) - 2;
}

/* The functions `__close` of our environments, which foreign files may share. */
static int close_with(lua_State *L, FileKind kind) {
  check_open(L);
  File *own = own_file(L, 1);
  return close_as(L, check_handle(L), own != NULL ? own->kind : kind);
}

static int close_regular(lua_State *L) { return close_with(L, KIND_FILE); }
static int close_pipe(lua_State *L) { return close_with(L, KIND_PIPE); }
static int close_standard(lua_State *L) { return close_with(L, KIND_STANDARD); }

/* io.close([file]), file:close() */
static int io_close(lua_State *L) {
  if (lua_isnone(L, 1)) lua_rawgeti(L, LUA_ENVIRONINDEX, DEFAULT_OUTPUT);
  check_open(L);
  return close_file(L, check_handle(L));
}

/* __gc */
static int file_gc(lua_State *L) {
  FILE **f = find_file(L, 1);
  if (f == NULL) return reject_finalised(L, file_gc, LUA_FILEHANDLE);
  if (*f != NULL) close_file(L, f);
  return 0;
}

/* __tostring */
static int file_tostring(lua_State *L) {
  FILE *f = *check_handle(L);
  if (f == NULL) lua_pushliteral(L, "file (closed)");
  else lua_pushfstring(L, "file (%p)", (void *)f);
  return 1;
}

/* ---- Opening -------------------------------------------------------------------------- */

/* io.open(filename [, mode]) */
static int io_open(lua_State *L) {
  const char *filename = luaL_checkstring(L, 1);
  const char *mode = luaL_optstring(L, 2, "r");
  File *f = new_file(L, KIND_FILE);
  f->file = fopen(filename, mode);
  return f->file == NULL ? push_outcome(L, 0, filename) : 1;
}

/* io.popen(prog [, mode]) */
static int io_popen(lua_State *L) {
  const char *command = luaL_checkstring(L, 1);
  const char *mode = luaL_optstring(L, 2, "r");
  File *f = new_file(L, KIND_PIPE);
  fflush(NULL);
  f->file = popen(command, mode);
  return f->file == NULL ? push_outcome(L, 0, command) : 1;
}

/* io.tmpfile() */
static int io_tmpfile(lua_State *L) {
  File *f = new_file(L, KIND_FILE);
  f->file = tmpfile();
  return f->file == NULL ? push_outcome(L, 0, NULL) : 1;
}

/* io.type(v) */
static int io_type(lua_State *L) {
  luaL_checkany(L, 1);
  FILE **f = find_file(L, 1);
  if (f == NULL) lua_pushnil(L);
  else lua_pushstring(L, *f == NULL ? "closed file" : "file");
  return 1;
}

/* io.input([file]) and io.output([file]): sets the default file from a name or a file,
 * and returns it. */
static int set_default(lua_State *L, int which, const char *mode) {
  if (!lua_isnoneornil(L, 1)) {
    const char *filename = lua_tostring(L, 1);
    if (filename != NULL) {
      push_opened(L, 1, filename, mode);
    } else {
      check_open(L);
      lua_pushvalue(L, 1);
    }
    lua_rawseti(L, LUA_ENVIRONINDEX, which);
  }
  lua_rawgeti(L, LUA_ENVIRONINDEX, which);
  return 1;
}

static int io_input(lua_State *L) { return set_default(L, DEFAULT_INPUT, "r"); }
static int io_output(lua_State *L) { return set_default(L, DEFAULT_OUTPUT, "w"); }

/* ---- Reading ------------------------------------------------------------------------------ */

/* Pushes what the format in argument n asks for; whether it was there. */
static int read_format(lua_State *L, FILE **f, int n) {
  if (lua_type(L, n) == LUA_TNUMBER) {
    size_t count = (size_t)lua_tointeger(L, n);
    return count == 0 ? ioread_eof(L, f) : ioread_chars(L, f, count);
  }
  const char *format = lua_tostring(L, n);
  luaL_argcheck(L, format != NULL && format[0] == '*', n, "invalid option");
  switch (format[1]) {
    case 'n': return ioread_number(L, f);
    case 'l': return ioread_line(L, f);
    case 'a': return ioread_all(L, f);
    default: return luaL_argerror(L, n, "invalid format");
  }
}

/* Reads by the arguments from `first` to `last`; a line if there are none.  The first that
 * fails gives nil and ends the reading.  The file of *f is on the stack; whatever pushes a
 * string may run a finaliser that closes it. */
static int read_formats(lua_State *L, FILE **f, int first, int last) {
  int nformats = last - first + 1;
  int results = 0, ok = 1;
  clearerr(*f);
  if (nformats <= 0) {
    ok = ioread_line(L, f);
    results = 1;
  } else {
    luaL_checkstack(L, nformats + LUA_MINSTACK, "too many arguments");
    for (; results < nformats && ok; results++) ok = read_format(L, f, first + results);
  }
  if (*f != NULL && ferror(*f)) return push_outcome(L, 0, NULL);
  if (!ok) {
    lua_pop(L, 1);
    lua_pushnil(L);
  }
  return results;
}

/* io.read(...) */
static int io_read(lua_State *L) {
  int last = lua_gettop(L);
  return read_formats(L, push_default(L, DEFAULT_INPUT), 1, last);
}

/* file:read(...) */
static int file_read(lua_State *L) { return read_formats(L, check_open(L), 2, lua_gettop(L)); }

/* The iterator of lines.  Upvalues, which no script can change: the file, and whether to
 * close it at its end. */
static int next_line(lua_State *L) {
  FILE **slot = (FILE **)lua_touserdata(L, lua_upvalueindex(1));
  if (*slot == NULL) return luaL_error(L, "file is already closed");
  int ok = ioread_line(L, slot);
  if (*slot != NULL && ferror(*slot)) return luaL_error(L, "%s", strerror(errno));
  if (ok) return 1;
  if (*slot != NULL && lua_toboolean(L, lua_upvalueindex(2))) {
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(1));
    close_file(L, slot);
  }
  return 0;
}

/* Pushes an iterator over the file at `idx`, which was checked. */
static int push_lines(lua_State *L, int idx, int close_at_end) {
  lua_pushvalue(L, idx);
  lua_pushboolean(L, close_at_end);
  lua_pushcclosure(L, next_line, 2);
  return 1;
}

/* file:lines() */
static int file_lines(lua_State *L) {
  check_open(L);
  return push_lines(L, 1, 0);
}

/* io.lines([filename]) */
static int io_lines(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_rawgeti(L, LUA_ENVIRONINDEX, DEFAULT_INPUT);
    return file_lines(L);
  }
  push_opened(L, 1, luaL_checkstring(L, 1), "r");
  return push_lines(L, lua_gettop(L), 1);
}

/* ---- Writing ------------------------------------------------------------------------------- */

/* Writes the arguments from `first` on. */
static int write_arguments(lua_State *L, FILE *f, int first) {
  int last = lua_gettop(L);
  int ok = 1;
  for (int i = first; i <= last; i++) {
    char number[LUAI_MAXNUMBER2STR];
    const char *s = number;
    size_t len;
    if (lua_type(L, i) == LUA_TNUMBER) {
      len = num_to_text(number, lua_tonumber(L, i));
      plx_charge(L, num_text_work(lua_tonumber(L, i)));
    } else {
      s = luaL_checklstring(L, i, &len);
      if (len >= LONG_TEXT) plx_charge(L, len / 64);
    }
    ok = ok && file_put(f, s, len);
  }
  return push_outcome(L, ok, NULL);
}

/* io.write(...) */
static int io_write(lua_State *L) {
  FILE *f = *push_default(L, DEFAULT_OUTPUT);
  lua_pop(L, 1);
  return write_arguments(L, f, 1);
}

/* file:write(...): true, not the file as in 5.2. */
static int file_write(lua_State *L) { return write_arguments(L, *check_open(L), 2); }

/* io.flush() */
static int io_flush(lua_State *L) {
  return push_outcome(L, fflush(*push_default(L, DEFAULT_OUTPUT)) == 0, NULL);
}

/* file:flush() */
static int file_flush(lua_State *L) {
  return push_outcome(L, fflush(*check_open(L)) == 0, NULL);
}

/* file:seek([whence [, offset]]) */
static int file_seek(lua_State *L) {
  static const char *const names[] = {"set", "cur", "end", NULL};
  static const int codes[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  FILE *f = *check_open(L);
  int whence = codes[luaL_checkoption(L, 2, "cur", names)];
  if (fseek(f, luaL_optlong(L, 3, 0), whence) != 0) return push_outcome(L, 0, NULL);
  lua_pushinteger(L, ftell(f));
  return 1;
}

/* file:setvbuf(mode [, size]) */
static int file_setvbuf(lua_State *L) {
  static const char *const names[] = {"no", "full", "line", NULL};
  static const int codes[] = {_IONBF, _IOFBF, _IOLBF};
  FILE *f = *check_open(L);
  int mode = codes[luaL_checkoption(L, 2, NULL, names)];
  lua_Integer size = luaL_optinteger(L, 3, LUAL_BUFFERSIZE);
  return push_outcome(L, setvbuf(f, NULL, mode, (size_t)size) == 0, NULL);
}

/* ---- The library ---------------------------------------------------------------------------- */

static const luaL_Reg io_functions[] = {
  {"close", io_close},
  {"flush", io_flush},
  {"input", io_input},
  {"lines", io_lines},
  {"open", io_open},
  {"output", io_output},
  {"popen", io_popen},
  {"read", io_read},
  {"tmpfile", io_tmpfile},
  {"type", io_type},
  {"write", io_write},
  {NULL, NULL}
};

static const luaL_Reg file_methods[] = {
  {"close", io_close},
  {"flush", file_flush},
  {"lines", file_lines},
  {"read", file_read},
  {"seek", file_seek},
  {"setvbuf", file_setvbuf},
  {"write", file_write},
  {"__gc", file_gc},
  {"__tostring", file_tostring},
  {NULL, NULL}
};

static void make_file_metatable(lua_State *L) {
  luaL_newmetatable(L, LUA_FILEHANDLE);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  luaL_register(L, NULL, file_methods);
}

/* Pushes an environment whose files `close` closes. */
static void push_environment(lua_State *L, lua_CFunction close) {
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, close);
  lua_setfield(L, -2, "__close");
}

/* Stores the file as io[name], and as the default `which` if that is not 0.  Expects the
 * library below the standard files' environment on the stack. */
static void add_standard(lua_State *L, FILE *file, int which, const char *name) {
  new_file(L, KIND_STANDARD)->file = file;
  if (which != 0) {
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_ENVIRONINDEX, which);
  }
  lua_pushvalue(L, -2);
  lua_setfenv(L, -2);
  lua_setfield(L, -3, name);
}

LUALIB_API int luaopen_io(lua_State *L) {
  make_file_metatable(L);
  push_environment(L, close_regular);   /* the functions below inherit it */
  lua_replace(L, LUA_ENVIRONINDEX);
  luaL_register(L, LUA_IOLIBNAME, io_functions);
  push_environment(L, close_standard);
  add_standard(L, stdin, DEFAULT_INPUT, "stdin");
  add_standard(L, stdout, DEFAULT_OUTPUT, "stdout");
  add_standard(L, stderr, 0, "stderr");
  lua_pop(L, 1);
  lua_getfield(L, -1, "popen");
  push_environment(L, close_pipe);
  lua_setfenv(L, -2);
  lua_pop(L, 1);
  return 1;
}
