/* lua.h -- the C interface of the virtual machine (manual chapter 3).
 *
 * Source- and binary-compatible with Lua 5.1.5.  Conventions of the contracts:
 *
 *   - An *acceptable* index is a stack position (1 is the first, -1 the last), a
 *     position above the top but inside the reserved stack ("none"), or one of the
 *     pseudo-indices.  A *valid* index is acceptable and not "none".
 *   - "Pops" and "pushes" name every change of the stack; what is not said does not
 *     happen.  The caller reserves room: LUA_MINSTACK slots are free on entry to a C
 *     function, lua_checkstack gives more.
 *   - "Raises" means a long jump to the innermost protected call with the error
 *     value on top.  Functions that allocate may raise a memory error (LUA_ERRMEM);
 *     "never raises" excludes that, too.  "May call Lua" means metamethods or
 *     functions run and can raise anything.
 *   - Misuse (bad index, too few values) is not checked in release builds. */
#ifndef lua_h
#define lua_h

#include <stdarg.h>
#include <stddef.h>

#include "luaconf.h"

#define LUA_VERSION "Lua 5.1"
#define LUA_RELEASE "Lua 5.1.5"
#define LUA_VERSION_NUM 501
#define LUA_COPYRIGHT "Copyright (C) 1994-2012 Lua.org, PUC-Rio"
#define LUA_AUTHORS "R. Ierusalimschy, L. H. de Figueiredo & W. Celes"

/* The first bytes of a precompiled chunk. */
#define LUA_SIGNATURE "\033Lua"

/* As a number of results: all of them. */
#define LUA_MULTRET (-1)

/* Pseudo-indices (manual 3.3): the registry, the environment of the running C
 * function, the thread's globals, and the i-th upvalue (1..255) of the running
 * C function. */
#define LUA_REGISTRYINDEX (-10000)
#define LUA_ENVIRONINDEX (-10001)
#define LUA_GLOBALSINDEX (-10002)
#define lua_upvalueindex(i) (LUA_GLOBALSINDEX - (i))

/* What lua_pcall, lua_cpcall, lua_load, lua_resume and lua_status return; 0 is
 * success. */
#define LUA_YIELD 1
#define LUA_ERRRUN 2
#define LUA_ERRSYNTAX 3
#define LUA_ERRMEM 4
#define LUA_ERRERR 5

typedef struct lua_State lua_State;

/* A function callable from Lua: finds its arguments at 1..lua_gettop, returns the
 * number of results it left on top. */
typedef int (*lua_CFunction)(lua_State *L);

/* Source of a chunk: returns the next piece and its size, or NULL or size 0 at the
 * end.  The piece must stay readable until the next call. */
typedef const char *(*lua_Reader)(lua_State *L, void *ud, size_t *sz);

/* Sink of lua_dump: takes `sz` bytes, returns 0 to go on, anything else to stop. */
typedef int (*lua_Writer)(lua_State *L, const void *p, size_t sz, void *ud);

/* Memory: behaves like realloc(ptr, nsize), frees and returns NULL when nsize is 0.
 * `osize` is the exact size that `ptr` was given, 0 for a NULL `ptr`. */
typedef void *(*lua_Alloc)(void *ud, void *ptr, size_t osize, size_t nsize);

/* Types, as lua_type returns them. */
#define LUA_TNONE (-1)
#define LUA_TNIL 0
#define LUA_TBOOLEAN 1
#define LUA_TLIGHTUSERDATA 2
#define LUA_TNUMBER 3
#define LUA_TSTRING 4
#define LUA_TTABLE 5
#define LUA_TFUNCTION 6
#define LUA_TUSERDATA 7
#define LUA_TTHREAD 8

/* Free stack slots on entry to a C function. */
#define LUA_MINSTACK 20

#if defined(LUA_USER_H)
#include LUA_USER_H
#endif

typedef LUA_NUMBER lua_Number;
typedef LUA_INTEGER lua_Integer;

/* ---- States and threads ------------------------------------------------- */

/* A new independent state, or NULL when `f` cannot provide it.  Never raises.
 * Libraries are not opened.  With `f` NULL, memory comes from the allocator that
 * luaL_newstate uses (an extension). */
LUA_API lua_State *(lua_newstate)(lua_Alloc f, void *ud);

/* Runs all pending finalisers and frees everything of L's state, whichever of its
 * threads L is. */
LUA_API void (lua_close)(lua_State *L);

/* Pushes a new thread that shares L's globals and hook settings; the result stays
 * alive as long as that value. */
LUA_API lua_State *(lua_newthread)(lua_State *L);

/* Sets the function called when an error finds no protected call (the process exits
 * when it returns); returns the old one.  Never raises. */
LUA_API lua_CFunction (lua_atpanic)(lua_State *L, lua_CFunction panicf);

/* ---- Stack --------------------------------------------------------------- */

/* Index of the top value, which is the number of values. */
LUA_API int (lua_gettop)(lua_State *L);
/* Makes `idx` the top: pops, or fills with nil. */
LUA_API void (lua_settop)(lua_State *L, int idx);
/* Pushes a copy of the value at `idx`. */
LUA_API void (lua_pushvalue)(lua_State *L, int idx);
/* Takes the value at `idx` out; those above move down.  No pseudo-indices. */
LUA_API void (lua_remove)(lua_State *L, int idx);
/* Moves the top value to `idx`; those above move up.  No pseudo-indices. */
LUA_API void (lua_insert)(lua_State *L, int idx);
/* Pops a value into `idx`.  For LUA_ENVIRONINDEX it must be a table. */
LUA_API void (lua_replace)(lua_State *L, int idx);
/* Makes sure that `sz` slots are free.  0 if the frame would exceed LUAI_MAXCSTACK;
 * raises only LUA_ERRMEM. */
LUA_API int (lua_checkstack)(lua_State *L, int sz);
/* Pops n values from `from` and pushes them onto `to`, a thread of the same state. */
LUA_API void (lua_xmove)(lua_State *from, lua_State *to, int n);

/* ---- Reading values: none of these pops, none calls Lua except where said -- */

/* 1 for numbers and strings convertible to one. */
LUA_API int (lua_isnumber)(lua_State *L, int idx);
/* 1 for strings and numbers. */
LUA_API int (lua_isstring)(lua_State *L, int idx);
LUA_API int (lua_iscfunction)(lua_State *L, int idx);
/* 1 for full and light userdata. */
LUA_API int (lua_isuserdata)(lua_State *L, int idx);
/* One of LUA_T*; LUA_TNONE for an acceptable index that holds nothing. */
LUA_API int (lua_type)(lua_State *L, int idx);
/* The name of a LUA_T* code; "no value" for LUA_TNONE.  Static text. */
LUA_API const char *(lua_typename)(lua_State *L, int tp);

/* `==` of the language; may call Lua.  0 if an index holds nothing. */
LUA_API int (lua_equal)(lua_State *L, int idx1, int idx2);
/* `==` without metamethods. */
LUA_API int (lua_rawequal)(lua_State *L, int idx1, int idx2);
/* `<` of the language; may call Lua.  0 if an index holds nothing. */
LUA_API int (lua_lessthan)(lua_State *L, int idx1, int idx2);

/* The number, converted from a string if need be, or 0. */
LUA_API lua_Number (lua_tonumber)(lua_State *L, int idx);
/* The same, truncated toward zero. */
LUA_API lua_Integer (lua_tointeger)(lua_State *L, int idx);
/* 0 for false, nil and none; else 1. */
LUA_API int (lua_toboolean)(lua_State *L, int idx);
/* The bytes of a string, NUL after the last; NULL for what is neither string nor
 * number.  A number is *replaced* by its text in the stack (so never use it on a key
 * during lua_next).  The bytes live as long as the value.  `len` may be NULL. */
LUA_API const char *(lua_tolstring)(lua_State *L, int idx, size_t *len);
/* Length of a string (of a number: of its text, replacing it), border of a table
 * without metamethods, bytes of a full userdata; else 0. */
LUA_API size_t (lua_objlen)(lua_State *L, int idx);
LUA_API lua_CFunction (lua_tocfunction)(lua_State *L, int idx);
/* The block of a full userdata, the pointer of a light one, or NULL. */
LUA_API void *(lua_touserdata)(lua_State *L, int idx);
LUA_API lua_State *(lua_tothread)(lua_State *L, int idx);
/* An address that identifies a table, function, thread or userdata; else NULL. */
LUA_API const void *(lua_topointer)(lua_State *L, int idx);

/* ---- Pushing values -------------------------------------------------------- */

LUA_API void (lua_pushnil)(lua_State *L);
LUA_API void (lua_pushnumber)(lua_State *L, lua_Number n);
LUA_API void (lua_pushinteger)(lua_State *L, lua_Integer n);
/* A string of `l` bytes, NULs allowed; the bytes are copied. */
LUA_API void (lua_pushlstring)(lua_State *L, const char *s, size_t l);
/* A NUL-terminated string; nil for NULL. */
LUA_API void (lua_pushstring)(lua_State *L, const char *s);
/* A string by a template with %s (NULL gives "(null)"), %d, %c, %f (a lua_Number), %p
 * and %% only.  Returns the bytes of the result, which live as long as the value. */
LUA_API const char *(lua_pushvfstring)(lua_State *L, const char *fmt, va_list argp);
LUA_API const char *(lua_pushfstring)(lua_State *L, const char *fmt, ...);
/* Pops n (0..255) values and pushes a C function with them as upvalues. */
LUA_API void (lua_pushcclosure)(lua_State *L, lua_CFunction fn, int n);
LUA_API void (lua_pushboolean)(lua_State *L, int b);
LUA_API void (lua_pushlightuserdata)(lua_State *L, void *p);
/* Pushes L itself; 1 if it is the main thread. */
LUA_API int (lua_pushthread)(lua_State *L);

/* ---- Tables: reading --------------------------------------------------------- */

/* Replaces the key on top by t[key], t at `idx`; may call Lua. */
LUA_API void (lua_gettable)(lua_State *L, int idx);
/* Pushes t[k]; may call Lua. */
LUA_API void (lua_getfield)(lua_State *L, int idx, const char *k);
/* As lua_gettable, without metamethods; t must be a table. */
LUA_API void (lua_rawget)(lua_State *L, int idx);
/* Pushes t[n] without metamethods. */
LUA_API void (lua_rawgeti)(lua_State *L, int idx, int n);
/* Pushes a new table with room for `narr` list elements and `nrec` others. */
LUA_API void (lua_createtable)(lua_State *L, int narr, int nrec);
/* Pushes a new full userdata and returns its block of `sz` bytes, which never moves. */
LUA_API void *(lua_newuserdata)(lua_State *L, size_t sz);
/* Pushes the metatable and returns 1, or pushes nothing and returns 0. */
LUA_API int (lua_getmetatable)(lua_State *L, int objindex);
/* Pushes the environment of a function, userdata or thread; else nil. */
LUA_API void (lua_getfenv)(lua_State *L, int idx);

/* ---- Tables: writing ----------------------------------------------------------- */

/* t[key] = value with t at `idx`; pops both, value on top; may call Lua. */
LUA_API void (lua_settable)(lua_State *L, int idx);
/* t[k] = value; pops it; may call Lua. */
LUA_API void (lua_setfield)(lua_State *L, int idx, const char *k);
/* As lua_settable, without metamethods. */
LUA_API void (lua_rawset)(lua_State *L, int idx);
/* t[n] = value without metamethods; pops it. */
LUA_API void (lua_rawseti)(lua_State *L, int idx, int n);
/* Pops a table or nil and makes it the metatable of the value at `objindex`. */
LUA_API int (lua_setmetatable)(lua_State *L, int objindex);
/* Pops a table and makes it the environment of the function, userdata or thread at
 * `idx`; 0 (and only pops) for any other value. */
LUA_API int (lua_setfenv)(lua_State *L, int idx);

/* ---- Running code ----------------------------------------------------------------- */

/* Pops `nargs` arguments and the function below them, pushes the results: exactly
 * `nresults`, or all of them for LUA_MULTRET.  May call Lua. */
LUA_API void (lua_call)(lua_State *L, int nargs, int nresults);
/* The same; an error is caught: one message is pushed instead of the results and a
 * LUA_ERR* code returned.  `errfunc` is 0 or the stack index of a function that maps
 * the message before the stack unwinds. */
LUA_API int (lua_pcall)(lua_State *L, int nargs, int nresults, int errfunc);
/* Calls `func` protected, with `ud` as its only argument; all its results are
 * dropped, an error message is pushed. */
LUA_API int (lua_cpcall)(lua_State *L, lua_CFunction func, void *ud);
/* Compiles a chunk (text, or binary if it begins with LUA_SIGNATURE) and pushes the
 * function, or the error message. */
LUA_API int (lua_load)(lua_State *L, lua_Reader reader, void *dt, const char *chunkname);
/* Writes the Lua function on top as a binary chunk.  The writer's code, or 1 if it is
 * not a Lua function. */
LUA_API int (lua_dump)(lua_State *L, lua_Writer writer, void *data);

/* ---- Coroutines --------------------------------------------------------------------- */

/* Suspends the running coroutine with the top `nresults` values; to be used as
 * `return lua_yield(L, n)`.  Raises where a C call lies between it and the resume. */
LUA_API int (lua_yield)(lua_State *L, int nresults);
/* Starts or continues L: LUA_YIELD, 0 when it finished, or an error code with the
 * message on L's stack, which is not unwound. */
LUA_API int (lua_resume)(lua_State *L, int narg);
LUA_API int (lua_status)(lua_State *L);

/* ---- Garbage collection (manual 3.7 lua_gc) -------------------------------------------- */

#define LUA_GCSTOP 0
#define LUA_GCRESTART 1
#define LUA_GCCOLLECT 2
#define LUA_GCCOUNT 3        /* Kbytes in use */
#define LUA_GCCOUNTB 4       /* the remainder, 0..1023 bytes */
#define LUA_GCSTEP 5         /* `data` Kbytes' worth of work; 1 if a cycle ended */
#define LUA_GCSETPAUSE 6     /* returns the old value, in percent */
#define LUA_GCSETSTEPMUL 7

/* -1 for an unknown `what`.  Runs finalisers, hence may call Lua. */
LUA_API int (lua_gc)(lua_State *L, int what, int data);

/* ---- Others ---------------------------------------------------------------------------- */

/* Raises the value on top.  Never returns. */
LUA_API int (lua_error)(lua_State *L);
/* Pops a key and pushes the next key and value of the table at `idx` and returns 1,
 * or pushes nothing and returns 0.  nil starts.  Raises for an unknown key. */
LUA_API int (lua_next)(lua_State *L, int idx);
/* Replaces the top n values by their concatenation ("" for none); may call Lua. */
LUA_API void (lua_concat)(lua_State *L, int n);
LUA_API lua_Alloc (lua_getallocf)(lua_State *L, void **ud);
LUA_API void lua_setallocf(lua_State *L, lua_Alloc f, void *ud);

/* ---- Conveniences ------------------------------------------------------------------------- */

#define lua_pop(L, n) lua_settop(L, -(n)-1)
#define lua_newtable(L) lua_createtable(L, 0, 0)
#define lua_register(L, n, f) (lua_pushcfunction(L, (f)), lua_setglobal(L, (n)))
#define lua_pushcfunction(L, f) lua_pushcclosure(L, (f), 0)
#define lua_strlen(L, i) lua_objlen(L, (i))

#define lua_isfunction(L, n) (lua_type(L, (n)) == LUA_TFUNCTION)
#define lua_istable(L, n) (lua_type(L, (n)) == LUA_TTABLE)
#define lua_islightuserdata(L, n) (lua_type(L, (n)) == LUA_TLIGHTUSERDATA)
#define lua_isnil(L, n) (lua_type(L, (n)) == LUA_TNIL)
#define lua_isboolean(L, n) (lua_type(L, (n)) == LUA_TBOOLEAN)
#define lua_isthread(L, n) (lua_type(L, (n)) == LUA_TTHREAD)
#define lua_isnone(L, n) (lua_type(L, (n)) == LUA_TNONE)
#define lua_isnoneornil(L, n) (lua_type(L, (n)) <= 0)

#define lua_pushliteral(L, s) lua_pushlstring(L, "" s, (sizeof(s) / sizeof(char)) - 1)
#define lua_setglobal(L, s) lua_setfield(L, LUA_GLOBALSINDEX, (s))
#define lua_getglobal(L, s) lua_getfield(L, LUA_GLOBALSINDEX, (s))
#define lua_tostring(L, i) lua_tolstring(L, (i), NULL)

/* Names of 5.0. */
#define lua_open() luaL_newstate()
#define lua_getregistry(L) lua_pushvalue(L, LUA_REGISTRYINDEX)
#define lua_getgccount(L) lua_gc(L, LUA_GCCOUNT, 0)
#define lua_Chunkreader lua_Reader
#define lua_Chunkwriter lua_Writer

/* Gives `to` the nesting of C calls that `from` has. */
LUA_API void lua_setlevel(lua_State *from, lua_State *to);

/* ---- Debug interface (manual 3.8) --------------------------------------------------------- */

#define LUA_HOOKCALL 0
#define LUA_HOOKRET 1
#define LUA_HOOKLINE 2
#define LUA_HOOKCOUNT 3
#define LUA_HOOKTAILRET 4

#define LUA_MASKCALL (1 << LUA_HOOKCALL)
#define LUA_MASKRET (1 << LUA_HOOKRET)
#define LUA_MASKLINE (1 << LUA_HOOKLINE)
#define LUA_MASKCOUNT (1 << LUA_HOOKCOUNT)

typedef struct lua_Debug lua_Debug;

typedef void (*lua_Hook)(lua_State *L, lua_Debug *ar);

/* Fills `ar` for the function at `level` (0 runs now, 1 called it); 0 if there is
 * none.  Never raises. */
LUA_API int lua_getstack(lua_State *L, int level, lua_Debug *ar);
/* Fills the fields that the letters of `what` name; with '>' first it pops a function
 * and describes that.  'f' pushes the function, 'L' the table of its lines.  0 for an
 * unknown letter. */
LUA_API int lua_getinfo(lua_State *L, const char *what, lua_Debug *ar);
/* Pushes local n of the frame and returns its name, or NULL and pushes nothing. */
LUA_API const char *lua_getlocal(lua_State *L, const lua_Debug *ar, int n);
/* Pops a value into local n and returns its name; NULL (and pops) if there is none. */
LUA_API const char *lua_setlocal(lua_State *L, const lua_Debug *ar, int n);
/* Pushes upvalue n of the function and returns its name ("" for C), or NULL. */
LUA_API const char *lua_getupvalue(lua_State *L, int funcindex, int n);
/* Pops a value into upvalue n and returns its name, or NULL and pops nothing. */
LUA_API const char *lua_setupvalue(lua_State *L, int funcindex, int n);
/* Sets L's hook; NULL or mask 0 turns it off.  Safe in a signal handler. */
LUA_API int lua_sethook(lua_State *L, lua_Hook func, int mask, int count);
LUA_API lua_Hook lua_gethook(lua_State *L);
LUA_API int lua_gethookmask(lua_State *L);
LUA_API int lua_gethookcount(lua_State *L);

struct lua_Debug {
  int event;
  const char *name;             /* n: a name of the function, or NULL */
  const char *namewhat;         /* n: "global", "local", "field", "method", "upvalue", "" */
  const char *what;             /* S: "Lua", "C", "main", "tail" */
  const char *source;           /* S: the chunk's name */
  int currentline;              /* l: -1 when unknown */
  int nups;                     /* u */
  int linedefined;              /* S: -1 for C functions */
  int lastlinedefined;          /* S */
  char short_src[LUA_IDSIZE];   /* S: `source` for people */
  int i_ci;                     /* private: the frame's number */
};

#endif
