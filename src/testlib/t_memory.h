/* t_memory.h -- the allocator under which a state is tested: it checks what it is told, spoils what
 * it frees, moves what it resizes and fails when it is asked to.
 *
 * Every block stands between a header, which knows its size, and marks.  A wrong old size, a byte
 * written behind a block, or a block freed twice ends the process with a report.  New bytes and
 * freed bytes are filled with T_MEMORY_FILL, so that what reads them reads nonsense.
 * Several states may share one account; T.newstate makes such states.                          */
#ifndef TESTLIB_T_MEMORY_H
#define TESTLIB_T_MEMORY_H

#include "base/common.h"
#include "include/lua.h"

#define T_MEMORY_FILL 0xAB

/* What a new account has as its limit: none. */
#define T_MEMORY_UNLIMITED SIZE_MAX

/* What precedes a block; known to t_memory.c alone. */
typedef struct TBlock TBlock;

/* An account: all blocks that t_memory_alloc gave out on it. */
typedef struct TMemory {
  size_t bytes;   /* what was asked for and not freed yet */
  size_t blocks;
  size_t peak;    /* the most that `bytes` ever was */
  size_t limit;   /* `bytes` does not grow beyond this */
  TBlock *newest; /* list of all blocks */
} TMemory;

/* An empty account whose limit is the number of bytes in the environment variable MEMLIMIT, if it
 * is set. */
TMemory t_memory_new(void);

/* A lua_Alloc; `memory` is a TMemory.  A request that would exceed the limit gets NULL, and the old
 * block stays as it is; making a block smaller never fails for that reason.  A block that changes
 * its size always moves. */
void *t_memory_alloc(void *memory, void *block, size_t osize, size_t nsize);

/* Look at the header and the marks of every block, and at the sums; abort with a report if
 * anything is wrong. */
void t_memory_check(const TMemory *memory);

/* Check, and abort with a report unless no block and no byte is left. */
void t_memory_check_empty(const TMemory *memory);

/* The account of L's state.  Aborts if it runs on another allocator. */
TMemory *t_memory_of(lua_State *L);

/* T.totalmem() -> bytes now, blocks now, most bytes ever; T.totalmem(n) sets the limit. */
int t_totalmem(lua_State *L);

/* T.checkmemory(): the blocks, and gc/heapcheck.h's walk over the heap with all its objects. */
int t_checkmemory(lua_State *L);

#endif
