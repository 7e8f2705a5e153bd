/* test_work.c -- instructions that look at much of a table cost as much of a budget. */
#include "vm/work.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "include/lua_limits.h"
#include "support/harness.h"

/* What `source` costs, run after `before`. */
static size_t cost(lua_State *L, const char *before, const char *source) {
  plx_setlimit(L, PLX_WORK, PLX_UNLIMITED);
  test_run(L, before, 0);
  lua_gc(L, LUA_GCSTOP, 0);
  assert_int_equal(luaL_loadbuffer(L, source, strlen(source), "=test"), 0);
  plx_setlimit(L, PLX_WORK, 100000000);
  lua_call(L, 0, 0);
  return 100000000 - plx_getlimit(L, PLX_WORK);
}

static const char sparse[] = "t = {} for i = 1, 2^12 do t[i] = i end for i = 1, 2^12 do t[i] = nil end\n"
                             "u = {} for i = 1, 2^12 do u['k' .. i] = i end for k in pairs(u) do u[k] = nil end";

static void empty_slots_are_work(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  assert_in_range(cost(L, sparse, "return next(t)"), 1 << 12, (1 << 12) + 100);
  assert_in_range(cost(L, sparse, "return next(u)"), 1 << 12, (1 << 12) + 100);
  assert_in_range(cost(L, sparse, "for k in pairs(t) do end"), 1 << 12, (1 << 12) + 100);
  assert_in_range(cost(L, sparse, "for k in next, u do end"), 1 << 12, (1 << 12) + 100);
  assert_in_range(cost(L, sparse, "table.foreach(t, print)"), 1 << 12, (1 << 12) + 100);
  assert_in_range(cost(L, sparse, "return table.maxn(u)"), 1 << 12, (1 << 12) + 100);
  /* an iterator of the program's own passes over nothing */
  assert_in_range(cost(L, sparse, "for k in function() end, t do end"), 1, 20);
  assert_in_range(cost(L, sparse, "for k in ipairs(t) do end"), 1, 20);
  assert_in_range(cost(L, "t = {1, 2, 3}", "for k in pairs(t) do end"), 1, 40);
  lua_close(L);
}

static void a_length_is_cheap_unless_it_is_not(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  assert_in_range(cost(L, sparse, "return #t, #u"), 1, 10);
  assert_in_range(cost(L, "t = {} for i = 1, 1000 do t[i] = i end", "return #t"), 1, 10);
  static const char hostile[] = /* all in nodes, and every doubling of an index is there */
      "local s = {} for i = 1, 5000 do s[i] = '[' .. i .. ']=1' end\n"
      "for i = 13, 30 do s[#s + 1] = '[' .. 2^i .. ']=1' end\n"
      "u = loadstring('return {' .. table.concat(s, ',') .. '}')()";
  assert_true(cost(L, hostile, "return #u") > 5000);
  assert_true(cost(L, hostile, "return table.getn(u)") > 5000);
  lua_close(L);
}

/* 1000 doubles whose visible hashes are equal. */
#define MAKE_CROWD \
  "t, keys = {}, {} for i = 1, 1000 do keys[i] = 1 + (i * 2^32 + (2^31 - i)) / 2^52 t[keys[i]] = i end\n" \
  "some = keys[500] "

static void a_search_in_a_crowd_is_work(void **unused) {
  (void)unused;
  static const char *const rows[] = {
      "local x = t[some]", "t[some] = 1", "local x = rawget(t, some)", "rawset(t, some, 1)",
      "local x = next(t, some)", "local x = setmetatable({}, {__index = t})[some]",
      "setmetatable({}, {__newindex = t})[some] = 1", "local x = ('x'):gsub('()', t)",
      "for k in next, t, some do break end",
  };
  lua_State *L = test_state_libs(NULL);
  const size_t plain = cost(L, "t = {}", "local x = t[some]");
  assert_in_range(plain, 1, 20);
  for (size_t i = 0; i < ROWS(rows); i++) {
    const size_t used = cost(L, MAKE_CROWD, rows[i]);
    if (strstr(rows[i], "gsub") == NULL && (used < 500 || used > 3000))
      fail_msg("%s: %zu", rows[i], used);
  }
  assert_in_range(cost(L, MAKE_CROWD "small = {x = 1}", "return small.x, small[1]"), 1, 20);
  assert_in_range(cost(L, MAKE_CROWD, "for i = 1, 10 do t[some] = i end"), 5000, 30000);
  /* building one is work, too, if the crowd is there before */
  assert_true(cost(L, MAKE_CROWD, MAKE_CROWD) > 200000);
  lua_close(L);
}

/* A node whose key is gone still leads to those behind it. */
static void a_crowd_is_counted_from_any_place(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  static const char text[] = MAKE_CROWD
      "for i = 1, 1000 do t[keys[i]] = nil end worst = 0\n";
  size_t most = 0;
  for (int i = 1; i < 200; i++) {
    plx_setlimit(L, PLX_WORK, PLX_UNLIMITED);
    char probe[400];
    snprintf(probe, sizeof probe, "%s some = %d.5", text, i);
    const size_t used = cost(L, probe, "local x = t[some]");
    if (used > most) most = used;
  }
  assert_true(most > 10); /* some key begins in the middle of the long chain */
  lua_close(L);
}

#define NAME0 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Constant names that collide with each other. */
static void names_can_crowd_too(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  /* of 64 bytes the visible hash samples every third: the others differ */
  static const char make[] =
      "t, names = {}, {}\n"
      "for i = 0, 999 do\n"
      "  local s = {}\n"
      "  for k = 1, 64 do s[k] = 'a' end\n"
      "  local n = i\n"
      "  for _, k in ipairs {3, 6, 9} do s[k] = string.char(97 + n % 10) n = (n - n % 10) / 10 end\n"
      "  names[i] = table.concat(s) t[names[i]] = i\n"
      "end\n"
      "get = assert(loadstring('return t.' .. names[0]))\n"
      "set = assert(loadstring('t.' .. names[0] .. ' = 1'))\n"
      "call = assert(loadstring('return t:' .. names[0] .. '()'))\n"
      "setfenv(get, {t = t}) setfenv(set, {t = t}) setfenv(call, {t = t})\n";
  assert_true(cost(L, make, "return get()") > 500);
  assert_true(cost(L, make, "return set()") > 500);
  assert_true(cost(L, make, "return pcall(call)") > 500);
  assert_true(cost(L, make, "setfenv(1, t) local x = " NAME0) > 500);
  lua_close(L);
}

/* Where a key stands that is not at home there, its own chain is searched for who points to it. */
static void moving_a_key_out_of_a_crowd_is_work(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  const size_t used = cost(L, MAKE_CROWD, "for i = 1, 20 do t[i + 0.5] = i end");
  assert_true(used > 2000);
  lua_close(L);
}

/* A name is found by walking through the code before the call. */
static void naming_a_function_is_work(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  static const char make[] = "big = loadstring(('x = 1 '):rep(5000) .. [[local function h()\n"
                             "  local i = debug.getinfo(1, 'n') return i end for i = 1, 10 do h() end]])";
  assert_in_range(cost(L, make, "big()"), 30000, 45000); /* three times what it executes */
  lua_close(L);
}

/* 1000 short strings in one bucket of the string table. */
static void strings_can_crowd_a_bucket(void **unused) {
  (void)unused;
  lua_State *L = test_state_libs(NULL);
  char text[16];
  lua_newtable(L);
  for (uint32_t i = 0, n = 0; n < 1000; i++) {
    const int len = snprintf(text, sizeof text, "%u", i * 7919);
    if ((hash_text(text, (size_t)len) & 0xfff) != 0x123) continue;
    lua_pushlstring(L, text, (size_t)len);
    lua_rawseti(L, -2, (int)++n);
  }
  lua_setglobal(L, "t");
  const size_t used = cost(L, "", "for i = 1, 1000 do local s = t[i]:sub(1, -2) .. t[i]:sub(-1) end");
  assert_true(used > 100000); /* a tenth of the way through, on average, would do */
  assert_in_range(cost(L, "", "for i = 1, 1000 do local s = 'a' .. i end"), 3000, 30000);
  lua_close(L);
}

/* What a call does by length, or by the size of something, beyond the instructions around it. */
static void functions_in_c_cost_what_they_do(void **unused) {
  (void)unused;
  static const struct {
    const char *before;
    const char *source;
    size_t least;
  } rows[] = {
      {"keep = ('x'):rep(2^20)", "collectgarbage()", 30000},
      {"", "('x'):rep(100):gsub('(x-)', ('%1'):rep(1000))", 90000},
      {"t = {} for i = 1, 100 do t[i] = ('x'):rep(1000) .. i * 7 % 101 end", "table.sort(t)", 10000},
      {"t = {} for i = 1, 1000 do t[i] = i * 7 % 1009 end", "table.sort(t)", 5000},
      {"function f(n) if n > 0 then return (f(n - 1)) end\n"
       "for i = 1, 100 do pcall(error, 'x', 900) end end", "f(1000)", 16000},
      {"", "os.date(('%d'):rep(100))", 6400},
      {"", "string.format(('%5.2f'):rep(10), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)", 300},
      {"s = ('x'):rep(64000)", "return s:find('y'), s:upper()", 2000},
      {"s = ('x'):rep(64000)", "return s:find('y+')", 4000},
      {"s = ('x'):rep(64000)", "return s .. 'y' < s .. 'z'", 6000},
      {"s = (' '):rep(64000)", "return tonumber(s), tonumber(s, 16)", 16000},
      {"t = {} for i = 1, 3000 do t[i] = '' end", "table.concat(t) return unpack(t)", 5500},
      {"t = {} for i = 1, 3000 do t[i] = 1 end", "table.insert(t, 1, 1) table.remove(t, 1)", 6000},
      {"s = ('x = 1 '):rep(1000)", "return loadstring(s)", 6000},
      {"", "local function f(...) return ... end f(unpack({}, 1, 4000))", 5000},
      {"", "return ('x'):rep(4000):byte(1, -1)", 500},
      {"", "return ('%.99f'):format(1e308)", 500},
      {"", "pcall(string.format, ('%.f'):rep(4), 1e308, 1e308, 1e308)", 1200},
      {"f = ('%%'):rep(1000)", "return f:format()", 900},
      {"", "return tostring(1e308), 1e-300 .. '', 1e300 .. ''", 350},
      {"", "return tonumber('1e300')", 100},
      {"t = {1e308, 1e308}", "return table.concat(t)", 250},
      {"", "return math.fmod(1e308, 1e-308)", 60},
      {"", "xpcall(error, error)", 1500},
      {"t = {} for i = 1, 99 do t = setmetatable({}, {__index = t, __newindex = t}) end",
       "for i = 1, 10 do local x = t.y t.y = nil end", 1900},
      {"s = ('\\0'):rep(64000)", "return s .. 'y' < s .. 'z'", 16000},
      {"", "return os.time{year = 2000, month = 1, day = 1}, os.date('*t', 0)", 100},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    lua_State *L = test_state_libs(NULL);
    const size_t used = cost(L, rows[i].before, rows[i].source);
    if (used < rows[i].least || used > 8 * rows[i].least)
      fail_msg("%s: %zu, not %zu", rows[i].source, used, rows[i].least);
    lua_close(L);
  }
}

int main(void) {
  const struct CMUnitTest work[] = {
      cmocka_unit_test(empty_slots_are_work),
      cmocka_unit_test(a_length_is_cheap_unless_it_is_not),
      cmocka_unit_test(a_search_in_a_crowd_is_work),
      cmocka_unit_test(a_crowd_is_counted_from_any_place),
      cmocka_unit_test(names_can_crowd_too),
      cmocka_unit_test(functions_in_c_cost_what_they_do),
      cmocka_unit_test(moving_a_key_out_of_a_crowd_is_work),
      cmocka_unit_test(naming_a_function_is_work),
      cmocka_unit_test(strings_can_crowd_a_bucket),
  };
  return cmocka_run_group_tests(work, NULL, NULL);
}
