/* common.h -- the few attributes that every layer of the VM writes its declarations with.
 *
 * Effect tags stand before a declaration and say what a caller must survive.  They expand to
 * nothing; they are for readers and for tools that propagate them over the call graph:
 *   MAY_THROW    may leave through throw_status() (a longjmp), so nothing may be owned by C;
 *   MAY_GC       may collect: every live object must be reachable from a root;
 *   MOVES_STACK  may reallocate the value stack: no TValue pointer into it survives.      */
#ifndef BASE_COMMON_H
#define BASE_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAY_THROW
#define MAY_GC
#define MOVES_STACK

#define likely(c) __builtin_expect(!!(c), 1)
#define unlikely(c) __builtin_expect(!!(c), 0)

#define NOINLINE __attribute__((noinline))
#define COLD __attribute__((noinline, cold))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NORETURN __attribute__((noreturn))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
