/* debuginfo.c -- looking at the stack of calls and into functions: every field of lua_Debug at
 * every level, locals, upvalues and environments through the debug interface (manual 3.8). */
#include "show.h"

static void show_level(lua_State *L, int level) {
  lua_Debug ar;
  const char *name;
  int i, top = lua_gettop(L);
  memset(&ar, 0, sizeof ar);
  if (!lua_getstack(L, level, &ar)) {
    printf("%d: no such level\n", level);
    return;
  }
  printf("%d: %d", level, lua_getinfo(L, "nSluf", &ar));
  printf(" %s '%s' name %s/%s line %d defined %d..%d %d upvalues source %.20s function %s\n",
         ar.what, ar.short_src, ar.name ? ar.name : "NULL", ar.namewhat, ar.currentline,
         ar.linedefined, ar.lastlinedefined, ar.nups, ar.source, luaL_typename(L, -1));
  for (i = -1; i < 12; i++) {
    name = lua_getlocal(L, &ar, i);
    if (name == NULL) continue;
    printf("   local %d %s = ", i, name);
    show_value(L, -1);
    printf("\n");
    lua_pop(L, 1);
  }
  for (i = 0; i < 8; i++) {
    name = lua_getupvalue(L, top + 1, i);
    if (name == NULL) continue;
    printf("   upvalue %d %s = ", i, name);
    show_value(L, -1);
    printf("\n");
    lua_pop(L, 1);
  }
  lua_settop(L, top);
}

static int show_levels(lua_State *L) {
  int level;
  for (level = 0; level < 7; level++) show_level(L, level);
  lua_pushliteral(L, "shown");
  return 1;
}

static int passes_on(lua_State *L) {
  lua_getglobal(L, "levels");
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

static void levels(lua_State *L) {
  lua_register(L, "levels", show_levels);
  lua_register(L, "passes", passes_on);
  lua_pushinteger(L, 5), lua_pushliteral(L, "up"), lua_pushcclosure(L, passes_on, 2),
      lua_setglobal(L, "closure");
  show_run(L, "levels()");
  show_run(L, "local x, y = 1, 'two'\ndo local gone = 3 end\nlocal z = levels(x, y)\nlocal after = "
              "1\nreturn z");
  show_run(L, "return levels(1)");
  show_run(L, "local up = {}\nlocal function f(a, b, ...)\n local c = up\n return "
              "(levels(a))\nend\nreturn (f(1, 2, 3))");
  show_run(L, "local t = {} function t.field() return (levels()) end function t:method(a) return "
              "(t.field()) end return (t:method(5))");
  show_run(L, "for i = 1, 1 do for k, v in pairs{'x'} do passes(i, k, v) end end");
  show_run(L, "local r = closure('through a closure') return r");
  show_run(L, "return pcall(levels)");
  show_run(L,
           "local co = coroutine.wrap(function(a) local b = levels() return b end) return co(1)");
  show_run(L, "local t = setmetatable({}, {__index = levels, __add = levels, __call = levels}) "
              "local x = t.x, t + 1 return t()");
  show_run(L, "table.sort({2, 1}, function(a, b) levels() return a < b end)");
  show_run(L, "return loadstring('return (levels())', '@name.lua')()");
  show_run(L, "function old(...) local x = 1 return (levels()) end return (old(7, 8))");
  show_level(L, 0), show_level(L, -1), show_level(L, 1);
}

static void show_function(lua_State *L, const char *options, const char *text) {
  lua_Debug ar;
  int known;
  memset(&ar, 0, sizeof ar);
  ar.name = ar.namewhat = ar.what = ar.source = "untouched";
  ar.currentline = ar.nups = ar.linedefined = ar.lastlinedefined = -77;
  luaL_loadstring(L, text);
  lua_call(L, 0, 1);
  known = lua_getinfo(L, options, &ar);
  printf("%s of %s: %d name %s %s what %s source %s line %d nups %d %d..%d src '%s' ", options,
         text, known, ar.name ? ar.name : "NULL", ar.namewhat, ar.what, ar.source, ar.currentline,
         ar.nups, ar.linedefined, ar.lastlinedefined, ar.short_src);
  show_and_clear(L, "");
}

static void functions(lua_State *L) {
  static const char *const options[] = {">n",      ">S", ">l",  ">u", ">f",   ">L",  ">nSluf",
                                        ">nSlufL", ">x", ">Sx", ">",  ">lfl", ">LL", ">ff"};
  static const char *const texts[] = {"return print",
                                      "return function(a, ...)\n local b\n return a\nend",
                                      "local x, y return function() return x, y end",
                                      "return levels",
                                      "return loadstring('return 1')",
                                      "return string.gmatch('x', '.')"};
  int i, k;
  for (i = 0; i < COUNT(options); i++)
    for (k = 0; k < COUNT(texts); k++) show_function(L, options[i], texts[k]);
}

static void active_lines(lua_State *L) {
  lua_Debug ar;
  luaL_loadstring(L, "local x = 1\n\n-- comment\nlocal function f()\n return x\nend\n\nif x then\n "
                     "f()\nend\nreturn f");
  lua_getinfo(L, ">L", &ar);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    show_value(L, -2), putchar('='), show_value(L, -1), putchar(' ');
    lua_pop(L, 1);
  }
  printf("\n");
  lua_settop(L, 0);
}

static int sets_locals(lua_State *L) {
  lua_Debug ar;
  const char *name;
  int i;
  lua_getstack(L, 1, &ar);
  for (i = 0; i <= 4; i++) {
    int top = lua_gettop(L);
    lua_pushfstring(L, "new %d", i);
    name = lua_setlocal(L, &ar, i);
    printf("%d %s %d\n", i, name ? name : "NULL", lua_gettop(L) - top);
  }
  return 0;
}

static void changing(lua_State *L) {
  const char *name;
  int i;
  lua_register(L, "sets", sets_locals);
  show_run(L, "local a, b, c = 1, 2, 3 sets() return a, b, c");
  show_run(L, "local function f(x, ...) sets() return x, ... end return f(1, 2, 3)");
  luaL_loadstring(L, "local a, b, c = 1, 2, 3 return function() b = b + 1 return c, b, a end, "
                     "function() return a, b, c end");
  lua_call(L, 0, 2);
  for (i = 0; i <= 4; i++) {
    int top = lua_gettop(L);
    lua_pushinteger(L, 10 * i);
    name = lua_setupvalue(L, 1, i);
    printf("%d %s %d\n", i, name ? name : "NULL", lua_gettop(L) - top);
    lua_settop(L, 2);
  }
  lua_pushvalue(L, 1), lua_call(L, 0, LUA_MULTRET);
  show_stack(L, "the function");
  lua_settop(L, 2);
  lua_pushvalue(L, 2), lua_call(L, 0, LUA_MULTRET);
  show_and_clear(L, "and the one that shares them");
  lua_pushliteral(L, "one"), lua_pushliteral(L, "two"), lua_pushcclosure(L, sets_locals, 2);
  for (i = 0; i <= 3; i++) {
    name = lua_getupvalue(L, 1, i);
    printf("%d '%s' ", i, name ? name : "NULL");
    if (name != NULL) show_value(L, -1);
    lua_settop(L, 1);
    lua_pushliteral(L, "changed"), name = lua_setupvalue(L, 1, i);
    printf(" %s\n", name ? "set" : "not set");
    lua_settop(L, 1);
  }
  lua_settop(L, 0);
}

static void other_threads(lua_State *L) {
  lua_State *co = lua_newthread(L);
  lua_Debug ar;
  int level;
  luaL_loadstring(co, "local a = 'first'\nlocal function inner(b)\n coroutine.yield(b)\n return "
                      "b\nend\ninner('second')\nerror('third')");
  show_level(co, 0);
  printf("%d\n", lua_resume(co, 0));
  for (level = 0; level < 4; level++) show_level(co, level);
  lua_getstack(co, 1, &ar);
  lua_pushliteral(co, "changed"), printf("%s\n", lua_setlocal(co, &ar, 1));
  lua_settop(co, 0);
  printf("%d\n", lua_resume(co, 0));
  show_stack(co, "failed");
  for (level = 0; level < 4; level++) show_level(co, level);
  lua_settop(L, 0);
}

int main(void) {
  lua_State *L = new_state();
  section("levels");
  levels(L);
  section("functions");
  functions(L);
  section("active lines");
  active_lines(L);
  section("changing locals and upvalues");
  changing(L);
  section("other threads");
  other_threads(L);
  lua_close(L);
  return 0;
}
