/* lua_limits.h -- what a host may allow a state, and what not: memory, work, sizes, capabilities.
 *
 * Belongs to Parallax, not to Lua 5.1: the names begin with plx_ and stand under the symbol version
 * PARALLAX_1.  docs/embedding.md shows complete programs.
 *
 * Limits are a state's: all its coroutines share them.  A new state has none, and pays nothing for
 * that.  Scripts can neither see nor change them.  What is exceeded or denied raises an ordinary Lua
 * error: it unwinds, pcall catches it, and the state is as good as before.                     */
#ifndef LUA_LIMITS_H
#define LUA_LIMITS_H

#include "lua.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Limits ------------------------------------------------------------------------------------ */

#define PLX_MEMORY 1  /* bytes that the state holds, as lua_gc(LUA_GCCOUNT) counts them */
#define PLX_WORK 2    /* what may still be done: 1 for an instruction, see plx_charge */
#define PLX_PATTERN 3 /* steps of one call of string.find, match, gsub, or of gmatch's iterator */
#define PLX_SOURCE 4  /* bytes of one chunk, text or binary */
#define PLX_DEPTH 5   /* levels of nested syntax; never more than LUAI_MAXCCALLS */

#define PLX_UNLIMITED ((size_t)-1)

/* Set limit `which`; a call with another `which` does nothing.  [-0, +0, -]
 *
 * PLX_MEMORY: the state never holds more.  What would need more, after a full collection where one can
 *   be made, fails with "not enough memory" (LUA_ERRMEM).  An amount below what is in use allows nothing
 *   new until enough has become free.
 * PLX_WORK: how much is left from now on, for a state that has used up its last budget, too.  The same
 *   program uses the same amount in every run, unless it has objects for keys (they stand by
 *   address).  Once more is wanted than there is left, every instruction raises "instruction budget
 *   exceeded" (LUA_ERRRUN), so whatever a script catches it runs no further: control comes back to
 *   the host.  Functions in C still work; what they call in Lua raises that error, a finaliser or an
 *   error handler in Lua does not run.
 * PLX_PATTERN, PLX_SOURCE, PLX_DEPTH: bounds of a single operation; exceeding one is the error "pattern too
 *   complex", "chunk too long", "chunk has too many syntax levels".
 *
 * While PLX_MEMORY or PLX_WORK is limited, errors of finalisers are dropped: 5.1 raises them in whatever
 * the host is just calling.  lua_close runs finalisers; what is left of PLX_WORK bounds them. */
LUA_API void(plx_setlimit)(lua_State *L, int which, size_t amount);

/* What is left of PLX_MEMORY and PLX_WORK; of the others, the amount that was set, for PLX_PATTERN at
 * most the work that is left.  PLX_UNLIMITED: there is no limit.  [-0, +0, -] */
LUA_API size_t(plx_getlimit)(lua_State *L, int which);

/* 1 if PLX_WORK ran out, or PLX_MEMORY made an allocation fail, since that limit was last set; else 0, also
 * for other limits.  Messages could be forged by a script, this cannot.  [-0, +0, -] */
LUA_API int(plx_exceeded)(lua_State *L, int which);

/* For functions in C that scripts call: `units` of work are about to be done, at 1 for an element or for
 * 64 bytes to be copied.  Raises "instruction budget exceeded" if there are not so many left.
 * [-0, +0, v] */
LUA_API void(plx_charge)(lua_State *L, size_t units);

/* refuse != 0: lua_load, and all that is made of it, loads no binary chunk: LUA_ERRRUN, with the message
 * "capability 'bytecode' is not granted".  [-0, +0, -] */
LUA_API void(plx_refusebytecode)(lua_State *L, int refuse);

/* ---- Capabilities ------------------------------------------------------------------------------ */

/* Libraries that compute and nothing else. */
#define PLX_CAN_STRING 0x1u    /* string, but for string.dump; the methods of strings */
#define PLX_CAN_TABLE 0x2u     /* table */
#define PLX_CAN_MATH 0x4u      /* math, with random numbers of this state's own */
#define PLX_CAN_COROUTINE 0x8u /* coroutine */
#define PLX_CAN_COMPUTE 0xfu   /* these four */

/* What goes beyond computing. */
#define PLX_CAN_PRINT 0x10u     /* print and io.write, to standard output */
#define PLX_CAN_LOAD 0x20u      /* load, loadstring; with `dir`, loadfile and dofile below that */
#define PLX_CAN_BYTECODE 0x40u  /* string.dump; binary chunks, wherever chunks may be loaded */
#define PLX_CAN_FENV 0x80u      /* getfenv, setfenv: of the thread's globals, too */
#define PLX_CAN_COLLECT 0x100u  /* collectgarbage, gcinfo */
#define PLX_CAN_PROXY 0x200u    /* newproxy: values with finalisers */
#define PLX_CAN_CLOCK 0x400u    /* the real time: os.time, os.date, os.clock */
#define PLX_CAN_WRITE 0x800u    /* with `dir`, writing files below it, too */
#define PLX_CAN_DEBUG 0x1000u   /* debug: everything in this state, its registry included */
#define PLX_CAN_ADDRESS 0x2000u /* tostring shows addresses, instead of numbers of its own */

typedef struct plx_Grants {
  unsigned can;             /* PLX_CAN_... */
  const char *dir;          /* io.open and io.lines may read regular files below it; NULL: no files */
  int max_files;            /* how many of them may be open at a time; 0: 16 */
  const char *const *env;   /* the variables that os.getenv may read, NULL at the end; NULL: none */
  const double *fixed_time; /* without PLX_CAN_CLOCK: what os.time() and os.date() take for now; NULL:
                             * they may not tell */
} plx_Grants;

/* Open the standard libraries in a fresh state: what `grants` says and the basic functions that only
 * compute.  {0} grants no more than these.  Whatever else 5.1 has is there in name, and when it is called
 * raises an error that names the capability, as "capability 'os.execute' is not granted".  No grant
 * gives os.execute, os.exit, os.remove, os.rename, os.setlocale, os.tmpname, io.popen, io.tmpfile,
 * require, module or package.loadlib.
 *
 * Files are opened name part by name part from `dir`, which is held open: no absolute name, no "..",
 * no symbolic link, so whatever others do to the directory meanwhile, nothing outside is reached.
 *
 * The metatables of strings and files are closed to scripts.  Binary chunks are refused
 * (plx_refusebytecode) without PLX_CAN_BYTECODE.  What the host adds later is the host's to judge.
 * The grants need not outlive the call.  Raises an error if `dir` cannot be opened.  [-0, +0, v] */
LUALIB_API void(plx_openlibs)(lua_State *L, const plx_Grants *grants);

#ifdef __cplusplus
}
#endif

#endif
