/* userdata.c -- full userdata: their blocks, metatables, environments, finalisers and weak tables
 * that hold them (manual 2.8, 2.10, 3.7). */
#include <stdint.h>

#include "show.h"

typedef struct Point {
  double x, y;
  char tag[8];
} Point;

#define POINT "api.Point"

static Point *check_point(lua_State *L, int narg) { return luaL_checkudata(L, narg, POINT); }

static int point_new(lua_State *L) {
  double x = luaL_checknumber(L, 1), y = luaL_optnumber(L, 2, -1);
  Point *p = lua_newuserdata(L, sizeof *p);
  p->x = x, p->y = y;
  strcpy(p->tag, "point");
  luaL_getmetatable(L, POINT);
  lua_setmetatable(L, -2);
  return 1;
}

static int point_add(lua_State *L) {
  Point *a = check_point(L, 1), *b = check_point(L, 2);
  lua_settop(L, 0);
  lua_pushnumber(L, a->x + b->x), lua_pushnumber(L, a->y + b->y);
  return point_new(L);
}

static int point_index(lua_State *L) {
  Point *p = check_point(L, 1);
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "x") == 0) lua_pushnumber(L, p->x);
  else if (strcmp(name, "y") == 0) lua_pushnumber(L, p->y);
  else if (strcmp(name, "tag") == 0) lua_pushstring(L, p->tag);
  else return luaL_error(L, "no field " LUA_QS, name);
  return 1;
}

static int point_newindex(lua_State *L) {
  Point *p = check_point(L, 1);
  luaL_argcheck(L, strcmp(luaL_checkstring(L, 2), "x") == 0, 2, "only x can be set");
  p->x = luaL_checknumber(L, 3);
  return 0;
}

static int point_text(lua_State *L) {
  Point *p = check_point(L, 1);
  lua_pushfstring(L, "(%f, %f)", p->x, p->y);
  return 1;
}

static int point_equal(lua_State *L) {
  lua_pushboolean(L, check_point(L, 1)->x == check_point(L, 2)->x);
  return 1;
}

static int point_less(lua_State *L) {
  lua_pushboolean(L, check_point(L, 1)->x < check_point(L, 2)->x);
  return 1;
}

static int point_length(lua_State *L) {
  lua_pushinteger(L, 2);
  return 1;
}

static int point_call(lua_State *L) {
  show_stack(L, "called with");
  return lua_gettop(L) - 1;
}

static int point_minus(lua_State *L) {
  Point *p = check_point(L, 1);
  lua_settop(L, 0);
  lua_pushnumber(L, -p->x), lua_pushnumber(L, -p->y);
  return point_new(L);
}

static void a_class(lua_State *L) {
  static const luaL_Reg events[] = {{"__add", point_add},           {"__index", point_index},
                                    {"__newindex", point_newindex}, {"__tostring", point_text},
                                    {"__eq", point_equal},          {"__lt", point_less},
                                    {"__len", point_length},        {"__call", point_call},
                                    {"__unm", point_minus},         {NULL, NULL}};
  printf("%d\n", luaL_newmetatable(L, POINT));
  luaL_register(L, NULL, events);
  lua_settop(L, 0);
  lua_register(L, "P", point_new);
  show_run(L, "local p = P(1, 2) + P(10) return p.x, p.y, p.tag, tostring(p), #p");
  show_run(L, "return P(1) == P(1), P(1) == P(2), P(1) ~= P(1), P(1) < P(2), P(1) <= P(1), P(2) > "
              "P(1), P(2) >= P(3)");
  show_run(L, "local p = P(3) p.x = 5 return p.x, (-p).x, p(1, 2, 3)");
  show_run(L, "P(1).y = 5");
  show_run(L, "return P(1).z");
  show_run(L, "return P(1) + 1");
  show_run(L, "return 1 + P(1)");
  show_run(L, "return P(1) + io.stdout");
  show_run(L, "return P(1) .. 'x'");
  show_run(L, "return P(1) < 1");
  show_run(L, "return P()");
  show_run(L, "return P{}");
  show_run(L, "return P(1) - P(2)");
  show_run(L, "return getmetatable(P(1)).__index(newproxy(), 'x')");
}

static void blocks(lua_State *L) {
  static const size_t sizes[] = {0, 1, 2, 7, 8, 9, 16, 100, 4096, 100000};
  int i;
  for (i = 0; i < COUNT(sizes); i++) {
    unsigned char *p = lua_newuserdata(L, sizes[i]);
    memset(p, 0xa0 + i, sizes[i]);
    printf("%lu %lu %d %d\n", (unsigned long)sizes[i], (unsigned long)lua_objlen(L, -1),
           (int)((uintptr_t)p % 8), lua_touserdata(L, -1) == p);
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  for (i = 0; i < COUNT(sizes); i++) {
    const unsigned char *p = lua_touserdata(L, i + 1);
    size_t j, wrong = 0;
    for (j = 0; j < sizes[i]; j++) wrong += p[j] != 0xa0 + i;
    printf("%d ", (int)wrong);
  }
  printf("\n%d %d\n", lua_equal(L, 1, 2), lua_equal(L, 1, 1));
  lua_settop(L, 0);
}

static int finaliser(lua_State *L) {
  int *number = lua_touserdata(L, 1);
  printf("finalised %d, %d arguments", *number, lua_gettop(L));
  printf(", metatable %d\n", lua_getmetatable(L, 1));
  if (*number == 3) {
    lua_settop(L, 1);
    lua_setglobal(L, "resurrected");
  }
  *number = -*number;
  return 0;
}

static void push_finalised(lua_State *L, int number) {
  *(int *)lua_newuserdata(L, sizeof number) = number;
  if (luaL_newmetatable(L, "api.finalised")) {
    lua_pushcfunction(L, finaliser);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
}

static void finalisers(lua_State *L) {
  int i;
  for (i = 1; i <= 5; i++) push_finalised(L, i);
  lua_settop(L, 2);
  lua_gc(L, LUA_GCCOLLECT, 0);
  printf("collected; %d %d\n", *(int *)lua_touserdata(L, 1), *(int *)lua_touserdata(L, 2));
  lua_getglobal(L, "resurrected");
  printf("resurrected %d\n", *(int *)lua_touserdata(L, -1));
  lua_settop(L, 0);
  lua_pushnil(L), lua_setglobal(L, "resurrected");
  lua_gc(L, LUA_GCCOLLECT, 0);
  printf("nothing is finalised twice\n");
}

static int failing_finaliser(lua_State *L) { return luaL_error(L, "in a finaliser"); }

/* Lets go of what `doomed` holds, and collects; protected, so that an error ends here. */
static int collect(lua_State *L) {
  lua_pushnil(L);
  lua_setglobal(L, "doomed");
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_pushliteral(L, "collected");
  return 1;
}

static void failing(lua_State *L) {
  lua_newuserdata(L, 1);
  lua_newtable(L);
  lua_pushcfunction(L, failing_finaliser), lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, 1);
  lua_setglobal(L, "doomed");
  show_pcall(L, "an error in a finaliser", collect);
  show_pcall(L, "is raised once", collect);
}

static void weak_tables(lua_State *L) {
  static const char *const modes[] = {"k", "v", "kv", ""};
  int i;
  for (i = 0; i < COUNT(modes); i++) {
    int left = 0;
    lua_newtable(L);
    lua_newtable(L);
    lua_pushstring(L, modes[i]), lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, 1);
    lua_newuserdata(L, 1), lua_pushinteger(L, 1), lua_rawset(L, 1);
    lua_newuserdata(L, 1), lua_rawseti(L, 1, 1);
    lua_pushliteral(L, "text stays"), lua_rawseti(L, 1, 2);
    lua_newuserdata(L, 1);
    lua_pushvalue(L, -1), lua_rawseti(L, 1, 3);
    lua_pushvalue(L, -1), lua_pushboolean(L, 1), lua_rawset(L, 1);
    lua_newthread(L), lua_newtable(L), lua_rawset(L, 1);
    lua_gc(L, LUA_GCCOLLECT, 0);
    lua_pushnil(L);
    while (lua_next(L, 1)) left++, lua_pop(L, 1);
    printf("%s: %d left\n", modes[i], left);
    lua_settop(L, 0);
  }
}

static void environments(lua_State *L) {
  lua_newuserdata(L, 1);
  lua_getfenv(L, 1);
  printf("%d\n", lua_rawequal(L, -1, LUA_GLOBALSINDEX));
  lua_newtable(L);
  lua_newuserdata(L, 2);
  lua_setfield(L, -2, "kept");
  printf("%d\n", lua_setfenv(L, 1));
  lua_settop(L, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_getfenv(L, 1);
  lua_getfield(L, -1, "kept");
  printf("%lu\n", (unsigned long)lua_objlen(L, -1));
  lua_settop(L, 0);
}

int main(void) {
  lua_State *L = new_state();
  section("a class of userdata");
  a_class(L);
  section("blocks");
  blocks(L);
  section("finalisers");
  finalisers(L);
  section("a failing finaliser");
  failing(L);
  section("weak tables");
  weak_tables(L);
  section("environments");
  environments(L);
  section("finalisers run at the end, the last one first");
  push_finalised(L, 11), push_finalised(L, 12), push_finalised(L, 13);
  lua_close(L);
  return 0;
}
