/* config.h -- every switch and limit that a build of the VM may set, with its meaning, default and
 * legal range.  Limits that clients can see (LUAI_MAXCALLS, LUAI_MAXCCALLS, LUAI_MAXCSTACK ...)
 * are in the public luaconf.h; the ones here are the VM's own.                              */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

/* LUA_ASSERT -- 1: CHECK() tests its condition; 0: it is not evaluated.  Default 0. */
#ifndef LUA_ASSERT
#define LUA_ASSERT 0
#endif

/* STRESS_GC -- 1: every safepoint of a small heap, and many of a large one, runs a full
 * collection and heap_check().  Default 0. */
#ifndef STRESS_GC
#define STRESS_GC 0
#endif

/* STRESS_STACK -- 1: every stack check moves the stack to a new block.  Default 0. */
#ifndef STRESS_STACK
#define STRESS_STACK 0
#endif

/* LUA_INTERNAL -- 1: the build for the test library T: small limits, 5.1.0 code generation where
 * the suite asks for it.  Default 0. */
#ifndef LUA_INTERNAL
#define LUA_INTERNAL 0
#endif

/* DISPATCH_TAIL -- 1: handlers are functions that tail-call each other; 0: labels in one function.
 * Tail form needs a compiler that turns every sibling call into a jump (any clang with `musttail`,
 * gcc with -O2).  Default: by compiler and optimisation. */
#ifndef DISPATCH_TAIL
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
#define DISPATCH_TAIL 1
#else
#define DISPATCH_TAIL 0
#endif
#endif

/* Initial and smallest sizes of a thread's stacks, in elements. */
#define BASIC_CI_SIZE 8     /* a power of two: the array of frames doubles */
#define BASIC_STACK_SIZE 40 /* 2 * LUA_MINSTACK */

/* Slots above stack_last that error handling, metamethod calls and wide stores may use unasked. */
#define EXTRA_STACK 8

/* Smallest number of buckets of the string table; a power of two. */
#if LUA_INTERNAL
#define MIN_STRING_BUCKETS 2
#else
#define MIN_STRING_BUCKETS 32
#endif

/* Longest string, in bytes without the final NUL.  Lengths are kept in 32 bits. */
#define MAX_STRING_LEN 0xFFFFFF00u

/* Deepest chain of __index or __newindex before "loop in gettable". */
#define MAX_META_CHAIN 100

/* Deepest nesting of functions in a binary chunk. */
#define MAX_CHUNK_DEPTH 200

/* Registers a function may use. */
#define MAX_REGISTERS 250

#endif
