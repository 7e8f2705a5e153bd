/* hash.c -- the full hash of long strings: every byte counts, eight at a time. */
#include "base/hash.h"

static inline uint64_t fold_multiply(uint64_t a, uint64_t b) {
  __uint128_t product = (__uint128_t)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint32_t hash_bytes(const char *s, size_t len, uint32_t seed) {
  const uint64_t k0 = 0x9E3779B97F4A7C15u, k1 = 0xD1B54A32D192ED03u;
  uint64_t h = seed ^ (len * k0), a, b;
  size_t left = len;
  for (; left >= 16; left -= 16, s += 16) {
    __builtin_memcpy(&a, s, 8);
    __builtin_memcpy(&b, s + 8, 8);
    h = fold_multiply(a ^ k0, b ^ h);
  }
  a = b = 0;
  if (left >= 8) {
    __builtin_memcpy(&a, s, 8);
    s += 8;
    left -= 8;
  }
  __builtin_memcpy(&b, s, left);
  h = fold_multiply(a ^ k1, b ^ h);
  h = fold_multiply(h ^ k0, k1);
  return (uint32_t)(h ^ (h >> 32));
}
