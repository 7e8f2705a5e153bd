/* strformat.c -- string.format: C's printf, item by item, on Lua values (manual 5.4).
 *
 * An item is checked, cut out as a small format of its own, and given to snprintf with
 * the length modifier its argument needs; the most common items skip snprintf. */
#include "strformat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lauxlib.h"
#include "numcast.h"
#include "numtext.h"
#include "outbuf.h"

#define FLAGS "-+ #0"

/* "%", five flags, two digits, ".", two digits, a modifier of at most three, a letter. */
#define MAX_SPEC 32

/* The longest item: "%99.99f" of the largest number takes 409 bytes. */
#define MAX_ITEM 512

/* A string this long, or longer, is not affected by any width (which has two digits). */
#define LONG_STRING 100

/* What an item for printf costs of a work budget, and a short one; from where on it is charged. */
#define ITEM_WORK 32
#define SHORT_WORK 2
#define LONG_WORK 128

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* The length of the flags, width and precision at `p`. */
static size_t measure_spec(lua_State *L, const char *p) {
  const char *start = p;
  p += strspn(p, FLAGS);
  if ((size_t)(p - start) >= sizeof(FLAGS)) luaL_error(L, "invalid format (repeated flags)");
  if (is_digit(*p)) p++;
  if (is_digit(*p)) p++;
  if (*p == '.') {
    p++;
    if (is_digit(*p)) p++;
    if (is_digit(*p)) p++;
  }
  if (is_digit(*p)) luaL_error(L, "invalid format (width or precision too long)");
  return (size_t)(p - start);
}

/* Makes "%", the spec, and `tail` (length modifier and letter) a format of its own. */
static void make_form(char *form, const char *spec, size_t nspec, const char *tail) {
  form[0] = '%';
  memcpy(form + 1, spec, nspec);
  memcpy(form + 1 + nspec, tail, strlen(tail) + 1);
}

/* ---- Items ---------------------------------------------------------------------- */

/* %q: a literal that the compiler reads back as the same string. */
static void add_quoted(OutBuf *out, const char *s, size_t len) {
  const char *end = s + len;
  out_reserve(out, len + 2);
  out_char(out, '"');
  for (; s < end; s++) {
    switch (*s) {
      case '"': case '\\': case '\n':
        out_char(out, '\\');
        out_char(out, *s);
        break;
      case '\r': out_add(out, "\\r", 2); break;
      case '\0': out_add(out, "\\000", 4); break;
      default: out_char(out, *s);
    }
  }
  out_char(out, '"');
}

/* %s.  A string that width and precision cannot change is added whole; others end at
 * their first NUL, as printf sees them. */
static void add_string(OutBuf *out, const char *spec, size_t nspec, const char *s, size_t len) {
  if (memchr(spec, '.', nspec) == NULL && len >= LONG_STRING) {
    out_add(out, s, len);
  } else if (nspec == 0) {
    out_add(out, s, strnlen(s, len));
  } else {
    char form[MAX_SPEC];
    make_form(form, spec, nspec, "s");
    out->len += (size_t)snprintf(out_reserve(out, MAX_ITEM), MAX_ITEM, form, s);
  }
}

static void add_decimal(OutBuf *out, int64_t n) {
  char digits[24];
  char *p = digits + sizeof(digits);
  uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
  do *--p = (char)('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (n < 0) *--p = '-';
  out_add(out, p, (size_t)(digits + sizeof(digits) - p));
}

/* The number `arg` by `spec` and the conversion letter.  Returns what it costs. */
static size_t add_number(OutBuf *out, const char *spec, size_t nspec, char letter, int arg) {
  lua_Number n = luaL_checknumber(out->L, arg);
  if (nspec == 0 && (letter == 'd' || letter == 'i')) {
    add_decimal(out, num_to_int64(n));
    return SHORT_WORK;
  }
  char form[MAX_SPEC];
  char *item = out_reserve(out, MAX_ITEM);
  size_t work = ITEM_WORK;
  int len;
  switch (letter) {
    case 'c':
      make_form(form, spec, nspec, "c");
      snprintf(item, MAX_ITEM, form, num_to_int(n));
      len = (int)strlen(item);   /* a NUL ends the item: %c of 0 gives nothing */
      break;
    case 'd': case 'i':
      make_form(form, spec, nspec, PRId64);
      len = snprintf(item, MAX_ITEM, form, num_to_int64(n));
      break;
    case 'o': case 'u': case 'x': case 'X':
      make_form(form, spec, nspec, (const char[]){'l', letter, '\0'});
      len = snprintf(item, MAX_ITEM, form, (unsigned long)num_to_uint64(n));
      break;
    default:
      make_form(form, spec, nspec, (const char[]){letter, '\0'});
      len = snprintf(item, MAX_ITEM, form, n);
      work += num_text_work(n) + (size_t)len;
  }
  out->len += (size_t)len;
  return work;
}

/* ---- The function ------------------------------------------------------------------ */

int lib_string_format(lua_State *L) {
  int top = lua_gettop(L);
  int arg = 1;
  size_t len;
  const char *p = luaL_checklstring(L, 1, &len);
  const char *end = p + len;
  OutBuf out;
  out_init(&out, L);
  size_t work = 0;
  while (p < end) {
    if (work >= LONG_WORK) {
      plx_charge(L, work);
      work = 0;
    }
    const char *percent = memchr(p, '%', (size_t)(end - p));
    if (percent == NULL) percent = end;
    out_add(&out, p, (size_t)(percent - p));
    if (percent == end) break;
    const char *spec = percent + 1;
    if (*spec == '%') {
      out_char(&out, '%');
      work += SHORT_WORK;
      p = spec + 1;
      continue;
    }
    if (++arg > top) luaL_argerror(L, arg, "no value");
    size_t nspec = measure_spec(L, spec);
    char letter = spec[nspec];
    p = spec + nspec + 1;
    switch (letter) {
      case 'c': case 'd': case 'i': case 'o': case 'u': case 'x': case 'X':
      case 'e': case 'E': case 'f': case 'g': case 'G':
        work += add_number(&out, spec, nspec, letter, arg);
        break;
      case 'q': {
        size_t n;
        const char *s = luaL_checklstring(L, arg, &n);
        add_quoted(&out, s, n);
        break;
      }
      case 's': {
        size_t n;
        const char *s = luaL_checklstring(L, arg, &n);
        add_string(&out, spec, nspec, s, n);
        break;
      }
      default:
        return luaL_error(L, "invalid option " LUA_QL("%%%c") " to " LUA_QL("format"), letter);
    }
  }
  if (work >= ITEM_WORK) plx_charge(L, work);
  out_push(&out);
  return 1;
}
