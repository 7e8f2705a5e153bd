-- States inside states: Rings makes, runs and closes Lua states with the API's own functions.
-- packages: lua-rings
local rings = require "rings"
local state = rings.new()
print(state:dostring("x = ...; return x * 2, type(x), nil, 'text'", 21))
print(state:dostring "return x, _VERSION, #arg" )
print(state:dostring "error 'inside'")
print(state:dostring "syntax error here")
print(state:dostring "return remotedostring('return 1 + ...', 41)")
shared = 5
print(state:dostring "remotedostring 'shared = shared + 1' return 'done'", shared)
print(state:dostring "local t = {} for i = 1, 1000 do t[i] = ('x'):rep(i) end return #table.concat(t)")
print(pcall(state.dostring, state, {}))
local inner = rings.new(_G)
print(inner:dostring "return require 'rings'.new():dostring('return 7 * 6')")
print(tostring(state):match "Lua State", state:close(), pcall(state.dostring, state, "return 1"))
for _ = 1, 50 do rings.new():dostring "a = {}" end
collectgarbage()
print(tostring(state))
