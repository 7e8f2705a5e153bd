#!/bin/sh
# luau, the interpreter of deets: its C functions and its Lua modules under a script of ours.
# packages: deets
cat > script.lua <<'END'
local names = {}
for name, value in pairs(_G) do names[#names + 1] = name .. ":" .. type(value) end
table.sort(names)
print(table.concat(names, " "))
print(_VERSION, select("#", ...), pcall(error, "text"), ("x"):rep(3, "y"), package.path)
for key, value in pairs(package.loaded) do if type(value) ~= "table" then print(key, type(value)) end end
local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
print(co(1), co(21), #string.dump(function() return 1 end) > 20, loadstring "syntax error")
END
luau script.lua
echo "status $?"
echo 'error "out of the script"' > bad.lua
luau bad.lua || echo "status $?"
