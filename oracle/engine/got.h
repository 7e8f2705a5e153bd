/* got.h -- the slots through which a loaded library calls what others define.
 *
 * Rewriting one changes what this library calls and nothing else in the process: the way to give an
 * unmodified library another clock.  ELF on x86-64. */
#ifndef ENGINE_GOT_H
#define ENGINE_GOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* Lets the library of `handle` (of dlopen) find `replacement` where it refers to the function or
 * variable `name`; *original gets what was there.  *slots counts the references that were changed:
 * 0 if the library does not refer to it, and then *original is not touched. */
bool got_replace(void *handle, const char *name, void *replacement, void **original,
                 unsigned *slots, Diag *why);

/* Puts back what every slot held before it was first changed. */
void got_restore_all(void);

/* The parts of the library that are mapped with all of these rights (PROT_EXEC, ...), at most
 * `most`, without what the loader protects after relocation.  Their number. */
typedef struct GotRange { uintptr_t from, to; } GotRange;
unsigned got_ranges(void *handle, int rights, GotRange *ranges, unsigned most);

#endif
