/* auxiliary.c -- the auxiliary library without its buffers and loaders: checks of arguments and the
 * words of their errors, references, registration, positions, dotted names (manual 4.1). */
#include <limits.h>

#include "show.h"

static int checks(lua_State *L) {
  static const char *const options[] = {"one", "two", "three", NULL};
  const char *what = luaL_checkstring(L, 1);
  size_t n = 99;
  const char *s;
  int i, result = 0;
  lua_remove(L, 1);
  if (strcmp(what, "integer") == 0) lua_pushinteger(L, luaL_checkinteger(L, 1));
  else if (strcmp(what, "int") == 0) lua_pushinteger(L, luaL_checkint(L, 1));
  else if (strcmp(what, "long") == 0) lua_pushinteger(L, luaL_checklong(L, 1));
  else if (strcmp(what, "number") == 0) lua_pushnumber(L, luaL_checknumber(L, 1));
  else if (strcmp(what, "string") == 0) s = luaL_checklstring(L, 1, &n), lua_pushlstring(L, s, n);
  else if (strcmp(what, "optinteger") == 0) lua_pushinteger(L, luaL_optinteger(L, 1, -5));
  else if (strcmp(what, "optint") == 0) lua_pushinteger(L, luaL_optint(L, 1, -5));
  else if (strcmp(what, "optlong") == 0) lua_pushinteger(L, luaL_optlong(L, 1, -5));
  else if (strcmp(what, "optnumber") == 0) lua_pushnumber(L, luaL_optnumber(L, 1, 0.5));
  else if (strcmp(what, "optstring") == 0)
    s = luaL_optlstring(L, 1, "dflt", &n), lua_pushlstring(L, s, n);
  else if (strcmp(what, "optnull") == 0)
    s = luaL_optlstring(L, 1, NULL, &n), lua_pushfstring(L, "%s %d", s, (int)n);
  else if (strcmp(what, "opt") == 0) lua_pushnumber(L, luaL_opt(L, luaL_checknumber, 1, 8));
  else if (strcmp(what, "option") == 0) lua_pushinteger(L, luaL_checkoption(L, 1, NULL, options));
  else if (strcmp(what, "optoption") == 0)
    lua_pushinteger(L, luaL_checkoption(L, 1, "two", options));
  else if (strcmp(what, "badoption") == 0)
    lua_pushinteger(L, luaL_checkoption(L, 1, "four", options));
  else if (strcmp(what, "any") == 0) luaL_checkany(L, 1), lua_pushliteral(L, "there");
  else if (strcmp(what, "typerror") == 0) result = luaL_typerror(L, 1, "widget");
  else if (strcmp(what, "argerror") == 0)
    result = luaL_argerror(L, (int)luaL_checkinteger(L, 1), "bad in some way");
  else if (strcmp(what, "argcheck") == 0)
    luaL_argcheck(L, lua_toboolean(L, 1), 1, "must be true"), lua_pushliteral(L, "true");
  else if (strcmp(what, "udata") == 0)
    lua_pushboolean(L, luaL_checkudata(L, 1, LUA_FILEHANDLE) != NULL);
  else if (strcmp(what, "noudata") == 0)
    lua_pushboolean(L, luaL_checkudata(L, 1, "api.absent") != NULL);
  else if (strcmp(what, "types") == 0)
    for (i = LUA_TNIL; i <= LUA_TTHREAD; i++)
      luaL_checktype(L, 1, (int)luaL_checkinteger(L, 2)), lua_pushinteger(L, i);
  else result = luaL_error(L, "no check " LUA_QS, what);
  return result + 1;
}

static void arguments(lua_State *L) {
  static const char *const checked[] = {
      "integer",   "int",       "long",      "number",   "string",   "optinteger", "optint",
      "optlong",   "optnumber", "optstring", "optnull",  "opt",      "option",     "optoption",
      "badoption", "any",       "typerror",  "argerror", "argcheck", "udata",      "noudata"};
  static const char *const values[] = {"",
                                       "nil",
                                       "false",
                                       "3.7",
                                       "'5'",
                                       "' 0x10 '",
                                       "'two'",
                                       "'z\\0z'",
                                       "{}",
                                       "print",
                                       "io.stdout",
                                       "newproxy()",
                                       "coroutine.create(print0)"};
  int i, j;
  lua_register(L, "check", checks);
  show_run(L, "function print0() end");
  for (i = 0; i < COUNT(checked); i++) {
    for (j = 0; j < COUNT(values); j++) {
      lua_pushfstring(L, "return check('%s'%s %s)", checked[i], j > 0 ? "," : "", values[j]);
      lua_pushstring(L, lua_tostring(L, -1));
      {
        char text[200];
        strcpy(text, lua_tostring(L, -1));
        show_run(L, text);
      }
    }
  }
  for (i = LUA_TNIL; i <= LUA_TTHREAD; i++) {
    char text[200];
    sprintf(text, "return check('types', 'text', %d)", i);
    show_run(L, text);
  }
  show_run(L, "return check('types', print, 6)");
}

static int bad_argument(lua_State *L) {
  return luaL_argerror(L, (int)lua_tointeger(L, lua_upvalueindex(1)), "wrong");
}

static void names_in_messages(lua_State *L) {
  static const char *const calls[] = {
      "bad()",
      "local f = bad f()",
      "t.bad()",
      "t:bad()",
      "t.t.bad()",
      "return bad()",
      "pcall(bad) error(select(2, pcall(bad)), 0)",
      "(bad)()",
      "t[1]()",
      "t['x y']()",
      "local o = t o:bad()",
      "string.rep()",
      "('x'):rep()",
      "('x'):rep({})",
      "string.rep('x', {})",
      "coroutine.wrap(function() bad() end)()",
      "setmetatable({}, {__index = bad}).x = nil local y = setmetatable({}, {__index = bad}).x",
      "local y = setmetatable({}, {__add = bad}) + 1",
      "for i in bad do end",
      "table.foreach({1}, bad)",
      "string.gsub('x', 'x', bad)"};
  int i, narg;
  for (narg = 0; narg <= 2; narg++) {
    lua_pushinteger(L, narg), lua_pushcclosure(L, bad_argument, 1), lua_setglobal(L, "bad");
    show_run(L, "t = {bad = bad, bad, ['x y'] = bad} t.t = t");
    for (i = 0; i < COUNT(calls); i++) show_run(L, calls[i]);
  }
  lua_pushcfunction(L, bad_argument);
  printf("%d ", lua_pcall(L, 0, 0, 0));
  show_and_clear(L, "from C");
}

static int says_where(lua_State *L) {
  int level;
  lua_settop(L, 0);
  for (level = 0; level < 5; level++) luaL_where(L, level);
  return 5;
}

static int raises(lua_State *L) {
  return luaL_error(L, "%s %d %f %c %% %s", "s", 1, 1.5, 'c', (char *)NULL);
}

static void positions(lua_State *L) {
  lua_register(L, "where", says_where);
  lua_register(L, "raises", raises);
  show_run(L, "local a = {where()}\nreturn unpack(a)");
  show_run(L, "local function f()\n local a = {where()}\n return unpack(a)\nend\n local b = "
              "{f()}\nreturn unpack(b)");
  show_run(L, "return where()");
  show_run(L, "raises()");
  show_run(L, "return raises()");
  show_run(L, "local x = 1\n\nlocal y = raises()");
  show_run(L, "loadstring('\\n\\nraises()', '@a/file.lua')()");
  show_run(L, "loadstring('raises()', 'some text that is far longer than fits into a short source "
              "name of sixty')()");
  show_pcall(L, "from C", raises);
  luaL_where(L, 0), luaL_where(L, 7);
  show_and_clear(L, "outside");
}

static void references(lua_State *L) {
  int refs[12], i, t;
  for (t = 0; t < 2; t++) {
    int at = t == 0 ? LUA_REGISTRYINDEX : 1;
    if (t == 1) lua_newtable(L);
    for (i = 0; i < 6; i++) lua_pushinteger(L, 100 + i), refs[i] = luaL_ref(L, at);
    for (i = 1; i < 6; i++) printf("%d ", refs[i] - refs[0]);
    lua_pushnil(L), printf("nil %d\n", luaL_ref(L, at));
    luaL_unref(L, at, refs[1]), luaL_unref(L, at, refs[4]), luaL_unref(L, at, LUA_NOREF),
        luaL_unref(L, at, LUA_REFNIL);
    for (i = 6; i < 9; i++)
      lua_pushinteger(L, 100 + i), refs[i] = luaL_ref(L, at), printf("%d ", refs[i] - refs[0]);
    for (i = 0; i < 9; i++)
      lua_rawgeti(L, at, refs[i]), show_value(L, -1), putchar(' '), lua_pop(L, 1);
    for (i = 8; i >= 0; i--)
      if (i != 1 && i != 4) luaL_unref(L, at, refs[i]);
    for (i = 0; i < 3; i++) lua_pushboolean(L, 1), printf("%d ", luaL_ref(L, at) - refs[0]);
    printf("\n");
  }
  show_stack(L, "the table");
  printf("%lu\n", (unsigned long)lua_objlen(L, 1));
  lua_settop(L, 0);
  lua_pushliteral(L, "old name"), i = lua_ref(L, 1), lua_getref(L, i), lua_unref(L, i);
  show_and_clear(L, "names of 5.0");
}

static int first(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1)), lua_pushvalue(L, lua_upvalueindex(2));
  return 2;
}

static void registering(lua_State *L) {
  static const luaL_Reg some[] = {{"first", first}, {"second", first}, {NULL, NULL}},
                        none[] = {{NULL, NULL}};
  static const luaL_reg old_name[] = {{"third", first}, {NULL, NULL}};
  luaL_register(L, "lib", some), show_stack(L, "a new library");
  lua_getglobal(L, "lib"), printf("global %d\n", lua_rawequal(L, -1, 1)), lua_settop(L, 0);
  show_run(L, "return package.loaded.lib == lib, lib.first == lib.second, type(lib.first)");
  luaL_register(L, "lib", old_name), lua_settop(L, 0);
  show_run(L, "return type(lib.first), type(lib.third)");
  luaL_register(L, "deep.er.lib", some), lua_settop(L, 0);
  show_run(
      L, "return deep.er.lib == package.loaded['deep.er.lib'], package.loaded.deep, type(deep.er)");
  show_run(L, "given = {mine = 1} package.loaded.given = given");
  luaL_register(L, "given", none), show_and_clear(L, "found in package.loaded");
  lua_newtable(L), lua_pushinteger(L, 1), lua_pushinteger(L, 2), luaL_openlib(L, NULL, some, 2);
  show_stack(L, "two upvalues"), lua_getfield(L, 1, "first"), lua_call(L, 0, 2),
      show_and_clear(L, "seen");
  lua_pushinteger(L, 1), lua_pushinteger(L, 2), luaL_openlib(L, "up", some, 2),
      show_and_clear(L, "named");
  show_run(L, "return up.first()");
  show_run(L, "print = print or error taken = 5");
  lua_settop(L, 0);
}

static int register_over_number(lua_State *L) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  luaL_register(L, "taken", none);
  return 0;
}
static int register_below_number(lua_State *L) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  luaL_register(L, "deep.taken.x", none);
  return 0;
}

static void dotted_names(lua_State *L) {
  static const char *const names[] = {"a",     "a.b",     "a.b.c", "_VERSION", "_VERSION.x.y",
                                      "a.b.v", "a.b.v.w", "",      ".",        "a..b",
                                      "string"};
  int i;
  show_pcall(L, "over a number", register_over_number);
  show_run(L, "deep.taken = 1");
  show_pcall(L, "below a number", register_below_number);
  show_run(L, "a = {b = {v = 5}}");
  for (i = 0; i < COUNT(names); i++) {
    const char *left = luaL_findtable(L, LUA_GLOBALSINDEX, names[i], 3);
    printf("%s: %s ", names[i], left ? left : "NULL");
    show_and_clear(L, "");
  }
  lua_newtable(L), printf("%s ", luaL_findtable(L, 1, "x.y", 0)), show_and_clear(L, "in a table");
}

static int gives_number(lua_State *L) {
  lua_pushfstring(L, "%s of %s", lua_tostring(L, lua_upvalueindex(1)), luaL_typename(L, 1));
  return 1;
}

static void metafields(lua_State *L) {
  printf("%d", luaL_newmetatable(L, "api.meta")), printf(" %d", luaL_newmetatable(L, "api.meta"));
  printf(" %d %d\n", lua_rawequal(L, 1, 2), lua_gettop(L));
  lua_pushliteral(L, "name"), lua_pushcclosure(L, gives_number, 1), lua_setfield(L, 1, "__name");
  lua_pushboolean(L, 0), lua_setfield(L, 1, "__false");
  lua_newtable(L), lua_pushvalue(L, 1), lua_setmetatable(L, -2), lua_replace(L, 1),
      lua_settop(L, 1);
  EFFECT(L, luaL_callmeta(L, 1, "__name"));
  EFFECT(L, luaL_callmeta(L, -2, "__name"));
  EFFECT(L, luaL_callmeta(L, 1, "__absent"));
  EFFECT(L, luaL_getmetafield(L, 1, "__false"));
  EFFECT(L, luaL_getmetafield(L, 1, "__absent"));
  EFFECT(L, luaL_getmetafield(L, 2, "__index"));
  luaL_getmetatable(L, "api.absent"), show_and_clear(L, "no such metatable");
}

static void substituting(lua_State *L) {
  static const char *const rows[][3] = {{"a.b.c", ".", "::"}, {"aaa", "a", ""},  {"aaa", "aa", "b"},
                                        {"", "x", "y"},       {"abc", "d", "e"}, {"%d", "%", "%%"},
                                        {"x", "x", "xx"},     {"end", "d", "."}};
  int i;
  for (i = 0; i < COUNT(rows); i++) printf("%s ", luaL_gsub(L, rows[i][0], rows[i][1], rows[i][2]));
  show_and_clear(L, "gsub");
}

int main(void) {
  lua_State *L = new_state();
  section("arguments");
  arguments(L);
  section("names in messages");
  names_in_messages(L);
  section("positions");
  positions(L);
  section("references");
  references(L);
  section("registering");
  registering(L);
  section("dotted names");
  dotted_names(L);
  section("metafields");
  metafields(L);
  section("substituting");
  substituting(L);
  lua_close(L);
  return 0;
}
