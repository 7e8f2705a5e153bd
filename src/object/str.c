/* str.c -- the string table: one TString for each text in use.
 *
 * Short texts are found by the hash that tables use as well.  That hash looks at 32 bytes of a long
 * text only, so texts of HASH_SAMPLED_LEN bytes or more get a full, seeded one for the string table,
 * where no order can be seen: thousands of long strings that differ in unsampled bytes stay cheap. */
#include "object/str.h"

#include <limits.h>

#include "base/hash.h"
#include "heap/throw.h"

void str_resize_table(lua_State *L, int nbuckets) {
  global_State *g = G(L);
  StringTable *st = &g->strings;
  if (g->gc_phase == GC_SWEEP_STRINGS) return; /* the sweep walks the buckets by number */
  TString **fresh = MEM_NEW_ARRAY(L, (size_t)nbuckets, TString *);
  memset(fresh, 0, (size_t)nbuckets * sizeof *fresh);
  for (int i = 0; i < st->nbuckets; i++) {
    for (TString *s = st->bucket[i], *next; s != NULL; s = next) {
      TString **home = &fresh[s->bucket_hash & (uint32_t)(nbuckets - 1)];
      next = (TString *)s->next;
      s->next = OBJ(*home);
      *home = s;
    }
  }
  MEM_FREE_ARRAY(L, st->bucket, st->nbuckets, TString *);
  st->bucket = fresh;
  st->nbuckets = nbuckets;
}

static uint32_t bucket_hash_of(const lua_State *L, const char *s, size_t len, uint32_t hash) {
  return len < HASH_SAMPLED_LEN ? hash : hash_bytes(s, len, G(L)->hash_seed);
}

static inline bool is_same(const TString *t, const char *s, size_t len, uint32_t bucket_hash,
                           uint8_t kind) {
  return t->bucket_hash == bucket_hash && t->len == len && memcmp(t->data, s, len) == 0 &&
         t->tt == kind;
}

static inline TString *found(const global_State *g, TString *t) {
  if (heap_is_dead(g, OBJ(t))) t->marked ^= MARK_WHITES; /* not swept yet: lives again */
  return t;
}

/* Looks from `t` on.  Short texts can be made for one bucket, so that is work (include/lua_limits.h). */
static NOINLINE TString *find_from(const lua_State *L, TString *t, const char *s, size_t len,
                                   uint32_t bucket_hash, uint8_t kind) {
  unsigned passed = 0;
  for (; t != NULL && !is_same(t, s, len, bucket_hash, kind); t = (TString *)t->next) passed++;
  if (unlikely(passed >= CROWD)) fuel_spend(L, passed);
  return t != NULL ? found(G(L), t) : NULL;
}

/* The interned object of `kind` with this text, or NULL: nearly always one of the first four. */
static ALWAYS_INLINE TString *find(const lua_State *L, const char *s, size_t len,
                                   uint32_t bucket_hash, uint8_t kind) {
  const StringTable *st = &G(L)->strings;
  TString *t = st->bucket[bucket_hash & (uint32_t)(st->nbuckets - 1)];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    if (t == NULL) return NULL;
    if (is_same(t, s, len, bucket_hash, kind)) return found(G(L), t);
    t = (TString *)t->next;
  }
  return find_from(L, t, s, len, bucket_hash, kind);
}

/* Make `t`, whose text is written, known. */
static TString *publish(lua_State *L, TString *t, uint32_t hash, uint32_t bucket_hash,
                        uint8_t kind) {
  StringTable *st = &G(L)->strings;
  t->tt = kind;
  t->marked = heap_white(G(L));
  t->reserved = 0;
  t->event = 0;
  t->hash = hash;
  t->bucket_hash = bucket_hash;
  t->data[t->len] = '\0';
  TString **home = &st->bucket[bucket_hash & (uint32_t)(st->nbuckets - 1)];
  t->next = OBJ(*home);
  *home = t;
  if (++st->nstrings > (uint32_t)st->nbuckets && st->nbuckets <= INT_MAX / 2)
    str_resize_table(L, st->nbuckets * 2);
  return t;
}

TString *str_begin(lua_State *L, size_t len) {
  if (unlikely(len > MAX_STRING_LEN)) throw_memory(L);
  TString *t = mem_new(L, string_size(len));
  t->len = (uint32_t)len;
  return t;
}

static TString *intern(lua_State *L, const char *s, size_t len, uint32_t hash,
                       uint32_t bucket_hash, uint8_t kind) {
  TString *t = find(L, s, len, bucket_hash, kind);
  if (t != NULL) return t;
  t = str_begin(L, len);
  memcpy(t->data, s, len);
  return publish(L, t, hash, bucket_hash, kind);
}

TString *str_intern(lua_State *L, const char *s, size_t len) {
  if (unlikely(len > MAX_STRING_LEN)) throw_memory(L);
  const uint32_t hash = hash_text(s, len);
  return intern(L, s, len, hash, bucket_hash_of(L, s, len, hash), OBJ_STRING);
}

TString *str_finish(lua_State *L, TString *t) {
  const uint32_t hash = hash_text(t->data, t->len);
  const uint32_t bucket_hash = bucket_hash_of(L, t->data, t->len, hash);
  TString *same = find(L, t->data, t->len, bucket_hash, OBJ_STRING);
  if (same == NULL) return publish(L, t, hash, bucket_hash, OBJ_STRING);
  mem_free(L, t, string_size(t->len));
  return same;
}

TValue str_light(lua_State *L, void *p) {
  uint64_t address = (uint64_t)(uintptr_t)p;
  if (likely((address & ~VAL_PAYLOAD) == 0)) return (TValue){.bits = VAL_LIGHT_TAG | address};
  const char *bytes = (const char *)&p;
  uint32_t bucket_hash = hash_bytes(bytes, sizeof p, G(L)->hash_seed);
  return val_tagged(intern(L, bytes, sizeof p, (uint32_t)address, bucket_hash, OBJ_BIGPTR),
                    OBJ_BIGPTR);
}

int str_compare(const TString *a, const TString *b) {
  const char *s = a->data, *t = b->data;
  size_t left_s = a->len, left_t = b->len;
  for (;;) { /* piece by piece between NULs, as strcoll() ends at one */
    int order = strcoll(s, t);
    if (order != 0) return order < 0 ? -1 : 1;
    size_t piece = strlen(s);
    if (piece == left_t) return piece == left_s ? 0 : 1;
    if (piece == left_s) return -1;
    piece++;
    s += piece;
    left_s -= piece;
    t += piece;
    left_t -= piece;
  }
}
