/* test_hash.c -- the visible hashes are the reference's, bit for bit; ours sees every byte. */
#include "base/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/harness.h"

static void short_texts_have_the_known_hashes(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    uint32_t hash;
  } rows[] = {{"", 0}, {"a", 128}, {"abc", 198887}};
  for (size_t i = 0; i < ROWS(rows); i++)
    assert_int_equal(hash_text(rows[i].text, strlen(rows[i].text)), rows[i].hash);
}

/* The bytes that count: the last one, and backwards in steps of len/32 + 1, whole steps only. */
static bool is_sampled(size_t len, size_t at) {
  const size_t step = len / 32 + 1;
  return (len - 1 - at) % step == 0 && at + 1 >= step;
}

static void exactly_the_sampled_bytes_change_the_hash(void **unused) {
  (void)unused;
  static const size_t lengths[] = {1, 2, 31, 32, 33, 63, 64, 65, 100, 1000, 4096};
  for (size_t l = 0; l < ROWS(lengths); l++) {
    const size_t len = lengths[l];
    char *text = malloc(len);
    memset(text, 'x', len);
    const uint32_t before = hash_text(text, len);
    size_t sampled = 0;
    for (size_t at = 0; at < len; at++) {
      text[at] = 'y';
      assert_int_equal(hash_text(text, len) != before, is_sampled(len, at));
      sampled += is_sampled(len, at);
      text[at] = 'x';
    }
    assert_true(sampled <= 32);
    assert_true(len >= HASH_SAMPLED_LEN || sampled == len);
    free(text);
  }
}

static void the_length_counts_and_bytes_are_unsigned(void **unused) {
  (void)unused;
  assert_int_not_equal(hash_text("\0", 1), hash_text("\0\0", 2));
  /* h = 1 ^ ((1 << 5) + (1 >> 2) + 255) */
  assert_int_equal(hash_text("\xFF", 1), 1 ^ (32 + 255));
}

static void numbers_are_hashed_by_the_sum_of_their_halves(void **unused) {
  (void)unused;
  static const struct {
    double n;
    uint32_t hash;
  } rows[] = {
    {0.0, 0},          {-0.0, 0},         {1.0, 0x3FF00000}, {-1.0, 0xBFF00000},
    {2.0, 0x40000000}, {0.5, 0x3FE00000}, {0.1, 0x3FB99999u + 0x9999999Au},
    {INFINITY, 0x7FF00000},
  };
  for (size_t i = 0; i < ROWS(rows); i++) assert_int_equal(hash_double(rows[i].n), rows[i].hash);
}

static void the_full_hash_sees_every_byte_the_length_and_the_seed(void **unused) {
  (void)unused;
  static const size_t lengths[] = {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 200};
  for (size_t l = 0; l < ROWS(lengths); l++) {
    const size_t len = lengths[l];
    char text[256] = {0};
    const uint32_t before = hash_bytes(text, len, 7);
    assert_int_not_equal(hash_bytes(text, len + 1, 7), before);
    assert_int_not_equal(hash_bytes(text, len, 8), before);
    for (size_t at = 0; at < len; at++) {
      text[at] = 1;
      assert_int_not_equal(hash_bytes(text, len, 7), before);
      text[at] = 0;
    }
  }
}

static void the_full_hash_depends_on_nothing_else(void **unused) {
  (void)unused;
  char text[] = "the same text at any address and before any neighbour, again and again";
  char copy[sizeof text + 8];
  for (size_t shift = 0; shift < 8; shift++) {
    memset(copy, (int)shift, sizeof copy);
    memcpy(copy + shift, text, 50);
    assert_int_equal(hash_bytes(copy + shift, 50, 1), hash_bytes(text, 50, 1));
  }
}

/* With 4096 buckets and as many keys a good hash fills 63 % of them and no chain beyond about 8. */
static void the_full_hash_spreads_texts_that_differ_little(void **unused) {
  (void)unused;
  static unsigned count[4096];
  char text[64] = {0};
  unsigned used = 0, longest = 0;
  for (unsigned i = 0; i < ROWS(count); i++) {
    memcpy(text + 20, &i, sizeof i);
    const unsigned bucket = hash_bytes(text, sizeof text, 1) & (ROWS(count) - 1);
    if (count[bucket]++ == 0) used++;
    if (count[bucket] > longest) longest = count[bucket];
  }
  assert_true(used > 2400);
  assert_true(longest < 12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(short_texts_have_the_known_hashes),
    cmocka_unit_test(exactly_the_sampled_bytes_change_the_hash),
    cmocka_unit_test(the_length_counts_and_bytes_are_unsigned),
    cmocka_unit_test(numbers_are_hashed_by_the_sum_of_their_halves),
    cmocka_unit_test(the_full_hash_sees_every_byte_the_length_and_the_seed),
    cmocka_unit_test(the_full_hash_depends_on_nothing_else),
    cmocka_unit_test(the_full_hash_spreads_texts_that_differ_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
