/* parse.c -- why this file exists: it reads case files, strictly. */
#include "case/parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/words.h"
#include "case/directive.h"

/* A line of the file, without its newline. */
typedef struct Line { const char *s; size_t n; } Line;

typedef struct Parser {
  const char *path;
  const Strings *tags;
  Line *lines;
  size_t n;
  Diag *why;
} Parser;

static bool fail(Parser *p, size_t line) {
  return diag_wrap(p->why, "%s:%zu", p->path, line + 1);
}

#define FAIL(p, line, ...) (diag_set((p)->why, EXIT_USAGE, __VA_ARGS__), fail(p, line))

static void cut_lines(Parser *p, const Bytes *text) {
  const char *s = bytes_text(text), *end = s + text->len;
  size_t cap = 0;
  for (;;) {
    const char *newline = memchr(s, '\n', (size_t)(end - s));
    const char *stop = newline ? newline : end;
    if (p->n == cap) {
      cap = cap ? cap * 2 : 256;
      p->lines = mem_resize(p->lines, cap * sizeof *p->lines);
    }
    p->lines[p->n++] = (Line){s, (size_t)(stop - s)};
    if (newline == NULL) return;
    s = newline + 1;
  }
}

/* Lines that become C strings must not be cut by a NUL without a word. */
static bool has_nul(Parser *p, size_t at) {
  if (memchr(p->lines[at].s, '\0', p->lines[at].n) == NULL) return false;
  FAIL(p, at, "a NUL in a line that is not the chunk's");
  return true;
}

static bool begins(Line line, const char *prefix) {
  size_t n = strlen(prefix);
  return line.n >= n && memcmp(line.s, prefix, n) == 0;
}

static bool is_blank(Line line) {
  for (size_t i = 0; i < line.n; i++) {
    if (!isspace((unsigned char)line.s[i])) return false;
  }
  return true;
}

/* The bytes of lines[from..to): blank lines at the end only separate, one newline is kept. */
static Bytes content(const Parser *p, size_t from, size_t to, bool noeol) {
  Bytes text = {0};
  while (to > from && is_blank(p->lines[to - 1])) to--;
  for (size_t i = from; i < to; i++) {
    bytes_append(&text, p->lines[i].s, p->lines[i].n);
    if (i + 1 < to || !noeol) bytes_putc(&text, '\n');
  }
  return text;
}

static char *trimmed(const char *s, size_t n) {
  while (n && isspace((unsigned char)*s)) s++, n--;
  while (n && isspace((unsigned char)s[n - 1])) n--;
  return mem_substring(s, n);
}

/* Applies the `--@ key: value` lines from `at` on; *after is the first other line. */
static bool read_directives(Parser *p, Head *head, size_t at, size_t end, size_t *after) {
  for (; at < end && begins(p->lines[at], "--@"); at++) {
    Line line = p->lines[at];
    if (has_nul(p, at)) return false;
    const char *s = line.s + 3 + (line.n > 3 && line.s[3] == ' ');
    const char *stop = line.s + line.n, *colon = s;
    while (colon < stop && (isalnum((unsigned char)*colon) || *colon == '_')) colon++;
    if (colon == s || colon == stop || *colon != ':') {
      return FAIL(p, at, "a directive is '--@ key: value'");
    }
    char *key = mem_substring(s, (size_t)(colon - s));
    char *value = trimmed(colon + 1, (size_t)(stop - colon - 1));
    bool ok = directive_apply(head, key, value, p->why);
    free(key);
    free(value);
    if (!ok) return fail(p, at);
  }
  *after = at;
  return true;
}

static Case *new_case(Parser *p, size_t line, const char *name) {
  Case *item = mem_zero(sizeof *item);
  item->path = p->path;
  item->line = (int)line + 1;
  item->name = mem_string(name);
  item->title = mem_string("");
  item->manual = mem_string("");
  item->origin = mem_string("");
  item->known = mem_string("");
  item->script = mem_string("case.lua");
  item->folder = mem_string("");
  item->channels = CHANNELS_ALL;
  item->expect_exit = -1;
  item->id = *name ? mem_format("%s#%s", p->path, name) : mem_string(p->path);
  return item;
}

/* The rules that only a whole case can break. */
static bool finish(Case *item, Diag *why) {
  if (!item->has_chunk && !item->has_cli && !item->borrows) {
    return diag_set(why, EXIT_USAGE, "empty case");
  }
  if (item->borrows && (item->has_chunk || item->has_cli)) {
    return diag_set(why, EXIT_USAGE, "'script' excludes 'cli' and a chunk");
  }
  if (item->has_cli && item->args.n) {
    return diag_set(why, EXIT_USAGE, "'cli' and 'args' exclude each other");
  }
  if (item->expect_trouble && !item->has_out && item->says.len == 0) {
    return diag_set(why, EXIT_USAGE,
                    "a case on which the reference fails needs '--- out' or 'says': "
                    "the right answer");
  }
  if (item->title[0] == '\0' && !item->plain) {
    if (strchr(item->name, '-') == NULL) {
      return diag_set(why, EXIT_USAGE,
                      "needs a title, or a name of several words: it is the case's claim");
    }
    free(item->title);
    item->title = mem_string(item->name);
    for (char *c = item->title; *c; c++) {
      if (*c == '-') *c = ' ';
    }
  }
  case_seal(item);
  return true;
}

/* ---- .cases files -------------------------------------------------------------------------- */

/* Words of a-z 0-9 . joined by '-'. */
static bool is_name(const char *s) {
  bool start = true;
  if (*s == '.') return false;
  for (; *s; s++) {
    if (*s == '-') {
      if (start) return false;
      start = true;
    } else {
      if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '.') return false;
      start = false;
    }
  }
  return !start;
}

/* `=== name #tag key=value`. */
static bool read_head(Parser *p, size_t at, Head *head) {
  Line line = p->lines[at];
  if (has_nul(p, at)) return false;
  char *text = mem_substring(line.s + 3, line.n - 3);
  Strings words = {0};
  bool ok = words_split_shell(text, &words) ||
            FAIL(p, at, "a quote without its end");
  if (ok && (words.n == 0 || !is_name(words.at[0]))) {
    ok = FAIL(p, at, "a case begins '=== name': words of a-z 0-9 . joined by '-'");
  }
  if (ok) head->item = new_case(p, at, words.at[0]);
  for (size_t i = 1; ok && i < words.n; i++) {
    char *word = words.at[i], *equals = strchr(word, '=');
    if (word[0] == '#') ok = directive_add_tag(head, word + 1, p->why);
    else if (equals == NULL) {
      ok = diag_set(p->why, EXIT_USAGE, "'%s' is neither #tag nor key=value", word);
    } else {
      *equals = '\0';
      ok = directive_apply(head, word, equals + 1, p->why);
    }
    if (!ok) fail(p, at);
  }
  strings_free(&words);
  free(text);
  return ok;
}

static bool is_file_name(const char *s) {
  bool start = true;
  for (const char *p = s; *p; p++) {
    if (*p == '/') {
      if (start) return false;
      start = true;
    } else {
      if (!isalnum((unsigned char)*p) && strchr("_.+-", *p) == NULL) return false;
      if (start && p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == '\0')) return false;
      start = false;
    }
  }
  return !start;
}

enum { SEEN_OUT = 1, SEEN_ERR = 2, SEEN_STDIN = 4, SEEN_CHUNK = 8 };

static bool add_file(Parser *p, size_t at, Case *item, const char *name, Bytes data) {
  for (size_t i = 0; i < item->nfiles; i++) {
    if (strcmp(item->files[i].name, name) == 0) return FAIL(p, at, "file '%s' given twice", name);
  }
  item->files = mem_resize(item->files, (item->nfiles + 1) * sizeof *item->files);
  item->files[item->nfiles++] = (CaseFile){mem_string(name), data};
  return true;
}

/* `--- out|err|stdin|chunk|file NAME [noeol]` at line `at`, its content up to `end`. */
static bool read_section(Parser *p, size_t at, size_t end, Case *item, unsigned *seen) {
  static const struct { const char *name; unsigned bit; } kinds[] = {
    {"out", SEEN_OUT}, {"err", SEEN_ERR}, {"stdin", SEEN_STDIN}, {"chunk", SEEN_CHUNK}
  };
  Line line = p->lines[at];
  if (has_nul(p, at)) return false;
  char *text = mem_substring(line.s + 4, line.n - 4);
  Strings words = {0};
  words_split_list(text, &words);
  bool noeol = words.n > 1 && strcmp(words.at[words.n - 1], "noeol") == 0;
  size_t count = words.n - noeol;
  Bytes data = content(p, at + 1, end, noeol), *to = NULL;
  bool ok = true;
  if (count == 2 && strcmp(words.at[0], "file") == 0 && is_file_name(words.at[1])) {
    ok = add_file(p, at, item, words.at[1], data);
    if (ok) data = (Bytes){0};
  } else {
    unsigned bit = 0;
    for (size_t i = 0; count == 1 && i < 4; i++) {
      if (strcmp(words.at[0], kinds[i].name) == 0) bit = kinds[i].bit;
    }
    if (bit == 0) ok = FAIL(p, at, "unknown section '--- %s'", text);
    else if (*seen & bit) ok = FAIL(p, at, "section '%s' given twice", words.at[0]);
    else if (bit == SEEN_CHUNK && data.len == 0) ok = FAIL(p, at, "empty chunk");
    *seen |= bit;
    to = bit == SEEN_OUT ? &item->out : bit == SEEN_ERR ? &item->err
       : bit == SEEN_STDIN ? &item->input : &item->chunk;
    if (ok) {
      bytes_free(to);
      *to = data;
      data = (Bytes){0};
      if (bit == SEEN_OUT) item->has_out = true;
      if (bit == SEEN_ERR) item->has_err = true;
      if (bit == SEEN_CHUNK) item->has_chunk = true;
    }
  }
  bytes_free(&data);
  strings_free(&words);
  free(text);
  return ok;
}

static bool read_body(Parser *p, size_t at, size_t end, Head *head) {
  Case *item = head->item;
  if (!read_directives(p, head, at, end, &at)) return false;
  size_t stop = at;
  for (; stop < end && !begins(p->lines[stop], "--- "); stop++) {
    if (begins(p->lines[stop], "--@")) return FAIL(p, stop, "a directive after the case's head");
  }
  unsigned seen = 0;
  item->chunk = content(p, at, stop, false);
  if (item->chunk.len) {
    item->has_chunk = true;
    seen = SEEN_CHUNK;
  }
  while (stop < end) {
    size_t next = stop + 1;
    while (next < end && !begins(p->lines[next], "--- ")) next++;
    if ((begins(p->lines[stop], "--- stdin")) && directive_was_given(head, "stdin")) {
      return FAIL(p, stop, "stdin given as directive and as section");
    }
    if (!read_section(p, stop, next, item, &seen)) return false;
    stop = next;
  }
  for (size_t i = 0; item->has_chunk && i < item->nfiles; i++) {
    if (strcmp(item->files[i].name, item->script) == 0) {
      return FAIL(p, (size_t)item->line - 1, "a file may not be named %s", item->script);
    }
  }
  return true;
}

static void list_add(CaseList *list, Case *item) {
  if (list->n == list->cap) {
    list->cap = list->cap ? list->cap * 2 : 64;
    list->at = mem_resize(list->at, list->cap * sizeof *list->at);
  }
  list->at[list->n++] = item;
}

static bool parse_multi(Parser *p, CaseList *list) {
  size_t at = 0, first = list->n;
  for (; at < p->n && !begins(p->lines[at], "==="); at++) {
    if (!is_blank(p->lines[at]) && !begins(p->lines[at], "#")) {
      return FAIL(p, at, "text before the first '===' (a comment begins with '#')");
    }
  }
  if (at == p->n) return FAIL(p, 0, "no case in this file");
  while (at < p->n) {
    size_t next = at + 1;
    while (next < p->n && !begins(p->lines[next], "===")) next++;
    Head head = {NULL, p->tags, 0};
    bool ok = read_head(p, at, &head);
    for (size_t i = first; ok && i < list->n; i++) {
      if (strcmp(list->at[i]->name, head.item->name) != 0) continue;
      ok = FAIL(p, at, "duplicate id '%s' (first at line %d)", head.item->name, list->at[i]->line);
    }
    if (ok) ok = read_body(p, at + 1, next, &head);
    if (ok && !finish(head.item, p->why)) {
      diag_wrap(p->why, "%s", head.item->name);
      ok = fail(p, at);
    }
    if (!ok) {
      if (head.item) case_free(head.item);
      return false;
    }
    list_add(list, head.item);
    at = next;
  }
  return true;
}

/* ---- .lua files ---------------------------------------------------------------------------- */

static bool parse_single(Parser *p, const Bytes *text, CaseList *list) {
  size_t start = begins(p->lines[0], "#"), after = start;
  Case *item = new_case(p, 0, "");
  Head head = {item, p->tags, 0};
  free(item->script);
  item->script = mem_string(path_base(p->path));
  item->chunk = bytes_copy(text);
  item->has_chunk = true;
  bool ok = read_directives(p, &head, start, p->n, &after);
  if (ok) item->plain = after == start;
  for (size_t i = after; ok && i < p->n; i++) {
    if (begins(p->lines[i], "--@")) ok = FAIL(p, i, "a directive after the head of the file");
  }
  size_t blank = 0;
  while (ok && blank < p->n && is_blank(p->lines[blank])) blank++;
  if (ok && blank == p->n) ok = FAIL(p, 0, "empty case");
  if (ok && !finish(item, p->why)) ok = fail(p, 0);
  if (ok) list_add(list, item);
  else case_free(item);
  return ok;
}

bool case_parse(const char *path, const Bytes *text, const Strings *tags, CaseList *list,
                Diag *why) {
  Parser p = {path, tags, NULL, 0, why};
  size_t before = list->n, length = strlen(path);
  bool multi = length > 6 && strcmp(path + length - 6, ".cases") == 0;
  cut_lines(&p, text);
  bool ok = multi ? parse_multi(&p, list) : parse_single(&p, text, list);
  if (!ok) {
    while (list->n > before) case_free(list->at[--list->n]);
  }
  free(p.lines);
  return ok;
}

Case *case_of_text(const char *name, const void *text, size_t n) {
  Parser p = {name, NULL, NULL, 0, NULL};
  Case *item = new_case(&p, 0, "");
  item->plain = true;
  item->has_chunk = true;
  bytes_append(&item->chunk, text, n);
  case_seal(item);
  return item;
}

/* ---- Life ---------------------------------------------------------------------------------- */

static uint64_t hash_text(uint64_t h, const void *s, size_t n) {
  uint64_t with_length[2] = {h, n};
  return bytes_hash(s, n, bytes_hash(with_length, sizeof with_length, 0));
}

static uint64_t hash_strings(uint64_t h, const Strings *list) {
  h = hash_text(h, &list->n, sizeof list->n);
  for (size_t i = 0; i < list->n; i++) h = hash_text(h, list->at[i], strlen(list->at[i]));
  return h;
}

static uint64_t hash_bytes(uint64_t h, const Bytes *b) {
  return hash_text(h, bytes_text(b), b->len);
}

void case_seal(Case *item) {
  uint64_t h = hash_bytes(0, &item->chunk);
  h = hash_bytes(h, &item->input);
  h = hash_bytes(h, &item->out);
  h = hash_bytes(h, &item->err);
  const Strings *lists[] = {&item->tags, &item->modes, &item->args, &item->cli, &item->env};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) h = hash_strings(h, lists[i]);
  h = hash_text(h, item->script, strlen(item->script));
  h = hash_text(h, item->known, strlen(item->known));
  h = hash_bytes(h, &item->says);
  for (size_t i = 0; i < item->nfiles; i++) {
    h = hash_text(h, item->files[i].name, strlen(item->files[i].name));
    h = hash_bytes(h, &item->files[i].data);
  }
  const uint64_t numbers[] = {
    item->channels, item->phase, item->needs, item->memory, item->fuel,
    (uint64_t)(item->seconds * 1e6), (uint64_t)item->expect_exit, item->expect_trouble,
    item->has_chunk, item->has_cli, item->has_out, item->has_err, item->plain, item->borrows
  };
  item->hash = hash_text(h, numbers, sizeof numbers);
}

void case_free(Case *item) {
  char *texts[] = {item->id, item->name, item->title, item->manual, item->origin, item->known,
                   item->folder, item->script};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) free(texts[i]);
  Strings *lists[] = {&item->tags, &item->modes, &item->args, &item->cli, &item->env};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) strings_free(lists[i]);
  for (size_t i = 0; i < item->nfiles; i++) {
    free(item->files[i].name);
    bytes_free(&item->files[i].data);
  }
  free(item->files);
  bytes_free(&item->chunk);
  bytes_free(&item->input);
  bytes_free(&item->out);
  bytes_free(&item->err);
  bytes_free(&item->says);
  free(item);
}

void case_list_free(CaseList *list) {
  for (size_t i = 0; i < list->n; i++) case_free(list->at[i]);
  free(list->at);
  *list = (CaseList){0};
}
