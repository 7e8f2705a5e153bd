-- Text compiled and run once, thousands of times, as configuration files and templates are.
local load = loadstring or load

local template = [[
local a, b = ...
local list = {%d, %d, a, b, name = "chunk%d"}
local function scale(x, by) return x * by + %d end
local sum = 0
for i = 1, #list do
  if list[i] %% 2 == 0 then sum = sum + scale(list[i], i) else sum = sum - list[i] end
end
while sum > 1000 do sum = sum - 1000 end
return sum, list.name .. "!", function(...) return select("#", ...) end
]]

local sum, length = 0, 0
for i = 1, 16000 do
  local chunk = assert(load(template:format(i, i % 10, i % 50, i % 3), "=config"))
  local value, name, count = chunk(i % 7, 2)
  sum = sum + value + count(1, nil, 3)
  length = length + #name
end
for i = 1, 40000 do
  local get = load("return " .. i .. " + 1")
  sum = sum + get()
end
assert(not load("return +"))
print("loading", sum, length)
