/* lualib.h -- the doors to the standard libraries (manual chapter 5).
 *
 * Each opener is a lua_CFunction: call it with lua_call, with the library's name as
 * argument, not directly.  It leaves the library's table as its result; luaopen_base
 * leaves two, `_G` and `coroutine`. */
#ifndef lualib_h
#define lualib_h

#include "lua.h"

/* Name of the metatable of files in the registry.  Such a userdata holds a FILE *,
 * NULL once it is closed. */
#define LUA_FILEHANDLE "FILE*"

#define LUA_COLIBNAME "coroutine"
LUALIB_API int (luaopen_base)(lua_State *L);

#define LUA_TABLIBNAME "table"
LUALIB_API int (luaopen_table)(lua_State *L);

#define LUA_IOLIBNAME "io"
LUALIB_API int (luaopen_io)(lua_State *L);

#define LUA_OSLIBNAME "os"
LUALIB_API int (luaopen_os)(lua_State *L);

#define LUA_STRLIBNAME "string"
LUALIB_API int (luaopen_string)(lua_State *L);

#define LUA_MATHLIBNAME "math"
LUALIB_API int (luaopen_math)(lua_State *L);

#define LUA_DBLIBNAME "debug"
LUALIB_API int (luaopen_debug)(lua_State *L);

#define LUA_LOADLIBNAME "package"
LUALIB_API int (luaopen_package)(lua_State *L);

/* Opens them all. */
LUALIB_API void (luaL_openlibs)(lua_State *L);

#ifndef lua_assert
#define lua_assert(x) ((void)0)
#endif

#endif
