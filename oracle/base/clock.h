/* clock.h -- the two clocks: one for how long things take, one for when they were. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <time.h>

static inline double clock_seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds since some fixed moment; never goes back. */
static inline double clock_elapsed(void) {
  return clock_seconds(CLOCK_MONOTONIC);
}

/* Seconds since 1970. */
static inline double clock_wall(void) {
  return clock_seconds(CLOCK_REALTIME);
}

#endif
