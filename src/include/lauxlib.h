/* lauxlib.h -- what every C library needs and lua.h leaves out: argument checking,
 * buffers, references, loading of files (manual chapter 4).
 *
 * Everything here is written with the functions of lua.h alone.  `narg` counts the
 * arguments of the running C function from 1.  The check functions raise
 * "bad argument #narg to 'function' (...)". */
#ifndef lauxlib_h
#define lauxlib_h

#include <stddef.h>
#include <stdio.h>

#include "lua.h"

#define luaL_getn(L, i) ((int)lua_objlen(L, i))
#define luaL_setn(L, i, j) ((void)0)

#if defined(LUA_COMPAT_OPENLIB)
#define luaI_openlib luaL_openlib
#endif

/* luaL_loadfile: the file cannot be opened or read. */
#define LUA_ERRFILE (LUA_ERRERR + 1)

/* A row of a library's table of functions; {NULL, NULL} ends the table. */
typedef struct luaL_Reg {
  const char *name;
  lua_CFunction func;
} luaL_Reg;

/* ---- Libraries ---------------------------------------------------------------- */

/* Pops `nup` upvalues and stores the functions of `l`, each with copies of them, in
 * the library table `libname` (made and entered in package.loaded if need be; dots
 * make nested tables), which is left on top; or in the table below the upvalues if
 * `libname` is NULL. */
LUALIB_API void (luaL_openlib)(lua_State *L, const char *libname, const luaL_Reg *l, int nup);
/* The same with no upvalues. */
LUALIB_API void (luaL_register)(lua_State *L, const char *libname, const luaL_Reg *l);

/* ---- Metatables of values -------------------------------------------------------- */

/* Pushes field `e` of the value's metatable and returns 1; 0, pushing nothing, if
 * there is none. */
LUALIB_API int (luaL_getmetafield)(lua_State *L, int obj, const char *e);
/* Calls that field with the value and pushes its result; 0 if there is none. */
LUALIB_API int (luaL_callmeta)(lua_State *L, int obj, const char *e);

/* ---- Errors about arguments -------------------------------------------------------- */

/* Raises "NAME expected, got TYPE" for the argument. */
LUALIB_API int (luaL_typerror)(lua_State *L, int narg, const char *tname);
/* Raises the message for the argument; names the function and knows about methods. */
LUALIB_API int (luaL_argerror)(lua_State *L, int narg, const char *extramsg);

/* ---- Arguments --------------------------------------------------------------------- */

/* The bytes of a string (or number, converted in place); see lua_tolstring. */
LUALIB_API const char *(luaL_checklstring)(lua_State *L, int narg, size_t *l);
/* The same, or `def` (which may be NULL) if the argument is none or nil. */
LUALIB_API const char *(luaL_optlstring)(lua_State *L, int narg, const char *def, size_t *l);
LUALIB_API lua_Number (luaL_checknumber)(lua_State *L, int narg);
LUALIB_API lua_Number (luaL_optnumber)(lua_State *L, int narg, lua_Number def);
LUALIB_API lua_Integer (luaL_checkinteger)(lua_State *L, int narg);
LUALIB_API lua_Integer (luaL_optinteger)(lua_State *L, int narg, lua_Integer def);

/* Makes room for `sz` stack slots or raises "stack overflow (msg)". */
LUALIB_API void (luaL_checkstack)(lua_State *L, int sz, const char *msg);
LUALIB_API void (luaL_checktype)(lua_State *L, int narg, int t);
/* Raises "value expected" if the argument is absent (nil is there). */
LUALIB_API void (luaL_checkany)(lua_State *L, int narg);

/* Pushes registry[tname]; makes the table first, and returns 1, if there was none. */
LUALIB_API int (luaL_newmetatable)(lua_State *L, const char *tname);
/* The block of a userdata whose metatable is registry[tname]. */
LUALIB_API void *(luaL_checkudata)(lua_State *L, int narg, const char *tname);

/* Pushes "chunk:line: " for the function at `lvl`, or "" if that is unknown. */
LUALIB_API void (luaL_where)(lua_State *L, int lvl);
/* Raises luaL_where(L, 1) followed by the message; see lua_pushfstring. */
LUALIB_API int (luaL_error)(lua_State *L, const char *fmt, ...);

/* The index in the NULL-ended `lst` of the argument, or of `def` if it is not NULL
 * and the argument is none or nil.  Raises "invalid option". */
LUALIB_API int (luaL_checkoption)(lua_State *L, int narg, const char *def,
                                  const char *const lst[]);

/* ---- References ------------------------------------------------------------------- */

/* Pops a value and stores it in the table at `t`; a number > 0 that lua_rawgeti gets
 * it back with.  LUA_REFNIL for nil, which is not stored. */
LUALIB_API int (luaL_ref)(lua_State *L, int t);
/* Forgets the value and lets its number be used again.  Ignores negative numbers. */
LUALIB_API void (luaL_unref)(lua_State *L, int t, int ref);

/* ---- Chunks: each pushes the function, or a message and returns the LUA_ERR* code ---- */

/* NULL is the standard input.  A first line that begins with '#' is skipped. */
LUALIB_API int (luaL_loadfile)(lua_State *L, const char *filename);
LUALIB_API int (luaL_loadbuffer)(lua_State *L, const char *buff, size_t sz, const char *name);
LUALIB_API int (luaL_loadstring)(lua_State *L, const char *s);

/* A state on the default allocator whose panic function reports on stderr, or NULL. */
LUALIB_API lua_State *(luaL_newstate)(void);

/* Pushes `s` with every `p` replaced by `r` (plain text, no patterns). */
LUALIB_API const char *(luaL_gsub)(lua_State *L, const char *s, const char *p, const char *r);

/* Walks the dotted name `fname` from the table at `idx`, making missing tables (the
 * last with room for `szhint` names), and pushes the last.  Returns NULL, or, pushing
 * nothing, the rest of the name from where a value is in the way. */
LUALIB_API const char *(luaL_findtable)(lua_State *L, int idx, const char *fname, int szhint);

/* ---- Conveniences -------------------------------------------------------------------- */

#define luaL_argcheck(L, cond, numarg, extramsg) \
  ((void)((cond) || luaL_argerror(L, (numarg), (extramsg))))
#define luaL_checkstring(L, n) (luaL_checklstring(L, (n), NULL))
#define luaL_optstring(L, n, d) (luaL_optlstring(L, (n), (d), NULL))
#define luaL_checkint(L, n) ((int)luaL_checkinteger(L, (n)))
#define luaL_optint(L, n, d) ((int)luaL_optinteger(L, (n), (d)))
#define luaL_checklong(L, n) ((long)luaL_checkinteger(L, (n)))
#define luaL_optlong(L, n, d) ((long)luaL_optinteger(L, (n), (d)))

#define luaL_typename(L, i) lua_typename(L, lua_type(L, (i)))

#define luaL_dofile(L, fn) (luaL_loadfile(L, fn) || lua_pcall(L, 0, LUA_MULTRET, 0))
#define luaL_dostring(L, s) (luaL_loadstring(L, s) || lua_pcall(L, 0, LUA_MULTRET, 0))

#define luaL_getmetatable(L, n) (lua_getfield(L, LUA_REGISTRYINDEX, (n)))
#define luaL_opt(L, f, n, d) (lua_isnoneornil(L, (n)) ? (d) : f(L, (n)))

/* ---- Buffers -------------------------------------------------------------------------- */

/* Collects a string piece by piece.  The layout is public because the macros below
 * write into it.  `p` is the next free byte of `buffer`; `lvl` counts the pieces that
 * lie on the stack, so between two calls on a buffer the stack must be level. */
typedef struct luaL_Buffer {
  char *p;
  int lvl;
  lua_State *L;
  char buffer[LUAL_BUFFERSIZE];
} luaL_Buffer;

#define luaL_addchar(B, c) \
  ((void)((B)->p < ((B)->buffer + LUAL_BUFFERSIZE) || luaL_prepbuffer(B)), \
   (*(B)->p++ = (char)(c)))
#define luaL_putchar(B, c) luaL_addchar(B, c)
/* Says that `n` bytes were written where luaL_prepbuffer pointed. */
#define luaL_addsize(B, n) ((B)->p += (n))

LUALIB_API void (luaL_buffinit)(lua_State *L, luaL_Buffer *B);
/* An area of LUAL_BUFFERSIZE free bytes; luaL_addsize says how many were used. */
LUALIB_API char *(luaL_prepbuffer)(luaL_Buffer *B);
LUALIB_API void (luaL_addlstring)(luaL_Buffer *B, const char *s, size_t l);
LUALIB_API void (luaL_addstring)(luaL_Buffer *B, const char *s);
/* Pops a string or number and adds it. */
LUALIB_API void (luaL_addvalue)(luaL_Buffer *B);
/* Leaves the collected string on top; ends the buffer. */
LUALIB_API void (luaL_pushresult)(luaL_Buffer *B);

/* ---- Names of 5.0 ----------------------------------------------------------------------- */

#define LUA_NOREF (-2)
#define LUA_REFNIL (-1)

#define lua_ref(L, lock) \
  ((lock) ? luaL_ref(L, LUA_REGISTRYINDEX) \
          : (lua_pushstring(L, "unlocked references are obsolete"), lua_error(L), 0))
#define lua_unref(L, ref) luaL_unref(L, LUA_REGISTRYINDEX, (ref))
#define lua_getref(L, ref) lua_rawgeti(L, LUA_REGISTRYINDEX, (ref))

#define luaL_reg luaL_Reg

#endif
