/* test_str.c -- one text, one address: interning, revival, growth, order, cheap floods. */
#include "object/str.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "gc/gc.h"
#include "gc/heapcheck.h"
#include "heap/throw.h"
#include "support/harness.h"

static void equal_texts_are_one_object(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    size_t len;
  } rows[] = {{"", 0},     {"a", 1},   {"\0", 1}, {"\0\0", 2}, {"a\0b", 3}, {"a\0c", 3},
              {"\xFF", 1}, {"end", 3}, {"function", 8},
              {"a text that is longer than what the sampling hash sees whole", 60}};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  TString *made[ROWS(rows)];
  for (size_t i = 0; i < ROWS(rows); i++) {
    char copy[64];
    memcpy(copy, rows[i].text, rows[i].len);
    made[i] = str_intern(L, copy, rows[i].len);
    assert_int_equal(made[i]->len, rows[i].len);
    assert_memory_equal(made[i]->data, rows[i].text, rows[i].len);
    assert_int_equal(made[i]->data[rows[i].len], '\0');
    assert_int_equal(made[i]->hash, hash_text(rows[i].text, rows[i].len));
    for (size_t k = 0; k < i; k++) assert_ptr_not_equal(made[k], made[i]);
  }
  for (size_t i = 0; i < ROWS(rows); i++)
    assert_ptr_equal(str_intern(L, rows[i].text, rows[i].len), made[i]);
  heap_check(L);
  test_close(L, &heap);
}

static void the_text_may_be_part_of_another_string(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const TString *whole = str_literal(L, "abcdef");
  const TString *part = str_intern(L, whole->data + 1, 3);
  assert_string_equal(part->data, "bcd");
  assert_ptr_equal(str_intern(L, whole->data, whole->len), whole);
  test_close(L, &heap);
}

/* Brings the collector to the sweep of strings, with `text` dead in its bucket. */
static const TString *kill(lua_State *L, const char *text) {
  const TString *s = str_from_c(L, text);
  gc_begin_full(L);
  while (G(L)->gc_phase == GC_PROPAGATE) {
    ptrdiff_t one = 1;
    gc_work(L, &one);
  }
  assert_int_equal(G(L)->gc_phase, GC_SWEEP_STRINGS);
  assert_true(heap_is_dead(G(L), OBJ(s)));
  return s;
}

static void a_dead_text_that_is_wanted_again_lives(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  const TString *s = kill(L, "soon forgotten");
  const uint32_t n = G(L)->strings.nstrings;
  assert_ptr_equal(str_from_c(L, "soon forgotten"), s);
  assert_false(heap_is_dead(G(L), OBJ(s)));
  assert_int_equal(G(L)->strings.nstrings, n);
  lua_pushliteral(L, "soon forgotten");
  gc_settle(L);
  heap_check(L);
  assert_string_equal(lua_tostring(L, -1), "soon forgotten");
  test_close(L, &heap);
}

static void a_dead_text_that_nobody_wants_goes(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  const size_t bytes = heap.live_bytes;
  const uint32_t n = G(L)->strings.nstrings;
  kill(L, "soon forgotten");
  gc_settle(L);
  assert_int_equal(G(L)->strings.nstrings, n);
  assert_int_equal(heap.live_bytes, bytes);
  test_close(L, &heap);
}

static void intern_numbered(lua_State *L, int i) {
  char text[32];
  snprintf(text, sizeof text, "string number %d", i);
  lua_pushstring(L, text);
}

static void the_table_doubles_when_strings_outnumber_buckets(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const StringTable *st = &G(L)->strings;
  lua_gc(L, LUA_GCSTOP, 0);
  assert_int_equal(st->nbuckets, 32); /* also where it begins with 2 (variant internal) */
  lua_newtable(L);
  for (int i = 1; i <= 3000; i++) {
    const int before = st->nbuckets;
    intern_numbered(L, i);
    lua_rawseti(L, 1, i);
    assert_true(st->nstrings <= (uint32_t)st->nbuckets);
    assert_true(st->nbuckets == before ||
                (st->nbuckets == 2 * before && st->nstrings == (uint32_t)before + 1));
  }
  assert_int_equal(st->nbuckets, 4096);
  heap_check(L);
  test_close(L, &heap);
}

static void the_table_halves_once_a_cycle_when_it_is_nearly_empty(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const StringTable *st = &G(L)->strings;
  lua_gc(L, LUA_GCSTOP, 0);
  for (int i = 1; i <= 3000; i++) {
    intern_numbered(L, i);
    lua_pop(L, 1);
  }
  int expected = st->nbuckets;
  for (int cycle = 0; cycle < 12; cycle++) {
    lua_gc(L, LUA_GCCOLLECT, 0);
    if (st->nstrings < (uint32_t)expected / 4 && expected > 2 * MIN_STRING_BUCKETS) expected /= 2;
    assert_int_equal(st->nbuckets, expected);
  }
  assert_true(st->nbuckets <= 128);
  heap_check(L);
  test_close(L, &heap);
}

static void the_table_is_not_rebuilt_while_its_buckets_are_swept(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  kill(L, "some text");
  const int before = G(L)->strings.nbuckets;
  for (int i = 0; i < 200; i++) intern_numbered(L, i), lua_pop(L, 1);
  assert_int_equal(G(L)->strings.nbuckets, before);
  gc_settle(L);
  intern_numbered(L, 201); /* the next one after the sweep makes up for it */
  assert_true(G(L)->strings.nbuckets > before);
  heap_check(L);
  test_close(L, &heap);
}

static uint32_t longest_chain(lua_State *L) {
  uint32_t longest = 0;
  for (int i = 0; i < G(L)->strings.nbuckets; i++) {
    uint32_t n = 0;
    for (const TString *s = G(L)->strings.bucket[i]; s != NULL; s = (const TString *)s->next) n++;
    if (n > longest) longest = n;
  }
  return longest;
}

/* The visible hash samples every 65th byte of these; with it all 8000 would share a bucket. */
static void long_texts_that_differ_in_unsampled_bytes_share_no_bucket(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  static char text[2048];
  memset(text, 'x', sizeof text);
  uint32_t hash = 0;
  for (unsigned i = 0; i < 8000; i++) {
    for (unsigned digit = 0, rest = i; digit < 13; digit++, rest /= 2)
      text[100 + digit] = rest % 2 ? 'a' : 'b';
    const TString *s = str_intern(L, text, sizeof text);
    if (i == 0) hash = s->hash;
    assert_int_equal(s->hash, hash);
  }
  assert_true(longest_chain(L) < 16);
  test_close(L, &heap);
}

static void only_long_texts_have_a_bucket_of_their_own_choice(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  char text[HASH_SAMPLED_LEN + 1];
  memset(text, 'q', sizeof text);
  const TString *brief = str_intern(L, text, HASH_SAMPLED_LEN - 1);
  assert_int_equal(brief->bucket_hash, brief->hash);
  const TString *lengthy = str_intern(L, text, HASH_SAMPLED_LEN);
  assert_int_equal(lengthy->bucket_hash, hash_bytes(text, HASH_SAMPLED_LEN, G(L)->hash_seed));
  test_close(L, &heap);
}

static void fixed_texts_outlive_every_collection(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  TString *s = str_literal(L, "kept for ever");
  str_fix(s);
  for (int i = 0; i < 3; i++) lua_gc(L, LUA_GCCOLLECT, 0);
  assert_ptr_equal(str_literal(L, "kept for ever"), s);
  assert_string_equal(s->data, "kept for ever");
  test_close(L, &heap);
}

static void order_is_that_of_the_bytes_in_the_c_locale_with_nuls(void **unused) {
  (void)unused;
  setlocale(LC_COLLATE, "C");
  static const struct {
    const char *text;
    size_t len;
  } ascending[] = {{"", 0},       {"\0", 1},     {"\0\0", 2},   {"\0a", 2},  {"a", 1},
                   {"a\0", 2},    {"a\0\0", 3},  {"a\0b", 3},   {"a\0c", 3}, {"aa", 2},
                   {"alo\0alo", 7}, {"alo\0alo\0", 8}, {"b", 1}, {"\x7F", 1}, {"\x80", 1},
                   {"\xFF", 1}};
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  lua_gc(L, LUA_GCSTOP, 0);
  for (size_t i = 0; i < ROWS(ascending); i++)
    for (size_t k = 0; k < ROWS(ascending); k++) {
      const int order = str_compare(str_intern(L, ascending[i].text, ascending[i].len),
                                    str_intern(L, ascending[k].text, ascending[k].len));
      assert_int_equal(order, i < k ? -1 : i > k);
    }
  test_close(L, &heap);
}

static void intern_too_long(lua_State *L, void *text) {
  str_intern(L, text, (size_t)MAX_STRING_LEN + 1);
}

static void too_long_a_text_is_a_lack_of_memory(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  char never_read = 'x';
  assert_int_equal(throw_run(L, intern_too_long, &never_read), LUA_ERRMEM);
  test_close(L, &heap);
}

static void intern_many(lua_State *L, void *unused) {
  (void)unused;
  for (int i = 0; i < 100; i++) intern_numbered(L, i), lua_pop(L, 1);
  str_light(L, (void *)(uintptr_t)UINT64_C(0xFFFF000000000001));
}

static void every_failed_allocation_leaves_the_table_whole(void **unused) {
  (void)unused;
  int status = LUA_ERRMEM;
  size_t n = 0;
  while (status == LUA_ERRMEM) {
    TestHeap heap = {0};
    lua_State *L = test_state(&heap);
    lua_gc(L, LUA_GCSTOP, 0);
    heap.fail_at = heap.calls + ++n;
    status = throw_run(L, intern_many, NULL);
    heap.fail_at = 0;
    heap_check(L);
    assert_int_equal(throw_run(L, intern_many, NULL), 0);
    heap_check(L);
    test_close(L, &heap);
  }
  assert_true(n > 100); /* the texts, and each doubling of the table */
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(equal_texts_are_one_object),
    cmocka_unit_test(the_text_may_be_part_of_another_string),
    cmocka_unit_test(a_dead_text_that_is_wanted_again_lives),
    cmocka_unit_test(a_dead_text_that_nobody_wants_goes),
    cmocka_unit_test(the_table_doubles_when_strings_outnumber_buckets),
    cmocka_unit_test(the_table_halves_once_a_cycle_when_it_is_nearly_empty),
    cmocka_unit_test(the_table_is_not_rebuilt_while_its_buckets_are_swept),
    cmocka_unit_test(long_texts_that_differ_in_unsampled_bytes_share_no_bucket),
    cmocka_unit_test(only_long_texts_have_a_bucket_of_their_own_choice),
    cmocka_unit_test(fixed_texts_outlive_every_collection),
    cmocka_unit_test(order_is_that_of_the_bytes_in_the_c_locale_with_nuls),
    cmocka_unit_test(too_long_a_text_is_a_lack_of_memory),
    cmocka_unit_test(every_failed_allocation_leaves_the_table_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
