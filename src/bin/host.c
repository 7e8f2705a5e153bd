/* host.c -- see host.h: the standard state of lauxlib with the standard libraries. */
#include "host.h"

#include "lauxlib.h"
#include "lualib.h"

lua_State *host_open(void) { return luaL_newstate(); }

void host_open_libs(lua_State *L) { luaL_openlibs(L); }

void host_close(lua_State *L) { lua_close(L); }
