-- Lua 5.3's library functions on 5.1: the module wraps coroutines, metatables and files from C and Lua.
-- packages: lua-compat53
require "compat53"
print(string.pack("<i4 z s1", 7, "zero", "counted"):byte(1, -1))
print(string.unpack("<i4 z s1", string.pack("<i4 z s1", 7, "zero", "counted")))
print(utf8.char(72, 228, 8364, 128512), utf8.len "h\195\164\226\130\172")
for position, code in utf8.codes "a\195\164z" do print(position, code) end
print(table.unpack(table.move({ 1, 2, 3 }, 2, 3, 1)), table.pack(1, nil, 3).n, math.tointeger(3.0), math.type(1.5))
print(("x"):rep(3, "-"), load("return ...", "chunk", "t", {})(9), pcall(load, 1))
print(pcall(string.pack, "i17", 1), pcall(utf8.char, -1), select("#", table.unpack({}, 1, 5)))
print(coroutine.isyieldable and coroutine.isyieldable(), xpcall(function(...) return ... end, print, 1, 2))
local t = setmetatable({}, { __pairs = function() return function(_, k) if not k then return 1, "one" end end, {}, nil end })
for k, v in pairs(t) do print(k, v) end
local co = coroutine.wrap(function() print(pcall(function() coroutine.yield "through pcall" error "later" end)) end)
print(co())
co()
