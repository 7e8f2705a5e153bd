/* host_internal.c -- see host.h: in variant internal the interpreter runs on an allocator that
 * checks, has the library T, and fails if at its end one block is left. */
#include "bin/host.h"

#include "include/lualib.h"
#include "testlib/t_open.h"

static TMemory memory; /* of the one state of this program, and of those that T makes */

lua_State *host_open(void) {
  memory = t_memory_new();
  return t_open_state(&memory);
}

void host_open_libs(lua_State *L) {
  luaL_openlibs(L);
  t_open_library(L);
}

void host_close(lua_State *L) {
  lua_close(L);
  t_memory_check_empty(&memory);
}
