/* effects.c -- the manual gives each function's effect on the stack as [-o, +p, x]; here each one
 * is called with values below, and the top is shown before and after (manual 3.7, 3.8, 4.1). */
#include "show.h"

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}
static int three(lua_State *L) {
  lua_pushinteger(L, 1), lua_pushinteger(L, 2), lua_pushinteger(L, 3);
  return 3;
}
static int fails(lua_State *L) {
  lua_pushliteral(L, "dropped");
  return luaL_error(L, "failed");
}
static const char *no_text(lua_State *L, void *data, size_t *size) {
  (void)L, (void)data;
  *size = 0;
  return NULL;
}
static int discard(lua_State *L, const void *p, size_t size, void *data) {
  (void)L, (void)p, (void)size, (void)data;
  return 0;
}
static void no_hook(lua_State *L, lua_Debug *ar) { (void)L, (void)ar; }

/* Begins each group with the same five values. */
static void begin(lua_State *L) {
  lua_settop(L, 0);
  lua_newtable(L);
  lua_pushliteral(L, "key"), lua_pushliteral(L, "value"), lua_rawset(L, 1);
  lua_pushinteger(L, 20);
  lua_pushliteral(L, "text");
  lua_newuserdata(L, 8);
  lua_pushcfunction(L, three);
}

static void states(lua_State *L) {
  void *ud;
  lua_Alloc alloc;
  lua_State *other;
  lua_CFunction old;
  begin(L);
  EFFECT(L, other = lua_newthread(L));
  EFFECT(L, old = lua_atpanic(L, nothing));
  EFFECT(L, lua_atpanic(L, old));
  EFFECT(L, lua_status(L));
  EFFECT0(L, lua_setlevel(L, other));
  EFFECT(L, alloc = lua_getallocf(L, &ud));
  EFFECT0(L, lua_setallocf(L, alloc, ud));
  EFFECT(L, lua_pushthread(L));
  EFFECT(L, lua_sethook(L, no_hook, LUA_MASKCALL, 0));
  EFFECT(L, lua_gethook(L));
  EFFECT(L, lua_gethookmask(L));
  EFFECT(L, lua_gethookcount(L));
  EFFECT(L, lua_sethook(L, NULL, 0, 0));
  EFFECT(L, lua_gc(L, LUA_GCCOLLECT, 0));
  EFFECT(L, lua_gc(L, LUA_GCCOUNT, 0));
  lua_pushinteger(L, 5);
  EFFECT0(L, lua_xmove(L, other, 1));
  EFFECT0(L, lua_xmove(other, L, 1));
}

static void looking(lua_State *L) {
  begin(L);
  EFFECT(L, lua_type(L, 2));
  EFFECT(L, lua_typename(L, 2));
  EFFECT(L, lua_isnumber(L, 3));
  EFFECT(L, lua_isstring(L, 2));
  EFFECT(L, lua_iscfunction(L, 5));
  EFFECT(L, lua_isuserdata(L, 4));
  EFFECT(L, lua_equal(L, 2, 3));
  EFFECT(L, lua_rawequal(L, 2, 2));
  EFFECT(L, lua_lessthan(L, 2, 2));
  EFFECT(L, lua_tonumber(L, 2));
  EFFECT(L, lua_tointeger(L, 2));
  EFFECT(L, lua_toboolean(L, 2));
  EFFECT(L, lua_tolstring(L, 3, NULL));
  EFFECT(L, lua_objlen(L, 3));
  EFFECT(L, lua_tocfunction(L, 5));
  EFFECT(L, lua_touserdata(L, 4));
  EFFECT(L, lua_tothread(L, 4));
  EFFECT(L, lua_topointer(L, 4));
  EFFECT(L, lua_checkstack(L, 50));
  EFFECT(L, lua_checkstack(L, 1 << 20));
}

static void pushing(lua_State *L) {
  begin(L);
  EFFECT0(L, lua_pushnil(L));
  EFFECT0(L, lua_pushnumber(L, 1.25));
  EFFECT0(L, lua_pushinteger(L, 3));
  EFFECT0(L, lua_pushlstring(L, "ab", 2));
  EFFECT0(L, lua_pushstring(L, "abc"));
  EFFECT(L, lua_pushfstring(L, "%d", 4));
  EFFECT0(L, lua_pushboolean(L, 1));
  EFFECT0(L, lua_pushlightuserdata(L, L));
  EFFECT0(L, lua_pushcclosure(L, nothing, 2));
  EFFECT0(L, lua_pushcfunction(L, nothing));
  EFFECT0(L, lua_pushvalue(L, 2));
  EFFECT0(L, lua_createtable(L, 1, 1));
  EFFECT0(L, lua_newtable(L));
  EFFECT(L, lua_newuserdata(L, 1));
  EFFECT0(L, lua_settop(L, 8));
  EFFECT0(L, lua_insert(L, 3));
  EFFECT0(L, lua_remove(L, 3));
  EFFECT0(L, lua_replace(L, 3));
  EFFECT0(L, lua_pop(L, 2));
}

static void tables(lua_State *L) {
  begin(L);
  EFFECT0(L, lua_getfield(L, 1, "key"));
  EFFECT0(L, lua_gettable(L, 1));
  EFFECT0(L, lua_rawget(L, 1));
  EFFECT0(L, lua_rawgeti(L, 1, 1));
  EFFECT0(L, lua_setfield(L, 1, "other"));
  EFFECT0(L, lua_getglobal(L, "print"));
  EFFECT0(L, lua_setglobal(L, "print"));
  lua_pushinteger(L, 1), lua_pushinteger(L, 2);
  EFFECT0(L, lua_settable(L, 1));
  lua_pushinteger(L, 1), lua_pushinteger(L, 2);
  EFFECT0(L, lua_rawset(L, 1));
  lua_pushinteger(L, 1);
  EFFECT0(L, lua_rawseti(L, 1, 2));
  EFFECT(L, lua_getmetatable(L, 1));
  lua_newtable(L);
  EFFECT(L, lua_setmetatable(L, 1));
  EFFECT(L, lua_getmetatable(L, 1));
  EFFECT0(L, lua_getfenv(L, 5));
  EFFECT(L, lua_setfenv(L, 5));
  lua_newtable(L);
  EFFECT(L, lua_setfenv(L, 2));
  EFFECT0(L, lua_getfenv(L, 2));
  lua_pushnil(L);
  EFFECT(L, lua_next(L, 1));
  lua_pushnil(L), lua_rawset(L, 1);
  lua_newtable(L), lua_pushnil(L);
  EFFECT(L, lua_next(L, -2));
}

static void calling(lua_State *L) {
  begin(L);
  lua_pushvalue(L, 5), lua_pushnil(L);
  EFFECT0(L, lua_call(L, 1, 2));
  lua_pushvalue(L, 5);
  EFFECT0(L, lua_call(L, 0, LUA_MULTRET));
  lua_pushvalue(L, 5), lua_pushnil(L);
  EFFECT0(L, lua_call(L, 1, 0));
  lua_pushvalue(L, 5);
  EFFECT(L, lua_pcall(L, 0, 5, 0));
  lua_pushcfunction(L, fails), lua_pushnil(L);
  EFFECT(L, lua_pcall(L, 1, 7, 0));
  EFFECT(L, lua_cpcall(L, three, NULL));
  EFFECT(L, lua_cpcall(L, fails, NULL));
  begin(L);
  EFFECT(L, lua_load(L, no_text, NULL, "=nothing"));
  EFFECT(L, lua_dump(L, discard, NULL));
  EFFECT(L, lua_resume(L, 0));
  begin(L);
  EFFECT(L, lua_dump(L, discard, NULL));
  lua_pushinteger(L, 1), lua_pushliteral(L, "2"), lua_pushinteger(L, 3);
  EFFECT0(L, lua_concat(L, 3));
  EFFECT0(L, lua_concat(L, 1));
  EFFECT0(L, lua_concat(L, 0));
}

static void debugging(lua_State *L) {
  lua_Debug ar;
  begin(L);
  EFFECT(L, lua_getstack(L, 0, &ar));
  EFFECT(L, lua_getstack(L, 9, &ar));
  lua_pushvalue(L, 5);
  EFFECT(L, lua_getinfo(L, ">Snlu", &ar));
  lua_pushvalue(L, 5);
  EFFECT(L, lua_getinfo(L, ">f", &ar));
  lua_pushvalue(L, 5);
  EFFECT(L, lua_getinfo(L, ">L", &ar));
  lua_pushvalue(L, 5);
  EFFECT(L, lua_getinfo(L, ">fL", &ar));
  lua_pushvalue(L, 5);
  EFFECT(L, lua_getinfo(L, ">?", &ar));
  lua_pushinteger(L, 6), lua_pushcclosure(L, nothing, 1);
  EFFECT(L, lua_getupvalue(L, -1, 1));
  EFFECT(L, lua_setupvalue(L, -2, 1));
  EFFECT(L, lua_getupvalue(L, -1, 2));
  lua_pushinteger(L, 6);
  EFFECT(L, lua_setupvalue(L, -2, 2));
}

static int called_for_locals(lua_State *L) {
  lua_Debug ar;
  EFFECT(L, lua_getstack(L, 1, &ar));
  EFFECT(L, lua_getlocal(L, &ar, 1));
  EFFECT(L, lua_getlocal(L, &ar, 50));
  EFFECT(L, lua_setlocal(L, &ar, 1));
  lua_pushinteger(L, 6);
  EFFECT(L, lua_setlocal(L, &ar, 50));
  EFFECT(L, lua_getinfo(L, "nSlu", &ar));
  EFFECT(L, lua_getinfo(L, "f", &ar));
  EFFECT(L, lua_getinfo(L, "fL", &ar));
  return 0;
}

static void auxiliary(lua_State *L) {
  static const luaL_Reg functions[] = {{"nothing", nothing}, {NULL, NULL}};
  luaL_Buffer b;
  int ref;
  begin(L);
  EFFECT0(L, luaL_register(L, "effects", functions));
  EFFECT0(L, luaL_register(L, NULL, functions));
  lua_pushinteger(L, 1), lua_pushinteger(L, 2);
  EFFECT0(L, luaL_openlib(L, NULL, functions, 2));
  lua_pushinteger(L, 1);
  EFFECT0(L, luaL_openlib(L, "effects", functions, 1));
  EFFECT(L, luaL_getmetafield(L, 1, "__x"));
  EFFECT(L, luaL_callmeta(L, 1, "__x"));
  EFFECT(L, luaL_newmetatable(L, "effects.meta"));
  EFFECT(L, luaL_newmetatable(L, "effects.meta"));
  EFFECT0(L, luaL_getmetatable(L, "effects.meta"));
  EFFECT0(L, luaL_where(L, 0));
  EFFECT(L, ref = luaL_ref(L, LUA_REGISTRYINDEX));
  EFFECT0(L, luaL_unref(L, LUA_REGISTRYINDEX, ref));
  EFFECT(L, luaL_loadstring(L, "return"));
  EFFECT(L, luaL_loadstring(L, "return return"));
  EFFECT(L, luaL_loadbuffer(L, "x = 1", 5, "=x"));
  EFFECT(L, luaL_loadfile(L, "absent"));
  EFFECT(L, luaL_gsub(L, "a-b", "-", "+"));
  EFFECT(L, luaL_findtable(L, LUA_GLOBALSINDEX, "e.f", 0));
  EFFECT(L, luaL_findtable(L, LUA_GLOBALSINDEX, "_VERSION.f", 0));
  begin(L);
  EFFECT0(L, luaL_checkany(L, 1));
  EFFECT0(L, luaL_checktype(L, 1, LUA_TTABLE));
  EFFECT0(L, luaL_checkstack(L, 5, "x"));
  EFFECT(L, luaL_checknumber(L, 2));
  EFFECT(L, luaL_checkinteger(L, 2));
  EFFECT(L, luaL_checklstring(L, 3, NULL));
  EFFECT(L, luaL_optnumber(L, 9, 1));
  EFFECT(L, luaL_optinteger(L, 9, 1));
  EFFECT(L, luaL_optlstring(L, 9, "d", NULL));
  EFFECT0(L, luaL_buffinit(L, &b));
  EFFECT(L, luaL_prepbuffer(&b));
  EFFECT0(L, luaL_addsize(&b, 0));
  EFFECT(L, luaL_addchar(&b, 'c'));
  EFFECT0(L, luaL_addlstring(&b, "ls", 2));
  EFFECT0(L, luaL_addstring(&b, "s"));
  lua_pushinteger(L, 12);
  EFFECT0(L, luaL_addvalue(&b));
  EFFECT0(L, luaL_pushresult(&b));
}

static void openers(lua_State *L) {
  lua_settop(L, 0);
  EFFECT(L, luaopen_base(L));
  EFFECT(L, luaopen_table(L));
  EFFECT(L, luaopen_string(L));
  EFFECT(L, luaopen_math(L));
  EFFECT(L, luaopen_debug(L));
  lua_pushcfunction(L, luaopen_io);
  EFFECT0(L, lua_call(L, 0, LUA_MULTRET));
  lua_pushcfunction(L, luaopen_os);
  EFFECT0(L, lua_call(L, 0, LUA_MULTRET));
  lua_pushcfunction(L, luaopen_package);
  EFFECT0(L, lua_call(L, 0, LUA_MULTRET));
  EFFECT0(L, luaL_openlibs(L));
}

int main(void) {
  lua_State *L = new_state();
  section("states and threads");
  states(L);
  section("looking at values");
  looking(L);
  section("pushing");
  pushing(L);
  section("tables");
  tables(L);
  section("calling");
  calling(L);
  section("debugging");
  debugging(L);
  lua_settop(L, 0);
  lua_register(L, "look", called_for_locals);
  show_run(L, "local x, y = 1, 2; look(x); return x");
  section("the auxiliary library");
  auxiliary(L);
  section("openers");
  openers(L);
  lua_close(L);
  return 0;
}
