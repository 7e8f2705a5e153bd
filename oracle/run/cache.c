/* cache.c -- why this file exists: most cases of most runs cannot have changed. */
#include "run/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/path.h"

static uint32_t check_of(const CacheEntry *e) {
  const uint64_t parts[] = {e->key, e->rules, e->verdict};
  return (uint32_t)bytes_hash(parts, sizeof parts, 0xCAC4E);
}

static CacheEntry *slot_of(const Cache *c, uint64_t key) {
  size_t i = key & (c->nslots - 1);
  while (c->slots[i].key && c->slots[i].key != key) i = (i + 1) & (c->nslots - 1);
  return &c->slots[i];
}

static void insert(Cache *c, const CacheEntry *e) {
  if (c->used * 2 >= c->nslots) {
    Cache old = *c;
    c->nslots = c->nslots ? c->nslots * 2 : 1024;
    c->slots = mem_zero(c->nslots * sizeof *c->slots);
    for (size_t i = 0; i < old.nslots; i++) {
      if (old.slots[i].key) *slot_of(c, old.slots[i].key) = old.slots[i];
    }
    free(old.slots);
  }
  CacheEntry *slot = slot_of(c, e->key);
  c->used += slot->key == 0;
  *slot = *e;
}

/* The next entry of a file's content, at *at; false: there is none, or it is damaged. */
static bool take_entry(const Bytes *content, size_t *at, CacheEntry *e) {
  if (content->len - *at < sizeof *e) return false;
  memcpy(e, content->data + *at, sizeof *e);
  if (e->key == 0 || e->check != check_of(e) || e->verdict >= VERDICT_COUNT) return false;
  *at += sizeof *e;
  return true;
}

bool cache_count(const char *folder, size_t *entries, size_t *damaged, Diag *why) {
  char *path = path_join(folder, "cache");
  Bytes content = {0};
  CacheEntry e;
  size_t good = 0;
  bool ok = !path_exists(path) || path_read(path, &content, why);
  while (ok && take_entry(&content, &good, &e)) continue;
  *entries = good / sizeof e;
  *damaged = content.len - good;
  bytes_free(&content);
  free(path);
  return ok;
}

bool cache_open(Cache *c, const char *folder, Diag *why) {
  *c = (Cache){.fd = -1};
  if (!path_make_folder(folder, why)) return false;
  char *path = path_join(folder, "cache");
  Bytes content = {0};
  /* Locked, since what another run is just writing looks like damage. */
  c->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  bool ok = (c->fd >= 0 && flock(c->fd, LOCK_EX) == 0) || diag_errno(why, EXIT_INFRA, "%s", path);
  if (ok && !path_read(path, &content, why)) {
    ok = false;
    why->status = EXIT_INFRA;
  }
  size_t good = 0;
  CacheEntry e;
  while (ok && take_entry(&content, &good, &e)) insert(c, &e);
  if (ok && good < content.len && ftruncate(c->fd, (off_t)good) != 0) {
    ok = diag_errno(why, EXIT_INFRA, "%s", path);
  }
  if (c->fd >= 0) flock(c->fd, LOCK_UN);
  if (ok && c->nslots == 0) {
    c->nslots = 1024;
    c->slots = mem_zero(c->nslots * sizeof *c->slots);
  }
  bytes_free(&content);
  free(path);
  return ok;
}

bool cache_covers(const Mode *mode, const Case *item) {
  const Conditions *c = &mode->conditions;
  return !item->plain && !(item->needs & (NEED_LIBS | NEED_LOCALE)) && c->npreloads == 0 &&
         c->nmounts == 0 && c->folder == NULL && c->needs == 0;
}

/* Of this program, whose judgement was kept: another one may judge otherwise. */
static uint64_t hash_self(void) {
  static uint64_t hash;
  Bytes self = {0};
  Diag ignored = {0};
  if (hash == 0 && path_read("/proc/self/exe", &self, &ignored)) {
    hash = bytes_hash(self.data, self.len, 0);
  }
  bytes_free(&self);
  return hash;
}

uint64_t cache_key(const Case *item, const char builds[2][41], uint64_t settings) {
  const uint64_t parts[] = {
    item->hash, bytes_hash(builds[0], strlen(builds[0]), 0),
    bytes_hash(builds[1], strlen(builds[1]), 1), settings, hash_self()
  };
  uint64_t key = bytes_hash(parts, sizeof parts, 0);
  return key ? key : 1;
}

bool cache_find(const Cache *c, uint64_t key, VerdictKind *verdict, uint64_t *rules) {
  const CacheEntry *e = slot_of(c, key);
  if (e->key == 0) return false;
  *verdict = (VerdictKind)e->verdict;
  *rules = e->rules;
  return true;
}

void cache_add(Cache *c, uint64_t key, VerdictKind verdict, uint64_t rules) {
  if (verdict_class(verdict) != CLASS_PASS) return;
  CacheEntry e = {key, rules, verdict, 0};
  e.check = check_of(&e);
  insert(c, &e);
  bytes_append(&c->fresh, &e, sizeof e);
}

/* Appends whole entries, also behind what a writer that died has left of one. */
static bool append(int fd, const Bytes *fresh) {
  off_t end = lseek(fd, 0, SEEK_END), rest = end % (off_t)sizeof(CacheEntry);
  if (end < 0 || (rest && ftruncate(fd, end - rest) != 0)) return false;
  ssize_t n = write(fd, fresh->data, fresh->len);
  if (n >= 0 && n != (ssize_t)fresh->len) errno = ENOSPC;
  return n == (ssize_t)fresh->len;
}

bool cache_flush(Cache *c, Diag *why) {
  if (c->fresh.len == 0) return true;
  bool ok = (flock(c->fd, LOCK_EX) == 0 && append(c->fd, &c->fresh)) ||
            diag_errno(why, EXIT_INFRA, "cannot write the cache of results");
  flock(c->fd, LOCK_UN);
  bytes_clear(&c->fresh);
  return ok;
}

void cache_close(Cache *c) {
  if (c->fd >= 0) close(c->fd);
  free(c->slots);
  bytes_free(&c->fresh);
  *c = (Cache){.fd = -1};
}
