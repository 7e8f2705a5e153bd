/* api.h -- the public C API of one loaded Lua 5.1 library, as a table of functions.
 *
 * Any library that is ABI-compatible with Lua 5.1 fills it: nothing else is known about it.  Header
 * macros such as lua_pop call the linked functions, which do not exist here: use the table. */
#ifndef ENGINE_API_H
#define ENGINE_API_H

#include "base/diag.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* Functions the oracle calls itself. */
#define LUA_API_FUNCTIONS(F)                                                                     \
  F(lua_newstate) F(lua_close) F(lua_newthread) F(lua_atpanic)                                   \
  F(lua_gettop) F(lua_settop) F(lua_pushvalue) F(lua_remove) F(lua_insert) F(lua_replace)        \
  F(lua_checkstack) F(lua_xmove)                                                                 \
  F(lua_isnumber) F(lua_isstring) F(lua_iscfunction) F(lua_isuserdata) F(lua_type)               \
  F(lua_typename) F(lua_rawequal)                                                                \
  F(lua_tonumber) F(lua_tointeger) F(lua_toboolean) F(lua_tolstring) F(lua_objlen)               \
  F(lua_touserdata) F(lua_tothread) F(lua_topointer)                                             \
  F(lua_pushnil) F(lua_pushnumber) F(lua_pushinteger) F(lua_pushlstring) F(lua_pushstring)       \
  F(lua_pushcclosure) F(lua_pushboolean) F(lua_pushlightuserdata)                                \
  F(lua_gettable) F(lua_getfield) F(lua_rawget) F(lua_rawgeti) F(lua_createtable)                \
  F(lua_getmetatable) F(lua_settable) F(lua_setfield) F(lua_rawset) F(lua_rawseti)               \
  F(lua_setmetatable)                                                                            \
  F(lua_setfenv)                                                                                 \
  F(lua_call) F(lua_pcall) F(lua_cpcall) F(lua_load) F(lua_dump) F(lua_resume) F(lua_status)     \
  F(lua_gc) F(lua_error) F(lua_next) F(lua_concat)                                               \
  F(lua_getstack) F(lua_getinfo) F(lua_sethook) F(lua_gethook) F(lua_gethookmask)                \
  F(luaL_newstate) F(luaL_openlibs) F(luaL_loadbuffer) F(luaL_loadfile) F(luaL_checkstack)       \
  F(luaL_error)

typedef struct LuaApi {
  void *handle;          /* of dlopen: never closed, a namespace cannot be given back */
  char *path;            /* of the file that was loaded, resolved */
#define F(name) __typeof__(name) *name;
  LUA_API_FUNCTIONS(F)
#undef F
} LuaApi;

/* Loads the library at `path` (a name without '/' is searched as the loader does) and fills *api.
 * With own_namespace it gets copies of all its libraries, libc included (dlmopen), so that a second
 * copy of the same library, or an instrumented one, can live beside it.  A process has 16
 * namespaces. False, EXIT_INFRA: missing, not loadable, or lacks a function. */
bool api_load(LuaApi *api, const char *path, bool own_namespace, Diag *why);

/* What the library calls itself: jit.version, else the release in lua_ident ("Lua 5.1.5"), else
 * _VERSION.  L has its libraries open. */
void api_version(const LuaApi *api, lua_State *L, char *text, size_t size);

#endif
