/* bytes.h -- byte strings that may hold NUL and anything else, and lists of them.
 *
 * A zeroed Bytes or Strings is empty and valid.  `data` is NULL or has a NUL after `len` bytes, so
 * text may be passed to C functions as it is.  Running out of memory ends the process with
 * EXIT_INFRA and a message: the tool cannot judge without memory, and never pretends to. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Never NULL; `n` may be 0. */
void *mem_alloc(size_t n);
void *mem_zero(size_t n);
void *mem_resize(void *p, size_t n);
char *mem_string(const char *s);
char *mem_substring(const char *s, size_t n);
__attribute__((format(printf, 1, 2)))
char *mem_format(const char *format, ...);

typedef struct Bytes {
  char *data;
  size_t len, cap;
} Bytes;

void bytes_append(Bytes *b, const void *data, size_t n);
void bytes_puts(Bytes *b, const char *s);
void bytes_putc(Bytes *b, char c);
__attribute__((format(printf, 2, 3)))
void bytes_printf(Bytes *b, const char *format, ...);
void bytes_clear(Bytes *b);                       /* keeps the memory */
void bytes_free(Bytes *b);
Bytes bytes_copy(const Bytes *b);
bool bytes_equal(const Bytes *a, const Bytes *b);
bool bytes_have(const Bytes *b, const char *text);  /* is it in there? */
const char *bytes_text(const Bytes *b);           /* "" instead of NULL */
uint64_t bytes_hash(const void *data, size_t n, uint64_t seed);  /* XXH3-64 */

/* Appends data in the escaped form: printable ASCII as it is except the backslash, which is \\;
 * \n \r \t \0 and \xHH for the rest.  Loses nothing: bytes_append_unescaped is the inverse. */
void bytes_append_escaped(Bytes *b, const char *data, size_t n);
void bytes_append_unescaped(Bytes *b, const char *text, size_t n);

/* Appends the escaped form of data as a JSON string with its quotes: every string of the event log
 * is written so, because Lua's output is bytes and JSON knows only characters. */
void bytes_append_json(Bytes *b, const char *data, size_t n);

/* A list of owned C strings. */
typedef struct Strings {
  char **at;
  size_t n, cap;
} Strings;

void strings_add(Strings *list, const char *s);   /* copies */
void strings_take(Strings *list, char *s);        /* becomes the owner */
bool strings_has(const Strings *list, const char *s);
void strings_free(Strings *list);

/* The candidate nearest to `word` by edit distance, or NULL if none is near enough to be meant. */
const char *strings_nearest(const char *word, const char *const *candidates, size_t n);

#endif
