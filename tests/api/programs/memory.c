/* memory.c -- allocators of the client: exact sizes, contexts, one replaced by another, one that
 * fails at each call in turn; and every option of lua_gc (manual 3.7). */
#include "show.h"

/* Counts, checks that sizes are told exactly, and fails at call number `fail_at` or from there on.
 */
typedef struct Meter {
  long bytes, blocks, calls, wrong, fail_at;
  int for_ever;
} Meter;

#define HEAD 16 /* before each block: its size */

static void *meter_alloc(void *ud, void *ptr, size_t osize, size_t nsize) {
  Meter *m = ud;
  char *old = ptr ? (char *)ptr - HEAD : NULL, *block;
  if (ptr == NULL ? osize != 0 : *(size_t *)(void *)old != osize) m->wrong++;
  if (nsize == 0) {
    if (old) m->blocks--, m->bytes -= (long)osize;
    free(old);
    return NULL;
  }
  m->calls++;
  /* What shrinks must not fail. */
  if (nsize > osize && m->fail_at > 0 &&
      (m->for_ever ? m->calls >= m->fail_at : m->calls == m->fail_at))
    return NULL;
  block = realloc(old, nsize + HEAD);
  if (block == NULL) return NULL;
  if (old == NULL) m->blocks++;
  m->bytes += (long)nsize - (long)osize;
  *(size_t *)(void *)block = nsize;
  return block + HEAD;
}

static const char work[] = "local t = {} for i = 1, 50 do t[i] = {n = i, s = 'string ' .. i} end\n"
                           "local co = coroutine.wrap(function(a) for i = 1, 5 do a = "
                           "coroutine.yield(a .. i) end return a end)\n"
                           "for i = 1, 5 do t['k' .. i] = co('x') end\n"
                           "local ok, e = pcall(error, {code = 1})\n"
                           "table.sort(t, function(a, b) return a.n > b.n end)\n"
                           "return table.concat({t[1].s, t[50].s, t.k5, tostring(ok), e.code, "
                           "('x'):rep(100):gsub('x', 'yz')}, ' '):sub(1, 40)";

static int do_work(lua_State *L) {
  luaL_openlibs(L);
  if (luaL_loadstring(L, work) != 0) return lua_error(L);
  lua_call(L, 0, 1);
  printf("%s%s", (char *)lua_touserdata(L, 1), lua_tostring(L, -1));
  return 0;
}

static void exact_sizes(void) {
  Meter m = {0, 0, 0, 0, 0, 0};
  lua_State *L = lua_newstate(meter_alloc, &m);
  char nothing[] = "";
  void *ud = NULL;
  lua_Alloc f = lua_getallocf(L, &ud);
  printf("%d %d %d\n", f == meter_alloc, ud == (void *)&m, lua_getallocf(L, NULL) == meter_alloc);
  printf(" %d\n", lua_cpcall(L, do_work, nothing));
  printf("counted exactly: %d\n",
         (long)lua_gc(L, LUA_GCCOUNT, 0) * 1024 + lua_gc(L, LUA_GCCOUNTB, 0) == m.bytes);
  lua_close(L);
  printf("left %ld bytes in %ld blocks, wrong sizes %ld\n", m.bytes, m.blocks, m.wrong);
}

/* Another context for the same blocks. */
static void replaced(void) {
  Meter one = {0, 0, 0, 0, 0, 0}, two = {0, 0, 0, 0, 0, 0};
  lua_State *L = lua_newstate(meter_alloc, &one);
  void *ud = NULL;
  char nothing[] = "";
  long before;
  printf(" %d\n", lua_cpcall(L, do_work, nothing));
  before = one.calls;
  lua_setallocf(L, meter_alloc, &two);
  printf("%d %d\n", lua_getallocf(L, &ud) == meter_alloc, ud == (void *)&two);
  printf(" %d\n", lua_cpcall(L, do_work, nothing));
  printf("first %d, second %d\n", one.calls == before, two.calls > 0);
  lua_close(L);
  printf("together %ld bytes, %ld wrong\n", one.bytes + two.bytes, one.wrong + two.wrong);
}

static void through_the_old_one(void) {
  lua_State *L = luaL_newstate();
  void *ud = NULL, *block;
  lua_Alloc f = lua_getallocf(L, &ud);
  block = f(ud, NULL, 0, 100);
  memset(block, 'x', 100);
  block = f(ud, block, 100, 10000);
  printf("%c", ((char *)block)[99]);
  block = f(ud, block, 10000, 10);
  printf("%c", ((char *)block)[9]);
  printf(" %d\n", f(ud, block, 10, 0) == NULL);
  lua_setallocf(L, f, ud);
  lua_close(L);
}

/* Adds a letter to the set of those seen, in order of first appearance. */
static void note(char *seen, char class) {
  size_t n = strlen(seen);
  if (strchr(seen, class) == NULL) seen[n] = class, seen[n + 1] = '\0';
}

static int use_strings(lua_State *L) {
  luaL_Buffer b;
  int i;
  luaL_buffinit(L, &b);
  for (i = 0; i < 30; i++) {
    lua_pushfstring(L, "%d:%s:%f", i, "some text", i * 0.5);
    luaL_addvalue(&b);
  }
  luaL_pushresult(&b);
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 1;
}
static int use_tables(lua_State *L) {
  int i;
  lua_settop(L, 0);
  lua_newtable(L);
  for (i = 0; i < 100; i++) {
    lua_newtable(L), lua_pushinteger(L, i), lua_setfield(L, -2, "n");
    if (i % 2) lua_rawseti(L, 1, i + 1);
    else lua_pushfstring(L, "key %d", i), lua_insert(L, -2), lua_settable(L, 1);
  }
  return 1;
}
static int use_objects(lua_State *L) {
  int i;
  for (i = 0; i < 15; i++) {
    lua_newuserdata(L, (size_t)i * 100);
    luaL_newmetatable(L, i % 2 ? "odd" : "even"), lua_setmetatable(L, -2);
    lua_newthread(L), lua_pushcclosure(L, use_strings, 1);
    luaL_ref(L, LUA_REGISTRYINDEX);
  }
  return 0;
}
static int use_compiler(lua_State *L) {
  int status = luaL_loadstring(L, work);
  if (status == LUA_ERRMEM) lua_newuserdata(L, (size_t)1 << 62); /* the same error again */
  return status == 0 ? 1 : lua_error(L);
}
/* Not io: where memory ends inside luaopen_io, Debian's library closes the real stdout. */
static int use_everything(lua_State *L) {
  static const lua_CFunction openers[] = {luaopen_base, luaopen_table, luaopen_string, luaopen_math,
                                          luaopen_debug};
  int i;
  for (i = 0; i < COUNT(openers); i++) lua_pushcfunction(L, openers[i]), lua_call(L, 0, 0);
  use_compiler(L);
  lua_call(L, 0, 1);
  return 1;
}
static int use_the_stack(lua_State *L) {
  int i;
  for (i = 0; i < 4000; i += 100) {
    luaL_checkstack(L, 100, "more");
    lua_settop(L, i);
  }
  return 0;
}

/* How often memory is asked for differs between libraries; what may come of a refusal does not:
 * N no state at all, M a memory error, 0 success. */
static void failing(const char *what, lua_CFunction f, int for_ever) {
  long at, leaks = 0, wrong = 0, unusable = 0, last = 0;
  char seen[20] = "";
  for (at = 1; last == 0; at++) {
    Meter m = {0, 0, 0, 0, 0, 0};
    lua_State *L;
    m.fail_at = at, m.for_ever = for_ever;
    L = lua_newstate(meter_alloc, &m);
    if (L == NULL) {
      note(seen, 'N');
    } else {
      int status = lua_cpcall(L, f, NULL);
      last = m.calls < at;
      m.fail_at = 0;
      note(seen, status == 0 ? '0' : status == LUA_ERRMEM ? 'M' : '?');
      if (status == LUA_ERRMEM && strcmp(lua_tostring(L, -1), "not enough memory") != 0)
        note(seen, '!');
      lua_settop(L, 0);
      if (luaL_dostring(L, "return 1 + 1") || lua_tointeger(L, -1) != 2) unusable++;
      lua_close(L);
    }
    leaks += m.blocks, wrong += m.wrong;
  }
  printf("%s: outcomes %s, leaked %ld, wrong sizes %ld, unusable %ld\n", what, seen, leaks, wrong,
         unusable);
}

static void each_failure(int for_ever) {
  failing("strings", use_strings, for_ever);
  failing("tables", use_tables, for_ever);
  failing("objects", use_objects, for_ever);
  failing("the compiler", use_compiler, for_ever);
  failing("the stack", use_the_stack, for_ever);
  failing("the libraries", use_everything, for_ever);
}

/* Options of lua_gc that say something that is not a size of the heap. */
static void options(void) {
  lua_State *L = new_state();
  int i, ended = 0;
  printf("unknown %d %d\n", lua_gc(L, 77, 0), lua_gc(L, -1, 0));
  printf("pause %d", lua_gc(L, LUA_GCSETPAUSE, 150)),
      printf(" %d\n", lua_gc(L, LUA_GCSETPAUSE, 200));
  printf("stepmul %d", lua_gc(L, LUA_GCSETSTEPMUL, 400)),
      printf(" %d\n", lua_gc(L, LUA_GCSETSTEPMUL, 200));
  printf("stop %d restart %d collect %d\n", lua_gc(L, LUA_GCSTOP, 0), lua_gc(L, LUA_GCRESTART, 0),
         lua_gc(L, LUA_GCCOLLECT, 0));
  printf("count %d countb %d\n", lua_gc(L, LUA_GCCOUNT, 0) > 0, lua_gc(L, LUA_GCCOUNTB, 0) < 1024);
  printf("getgccount %d\n", lua_getgccount(L) == lua_gc(L, LUA_GCCOUNT, 0));
  for (i = 0; i < 10000 && !ended; i++) ended = lua_gc(L, LUA_GCSTEP, 1);
  printf("steps end a cycle: %d\n", ended);
  printf("one big step: %d\n", lua_gc(L, LUA_GCSTEP, 1000000));
  lua_close(L);
}

static long garbage(lua_State *L, int stopped) {
  long most = 0;
  int i;
  lua_gc(L, LUA_GCCOLLECT, 0);
  if (stopped) lua_gc(L, LUA_GCSTOP, 0);
  for (i = 0; i < 20000; i++) {
    lua_createtable(L, 16, 0);
    lua_pop(L, 1);
    if (lua_gc(L, LUA_GCCOUNT, 0) > most) most = lua_gc(L, LUA_GCCOUNT, 0);
  }
  lua_gc(L, LUA_GCRESTART, 0);
  return most;
}

static void stopping(void) {
  lua_State *L = new_state();
  printf("bounded %d\n", garbage(L, 0) < 1000);
  printf("grows while stopped %d\n", garbage(L, 1) > 2000);
  lua_gc(L, LUA_GCCOLLECT, 0);
  printf("collected again %d\n", lua_gc(L, LUA_GCCOUNT, 0) < 200);
  lua_close(L);
}

static int too_much(lua_State *L) {
  lua_newuserdata(L, (size_t)1 << 62);
  return 0;
}
static int far_too_much(lua_State *L) {
  lua_newuserdata(L, (size_t)-20);
  return 0;
}
static int not_quite_too_much(lua_State *L) {
  lua_newuserdata(L, (size_t)-43);
  return 0;
}
static int just_too_much(lua_State *L) {
  lua_newuserdata(L, (size_t)-42);
  return 0;
}
static int too_big_a_table(lua_State *L) {
  lua_createtable(L, 0, (1 << 26) + 1);
  return 0;
}
static int far_too_big_a_table(lua_State *L) {
  lua_createtable(L, 0, 1 << 30);
  return 0;
}

static void huge_requests(void) {
  lua_State *L = new_state();
  show_pcall(L, "a huge userdata", too_much);
  show_pcall(L, "one whose size overflows", far_too_much);
  show_pcall(L, "the largest that is asked for", not_quite_too_much);
  show_pcall(L, "one byte more", just_too_much);
  show_pcall(L, "a huge table", too_big_a_table);
  show_pcall(L, "a table far too big", far_too_big_a_table);
  show_run(L, "return 1");
  lua_close(L);
}

int main(void) {
  section("sizes are exact");
  exact_sizes();
  section("the context can be replaced");
  replaced();
  section("luaL_newstate's allocator can be used");
  through_the_old_one();
  section("one allocation fails");
  each_failure(0);
  section("all allocations fail from one on");
  each_failure(1);
  section("options of lua_gc");
  options();
  section("stopping the collector");
  stopping();
  section("huge requests");
  huge_requests();
  return 0;
}
