/* ioread.c -- reading numbers, lines and blocks from C files into Lua strings. */
#define _GNU_SOURCE   /* fgets_unlocked */
#include "ioread.h"

#include <string.h>
#include <sys/stat.h>

#include "faststdio.h"
#include "outbuf.h"

/* The file in *slot, unless a finaliser has closed it. */
static FILE *open_file(lua_State *L, FILE **slot) {
  if (*slot == NULL) luaL_error(L, "attempt to use a closed file");
  return *slot;
}

static void charge_bytes(lua_State *L, off_t from, off_t to) {
  if (to > from) plx_charge(L, (size_t)(to - from) / 8);
}

int ioread_number(lua_State *L, FILE **f) {
  lua_Number n;
  const int limited = plx_getlimit(L, PLX_WORK) != PLX_UNLIMITED;
  const off_t start = limited ? ftello(open_file(L, f)) : 0;
  const int found = fscanf(open_file(L, f), LUA_NUMBER_SCAN, &n) == 1;
  if (limited) charge_bytes(L, start, ftello(*f));   /* white space without end */
  if (found) {
    lua_pushnumber(L, n);
    return 1;
  }
  lua_pushnil(L);
  return 0;
}

typedef enum PieceEnd { END_OF_LINE, END_OF_FILE, END_OF_AREA } PieceEnd;

/* Reads a piece of a line, up to `size` - 1 bytes, with fgets, which is fast but does not
 * say how much it read.  So the area is filled with newlines first: the first newline
 * found afterwards is the line's own if fgets put its final NUL behind it; else the NUL
 * stands before it, and the file ended.  *len is the piece's length without a newline. */
static PieceEnd read_piece(FILE *f, char *area, size_t size, size_t *len) {
  *len = 0;
  memset(area, '\n', size);
  if (file_get_line(f, area, (int)size) == NULL) return END_OF_FILE;
  char *newline = memchr(area, '\n', size);
  if (newline == NULL) {
    *len = size - 1;
    return END_OF_AREA;
  }
  *len = (size_t)(newline - area);
  if (newline + 1 < area + size && newline[1] == '\0') return END_OF_LINE;
  --*len;   /* the NUL */
  return END_OF_FILE;
}

#define FIRST_PIECE 256
#define NEXT_PIECE 4096

int ioread_line(lua_State *L, FILE **f) {
  OutBuf out;
  out_init(&out, L);
  PieceEnd end = END_OF_AREA;
  for (size_t size = FIRST_PIECE; end == END_OF_AREA; size = NEXT_PIECE) {
    size_t len;
    char *area = out_reserve(&out, size);
    end = read_piece(open_file(L, f), area, size, &len);
    out.len += len;
  }
  size_t total = out.len;
  out_push(&out);
  return end == END_OF_LINE || total > 0;
}

/* Bytes between the file's position and its end, or 0 if that is not known. */
static size_t remaining(FILE *f) {
  struct stat status;
  int fd = fileno(f);
  if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  off_t position = ftello(f);
  return position >= 0 && position < status.st_size ? (size_t)(status.st_size - position) : 0;
}

/* Reads up to `n` bytes and pushes them; `piece` is how many to make room for first. */
static size_t read_block(lua_State *L, FILE **f, size_t n, size_t piece) {
  OutBuf out;
  out_init(&out, L);
  while (n > 0) {
    if (piece > n) piece = n;
    char *area = out_reserve(&out, piece);
    size_t got = fread(area, 1, piece, open_file(L, f));
    out.len += got;
    n -= got;
    if (got < piece) break;
    piece = out.cap - out.len;
    if (piece < LUAL_BUFFERSIZE) piece = LUAL_BUFFERSIZE;
  }
  out_push(&out);
  return out.len;
}

int ioread_chars(lua_State *L, FILE **f, size_t n) {
  size_t piece = n <= OUTBUF_LOCAL ? OUTBUF_LOCAL : LUAL_BUFFERSIZE;
  return read_block(L, f, n, piece) > 0;
}

int ioread_all(lua_State *L, FILE **f) {
  size_t piece = remaining(open_file(L, f)) + 1;   /* one more, so that the end is seen at once */
  read_block(L, f, (size_t)-1, piece < OUTBUF_LOCAL ? OUTBUF_LOCAL : piece);
  return 1;
}

int ioread_eof(lua_State *L, FILE **slot) {
  FILE *f = open_file(L, slot);
  int c = getc(f);
  ungetc(c, f);
  lua_pushliteral(L, "");
  return c != EOF;
}
