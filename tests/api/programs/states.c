/* states.c -- the life of a state: creation with every kind of context, closing at odd moments and
 * from any thread, several states side by side, the openers one by one, 5.0's names (manual 3, 5).
 */
#include "show.h"

static void *plain_alloc(void *ud, void *ptr, size_t osize, size_t nsize) {
  (void)osize;
  if (ud != NULL) (*(long *)ud)++;
  if (nsize == 0) {
    free(ptr);
    return NULL;
  }
  return realloc(ptr, nsize);
}

static void *no_memory(void *ud, void *ptr, size_t osize, size_t nsize) {
  (void)ud, (void)ptr, (void)osize, (void)nsize;
  return NULL;
}

static void creation(void) {
  long calls = 0;
  lua_State *L = lua_newstate(plain_alloc, &calls);
  printf("%d %d top %d status %d\n", L != NULL, calls > 0, lua_gettop(L), lua_status(L));
  printf("main %d\n", lua_pushthread(L)), lua_settop(L, 0);
  lua_getglobal(L, "print"), lua_getglobal(L, "_G"), lua_getglobal(L, "_VERSION");
  show_and_clear(L, "nothing is open");
  show_run(L, "local x = 1 + 1 return x, ({1, 2})[2], (function(...) return ... end)(3)");
  show_run(L, "return ('x'):rep(2)");
  lua_close(L);
  printf("no memory: %d\n", lua_newstate(no_memory, NULL) == NULL);
  L = lua_newstate(plain_alloc, NULL);
  lua_close(L);
  L = lua_open();
  printf("lua_open %d\n", L != NULL);
  lua_close(L);
}

static int say(lua_State *L) {
  printf("%s says %s\n", lua_tostring(L, lua_upvalueindex(1)), luaL_typename(L, 1));
  return 0;
}

/* A userdata whose finaliser says `name`. */
static void push_speaker(lua_State *L, const char *name) {
  lua_newuserdata(L, 1);
  lua_newtable(L);
  lua_pushstring(L, name), lua_pushcclosure(L, say, 1), lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
}

static int fails_in_gc(lua_State *L) { return luaL_error(L, "nobody sees this"); }
static int makes_another(lua_State *L) {
  push_speaker(L, "made while closing");
  lua_setglobal(L, "kept");
  return 0;
}
static int runs_lua(lua_State *L) {
  luaL_loadstring(L, "local s = '' for i = 1, 100 do s = s .. i end return #s");
  lua_call(L, 0, 1);
  printf("closing, but Lua runs: %d\n", (int)lua_tointeger(L, -1));
  return 0;
}
static int collects(lua_State *L) {
  printf("closing, collect: %d\n", lua_gc(L, LUA_GCCOLLECT, 0));
  return 0;
}

static void push_with_gc(lua_State *L, lua_CFunction f) {
  lua_newuserdata(L, 1);
  lua_newtable(L);
  lua_pushcfunction(L, f), lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
}

static void closing(void) {
  lua_State *L = lua_newstate(plain_alloc, NULL), *co;
  lua_close(L);
  printf("at once\n");
  L = new_state();
  push_speaker(L, "on the stack");
  push_speaker(L, "global"), lua_setglobal(L, "g");
  push_speaker(L, "registered"), luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L), push_speaker(L, "in a table"), lua_rawseti(L, -2, 1);
  push_with_gc(L, fails_in_gc);
  push_with_gc(L, makes_another);
  push_with_gc(L, runs_lua);
  push_with_gc(L, collects);
  lua_close(L);
  L = new_state();
  co = lua_newthread(L);
  push_speaker(co, "on a thread's stack");
  lua_close(co);
  printf("closed by its thread\n");
  L = new_state();
  co = lua_newthread(L);
  luaL_loadstring(co, "local s = ... coroutine.yield(1) return s");
  push_speaker(co, "in a suspended coroutine");
  printf("%d\n", lua_resume(co, 1));
  lua_close(L);
  L = new_state();
  luaL_loadstring(L, "syntax error"), push_speaker(L, "after a syntax error");
  lua_close(L);
  L = new_state();
  lua_gc(L, LUA_GCSTOP, 0), push_speaker(L, "with the collector stopped");
  lua_close(L);
  L = new_state();
  luaL_loadstring(L, "local function f() return f() + 1 end f()");
  printf("%d\n", lua_pcall(L, 0, 0, 0)), push_speaker(L, "after an overflow");
  lua_close(L);
}

static void hook(lua_State *L, lua_Debug *ar) { (void)L, (void)ar; }

static void closing_with_hooks(void) {
  lua_State *L = new_state();
  push_with_gc(L, runs_lua);
  lua_sethook(L, hook, LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
  lua_close(L);
}

static void side_by_side(void) {
  lua_State *states[8];
  int i, round;
  for (i = 0; i < COUNT(states); i++) {
    states[i] = new_state();
    lua_pushinteger(states[i], i), lua_setglobal(states[i], "me");
  }
  for (round = 0; round < 3; round++)
    for (i = 0; i < COUNT(states); i++) {
      (void)luaL_dostring(states[i], "list = list or {} list[#list + 1] = me * 10 string.mine = me "
                                     "return table.concat(list, ','), string.mine");
      if (round == 2) show_stack(states[i], "state");
      lua_settop(states[i], 0);
      if (i % 3 == 0) show_run(states[i], "error('in one')");
    }
  for (i = 0; i < COUNT(states); i += 2) lua_close(states[i]);
  for (i = 1; i < COUNT(states); i += 2)
    show_run(states[i], "return me, #list"), lua_close(states[i]);
}

static void names_of(lua_State *L, const char *library) {
  char text[300];
  sprintf(text,
          "local t = {} for k, v in pairs(%s) do t[#t + 1] = k .. '=' .. type(v) end table.sort(t) "
          "return table.concat(t, ' ')",
          library);
  show_run(L, text);
}

static void openers(void) {
  static const struct {
    const char *name;
    lua_CFunction open;
  } all[] = {{"", luaopen_base},
             {LUA_LOADLIBNAME, luaopen_package},
             {LUA_TABLIBNAME, luaopen_table},
             {LUA_IOLIBNAME, luaopen_io},
             {LUA_OSLIBNAME, luaopen_os},
             {LUA_STRLIBNAME, luaopen_string},
             {LUA_MATHLIBNAME, luaopen_math},
             {LUA_DBLIBNAME, luaopen_debug}};
  lua_State *L = luaL_newstate();
  int i;
  for (i = 0; i < COUNT(all); i++) {
    lua_pushcfunction(L, all[i].open), lua_pushstring(L, all[i].name);
    lua_call(L, 1, LUA_MULTRET);
    show_and_clear(L, all[i].name);
  }
  names_of(L, "_G"), names_of(L, "package"), names_of(L, "table"), names_of(L, "io"),
      names_of(L, "os"), names_of(L, "string");
  names_of(L, "math"), names_of(L, "debug"), names_of(L, "coroutine"),
      names_of(L, "package.loaded"), names_of(L, "getmetatable('').__index");
  names_of(L, "getmetatable(io.stdout)");
  show_run(L, "return package.config, package.path, package.cpath, #package.loaders, _VERSION, "
              "math.pi, math.huge");
  show_run(L, "return string.gfind == string.gmatch, math.mod == math.fmod, _G._G == _G, "
              "package.loaded._G == _G");
  lua_close(L);
  L = lua_newstate(plain_alloc, NULL);
  luaL_openlibs(L), luaL_openlibs(L);
  show_run(L, "return #package.loaders, type(require 'string'), require 'io' == io");
  lua_close(L);
}

static int count_registry(lua_State *L) {
  int strings = 0;
  lua_pushnil(L);
  while (lua_next(L, LUA_REGISTRYINDEX)) {
    if (lua_type(L, -2) == LUA_TSTRING) printf(" %s", lua_tostring(L, -2)), strings++;
    lua_pop(L, 1);
  }
  printf(": %d\n", strings);
  return 0;
}

static void one_opener_alone(void) {
  static const lua_CFunction all[] = {luaopen_base,  luaopen_table, luaopen_string, luaopen_math,
                                      luaopen_debug, luaopen_io,    luaopen_os};
  int i;
  for (i = 0; i < COUNT(all); i++) {
    lua_State *L = luaL_newstate();
    lua_pushcfunction(L, all[i]);
    printf("%d ", lua_pcall(L, 0, LUA_MULTRET, 0));
    show_and_clear(L, "results");
    lua_cpcall(L, count_registry, NULL);
    lua_close(L);
  }
}

int main(void) {
  section("creation");
  creation();
  section("closing");
  closing();
  section("closing with hooks");
  closing_with_hooks();
  section("side by side");
  side_by_side();
  section("the libraries");
  openers();
  section("one opener alone");
  one_opener_alone();
  return 0;
}
