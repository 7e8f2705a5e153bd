/* numcast.h -- the one way from a double to an integer, so that no library function
 * depends on what C leaves undefined.
 *
 * The results are those of the x86-64 conversions that the reference's casts compile
 * to; scripts can see them through string.format("%d"), io.read and os.date. */
#ifndef LIB_NUMCAST_H
#define LIB_NUMCAST_H

#include <stdint.h>

#define TWO_63 9223372036854775808.0

/* `d` truncated toward zero; INT64_MIN when that does not fit, and for NaN. */
static inline int64_t num_to_int64(double d) {
  return d >= -TWO_63 && d < TWO_63 ? (int64_t)d : INT64_MIN;
}

/* `d` truncated, modulo 2^64, for -2^63 <= d < 2^64; below that, and for NaN, 2^63;
 * above that 0. */
static inline uint64_t num_to_uint64(double d) {
  if (d >= TWO_63) return (uint64_t)num_to_int64(d - TWO_63) ^ (UINT64_C(1) << 63);
  return (uint64_t)num_to_int64(d);
}

/* `d` as a C int: the low 32 bits of the 64-bit conversion would be a surprise, so what
 * does not fit is INT32_MIN, as cvttsd2si gives it. */
static inline int num_to_int(double d) {
  return d > -2147483649.0 && d < 2147483648.0 ? (int)d : INT32_MIN;
}

#endif
