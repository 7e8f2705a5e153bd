/* faststdio.h -- C files without their locks, while the process has only one thread.
 *
 * A program that embeds Lua may write to the same FILE from other threads, so the locks
 * may be left out only as long as there are none. */
#ifndef LIB_FASTSTDIO_H
#define LIB_FASTSTDIO_H

#ifndef _GNU_SOURCE
#error "faststdio.h needs _GNU_SOURCE before the first header"
#endif

#include <stdio.h>

#if defined(__has_include)
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define ONE_THREAD __libc_single_threaded
#endif
#endif
#ifndef ONE_THREAD
#define ONE_THREAD 0
#endif

/* fwrite for bytes: whether all `n` were written. */
static inline int file_put(FILE *f, const char *s, size_t n) {
  return (ONE_THREAD ? fwrite_unlocked(s, 1, n, f) : fwrite(s, 1, n, f)) == n;
}

/* fgets. */
static inline char *file_get_line(FILE *f, char *area, int size) {
  return ONE_THREAD ? fgets_unlocked(area, size, f) : fgets(area, size, f);
}

#endif
