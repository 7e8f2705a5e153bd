/* cast.h -- from double to integer, defined for every double. */
#ifndef BASE_CAST_H
#define BASE_CAST_H

#include "base/common.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Truncated towards zero; INT32_MIN when n is NaN or out of range. */
static inline int32_t num_truncate32(double n) {
#if defined(__SSE2__)
  return _mm_cvttsd_si32(_mm_set_sd(n));
#else
  return n > -2147483649.0 && n < 2147483648.0 ? (int32_t)n : INT32_MIN;
#endif
}

/* Truncated towards zero; INT64_MIN when n is NaN or out of range. */
static inline int64_t num_truncate64(double n) {
#if defined(__SSE2__)
  return _mm_cvttsd_si64(_mm_set_sd(n));
#else
  return n >= -9223372036854775808.0 && n < 9223372036854775808.0 ? (int64_t)n : INT64_MIN;
#endif
}

#endif
