/* signature.c -- why this file exists: a thousand failures are ten bugs only if those that look alike
 * get the same name. */
#include "verdict/signature.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

static size_t span(const char *p, const char *end, int (*is)(int)) {
  const char *start = p;
  while (p < end && is((unsigned char)*p)) p++;
  return (size_t)(p - start);
}

/* "0x5f" -> its length, or 0. */
static size_t address_length(const char *p, const char *end) {
  if (end - p < 3 || p[0] != '0' || p[1] != 'x') return 0;
  size_t digits = span(p + 2, end, isxdigit);
  return digits ? digits + 2 : 0;
}

/* ":12:" or ":12>" or ":12)" behind a file's name -> length of ":12", or 0. */
static size_t line_length(const char *p, const char *end) {
  size_t digits = *p == ':' ? span(p + 1, end, isdigit) : 0;
  if (digits == 0 || p + 1 + digits >= end) return 0;
  return strchr(":>)", p[1 + digits]) ? 1 + digits : 0;
}

/* A number as Lua prints it, from its first digit on. */
static size_t number_length(const char *p, const char *end) {
  const char *start = p;
  p += span(p, end, isdigit);
  if (p < end && *p == '.') p += 1 + span(p + 1, end, isdigit);
  if (p + 1 < end && (*p == 'e' || *p == 'E')) {
    const char *digits = p + 1 + (p[1] == '+' || p[1] == '-');
    if (digits < end && isdigit((unsigned char)*digits)) p = digits + span(digits, end, isdigit);
  }
  return (size_t)(p - start);
}

/* 'name' or "name" or `name' -> its length with the quotes, or 0. */
static size_t quoted_length(const char *p, const char *end) {
  if (*p != '\'' && *p != '"' && *p != '`') return 0;
  const char *close = memchr(p + 1, *p == '"' ? '"' : '\'', (size_t)(end - p - 1));
  return close ? (size_t)(close - p) + 1 : 0;
}

/* The end of the first clause of a message: at "(", ",", ";" or ": ", but not at the start. */
static const char *clause_end(const char *p, const char *end) {
  for (const char *q = p; q < end; q++) {
    bool colon = *q == ':' && q + 1 < end && q[1] == ' ';
    if (q > p && (strchr("(,;", *q) || colon)) return q;
  }
  return end;
}

/* Behind "file:line: ", or `p` if there is no such start. */
static const char *skip_place(const char *p, const char *end) {
  for (const char *q = p; q < end; q++) {
    size_t n = line_length(q, end);
    if (n && q[n] == ':' && q + n + 1 < end && q[n + 1] == ' ') return q + n + 2;
  }
  return p;
}

void signature_append_template(Bytes *to, const char *text, size_t n, SignatureLevel level) {
  const char *p = text, *end = text + n;
  if (level >= SIGNATURE_CLAUSE) {
    p = skip_place(p, end);
    end = clause_end(p, end);
  }
  for (bool in_word = false; p < end;) {
    size_t length = 0;
    const char *left = "";
    if (level >= SIGNATURE_PLACES && !in_word) {
      if ((length = address_length(p, end))) left = "A";
      else if ((length = line_length(p, end))) left = ":N";
    }
    if (length == 0 && level >= SIGNATURE_PLACES && (length = line_length(p, end))) left = ":N";
    if (length == 0 && level >= SIGNATURE_TEMPLATE) {
      if (!in_word && (length = quoted_length(p, end))) left = "Q";
      else if (!in_word && isdigit((unsigned char)*p)) length = number_length(p, end), left = "N";
    }
    if (length) {
      bytes_puts(to, left);
      p += length;
      in_word = is_word(p[-1]);
      continue;
    }
    in_word = is_word(*p);
    bytes_putc(to, *p++);
  }
}

/* The first line of a diff that begins with `mark` and is not a head; NULL if there is none. */
static const char *first_changed(const char *diff, char mark, size_t *n) {
  bool in_hunk = false;
  for (const char *line = diff; *line;) {
    size_t length = strcspn(line, "\n");
    if (in_hunk && line[0] == mark) {
      *n = length - 1;
      return line + 1;
    }
    in_hunk = in_hunk || strncmp(line, "@@ ", 3) == 0;
    line += length + (line[length] == '\n');
  }
  return NULL;
}

static void append_changed(Bytes *to, const char *diff, char mark, SignatureLevel level) {
  size_t n;
  const char *line = first_changed(diff, mark, &n);
  bytes_putc(to, mark);
  if (line) signature_append_template(to, line, n, level);
  bytes_putc(to, '\n');
}

void signature_of(const Verdict *v, SignatureLevel level,
                  char out[sizeof ((Verdict *)0)->signature]) {
  const size_t size = sizeof v->signature;
  Bytes seen = {0};
  out[0] = '\0';
  if (verdict_class(v->kind) != CLASS_FAIL) return;
  if (level == SIGNATURE_RAW) bytes_append(&seen, v->diff.data, v->diff.len);
  else if (level < SIGNATURE_CHANNEL && v->diff.len) {
    append_changed(&seen, bytes_text(&v->diff), '-', level);
    append_changed(&seen, bytes_text(&v->diff), '+', level);
  }
  if (v->diff.len == 0 && level < SIGNATURE_CHANNEL) {
    signature_append_template(&seen, bytes_text(&v->why), v->why.len, level);
  }
  if (level == SIGNATURE_CHANNEL) snprintf(out, size, "%s|L4", verdict_word(v->kind));
  else {
    snprintf(out, size, "%s|L%d:%016llx", verdict_word(v->kind), level,
             (unsigned long long)bytes_hash(bytes_text(&seen), seen.len, 0));
  }
  bytes_free(&seen);
}

int signature_level(const char *name) {
  if (name[0] != 'L' || name[1] < '0' || name[1] > '4' || name[2]) return -1;
  return name[1] - '0';
}
