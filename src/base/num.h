/* num.h -- text <-> number: what tonumber, the scanner, operators and "%.14g" agree on.
 *
 * Both directions have a fast path for the numbers of everyday programs and the C library for all
 * others; which one is taken can never be seen in the result.  The C library obeys the locale, so
 * the decimal point is the locale's.  Manual: 2.1 (numerals), 2.2.1 (coercion).              */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/common.h"

/* Bytes that num_to_text may write, the final NUL included. */
#define NUM_TEXT_SIZE 32

/* The number that the C string `s` spells, alone between optional white space: what strtod takes
 * (so also "0x1p4", "inf" and "nan" under glibc), or a hexadecimal integer.  False, and *out
 * untouched, for anything else.  *out may be a NaN of any pattern. */
bool num_from_text(const char *s, double *out);

/* Write `n` as printf's "%.14g" does, "-nan" and "-0" included; returns the length without the
 * final NUL. */
int num_to_text(char *buf, double n);

/* What num_to_text costs of a work budget (include/lua_limits.h), and num_from_text the other way
 * round: digits far from the point are made by long division.  0 for everyday numbers. */
size_t num_text_work(double n);

/* The decimal point of the current locale. */
char num_decimal_point(void);

#endif
