/* bytes.c -- why this file exists: byte strings that lose nothing, and a heap that never says no. */
#include "base/bytes.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/diag.h"

static void *checked(void *p) {
  if (p == NULL) {
    static const char message[] = "oracle: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    _exit(EXIT_INFRA);
  }
  return p;
}

void *mem_alloc(size_t n) {
  return checked(malloc(n ? n : 1));
}

void *mem_zero(size_t n) {
  return checked(calloc(1, n ? n : 1));
}

void *mem_resize(void *p, size_t n) {
  return checked(realloc(p, n ? n : 1));
}

char *mem_substring(const char *s, size_t n) {
  char *copy = mem_alloc(n + 1);
  memcpy(copy, s, n);
  copy[n] = '\0';
  return copy;
}

char *mem_string(const char *s) {
  return mem_substring(s, strlen(s));
}

char *mem_format(const char *format, ...) {
  char *text;
  va_list args;
  va_start(args, format);
  int n = vasprintf(&text, format, args);
  va_end(args);
  return checked(n < 0 ? NULL : text);
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static void reserve(Bytes *b, size_t more) {
  if (b->cap - b->len > more && b->data) return;
  size_t cap = b->cap ? b->cap : 64;
  while (cap - b->len <= more) cap *= 2;
  b->data = mem_resize(b->data, cap);
  b->cap = cap;
}

void bytes_append(Bytes *b, const void *data, size_t n) {
  reserve(b, n);
  if (n) memcpy(b->data + b->len, data, n);
  b->len += n;
  b->data[b->len] = '\0';
}

void bytes_puts(Bytes *b, const char *s) {
  bytes_append(b, s, strlen(s));
}

void bytes_putc(Bytes *b, char c) {
  bytes_append(b, &c, 1);
}

void bytes_printf(Bytes *b, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (n > 0) {
    reserve(b, (size_t)n);
    vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
    b->len += (size_t)n;
  }
  va_end(again);
}

void bytes_clear(Bytes *b) {
  b->len = 0;
  if (b->data) b->data[0] = '\0';
}

void bytes_free(Bytes *b) {
  free(b->data);
  *b = (Bytes){0};
}

Bytes bytes_copy(const Bytes *b) {
  Bytes copy = {0};
  bytes_append(&copy, b->data, b->len);
  return copy;
}

bool bytes_equal(const Bytes *a, const Bytes *b) {
  return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

bool bytes_have(const Bytes *b, const char *text) {
  return b->len > 0 && memmem(b->data, b->len, text, strlen(text)) != NULL;
}

const char *bytes_text(const Bytes *b) {
  return b->data ? b->data : "";
}

uint64_t bytes_hash(const void *data, size_t n, uint64_t seed) {
  return XXH3_64bits_withSeed(data, n, seed);
}

static bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x7f && c != '\\';
}

/* The escaped form of data[0], at most 4 bytes; its length. */
static size_t escape_byte(char *to, const char *data, size_t n) {
  static const char hex[] = "0123456789ABCDEF";
  unsigned char c = (unsigned char)data[0];
  bool digit_follows = n > 1 && isdigit((unsigned char)data[1]);
  const char *names = "\nn\rr\tt\\\\";
  const char *name = c ? strchr(names, c) : NULL;
  to[0] = '\\';
  if (is_plain(c)) {
    to[0] = (char)c;
    return 1;
  }
  if (name) to[1] = c == '\\' ? '\\' : name[1];
  else if (c == 0 && !digit_follows) to[1] = '0';
  else {
    to[1] = 'x';
    to[2] = hex[c >> 4];
    to[3] = hex[c & 15];
    return 4;
  }
  return 2;
}

void bytes_append_escaped(Bytes *b, const char *data, size_t n) {
  for (size_t i = 0; i < n;) {
    size_t plain = i;
    while (plain < n && is_plain((unsigned char)data[plain])) plain++;
    if (plain > i) bytes_append(b, data + i, plain - i);
    if ((i = plain) == n) break;
    char escaped[4];
    bytes_append(b, escaped, escape_byte(escaped, data + i, n - i));
    i++;
  }
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void bytes_append_unescaped(Bytes *b, const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (text[i] != '\\' || i + 1 == n) {
      bytes_putc(b, text[i]);
      continue;
    }
    char c = text[++i];
    if (c == 'n') bytes_putc(b, '\n');
    else if (c == 'r') bytes_putc(b, '\r');
    else if (c == 't') bytes_putc(b, '\t');
    else if (c == '0') bytes_putc(b, '\0');
    else if (c == 'x' && i + 2 < n && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      bytes_putc(b, (char)(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2])));
      i += 2;
    } else bytes_putc(b, c);
  }
}

void bytes_append_json(Bytes *b, const char *data, size_t n) {
  bytes_putc(b, '"');
  for (size_t i = 0; i < n;) {
    size_t plain = i;
    while (plain < n && is_plain((unsigned char)data[plain]) && data[plain] != '"') plain++;
    if (plain > i) bytes_append(b, data + i, plain - i);
    if ((i = plain) == n) break;
    char escaped[4];
    size_t length = escape_byte(escaped, data + i, n - i);
    bytes_putc(b, '\\');                                 /* before a quote, or one more backslash */
    if (length == 2 && escaped[1] == '\\') bytes_putc(b, '\\');
    bytes_append(b, escaped, length);
    i++;
  }
  bytes_putc(b, '"');
}

/* ---- Strings ------------------------------------------------------------------------------- */

void strings_take(Strings *list, char *s) {
  if (list->n == list->cap) {
    list->cap = list->cap ? list->cap * 2 : 8;
    list->at = mem_resize(list->at, list->cap * sizeof *list->at);
  }
  list->at[list->n++] = s;
}

void strings_add(Strings *list, const char *s) {
  strings_take(list, mem_string(s));
}

bool strings_has(const Strings *list, const char *s) {
  for (size_t i = 0; i < list->n; i++) {
    if (strcmp(list->at[i], s) == 0) return true;
  }
  return false;
}

void strings_free(Strings *list) {
  for (size_t i = 0; i < list->n; i++) free(list->at[i]);
  free(list->at);
  *list = (Strings){0};
}

/* Edit distance with insertions, deletions and replacements; words above 63 bytes are cut. */
static unsigned distance(const char *a, const char *b) {
  unsigned row[65];
  size_t na = strnlen(a, 63), nb = strnlen(b, 63);
  for (size_t j = 0; j <= nb; j++) row[j] = (unsigned)j;
  for (size_t i = 1; i <= na; i++) {
    unsigned diagonal = row[0];
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= nb; j++) {
      unsigned best = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
    }
  }
  return row[nb];
}

const char *strings_nearest(const char *word, const char *const *candidates, size_t n) {
  const char *best = NULL;
  unsigned length = (unsigned)strlen(word), least = length / 3 + 2;
  if (least > length) least = length;                    /* no letter in common: not meant */
  for (size_t i = 0; i < n; i++) {
    unsigned d = distance(word, candidates[i]);
    if (d < least) {
      least = d;
      best = candidates[i];
    }
  }
  return best;
}
