/* aux_lib.c -- tables of libraries, and whole states: what a host or a module does once,
 * at its start (manual chapter 4). */
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"

/* ---- States ------------------------------------------------------------------ */

static int report_panic(lua_State *L) {
  fprintf(stderr, "PANIC: unprotected error in call to Lua API (%s)\n", lua_tostring(L, -1));
  return 0;   /* the VM ends the process */
}

LUALIB_API lua_State *luaL_newstate(void) {
  lua_State *L = lua_newstate(NULL, NULL);   /* on the VM's own allocator */
  if (L != NULL) lua_atpanic(L, report_panic);
  return L;
}

/* ---- Dotted names --------------------------------------------------------------- */

LUALIB_API const char *luaL_findtable(lua_State *L, int idx, const char *fname, int szhint) {
  lua_pushvalue(L, idx);
  for (;;) {   /* the table reached so far is on top */
    size_t len = strcspn(fname, ".");
    int last = fname[len] == '\0';
    lua_pushlstring(L, fname, len);
    lua_rawget(L, -2);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_createtable(L, 0, last ? szhint : 1);
      lua_pushlstring(L, fname, len);
      lua_pushvalue(L, -2);
      lua_settable(L, -4);   /* __newindex sees new tables, though __index is not asked */
    } else if (!lua_istable(L, -1)) {
      lua_pop(L, 2);
      return fname;
    }
    lua_remove(L, -2);
    if (last) return NULL;
    fname += len + 1;
  }
}

/* ---- Registration ------------------------------------------------------------------ */

static int count_rows(const luaL_Reg *l) {
  int n = 0;
  while (l[n].name != NULL) n++;
  return n;
}

/* Pushes package.loaded[libname]; makes it, as a global table as well, if there is
 * none. */
static void push_library(lua_State *L, const char *libname, int nfunctions) {
  if (luaL_findtable(L, LUA_REGISTRYINDEX, "_LOADED", 1) != NULL)
    luaL_error(L, "registry is damaged");
  lua_getfield(L, -1, libname);
  if (!lua_istable(L, -1)) {
    lua_pop(L, 1);
    if (luaL_findtable(L, LUA_GLOBALSINDEX, libname, nfunctions) != NULL)
      luaL_error(L, "name conflict for module " LUA_QS, libname);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, libname);
  }
  lua_remove(L, -2);
}

LUALIB_API void luaL_openlib(lua_State *L, const char *libname, const luaL_Reg *l, int nup) {
  if (libname != NULL) {
    push_library(L, libname, count_rows(l));
    lua_insert(L, -(nup + 1));   /* below the upvalues */
  }
  for (; l->name != NULL; l++) {
    for (int i = 0; i < nup; i++) lua_pushvalue(L, -nup);
    lua_pushcclosure(L, l->func, nup);
    lua_setfield(L, -(nup + 2), l->name);
  }
  lua_pop(L, nup);
}

LUALIB_API void luaL_register(lua_State *L, const char *libname, const luaL_Reg *l) {
  luaL_openlib(L, libname, l, 0);
}

/* ---- Plain substitution --------------------------------------------------------------- */

LUALIB_API const char *luaL_gsub(lua_State *L, const char *s, const char *p, const char *r) {
  luaL_Buffer out;
  size_t size = strlen(p);
  const char *hit;
  luaL_buffinit(L, &out);
  while ((hit = strstr(s, p)) != NULL) {
    luaL_addlstring(&out, s, (size_t)(hit - s));
    luaL_addstring(&out, r);
    s = hit + size;
  }
  luaL_addstring(&out, s);
  luaL_pushresult(&out);
  return lua_tostring(L, -1);
}
