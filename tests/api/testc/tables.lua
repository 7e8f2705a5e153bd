-- tables.lua -- tables, metatables, environments, upvalues and references through the API.
local T = T or require "testc"
local show = require "show"
local function all(code, ...) return show(select(2, T.testC(code .. "; gettop; return .", ...))) end

local a = {x = 0, y = 12}
print(all("gettable 2; pushvalue 4; gettable 2; return 2", a, 3, "y", 4, "x"))
print(all("settable -5", a, 3, 4, "x", 15), a.x)
a[a] = print
print(T.testC("gettable 2; return 1", a) == print, all("settable 2", a, "self"), a[a])

local log = {}
local t = setmetatable({}, {
  __index = function(t, k) log[#log + 1] = "get " .. tostring(k) return k .. "!" end,
  __newindex = function(t, k, v) log[#log + 1] = "set " .. tostring(k) rawset(t, k, v) end})
print(show(T.testC("pushstring k; gettable 2; pushstring n; pushnum 5; settable 2; pushstring n; gettable 2; return 2", t)))
print(table.concat(log, ", "))
for _, code in ipairs{"gettable 2", "pushnil; settable 2", "pushvalue 2; gettable 2"} do
  for _, v in ipairs{12, "text", true, print} do print(code, show(pcall(T.testC, code .. "; return 1", v, "key"))) end
end
print(show(pcall(T.testC, "pushnil; pushnum 1; settable 2", {})))
print(show(pcall(T.testC, "pushvalue 3; pushnum 1; settable 2", {}, 0/0)))

print(all("next", {}, nil), all("next", {k = 3}, nil), all("next; pop 1; next", {k = 3}, nil))
print(all("next", {7, 8}, 1), show(pcall(T.testC, "next", {}, "no such key")))

local meta = {name = "meta"}
local plain = {}
print(T.testC("pushvalue 3; setmetatable 2; getmetatable 2; return 1", plain, meta) == meta, getmetatable(plain) == meta)
print(show(T.testC("pushnil; setmetatable 2; getmetatable 2; return 1", plain)), getmetatable(plain))
print(T.testC("getmetatable 2; return 1", "text") == getmetatable(""), show(T.testC("getmetatable 2; return 1", 12)))
local u = T.newuserdata(4)
T.testC("setmetatable 2", u, meta)
print(debug.getmetatable(u) == meta)
T.testC("setmetatable 2", true, meta)
print(debug.getmetatable(false) == meta, debug.setmetatable(true, nil))

-- Upvalues of C closures.
local f = T.testC("pushnum 10; pushstring two; pushcclosure 2; return 1")
print(show(f("istable U0; pushvalue U1; pushvalue U2; isnull U3; tostring U3; tonumber U4; return 6")))
f("pushnum 100; replace U1; pushvalue 2; replace U2", {n = 1})
print(show(f("pushvalue U1; pushvalue U2; return 2")))
print(show(T.upvalue(f, 1)), show(T.upvalue(f, 2)), show(T.upvalue(f, 3)), show(T.upvalue(f, 2, "new")), show(T.upvalue(f, 2)),
      show(T.upvalue(f, 3, 1)))
local x, y = 1, "why"
local function g() return x, y end
print(show(T.upvalue(g, 1)), show(T.upvalue(g, 2)), show(T.upvalue(g, 3)), show(T.upvalue(g, 1, {})), show(g()))
print(show(pcall(T.upvalue, 1, 1)), show(pcall(T.upvalue, g)))
local many = T.testC(("pushnum 7; "):rep(60) .. "pushcclosure 60; return 1")
print(show(many("pushvalue U1; pushvalue U60; isnull U61; return 3")))

-- Environments.
local env = {}
local h = T.testC("pushcclosure 0; return 1")
print(h("pushvalue G; return 1") == _G)
h("pushvalue 2; replace E", env)
print(h("pushvalue E; return 1") == env, debug.getfenv(h) == env, h("pushvalue G; return 1") == _G)
print(debug.getfenv(h("newuserdata 0; return 1")) == env, debug.getfenv(h("pushcclosure 0; return 1")) == env)
print(show(pcall(h, "pushstring x; pushnum 1; settable E")), env.x)
local replaced = pcall(h, "pushvalue 2; replace G", {G = 1})
local inherited = coroutine.wrap(function() return getfenv(0).G end)()
setfenv(0, _G)
print(replaced, inherited)

-- References.
local r1 = T.ref({})
T.unref(r1)
print(T.ref({}) == r1, T.ref(nil), T.getref(-1), type(T.getref(r1)))
T.unref(-1) T.unref(r1)
local refs = {}
for i = 1, 100 do refs[i] = T.ref({i}) end
collectgarbage()
local sum = 0
for i = 1, 100, 2 do T.unref(refs[i]) end
for i = 2, 100, 2 do sum = sum + T.getref(refs[i])[1] end
local reused = 0
for i = 1, 50 do if T.ref(true) <= refs[100] then reused = reused + 1 end end
print(sum, reused, show(pcall(T.ref)), show(pcall(T.ref, 1, 0)))

print(T.gsub("alo.alo.uhuh.", ".", "//"), T.gsub("alo", "alo", ""), T.gsub("", "x", "y"), T.gsub("...", "...", "%1"))
