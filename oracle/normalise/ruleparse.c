/* ruleparse.c -- why this file exists: a rule may hide a difference, so nothing about it is guessed:
 * every line is understood, every example is run, or the file is refused. */
#include "normalise/ruleparse.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

#define EXAMPLES_LEAST 2   /* of each kind */

typedef struct Reader {
  Rules *rules;
  Rule *rule;            /* being read, NULL before the first */
  const char *path;
  int line;
  Diag *why;
} Reader;

__attribute__((format(printf, 3, 4)))
static bool wrong(Reader *r, int line, const char *format, ...) {
  char text[sizeof r->why->text / 2];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return diag_set(r->why, EXIT_USAGE, "%s:%d: %s", r->path, line, text);
}

static bool once(Reader *r, bool given, const char *key) {
  return !given || wrong(r, r->line, "'%s' is given twice", key);
}

/* ---- Keys ----------------------------------------------------------------------------------- */

static bool read_why(Reader *r, const char *value) {
  if (!once(r, r->rule->why, "why")) return false;
  r->rule->why = mem_string(value);
  return true;
}

static bool read_channels(Reader *r, const char *value) {
  if (!once(r, r->rule->channels, "channels")) return false;
  Strings words = {0};
  bool ok = true;
  words_split_list(value, &words);
  for (size_t i = 0; ok && i < words.n; i++) {
    int channel = channel_find(words.at[i], strlen(words.at[i]));
    if (channel < 0) ok = wrong(r, r->line, "unknown channel '%s'", words.at[i]);
    else if (channel == CHANNEL_EXIT || channel == CHANNEL_BYTECODE || channel == CHANNEL_MEMORY) {
      ok = wrong(r, r->line, "channel '%s' is never rewritten", words.at[i]);
    } else r->rule->channels |= CHANNEL_BIT(channel);
  }
  strings_free(&words);
  return ok;
}

static bool read_tags(Reader *r, const char *value) {
  if (!once(r, r->rule->tags.n, "tags")) return false;
  words_split_list(value, &r->rule->tags);
  return true;
}

static bool read_varies(Reader *r, const char *value) {
  if (!once(r, r->rule->varies, "varies")) return false;
  r->rule->varies = strcmp(value, "world") == 0;
  return r->rule->varies || wrong(r, r->line, "varies: 'world' is all that can be said");
}

/* Without machine code matching is only slower.  Valgrind, which shows itself by what it preloads,
 * would complain about code that reads a vector at a time. */
static bool may_compile(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  return preloaded == NULL || strstr(preloaded, "vgpreload") == NULL;
}

static bool read_match(Reader *r, const char *value) {
  int error;
  PCRE2_SIZE offset;
  if (!once(r, r->rule->code, "match")) return false;
  r->rule->match = mem_string(value);
  r->rule->code = pcre2_compile((PCRE2_SPTR)value, PCRE2_ZERO_TERMINATED,
                                PCRE2_MULTILINE | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C,
                                &error, &offset, NULL);
  if (r->rule->code == NULL) {
    PCRE2_UCHAR message[120];
    pcre2_get_error_message(error, message, sizeof message);
    return wrong(r, r->line, "match: %s, at character %zu", (char *)message, (size_t)offset + 1);
  }
  if (may_compile()) pcre2_jit_compile(r->rule->code, PCRE2_JIT_COMPLETE);
  r->rule->data = pcre2_match_data_create_from_pattern(r->rule->code, NULL);
  return true;
}

static Piece *add_piece(Rule *rule, PieceKind kind) {
  rule->pieces = mem_resize(rule->pieces, (rule->npieces + 1) * sizeof *rule->pieces);
  Piece *piece = &rule->pieces[rule->npieces++];
  *piece = (Piece){.kind = kind};
  return piece;
}

static void add_text(Rule *rule, char c) {
  Piece *last = rule->npieces ? &rule->pieces[rule->npieces - 1] : NULL;
  if (last == NULL || last->kind != PIECE_TEXT) last = add_piece(rule, PIECE_TEXT);
  bytes_putc(&last->text, c);
}

/* "$1: @{n}": groups $0 to $9, $$ for a dollar, {n} for the ordinal, the rest as it is. */
static bool read_write(Reader *r, const char *value) {
  if (!once(r, r->rule->npieces, "write")) return false;
  for (const char *p = value; *p; p++) {
    if (p[0] == '$' && isdigit((unsigned char)p[1])) {
      add_piece(r->rule, PIECE_GROUP)->group = (uint32_t)(*++p - '0');
    } else if (strncmp(p, "{n}", 3) == 0) {
      add_piece(r->rule, PIECE_ORDINAL);
      p += 2;
    } else {
      if (p[0] == '$' && *++p != '$') return wrong(r, r->line, "write: '$' needs a digit or '$'");
      add_text(r->rule, *p);
    }
  }
  return true;
}

static bool read_example(Reader *r, const char *value, bool keeps) {
  Rule *rule = r->rule;
  const char *arrow = keeps ? NULL : strstr(value, " => ");
  if (rule->nexamples == RULE_EXAMPLES_MOST) {
    return wrong(r, r->line, "more than %d examples", RULE_EXAMPLES_MOST);
  }
  if (!keeps && !arrow) return wrong(r, r->line, "hides: 'TEXT => WHAT IS LEFT' is wanted");
  Example *example = &rule->examples[rule->nexamples++];
  *example = (Example){.keeps = keeps, .line = r->line};
  size_t n = keeps ? strlen(value) : (size_t)(arrow - value);
  bytes_append_unescaped(&example->text, value, n);
  if (keeps) example->result = bytes_copy(&example->text);
  else bytes_append_unescaped(&example->result, arrow + 4, strlen(arrow + 4));
  return true;
}

static bool read_hides(Reader *r, const char *value) {
  return read_example(r, value, false);
}

static bool read_keeps(Reader *r, const char *value) {
  return read_example(r, value, true);
}

/* ---- A whole rule --------------------------------------------------------------------------- */

static bool run_example(Reader *r, const Example *example) {
  RuleMemory memory = {0};
  Bytes result = {0}, shown = {0};
  bool ok = true;
  rule_rewrite(r->rule, r->rules->n, bytes_text(&example->text), example->text.len, &result,
               &memory);
  if (!bytes_equal(&result, &example->result)) {
    bytes_append_escaped(&shown, bytes_text(&result), result.len);
    ok = wrong(r, example->line, "rule '%s' makes of this example: %s", r->rule->id,
               bytes_text(&shown));
  } else if (!example->keeps && bytes_equal(&example->text, &example->result)) {
    ok = wrong(r, example->line, "this example hides nothing");
  }
  bytes_free(&result);
  bytes_free(&shown);
  rule_memory_free(&memory);
  return ok;
}

static bool check_groups(Reader *r) {
  uint32_t ngroups = 0;
  pcre2_pattern_info(r->rule->code, PCRE2_INFO_CAPTURECOUNT, &ngroups);
  for (size_t i = 0; i < r->rule->npieces; i++) {
    const Piece *piece = &r->rule->pieces[i];
    if (piece->kind == PIECE_GROUP && piece->group > ngroups) {
      return wrong(r, r->rule->line, "write: match has no group %u", piece->group);
    }
  }
  return true;
}

/* A pattern that matches the empty string would match everywhere and hide nothing. */
static bool check_not_empty(Reader *r) {
  uint32_t empty = 0;
  pcre2_pattern_info(r->rule->code, PCRE2_INFO_MATCHEMPTY, &empty);
  return !empty || wrong(r, r->rule->line, "match: can match the empty string");
}

static bool finish_rule(Reader *r) {
  Rule *rule = r->rule;
  size_t nkeeps = 0;
  if (rule == NULL) return true;
  const char *missing = !rule->why ? "why" : !rule->channels ? "channels" : !rule->code ? "match" :
                        !rule->npieces ? "write" : NULL;
  if (missing) return wrong(r, rule->line, "rule '%s' has no '%s'", rule->id, missing);
  if (!check_groups(r) || !check_not_empty(r)) return false;
  for (size_t i = 0; i < rule->nexamples; i++) {
    nkeeps += rule->examples[i].keeps;
    if (!run_example(r, &rule->examples[i])) return false;
  }
  if (nkeeps < EXAMPLES_LEAST || rule->nexamples - nkeeps < EXAMPLES_LEAST) {
    return wrong(r, rule->line, "rule '%s' needs at least %d 'hides' and %d 'keeps'", rule->id,
                 EXAMPLES_LEAST, EXAMPLES_LEAST);
  }
  r->rules->at[r->rules->n++] = rule;
  r->rule = NULL;
  return true;
}

static bool start_rule(Reader *r, const char *value) {
  if (!finish_rule(r)) return false;
  if (r->rules->n == RULES_MOST) {
    return wrong(r, r->line, "more than %d rules: make the cases deterministic", RULES_MOST);
  }
  for (size_t i = 0; i < r->rules->n; i++) {
    if (strcmp(r->rules->at[i]->id, value) == 0) return wrong(r, r->line, "second rule '%s'",
                                                              value);
  }
  r->rule = mem_zero(sizeof *r->rule);
  r->rule->id = mem_string(value);
  r->rule->line = r->line;
  return true;
}

static const struct { const char *key; bool (*read)(Reader *, const char *); } keys[] = {
  {"rule", start_rule}, {"why", read_why}, {"channels", read_channels}, {"tags", read_tags},
  {"varies", read_varies},
  {"match", read_match}, {"write", read_write}, {"hides", read_hides}, {"keeps", read_keeps},
};

/* "key   value": the value begins after the blanks and goes to the end of the line. */
static bool read_line(Reader *r, char *line) {
  char *value = line + strcspn(line, " \t");
  char *rest = value + strspn(value, " \t");
  *value = '\0';
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (strcmp(keys[i].key, line) != 0) continue;
    if (*rest == '\0') return wrong(r, r->line, "'%s' has no value", line);
    if (r->rule == NULL && i > 0) return wrong(r, r->line, "'%s' before the first 'rule'", line);
    return keys[i].read(r, rest);
  }
  return wrong(r, r->line, "unknown key '%s'", line);
}

bool rules_parse(Rules *rules, const char *path, const Bytes *content, Diag *why) {
  Reader reader = {rules, NULL, path, 0, why};
  const char *p = bytes_text(content), *end = p + content->len;
  bool ok = true;
  while (ok && p < end) {
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    size_t n = (size_t)((newline ? newline : end) - p);
    char *line = mem_substring(p, n);
    reader.line++;
    if (memchr(line, '\0', n)) ok = wrong(&reader, reader.line, "a NUL byte");
    else if (line[0] && line[0] != '#') ok = read_line(&reader, line);
    free(line);
    p += n + 1;
  }
  ok = ok && finish_rule(&reader);
  if (reader.rule) rule_free(reader.rule);
  return ok;
}

void rule_free(Rule *rule) {
  for (size_t i = 0; i < rule->npieces; i++) bytes_free(&rule->pieces[i].text);
  for (size_t i = 0; i < rule->nexamples; i++) {
    bytes_free(&rule->examples[i].text);
    bytes_free(&rule->examples[i].result);
  }
  free(rule->pieces);
  strings_free(&rule->tags);
  pcre2_match_data_free(rule->data);
  pcre2_code_free(rule->code);
  free(rule->id);
  free(rule->why);
  free(rule->match);
  free(rule);
}
