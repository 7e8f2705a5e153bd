/* aux_alloc.c -- the default allocator's back end: the only place in the library that
 * asks libc for memory. */
#include "aux_alloc.h"

#include <stdlib.h>

void *alloc_default(void *ud, void *ptr, size_t osize, size_t nsize) {
  (void)ud;
  if (nsize == 0) {
    free(ptr);
    return NULL;
  }
  void *block = realloc(ptr, nsize);
  return block == NULL && nsize <= osize ? ptr : block;   /* the larger block will do */
}
