/* charclass.h -- what %a, %d, ... mean, in the current C locale, as bits of a table.
 *
 * A union of classes is one mask, so a pattern's set tests a byte with two look-ups
 * whatever it lists.  Manual 5.4.1. */
#ifndef LIB_CHARCLASS_H
#define LIB_CHARCLASS_H

#include <ctype.h>
#include <stdint.h>

#if defined(__GLIBC__) && !defined(CHARCLASS_PORTABLE)

/* The C library has this very table: one unsigned short a byte, a bit a class. */
typedef const unsigned short *CharTable;

static inline CharTable charclass_table(void) { return *__ctype_b_loc(); }

#define CLASS_ALPHA ((uint16_t)_ISalpha)
#define CLASS_CNTRL ((uint16_t)_IScntrl)
#define CLASS_DIGIT ((uint16_t)_ISdigit)
#define CLASS_LOWER ((uint16_t)_ISlower)
#define CLASS_PUNCT ((uint16_t)_ISpunct)
#define CLASS_SPACE ((uint16_t)_ISspace)
#define CLASS_UPPER ((uint16_t)_ISupper)
#define CLASS_ALNUM ((uint16_t)_ISalnum)
#define CLASS_XDIGIT ((uint16_t)_ISxdigit)

#else

typedef const uint16_t *CharTable;

enum {
  CLASS_ALPHA = 1, CLASS_CNTRL = 2, CLASS_DIGIT = 4, CLASS_LOWER = 8, CLASS_PUNCT = 16,
  CLASS_SPACE = 32, CLASS_UPPER = 64, CLASS_ALNUM = 128, CLASS_XDIGIT = 256
};

/* Rebuilt at each call, since nothing says when the locale changes. */
static inline CharTable charclass_table(void) {
  static _Thread_local uint16_t table[256];
  for (int c = 0; c < 256; c++)
    table[c] = (uint16_t)((isalpha(c) ? CLASS_ALPHA : 0) | (iscntrl(c) ? CLASS_CNTRL : 0) |
                          (isdigit(c) ? CLASS_DIGIT : 0) | (islower(c) ? CLASS_LOWER : 0) |
                          (ispunct(c) ? CLASS_PUNCT : 0) | (isspace(c) ? CLASS_SPACE : 0) |
                          (isupper(c) ? CLASS_UPPER : 0) | (isalnum(c) ? CLASS_ALNUM : 0) |
                          (isxdigit(c) ? CLASS_XDIGIT : 0));
  return table;
}

#endif

/* The bit of the class that the lower-case `letter` names after '%'; 0 if it names none
 * (and for 'z', the class of NUL alone, which C has no name for). */
static inline uint16_t charclass_bit(int letter) {
  switch (letter) {
    case 'a': return CLASS_ALPHA;
    case 'c': return CLASS_CNTRL;
    case 'd': return CLASS_DIGIT;
    case 'l': return CLASS_LOWER;
    case 'p': return CLASS_PUNCT;
    case 's': return CLASS_SPACE;
    case 'u': return CLASS_UPPER;
    case 'w': return CLASS_ALNUM;
    case 'x': return CLASS_XDIGIT;
    default: return 0;
  }
}

#endif
