/* boxfile.c -- opens files of a sandbox, name part by name part, from a directory that is held open.
 *
 * No part may be ".." or a symbolic link, and that is asked of the kernel with each part, not before:
 * whatever others do to names meanwhile, what is opened is below the directory.  Only regular files
 * are; a device or a pipe could block, or do more than be read.  The files are such as any C module may
 * hand to the io library: a FILE * with its metatable, and an environment that says how to close it. */
#define _GNU_SOURCE   /* O_PATH */
#include "boxfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lauxlib.h"
#include "lua_limits.h"
#include "lualib.h"

#define DEFAULT_MAX_FILES 16

/* What opening a file costs of a work budget, and each byte of its name. */
#define OPEN_WORK 1000
#define NAME_WORK 100

typedef struct FileBox {
  int dir;   /* -1: none */
  int writable;
  int nopen;
  int max_files;
} FileBox;

/* The upvalues of all functions here. */
#define UP_BOX lua_upvalueindex(1)
#define UP_ENV lua_upvalueindex(2)   /* the files' environment */

static FileBox *the_box(lua_State *L) { return (FileBox *)lua_touserdata(L, UP_BOX); }

/* ---- The directory ------------------------------------------------------------------------- */

static int box_gc(lua_State *L) {
  FileBox *box = (FileBox *)lua_touserdata(L, 1);
  if (box == NULL || lua_objlen(L, 1) != sizeof(FileBox)) return 0;
  if (box->dir >= 0) close(box->dir);
  box->dir = -1;
  return 0;
}

/* The file in argument 1, which may be closed already. */
static FILE **check_boxed(lua_State *L) {
  FILE **f = (FILE **)luaL_checkudata(L, 1, LUA_FILEHANDLE);
  luaL_argcheck(L, lua_objlen(L, 1) == sizeof(FILE *), 1, "not a file of this box");
  return f;
}

static int close_boxed(FileBox *box, FILE **f) {
  int ok = fclose(*f) == 0;
  *f = NULL;
  box->nopen--;
  return ok;
}

/* `__close` of the files' environment.  Upvalue: the box. */
static int box_close(lua_State *L) {
  FILE **f = check_boxed(L);
  if (*f == NULL) return luaL_error(L, "attempt to use a closed file");
  int ok = close_boxed(the_box(L), f);
  int error = errno;
  if (ok) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushstring(L, strerror(error));
  lua_pushinteger(L, error);
  return 3;
}

void boxfile_push(lua_State *L, const char *path, int writable, int max_files) {
  FileBox *box = (FileBox *)lua_newuserdata(L, sizeof(FileBox));
  *box = (FileBox){-1, writable, 0, max_files > 0 ? max_files : DEFAULT_MAX_FILES};
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, box_gc);
  lua_setfield(L, -2, "__gc");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  box->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (box->dir < 0) luaL_error(L, "%s: %s", path, strerror(errno));
  lua_createtable(L, 0, 1);
  lua_pushvalue(L, -2);
  lua_pushcclosure(L, box_close, 1);
  lua_setfield(L, -2, "__close");
}

/* ---- Opening ------------------------------------------------------------------------------- */

typedef enum Outcome { OPENED, FAILED, OUTSIDE } Outcome;   /* FAILED leaves errno */

/* What a mode of fopen means; 0 if it is none of "r", "w", "a" with "+" and "b". */
static int parse_mode(const char *mode, int *flags) {
  const char *rest = mode + strspn(mode, "rwa");
  int plus = strchr(rest, '+') != NULL;
  if (rest != mode + 1 || strspn(rest, "+b") != strlen(rest) || strlen(rest) > 2 ||
      strcmp(rest, "++") == 0 || strcmp(rest, "bb") == 0)
    return 0;
  if (*mode == 'r') *flags = plus ? O_RDWR : O_RDONLY;
  else *flags = (plus ? O_RDWR : O_WRONLY) | O_CREAT | (*mode == 'w' ? O_TRUNC : O_APPEND);
  return 1;
}

/* It is no regular file. */
static Outcome refuse_kind(const struct stat *st) {
  errno = S_ISDIR(st->st_mode) ? EISDIR : EACCES;
  return FAILED;
}

/* The regular file `part` of directory `at`.  The first look spares devices and pipes from being
 * opened; that no link is followed, and the second look, at what was opened, are what counts. */
static Outcome open_last(int at, const char *part, int flags, int *fd) {
  struct stat st;
  if (fstatat(at, part, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st.st_mode) &&
      !S_ISLNK(st.st_mode))
    return refuse_kind(&st);
  *fd = openat(at, part, (flags & ~O_TRUNC) | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
  if (*fd < 0) return errno == ELOOP ? OUTSIDE : FAILED;
  Outcome outcome = OPENED;
  if (fstat(*fd, &st) != 0) outcome = FAILED;
  else if (!S_ISREG(st.st_mode)) outcome = refuse_kind(&st);
  else if ((flags & O_TRUNC) && ftruncate(*fd, 0) != 0) outcome = FAILED;
  int error = errno;
  if (outcome != OPENED) close(*fd);
  errno = error;
  return outcome;
}

/* The directory `part` of directory `at`. */
static Outcome open_between(int at, const char *part, int *fd) {
  struct stat st;
  *fd = openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (*fd >= 0) return OPENED;
  int error = errno;
  if (fstatat(at, part, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode)) return OUTSIDE;
  errno = error;
  return FAILED;
}

/* The regular file `name` below `dir`. */
static Outcome open_below(int dir, const char *name, int flags, int *fd) {
  char part[NAME_MAX + 1];
  int at = dir;
  Outcome outcome = OPENED;
  if (*name == '/') return OUTSIDE;
  for (int last = 0; outcome == OPENED && !last;) {
    size_t len = strcspn(name, "/");
    last = name[len] == '\0';
    errno = len == 0 ? ENOENT : ENAMETOOLONG;
    outcome = FAILED;
    if (len == 0 || len > NAME_MAX) break;
    memcpy(part, name, len);
    part[len] = '\0';
    name += len + strspn(name + len, "/");
    int next = -1;
    if (strcmp(part, "..") == 0) outcome = OUTSIDE;
    else outcome = last ? open_last(at, part, flags, &next) : open_between(at, part, &next);
    int error = errno;
    if (at != dir) close(at);
    errno = error;
    at = outcome == OPENED ? next : dir;
  }
  int error = errno;
  if (outcome == OPENED) *fd = at;
  else if (at != dir) close(at);
  errno = error;
  return outcome;
}

static int deny(lua_State *L, const char *capability, const char *name) {
  return luaL_error(L, "capability " LUA_QS " is not granted for " LUA_QS, capability, name);
}

/* Pushes a file, and opens `name` in it: NULL, with errno, if that fails.  Raises an error if it may not
 * be opened. */
static FILE **push_boxed(lua_State *L, const char *name, const char *mode) {
  FileBox *box = the_box(L);
  int flags, fd = -1;
  size_t len = strlen(name);
  plx_charge(L, OPEN_WORK + NAME_WORK * (len < PATH_MAX ? len : PATH_MAX));
  FILE **f = (FILE **)lua_newuserdata(L, sizeof(FILE *));
  *f = NULL;
  lua_pushvalue(L, UP_ENV);
  lua_setfenv(L, -2);
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_setmetatable(L, -2);
  errno = EINVAL;
  if (!parse_mode(mode, &flags)) return NULL;
  if (flags != O_RDONLY && !box->writable) deny(L, "io.write", name);
  errno = len >= PATH_MAX ? ENAMETOOLONG : EMFILE;
  if (len >= PATH_MAX || box->nopen >= box->max_files) return NULL;
  Outcome outcome = open_below(box->dir, name, flags, &fd);
  if (outcome == OUTSIDE) deny(L, flags == O_RDONLY ? "io.read" : "io.write", name);
  if (outcome == FAILED) return NULL;
  *f = fdopen(fd, mode);
  if (*f == NULL) {
    close(fd);
    return NULL;
  }
  box->nopen++;
  return f;
}

int boxfile_open(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const char *mode = luaL_optstring(L, 2, "r");
  if (push_boxed(L, name, mode) != NULL) return 1;
  int error = errno;
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", name, strerror(error));
  lua_pushinteger(L, error);
  return 3;
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* Closes the file at its end.  Upvalues: the box, the file, its own iterator. */
static int box_next_line(lua_State *L) {
  FILE **f = (FILE **)lua_touserdata(L, lua_upvalueindex(2));
  if (*f == NULL) return luaL_error(L, "file is already closed");
  lua_pushvalue(L, lua_upvalueindex(3));
  lua_call(L, 0, 1);
  if (!lua_isnil(L, -1)) return 1;
  if (*f != NULL) close_boxed(the_box(L), f);
  return 0;
}

/* What would be read without a name. */
static const char *check_name(lua_State *L) {
  if (lua_isnoneornil(L, 1)) deny(L, "io.read", "stdin");
  return luaL_checkstring(L, 1);
}

int boxfile_lines(lua_State *L) {
  const char *name = check_name(L);
  lua_pushvalue(L, UP_BOX);
  if (push_boxed(L, name, "r") == NULL)
    return luaL_argerror(L, 1, lua_pushfstring(L, "%s: %s", name, strerror(errno)));
  lua_getfield(L, -1, "lines");
  lua_pushvalue(L, -2);
  lua_call(L, 1, 1);
  lua_pushcclosure(L, box_next_line, 3);
  return 1;
}

/* ---- Loading ------------------------------------------------------------------------------- */

typedef struct Loading {
  FILE *file;
  int newline;   /* what is left of a first line that begins with '#' comes first */
  char piece[1024];
} Loading;

static const char *read_boxed(lua_State *L, void *ud, size_t *size) {
  Loading *loading = (Loading *)ud;
  (void)L;
  *size = 1;
  if (loading->newline) {
    loading->newline = 0;
    return "\n";
  }
  *size = fread(loading->piece, 1, sizeof(loading->piece), loading->file);
  return *size > 0 ? loading->piece : NULL;
}

/* Leaves out a first line for the system's loader, but not its end in a text: lines are counted. */
static void skip_comment(Loading *loading) {
  int c = getc(loading->file);
  if (c == '#') {
    while (c != '\n' && c != EOF) c = getc(loading->file);
    c = getc(loading->file);
    loading->newline = c != LUA_SIGNATURE[0];
  }
  if (c != EOF) ungetc(c, loading->file);
}

/* Pushes the chunk of file `name`, or a message; the status.  Apart, so that what a chunk calls does not
 * find `Loading` on the C stack. */
static __attribute__((noinline))
int load_file(lua_State *L, const char *name) {
  Loading loading = {.newline = 0};
  FILE **f = push_boxed(L, name, "r");
  if (f == NULL) {
    lua_pushfstring(L, "cannot open %s: %s", name, strerror(errno));
    return LUA_ERRFILE;
  }
  loading.file = *f;
  skip_comment(&loading);
  lua_pushfstring(L, "@%s", name);
  int status = lua_load(L, read_boxed, &loading, lua_tostring(L, -1));
  int failed = *f == NULL || ferror(*f), error = errno;
  if (*f != NULL) close_boxed(the_box(L), f);
  if (!failed) return status;
  lua_pushfstring(L, "cannot read %s: %s", name, strerror(error));
  return LUA_ERRFILE;
}

int boxfile_loadfile(lua_State *L) {
  if (load_file(L, check_name(L)) == 0) return 1;
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

int boxfile_dofile(lua_State *L) {
  const char *name = check_name(L);
  lua_settop(L, 1);
  if (load_file(L, name) != 0) return lua_error(L);
  int below = lua_gettop(L) - 1;
  lua_call(L, 0, LUA_MULTRET);
  return lua_gettop(L) - below;
}
