/* sandbox.c -- a state that holds only what it was granted. */
#define _XOPEN_SOURCE 700 /* mkdtemp, symlink */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lauxlib.h"
#include "lua.h"
#include "lua_limits.h"

static void make_file(const char *name, const char *text) {
  FILE *f = fopen(name, "w");
  if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0) exit(EXIT_FAILURE);
}

static void try(lua_State *L, const char *expression) {
  lua_pushfstring(L, "return tostring((%s))", expression);
  if (luaL_loadbuffer(L, lua_tostring(L, -1), lua_objlen(L, -1), "=try") != 0 ||
      lua_pcall(L, 0, 1, 0) != 0)
    printf("%-30s no: %s\n", expression, lua_tostring(L, -1));
  else
    printf("%-30s %s\n", expression, lua_tostring(L, -1));
  lua_settop(L, 0);
}

int main(void) {
  char top[] = "/tmp/sandbox_XXXXXX";
  const char *const variables[] = {"LANGUAGE_OF_MENUS", NULL};
  const double then = 1e9;
  plx_Grants grants = {0};
  lua_State *L;

  /* A folder for scripts, with a file in it, another beside it, and a link that leads out. */
  if (mkdtemp(top) == NULL || chdir(top) != 0 || mkdir("data", 0700) != 0) return EXIT_FAILURE;
  make_file("secret", "not for scripts");
  make_file("data/menu", "soup");
  if (symlink("../secret", "data/way_out") != 0) return EXIT_FAILURE;
  setenv("LANGUAGE_OF_MENUS", "fr", 1);

  /* Computing, printing, reading below that folder, one variable, a clock that stands still. */
  grants.can = PLX_CAN_COMPUTE | PLX_CAN_PRINT;
  grants.dir = "data";
  grants.env = variables;
  grants.fixed_time = &then;
  L = luaL_newstate();
  plx_openlibs(L, &grants);

  try(L, "('x'):rep(3)");
  try(L, "io.open('menu'):read()");
  try(L, "os.getenv('LANGUAGE_OF_MENUS')");
  try(L, "os.time()");
  try(L, "tostring({})");
  try(L, "io.open('menu', 'w')");
  try(L, "io.open('../secret')");
  try(L, "io.open('way_out')");
  try(L, "io.open('/etc/passwd')");
  try(L, "os.getenv('HOME')");
  try(L, "os.execute('true')");
  try(L, "require('socket')");
  try(L, "loadstring('x = 1')");
  try(L, "getmetatable('')");
  try(L, "select(2, pcall(os.exit))");

  lua_close(L);
  unlink("data/menu");
  unlink("data/way_out");
  unlink("secret");
  return rmdir("data") != 0 || rmdir(top) != 0;
}
