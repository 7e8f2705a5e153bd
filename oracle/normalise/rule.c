/* rule.c -- why this file exists: it applies rules to text and remembers which object is which. */
#include "normalise/rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "normalise/ruleparse.h"

/* ---- Ordinals: a table of (rule, text of the match) -> number from 1 ------------------------ */

typedef struct Key { uint32_t rule, ordinal, len; } Key;   /* then `len` bytes; packed by memcpy */

static Key key_at(const RuleMemory *m, uint32_t offset) {
  Key key;
  memcpy(&key, m->keys.data + offset, sizeof key);
  return key;
}

static uint64_t key_hash(uint32_t rule, const char *text, size_t n) {
  return bytes_hash(text, n, rule);
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *find_slot(const RuleMemory *m, uint32_t rule, const char *text, size_t n) {
  size_t i = key_hash(rule, text, n) & (m->nslots - 1);
  for (; m->slots[i]; i = (i + 1) & (m->nslots - 1)) {
    Key key = key_at(m, m->slots[i] - 1);
    const char *bytes = m->keys.data + m->slots[i] - 1 + sizeof key;
    if (key.rule == rule && key.len == n && memcmp(bytes, text, n) == 0) break;
  }
  return &m->slots[i];
}

static void grow(RuleMemory *m) {
  uint32_t *old = m->slots;
  size_t nold = m->nslots;
  m->nslots = nold ? nold * 2 : 64;
  m->slots = mem_zero(m->nslots * sizeof *m->slots);
  for (size_t i = 0; i < nold; i++) {
    if (old[i] == 0) continue;
    Key key = key_at(m, old[i] - 1);
    *find_slot(m, key.rule, m->keys.data + old[i] - 1 + sizeof key, key.len) = old[i];
  }
  free(old);
}

static uint32_t ordinal_of(RuleMemory *m, size_t rule, const char *text, size_t n) {
  if (m->nkeys * 2 >= m->nslots) grow(m);
  uint32_t *slot = find_slot(m, (uint32_t)rule, text, n);
  if (*slot) return key_at(m, *slot - 1).ordinal;
  Key key = {(uint32_t)rule, ++m->used[rule], (uint32_t)n};
  *slot = (uint32_t)m->keys.len + 1;
  bytes_append(&m->keys, &key, sizeof key);
  bytes_append(&m->keys, text, n);
  m->nkeys++;
  return key.ordinal;
}

void rule_memory_free(RuleMemory *memory) {
  bytes_free(&memory->keys);
  free(memory->slots);
  *memory = (RuleMemory){0};
}

/* ---- Application ---------------------------------------------------------------------------- */

static void append_replacement(const Rule *rule, size_t index, const char *text,
                               const PCRE2_SIZE *span, uint32_t nspans, Bytes *to,
                               RuleMemory *memory) {
  for (size_t i = 0; i < rule->npieces; i++) {
    const Piece *piece = &rule->pieces[i];
    if (piece->kind == PIECE_TEXT) bytes_append(to, piece->text.data, piece->text.len);
    else if (piece->kind == PIECE_ORDINAL) {
      bytes_printf(to, "%u", ordinal_of(memory, index, text + span[0], span[1] - span[0]));
    } else if (piece->group < nspans && span[2 * piece->group] != PCRE2_UNSET) {
      const PCRE2_SIZE *group = span + 2 * piece->group;
      bytes_append(to, text + group[0], group[1] - group[0]);
    }
  }
}

bool rule_rewrite(const Rule *rule, size_t index, const char *text, size_t n, Bytes *result,
                  RuleMemory *memory) {
  const PCRE2_SIZE *span = pcre2_get_ovector_pointer(rule->data);
  size_t done = 0, start = 0;
  int found;
  while ((found = pcre2_match(rule->code, (PCRE2_SPTR)text, n, start, 0, rule->data, NULL)) > 0) {
    bytes_append(result, text + done, span[0] - done);
    append_replacement(rule, index, text, span, (uint32_t)found, result, memory);
    start = done = span[1];
  }
  bool changed = done > 0 && !(result->len == done && memcmp(result->data, text, done) == 0);
  bytes_append(result, text + done, n - done);
  return changed;
}

Rules rules_unproven(const Rules *rules, uint64_t *left_out) {
  Rules few = {.n = 0};
  *left_out = 0;
  for (size_t i = 0; i < rules->n; i++) {
    if (rules->at[i]->varies) *left_out |= (uint64_t)1 << i;
    else few.at[few.n++] = rules->at[i];
  }
  return few;
}

static bool applies(const Rule *rule, Channel channel, const Strings *tags) {
  bool allowed = rule->tags.n == 0;
  for (size_t i = 0; tags && !allowed && i < rule->tags.n; i++) {
    allowed = strings_has(tags, rule->tags.at[i]);
  }
  return allowed && (rule->channels & CHANNEL_BIT(channel));
}

void rules_apply(const Rules *rules, Channel channel, const Strings *tags, const Bytes *raw,
                 Bytes *result, RuleMemory *memory, uint64_t *fired) {
  Bytes rewritten = {0};
  bytes_clear(result);
  bytes_append(result, raw->data, raw->len);
  for (size_t i = 0; i < rules->n; i++) {
    if (raw->len == 0 || !applies(rules->at[i], channel, tags)) continue;
    bytes_clear(&rewritten);
    if (!rule_rewrite(rules->at[i], i, result->data, result->len, &rewritten, memory)) continue;
    *fired |= UINT64_C(1) << i;
    Bytes swapped = *result;
    *result = rewritten;
    rewritten = swapped;
  }
  bytes_free(&rewritten);
}

const char *rule_id(const Rules *rules, size_t i) {
  return rules->at[i]->id;
}

const char *rule_why(const Rules *rules, size_t i) {
  return rules->at[i]->why;
}

/* ---- Reading -------------------------------------------------------------------------------- */

static bool load_file(void *rules, const char *path, const Bytes *content, Diag *why) {
  return rules_parse(rules, path, content, why);
}

static bool hash_file(void *hash, const char *path, const Bytes *content, Diag *why) {
  (void)path;
  (void)why;
  uint64_t *h = hash;
  *h = bytes_hash(bytes_text(content), content->len, *h);
  return true;
}

typedef bool FileVisitor(void *context, const char *path, const Bytes *content, Diag *why);

/* Calls `each` for the file `path`, or for every *.rules of that folder; how many there were. */
static bool visit_files(const char *path, FileVisitor *each, void *context, size_t *n, Diag *why) {
  Strings files = {0};
  bool is_folder = path_is_folder(path), ok = true;
  if (is_folder) ok = path_walk(path, &files, why);
  else strings_add(&files, path);
  *n = 0;
  for (size_t i = 0; ok && i < files.n; i++) {
    if (is_folder && !path_match("*.rules", path_base(files.at[i]))) continue;
    Bytes content = {0};
    ok = path_read(files.at[i], &content, why) && each(context, files.at[i], &content, why);
    bytes_free(&content);
    ++*n;
  }
  strings_free(&files);
  return ok;
}

bool rules_load(Rules *rules, const char *path, Diag *why) {
  size_t files;
  *rules = (Rules){0};
  bool ok = visit_files(path, load_file, rules, &files, why);
  if (ok && rules->n == 0 && path_is_folder(path)) {
    ok = diag_set(why, EXIT_USAGE, "%s: no rule in this folder", path);
  }
  if (!ok) rules_free(rules);
  return ok;
}

bool rules_identify(const char *path, uint64_t *hash, Diag *why) {
  size_t files;
  *hash = 0;
  bool ok = visit_files(path, hash_file, hash, &files, why);
  *hash = bytes_hash(&files, sizeof files, *hash);
  return ok;
}

void rules_free(Rules *rules) {
  for (size_t i = 0; i < rules->n; i++) rule_free(rules->at[i]);
  *rules = (Rules){0};
}
