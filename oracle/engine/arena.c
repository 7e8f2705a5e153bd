/* arena.c -- why this file exists: putting a whole Lua state back has to cost less than a
 * microsecond.
 *
 * Blocks come from size classes of 16 bytes up to 1 KB and of a quarter of a doubling above; freed
 * ones wait in the list of their class and are never merged: the state is thrown away long before
 * that could matter.  Lua tells the size of each block, so blocks have no headers.
 *
 * Where an address sanitizer lives in the process, free memory is poisoned and blocks are kept
 * apart, so that it sees overruns inside the arena as it would in the heap. */
#include "engine/arena.h"

#include <dlfcn.h>
#include <errno.h>
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"

#define GRAIN 16
#define CACHE_LINE 64
#define SMALL_MOST 1024
#define SMALL_CLASSES (SMALL_MOST / GRAIN)           /* 16, 32, ... 1024 */
#define BLOCK_MOST ((size_t)1 << 31)
#define LARGE_CLASSES ((31 - 10) * 4)
#define CLASSES (SMALL_CLASSES + LARGE_CLASSES)
#define HUGE_PAGE ((size_t)2 << 20)
#define KEEP_RESIDENT (4 * HUGE_PAGE)         /* above this, pages are given back at restore */
#define REHEARSED_MOST ((size_t)1 << 20)      /* bytes handed out in a rehearsal that it notes */

typedef struct FreeBlock {
  struct FreeBlock *next;
} FreeBlock;

/* At the arena's start, so that a snapshot has it. */
typedef struct Head {
  char *top;                                         /* nothing has been handed out above */
  size_t bytes, blocks, peak;
  bool refused;
  FreeBlock *free[CLASSES];
} Head;

struct Arena {
  Head *head;
  char *base, *end;
  size_t padding, limit;
  char *dirty;                                       /* highest top since pages were given back */
  void (*copy_back)(char *to, const char *from, size_t n);
  void *saved_block;
  char *saved;                                       /* the snapshot: head and all up to its top */
  size_t saved_size;
  unsigned char *saved_shadow;
  enum { PLAYING, REHEARSING, PERFORMING } stage;
  bool *lives;                                       /* by grain handed out in the rehearsal */
  size_t handed_out;                                 /* bytes, on this stage */
  char *aside;                                       /* performing: where the short-lived go */
  size_t astray;                                     /* blocks there that live */
};

/* What an address sanitizer offers; NULL where there is none. */
static struct {
  bool asked;
  void (*poison)(void const volatile *, size_t);
  void (*unpoison)(void const volatile *, size_t);
  size_t scale, offset;
} sanitizer;

static void ask_sanitizer(void) {
  if (sanitizer.asked) return;
  sanitizer.asked = true;
  void (*mapping)(size_t *, size_t *);
  *(void **)&mapping = dlsym(RTLD_DEFAULT, "__asan_get_shadow_mapping");
  if (mapping == NULL) return;
  *(void **)&sanitizer.poison = dlsym(RTLD_DEFAULT, "__asan_poison_memory_region");
  *(void **)&sanitizer.unpoison = dlsym(RTLD_DEFAULT, "__asan_unpoison_memory_region");
  if (sanitizer.unpoison == NULL) sanitizer.poison = NULL;
  mapping(&sanitizer.scale, &sanitizer.offset);
}

static inline unsigned char *shadow_of(const char *p) {
  return (unsigned char *)(((uintptr_t)p >> sanitizer.scale) + sanitizer.offset);
}

/* memcpy of what a sanitizer says nobody may touch. */
static void copy_unseen(void *to, const void *from, size_t n) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

static void copy_all(char *to, const char *from, size_t n) {
  memcpy(to, from, n);
}

#define PIECE (4 * CACHE_LINE)

/* memcpy between mostly equal ranges of whole cache lines: a piece that is equal is only read.  In
 * the second-level cache that takes two thirds of the time, if a piece costs one branch. */
__attribute__((target("avx512f")))
static void copy_changed(char *to, const char *from, size_t n) {
#define LINE(p, k) _mm512_load_si512((p) + (k) * CACHE_LINE)
#define CHANGE(k) _mm512_xor_si512(LINE(to + i, k), LINE(from + i, k))
  size_t i = 0;
  for (; i + PIECE <= n; i += PIECE) {
    __m512i changed = _mm512_or_si512(_mm512_or_si512(CHANGE(0), CHANGE(1)),
                                      _mm512_or_si512(CHANGE(2), CHANGE(3)));
    if (_mm512_test_epi64_mask(changed, changed)) memcpy(to + i, from + i, PIECE);
  }
  memcpy(to + i, from + i, n - i);
#undef CHANGE
#undef LINE
}

static void hide(const void *p, size_t n) {
  if (__builtin_expect(sanitizer.poison != NULL, 0)) sanitizer.poison(p, n);
}

static void show(const void *p, size_t n) {
  if (__builtin_expect(sanitizer.poison != NULL, 0)) sanitizer.unpoison(p, n);
}

/* ---- Size classes ---------------------------------------------------------------------------- */

/* A block of n bytes occupies this much; a gap behind it is what a sanitizer watches. */
static inline size_t whole(size_t n) {
  return sanitizer.poison != NULL ? n + GRAIN : n;
}

static inline unsigned class_of(size_t n, size_t *rounded) {
  if (__builtin_expect(n <= SMALL_MOST, 1)) {
    unsigned class = (unsigned)((n - 1) / GRAIN);
    *rounded = (class + 1) * (size_t)GRAIN;
    return class;
  }
  unsigned log = 63 - (unsigned)__builtin_clzl(n - 1);         /* 2^log <= n - 1 */
  size_t quarter = (size_t)1 << (log - 2);
  unsigned part = (unsigned)(((n - 1) >> (log - 2)) & 3);
  *rounded = ((size_t)1 << log) + (part + 1) * quarter;
  return SMALL_CLASSES + (log - 10) * 4 + part;
}

static bool is_hopeless(size_t n) {
  return n > BLOCK_MOST - GRAIN;
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static char *first_block(const Arena *a) {
  size_t head = (sizeof(Head) + GRAIN - 1) / GRAIN * GRAIN;
  return a->base + head + a->padding;
}

/* Until the snapshot no block serves again: its place in the order tells it from all others.  What
 * will not live so long is put aside by the performance. */
static char *place_block(Arena *a, size_t rounded) {
  size_t at = a->handed_out;
  char **top = &a->head->top;
  a->handed_out += rounded;
  bool noted = at < REHEARSED_MOST;
  if (a->stage == REHEARSING && noted) a->lives[at / GRAIN] = true;
  if (a->stage == PERFORMING && noted && !a->lives[at / GRAIN]) {
    top = &a->aside;
    a->astray++;
  }
  if (rounded > (size_t)(a->end - *top)) return NULL;
  char *block = *top;
  *top += rounded;
  return block;
}

static void forget_block(Arena *a, const char *block) {
  size_t at = (size_t)(block - first_block(a));
  if (a->stage == REHEARSING && at < REHEARSED_MOST) a->lives[at / GRAIN] = false;
  if (a->stage == PERFORMING && block > a->head->top) a->astray--;
}

static void *take(Arena *a, size_t n) {
  Head *h = a->head;
  if (is_hopeless(n)) return NULL;
  size_t rounded;
  unsigned class = class_of(whole(n), &rounded);
  FreeBlock *b = h->free[class];
  if (__builtin_expect(a->stage != PLAYING, 0)) {
    b = (FreeBlock *)place_block(a, rounded);
    if (b == NULL) return NULL;
    hide(b, rounded);
  } else if (b != NULL) {
    show(b, sizeof *b);
    h->free[class] = b->next;
    hide(b, sizeof *b);
  } else {
    if (rounded > (size_t)(a->end - h->top)) return NULL;
    b = (FreeBlock *)h->top;
    h->top += rounded;
    hide(b, rounded);
  }
  show(b, n);
  h->blocks++;
  return b;
}

static void give(Arena *a, void *block, size_t n) {
  Head *h = a->head;
  size_t rounded;
  unsigned class = class_of(whole(n), &rounded);
  FreeBlock *b = block;
  h->blocks--;
  if (__builtin_expect(a->stage != PLAYING, 0)) {
    forget_block(a, block);
    hide(b, rounded);
    return;
  }
  show(b, sizeof *b);
  b->next = h->free[class];
  h->free[class] = b;
  hide(b, rounded);                                  /* the link too: take() shows it again */
}

static void *move(Arena *a, void *block, size_t old_size, size_t new_size) {
  size_t old_rounded, new_rounded;
  if (is_hopeless(new_size)) return NULL;
  if (class_of(whole(old_size), &old_rounded) == class_of(whole(new_size), &new_rounded)) {
    hide(block, old_rounded);
    show(block, new_size);
    return block;
  }
  void *moved = take(a, new_size);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  give(a, block, old_size);
  return moved;
}

void *arena_alloc(void *ud, void *block, size_t old_size, size_t new_size) {
  Arena *a = ud;
  Head *h = a->head;
  if (block == NULL) old_size = 0;
  if (new_size == 0) {
    if (old_size != 0) give(a, block, old_size);
    h->bytes -= old_size;
    return NULL;
  }
  size_t limit = a->limit ? a->limit : SIZE_MAX;
  if (new_size > old_size && (h->bytes > limit || new_size - old_size > limit - h->bytes)) {
    h->refused = true;
    return NULL;
  }
  void *result = old_size == 0 ? take(a, new_size) : move(a, block, old_size, new_size);
  if (result == NULL) {
    h->refused = true;
    return NULL;
  }
  h->bytes += new_size - old_size;
  if (h->bytes > h->peak) h->peak = h->bytes;
  return result;
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* A state that crashed may have overwritten the head: its top is believed only if it can be one. */
static void note_dirty(Arena *a) {
  show(a->head, sizeof *a->head);
  if (a->head->top > a->dirty && a->head->top <= a->end) a->dirty = a->head->top;
}

void arena_clear(Arena *a) {
  note_dirty(a);
  memset(a->head, 0, sizeof *a->head);
  a->head->top = first_block(a);
  hide(a->head->top, (size_t)(a->dirty - a->head->top));
}

static char *begin_of_aside(const Arena *a) {
  return a->base + (size_t)(a->end - a->base) / 2 / HUGE_PAGE * HUGE_PAGE;
}

static void begin(Arena *a, int stage) {
  size_t n = REHEARSED_MOST / GRAIN;
  arena_clear(a);
  a->stage = stage;
  a->handed_out = a->astray = 0;
  a->aside = begin_of_aside(a);
  if (stage == REHEARSING) {
    a->lives = mem_resize(a->lives, n);
    memset(a->lives, 0, n);
  }
}

void arena_rehearse(Arena *a) {
  begin(a, REHEARSING);
}

void arena_perform(Arena *a) {
  begin(a, PERFORMING);
}

Arena *arena_open(uintptr_t address, size_t capacity, size_t padding, Diag *why) {
  ask_sanitizer();
  void *base = mmap((void *)address, capacity, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (base != MAP_FAILED && base != (void *)address) {   /* a kernel that takes it for a wish */
    munmap(base, capacity);
    base = MAP_FAILED;
    errno = EEXIST;
  }
  if (base == MAP_FAILED) {
    diag_errno(why, EXIT_INFRA, "no memory for a Lua state at %#lx", (unsigned long)address);
    return NULL;
  }
  madvise(base, capacity, MADV_HUGEPAGE);                /* a wish: a tenth of the page faults */
  Arena *a = mem_zero(sizeof *a);
  a->base = base;
  a->end = a->base + capacity;
  a->padding = (padding + GRAIN - 1) / GRAIN * GRAIN;
  a->head = base;
  a->copy_back = __builtin_cpu_supports("avx512f") ? copy_changed : copy_all;
  a->dirty = first_block(a);
  a->head->top = a->dirty;
  arena_clear(a);
  return a;
}

void arena_close(Arena *a) {
  if (a == NULL) return;
  note_dirty(a);
  show(a->base, (size_t)(a->dirty - a->base));
  munmap(a->base, (size_t)(a->end - a->base));
  free(a->saved_block);
  free(a->saved_shadow);
  free(a->lives);
  free(a);
}

void arena_limit(Arena *a, size_t bytes) {
  a->limit = bytes;
}

ArenaUsage arena_usage(const Arena *a) {
  const Head *h = a->head;
  return (ArenaUsage){h->bytes, h->blocks, h->peak, h->refused};
}

bool arena_contains(const Arena *a, const void *p) {
  return (const char *)p >= a->base && (const char *)p < a->end;
}

bool arena_snapshot(Arena *a) {
  bool all_is_here = a->stage != PERFORMING || a->astray == 0;
  if (a->stage == PERFORMING) {
    madvise(begin_of_aside(a), (size_t)(a->aside - begin_of_aside(a)), MADV_DONTNEED);
  }
  a->stage = PLAYING;
  free(a->lives);
  a->lives = NULL;
  if (!all_is_here) return false;
  a->head->peak = a->head->bytes;
  a->head->refused = false;
  a->saved_size = (size_t)(a->head->top - a->base);
  a->saved_block = mem_resize(a->saved_block, a->saved_size + CACHE_LINE - 1);
  a->saved = (char *)(((uintptr_t)a->saved_block + CACHE_LINE - 1) & ~(uintptr_t)(CACHE_LINE - 1));
  if (sanitizer.poison != NULL) {
    size_t n = a->saved_size >> sanitizer.scale;
    a->saved_shadow = mem_resize(a->saved_shadow, n);
    copy_unseen(a->saved_shadow, shadow_of(a->base), n);
    copy_unseen(a->saved, a->base, a->saved_size);
  } else {
    memcpy(a->saved, a->base, a->saved_size);
  }
  return true;
}

/* Memory that one big run touched is not kept for a thousand small ones. */
static void give_back_pages(Arena *a, char *top) {
  char *from = (char *)(((uintptr_t)top + KEEP_RESIDENT + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
  if (a->dirty <= from) return;
  show(from, (size_t)(a->dirty - from));
  madvise(from, (size_t)(a->dirty - from), MADV_DONTNEED);
  a->dirty = from;
}

void arena_restore(Arena *a) {
  if (a->saved == NULL) {
    arena_clear(a);
    return;
  }
  char *top = a->base + a->saved_size;
  note_dirty(a);
  if (sanitizer.poison != NULL) {
    copy_unseen(a->base, a->saved, a->saved_size);
    copy_unseen(shadow_of(a->base), a->saved_shadow, a->saved_size >> sanitizer.scale);
    if (a->dirty > top) hide(top, (size_t)(a->dirty - top));
  } else {
    a->copy_back(a->base, a->saved, a->saved_size);
  }
  if (__builtin_expect(a->dirty > top + KEEP_RESIDENT, 0)) give_back_pages(a, top);
}
