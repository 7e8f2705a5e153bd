/* lib_package.c -- `require`, `module` and the `package` table (manual 5.3).
 *
 * The environment of these functions is the package table itself, so they find
 * package.path and the others even if the global `package` is replaced.  What scripts may
 * have put there, or into the registry, is checked before it is used. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "borrowed.h"

/* ---- C libraries ---------------------------------------------------------------- */

/* An open shared library: a userdata in the registry at "LOADLIB: <path>".  Its size and
 * its mark tell it from any other userdata. */
typedef struct Library {
  const void *mark;   /* &library_mark */
  void *handle;       /* NULL: not open */
  size_t nfunctions;  /* taken from it so far */
} Library;

static const char library_mark = 'L';

#define LIBRARY_METATABLE "_LOADLIB"

typedef enum LoadOutcome { LOAD_OK, LOAD_NO_LIBRARY, LOAD_NO_FUNCTION } LoadOutcome;

/* The Library at `idx`, or NULL. */
static Library *find_library(lua_State *L, int idx) {
  if (lua_type(L, idx) != LUA_TUSERDATA || lua_objlen(L, idx) != sizeof(Library)) return NULL;
  Library *library = (Library *)lua_touserdata(L, idx);
  return library->mark == &library_mark ? library : NULL;
}

/* The library of `path`, not open yet if it is new. */
static Library *get_library(lua_State *L, const char *path) {
  const char *key = lua_pushfstring(L, "LOADLIB: %s", path);
  lua_getfield(L, LUA_REGISTRYINDEX, key);
  Library *library = find_library(L, -1);
  lua_pop(L, 1);
  if (library == NULL) {
    library = (Library *)lua_newuserdata(L, sizeof(Library));
    library->mark = &library_mark;
    library->handle = NULL;
    library->nfunctions = 0;
    luaL_getmetatable(L, LIBRARY_METATABLE);
    if (!lua_istable(L, -1)) luaL_error(L, "registry is damaged");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, key);
  }
  lua_pop(L, 1);
  return library;
}

/* __gc */
static int library_gc(lua_State *L) {
  Library *library = find_library(L, 1);
  if (library == NULL) return reject_finalised(L, library_gc, LIBRARY_METATABLE);
  if (library->handle != NULL) dlclose(library->handle);
  library->handle = NULL;
  return 0;
}

/* dlsym gives functions as data pointers, which only POSIX lets one convert. */
static lua_CFunction find_function(void *handle, const char *name) {
  union {
    void *data;
    lua_CFunction function;
  } symbol = {.data = dlsym(handle, name)};
  return symbol.function;
}

/* Pushes the function `name` of the library `path`, or an error message. */
static LoadOutcome load_function(lua_State *L, const char *path, const char *name) {
  Library *library = get_library(L, path);
  if (library->handle == NULL) library->handle = dlopen(path, RTLD_NOW);
  if (library->handle == NULL) {
    lua_pushstring(L, dlerror());
    return LOAD_NO_LIBRARY;
  }
  lua_CFunction function = find_function(library->handle, name);
  if (function == NULL) {
    lua_pushstring(L, dlerror());
    return LOAD_NO_FUNCTION;
  }
  library->nfunctions++;
  lua_pushcfunction(L, function);
  return LOAD_OK;
}

/* package.loadlib(path, name) */
static int package_loadlib(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  const char *name = luaL_checkstring(L, 2);
  LoadOutcome outcome = load_function(L, path, name);
  if (outcome == LOAD_OK) return 1;
  lua_pushnil(L);
  lua_insert(L, -2);
  lua_pushstring(L, outcome == LOAD_NO_LIBRARY ? "open" : "init");
  return 3;
}

/* ---- Searching files ------------------------------------------------------------------ */

static int is_readable(const char *filename) {
  FILE *f = fopen(filename, "r");
  if (f == NULL) return 0;
  fclose(f);
  return 1;
}

/* Tries the templates of package[field] with `name`, dots made directories.  Pushes and
 * returns the first file that can be read; or pushes what was tried and returns NULL. */
static const char *find_file_for(lua_State *L, const char *name, const char *field) {
  name = luaL_gsub(L, name, ".", LUA_DIRSEP);
  lua_getfield(L, LUA_ENVIRONINDEX, field);
  const char *path = lua_tostring(L, -1);
  if (path == NULL) luaL_error(L, LUA_QL("package.%s") " must be a string", field);
  lua_pushliteral(L, "");   /* the message */
  for (;;) {
    path += strspn(path, LUA_PATHSEP);
    if (*path == '\0') return NULL;
    size_t len = strcspn(path, LUA_PATHSEP);
    lua_pushlstring(L, path, len);
    path += len;
    const char *filename = luaL_gsub(L, lua_tostring(L, -1), LUA_PATH_MARK, name);
    lua_remove(L, -2);
    if (is_readable(filename)) return filename;
    lua_pushfstring(L, "\n\tno file " LUA_QS, filename);
    lua_remove(L, -2);
    lua_concat(L, 2);
  }
}

/* Raises the message on top as that of the module in argument 1. */
static void load_error(lua_State *L, const char *filename) {
  luaL_error(L, "error loading module " LUA_QS " from file " LUA_QS ":\n\t%s",
             lua_tostring(L, 1), filename, lua_tostring(L, -1));
}

/* Pushes and returns the opener's name for a module: "v1-a.b" has luaopen_a_b. */
static const char *push_opener_name(lua_State *L, const char *name) {
  const char *mark = strchr(name, *LUA_IGMARK);
  if (mark != NULL) name = mark + 1;
  name = luaL_gsub(L, name, ".", "_");
  return lua_pushfstring(L, "luaopen_%s", name);
}

/* ---- Loaders: each takes the module's name and returns a function, or a text that says
 * why it has none ------------------------------------------------------------------------ */

static int load_preloaded(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_getfield(L, LUA_ENVIRONINDEX, "preload");
  if (!lua_istable(L, -1))
    return luaL_error(L, LUA_QL("package.preload") " must be a table");
  lua_getfield(L, -1, name);
  if (lua_isnil(L, -1)) lua_pushfstring(L, "\n\tno field package.preload['%s']", name);
  return 1;
}

static int load_from_lua(lua_State *L) {
  const char *filename = find_file_for(L, luaL_checkstring(L, 1), "path");
  if (filename != NULL && luaL_loadfile(L, filename) != 0) load_error(L, filename);
  return 1;
}

static int load_from_c(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const char *filename = find_file_for(L, name, "cpath");
  if (filename == NULL) return 1;
  if (load_function(L, filename, push_opener_name(L, name)) != LOAD_OK) load_error(L, filename);
  return 1;
}

/* A submodule inside the C library of its root: a.b.c in that of a. */
static int load_from_root(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const char *dot = strchr(name, '.');
  if (dot == NULL) return 0;
  lua_pushlstring(L, name, (size_t)(dot - name));
  const char *filename = find_file_for(L, lua_tostring(L, -1), "cpath");
  if (filename == NULL) return 1;
  switch (load_function(L, filename, push_opener_name(L, name))) {
    case LOAD_OK:
      break;
    case LOAD_NO_LIBRARY:
      load_error(L, filename);
      break;
    case LOAD_NO_FUNCTION:   /* the library may well lack this one */
      lua_pushfstring(L, "\n\tno module " LUA_QS " in file " LUA_QS, name, filename);
      break;
  }
  return 1;
}

/* ---- require ------------------------------------------------------------------------------ */

/* While a module is being loaded, package.loaded has this address for it. */
static const char loading = 'R';

/* Pushes the registry's table of loaded modules. */
static void push_loaded(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
  if (!lua_istable(L, -1)) luaL_error(L, "registry is damaged");
}

/* Asks the loaders in order; pushes the first function that one gives. */
static void push_loader(lua_State *L, const char *name) {
  lua_getfield(L, LUA_ENVIRONINDEX, "loaders");
  if (!lua_istable(L, -1)) luaL_error(L, LUA_QL("package.loaders") " must be a table");
  lua_pushliteral(L, "");   /* the loaders' texts */
  for (int i = 1;; i++) {
    lua_rawgeti(L, -2, i);
    if (lua_isnil(L, -1))
      luaL_error(L, "module " LUA_QS " not found:%s", name, lua_tostring(L, -2));
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
    if (lua_isfunction(L, -1)) return;
    if (lua_isstring(L, -1)) lua_concat(L, 2);
    else lua_pop(L, 1);
  }
}

/* require(name) */
static int package_require(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  push_loaded(L);   /* slot 2 */
  lua_getfield(L, 2, name);
  if (lua_toboolean(L, -1)) {
    if (lua_touserdata(L, -1) == (const void *)&loading)
      return luaL_error(L, "loop or previous error loading module " LUA_QS, name);
    return 1;
  }
  push_loader(L, name);
  lua_pushlightuserdata(L, (void *)&loading);
  lua_setfield(L, 2, name);
  lua_pushstring(L, name);
  lua_call(L, 1, 1);
  if (!lua_isnil(L, -1)) lua_setfield(L, 2, name);
  lua_getfield(L, 2, name);
  if (lua_touserdata(L, -1) == (const void *)&loading) {   /* it set no value of its own */
    lua_pushboolean(L, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, name);
  }
  return 1;
}

/* ---- module --------------------------------------------------------------------------------- */

/* Makes the table on top the environment of the function that called `module`. */
static void set_caller_environment(lua_State *L) {
  lua_Debug ar;
  if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "f", &ar) || lua_iscfunction(L, -1))
    luaL_error(L, LUA_QL("module") " not called from a Lua function");
  lua_pushvalue(L, -2);
  lua_setfenv(L, -2);
  lua_pop(L, 1);
}

/* Gives the module on top its _M, _NAME and _PACKAGE ("a.b." for "a.b.c"). */
static void init_module(lua_State *L, const char *name) {
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "_M");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "_NAME");
  const char *dot = strrchr(name, '.');
  lua_pushlstring(L, name, dot != NULL ? (size_t)(dot - name) + 1 : 0);
  lua_setfield(L, -2, "_PACKAGE");
}

/* module(name [, ...]) */
static int package_module(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  int nargs = lua_gettop(L);
  push_loaded(L);
  lua_getfield(L, -1, name);
  if (!lua_istable(L, -1)) {
    lua_pop(L, 1);
    if (luaL_findtable(L, LUA_GLOBALSINDEX, name, 1) != NULL)
      return luaL_error(L, "name conflict for module " LUA_QS, name);
    lua_pushvalue(L, -1);
    lua_setfield(L, nargs + 1, name);
  }
  lua_getfield(L, -1, "_NAME");
  int is_new = lua_isnil(L, -1);
  lua_pop(L, 1);
  if (is_new) init_module(L, name);
  lua_pushvalue(L, -1);
  set_caller_environment(L);
  for (int i = 2; i <= nargs; i++) {   /* the options */
    lua_pushvalue(L, i);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 0);
  }
  return 0;
}

/* package.seeall(module): lets the module inherit the globals. */
static int package_seeall(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!lua_getmetatable(L, 1)) {
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -1);
    lua_setmetatable(L, 1);
  }
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  lua_setfield(L, -2, "__index");
  return 0;
}

/* ---- The library ------------------------------------------------------------ */

/* Stands for the default path while ";;" is being replaced. */
#define DEFAULT_MARK "\1"

/* Sets package[field] from the environment variable, or to the default. */
static void set_path(lua_State *L, const char *field, const char *variable, const char *def) {
  const char *path = getenv(variable);
  if (path == NULL) {
    lua_pushstring(L, def);
  } else {
    path = luaL_gsub(L, path, LUA_PATHSEP LUA_PATHSEP, LUA_PATHSEP DEFAULT_MARK LUA_PATHSEP);
    luaL_gsub(L, path, DEFAULT_MARK, def);
    lua_remove(L, -2);
  }
  lua_setfield(L, -2, field);
}

static const luaL_Reg package_functions[] = {
  {"loadlib", package_loadlib},
  {"seeall", package_seeall},
  {NULL, NULL}
};

static const luaL_Reg package_globals[] = {
  {"module", package_module},
  {"require", package_require},
  {NULL, NULL}
};

static void create_loaders(lua_State *L) {
  static const lua_CFunction loaders[] = {
    load_preloaded, load_from_lua, load_from_c, load_from_root
  };
  int n = (int)(sizeof(loaders) / sizeof(loaders[0]));
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushcfunction(L, loaders[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

LUALIB_API int luaopen_package(lua_State *L) {
  luaL_newmetatable(L, LIBRARY_METATABLE);
  lua_pushcfunction(L, library_gc);
  lua_setfield(L, -2, "__gc");
  luaL_register(L, LUA_LOADLIBNAME, package_functions);
  lua_pushvalue(L, -1);   /* the functions below inherit it as their environment */
  lua_replace(L, LUA_ENVIRONINDEX);
  create_loaders(L);
  lua_setfield(L, -2, "loaders");
  set_path(L, "path", LUA_PATH, LUA_PATH_DEFAULT);
  set_path(L, "cpath", LUA_CPATH, LUA_CPATH_DEFAULT);
  lua_pushliteral(L, LUA_DIRSEP "\n" LUA_PATHSEP "\n" LUA_PATH_MARK "\n" LUA_EXECDIR "\n"
                     LUA_IGMARK);
  lua_setfield(L, -2, "config");
  luaL_findtable(L, LUA_REGISTRYINDEX, "_LOADED", 2);
  lua_setfield(L, -2, "loaded");
  lua_newtable(L);
  lua_setfield(L, -2, "preload");
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  luaL_register(L, NULL, package_globals);
  lua_pop(L, 1);
  return 1;
}
