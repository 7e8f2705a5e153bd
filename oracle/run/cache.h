/* cache.h -- passes of earlier runs, so that what cannot have changed is not run again.
 *
 * The key is the case's content, both builds, and the mode; only passes are kept, so a failure is
 * always seen anew.  The file only grows; a damaged tail is dropped. */
#ifndef RUN_CACHE_H
#define RUN_CACHE_H

#include "config/config.h"
#include "verdict/verdict.h"

typedef struct CacheEntry { uint64_t key, rules; uint32_t verdict, check; } CacheEntry;

typedef struct Cache {
  int fd;
  CacheEntry *slots;     /* open addressing; key 0 is free */
  size_t nslots, used;
  Bytes fresh;           /* not yet written */
} Cache;

/* Opens FOLDER/cache, made if missing.  Any number of runs may have it open: each sees what was
 * there when it opened it, and adds what it finds.  False, EXIT_INFRA. */
bool cache_open(Cache *c, const char *folder, Diag *why);

/* Does what decides the case lie in the case and the mode?  Then nothing beside them can change the
 * verdict, and it may be kept. */
bool cache_covers(const Mode *mode, const Case *item);

/* `settings`: hash of all of the mode that can change a verdict (Plan.settings). */
uint64_t cache_key(const Case *item, const char builds[2][41], uint64_t settings);

/* The verdict of an earlier pass, or false. */
bool cache_find(const Cache *c, uint64_t key, VerdictKind *verdict, uint64_t *rules);

/* Keeps a pass; anything else is not kept. */
void cache_add(Cache *c, uint64_t key, VerdictKind verdict, uint64_t rules);

/* Counts the entries of FOLDER/cache, and the bytes behind them that are none; changes nothing.  A
 * missing file has neither.  False: it cannot be read. */
bool cache_count(const char *folder, size_t *entries, size_t *damaged, Diag *why);

/* Writes what is new. */
bool cache_flush(Cache *c, Diag *why);
void cache_close(Cache *c);

#endif
