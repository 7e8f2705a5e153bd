-- values.lua -- what the API says of every kind of value, at every kind of index.
local T = T or require "testc"
local show = require "show"

local function f() return 1 end
local values = {
  {"nil", nil}, {"true", true}, {"false", false}, {"zero", 0}, {"number", 12}, {"fraction", -3.75},
  {"huge", 1e300}, {"text", "alo"}, {"numeral", "0x10"}, {"spaced numeral", " 12 "}, {"not quite", "12x"},
  {"empty", ""}, {"nul", "alo\0\0a"}, {"table", {}}, {"array", {1, 2, 3}}, {"Lua function", f},
  {"C function", print}, {"thread", coroutine.create(f)}, {"full", T.newuserdata(101)},
  {"full, empty", T.newuserdata(0)}, {"light", T.pushuserdata(7)},
}
local tests = "isnumber isstring istable iscfunction isfunction isuserdata isudataval isnil isnull " ..
              "tobool type tonumber tostring objsize"

for _, pair in ipairs(values) do
  io.write(pair[1], ":")
  for test in tests:gmatch("%S+") do
    for _, index in ipairs{"2", "-2"} do -- the second is below a pushed nil
      local code = index == "2" and "%s 2; return 1" or "pushnil; %s -2; return 1"
      local result = T.testC(code:format(test), pair[2])
      io.write(" ", test, "=", show(test == "tostring" and type(result) == "string" and result or result))
    end
  end
  io.write("\n")
end
print("getn", T.testC("getn 2; return 1", {1, 2, 3}), T.testC("getn 2; return 1", {}))
-- A value that lua_tostring has made a string stays one.
print(show(T.testC("tostring 2; type 2; objsize 2; return 3", 12.5)))
print(show(T.testC("objsize 2; type 2; return 2", 12.5)))

for _, index in ipairs{"9", "U1", "U200"} do
  io.write("nothing at ", index, ":")
  for test in tests:gmatch("%S+") do
    if test ~= "type" then io.write(" ", show(T.testC(test .. " " .. index .. "; return 1"))) end
  end
  io.write("\n")
end
print(show(T.testC("istable R; istable G; istable E; istable U0; type -10000; return 5")))

print(show(T.testC("pushbool 1; pushbool -1; pushbool 0; pushnum -12; pushnum 2147483647; pushstring a.b-c; pushnil; return 7")))
print(show(T.testC("tocfunction 2; return 1", math.abs)(-3)), show(T.testC("tocfunction 2; return 1", f)))
print(math.deg ~= T.testC("tocfunction 2; return 1", math.deg))

local mt = {__eq = function() return true end, __lt = function(a, b) return a.n < b.n end,
            __le = function(a, b) return a.n <= b.n end}
local a, b = setmetatable({n = 1}, mt), setmetatable({n = 2}, mt)
for _, p in ipairs{{1, 2}, {2, 1}, {"a", "b"}, {"10", "9"}, {a, b}, {b, a}, {a, a}, {0/0, 0/0}, {0, -0}} do
  print(show(T.testC("lessthan 2 3; equal 2 3; lessthan 3 2; equal 2 2; equal -1 -2; return 5", p[1], p[2])))
end
print(show(T.testC("equal 2 9; equal 9 2; equal 9 9; lessthan 9 2; return 4", 1)))
print(show(pcall(T.testC, "lessthan 2 3; return 1", 1, "2")))
print(show(pcall(T.testC, "lessthan 2 3; return 1", {}, {})))
print(show(pcall(T.testC, "lessthan 2 3; return 1", nil, print)))

for _, n in ipairs{"3.7", "-3.7", "12", 2^40, "x", 1e300} do
  if n ~= 1e300 then print(n, T.num2int(n)) end
end
print(T.log2(1), T.log2(2), T.log2(1023), T.log2(1024), T.log2(0))
print(#T.d2s(1), T.s2d(T.d2s(-12458954321123)), T.s2d(T.d2s(1/0)), show(pcall(T.s2d, "short")))
print(T.udataval(T.pushuserdata(30)), T.pushuserdata(5) == T.pushuserdata(5), T.udataval("x"))
