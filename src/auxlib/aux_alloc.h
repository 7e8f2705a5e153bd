/* aux_alloc.h -- the allocator that luaL_newstate gives to its states.
 *
 * It is an ordinary lua_Alloc, so that the VM, which frees with exact sizes, works the
 * same on it and on any allocator a host brings. */
#ifndef AUXLIB_AUX_ALLOC_H
#define AUXLIB_AUX_ALLOC_H

#include <stddef.h>

/* realloc with a size for what is freed: `ptr` is NULL or a block of exactly `osize`
 * bytes from this function.  `nsize` 0 frees it and returns NULL; otherwise the
 * result is a block of `nsize` bytes, aligned for any object, with the old contents up to
 * the smaller size -- or NULL, and then the old block is untouched.  Shrinking never fails.
 * `ud` is not used.  Never raises. */
void *alloc_default(void *ud, void *ptr, size_t osize, size_t nsize);

#endif
