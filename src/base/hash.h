/* hash.h -- the hash functions.
 *
 * Two of them decide what a program can see: the order in which `next` visits a table follows from
 * hash_text and hash_double, so these are the reference's functions, bit for bit.  hash_bytes is
 * ours alone: it spreads long strings over the string table, where no order shows.          */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/common.h"

/* Texts shorter than this are hashed whole by hash_text; from here on it samples. */
#define HASH_SAMPLED_LEN 32

/* The visible hash of a string: samples at most 32 bytes, from the end. */
static inline uint32_t hash_text(const char *s, size_t len) {
  uint32_t h = (uint32_t)len;
  size_t step = (len >> 5) + 1;
  for (size_t i = len; i >= step; i -= step)
    h ^= (h << 5) + (h >> 2) + (uint8_t)s[i - 1];
  return h;
}

/* The visible hash of a number: the sum of its two halves.  Zero of either sign gives 0. */
static inline uint32_t hash_double(double n) {
  uint64_t bits;
  if (n == 0) return 0;
  __builtin_memcpy(&bits, &n, sizeof bits);
  return (uint32_t)bits + (uint32_t)(bits >> 32);
}

/* A full hash of `len` bytes, mixed with `seed`. */
uint32_t hash_bytes(const char *s, size_t len, uint32_t seed);

#endif
