/* mask.c -- why this file exists: what is not determined need not be known beforehand; the reference
 * shows it when it is asked again in another world. */
#include "compare/mask.h"

#include <ctype.h>
#include <string.h>

typedef enum Shape { SHAPE_FIXED, SHAPE_ADDRESS, SHAPE_NUMBER, SHAPE_MIXED } Shape;

typedef struct Word { const char *at; size_t len; } Word;

static bool is_word_byte(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

/* The next word from *at on: letters, digits and '_', or one other byte.  False at the end. */
static bool next_word(const Bytes *text, size_t *at, Word *word) {
  if (*at >= text->len) return false;
  word->at = text->data + *at;
  word->len = 1;
  if (is_word_byte(*word->at)) {
    while (*at + word->len < text->len && is_word_byte(word->at[word->len])) word->len++;
  }
  *at += word->len;
  return true;
}

static bool same(const Word *a, const Word *b) {
  return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static bool all(const char *p, size_t n, int (*is)(int)) {
  for (size_t i = 0; i < n; i++) {
    if (!is((unsigned char)p[i])) return false;
  }
  return true;
}

static Shape shape_of(const Word *w) {
  if (w->len > 2 && w->at[0] == '0' && w->at[1] == 'x' && all(w->at + 2, w->len - 2, isxdigit)) {
    return SHAPE_ADDRESS;
  }
  if (all(w->at, w->len, isdigit)) return SHAPE_NUMBER;
  for (size_t i = 0; i < w->len; i++) {
    if (isdigit((unsigned char)w->at[i])) return SHAPE_MIXED;
  }
  return SHAPE_FIXED;
}

static bool same_shape(const Word *a, const Word *b, const Word *c) {
  Shape shape = shape_of(a);
  return shape != SHAPE_FIXED && shape_of(b) == shape && shape_of(c) == shape;
}

bool mask_hides(const Bytes *ref, const Bytes *perturbed, const Bytes *cand, Bytes *ranges) {
  size_t i = 0, j = 0, k = 0;
  Word a, b, c;
  Bytes found = {0};
  bool hidden = true;
  while (hidden && next_word(ref, &i, &a)) {
    hidden = next_word(perturbed, &j, &b) && next_word(cand, &k, &c);
    if (!hidden) break;
    if (same(&a, &b)) hidden = same(&a, &c);
    else if (same_shape(&a, &b, &c)) {
      bytes_printf(&found, "%s%zu-%zu", found.len ? " " : "", i - a.len, i - 1);
    } else hidden = false;
  }
  hidden = hidden && j == perturbed->len && k == cand->len && found.len > 0;
  if (hidden) bytes_append(ranges, found.data, found.len);
  bytes_free(&found);
  return hidden;
}
