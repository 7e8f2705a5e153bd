/* both.c -- for check-gdb: a process with both VMs in it, each in a namespace of its own.  OURS: the folder of
 * our library.  Runs values.lua on ours, then on the reference's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <lua5.1/lua.h>

/* dlsym gives an object pointer where a function's is wanted. */
#define FUNCTION(type, name) type name = (type)dlsym(library, #name)
typedef lua_State *(*NewState)(void);
typedef void (*OpenLibs)(lua_State *);
typedef int (*LoadFile)(lua_State *, const char *);
typedef int (*PCall)(lua_State *, int, int, int);

static void run(const char *path) {
  void *library = dlmopen(LM_ID_NEWLM, path, RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  FUNCTION(NewState, luaL_newstate);
  FUNCTION(OpenLibs, luaL_openlibs);
  FUNCTION(LoadFile, luaL_loadfile);
  FUNCTION(PCall, lua_pcall);
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  if (luaL_loadfile(L, "values.lua") == 0) lua_pcall(L, 0, 0, 0);
}

int main(void) {
  char path[4096];
  snprintf(path, sizeof path, "%s/liblua5.1.so.0", getenv("OURS"));
  run(path);
  run("liblua5.1.so.0");
  return 0;
}
