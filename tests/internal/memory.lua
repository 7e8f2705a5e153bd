-- memory.lua -- every allocation of every operation may fail: the error is "not enough memory", the heap
-- is whole, and a collection gives back all that was taken.

local UNLIMITED = 2 ^ 31 - 1

local program = [[
  local t, s = {1, 2, "three", x = {}}, "text"
  local function f(a, ...) return a .. s, function() return t end, ... end
  for i = 1, 3 do t[#t + 1] = f("a" .. i, i) end
  return #t
]]

-- name -> function that returns a true value.
local tasks = {}

tasks["table, array part"] = function() local t = {} for i = 1, 40 do t[i] = i end return #t == 40 end
tasks["table, hash part"] = function()
  local t = {}
  for i = 1, 20 do t["key " .. i] = {} end
  return next(t)
end
tasks["table, shrinking"] = function()
  local t = {}
  for i = 1, 32 do t[i] = i end
  for i = 1, 30 do t[i] = nil end
  for i = 1, 20 do t[-i] = i end
  return t[-20] == 20 and t[32] == 32
end
tasks["constructors"] = function() return #{1, 2, {3, {4}}, x = {}, unpack({1, 2, 3})} == 6 end
tasks["vararg tables"] = function()
  local function f(...) return {...}, arg end
  return #f(unpack({1, 2, 3, 4}))
end
tasks["concatenation"] = function() local s = "" for i = 1, 30 do s = s .. i .. ":" end return #s == 81 end
tasks["string.rep"] = function() return #string.rep("text", 500) == 2000 end
tasks["string.format"] = function() return #string.format("%s %q %99d", ("x"):rep(300), "q\n", 7) > 400 end
tasks["string.gsub"] = function()
  return string.gsub(("a b "):rep(50), "%a", function(c) return c:upper() .. c end) ~= ""
end
tasks["string.gmatch"] = function() local n = 0 for w in ("a bc def"):gmatch("%a+") do n = n + #w end return n == 6 end
tasks["table.concat"] = function() return #table.concat({("x"):rep(100), 1, 2.5, ("y"):rep(100)}, ", ") > 200 end
tasks["table.sort"] = function() local t = {3, 1, 2} table.sort(t, function(a, b) return a < b end) return t[1] == 1 end
tasks["closures"] = function()
  local fs = {}
  for i = 1, 5 do local a, b = i, {} fs[i] = function() a = a + 1 return a, b end end
  return fs[5]() == 6
end
tasks["coroutines"] = function()
  local co = coroutine.wrap(function(...) local x = coroutine.yield(...) return x, {} end)
  return co(1, 2, 3) == 1 and co("y") == "y"
end
tasks["many arguments for a coroutine"] = function()
  return coroutine.wrap(function(...) return select("#", ...) end)(unpack({}, 1, 200)) == 200
end
tasks["deep recursion"] = function()
  local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end
  return coroutine.wrap(f)(150) == 150
end
tasks["many results"] = function() return select("#", unpack({}, 1, 500)) == 500 end
tasks["compiling"] = function() return assert(loadstring(program))() == 6 end
tasks["compiling, much"] = function()
  local parts = {}
  for i = 1, 40 do parts[i] = "local v" .. i .. " = " .. i .. ".5 .. 'k" .. i .. "' if v" .. i .. " then x = nil end" end
  return assert(loadstring(table.concat(parts, "\n")))
end
tasks["a syntax error"] = function()
  local f, message = loadstring("local function f() return 1 + end", "=" .. ("n"):rep(70))
  assert(f == nil and (message:find("unexpected symbol") or message == "not enough memory"))
  return message:find("unexpected symbol")
end
tasks["dump and undump"] = function()
  return assert(loadstring(string.dump(assert(loadstring(program)))))() == 6
end
tasks["load with a reader"] = function()
  local i = 0
  return assert(load(function() i = i + 1 return program:sub(i, i) end))() == 6
end
tasks["an error with a position"] = function()
  local ok, message = pcall(function() local a a.b = 1 end)
  assert(not ok and (message:find("attempt to index") or message == "not enough memory"), message)
  return message:find("attempt to index")
end
tasks["a traceback"] = function()
  local ok, trace = xpcall(function() error("here") end, debug.traceback)
  return not ok and trace:find("here") and trace:find("xpcall")
end
tasks["getinfo"] = function()
  return debug.getinfo(1, "SlnufL").activelines and debug.getinfo(print).what == "C"
end
tasks["userdata and their finalisers"] = function()
  local done = 0
  for _ = 1, 3 do getmetatable(newproxy(true)).__gc = function() done = done + 1 end end
  collectgarbage()
  return done == 3
end
tasks["weak tables"] = function()
  local t = setmetatable({}, {__mode = "kv"})
  for i = 1, 10 do t[{}] = i t[i] = {} end
  collectgarbage()
  return next(t) == nil
end
tasks["environments"] = function()
  local f = setfenv(assert(loadstring("x = {} return x")), {})
  return f() == getfenv(f).x
end
tasks["metamethods"] = function()
  local mt = {}
  mt.__add = function(a, b) return setmetatable({a, b}, mt) end
  mt.__concat = function(a, b) return tostring(a[1] or a) .. "+" end
  mt.__index = function(t, k) return k .. "!" end
  local a = setmetatable({}, mt)
  return (a + a).x == "x!" and a .. "s"
end
tasks["files"] = function()
  local f = assert(io.open(arg0))
  local n = #f:read("*l") + #f:read(100)
  f:close()
  return n > 100 and not io.open("no/such/file")
end
tasks["lines of a file"] = function() for l in io.lines(arg0) do return #l > 0 end end
tasks["modules"] = function()
  package.loaded.nothing, package.preload.nothing = nil, function(name) return {name = name} end
  return require("nothing").name == "nothing"
end
tasks["hooks"] = function()
  return coroutine.wrap(function() -- the hook goes with its thread
    local n = 0
    debug.sethook(function(event, line) n = n + #(event .. tostring(line)) end, "crl")
    local t = {1, 2}
    return n > 0 and t
  end)()
end
tasks["references"] = function()
  local refs = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1} -- made before: a reference must not be lost
  local ok, message = pcall(function() for i = 1, 10 do refs[i] = T.ref({i}) end end)
  for i = 1, 10 do T.unref(refs[i]) end
  if not ok then error(message, 0) end
  return true
end
tasks["a thread of its own"] = function() return T.doonnewstack("local t = {} for i = 1, 9 do t[i] = {} end") == 0 end
tasks["C closures"] = function()
  return T.testC("pushnum 1; pushstring two; pushcclosure 2; return 1")("pushvalue U2; return 1") == "two"
end
tasks["a state"] = function()
  local L1 = T.newstate()
  if not L1 then error("not enough memory", 0) end
  local ok, message = pcall(T.loadlib, L1)
  local sum, status
  if ok then
    ok, sum, status, message = pcall(T.doremote, L1, "packageopen() strlibopen() return ('x'):rep(5)")
    if not ok then message = sum elseif sum then message = nil end
  end
  T.closestate(L1) -- whatever happened, or its memory is lost
  if message then error(message, 0) end
  return sum == "xxxxx"
end

arg0 = arg[0]

local function whole() T.totalmem(UNLIMITED) T.checkmemory() end
whole() -- its first call takes memory

-- Calls until the stacks are large enough for pcall itself: that it fails is not what is tested.
local function deepen(n) if n > 0 then deepen(n - 1) end return n end

-- Runs f with `room` bytes more than now: its results, the limit lifted.
local function run_in(room, f)
  deepen(10)
  T.totalmem(T.totalmem() + room)
  local ok, result = pcall(f)
  whole()
  return ok, result
end

for name, f in pairs(tasks) do
  assert(f(), name) -- whatever is made once and for all is made now
  collectgarbage() collectgarbage()
  local base, room, failures = T.totalmem(), 0, 0
  while true do
    local ok, result = run_in(room, f)
    if ok and result then break end
    local message = ok and "nothing" or result
    if not (type(message) == "string" and message:find("memory") or ok) then
      error(name .. ": " .. tostring(message))
    end
    failures = failures + 1
    room = room + (room < 600 and 8 or room / 64 - room / 64 % 8)
    collectgarbage() collectgarbage()
    local now = T.totalmem()
    -- Stacks, and tables that are old, may keep a size that they have grown to.
    if now > base + 4096 then error(name .. ": " .. now - base .. " bytes are not given back") end
  end
  collectgarbage() collectgarbage()
  assert(failures > 0, name .. ": never failed")
end
