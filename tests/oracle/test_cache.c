/* test_cache.c -- passes are remembered over runs, failures never, and damage is dropped. */
#include "run/cache.h"

#include <unistd.h>

#include "folder.h"
#include "seen.h"

static const char file[] = "cache";

static void open_cache(Cache *c) {
  Diag why = {0};
  if (!cache_open(c, folder, &why)) fail_msg("%s", diag_text(&why));
}

/* A cache file with `n` passes of the keys 1..n; its content. */
static Bytes written(uint64_t n) {
  Cache c;
  Diag why = {0};
  Bytes content = {0};
  unlink(file);
  open_cache(&c);
  for (uint64_t key = 1; key <= n; key++) cache_add(&c, key, VERDICT_SAME_RULES, key * 3);
  assert_true(cache_flush(&c, &why));
  cache_close(&c);
  assert_true(path_read(file, &content, &why));
  return content;
}

static uint64_t count_found(uint64_t n) {
  Cache c;
  VerdictKind kind;
  uint64_t rules, found = 0;
  open_cache(&c);
  for (uint64_t key = 1; key <= n; key++) {
    if (!cache_find(&c, key, &kind, &rules)) continue;
    assert_true(kind == VERDICT_SAME_RULES && rules == key * 3);
    found++;
  }
  assert_false(cache_find(&c, n + 1, &kind, &rules));
  cache_close(&c);
  return found;
}

static void passes_are_found_in_the_next_run(void **unused) {
  (void)unused;
  Bytes content = written(5000);
  assert_int_equal(content.len, 5000 * sizeof(CacheEntry));
  assert_int_equal(count_found(5000), 5000);
  bytes_free(&content);
}

static void only_passes_are_kept(void **unused) {
  (void)unused;
  unlink(file);
  Cache c;
  Diag why = {0};
  VerdictKind kind;
  uint64_t rules;
  open_cache(&c);
  for (int k = 0; k < VERDICT_COUNT; k++) {
    cache_add(&c, (uint64_t)k + 1, (VerdictKind)k, 0);
    bool kept = cache_find(&c, (uint64_t)k + 1, &kind, &rules);
    assert_int_equal(kept, verdict_class((VerdictKind)k) == CLASS_PASS);
  }
  assert_true(cache_flush(&c, &why));
  cache_close(&c);
}

static void any_damaged_byte_drops_its_entry_and_the_tail(void **unused) {
  (void)unused;
  Bytes good = written(4);
  Diag why = {0};
  for (size_t i = 0; i < good.len; i++) {
    Bytes bad = bytes_copy(&good), now = {0};
    bad.data[i] ^= 0x10;
    assert_true(path_write(file, bad.data, bad.len, &why));
    assert_int_equal(count_found(4), i / sizeof(CacheEntry));
    assert_true(path_read(file, &now, &why));
    assert_int_equal(now.len, i / sizeof(CacheEntry) * sizeof(CacheEntry));
    bytes_free(&now);
    bytes_free(&bad);
  }
  bytes_free(&good);
}

static void a_cut_file_is_used_up_to_the_cut_and_goes_on(void **unused) {
  (void)unused;
  Bytes good = written(4);
  Diag why = {0};
  for (size_t n = 0; n <= good.len; n++) {
    assert_true(path_write(file, good.data, n, &why));
    Cache c;
    open_cache(&c);
    cache_add(&c, 4, VERDICT_SAME_RULES, 12);
    assert_true(cache_flush(&c, &why));
    cache_close(&c);
    uint64_t whole = n / sizeof(CacheEntry);
    assert_int_equal(count_found(4), whole + (whole < 4));
  }
  bytes_free(&good);
}

static void add_and_flush(Cache *c, uint64_t key) {
  Diag why = {0};
  cache_add(c, key, VERDICT_SAME_RULES, key * 3);
  if (!cache_flush(c, &why)) fail_msg("%s", why.text);
}

static void two_runs_at_a_time_lose_nothing(void **unused) {
  (void)unused;
  Cache a, b;
  unlink(file);
  open_cache(&a);
  open_cache(&b);
  add_and_flush(&a, 1);
  add_and_flush(&b, 2);
  add_and_flush(&a, 3);
  /* A third one dies while it writes. */
  FILE *f = fopen(file, "a");
  assert_int_equal(fwrite("torn", 1, 4, f), 4);
  fclose(f);
  add_and_flush(&b, 4);
  cache_close(&a);
  cache_close(&b);
  assert_int_equal(count_found(4), 4);
}

static void only_what_lies_in_the_case_is_kept(void **unused) {
  (void)unused;
  Case item = plain_case();
  Mode mode = {.name = "m"};
  assert_true(cache_covers(&mode, &item));
  mode.conditions.npreloads = 1;
  assert_false(cache_covers(&mode, &item));
  mode.conditions.npreloads = 0;
  mode.conditions.nmounts = 1;
  assert_false(cache_covers(&mode, &item));
  mode.conditions.nmounts = 0;
  item.needs = NEED_LIBS;
  assert_false(cache_covers(&mode, &item));
  item.needs = NEED_SHELL;
  assert_true(cache_covers(&mode, &item));
  item.plain = true;
  assert_false(cache_covers(&mode, &item));
}

static void counting_changes_nothing(void **unused) {
  (void)unused;
  Bytes good = written(4), now = {0};
  Diag why = {0};
  size_t entries, damaged;
  char *folder_of_it = path_folder(file);
  assert_true(cache_count(folder_of_it, &entries, &damaged, &why));
  assert_int_equal(entries, 4);
  assert_int_equal(damaged, 0);
  good.data[2 * sizeof(CacheEntry)] ^= 1;
  assert_true(path_write(file, good.data, good.len - 1, &why));
  assert_true(cache_count(folder_of_it, &entries, &damaged, &why));
  assert_int_equal(entries, 2);
  assert_int_equal(damaged, 2 * sizeof(CacheEntry) - 1);
  assert_true(path_read(file, &now, &why));
  assert_int_equal(now.len, good.len - 1);
  assert_true(cache_count("/nowhere", &entries, &damaged, &why) && entries + damaged == 0);
  free(folder_of_it);
  bytes_free(&now);
  bytes_free(&good);
}

static void what_cannot_be_opened_is_told(void **unused) {
  (void)unused;
  Cache c;
  Diag why = {0};
  unlink(file);
  assert_true(path_make_folder(file, &why));
  assert_false(cache_open(&c, folder, &why));
  assert_int_equal(why.status, EXIT_INFRA);
  cache_close(&c);
  assert_int_equal(rmdir(file), 0);
}

static void a_key_is_of_case_builds_and_mode(void **unused) {
  (void)unused;
  Case item = plain_case();
  char builds[2][41] = {"a", "b"}, turned[2][41] = {"b", "a"};
  uint64_t key = cache_key(&item, builds, 1);
  assert_true(key != 0 && key == cache_key(&item, builds, 1));
  assert_true(key != cache_key(&item, builds, 2) && key != cache_key(&item, turned, 1));
  item.hash = 1;
  assert_true(key != cache_key(&item, builds, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(passes_are_found_in_the_next_run),
    cmocka_unit_test(only_passes_are_kept),
    cmocka_unit_test(any_damaged_byte_drops_its_entry_and_the_tail),
    cmocka_unit_test(counting_changes_nothing),
    cmocka_unit_test(a_cut_file_is_used_up_to_the_cut_and_goes_on),
    cmocka_unit_test(two_runs_at_a_time_lose_nothing),
    cmocka_unit_test(only_what_lies_in_the_case_is_kept),
    cmocka_unit_test(what_cannot_be_opened_is_told),
    cmocka_unit_test(a_key_is_of_case_builds_and_mode),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
