/* clocale.h -- is the C locale in force?  Then bytes order and change case by fixed rules,
 * and a loop can do without libc's tables. */
#ifndef LIB_CLOCALE_H
#define LIB_CLOCALE_H

#include <locale.h>
#include <string.h>

/* Whether category `category` (LC_COLLATE, LC_CTYPE, ...) is that of "C", for the whole process
 * and for this thread. */
static inline int locale_is_c(int category) {
  const char *name = setlocale(category, NULL);
  if (name == NULL || (strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0)) return 0;
  return uselocale((locale_t)0) == LC_GLOBAL_LOCALE;
}

#endif
