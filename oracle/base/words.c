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
  if (end == text || *end || is_blank(*text)) return false;
  if (!(n >= 1 && n <= 1e15) || n != floor(n)) return false;
  *count = (uint64_t)n;
  return true;
}

/* A number with one of `units`; 0 if it is not one. */
static double parse_time(const char *text, const char *units) {
  static const struct { char letter; double seconds; } all[] = {
    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}
  };
  char *end;
  double n = strtod(text, &end);
  if (end == text || is_blank(*text) || (*end && (end[1] || !strchr(units, *end)))) return 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (all[i].letter == *end) n *= all[i].seconds;
  }
  return n;
}

bool words_parse_seconds(const char *text, double *seconds) {
  double n = parse_time(text, "smh");
  if (!(n > 0 && n <= 86400)) return false;
  *seconds = n;
  return true;
}

bool words_parse_span(const char *text, double *seconds) {
  double n = parse_time(text, "smhdw");
  if (!(n > 0 && n <= 36600 * 86400.0)) return false;
  *seconds = n;
  return true;
}

void words_append_shell(Bytes *line, const char *word) {
  static const char plain[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-+:,=@%#";
  if (line->len) bytes_putc(line, ' ');
  if (*word && *word != '#' && word[strspn(word, plain)] == '\0') {
    bytes_puts(line, word);
    return;
  }
  bytes_putc(line, '\'');
  for (; *word; word++) {
    if (*word == '\'') bytes_puts(line, "'\\''");
    else bytes_putc(line, *word);
  }
  bytes_putc(line, '\'');
}
