/* luatext.c -- why this file exists: Lua data comes without lines, but people look for lines. */
#include "config/luatext.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- Tokens ---------------------------------------------------------------------------------- */

static bool is_name(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

/* Just after a long bracket that begins at `s`, or `s` itself if none does. */
static const char *skip_long(const char *s) {
  size_t level = strspn(s + 1, "=");
  if (s[0] != '[' || s[level + 1] != '[') return s;
  char *end = mem_format("]%.*s]", (int)level, s + 1);
  const char *found = strstr(s + level + 2, end);
  const char *after = found ? found + level + 2 : s + strlen(s);
  free(end);
  return after;
}

static const char *skip_comment(const char *s) {
  if (s[2] == '[' && skip_long(s + 2) != s + 2) return skip_long(s + 2);
  return s + strcspn(s, "\n");
}

static const char *skip_quoted(const char *s) {
  char quote = *s++;
  while (*s && *s != quote) s += s[0] == '\\' && s[1] ? 2 : 1;
  return s + (*s != '\0');
}

bool luatext_is_blank(const char *s) {
  return isspace((unsigned char)*s) || (s[0] == '-' && s[1] == '-');
}

const char *luatext_skip(const char *s) {
  if (s[0] == '-' && s[1] == '-') return skip_comment(s);
  if (*s == '"' || *s == '\'') return skip_quoted(s);
  if (*s == '[' && skip_long(s) != s) return skip_long(s);
  if (s[0] == '=' && s[1] == '=') return s + 2;
  if (!is_name(*s)) return s + 1;
  while (is_name(*s)) s++;
  return s;
}

/* The first token at or after `s`. */
static const char *next_token(const char *s) {
  while (*s && luatext_is_blank(s)) s = luatext_skip(s);
  return s;
}

static bool is_word(const char *s, const char *word) {
  size_t n = strlen(word);
  return strncmp(s, word, n) == 0 && !is_name(s[n]);
}

/* ---- Tables ---------------------------------------------------------------------------------- */

/* The '{' of the table that the file returns, or NULL. */
static const char *find_table(const char *text) {
  const char *found = NULL;
  size_t depth = 0;
  for (const char *s = next_token(text); *s; s = next_token(luatext_skip(s))) {
    if (*s == '{') depth++;
    if (*s == '}') depth--;
    if (depth || !is_word(s, "return")) continue;
    const char *value = next_token(luatext_skip(s));
    found = *value == '{' ? value : NULL;
  }
  return found;
}

/* Just after the '=' of a field that begins at `s`, with its key; NULL if it has none. */
static const char *read_key(const char *s, const char **key, size_t *n) {
  const char *end = luatext_skip(s);
  *key = s;
  if (*s == '[' && skip_long(s) == s) {
    s = next_token(end);
    if (*s != '"' && *s != '\'') return NULL;
    *key = s + 1;
    end = skip_quoted(s);
    *n = (size_t)(end - s) - 2;
    s = next_token(end);
    if (*s != ']') return NULL;
    end = s + 1;
  } else if (is_name(*s)) *n = (size_t)(end - s);
  else return NULL;
  s = next_token(end);
  return s[0] == '=' && s[1] != '=' ? s + 1 : NULL;
}

/* The ',', ';' or '}' behind the value that begins at `s`. */
static const char *skip_value(const char *s) {
  size_t depth = 0;
  for (; *s; s = next_token(luatext_skip(s))) {
    if (depth == 0 && strchr(",;}", *s)) return s;
    bool is_long = *s == '[' && skip_long(s) != s;
    if (strchr("([{", *s) && !is_long) depth++;
    if (strchr(")]}", *s)) depth--;
  }
  return s;
}

static bool is_key(const char *key, size_t n, const char *name) {
  size_t wanted = strlen(name);
  if (n == wanted + 1 && key[n - 1] == '+') n--;
  return n == wanted && strncmp(key, name, n) == 0;
}

/* The field `name` of the table that begins at `s`: its first byte and its value's; NULL if it is
 * not there.  The last one counts, as in Lua. */
static const char *find_field(const char *s, const char *name, const char **value) {
  const char *found = NULL, *key;
  size_t n;
  for (s = next_token(s + 1); *s && *s != '}';) {
    const char *after = read_key(s, &key, &n);
    if (after && is_key(key, n, name)) {
      found = s;
      *value = next_token(after);
    }
    s = skip_value(after ? next_token(after) : s);
    if (*s && *s != '}') s = next_token(s + 1);
  }
  return found;
}

static int line_of(const char *text, const char *at) {
  int line = 1;
  for (const char *p = text; p < at; p++) line += *p == '\n';
  return line;
}

/* Is there a field of this key in the table that begins at `s`, before `end`? */
static bool has_before(const char *s, const char *end, const char *key, size_t n) {
  const char *other;
  size_t length;
  for (s = next_token(s + 1); s < end;) {
    const char *after = read_key(s, &other, &length);
    if (after && length == n && strncmp(other, key, n) == 0) return true;
    s = skip_value(after ? next_token(after) : s);
    if (s < end) s = next_token(s + 1);
  }
  return false;
}

/* The field that comes twice in the table that begins at `table`, or in one of its tables; NULL. */
static const char *find_twice(const char *table, Bytes *name) {
  const char *key;
  size_t n;
  for (const char *s = next_token(table + 1); *s && *s != '}';) {
    const char *after = read_key(s, &key, &n), *value = after ? next_token(after) : s;
    if (after && has_before(table, s, key, n)) {
      bytes_append(name, key, n);
      return s;
    }
    const char *inside = *value == '{' ? find_twice(value, name) : NULL;
    if (inside) return inside;
    s = skip_value(value);
    if (*s && *s != '}') s = next_token(s + 1);
  }
  return NULL;
}

int luatext_twice(const char *text, Bytes *name) {
  const char *table = find_table(text), *at = table ? find_twice(table, name) : NULL;
  return at ? line_of(text, at) : 0;
}

int luatext_line(const char *text, const Strings *keys, size_t *found) {
  const char *table = find_table(text), *at = NULL;
  size_t n = 0;
  while (table && *table == '{' && n < keys->n) {
    const char *field = find_field(table, keys->at[n], &table);
    if (field == NULL) break;
    at = field;
    n++;
  }
  if (found) *found = n;
  return at ? line_of(text, at) : 0;
}
