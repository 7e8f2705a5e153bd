/* aux_load.c -- chunks from files and from memory for lua_load (manual chapter 4). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

/* ---- Files ----------------------------------------------------------------- */

/* A file on its way to the compiler. */
typedef struct FileSource {
  FILE *file;
  int owes_newline;   /* a skipped first line is replaced by an empty one */
  char piece[BUFSIZ];
} FileSource;

static const char *next_piece(lua_State *L, void *ud, size_t *size) {
  FileSource *src = (FileSource *)ud;
  (void)L;
  if (src->owes_newline) {
    src->owes_newline = 0;
    *size = 1;
    return "\n";
  }
  *size = feof(src->file) ? 0 : fread(src->piece, 1, sizeof(src->piece), src->file);
  return *size > 0 ? src->piece : NULL;
}

/* Replaces the chunk name at `name` by a message about the file, from errno. */
static int file_error(lua_State *L, const char *verb, int name) {
  const char *reason = strerror(errno);
  const char *filename = lua_tostring(L, name) + 1;   /* without the '@' */
  lua_pushfstring(L, "cannot %s %s: %s", verb, filename, reason);
  lua_replace(L, name);
  return LUA_ERRFILE;
}

/* Skips a first line that begins with '#', the kernel's business rather than Lua's.
 * Returns the first byte that counts, already read; EOF at the end. */
static int skip_shebang(FileSource *src) {
  int c = getc(src->file);
  if (c != '#') return c;
  src->owes_newline = 1;
  do c = getc(src->file);
  while (c != EOF && c != '\n');
  return c == '\n' ? getc(src->file) : c;
}

LUALIB_API int luaL_loadfile(lua_State *L, const char *filename) {
  FileSource src;
  int name = lua_gettop(L) + 1;   /* where the chunk's name lies */
  src.owes_newline = 0;
  if (filename == NULL) {
    lua_pushliteral(L, "=stdin");
    src.file = stdin;
  } else {
    lua_pushfstring(L, "@%s", filename);
    src.file = fopen(filename, "r");
    if (src.file == NULL) return file_error(L, "open", name);
  }
  int c = skip_shebang(&src);
  if (c == LUA_SIGNATURE[0] && filename != NULL) {
    /* A binary chunk: reread it as such.  What precedes the signature is no line of it. */
    src.file = freopen(filename, "rb", src.file);
    if (src.file == NULL) return file_error(L, "reopen", name);
    do c = getc(src.file);
    while (c != EOF && c != LUA_SIGNATURE[0]);
    src.owes_newline = 0;
  }
  ungetc(c, src.file);
  int status = lua_load(L, next_piece, &src, lua_tostring(L, name));
  int broken = ferror(src.file);
  if (filename != NULL) fclose(src.file);
  if (broken) {
    lua_settop(L, name);   /* whatever was compiled is not the file */
    return file_error(L, "read", name);
  }
  lua_remove(L, name);
  return status;
}

/* ---- Memory ------------------------------------------------------------------- */

typedef struct MemorySource {
  const char *rest;
  size_t size;
} MemorySource;

static const char *whole_piece(lua_State *L, void *ud, size_t *size) {
  MemorySource *src = (MemorySource *)ud;
  (void)L;
  *size = src->size;
  src->size = 0;
  return *size > 0 ? src->rest : NULL;
}

LUALIB_API int luaL_loadbuffer(lua_State *L, const char *buff, size_t sz, const char *name) {
  MemorySource src = {buff, sz};
  return lua_load(L, whole_piece, &src, name);
}

LUALIB_API int luaL_loadstring(lua_State *L, const char *s) {
  return luaL_loadbuffer(L, s, strlen(s), s);
}
