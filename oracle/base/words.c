/* words.c -- why this file exists: case files, options and the configuration share how words,
 * sizes and times are written. */
#include "base/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* Appends the word at `s` to `word`; the end of it, or NULL for a quote that does not end. */
static const char *read_word(const char *s, Bytes *word) {
  char quote = 0;
  for (; *s && (quote || !is_blank(*s)); s++) {
    if (quote == 0 && (*s == '\'' || *s == '"')) quote = *s;
    else if (quote && *s == quote) quote = 0;
    else if (*s == '\\' && quote != '\'') {
      bool special = quote == 0 || s[1] == '"' || s[1] == '\\';
      if (s[1] == '\0') return NULL;
      if (special) s++;
      bytes_putc(word, *s);
    } else bytes_putc(word, *s);
  }
  return quote ? NULL : s;
}

bool words_split_shell(const char *line, Strings *words) {
  for (;;) {
    while (is_blank(*line)) line++;
    if (*line == '\0') return true;
    Bytes word = {0};
    line = read_word(line, &word);
    if (line) strings_add(words, bytes_text(&word));
    bytes_free(&word);
    if (line == NULL) return false;
  }
}

void words_split_list(const char *text, Strings *words) {
  static const char separators[] = ", \t\r\n\f\v";
  for (;;) {
    text += strspn(text, separators);
    size_t n = strcspn(text, separators);
    if (n == 0) return;
    strings_take(words, mem_substring(text, n));
    text += n;
  }
}

bool words_parse_size(const char *text, uint64_t *size) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 18) return false;
  static const char units[] = "KMG";
  const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
  if (text[digits] && (unit == NULL || text[digits + 1])) return false;
  unsigned shift = unit ? (unsigned)(unit - units + 1) * 10 : 0;
  uint64_t n = strtoull(text, NULL, 10);
  if (n == 0 || n > UINT64_MAX >> shift) return false;
  *size = n << shift;
  return true;
}

bool words_parse_count(const char *text, uint64_t *count) {
  char *end;
  double n = strtod(text, &end);
  if (end == text || *end || is_blank(*text) || !(n >= 1 && n <= 1e15) || n != floor(n)) return false;
  *count = (uint64_t)n;
  return true;
}

bool words_parse_seconds(const char *text, double *seconds) {
  char *end;
  double n = strtod(text, &end);
  if (end == text || is_blank(*text)) return false;
  double unit = 1;
  if (*end) {
    unit = *end == 's' ? 1 : *end == 'm' ? 60 : *end == 'h' ? 3600 : 0;
    if (unit == 0 || end[1]) return false;
  }
  if (!(n * unit > 0 && n * unit <= 86400)) return false;
  *seconds = n * unit;
  return true;
}
