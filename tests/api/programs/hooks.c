/* hooks.c -- hooks of every kind set from C, what they see, what they may do: order of events,
 * counts, errors, locals, calls and yields from inside a hook, hooks of each thread (manual 3.8).
 */
#include "show.h"

static const char *const events[] = {"call", "return", "line", "count", "tail return"};

static void show_event(lua_State *L, lua_Debug *ar) {
  int ok = lua_getinfo(L, "nSlu", ar);
  printf("%s: %d %s %s:%d defined %d..%d %s '%s' %d upvalues\n", events[ar->event], ok, ar->what,
         ar->short_src, ar->currentline, ar->linedefined, ar->lastlinedefined, ar->namewhat,
         ar->name ? ar->name : "", ar->nups);
}

static const char program[] =
    "local function add(a, b)\n"
    "  return a + b\n"
    "end\n"
    "local function tail(a) return add(a, 1) end\n"
    "local t = setmetatable({}, {__index = function(t, k)\n"
    "  return k\n"
    "end})\n"
    "for i = 1, 2 do\n"
    "  global = tail(i)\n"
    "  local x = t.key\n"
    "end\n"
    "while global < 5 do global = global + 1 end\n"
    "return math.max(1, 2), ('x'):rep(2), pcall(error, 'e')\n";

static void run(lua_State *L, lua_Hook hook, int mask, int count) {
  int status = luaL_loadbuffer(L, program, sizeof program - 1, "=program");
  lua_sethook(L, hook, mask, count);
  if (status == 0) status = lua_pcall(L, 0, LUA_MULTRET, 0);
  lua_sethook(L, NULL, 0, 0);
  printf("%d ", status);
  show_and_clear(L, "results");
}

static void each_event(lua_State *L) {
  static const int masks[] = {LUA_MASKCALL, LUA_MASKRET, LUA_MASKLINE,
                              LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE};
  int i;
  for (i = 0; i < COUNT(masks); i++) {
    printf("-- mask %d\n", masks[i]);
    run(L, show_event, masks[i], 0);
  }
}

static int counted;
static void counting(lua_State *L, lua_Debug *ar) {
  counted++;
  lua_getinfo(L, "l", ar);
  printf("%d ", ar->currentline);
}

static void counts(lua_State *L) {
  static const int every[] = {1, 2, 3, 7, 10, 1000};
  int i;
  for (i = 0; i < COUNT(every); i++) {
    counted = 0;
    printf("every %d: ", every[i]);
    run(L, counting, LUA_MASKCOUNT, every[i]);
    printf("%d times\n", counted);
  }
  printf("count and line: ");
  run(L, counting, LUA_MASKCOUNT | LUA_MASKLINE, 4);
}

static void settings(lua_State *L) {
  static const int masks[] = {0, 1, 2, 4, 8, 15, LUA_MASKCOUNT | LUA_MASKCALL};
  int i, count;
  for (i = 0; i < COUNT(masks); i++)
    for (count = 0; count < 3; count += 2) {
      printf("%d %d: %d", masks[i], count, lua_sethook(L, counting, masks[i], count));
      printf(" hook %d mask %d count %d\n", lua_gethook(L) == counting, lua_gethookmask(L),
             lua_gethookcount(L));
    }
  printf("%d", lua_sethook(L, NULL, 15, 9));
  printf(" hook %d mask %d count %d\n", lua_gethook(L) != NULL, lua_gethookmask(L),
         lua_gethookcount(L));
}

static void fails_on_line(lua_State *L, lua_Debug *ar) {
  lua_getinfo(L, "Sl", ar);
  if (ar->currentline == 9) luaL_error(L, "stopped on line %d", ar->currentline);
}
static void fails_without_text(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_newtable(L);
  lua_error(L);
}
static void fails_on_return(lua_State *L, lua_Debug *ar) {
  lua_getinfo(L, "n", ar);
  if (ar->name != NULL && strcmp(ar->name, "max") == 0) luaL_error(L, "no %s", ar->name);
}

static void errors(lua_State *L) {
  run(L, fails_on_line, LUA_MASKLINE, 0);
  run(L, fails_without_text, LUA_MASKCALL, 0);
  run(L, fails_without_text, LUA_MASKCOUNT, 20);
  run(L, fails_on_return, LUA_MASKRET, 0);
  run(L, fails_on_return, LUA_MASKCALL, 0);
  show_run(L, "return 'still usable'");
}

static void shows_locals(lua_State *L, lua_Debug *ar) {
  const char *name;
  int i;
  lua_getinfo(L, "l", ar);
  printf("%d:", ar->currentline);
  for (i = 1; (name = lua_getlocal(L, ar, i)) != NULL; i++) {
    printf(" %s=", name);
    show_value(L, -1);
    lua_pop(L, 1);
  }
  printf("\n");
}
static void sets_local(lua_State *L, lua_Debug *ar) {
  lua_getinfo(L, "l", ar);
  if (ar->currentline == 2) {
    lua_pushinteger(L, 100);
    printf("set %s\n", lua_setlocal(L, ar, 1));
  }
}
static void shows_function(lua_State *L, lua_Debug *ar) {
  const char *name;
  int i;
  lua_getinfo(L, "fl", ar);
  printf("%d:", ar->currentline);
  for (i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++) {
    printf(" %s=%s", name, luaL_typename(L, -1));
    lua_pop(L, 1);
  }
  printf(" top %d\n", lua_gettop(L));
}

static void frames(lua_State *L) {
  run(L, shows_locals, LUA_MASKLINE, 0);
  run(L, shows_locals, LUA_MASKCALL | LUA_MASKRET, 0);
  run(L, sets_local, LUA_MASKLINE, 0);
  run(L, shows_function, LUA_MASKLINE, 0);
}

static void calls_lua(lua_State *L, lua_Debug *ar) {
  lua_getglobal(L, "hooked");
  lua_pushinteger(L, ar->currentline);
  lua_call(L, 1, 1);
  printf("%d ", (int)lua_tointeger(L, -1));
  luaL_checkstack(L, 200, "in a hook");
  lua_settop(L, 200);
  lua_gc(L, LUA_GCCOLLECT, 0);
}
static void changes_hook(lua_State *L, lua_Debug *ar) {
  printf("%s once ", events[ar->event]);
  if (ar->event == LUA_HOOKCALL) lua_sethook(L, changes_hook, LUA_MASKLINE, 0);
  else if (ar->event == LUA_HOOKLINE) lua_sethook(L, changes_hook, LUA_MASKCOUNT, 5);
  else lua_sethook(L, NULL, 0, 0);
}

static void inside(lua_State *L) {
  show_run(L, "calls = 0 function hooked(line) calls = calls + 1 for i = 1, 3 do string.rep('x', "
              "i) end return calls end");
  run(L, calls_lua, LUA_MASKLINE, 0);
  run(L, calls_lua, LUA_MASKCOUNT, 10);
  run(L, changes_hook, LUA_MASKCALL, 0);
}

static int yields_left;
static void yields(lua_State *L, lua_Debug *ar) {
  (void)ar;
  if (yields_left-- > 0) lua_yield(L, 0);
}

static void yielding(lua_State *L) {
  static const struct {
    int mask, count;
  } ways[] = {{LUA_MASKLINE, 0}, {LUA_MASKCOUNT, 1}, {LUA_MASKCOUNT, 3}};
  int i;
  for (i = 0; i < COUNT(ways); i++) {
    lua_State *co = lua_newthread(L);
    int status, times = 0;
    luaL_loadstring(co, "local s = ...\nfor i = 1, 3 do\n s = s .. i\nend\nreturn s, 'end'");
    lua_pushliteral(co, "s");
    yields_left = 1000;
    lua_sethook(co, yields, ways[i].mask, ways[i].count);
    while ((status = lua_resume(co, times == 0 ? 1 : 0)) == LUA_YIELD && times < 100) {
      times++;
      printf("%d ", lua_gettop(co));
    }
    printf("| %d yields, status %d ", times, status);
    lua_sethook(co, NULL, 0, 0);
    show_stack(co, "finished");
    lua_settop(L, 0);
  }
}

static int inherits(lua_State *L) {
  lua_State *co = lua_newthread(L);
  printf("new thread: hook %d mask %d count %d\n", lua_gethook(co) == lua_gethook(L),
         lua_gethookmask(co), lua_gethookcount(co));
  lua_sethook(co, NULL, 0, 0);
  printf("creator: mask %d\n", lua_gethookmask(L));
  return 0;
}

static void each_thread(lua_State *L) {
  lua_register(L, "inherits", inherits);
  lua_sethook(L, show_event, LUA_MASKLINE, 0);
  show_run(L, "inherits()\nlocal co = coroutine.wrap(function()\n inherits()\n "
              "coroutine.yield()\nend)\nco()\nco()");
  lua_sethook(L, NULL, 0, 0);
  show_run(L, "inherits()");
}

int main(void) {
  lua_State *L = new_state();
  section("each event");
  each_event(L);
  section("counts");
  counts(L);
  section("settings");
  settings(L);
  section("errors in hooks");
  errors(L);
  section("frames");
  frames(L);
  section("what a hook may do");
  inside(L);
  section("a hook yields");
  yielding(L);
  section("each thread has its own");
  each_thread(L);
  lua_close(L);
  return 0;
}
