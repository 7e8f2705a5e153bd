/* select.c -- why this file exists: one small language says which cases are meant. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "case/select.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"

typedef enum Kind {
  ASK_ID, ASK_TITLE, ASK_FILE, ASK_TAG, ASK_MANUAL, ASK_CHANNEL, ASK_NEED, ASK_MODE,
  NOT, AND, OR
} Kind;

static const char *const asks[] = {
  "id", "title", "file", "tag", "manual", "channel", "need", "mode"
};
enum { ASKS = sizeof asks / sizeof asks[0] };

/* In the order of the bits of Need. */
static const char *const need_names[] = {"process", "shell", "tmp", "libs", "locale-pt_BR"};
enum { NEEDS = sizeof need_names / sizeof need_names[0] };

struct Filter {
  Kind kind;
  Filter *left, *right;
  char *word;            /* a word or a pattern; NULL for a regular expression */
  pcre2_code *regex;
};

typedef struct Reader {
  const char *text, *at;
  Diag *why;
} Reader;

static Filter *read_filter(Reader *r);

static void *fail(Reader *r, const char *what) {
  int column = (int)(r->at - r->text) + 1;
  diag_set(r->why, EXIT_USAGE, "filter '%s', column %d: %s", r->text, column, what);
  return NULL;
}

static void skip_blanks(Reader *r) {
  while (isspace((unsigned char)*r->at)) r->at++;
}

static Filter *new_node(Kind kind, Filter *left, Filter *right) {
  Filter *f = mem_zero(sizeof *f);
  f->kind = kind;
  f->left = left;
  f->right = right;
  return f;
}

void filter_free(Filter *f) {
  if (f == NULL) return;
  filter_free(f->left);
  filter_free(f->right);
  pcre2_code_free(f->regex);
  free(f->word);
  free(f);
}

/* `/regex/` at r->at. */
static bool read_regex(Reader *r, Filter *f) {
  Bytes pattern = {0};
  const char *p = r->at + 1;
  for (; *p && *p != '/'; p++) {
    if (p[0] == '\\' && p[1]) {
      if (p[1] != '/') bytes_putc(&pattern, '\\');
      p++;
    }
    bytes_putc(&pattern, *p);
  }
  int error = 0;
  PCRE2_SIZE offset = 0;
  if (*p == '/') {
    PCRE2_SPTR text = (PCRE2_SPTR)bytes_text(&pattern);
    f->regex = pcre2_compile(text, pattern.len, 0, &error, &offset, NULL);
  }
  bytes_free(&pattern);
  if (f->regex) {
    r->at = p + 1;
    return true;
  }
  char message[160] = "a regular expression without its end";
  if (*p == '/') pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof message);
  return fail(r, message) != NULL;
}

static bool is_need(const char *word) {
  for (unsigned i = 0; i < NEEDS; i++) {
    if (path_match(word, need_names[i])) return true;
  }
  return false;
}

/* `name(argument)` at r->at. */
static Filter *read_ask(Reader *r) {
  size_t n = 0;
  while (isalpha((unsigned char)r->at[n])) n++;
  int kind = 0;
  while (kind < ASKS && !(strlen(asks[kind]) == n && strncmp(asks[kind], r->at, n) == 0)) kind++;
  if (kind == ASKS) {
    return fail(r, "id, title, file, tag, manual, channel, need or mode is expected");
  }
  r->at += n;
  if (*r->at != '(') return fail(r, "'(' is expected");
  r->at++;
  skip_blanks(r);
  Filter *f = new_node((Kind)kind, NULL, NULL);
  bool ok = true;
  if (*r->at == '/') ok = read_regex(r, f);
  else {
    n = strcspn(r->at, ") \t");
    f->word = mem_substring(r->at, n);
    if (n == 0) ok = fail(r, "an argument is expected") != NULL;
    if (ok && kind == ASK_CHANNEL && channel_find(f->word, n) < 0) {
      ok = fail(r, "no such channel") != NULL;
    }
    if (ok && kind == ASK_NEED && !is_need(f->word)) ok = fail(r, "no such need") != NULL;
    r->at += ok ? n : 0;
  }
  skip_blanks(r);
  if (ok && *r->at != ')') ok = fail(r, "')' is expected") != NULL;
  if (ok) {
    r->at++;
    return f;
  }
  filter_free(f);
  return NULL;
}

static Filter *read_factor(Reader *r) {
  skip_blanks(r);
  if (*r->at == '!') {
    r->at++;
    Filter *inner = read_factor(r);
    return inner ? new_node(NOT, inner, NULL) : NULL;
  }
  if (*r->at != '(') return read_ask(r);
  r->at++;
  Filter *inner = read_filter(r);
  if (inner == NULL) return NULL;
  if (*r->at != ')') {
    filter_free(inner);
    return fail(r, "')' is expected");
  }
  r->at++;
  return inner;
}

/* factors joined by `sign`: the tighter level if `next` is read_factor. */
static Filter *read_joined(Reader *r, char sign, Kind kind, Filter *(*next)(Reader *)) {
  Filter *left = next(r);
  for (skip_blanks(r); left && *r->at == sign; skip_blanks(r)) {
    r->at++;
    Filter *right = next(r);
    if (right == NULL) {
      filter_free(left);
      return NULL;
    }
    left = new_node(kind, left, right);
  }
  return left;
}

static Filter *read_term(Reader *r) {
  return read_joined(r, '&', AND, read_factor);
}

static Filter *read_filter(Reader *r) {
  return read_joined(r, '|', OR, read_term);
}

Filter *filter_parse(const char *text, Diag *why) {
  Reader r = {text, text, why};
  Filter *f = read_filter(&r);
  if (f && *r.at) {
    filter_free(f);
    return fail(&r, "'&', '|' or the end is expected");
  }
  return f;
}

static bool says(const Filter *f, const char *text) {
  if (f->regex) {
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int found = pcre2_match(f->regex, (PCRE2_SPTR)text, strlen(text), 0, 0, data, NULL);
    pcre2_match_data_free(data);
    return found >= 0;
  }
  return strcmp(f->word, text) == 0 || path_match(f->word, text);
}

static bool any_says(const Filter *f, const Strings *list) {
  for (size_t i = 0; i < list->n; i++) {
    if (says(f, list->at[i])) return true;
  }
  return false;
}

const char *filter_unknown_tag(const Filter *f, const Strings *known) {
  if (f == NULL) return NULL;
  if (f->kind == ASK_TAG) return f->word == NULL || any_says(f, known) ? NULL : f->word;
  const char *word = filter_unknown_tag(f->left, known);
  return word ? word : filter_unknown_tag(f->right, known);
}

static bool section_says(const Filter *f, const char *manual) {
  if (f->regex) return says(f, manual);
  size_t n = strlen(f->word);
  bool below = strncmp(manual, f->word, n) == 0 && strchr(". ", manual[n]) != NULL;
  return below || says(f, manual);
}

static bool need_says(const Filter *f, unsigned needs) {
  for (unsigned i = 0; i < NEEDS; i++) {
    if ((needs & 1u << i) && says(f, need_names[i])) return true;
  }
  return false;
}

static bool channel_says(const Filter *f, unsigned channels) {
  for (int i = 0; i < CHANNEL_COUNT; i++) {
    if ((channels & CHANNEL_BIT(i)) && says(f, channel_name((Channel)i))) return true;
  }
  return false;
}

bool filter_accepts(const Filter *f, const Case *item, const char *mode) {
  switch (f->kind) {
    case ASK_ID: return says(f, item->id) || says(f, item->name);
    case ASK_TITLE: return says(f, item->title);
    case ASK_FILE: return says(f, item->path);
    case ASK_TAG: return any_says(f, &item->tags);
    case ASK_MANUAL: return section_says(f, item->manual);
    case ASK_CHANNEL: return channel_says(f, item->channels);
    case ASK_NEED: return need_says(f, item->needs);
    case ASK_MODE: return says(f, mode);
    case NOT: return !filter_accepts(f->left, item, mode);
    case AND: return filter_accepts(f->left, item, mode) && filter_accepts(f->right, item, mode);
    case OR: return filter_accepts(f->left, item, mode) || filter_accepts(f->right, item, mode);
  }
  return false;
}
