/* raise.c -- run-time errors without a culprit, and the formatter that writes every message.
 *
 * A message is formatted twice at most: into a small array on the C stack, which also measures it,
 * and, when it did not fit, straight into its string.  So a throw leaves nothing behind, and the
 * state's shared buffer stays free: the scanner may hold in it what a %s points to.          */
#include "object/raise.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "heap/slot.h"
#include "heap/throw.h"
#include "object/str.h"

/* Enough for one conversion other than %s. */
#define MAX_CONVERSION 40
_Static_assert(MAX_CONVERSION >= NUM_TEXT_SIZE, "num_to_text writes into it");

typedef struct Sink {
  char *data;
  size_t room; /* bytes at `data` */
  size_t len;  /* bytes asked for so far; beyond `room` they are only counted */
} Sink;

static void sink_add(Sink *out, const char *s, size_t len) {
  if (out->len < out->room) {
    size_t fits = out->room - out->len;
    memcpy(out->data + out->len, s, len < fits ? len : fits);
  }
  out->len += len;
}

static void format_to(Sink *out, const char *fmt, va_list args) {
  const char *percent;
  char text[MAX_CONVERSION];
  while ((percent = strchr(fmt, '%')) != NULL) {
    sink_add(out, fmt, (size_t)(percent - fmt));
    const char *piece = text;
    int len;
    switch (percent[1]) {
      case 's':
        piece = va_arg(args, const char *);
        if (piece == NULL) piece = "(null)";
        sink_add(out, piece, strlen(piece));
        fmt = percent + 2;
        continue;
      case 'c': /* as the reference has it, a NUL character adds nothing */
        text[0] = (char)va_arg(args, int);
        len = text[0] != '\0';
        break;
      case 'd':
        len = num_to_text(text, (lua_Number)va_arg(args, int));
        break;
      case 'f':
        len = num_to_text(text, va_arg(args, lua_Number));
        break;
      case 'p':
        len = snprintf(text, sizeof text, "%p", va_arg(args, void *));
        break;
      case '%':
        piece = "%";
        len = 1;
        break;
      case '\0': /* a lone % at the end stands for itself */
        sink_add(out, "%", 1);
        return;
      default: /* unknown conversions are copied */
        piece = percent;
        len = 2;
        break;
    }
    sink_add(out, piece, (size_t)len);
    fmt = percent + 2;
  }
  sink_add(out, fmt, strlen(fmt));
}

static TString *format_string(lua_State *L, const char *fmt, va_list args) {
  char small[512];
  Sink out = {small, sizeof small, 0};
  va_list again;
  va_copy(again, args);
  format_to(&out, fmt, args);
  if (out.len <= sizeof small) {
    va_end(again);
    return str_intern(L, small, out.len);
  }
  TString *s = str_begin(L, out.len);
  out = (Sink){s->data, out.len, 0};
  format_to(&out, fmt, again);
  va_end(again);
  return str_finish(L, s);
}

static TString *format_pieces(lua_State *L, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  TString *s = format_string(L, fmt, args);
  va_end(args);
  return s;
}

const char *err_push_format(lua_State *L, const char *fmt, va_list args) {
  TString *s = format_string(L, fmt, args);
  *L->top++ = val_from_string(s);
  return s->data;
}

/* ---- Where a frame is ------------------------------------------------------ */

int err_current_pc(const CallInfo *ci) {
  const Proto *p = call_lclosure(ci)->p;
  ptrdiff_t pc = ci->pc - p->exec - 1;
  return pc >= 0 && pc < p->size_code ? (int)pc : -1;
}

int err_current_line(const lua_State *L, const CallInfo *ci) {
  (void)L;
  if (!call_is_lua(ci)) return -1;
  const Proto *p = call_lclosure(ci)->p;
  int pc = err_current_pc(ci);
  if (pc < 0) return -1;
  return pc < p->size_lineinfo ? p->lineinfo[pc] : 0;
}

void err_run(lua_State *L, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  TString *msg = format_string(L, fmt, args);
  va_end(args);
  if (call_is_lua(L->ci)) {
    char where[LUA_IDSIZE];
    const TString *source = ref_get(call_lclosure(L->ci)->p->source);
    err_chunk_id(where, source != NULL ? source->data : "=?", sizeof where);
    /* The text without a position stays below, where debug.getlocal finds it. */
    *L->top++ = val_from_string(msg);
    msg = format_pieces(L, "%s:%d: %s", where, err_current_line(L, L->ci), msg->data);
  }
  *L->top++ = val_from_string(msg);
  throw_status(L, LUA_ERRRUN);
}

void err_out_of_fuel(lua_State *L) {
  G(L)->fuel = -1; /* far from wrapping around, however often this comes */
  err_run(L, "instruction budget exceeded");
}

/* ---- Names of chunks ------------------------------------------------------------ */

/* What a buffer must hold beside the text itself in the two decorated forms. */
#define FILE_OVERHEAD 8    /* "..." in front, and some air */
#define STRING_OVERHEAD 17 /* [string "..."] around, and some air */

void err_chunk_id(char *out, const char *source, size_t size) {
  CHECK(size > STRING_OVERHEAD);
  if (*source == '=') { /* the rest is the name, cut at its end */
    size_t len = strnlen(source + 1, size - 1);
    memcpy(out, source + 1, len);
    out[len] = '\0';
  } else if (*source == '@') { /* a file: its last part says most */
    size_t len = strlen(++source), most = size - FILE_OVERHEAD;
    if (len > most)
      snprintf(out, size, "...%s", source + (len - most));
    else
      memcpy(out, source, len + 1);
  } else { /* the text of the chunk: its first line */
    size_t len = strnlen(source, size - STRING_OVERHEAD); /* no more of a long text is looked at */
    const char *end = memchr(source, '\n', len);
    if (end != NULL) len = (size_t)(end - source);
    end = memchr(source, '\r', len);
    if (end != NULL) len = (size_t)(end - source);
    snprintf(out, size, "[string \"%.*s%s\"]", (int)len, source, source[len] != '\0' ? "..." : "");
  }
}
