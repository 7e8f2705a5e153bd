/* numtext.h -- a number as text, as tostring writes it, without making a Lua string. */
#ifndef LIB_NUMTEXT_H
#define LIB_NUMTEXT_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "luaconf.h"

/* Writes `d` by LUA_NUMBER_FMT into `text`, which has LUAI_MAXNUMBER2STR bytes, and
 * returns its length.  An integer of at most 14 digits is what "%.14g" prints plainly. */
static inline size_t num_to_text(char *text, double d) {
  if (d > -1e14 && d < 1e14) {
    int64_t n = (int64_t)d;
    if ((double)n == d && !(n == 0 && signbit(d))) {
      char digits[20];
      char *p = digits + sizeof(digits);
      uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
      do *--p = (char)('0' + rest % 10);
      while ((rest /= 10) != 0);
      if (n < 0) *--p = '-';
      size_t len = (size_t)(digits + sizeof(digits) - p);
      memcpy(text, p, len);
      return len;
    }
  }
  return (size_t)snprintf(text, LUAI_MAXNUMBER2STR, LUA_NUMBER_FMT, d);
}

/* What printing `d` costs of a work budget: digits far from the point are made by long division. */
static inline size_t num_text_work(double d) {
  int exponent = 0;
  if (isfinite(d)) frexp(d, &exponent);
  return (size_t)abs(exponent) / 8;
}

#endif
