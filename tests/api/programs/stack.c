/* stack.c -- the stack itself: moving values, pseudo-indices, room, other threads' stacks, and the
 * operators that take stack indices (manual 3.1 to 3.3). */
#include "show.h"

static void five(lua_State *L) {
  int i;
  lua_settop(L, 0);
  for (i = 1; i <= 5; i++) lua_pushinteger(L, i);
}

static void moving(lua_State *L) {
  int i;
  for (i = 1; i <= 5; i++) {
    five(L), lua_insert(L, i), show_stack(L, "insert");
    five(L), lua_insert(L, -i), show_stack(L, "insert from the top");
    five(L), lua_remove(L, i), show_stack(L, "remove");
    five(L), lua_remove(L, -i), show_stack(L, "remove from the top");
    five(L), lua_replace(L, i), show_stack(L, "replace");
    five(L), lua_replace(L, -i), show_stack(L, "replace from the top");
    five(L), lua_pushvalue(L, i), show_stack(L, "pushvalue");
    five(L), lua_pushvalue(L, -i), show_stack(L, "pushvalue from the top");
    five(L), lua_settop(L, i), show_stack(L, "settop");
    five(L), lua_settop(L, -i), show_stack(L, "settop from the top");
    five(L), lua_pop(L, i), show_stack(L, "pop");
  }
  five(L), lua_settop(L, 8), show_stack(L, "settop fills");
  five(L), lua_settop(L, -6), show_stack(L, "settop from the top empties");
  five(L), lua_settop(L, 2), lua_settop(L, 5),
      show_and_clear(L, "what was popped does not come back");
}

static int in_c_function(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, lua_upvalueindex(2));
  show_stack(L, "arguments and upvalues");
  printf("%d %d %d\n", lua_type(L, lua_upvalueindex(3)), lua_type(L, lua_upvalueindex(255)),
         lua_isnone(L, lua_upvalueindex(3)));
  lua_pushliteral(L, "new");
  lua_replace(L, lua_upvalueindex(2));
  lua_pushvalue(L, LUA_ENVIRONINDEX);
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  printf("environment is globals: %d\n", lua_rawequal(L, -1, -2));
  lua_newtable(L);
  lua_pushliteral(L, "inside");
  lua_setfield(L, -2, "name");
  lua_replace(L, LUA_ENVIRONINDEX);
  lua_getfield(L, LUA_ENVIRONINDEX, "name");
  show_value(L, -1);
  lua_pushvalue(L, LUA_ENVIRONINDEX);
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  printf(" environment is globals: %d\n", lua_rawequal(L, -1, -2));
  lua_settop(L, 1);
  return 1;
}

static void pseudo_indices(lua_State *L) {
  printf("%d %d\n", lua_type(L, LUA_REGISTRYINDEX), lua_type(L, LUA_GLOBALSINDEX));
  lua_pushvalue(L, LUA_REGISTRYINDEX);
  printf("%d %d\n", lua_rawequal(L, -1, LUA_REGISTRYINDEX), lua_equal(L, -1, LUA_GLOBALSINDEX));
  lua_settop(L, 0);
  lua_getregistry(L);
  printf("%d\n", lua_rawequal(L, 1, LUA_REGISTRYINDEX));
  lua_settop(L, 0);
  lua_pushliteral(L, "kept");
  lua_setfield(L, LUA_REGISTRYINDEX, "api.key");
  lua_getfield(L, LUA_REGISTRYINDEX, "api.key");
  lua_pushliteral(L, "api.key");
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua_pushliteral(L, "api.key");
  lua_gettable(L, LUA_REGISTRYINDEX);
  show_and_clear(L, "registry");
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 10);
  lua_pushinteger(L, 20);
  lua_pushcclosure(L, in_c_function, 2);
  lua_pushliteral(L, "argument");
  lua_pushvalue(L, -2);
  lua_insert(L, 1);
  lua_call(L, 1, 1);
  show_stack(L, "first call");
  lua_settop(L, 1);
  lua_pushliteral(L, "again");
  lua_call(L, 1, 1);
  show_and_clear(L, "second call sees what the first changed");
}

static void replaced_globals(lua_State *L) {
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  lua_newtable(L);
  lua_pushliteral(L, "other");
  lua_setfield(L, -2, "where");
  lua_replace(L, LUA_GLOBALSINDEX);
  lua_getglobal(L, "where");
  lua_getglobal(L, "print");
  show_stack(L, "globals replaced");
  luaL_loadstring(L, "return where, print");
  lua_call(L, 0, 2);
  show_stack(L, "and a new chunk sees them");
  lua_settop(L, 1);
  lua_replace(L, LUA_GLOBALSINDEX);
  luaL_loadstring(L, "return where, print");
  lua_call(L, 0, 2);
  show_and_clear(L, "globals again");
}

static int deep(lua_State *L) {
  int room = 0;
  while (lua_checkstack(L, 1)) {
    lua_pushinteger(L, room);
    if (++room > 10000) break;
  }
  printf("%d %d\n", room, lua_gettop(L));
  return 0;
}

static int too_deep(lua_State *L) {
  luaL_checkstack(L, LUAI_MAXCSTACK + 1, "so many");
  return 0;
}

static int just_deep(lua_State *L) {
  luaL_checkstack(L, LUAI_MAXCSTACK - lua_gettop(L), "not so many");
  lua_settop(L, LUAI_MAXCSTACK);
  printf("%d %d\n", lua_gettop(L), lua_type(L, LUAI_MAXCSTACK));
  return 0;
}

static void room(lua_State *L) {
  printf("%d %d %d %d\n", lua_checkstack(L, 0), lua_checkstack(L, 100),
         lua_checkstack(L, LUAI_MAXCSTACK), lua_checkstack(L, LUAI_MAXCSTACK + 1));
  printf("%d\n", lua_checkstack(L, 1000000));
  lua_settop(L, 100);
  printf("%d %d\n", lua_checkstack(L, LUAI_MAXCSTACK - 100),
         lua_checkstack(L, LUAI_MAXCSTACK - 99));
  lua_settop(L, 0);
  show_pcall(L, "to the last slot", deep);
  show_pcall(L, "luaL_checkstack beyond", too_deep);
  show_pcall(L, "luaL_checkstack to the edge", just_deep);
}

static void between_threads(lua_State *L) {
  lua_State *one = lua_newthread(L), *two = lua_newthread(L);
  printf("%d %d %d\n", lua_gettop(L), lua_tothread(L, 1) == one, lua_tothread(L, 2) == two);
  lua_pushinteger(one, 1), lua_pushinteger(one, 2), lua_pushinteger(one, 3);
  lua_xmove(one, two, 2);
  show_stack(one, "from"), show_stack(two, "to");
  lua_xmove(two, L, 1);
  show_stack(L, "main"), show_stack(two, "second");
  lua_xmove(one, one, 1);
  show_stack(one, "to itself");
  lua_xmove(one, two, 0);
  show_stack(two, "none");
  printf("%d %d\n", lua_pushthread(L), lua_pushthread(one));
  lua_newtable(one);
  lua_pushvalue(one, -1);
  lua_xmove(one, two, 1);
  printf("same object %d\n", lua_topointer(one, -1) == lua_topointer(two, -1));
  lua_settop(L, 0);
}

static int equal_lengths(lua_State *L) {
  lua_pushboolean(L, lua_objlen(L, 1) == lua_objlen(L, 2));
  return 1;
}

static int shorter(lua_State *L) {
  lua_pushboolean(L, lua_objlen(L, 1) < lua_objlen(L, 2));
  return 1;
}

static int compares_mixed(lua_State *L) {
  lua_settop(L, 0);
  lua_pushinteger(L, 1);
  lua_pushliteral(L, "1");
  return lua_lessthan(L, 1, 2);
}

static int compares_tables(lua_State *L) {
  lua_settop(L, 0);
  lua_newtable(L);
  lua_newtable(L);
  return lua_lessthan(L, 1, 2);
}

static void comparing(lua_State *L) {
  int i, j;
  for (i = 0; i < 2; i++) lua_newuserdata(L, 4);
  lua_newuserdata(L, 8);
  lua_newtable(L);
  lua_pushcfunction(L, equal_lengths), lua_setfield(L, 4, "__eq");
  lua_pushcfunction(L, shorter), lua_setfield(L, 4, "__lt");
  for (i = 1; i <= 3; i++) lua_pushvalue(L, 4), lua_setmetatable(L, i);
  for (i = 1; i <= 3; i++)
    for (j = 1; j <= 3; j++)
      printf("%d %d: %d %d %d\n", i, j, lua_equal(L, i, j), lua_rawequal(L, i, j),
             lua_lessthan(L, i, j));
  printf("absent: %d %d %d %d\n", lua_equal(L, 1, 15), lua_rawequal(L, 15, 1),
         lua_lessthan(L, 15, 16), lua_equal(L, 15, 15));
  lua_settop(L, 0);
  lua_pushnumber(L, 1), lua_pushliteral(L, "1"), lua_pushliteral(L, "a"), lua_pushliteral(L, "b");
  printf("%d %d %d %d\n", lua_equal(L, 1, 2), lua_rawequal(L, 1, 2), lua_lessthan(L, 3, 4),
         lua_lessthan(L, 4, 3));
  lua_pushnil(L), lua_pushboolean(L, 0), lua_pushboolean(L, 1);
  printf("%d %d %d\n", lua_equal(L, 5, 6), lua_equal(L, 6, 7), lua_equal(L, 5, 5));
  lua_settop(L, 0);
  show_pcall(L, "number and text", compares_mixed);
  show_pcall(L, "two tables", compares_tables);
}

static int concat_call(lua_State *L) {
  lua_pushfstring(L, "<%s..%s>", luaL_typename(L, 1), luaL_typename(L, 2));
  return 1;
}

static int concat_nil(lua_State *L) {
  lua_settop(L, 0);
  lua_pushliteral(L, "a"), lua_pushnil(L);
  lua_concat(L, 2);
  return 1;
}

static void concatenating(lua_State *L) {
  int i;
  EFFECT0(L, lua_concat(L, 0));
  lua_pushinteger(L, 5);
  EFFECT0(L, lua_concat(L, 1));
  lua_settop(L, 0);
  lua_pushinteger(L, 1), lua_pushnumber(L, 2.5), lua_pushliteral(L, "x"),
      lua_pushlstring(L, "\0", 1);
  EFFECT0(L, lua_concat(L, 4));
  lua_pushliteral(L, ""), lua_pushinteger(L, 3);
  EFFECT0(L, lua_concat(L, 2));
  show_and_clear(L, "so far");
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, concat_call), lua_setfield(L, -2, "__concat");
  lua_setmetatable(L, 1);
  lua_pushliteral(L, "a"), lua_pushinteger(L, 1), lua_pushvalue(L, 1), lua_pushliteral(L, "z");
  lua_remove(L, 1);
  EFFECT0(L, lua_concat(L, 4));
  lua_settop(L, 0);
  luaL_checkstack(L, 1000, "pieces");
  for (i = 0; i < 1000; i++) lua_pushinteger(L, i % 10);
  lua_concat(L, 1000);
  printf("%d %s\n", lua_gettop(L), lua_tostring(L, 1) + 980);
  lua_settop(L, 0);
  show_pcall(L, "with nil", concat_nil);
}

int main(void) {
  lua_State *L = new_state();
  section("moving values");
  moving(L);
  section("pseudo-indices");
  pseudo_indices(L);
  section("the table of globals can be replaced");
  replaced_globals(L);
  section("room on the stack");
  room(L);
  section("values between threads");
  between_threads(L);
  section("comparing");
  comparing(L);
  section("concatenating");
  concatenating(L);
  lua_close(L);
  return 0;
}
