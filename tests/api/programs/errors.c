/* errors.c -- raising and catching from C: every status, handlers, errors that are no text, limits
 * of nesting, the panic function, and states that go on being usable afterwards (manual 3.6, 3.7).
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "show.h"

static int raise_argument(lua_State *L) {
  lua_settop(L, 1);
  return lua_error(L);
}
static int raise_text(lua_State *L) { return luaL_error(L, "text %d", 1); }
static int raise_nil(lua_State *L) {
  lua_pushnil(L);
  return lua_error(L);
}
static int raise_table(lua_State *L) {
  lua_newtable(L);
  lua_pushinteger(L, 7), lua_setfield(L, -2, "code");
  return lua_error(L);
}
static int raise_with_rest(lua_State *L) {
  lua_pushinteger(L, 1), lua_pushinteger(L, 2), lua_pushliteral(L, "top");
  return lua_error(L);
}

static int decorate(lua_State *L) {
  lua_pushfstring(L, "<%s, %d arguments>",
                  lua_isstring(L, 1) ? lua_tostring(L, 1) : luaL_typename(L, 1), lua_gettop(L));
  return 1;
}
static int no_result(lua_State *L) {
  (void)L;
  return 0;
}
static int two_results(lua_State *L) {
  lua_pushliteral(L, "first"), lua_pushliteral(L, "second");
  return 2;
}
static int where_raised(lua_State *L) {
  lua_Debug ar;
  int level = 0;
  printf("in the handler:");
  while (lua_getstack(L, level++, &ar) && lua_getinfo(L, "nSl", &ar))
    printf(" %s:%s:%d", ar.what, ar.name ? ar.name : "?", ar.currentline);
  printf("\n");
  lua_settop(L, 1);
  return 1;
}

static void statuses(lua_State *L) {
  show_pcall(L, "text", raise_text);
  show_pcall(L, "nil", raise_nil);
  show_pcall(L, "table", raise_table);
  show_pcall(L, "with values below", raise_with_rest);
  lua_pushinteger(L, 1), lua_pushinteger(L, 2);
  lua_pushcfunction(L, raise_argument), lua_pushliteral(L, "a"), lua_pushliteral(L, "b");
  printf("%d ", lua_pcall(L, 2, 5, 0));
  show_and_clear(L, "function and arguments go, what is below stays");
  printf("%d ", luaL_loadstring(L, "x = = 1"));
  show_and_clear(L, "syntax");
  lua_pushcfunction(L, two_results);
  printf("%d ", lua_pcall(L, 0, 0, 0));
  show_stack(L, "no results wanted");
  lua_pushcfunction(L, two_results);
  printf("%d ", lua_pcall(L, 0, 3, 0));
  show_and_clear(L, "three wanted");
  lua_pushnil(L);
  printf("%d ", lua_pcall(L, 0, 1, 0));
  show_and_clear(L, "nil called");
  lua_pushinteger(L, 1), lua_pushinteger(L, 1);
  printf("%d ", lua_pcall(L, 1, 1, 0));
  show_and_clear(L, "a number called");
}

static void handlers(lua_State *L) {
  static const lua_CFunction all[] = {decorate,     no_result,  two_results,
                                      where_raised, raise_text, raise_table};
  int i;
  for (i = 0; i < COUNT(all); i++) {
    lua_pushliteral(L, "below");
    lua_pushcfunction(L, all[i]);
    lua_pushcfunction(L, raise_text);
    printf("%d %d ", i, lua_pcall(L, 0, 1, 2));
    show_stack(L, "handler at 2");
    lua_settop(L, 2);
    lua_pushcfunction(L, raise_table);
    printf("%d %d ", i, lua_pcall(L, 0, 1, -2));
    show_stack(L, "handler at -2");
    lua_settop(L, 2);
    lua_pushcfunction(L, two_results);
    printf("%d %d ", i, lua_pcall(L, 0, LUA_MULTRET, 2));
    show_and_clear(L, "no error");
  }
  lua_pushnil(L), lua_pushcfunction(L, raise_text);
  printf("%d ", lua_pcall(L, 0, 0, 1));
  show_and_clear(L, "nil as handler");
  lua_pushcfunction(L, where_raised);
  luaL_loadstring(L, "local function inner()\n error('x', 0) end\n"
                     "local function outer() inner() return 1 end\nouter()");
  printf("%d ", lua_pcall(L, 0, 0, 1));
  show_and_clear(L, "from Lua");
}

static int protected(lua_State *L) {
  int status, depth = (int)lua_tointeger(L, 1);
  if (depth == 0) return luaL_error(L, "at the bottom");
  lua_pushcfunction(L, protected);
  lua_pushinteger(L, depth - 1);
  status = lua_pcall(L, 1, 0, 0);
  lua_pushfstring(L, "%d<%s>", status, lua_tostring(L, -1));
  return lua_error(L);
}

static int recursion;
static int endless(lua_State *L) {
  recursion++;
  lua_pushcfunction(L, endless);
  lua_call(L, 0, 0);
  return 0;
}
static int endless_protected(lua_State *L) {
  recursion++;
  lua_pushcfunction(L, endless_protected);
  if (lua_pcall(L, 0, 0, 0) != 0) return lua_error(L);
  return 0;
}

static void nesting(lua_State *L) {
  lua_pushcfunction(L, protected), lua_pushinteger(L, 5);
  printf("%d ", lua_pcall(L, 1, 0, 0));
  show_and_clear(L, "five levels");
  recursion = 0;
  show_pcall(L, "endless calls", endless);
  printf("%d calls\n", recursion);
  recursion = 0;
  show_pcall(L, "endless protected calls", endless_protected);
  printf("%d calls\n", recursion);
  show_run(
      L,
      "local function f() return 1 + f() end return select(2, pcall(f)):match('stack overflow')");
  show_run(L, "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] "
              "end return t.x");
  show_run(L, "return 1 + 1");
}

static int seen_by_cpcall(lua_State *L) {
  printf("cpcall: %d argument, %s, %s\n", lua_gettop(L), luaL_typename(L, 1),
         (char *)lua_touserdata(L, 1));
  lua_pushliteral(L, "a result that is dropped");
  return 1;
}
static int environment_of_cpcall(lua_State *L) {
  lua_pushvalue(L, LUA_ENVIRONINDEX), lua_pushvalue(L, LUA_GLOBALSINDEX);
  printf("environment is globals: %d\n", lua_rawequal(L, -1, -2));
  return raise_table(L);
}

static void cpcalls(lua_State *L) {
  char word[] = "word";
  lua_pushliteral(L, "below");
  printf("%d ", lua_cpcall(L, seen_by_cpcall, word));
  show_stack(L, "done");
  printf("%d ", lua_cpcall(L, environment_of_cpcall, NULL));
  show_stack(L, "table raised");
  printf("%d ", lua_cpcall(L, raise_text, NULL));
  show_and_clear(L, "text raised");
}

static void two_states(lua_State *L) {
  lua_State *other = new_state();
  int i;
  for (i = 0; i < 3; i++) {
    show_pcall(other, "the other fails", i == 0 ? raise_text : i == 1 ? raise_table : endless);
    show_run(L, "x = (x or 0) + 1 return x");
    show_run(other, "x = (x or 0) + 10 return x");
  }
  lua_close(other);
  show_run(L, "return x");
}

static int panics(lua_State *L) {
  show_stack(L, "panic");
  return 0;
}
static int panics_and_leaves(lua_State *L) {
  printf("panic, leaving: %s\n", lua_tostring(L, -1));
  _exit(3);
}

/* Runs `f` on a state of its own in a child process; shows how the child ended. */
static void in_child(const char *what, void (*f)(lua_State *L)) {
  int status = 0;
  pid_t child;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    lua_State *L = new_state();
    f(L);
    printf("no panic\n");
    fflush(stdout);
    _exit(9);
  }
  waitpid(child, &status, 0);
  printf("%s: exit %d, signal %d\n", what, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
         WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}
static void error_unprotected(lua_State *L) {
  lua_atpanic(L, panics);
  lua_pushliteral(L, "unprotected");
  lua_error(L);
}
static void leave_by_panic(lua_State *L) {
  lua_atpanic(L, panics_and_leaves);
  lua_getfield(L, LUA_GLOBALSINDEX, "absent");
  lua_call(L, 0, 0);
}
static void default_panic(lua_State *L) {
  dup2(STDOUT_FILENO, STDERR_FILENO);
  luaL_error(L, "for %s", "stderr");
}
static void default_panic_of_table(lua_State *L) {
  dup2(STDOUT_FILENO, STDERR_FILENO);
  raise_table(L);
}
static void no_panic(lua_State *L) {
  lua_atpanic(L, NULL);
  lua_pushliteral(L, "nobody hears");
  lua_error(L);
}
static void in_coroutine(lua_State *L) {
  lua_State *co = lua_newthread(L);
  lua_atpanic(L, panics);
  lua_pushliteral(co, "on a thread that does not run");
  lua_error(co);
}

int main(void) {
  lua_State *L = new_state();
  section("statuses");
  statuses(L);
  section("handlers");
  handlers(L);
  section("nesting");
  nesting(L);
  section("lua_cpcall");
  cpcalls(L);
  section("a failing state leaves the other alone");
  two_states(L);
  section("panic");
  in_child("panic returns", error_unprotected);
  in_child("panic exits", leave_by_panic);
  in_child("luaL_newstate's panic", default_panic);
  in_child("luaL_newstate's panic with a table", default_panic_of_table);
  in_child("no panic function", no_panic);
  in_child("in a thread", in_coroutine);
  lua_close(L);
  return 0;
}
