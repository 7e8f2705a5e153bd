/* api.c -- why this file exists: any liblua5.1 becomes an engine by nothing but its public
 * names. */
#include "engine/api.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static bool find_functions(LuaApi *api, const char *path, Diag *why) {
  struct { const char *name; void **slot; } wanted[] = {
#define F(function) { #function, (void **)&api->function },
    LUA_API_FUNCTIONS(F)
#undef F
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    *wanted[i].slot = dlsym(api->handle, wanted[i].name);
    if (*wanted[i].slot == NULL) {
      return diag_set(why, EXIT_INFRA, "%s: not a Lua 5.1 library: it has no %s", path,
                      wanted[i].name);
    }
  }
  return true;
}

bool api_load(LuaApi *api, const char *path, bool own_namespace, Diag *why) {
  *api = (LuaApi){0};
  const int flags = RTLD_NOW | RTLD_LOCAL;
  api->handle = own_namespace ? dlmopen(LM_ID_NEWLM, path, flags) : dlopen(path, flags);
  if (api->handle == NULL) {
    const char *message = dlerror();
    return diag_set(why, EXIT_INFRA, "cannot load %s: %s", path, message ? message : "no reason");
  }
  struct link_map *map = NULL;
  if (dlinfo(api->handle, RTLD_DI_LINKMAP, &map) != 0 || map == NULL) {
    return diag_set(why, EXIT_INFRA, "%s: the loader does not tell where it is", path);
  }
  if (!find_functions(api, path, why)) return false;
  char *whole = realpath(map->l_name, NULL);
  api->path = mem_string(whole ? whole : map->l_name);
  free(whole);
  return true;
}

void api_version(const LuaApi *api, lua_State *L, char *text, size_t size) {
  const char *found = NULL;
  int top = api->lua_gettop(L);
  api->lua_getfield(L, LUA_GLOBALSINDEX, "jit");
  if (api->lua_type(L, -1) == LUA_TTABLE) {
    api->lua_getfield(L, -1, "version");
    found = api->lua_tolstring(L, -1, NULL);
  }
  const char *ident = dlsym(api->handle, "lua_ident");
  if (found == NULL && ident != NULL) {
    /* "$Lua: Lua 5.1.5 Copyright ... $": the one place where a library tells its release. */
    const char *release = strstr(ident, "Lua 5.");
    int n = release ? (int)strcspn(release + 4, " ") + 4 : 0;
    snprintf(text, size, "%.*s", n, release ? release : "");
    if (n > 0) found = text;
  }
  if (found == NULL) {
    api->lua_getfield(L, LUA_GLOBALSINDEX, "_VERSION");
    found = api->lua_tolstring(L, -1, NULL);
  }
  if (found != text) snprintf(text, size, "%s", found ? found : "unknown");
  api->lua_settop(L, top);
}
