/* client.c -- a host program on the public API, built once with Debian's headers and run on both
 * shared libraries: what it prints must be the same.  It touches every exported function at least
 * once. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lua.h>

#include <lauxlib.h>
#include <lualib.h>

static void say(lua_State *L, const char *what) {
  int i;
  printf("%s:", what);
  for (i = 1; i <= lua_gettop(L); i++) {
    if (lua_isnumber(L, i) || lua_type(L, i) == LUA_TSTRING)
      printf(" %s", (lua_pushvalue(L, i), lua_tostring(L, -1)));
    else
      printf(" <%s>", luaL_typename(L, i));
    if (lua_isnumber(L, i) || lua_type(L, i) == LUA_TSTRING) lua_pop(L, 1);
  }
  printf("\n");
  lua_settop(L, 0);
}

static void *counting(void *ud, void *block, size_t osize, size_t nsize) {
  *(long *)ud += (long)nsize - (long)osize;
  if (nsize == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, nsize);
}

static void say_formatted(lua_State *L, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("%s\n", lua_pushvfstring(L, format, arguments));
  va_end(arguments);
  lua_settop(L, 0);
}

static int fails(lua_State *L) {
  return luaL_error(L, "number %d, string %s, char %c, %% %f", 7, "s", 'c', 1.5);
}
static int panics(lua_State *L) {
  printf("panic: %s\n", lua_tostring(L, -1));
  exit(0);
}
static int checks(lua_State *L) {
  static const char *const options[] = {"one", "two", NULL};
  lua_settop(L, 6);
  lua_pushinteger(L, luaL_checkinteger(L, 1));
  lua_pushnumber(L, luaL_checknumber(L, 2));
  lua_pushstring(L, luaL_checkstring(L, 3));
  lua_pushinteger(L, luaL_checkoption(L, 4, "two", options));
  lua_pushinteger(L, luaL_optint(L, 5, 55));
  lua_pushnumber(L, luaL_optnumber(L, 5, 5.5));
  lua_pushstring(L, luaL_optstring(L, 6, "default"));
  luaL_checkany(L, 1);
  luaL_checktype(L, 1, LUA_TNUMBER);
  luaL_checkstack(L, 10, "none");
  luaL_argcheck(L, lua_tointeger(L, 1) != 13, 1, "unlucky");
  return 7;
}
static int counter(lua_State *L) {
  lua_pushinteger(L, lua_tointeger(L, lua_upvalueindex(1)) + 1);
  lua_pushvalue(L, -1);
  lua_replace(L, lua_upvalueindex(1));
  return 1;
}
static int yields(lua_State *L) { return lua_yield(L, lua_gettop(L)); }
static int in_cpcall(lua_State *L) {
  printf("cpcall %d\n", *(int *)lua_touserdata(L, 1));
  return fails(L);
}
static int types(lua_State *L) { return luaL_typerror(L, 1, "thing"); }
static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static const char *reader(lua_State *L, void *data, size_t *size) {
  const char **at = data;
  (void)L;
  if (**at == '\0') return NULL;
  *size = 1;
  return (*at)++;
}
static int writer(lua_State *L, const void *p, size_t size, void *ud) {
  luaL_addlstring(ud, p, size);
  (void)L;
  return 0;
}

static int lines;
static void on_line(lua_State *L, lua_Debug *ar) {
  lua_getinfo(L, "Sl", ar);
  lines = lines * 10 + ar->currentline;
}

static void stack_and_values(lua_State *L) {
  lua_pushnil(L);
  lua_pushboolean(L, 1);
  lua_pushinteger(L, -3);
  lua_pushnumber(L, 0.1);
  lua_pushliteral(L, "lit");
  lua_pushlstring(L, "a\0b", 3);
  lua_pushstring(L, NULL);
  lua_pushlightuserdata(L, L);
  lua_pushfstring(L, "%s-%d", "f", 4);
  lua_pushcfunction(L, nothing);
  lua_newtable(L);
  lua_newuserdata(L, 16);
  lua_pushthread(L);
  say(L, "pushes");
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_pushinteger(L, 3);
  lua_insert(L, 1);
  lua_pushvalue(L, 2);
  lua_remove(L, 2);
  lua_replace(L, 1);
  say(L, "shuffles");
  say_formatted(L, "%d %s %f %c %% %s", -1, "text", 2.5, 'x', NULL);
  lua_pushstring(L, "10");
  lua_pushstring(L, "0x1F");
  lua_pushstring(L, " 5 ");
  lua_pushstring(L, "x");
  printf("%g %g %d %g %d %d %d\n", lua_tonumber(L, 1), lua_tonumber(L, 2), (int)lua_tointeger(L, 3),
         lua_tonumber(L, 4), lua_isnumber(L, 1), lua_isnumber(L, 4), lua_isstring(L, 1));
  printf("%d %d %d %d %d\n", lua_toboolean(L, 1), (int)lua_objlen(L, 3), lua_iscfunction(L, 1),
         lua_isuserdata(L, 1), lua_tocfunction(L, 1) == NULL);
  lua_concat(L, 4);
  say(L, "concat");
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  lua_pushinteger(L, 1);
  printf("%d %d %d %d %d\n", lua_equal(L, 1, 3), lua_equal(L, 1, 2), lua_lessthan(L, 1, 2),
         lua_rawequal(L, 1, 3), lua_equal(L, 1, 9));
  printf("%s %s %d\n", lua_typename(L, LUA_TTHREAD), lua_typename(L, LUA_TNONE), lua_type(L, 7));
  printf("%d %d\n", lua_checkstack(L, 100), lua_checkstack(L, 1000000));
  printf("%d %d\n", lua_topointer(L, 1) == NULL, lua_tothread(L, 1) == NULL);
  lua_settop(L, 0);
}

static void tables(lua_State *L) {
  lua_createtable(L, 2, 2);
  lua_pushstring(L, "v");
  lua_setfield(L, 1, "k");
  lua_pushstring(L, "one");
  lua_rawseti(L, 1, 1);
  lua_pushinteger(L, 2);
  lua_pushstring(L, "two");
  lua_settable(L, 1);
  lua_pushinteger(L, 3);
  lua_pushstring(L, "three");
  lua_rawset(L, 1);
  lua_getfield(L, 1, "k");
  lua_rawgeti(L, 1, 1);
  lua_pushinteger(L, 2);
  lua_gettable(L, 1);
  lua_pushinteger(L, 3);
  lua_rawget(L, 1);
  say(L, "table");
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, counter);
  lua_setfield(L, -2, "__index");
  printf("%d\n", lua_setmetatable(L, 1));
  printf("%d", lua_getmetatable(L, 1));
  printf(" %d\n", luaL_getmetafield(L, 1, "__index"));
  lua_settop(L, 1);
  printf("%d", luaL_callmeta(L, 1, "__tostring"));
  printf(" %d\n", lua_getmetatable(L, LUA_REGISTRYINDEX));
  lua_settop(L, 0);
  lua_newtable(L);
  lua_pushnumber(L, 1);
  lua_rawseti(L, 1, 1);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    printf("next %g %g\n", lua_tonumber(L, -2), lua_tonumber(L, -1));
    lua_pop(L, 1);
  }
  lua_getfenv(L, -1);
  lua_settop(L, 0);
  lua_pushcfunction(L, nothing);
  lua_newtable(L);
  printf("setfenv %d\n", lua_setfenv(L, 1));
  lua_settop(L, 0);
  lua_pushinteger(L, 5);
  lua_setglobal(L, "five");
  lua_getglobal(L, "five");
  lua_pushstring(L, "kept");
  {
    int ref = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_getref(L, ref);
    luaL_unref(L, LUA_REGISTRYINDEX, ref);
  }
  say(L, "globals");
  printf("%d\n", luaL_findtable(L, LUA_GLOBALSINDEX, "a.b.c", 1) == NULL);
  printf("%s\n", luaL_findtable(L, LUA_GLOBALSINDEX, "five.x", 1));
  lua_settop(L, 0);
  lua_newtable(L);
  {
    int a, b;
    lua_pushinteger(L, 1);
    a = luaL_ref(L, 1);
    luaL_unref(L, 1, a);
    lua_pushinteger(L, 2);
    b = luaL_ref(L, 1);
    lua_pushnil(L);
    printf("refs %d %d", a, b);
    printf(" %d\n", luaL_ref(L, 1));
  }
  lua_settop(L, 0);
}

static void calls(lua_State *L) {
  static const char *const sources[] = {
      "return checks(1, 2, 'x')", "return checks('y')", "return checks(1, 2, 3, 'three')",
      "return checks(13, 2, '')", "return checks()",    "return types({})",
      "return fails()",           "local x = nil + 1",  "x = = 1",
      "return ('x'):checks()"};
  size_t i;
  int seven = 7;
  lua_State *co;
  lua_register(L, "checks", checks);
  lua_register(L, "fails", fails);
  lua_register(L, "types", types);
  for (i = 0; i < sizeof sources / sizeof *sources; i++) {
    int status = luaL_loadstring(L, sources[i]);
    if (status == 0) status = lua_pcall(L, 0, LUA_MULTRET, 0);
    printf("%d ", status);
    say(L, sources[i]);
  }
  printf("%d ", lua_cpcall(L, in_cpcall, &seven));
  say(L, "cpcall");
  lua_pushinteger(L, 10);
  lua_pushcclosure(L, counter, 1);
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  printf("%s\n", lua_getupvalue(L, 1, 1));
  lua_setupvalue(L, 1, 1);
  say(L, "closure");
  co = lua_newthread(L);
  lua_register(co, "yields", yields); /* a C function may not be the body itself in 5.1 */
  luaL_loadstring(co, "local a, b = ... return yields(a, b), 'done'");
  lua_pushinteger(co, 1);
  lua_pushinteger(co, 2);
  printf("%d", lua_resume(co, 2));
  printf(" %d %d", lua_status(co), lua_gettop(co));
  lua_settop(co, 0);
  lua_pushstring(co, "back");
  printf(" %d", lua_resume(co, 1));
  printf(" %d %s\n", lua_gettop(co), lua_tostring(co, -1));
  lua_xmove(co, L, 1);
  say(L, "xmove");
  {
    const char *text = "return ...,\n 'read'";
    printf("%d\n", lua_load(L, reader, &text, "=reader"));
  }
  {
    luaL_Buffer b;
    lua_pushvalue(L, 1);
    luaL_buffinit(L, &b);
    printf("%d\n", lua_dump(L, writer, &b));
    luaL_pushresult(&b);
  }
  printf("%d\n", (int)lua_objlen(L, -1));
  printf("%d\n", luaL_loadbuffer(L, lua_tostring(L, -1), lua_objlen(L, -1), "dumped"));
  lua_pushinteger(L, 4);
  lua_call(L, 1, 2);
  lua_remove(L, 1);
  lua_remove(L, 1);
  lua_remove(L, 1);
  say(L, "dumped");
  printf("%d ", luaL_loadfile(L, "/none"));
  say(L, "loadfile");
}

static void auxiliary(lua_State *L) {
  static const luaL_Reg library[] = {{"checks", checks}, {"fails", fails}, {NULL, NULL}};
  luaL_Buffer b;
  int i;
  luaL_register(L, "lib.sub", library);
  lua_settop(L, 0);
  lua_newtable(L);
  luaL_openlib(L, NULL, library, 0);
  say(L, "register");
  printf("%d", luaL_newmetatable(L, "Type"));
  printf(" %d\n", luaL_newmetatable(L, "Type"));
  lua_settop(L, 0);
  lua_newuserdata(L, 4);
  luaL_getmetatable(L, "Type");
  lua_setmetatable(L, 1);
  printf("%d\n", luaL_checkudata(L, 1, "Type") == lua_touserdata(L, 1));
  lua_settop(L, 0);
  luaL_buffinit(L, &b);
  for (i = 0; i < 10000; i++) luaL_addchar(&b, 'a' + i % 26);
  luaL_addstring(&b, "end");
  lua_pushstring(L, "value");
  luaL_addvalue(&b);
  memcpy(luaL_prepbuffer(&b), "prep", 4);
  luaL_addsize(&b, 4);
  luaL_pushresult(&b);
  printf("%d %s\n", (int)lua_objlen(L, 1), lua_tostring(L, 1) + 9995);
  lua_settop(L, 0);
  luaL_gsub(L, "a.b.c", ".", "::");
  luaL_where(L, 1);
  say(L, "gsub");
}

static void debugging(lua_State *L) {
  lua_Debug ar;
  luaL_loadstring(L, "local a, b = 1, 2\nlocal c = a + b\nreturn c");
  lua_pushvalue(L, 1);
  lua_getinfo(L, ">SlnuL", &ar);
  printf("%s %s %d %d %d %d\n", ar.what, ar.short_src, ar.linedefined, ar.lastlinedefined, ar.nups,
         ar.currentline);
  lua_settop(L, 1);
  lua_sethook(L, on_line, LUA_MASKLINE, 0);
  printf("%d %d %d\n", lua_gethook(L) == on_line, lua_gethookmask(L), lua_gethookcount(L));
  lua_call(L, 0, 1);
  lua_sethook(L, NULL, 0, 0);
  printf("lines %d\n", lines);
  say(L, "hooked");
  printf("%d\n", lua_getstack(L, 0, &ar));
  luaL_loadstring(L, "local x = 5; local function f() return 1 end; look(); return x");
  printf("%s\n", lua_getupvalue(L, 1, 1) == NULL ? "no upvalue" : "upvalue");
  lua_settop(L, 0);
  lua_setlevel(L, L);
}

static int look(lua_State *L) {
  lua_Debug ar;
  lua_getstack(L, 1, &ar);
  printf("%s", lua_getlocal(L, &ar, 1));
  printf(" %g\n", lua_tonumber(L, -1));
  lua_pushinteger(L, 9);
  printf("%s\n", lua_setlocal(L, &ar, 1));
  return 0;
}

int main(void) {
  long bytes = 0;
  lua_Alloc f;
  void *ud;
  lua_State *L = lua_newstate(counting, &bytes);
  f = lua_getallocf(L, &ud);
  printf("%d %d\n", f == counting, ud == (void *)&bytes);
  lua_setallocf(L, f, ud);
  stack_and_values(L);
  tables(L);
  calls(L);
  auxiliary(L);
  debugging(L);
  lua_register(L, "look", look);
  luaL_loadstring(L, "local x = 5; look(); return x");
  lua_call(L, 0, 1);
  say(L, "setlocal");
  lua_gc(L, LUA_GCCOLLECT, 0);
  printf("%d", lua_gc(L, LUA_GCSETPAUSE, 150));
  printf(" %d", lua_gc(L, LUA_GCSETSTEPMUL, 300));
  printf(" %d", lua_gc(L, LUA_GCSTEP, 100000) >= 0);
  printf(" %d\n", (long)lua_gc(L, LUA_GCCOUNT, 0) * 1024 + lua_gc(L, LUA_GCCOUNTB, 0) == bytes);
  lua_close(L);
  printf("bytes left: %ld\n", bytes);
  L = luaL_newstate();
  printf("%d", luaopen_base(L));
  printf(" %d", luaopen_string(L));
  lua_settop(L, 0);
  lua_close(L);
  L = luaL_newstate();
  luaL_openlibs(L);
  printf(" %d", luaopen_table(L));
  printf(" %d", luaopen_math(L));
  printf(" %d", luaopen_debug(L));
  lua_pushcfunction(L, luaopen_io);
  lua_call(L, 0, 1);
  lua_pushcfunction(L, luaopen_os);
  lua_call(L, 0, 1);
  lua_pushcfunction(L, luaopen_package);
  lua_call(L, 0, 1);
  lua_settop(L, 0);
  printf("%d\n", luaL_dostring(L,
                               "io.write(string.format('%s %5.1f\\n', _VERSION, math.pi)) return "
                               "require 'string' == string"));
  say(L, "libraries");
  fflush(stdout);
  lua_atpanic(L, panics);
  lua_pushstring(L, "not protected");
  lua_error(L);
  return 1;
}
