/* num.c -- text <-> number. */
#include "base/num.h"

#include <ctype.h>
#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decimal digits that every double can hold exactly, and the powers of ten that one can. */
#define EXACT_DIGITS 15
static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

char num_decimal_point(void) { return *nl_langinfo(RADIXCHAR); }

static inline bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

/* [-] digits [. digits], at most 15 of them, and nothing else.  The digits as an integer and the
 * power of ten are both exact doubles, so their quotient is rounded once: it is the double nearest
 * to the text, which is what strtod gives. */
static bool read_plain_decimal(const char *s, double *out) {
  bool negative = *s == '-';
  const char *p = s + negative, *first = p;
  uint64_t digits = 0;
  int ndecimals = 0;
  for (; is_digit(*p); p++) digits = digits * 10 + (uint64_t)(*p - '0');
  int ndigits = (int)(p - first);
  if (ndigits == 0 || ndigits > EXACT_DIGITS) return false;
  if (*p == '.') {
    if (num_decimal_point() != '.') return false;
    for (p++; is_digit(*p) && ndigits <= EXACT_DIGITS; p++, ndigits++, ndecimals++)
      digits = digits * 10 + (uint64_t)(*p - '0');
  }
  if (*p != '\0' || ndigits > EXACT_DIGITS) return false;
  double n = (double)digits;
  if (ndecimals > 0) n /= power_of_ten[ndecimals];
  *out = negative ? -n : n;
  return true;
}

bool num_from_text(const char *s, double *out) {
  if (read_plain_decimal(s, out)) return true;
  char *end;
  double n = strtod(s, &end);
  if (end == s) return false;
  if (*end == 'x' || *end == 'X') n = (double)strtoul(s, &end, 16);
  while (isspace((unsigned char)*end)) end++;
  if (*end != '\0') return false;
  *out = n;
  return true;
}

/* Two digits at a time, from the end. */
static int write_integer(char *buf, int64_t n) {
  static const char pairs[] =
      "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
      "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
      "8081828384858687888990919293949596979899";
  char text[NUM_TEXT_SIZE], *p = text + sizeof text;
  uint64_t u = n < 0 ? (uint64_t)-n : (uint64_t)n;
  for (; u >= 100; u /= 100) {
    p -= 2;
    memcpy(p, pairs + u % 100 * 2, 2);
  }
  if (u >= 10) {
    p -= 2;
    memcpy(p, pairs + u * 2, 2);
  } else {
    *--p = (char)('0' + u);
  }
  if (n < 0) *--p = '-';
  size_t len = (size_t)(text + sizeof text - p);
  memcpy(buf, p, len);
  buf[len] = '\0';
  return (int)len;
}

size_t num_text_work(double n) {
  int exponent = 0;
  if (isfinite(n)) frexp(n, &exponent);
  return (size_t)abs(exponent) / 8;
}

/* From 10^14 on "%.14g" switches to an exponent; -0 has a sign that no integer has. */
int num_to_text(char *buf, double n) {
  if (n > -1e14 && n < 1e14) {
    int64_t i = (int64_t)n;
    if ((double)i == n && (i != 0 || !signbit(n))) return write_integer(buf, i);
  }
  return snprintf(buf, NUM_TEXT_SIZE, "%.14g", n);
}
