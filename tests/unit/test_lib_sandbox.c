/* test_lib_sandbox.c -- what plx_openlibs grants is there, and nothing else does anything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/lua_limits.h"
#include "support/harness.h"
#include "support/sweep.h"

static lua_State *sandbox(const plx_Grants *grants) {
  lua_State *L = test_state(NULL);
  plx_openlibs(L, grants);
  return L;
}

static lua_State *sandbox_that_can(unsigned can) {
  const plx_Grants grants = {.can = can};
  return sandbox(&grants);
}

/* The error of calling `expression` names this capability. */
static void assert_denied(lua_State *L, const char *expression, const char *capability) {
  char expected[100], source[300];
  snprintf(expected, sizeof expected, "capability '%s' is not granted", capability);
  snprintf(source, sizeof source, "local x = %s", expression);
  const char *message = test_error(L, source);
  if (strstr(message, expected) == NULL) fail_msg("%s: %s", expression, message);
  lua_pop(L, 1);
}

static void assert_granted(lua_State *L, const char *source) { test_run(L, source, 0); }

/* Every function that 5.1 has is either in this list, by a capability, or always denied, or harmless. */
static void nothing_is_granted_by_default(void **unused) {
  (void)unused;
  static const char *const denied[] = {
      "print", "load", "loadstring", "loadfile", "dofile", "getfenv", "setfenv", "collectgarbage",
      "gcinfo", "newproxy", "require", "module", "string.rep", "string.format", "string.dump",
      "table.sort", "table.concat", "math.sin", "math.random", "coroutine.create", "coroutine.wrap",
      "io.open", "io.lines", "io.popen", "io.tmpfile", "io.read", "io.write", "io.input", "io.output",
      "os.execute", "os.exit", "os.getenv", "os.remove", "os.rename", "os.setlocale", "os.tmpname",
      "os.time", "os.date", "os.clock", "debug.getinfo", "debug.getregistry", "debug.sethook",
      "debug.debug", "package.loadlib", "package.seeall", "io.flush",
  };
  lua_State *L = sandbox_that_can(0);
  for (size_t i = 0; i < ROWS(denied); i++) {
    char call[60];
    snprintf(call, sizeof call, "%s()", denied[i]);
    assert_denied(L, call, denied[i]);
  }
  assert_denied(L, "package.path", "package.path");
  assert_denied(L, "io.stdout:write('x')", "io.stdout.write");
  assert_denied(L, "math.pi + 1", "math.pi");
  assert_denied(L, "('x'):rep(3)", "string.rep");
  test_expect(L, "type(_G), select('#', 1, 2), next({}), rawequal(1, 1)", "table 2 nil true");
  test_expect(L, "pcall(os.execute, 'true')", "false capability 'os.execute' is not granted");
  lua_close(L);
}

/* Whatever `luaL_openlibs` opens is here in name: programs fail where they use it, not where they ask. */
static void every_name_of_the_libraries_is_known(void **unused) {
  (void)unused;
  lua_State *all = test_state_libs(NULL), *L = sandbox_that_can(PLX_CAN_DEBUG);
  test_run(all, "local list = {}\n"
                "for k, v in pairs(_G) do\n"
                "  if type(v) == 'function' then list[#list + 1] = k end\n"
                "  if type(v) == 'table' and v ~= _G and v ~= package then\n"
                "    for n in pairs(v) do list[#list + 1] = k .. '.' .. n end\n"
                "  end\n"
                "end\n"
                "names = table.concat(list, ' ')", 0);
  lua_getglobal(all, "names");
  int count = 0;
  for (char *name = strtok((char *)(uintptr_t)lua_tostring(all, -1), " "); name; name = strtok(NULL, " ")) {
    char source[100];
    snprintf(source, sizeof source, "assert(%s ~= nil)", name);
    assert_granted(L, source);
    count++;
  }
  assert_true(count > 100);
  lua_close(L);
  lua_close(all);
}

static void each_capability_grants_what_it_says(void **unused) {
  (void)unused;
  static const struct {
    unsigned can;
    const char *granted;
    const char *denied;
    const char *capability;
  } rows[] = {
      {PLX_CAN_STRING, "assert(('x'):rep(3) == 'xxx' and string.format('%d', 3) == '3')",
       "string.dump(pcall)", "string.dump"},
      {PLX_CAN_TABLE, "local t = {3, 1} table.sort(t) assert(t[1] == 1)", "string.rep('x', 2)",
       "string.rep"},
      {PLX_CAN_MATH, "assert(math.floor(math.pi) == 3)", "table.sort({})", "table.sort"},
      {PLX_CAN_COROUTINE, "assert(coroutine.wrap(function() return 1 end)() == 1)", "print()", "print"},
      {PLX_CAN_PRINT, "assert(io.write('') == true and io.flush())", "io.read()", "io.read"},
      {PLX_CAN_LOAD, "assert(loadstring('return 1')() == 1)", "loadfile('x')", "loadfile"},
      {PLX_CAN_STRING | PLX_CAN_LOAD | PLX_CAN_BYTECODE,
       "assert(loadstring(string.dump(loadstring('return 2')))() == 2)", "dofile('x')", "dofile"},
      {PLX_CAN_FENV, "setfenv(1, {}) x = 1", "newproxy()", "newproxy"},
      {PLX_CAN_COLLECT, "collectgarbage() assert(collectgarbage('count') > 0 and gcinfo() > 0)",
       "getfenv()", "getfenv"},
      {PLX_CAN_PROXY, "assert(getmetatable(newproxy(true)))", "collectgarbage()", "collectgarbage"},
      {PLX_CAN_CLOCK, "assert(os.time() > 1e9 and os.clock() >= 0 and os.date())", "os.getenv('HOME')",
       "os.getenv"},
      {PLX_CAN_DEBUG, "assert(debug.getinfo(1, 'l').currentline == 1)", "debug.debug()", "debug.debug"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_State *L = sandbox_that_can(rows[i].can);
    assert_granted(L, rows[i].granted);
    assert_denied(L, rows[i].denied, rows[i].capability);
    lua_close(L);
    L = sandbox_that_can(~rows[i].can & 0x3fffu); /* the other way round */
    const char *message = test_error(L, rows[i].granted);
    if (strstr(message, "is not granted") == NULL) fail_msg("%s: %s", rows[i].granted, message);
    lua_close(L);
  }
}

static void binary_chunks_need_their_capability(void **unused) {
  (void)unused;
  lua_State *L = sandbox_that_can(PLX_CAN_LOAD | PLX_CAN_STRING);
  test_expect(L, "loadstring('\\27Lua')", "nil capability 'bytecode' is not granted");
  lua_close(L);
}

static void time_can_stand_still(void **unused) {
  (void)unused;
  const double then = 86400 * 365.0;
  const plx_Grants grants = {.fixed_time = &then};
  lua_State *L = sandbox(&grants);
  test_expect(L, "os.time(), os.clock(), os.date('!%Y-%m-%d')", "31536000 0 1971-01-01");
  test_expect(L, "os.date('!%Y', 0), os.date('!*t').year, os.difftime(5, 3)", "1970 1971 2");
  test_expect(L, "os.time({year = 2000, month = 1, day = 2}) - os.time({year = 2000, month = 1, day = 1})",
              "86400");
  lua_close(L);
  L = sandbox_that_can(0);
  test_expect(L, "os.date('!%Y', 0), os.difftime(5, 3)", "1970 2"); /* these do not tell the time */
  lua_close(L);
}

static void variables_are_chosen(void **unused) {
  (void)unused;
  static const char *const names[] = {"TEST_GRANTED", "TEST_UNSET", NULL};
  const plx_Grants grants = {.env = names};
  setenv("TEST_GRANTED", "yes", 1);
  setenv("TEST_SECRET", "no", 1);
  lua_State *L = sandbox(&grants);
  test_expect(L, "os.getenv('TEST_GRANTED'), os.getenv('TEST_UNSET')", "yes nil");
  assert_non_null(strstr(test_error(L, "os.getenv('TEST_SECRET')"),
                         "capability 'os.getenv' is not granted for 'TEST_SECRET'"));
  assert_non_null(strstr(test_error(L, "os.getenv('__index')"), "is not granted"));
  lua_close(L);
}

static void addresses_are_numbers(void **unused) {
  (void)unused;
  lua_State *L = sandbox_that_can(PLX_CAN_COMPUTE);
  test_expect(L, "tostring({}), tostring(print), tostring(coroutine.create(function() end))",
              "table: 0x00000001 function: 0x00000002 thread: 0x00000003");
  test_run(L, "t, u = {}, {}", 0);
  test_expect(L, "tostring(t) == tostring(t), tostring(t) == tostring(u)", "true false");
  test_expect(L, "tostring(1), tostring('x'), tostring(nil), tostring(true)", "1 x nil true");
  test_expect(L, "tostring(setmetatable({}, {__tostring = function() return 'mine' end}))", "mine");
  assert_non_null(strstr(test_error(L, "tostring()"), "bad argument #1 to 'tostring'"));
  lua_pushlightuserdata(L, L);
  lua_setglobal(L, "light");
  test_expect(L, "(tostring(light):match('^userdata: 0x%d+$') ~= nil)", "true");
  lua_close(L);
  L = sandbox_that_can(PLX_CAN_COMPUTE | PLX_CAN_ADDRESS);
  lua_newtable(L);
  char address[40];
  snprintf(address, sizeof address, "table: %p", lua_topointer(L, -1));
  lua_setglobal(L, "t");
  test_expect(L, "tostring(t)", address);
  lua_close(L);
}

static void random_numbers_are_the_state_s_own(void **unused) {
  (void)unused;
  lua_State *a = sandbox_that_can(PLX_CAN_COMPUTE), *b = sandbox_that_can(PLX_CAN_COMPUTE);
  static const char draw[] = "local r = {} for i = 1, 20 do r[i] = math.random(1000) end\n"
                             "drawn = table.concat(r, ' ')";
  test_run(a, "math.randomseed(7)", 0);
  test_run(b, "math.randomseed(7)", 0);
  srand(1);
  const int first = rand();
  srand(1);
  test_run(a, draw, 0);
  test_run(b, draw, 0);
  assert_int_equal(rand(), first); /* the process's are untouched */
  lua_getglobal(a, "drawn");
  lua_getglobal(b, "drawn");
  assert_string_equal(lua_tostring(a, -1), lua_tostring(b, -1));
  test_run(a, "for i = 1, 2000 do\n"
              "  local r, m, n = math.random(), math.random(3), math.random(-2, 2)\n"
              "  assert(r >= 0 and r < 1 and m >= 1 and m <= 3 and m % 1 == 0)\n"
              "  assert(n >= -2 and n <= 2 and n % 1 == 0)\n"
              "end\n"
              "assert(not pcall(math.random, 0) and not pcall(math.random, 2, 1))\n"
              "assert(not pcall(math.random, 1, 2, 3))\n"
              "local r = math.random(-2^31, 2^31 - 1) assert(r >= -2^31 and r < 2^31)", 0);
  lua_close(a);
  lua_close(b);
}

/* Ways by which scripts have left other sandboxes. */
static void there_is_no_way_around(void **unused) {
  (void)unused;
  lua_State *L = sandbox_that_can(PLX_CAN_COMPUTE | PLX_CAN_PRINT | PLX_CAN_LOAD | PLX_CAN_FENV |
                                  PLX_CAN_COLLECT | PLX_CAN_PROXY);
  static const char *const denied[][2] = {
      {"getfenv(0).os.execute()", "os.execute"},
      {"getfenv(print).io.popen('true')", "io.popen"},
      {"getfenv(pcall).require('x')", "require"},
      {"coroutine.wrap(function() return getfenv(0).os.exit() end)()", "os.exit"},
      {"loadstring('return os.exit()')()", "os.exit"},
      {"setfenv(function() return os.exit() end, getfenv(0))()", "os.exit"},
      {"xpcall(os.exit, os.exit) or error(select(2, pcall(os.exit)))", "os.exit"},
      {"_G._G._G.debug.getregistry()", "debug.getregistry"},
      {"string.gsub('x', 'x', os.execute)", "os.execute"},
      {"table.sort({1, 2}, os.execute)", "os.execute"},
      {"table.foreach({1}, io.open)", "io.open"},
      {"setmetatable({}, {__index = os.execute}).x", "os.execute"},
      {"tostring(setmetatable({}, {__tostring = os.execute}))", "os.execute"},
  };
  for (size_t i = 0; i < ROWS(denied); i++) assert_denied(L, denied[i][0], denied[i][1]);
  test_expect(L, "getmetatable(''), getmetatable(package), getmetatable(io.stdin)", "false false false");
  assert_non_null(strstr(test_error(L, "setmetatable(package, {})"), "protected metatable"));
  test_expect(L, "rawget(package, 'loaded'), next(package), rawget(io.stdout, 1)", "nil nil nil");
  test_expect(L, "pcall(setfenv, os.execute, {})",
              "false 'setfenv' cannot change environment of given object");
  assert_non_null(strstr(test_error(L, "package.x = 1"), "'package.x' is not granted"));
  assert_non_null(strstr(test_error(L, "local x = package[print]"), "'package.?' is not granted"));
  lua_close(L);
}

/* With debug a script can give anything any metatable, and must get no further. */
static void debug_breaks_nothing(void **unused) {
  (void)unused;
  const plx_Grants grants = {.can = PLX_CAN_COMPUTE | PLX_CAN_DEBUG | PLX_CAN_PROXY, .dir = "/"};
  lua_State *L = sandbox(&grants);
  test_run(L, "local files = debug.getregistry()['FILE*']\n"
              "for _, f in ipairs {newproxy(), newproxy(true), {}, 1, print} do\n"
              "  if type(f) == 'userdata' then debug.setmetatable(f, files) end\n"
              "  for name, method in pairs(files) do\n"
              "    if type(method) == 'function' and name ~= '__gc' then assert(not pcall(method, f), name) end\n"
              "  end\n"
              "end\n"
              "for _, f in ipairs {io.open, io.lines, tostring, os.time, math.random} do\n"
              "  for i = 1, 5 do debug.setupvalue(f, i, nil) debug.getupvalue(f, i) end\n"
              "  pcall(debug.setfenv, f, {})\n"
              "end\n"
              "assert(not pcall(io.open, '../etc/passwd'))", 0);
  lua_close(L);
}

/* Each runs out of memory, and must not have the next one run inside it. */
static void finalisers_that_fail_do_not_nest(void **unused) {
  (void)unused;
  lua_State *L = sandbox_that_can(PLX_CAN_COMPUTE | PLX_CAN_PROXY);
  plx_setlimit(L, PLX_MEMORY, 40 << 20);
  plx_setlimit(L, PLX_WORK, 20000000);
  assert_int_not_equal(luaL_dostring(L,
    "local p for i = 1, 1e5 do p = newproxy(true) getmetatable(p).__gc = function()\n"
    "  local t = {} while true do t[#t + 1] = newproxy(p) end end end"), 0);
  lua_close(L);
}

/* The environment of io's functions holds the default files. */
static void debug_finds_no_standard_files(void **unused) {
  (void)unused;
  lua_State *L = sandbox_that_can(PLX_CAN_COMPUTE | PLX_CAN_DEBUG);
  test_expect(L, "debug.getfenv(io.type)[1], debug.getfenv(io.type)[2]", "nil nil");
  test_expect(L, "pcall(io.close)", "false bad argument #1 to '?' (FILE* expected, got nil)");
  lua_close(L);
  L = sandbox_that_can(PLX_CAN_DEBUG | PLX_CAN_PRINT);
  test_expect(L, "debug.getfenv(io.type)[1], io.type(debug.getfenv(io.type)[2])", "nil file");
  test_expect(L, "pcall(io.write, '')", "true true");
  lua_close(L);
}

static void the_grants_need_not_last(void **unused) {
  (void)unused;
  char name[] = "TEST_GRANTED", dir[] = "/";
  const char *names[] = {name, NULL};
  double now = 7;
  plx_Grants grants = {.dir = dir, .env = names, .fixed_time = &now};
  setenv("TEST_GRANTED", "yes", 1);
  lua_State *L = sandbox(&grants);
  memset(name, '?', sizeof name - 1);
  memset(dir, '?', sizeof dir - 1);
  names[0] = NULL;
  now = 8;
  memset(&grants, 0xff, sizeof grants);
  test_expect(L, "os.getenv('TEST_GRANTED'), os.time()", "yes 7");
  lua_close(L);
}

static int open_everything(lua_State *L) {
  static const char *const names[] = {"HOME", NULL};
  const double now = 7;
  const plx_Grants grants = {.can = 0x1fff, .dir = "/", .env = names, .fixed_time = &now};
  plx_openlibs(L, &grants);
  return 0;
}

static void opening_may_run_out_of_memory(void **unused) {
  (void)unused;
  sweep_allocations(open_everything, false);
}

static void limits_hold_in_a_sandbox(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = test_state(&heap);
  const plx_Grants grants = {.can = PLX_CAN_COMPUTE};
  plx_openlibs(L, &grants);
  plx_setlimit(L, PLX_MEMORY, 1 << 20);
  plx_setlimit(L, PLX_WORK, 100000);
  assert_non_null(strstr(test_error(L, "while true do pcall(string.rep, 'x', 2^20) end"), "budget"));
  plx_setlimit(L, PLX_WORK, 100000);
  test_expect(L, "tostring({})", "table: 0x00000001");
  assert_true(heap.peak_bytes <= 1 << 20);
  test_close(L, &heap);
}

int main(void) {
  const struct CMUnitTest sandboxes[] = {
      cmocka_unit_test(nothing_is_granted_by_default),
      cmocka_unit_test(every_name_of_the_libraries_is_known),
      cmocka_unit_test(each_capability_grants_what_it_says),
      cmocka_unit_test(binary_chunks_need_their_capability),
      cmocka_unit_test(time_can_stand_still),
      cmocka_unit_test(variables_are_chosen),
      cmocka_unit_test(addresses_are_numbers),
      cmocka_unit_test(random_numbers_are_the_state_s_own),
      cmocka_unit_test(there_is_no_way_around),
      cmocka_unit_test(debug_breaks_nothing),
      cmocka_unit_test(finalisers_that_fail_do_not_nest),
      cmocka_unit_test(debug_finds_no_standard_files),
      cmocka_unit_test(the_grants_need_not_last),
      cmocka_unit_test(opening_may_run_out_of_memory),
      cmocka_unit_test(limits_hold_in_a_sandbox),
  };
  return cmocka_run_group_tests(sandboxes, NULL, NULL);
}
