/* arena.c -- the default allocator: size classes in slabs, made for a VM whose every object is
 * small and whose collector frees them by the thousand; and the only place in the library that asks
 * libc for memory.
 *
 * Regions are mapped, not malloc'd: malloc keeps what is freed below its highest block, and cannot
 * use a hole of a region's size for the next region, since that has to be aligned. */
#include "heap/arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define PLAIN_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIN_MALLOC 1
#endif
#endif
#ifndef PLAIN_MALLOC
#define PLAIN_MALLOC 0
#endif

#define CLASS_STEP 16 /* block sizes are its multiples; also their alignment */
#define MAX_SMALL 512
#define NUM_CLASSES (MAX_SMALL / CLASS_STEP)
#define SLAB_SIZE ((size_t)32 << 10)
#define REGION_SLABS 32
#define REGION_SIZE (SLAB_SIZE * REGION_SLABS)
#define MAPPING_SIZE (REGION_SIZE + SLAB_SIZE)
#define ALL_SLABS UINT32_MAX

typedef struct FreeBlock FreeBlock;
struct FreeBlock {
  FreeBlock *next;
};

typedef struct Region Region;

/* The head of a slab.  Blocks never used so far are at `fresh` .. `end`; used ones that are free
 * again are in a list.  A slab is one of: an arena's current one of its class; in the list of
 * partly free ones; or full, and then nobody knows it but its blocks. */
typedef struct Slab Slab;
struct Slab {
  FreeBlock *free;
  char *fresh;
  char *end;
  uint32_t size; /* of a block */
  uint32_t live; /* blocks in use */
  Region *region;
  Slab *prev;
  Slab *next;
  unsigned class;
  char pad[4]; /* makes the head a cache line: blocks of 64 bytes stay inside one, too */
};
_Static_assert(sizeof(Slab) == 64 || sizeof(void *) != 8, "blocks begin at a cache line");
_Static_assert(sizeof(Slab) % CLASS_STEP == 0, "blocks are aligned");

struct Region {
  char *mapping;       /* MAPPING_SIZE bytes */
  char *base;          /* REGION_SIZE bytes in it, aligned as slabs must be */
  uint32_t free;       /* bit i: slab i is free */
  Region *prev, *next; /* regions with a free slab, or the full ones */
};

struct Arena {
  Slab *current[NUM_CLASSES];
  Slab *partial[NUM_CLASSES];
  Region *roomy; /* regions with a free slab */
  Region *full;
  Region *empty; /* one wholly free region (it is in `roomy`, too), kept for the next need */
  size_t nslabs; /* slabs taken from regions */
  size_t nlarge; /* blocks above MAX_SMALL */
  bool settled;
  bool exposed;
  lua_Alloc host; /* of arena_bridge() */
  void *host_ud;
};

/* What an arena's current slabs are before the first one: full, and never written. */
static const Slab no_slab;

/* ---- Lists of regions and slabs ------------------------------------------------------------- */

static void region_link(Region **list, Region *r) {
  r->prev = NULL;
  r->next = *list;
  if (r->next != NULL) r->next->prev = r;
  *list = r;
}

static void region_unlink(Region **list, Region *r) {
  if (r->prev != NULL) r->prev->next = r->next;
  else *list = r->next;
  if (r->next != NULL) r->next->prev = r->prev;
}

static void slab_link(Slab **list, Slab *s) {
  s->prev = NULL;
  s->next = *list;
  if (s->next != NULL) s->next->prev = s;
  *list = s;
}

static void slab_unlink(Slab **list, Slab *s) {
  if (s->prev != NULL) s->prev->next = s->next;
  else *list = s->next;
  if (s->next != NULL) s->next->prev = s->prev;
}

static unsigned class_of(size_t size) { return (unsigned)((size - 1) / CLASS_STEP); }

static Slab *slab_of(void *block) {
  return (Slab *)(void *)((char *)block - ((uintptr_t)block & (SLAB_SIZE - 1)));
}

/* ---- Regions -------------------------------------------------------------------------------- */

static Region *region_new(Arena *a) {
  Region *r = malloc(sizeof *r);
  if (r == NULL) return NULL;
  r->mapping = mmap(NULL, MAPPING_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (r->mapping == MAP_FAILED) {
    free(r);
    return NULL;
  }
  r->base = r->mapping + (SLAB_SIZE - (uintptr_t)r->mapping % SLAB_SIZE);
  r->free = ALL_SLABS;
  region_link(&a->roomy, r);
  return r;
}

static void region_free(Region *r) {
  munmap(r->mapping, MAPPING_SIZE);
  free(r);
}

static Slab *slab_new(Arena *a, unsigned class) {
  Region *r = a->roomy != NULL ? a->roomy : region_new(a);
  if (r == NULL) return NULL;
  const unsigned i = (unsigned)__builtin_ctz(r->free);
  r->free &= ~(UINT32_C(1) << i);
  if (r == a->empty) a->empty = NULL;
  if (r->free == 0) {
    region_unlink(&a->roomy, r);
    region_link(&a->full, r);
  }
  Slab *s = (Slab *)(void *)(r->base + i * SLAB_SIZE);
  const uint32_t size = (class + 1) * CLASS_STEP;
  const size_t nblocks = (SLAB_SIZE - sizeof *s) / size;
  *s = (Slab){.fresh = (char *)(s + 1), .size = size, .region = r, .class = class};
  s->end = s->fresh + nblocks * size;
  a->nslabs++;
  return s;
}

static void slab_free(Arena *a, Slab *s) {
  Region *r = s->region;
  if (r->free == 0) {
    region_unlink(&a->full, r);
    region_link(&a->roomy, r);
  }
  r->free |= UINT32_C(1) << ((size_t)((char *)s - r->base) / SLAB_SIZE);
  a->nslabs--;
  if (r->free != ALL_SLABS) return;
  if (a->empty != NULL) {
    region_unlink(&a->roomy, a->empty);
    region_free(a->empty);
  }
  a->empty = r;
}

/* ---- Arenas --------------------------------------------------------------------------------- */

Arena *arena_new(void) {
  Arena *a = calloc(1, sizeof *a);
  if (a == NULL) return NULL;
  for (unsigned c = 0; c < NUM_CLASSES; c++) a->current[c] = (Slab *)(uintptr_t)&no_slab;
  return a;
}

static bool is_unused(const Arena *a) {
  size_t idle = 0;
  for (unsigned c = 0; c < NUM_CLASSES; c++)
    idle += a->current[c] != &no_slab && a->current[c]->live == 0;
  return idle == a->nslabs;
}

static void free_list(Region *r) {
  for (Region *next; r != NULL; r = next) {
    next = r->next;
    region_free(r);
  }
}

void arena_free(Arena *a) {
  free_list(a->roomy);
  free_list(a->full);
  free(a);
}

/* The last block may have gone. */
static void free_if_unused(Arena *a) {
  if (a->settled && a->nlarge == 0 && is_unused(a)) arena_free(a);
}

void arena_settle(Arena *a) {
  a->settled = true;
  free_if_unused(a);
}

/* ---- Small blocks --------------------------------------------------------------------------- */

/* The current slab is full: go on with another one. */
static NOINLINE void *take_elsewhere(Arena *a, unsigned class) {
  Slab *s = a->partial[class];
  if (s != NULL) slab_unlink(&a->partial[class], s);
  else s = slab_new(a, class);
  if (s == NULL) return NULL;
  a->current[class] = s;
  s->live++;
  if (s->free != NULL) {
    FreeBlock *b = s->free;
    s->free = b->next;
    return b;
  }
  void *fresh = s->fresh;
  s->fresh += s->size;
  return fresh;
}

static inline void *take(Arena *a, size_t size) {
  const unsigned class = class_of(size);
  Slab *s = a->current[class];
  FreeBlock *b = s->free;
  if (likely(b != NULL)) {
    s->free = b->next;
    s->live++;
    return b;
  }
  char *fresh = s->fresh;
  if (unlikely(fresh == s->end)) return take_elsewhere(a, class);
  s->fresh = fresh + s->size;
  s->live++;
  return fresh;
}

/* Slab `s`, which is not current, had no free block, or has no live one now. */
static NOINLINE void give_slow(Arena *a, Slab *s, bool was_full) {
  if (s->live > 0) {
    slab_link(&a->partial[s->class], s);
    return;
  }
  if (!was_full) slab_unlink(&a->partial[s->class], s);
  slab_free(a, s);
}

static inline void give(Arena *a, void *block) {
  Slab *s = slab_of(block);
  FreeBlock *b = block, *next = s->free;
  b->next = next;
  s->free = b;
  if (unlikely(--s->live == 0 || next == NULL)) {
    if (s != a->current[s->class]) give_slow(a, s, next == NULL);
    if (unlikely(a->nlarge == 0)) free_if_unused(a); /* a state has a large block: itself */
  }
}

/* ---- The allocator -------------------------------------------------------------------------- */

static void *take_large(Arena *a, size_t size) {
  void *block = malloc(size);
  if (block != NULL) a->nlarge++;
  return block;
}

static void give_large(Arena *a, void *block) {
  free(block);
  if (--a->nlarge == 0) free_if_unused(a);
}

static bool is_small(size_t size) { return !PLAIN_MALLOC && size <= MAX_SMALL; }

static NOINLINE void *resize(Arena *a, void *ptr, size_t osize, size_t nsize) {
  if (is_small(osize) && is_small(nsize) && class_of(osize) == class_of(nsize)) return ptr;
  if (!is_small(osize) && !is_small(nsize)) return realloc(ptr, nsize);
  void *block = is_small(nsize) ? take(a, nsize) : take_large(a, nsize);
  if (block == NULL) return NULL;
  memcpy(block, ptr, osize < nsize ? osize : nsize);
  if (is_small(osize)) give(a, ptr);
  else give_large(a, ptr);
  return block;
}

void *arena_alloc(void *arena, void *ptr, size_t osize, size_t nsize) {
  Arena *a = arena;
  if (ptr == NULL) {
    if (nsize == 0) return NULL;
    return likely(is_small(nsize)) ? take(a, nsize) : take_large(a, nsize);
  }
  if (nsize != 0) return resize(a, ptr, osize, nsize);
  if (likely(is_small(osize))) give(a, ptr);
  else give_large(a, ptr);
  return NULL;
}

/* ---- Another allocator takes over ----------------------------------------------------------- */

void arena_expose(Arena *a) { a->exposed = true; }
bool arena_is_exposed(const Arena *a) { return a->exposed; }

void arena_hand_over(Arena *a, lua_Alloc f, void *ud) {
  a->settled = false; /* large blocks go elsewhere: nobody here knows the last one */
  a->host = f;
  a->host_ud = ud;
}

lua_Alloc arena_host(const Arena *a, void **ud) {
  if (ud != NULL) *ud = a->host_ud;
  return a->host;
}

/* Hosts take over early, when there are few regions. */
static bool is_in(const Region *r, const char *block) {
  for (; r != NULL; r = r->next)
    if (block >= r->base && block < r->base + REGION_SIZE) return true;
  return false;
}

void *arena_bridge(void *arena, void *ptr, size_t osize, size_t nsize) {
  Arena *a = arena;
  if (ptr == NULL || !is_small(osize) || !(is_in(a->roomy, ptr) || is_in(a->full, ptr)))
    return a->host(a->host_ud, ptr, osize, nsize);
  void *block = NULL;
  if (nsize > 0) {
    block = a->host(a->host_ud, NULL, 0, nsize);
    if (block == NULL) return nsize <= osize ? ptr : NULL; /* shrinking may not fail */
    memcpy(block, ptr, osize < nsize ? osize : nsize);
  }
  give(a, ptr);
  return block;
}
