/* snippets.c -- see snippets.h.  The expected results were printed by lua5.1. */
#include "support/snippets.h"

#include <string.h>

const Snippet snippets[] = {
  {"local a, b = 1, 'x' local c = a a = b return a, b, c",
   "x x 1"},
  {"return 1, 'k', true, false, nil",
   "1 k true false nil"},
  {"local a, b, c, d return a, b, c, d",
   "nil nil nil nil"},
  {"local x = nil local y = {} x = 5 x = nil return x, y == nil",
   "nil false"},
  {"local n = 0 local function up() n = n + 1 return n end up() up() return n, up()",
   "2 3"},
  {"local n = 0 local function set(v) n = v end set({}) local t = type(n) set('s') set(nil) "
   "return t, n",
   "table nil"},
  {"g = 1 g = g + 1 local r = g g = nil return r, g, undefined_name",
   "2 nil nil"},
  {"local t = {x = 1, y = {z = 2}} t.x = t.x + t.y.z t.new = 'n' return t.x, t.new, t.none",
   "3 n nil"},
  {"local t = setmetatable({}, {__index = function(_, k) return tostring(k) .. '!' end}) "
   "return t.a, t[1], t[true]",
   "a! 1! true!"},
  {"local p = {v = 1} local t = setmetatable({}, {__index = setmetatable({}, {__index = "
   "p})}) local a = t.v p.v = 2 return a, t.v, rawget(t, 'v')",
   "1 2 nil"},
  {"local log = {} local t = setmetatable({}, {__newindex = function(t, k, v) log[#log + 1] "
   "= k rawset(t, k, v) end}) t.a = 1 t.a = 2 t.b = 1 t[1] = 1 return #log, log[1], log[2], "
   "log[3], t.a",
   "3 a b 1 2"},
  {"local p = {} local t = setmetatable({}, {__newindex = p}) t.x = 1 t[1] = 2 return "
   "rawget(t, 'x'), p.x, p[1]",
   "nil 1 2"},
  {"local t = {10, 20, 30} local s = 0 for i = 0, 4 do s = s + (t[i] or 100) end return s",
   "260"},
  {"local t = {} for i = 1, 20 do t[i] = i * i end local s = 0 for i = 20, 1, -1 do s = s * "
   "2 + t[i] end return s, #t",
   "380633085 20"},
  {"local t = {1, 2, 3} return t[1], t[2], t[3], t[4], t[0], t[-1], t[1.5], t[70000], t['1']",
   "1 2 3 nil nil nil nil nil nil"},
  {"local t = {} t[1] = 'a' t[2.5] = 'b' t[true] = 'c' t['s'] = 'd' t[70000] = 'e' return "
   "t[1], t[2.5], t[true], t.s, t[70000], t[false]",
   "a b c d e nil"},
  {"local t, k = {}, 'dyn' t[k] = 1 t[k .. 2] = t[k] return t.dyn, t.dyn2, t[t]",
   "1 1 nil"},
  {"local t = {} t[-0] = 'z' local z = 0 return t[0], t[-z], t[0 * -1]",
   "z z z"},
  {"local t = {n = 0} function t:inc(d) self.n = self.n + (d or 1) return self end return "
   "t:inc():inc(5):inc().n",
   "7"},
  {"local s = 'hello' return s:len(), s:upper(), ('x'):rep(3), #s",
   "5 HELLO xxx 5"},
  {"local C = {} C.__index = C function C.get(o) return o.v end local o = setmetatable({v = "
   "9}, C) local r = o:get() function C.get(o) return -o.v end return r, o:get()",
   "9 -9"},
  {"local D = setmetatable({}, {__index = function(_, k) return function(self, a) return k, "
   "a end end}) return D:anything(3)",
   "anything 3"},
  {"local a, b = 7, 2 return a + b, a - b, a * b, a / b, a % b, a ^ b, -a",
   "9 5 14 3.5 1 49 -7"},
  {"local a = 7 return a + 2, a - 2, a * 2, a / 2, a % 2, a ^ 2",
   "9 5 14 3.5 1 49"},
  {"local a = 7 return 2 + a, 2 - a, 2 * a, 2 / a, 2 % a, 2 ^ a",
   "9 -5 14 0.28571428571429 2 128"},
  {"local a, b = '7', '0x10' return a + b, a - 1, '10' * '2', 10 / '4', -a, '2' ^ 3, ' 5 ' "
   "% 3",
   "23 6 20 2.5 -7 8 2"},
  {"local z = 0 return 1 / z, -1 / z, z / z == z / z, tostring(z / z), tostring(-(z / z))",
   "inf -inf false -nan nan"},
  {"local i = 1 / 0 return i % 2 == i % 2, 2 % i, -2 % i, 2 % -i, 5 % 0 == 5 % 0, i - i == "
   "i - i",
   "false -nan -nan -nan false false"},
  {"local a = {5.3, -5.3, 5, -5, 0, 1e15, -1e15, 0.1} local s = {} for _, x in ipairs(a) do "
   "for _, y in ipairs{3, -3, 0.7, 1e10} do s[#s + 1] = string.format('%.17g', x % y) end "
   "end return table.concat(s, ' ')",
   "2.2999999999999998 -0.70000000000000018 0.40000000000000036 5.2999999999999998 "
   "0.70000000000000018 -2.2999999999999998 0.29999999999999982 9999999994.7000008 2 -1 "
   "0.10000000000000053 5 1 -2 0.59999999999999964 9999999995 0 0 0 0 1 -2 0.5 0 2 -1 0.25 "
   "0 0.10000000000000001 -2.8999999999999999 0.10000000000000001 0.10000000000000001"},
  {"local mt = {} for _, e in ipairs{'add', 'sub', 'mul', 'div', 'mod', 'pow'} do mt['__' "
   ".. e] = function(a, b) return e .. type(a):sub(1, 1) .. type(b):sub(1, 1) end end "
   "mt.__unm = function(a, b) return rawequal(a, b) end local t = setmetatable({}, mt) "
   "return t + 1, 1 - t, t * 'x', 'x' / t, t % t, t ^ nil, -t",
   "addtn subnt mults divst modtt powtn true"},
  {"return not nil, not false, not 0, not '', not not nil",
   "true true false false false"},
  {"local u = newproxy(true) getmetatable(u).__len = function() return 42 end return #{}, "
   "#{1, 2, 3}, #'abc', #{n = 1}, #u",
   "0 3 3 0 42"},
  {"local t = {1, 2, 3} t[#t + 1] = 4 t.x = 1 local a = #t t[#t] = nil return a, #t",
   "4 3"},
  {"return 'a' .. 'b', 1 .. 2, 'a' .. 1 .. 'b' .. 2.5, '' .. '', 'x' .. '', 1 .. ''",
   "ab 12 a1b2.5  x 1"},
  {"local log = {} local mt = {__concat = function(a, b) local f = function(v) return "
   "type(v) == 'table' and v.n or v end local r = '(' .. f(a) .. f(b) .. ')' log[#log + 1] "
   "= r return r end} local t = setmetatable({n = 'T'}, mt) return 'a' .. 'b' .. t .. 'c' "
   ".. 'd', 1 .. t, t .. t .. 2, #log",
   "ab(Tcd) (1T) (T(T2)) 4"},
  {"local n = 0 while n < 10 do n = n + 1 if n == 5 then break end end repeat n = n + 2 "
   "until n > 12 return n",
   "13"},
  {"local function cmp(a, b) return a == b, a ~= b, a < b, a <= b, a > b, a >= b end local "
   "r = {} for _, p in ipairs{{1, 2}, {2, 1}, {1, 1}, {'a', 'b'}, {'b', 'a'}, {'a', 'a'}, "
   "{0, -0}} do for i, v in ipairs{cmp(p[1], p[2])} do r[#r + 1] = v and 1 or 0 end end "
   "return table.concat(r)",
   "011100010011100101011100010011100101100101"},
  {"local nan = 0 / 0 return nan == nan, nan ~= nan, nan < nan, nan <= nan, not (nan < 1), "
   "not (nan >= 1), nan == 1, 1 < nan",
   "false true false false true true false false"},
  {"local function k(a) return a == 5, a ~= 5, a == 's', a ~= 's', a == nil, a ~= true, 5 "
   "== a, 's' == a end local r = {} for _, v in ipairs{5, 's', true, false, {}} do for _, x "
   "in ipairs{k(v)} do r[#r + 1] = x and 1 or 0 end end return table.concat(r)",
   "1001011001100101010100000101010001010100"},
  {"local function k(a) return a < 5, a <= 5, a > 5, a >= 5, 5 < a, 5 <= a, 5 > a, 5 >= a, "
   "not (a < 5), not (5 <= a) end local r = {} for _, v in ipairs{4, 5, 6, 0 / 0} do for i, "
   "x in ipairs{k(v)} do r[#r + 1] = x and 1 or 0 end end return table.concat(r)",
   "1100001101010101011000111100100000000011"},
  {"return 'a' < 'b', 'a' <= 'a', 1 < 2, 2 <= 1, 1 == 1, 'x' == 'y', nil == false, 'a' < 'Z'",
   "true true true false true false false false"},
  {"local mt = {__lt = function(a, b) return a.v < b.v end, __le = function(a, b) return "
   "a.v <= b.v end, __eq = function(a, b) return a.v == b.v end} local function N(v) return "
   "setmetatable({v = v}, mt) end local a, b, c = N(1), N(2), N(1) return a < b, b < a, a "
   "<= c, a >= b, a == c, a ~= c, a == b, rawequal(a, c)",
   "true false true false true false false false"},
  {"local mt = {__lt = function(a, b) return a.v < b.v end} local a, b = setmetatable({v = "
   "1}, mt), setmetatable({v = 2}, mt) return a <= b, b <= a, a >= b, a <= a",
   "true false false true"},
  {"local mt1, mt2 = {__eq = function() return true end}, {__eq = function() return true "
   "end} local a, b, c = setmetatable({}, mt1), setmetatable({}, mt2), setmetatable({}, "
   "mt1) return a == b, a == c, a == 1, a ~= b",
   "false true false true"},
  {"local a, b = nil, 2 local c = a and b local d = a or b local e = b and a local f = (a "
   "or b) and (b or a) return c, d, e, f",
   "nil 2 nil 2"},
  {"local t = {} if t.x then t = 1 elseif not t.y then t = 2 else t = 3 end local x = t == "
   "2 and 'two' or 'other' return t, x",
   "2 two"},
  {"local function f(a, b, c) return a, b, c end return f(), f(1), f(1, 2, 3, 4), (f(5, 6))",
   "nil 1 1 5"},
  {"local function f(...) return ... end local a, b, c = f(1, 2) return a, b, c, f(), f(7, "
   "8), select('#', f(nil, nil))",
   "1 2 nil nil 7 2"},
  {"local function f(...) local a, b = ... return select('#', ...), a, b, ... end return "
   "f(1, 2, 3, 4, 5)",
   "5 1 2 1 2 3 4 5"},
  {"local function f(...) return arg.n, arg[1], arg[3] end local function g(a, ...) local t "
   "= {...} return a, #t, t[2] end return f(1, 2, 3), g(1, 2, 3)",
   "3 1 2 3"},
  {"local function fact(n) if n == 0 then return 1 end return n * fact(n - 1) end return "
   "fact(10), fact(20)",
   "3628800 2.4329020081766e+18"},
  {"local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + n) "
   "end return loop(1000, 0)",
   "500500"},
  {"local function t(...) return select('#', ...), ... end local function u(...) return "
   "t(...) end local function v() return u(1, nil, 3) end return v()",
   "3 1 nil 3"},
  {"local function none() return end local a = none() local t = {none(), none()} return a, "
   "#t, (none())",
   "nil 0 nil"},
  {"local t = setmetatable({}, {__call = function(self, a, b) return type(self), a, b end}) "
   "return t(1, 2), t(), select('#', t(1))",
   "table table 3"},
  {"local f = setmetatable({}, {__call = function(self, a) return a end}) local function "
   "tail(a) return f(a) end return tail(4)",
   "4"},
  {"local s = 0 for i = 1, 10 do s = s + i end for i = 10, 1, -3 do s = s * 2 + i end for i "
   "= 1, 0 do s = -1 end for i = 1, 2, 0.25 do s = s + i end return s",
   "1004.5"},
  {"local s = '' for i = '1', '3' do s = s .. i end for i = 3, '1', '-1' do s = s .. i end "
   "return s",
   "123321"},
  {"local n = 0 for i = 1, 1 / 0 do n = n + 1 if i > 5 then break end end for i = 0 / 0, 1 "
   "do n = -1 end for i = 1, 3, 0 do n = n + 100 if n > 300 then break end end return n",
   "6"},
  {"local s = 0 for i = 2 ^ 53 - 2, 2 ^ 53 - 1 do s = s + 1 end for i = -1, -3, -1 do s = s "
   "* 10 - i end return s",
   "2123"},
  {"local r = {} for k, v in pairs{10, 20, x = 30} do r[#r + 1] = tostring(k) .. v end for "
   "i, v in ipairs{1, 2, nil, 4} do r[#r + 1] = i end return table.concat(r, ',')",
   "110,220,x30,1,2"},
  {"local function it(s, c) if c < s then return c + 1, c * c end end local r = '' for a, b "
   "in it, 4, 0 do r = r .. a .. b .. ' ' end for a in it, 2, 0 do r = r .. a end return r",
   "10 21 34 49 12"},
  {"local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a + i) end "
   "return 'done' end) return co(10), co(20), co(30), co(0)",
   "11 22 33 done"},
  {"local t = {1, 2, 3, (function() return 4, 5, 6 end)()} local u = {[1] = 'a', 'b', x = "
   "1, 'c'} return #t, t[6], u[1], u[2], u.x",
   "6 6 b c 1"},
  {"local t = {} for i = 1, 120 do t[i] = i end local u = {unpack(t)} return #u, u[51], "
   "u[120]",
   "120 51 120"},
  {"local fs = {} for i = 1, 3 do local j = i * 10 fs[i] = function() j = j + 1 return i, j "
   "end end local a, b = fs[1]() local c, d = fs[1]() local e, f = fs[3]() return a, b, c, "
   "d, e, f",
   "1 11 1 12 3 31"},
  {"local function mk() local a, b = 1, 2 return function() a = a + 1 return a + b end, "
   "function() b = b * 2 return a + b end end local f, g = mk() return f(), g(), f(), g()",
   "4 6 7 11"},
  {"local fs = {} local i = 1 while i <= 3 do local v = i fs[i] = function() return v end i "
   "= i + 1 if i == 3 then break end end return fs[1](), fs[2](), fs[3]",
   "1 2 nil"},
  {"local function outer() local x = 1 local function mid() local function inner() x = x + "
   "1 return x end return inner end return mid() end local f = outer() f() return f()",
   "3"},
  {"local ok, e = pcall(function() local t = nil return t.x end) local ok2, e2 = "
   "pcall(error, {}) return ok, e, ok2, type(e2)",
   "false test:1: attempt to index local 't' (a nil value) false table"},
  {"local ok, e = pcall(function() return 1 + {} end) local _, f = pcall(function() return "
   "{} < {} end) local _, g = pcall(function() return #5 end) local _, h = pcall(function() "
   "return 'a' .. {} end) return e, f, g, h",
   "test:1: attempt to perform arithmetic on a table value test:1: attempt to compare two "
   "table values test:1: attempt to get length of a number value test:1: attempt to "
   "concatenate a table value"},
  {"local ok, e = pcall(function() undefined_function() end) local _, f = pcall(function() "
   "local s = 's' s:nope() end) local _, g = pcall(function() local a = {} a.b.c = 1 end) "
   "return e, f, g",
   "test:1: attempt to call global 'undefined_function' (a nil value) test:1: attempt to "
   "call method 'nope' (a nil value) test:1: attempt to index field 'b' (a nil value)"},
  {"local function f() error('msg', 2) end local ok, e = pcall(function() f() end) local "
   "ok2, e2 = xpcall(function() error('in') end, function(m) return 'H:' .. m end) return "
   "e, e2",
   "test:1: msg H:test:1: in"},
  {"local t = setmetatable({}, {__index = function(t, k) error('no ' .. k, 0) end}) local "
   "ok, e = pcall(function() return t.field end) return ok, e",
   "false no field"},
  {"setfenv(1, setmetatable({}, {__index = _G, __newindex = function(t, k, v) rawset(t, k, "
   "v + 1) end})) x = 1 local a = x x = 5 return a, x, rawget(_G, 'x')",
   "2 5 nil"},
  {"local env = {y = 5} local f = setfenv(function() y = y + 1 return y end, env) return "
   "f(), f(), env.y, y",
   "6 7 7 nil"},
  {"local t = setmetatable({}, {__mode = 'k'}) t[1] = 1 collectgarbage() local s = {} for i "
   "= 1, 200 do s[i] = {i, tostring(i)} end collectgarbage() return #s, s[100][2], t[1]",
   "200 100 1"},
  {"local s = '' for i = 1, 300 do s = s .. i end return #s, s:sub(-6)",
   "792 299300"},
  {"local a = {} for i = 1, 300 do a['f' .. i] = i end local s = 0 for i = 1, 300 do s = s "
   "+ a['f' .. i] end a.f1 = nil return s, a.f1, a.f300",
   "45150 nil 300"},
  {"local function v(a, b, ...) local x, y, z = ... return a, b, x, y, z end return v(1, 2, "
   "3, 4)",
   "1 2 3 4 nil"},
  {"local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end return "
   "deep(150)",
   "150"},
  {"local t = {f = {g = {h = function(...) return select('#', ...) end}}} return t.f.g.h(1, "
   "nil, nil), t.f.g['h'](), #{t.f.g.h(1, 2)}",
   "3 0 1"},
  {"local a, b, c, d = 1, 2, 3 a, b = b, a c, d = d, c local t = {} local i = 1 i, t[i] = i "
   "+ 1, 20 return a, b, c, d, i, t[1], t[2]",
   "2 1 nil 3 2 20 nil"},
  {"return (function(...) return ... end)(1, 2, 3)",
   "1 2 3"},
  {"return math.max(unpack{3, 9, 2}), string.format('%d %s', 5, 'x'), tostring(nil), "
   "tonumber('0x1F'), tonumber('z', 36)",
   "9 5 x nil 31 35"},
  {"local a, t = nil, {} local b = not t return not a, b, not not a, not (a == b)",
   "true false false true"},
  {"local function f(a, b) local r = '' if a < b then r = r .. 1 end if a <= b then r = r "
   ".. 2 end if a < 5 then r = r .. 3 end if a <= 5 then r = r .. 4 end if 5 < a then r = r "
   ".. 5 end if 5 <= a then r = r .. 6 end if a == b then r = r .. 7 end if a == 5 then r = "
   "r .. 8 end if a ~= b then r = r .. 9 end if not (a < b) then r = r .. 'a' end if not (a "
   "<= b) then r = r .. 'b' end if not (a < 5) then r = r .. 'c' end if not (a <= 5) then r "
   "= r .. 'd' end if not (5 < a) then r = r .. 'e' end if not (5 <= a) then r = r .. 'f' "
   "end return r end return f(4, 5), f(5, 5), f(6, 5), f(0 / 0, 1), f(-1, 1 / 0)",
   "12349ef 24678ace 569abcd 9abcdef 12349ef"},
};

const size_t nsnippets = ROWS(snippets);

void snippet_load(lua_State *L, const Snippet *s) {
  if (luaL_loadbuffer(L, s->source, strlen(s->source), "=test") != 0)
    fail_msg("%s\ndoes not compile: %s", s->source, lua_tostring(L, -1));
}

void snippet_check(lua_State *L, const Snippet *s, int n, const char *mode) {
  const int first = lua_gettop(L) - n + 1;
  luaL_checkstack(L, LUA_MINSTACK, "results");
  lua_pushliteral(L, "");
  for (int i = 0; i < n; i++) {
    lua_getglobal(L, "tostring");
    lua_pushvalue(L, first + i);
    lua_call(L, 1, 1);
    lua_pushstring(L, i < n - 1 ? " " : "");
    lua_concat(L, 3);
  }
  const char *shown = lua_tostring(L, -1);
  if (strcmp(shown, s->expected) != 0)
    fail_msg("%s (%s)\nis:       %s\nexpected: %s", s->source, mode, shown, s->expected);
  lua_settop(L, first - 1);
}

void snippet_call(lua_State *L, const Snippet *s, const char *mode) {
  const int below = lua_gettop(L) - 1;
  if (lua_pcall(L, 0, LUA_MULTRET, 0) != 0)
    fail_msg("%s (%s)\nraises: %s", s->source, mode, lua_tostring(L, -1));
  snippet_check(L, s, lua_gettop(L) - below, mode);
}
