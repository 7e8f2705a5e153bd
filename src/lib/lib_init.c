/* lib_init.c -- opens the standard libraries: a host that wants only some of them links
 * the others away by not calling this. */
#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

/* In this order: `package` must find package.loaded, and the later ones enter it. */
static const luaL_Reg openers[] = {
  {"", luaopen_base},
  {LUA_LOADLIBNAME, luaopen_package},
  {LUA_TABLIBNAME, luaopen_table},
  {LUA_IOLIBNAME, luaopen_io},
  {LUA_OSLIBNAME, luaopen_os},
  {LUA_STRLIBNAME, luaopen_string},
  {LUA_MATHLIBNAME, luaopen_math},
  {LUA_DBLIBNAME, luaopen_debug},
  {NULL, NULL}
};

LUALIB_API void luaL_openlibs(lua_State *L) {
  for (const luaL_Reg *opener = openers; opener->func != NULL; opener++) {
    lua_pushcfunction(L, opener->func);
    lua_pushstring(L, opener->name);
    lua_call(L, 1, 0);
  }
}
