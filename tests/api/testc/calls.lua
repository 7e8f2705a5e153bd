-- calls.lua -- calls, chunks, threads, hooks and other states through the API.
local T = T or require "testc"
local show = require "show"
local function all(code, ...) return show(select(2, T.testC(code .. "; gettop; return .", ...))) end

local function f(...) return select("#", ...), ... end
for _, code in ipairs{"rawcall 2 -1", "rawcall 2 0", "rawcall 2 1", "rawcall 2 5", "call 2 -1", "call 2 2", "call 0 -1; pop 1"} do
  print(code, all(code, f, "a", "b"))
end
print(all("call 1 -1; pop 1; tostring -1", unpack, {true, 10}))
local big = {}
for i = 1, 1000 do big[i] = i end
print(show(T.testC("call 1 -1; gettop; return 2", unpack, big)))
print(all("call 0 0", function() error("a message") end), all("call 0 0", function() error({}) end))
print(all("call 0 0", function() error() end), all("call 0 -1", 12), all("call 1 1", {}, 1))
print(show(pcall(T.testC, "rawcall 0 0", nil)), show(pcall(T.testC, "rawcall 0 0", function() error("out", 0) end)))
print(all("pushvalue 2; call 1 -1", setmetatable({}, {__call = function(self, ...) return "called", ... end}), 5))

for _, source in ipairs{"return 1, 2", "x=", "return ...", "error('in it')", "\27Lua", "", "return 'a\0b'"} do
  print(show(T.testC("loadstring 2; type -1; return 2", source)))
  print(all("loadstring 2; call 0 -1", source))
end
print(show(T.testC("loadfile 2; return 1", "no/such/file")), show(T.testC("loadfile 2; return 1", "/")))
print(show(T.doonnewstack("x = 1")), x, T.doonnewstack("error()"), T.doonnewstack("x="), T.doonnewstack("coroutine.yield()"))
print(T.doonnewstack("local function f() return 1 + f() end f()"), T.doonnewstack("error(setmetatable({}, {__tostring = error}))"))

-- Hooks that yield, and coroutines that go on from where they were.
local function turns(mask, count)
  local n = 0
  local co = coroutine.create(function(x)
    T.setyhook(mask, count)
    local a = 0
    for i = 1, 3 do
      a = a + i
    end
    T.setyhook()
    done = a
  end)
  repeat n = n + 1 assert(T.resume(co)) until coroutine.status(co) == "dead" or n == 100
  return n, done
end
-- A line hook that yields comes to the same line again for ever.
print(turns("l"), turns("", 2), turns("", 3), turns("", 1000), turns("l", 2))
local failing = coroutine.create(function() error("in the coroutine", 0) end)
print((T.resume(failing)), coroutine.status(failing), (T.resume(failing)), show(pcall(T.resume, 1)))

-- Other states.
local L1 = T.newstate()
print(show(T.doremote(L1, "function f() return 'alo', 3, nil, {}, true, 2.5 end; f()")))
print(show(T.doremote(L1, "return f()")), show(T.doremote(L1, "return sin(1)")), show(T.doremote(L1, "return a+")))
T.loadlib(L1)
print(show(T.doremote(L1, [[
  strlibopen() packageopen()
  local base = baselibopen()
  local found = {tostring(base == _G), tostring(require("_G") == base)}
  for _, open in ipairs{iolibopen, tablibopen, dblibopen, mathlibopen} do found[#found + 1] = type(open()) end
  return table.concat(found, " "), type(os), string.sub("okinama", 1, 2)]])))
T.doremote(L1, "a = {}")
T.testC(L1, "pushstring a; gettable G; pushstring x; pushnum 1; settable -3")
print(show(T.doremote(L1, "return a.x")), show(T.testC(L1, "pushnum 1; pushnum 2; gettop")))
print(show(T.testC(L1, "settop 0; pushnum 5; isnumber 1; return 1", "mine")))
print(show(T.doremote(L1, "error({})")), show(T.doremote(L1, "error('x', 0)")))
T.closestate(L1)
local states = {}
for i = 1, 5 do states[i] = T.newstate() T.doremote(states[i], "n = " .. i) end
for i = 5, 1, -1 do io.write(T.doremote(states[i], "return n"), " ") T.closestate(states[i]) end
print(show(pcall(T.closestate)), T.trick(3))
