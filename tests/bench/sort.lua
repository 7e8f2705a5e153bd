-- table.sort without a comparator: numbers, then strings with long common beginnings.
local function random_source()
  local seed = 4711
  return function(limit)
    seed = (seed * 16807) % 2147483647
    return seed % limit
  end
end

local random = random_source()
local numbers, strings, sorted = {}, {}, {}
for i = 1, 95000 do
  numbers[i] = random(1000000)
  sorted[i] = i
end
for i = 1, 20000 do strings[i] = "key/" .. random(100) .. "/" .. random(100000) end

for _ = 1, 4 do
  local copy = {}
  for i = 1, #numbers do copy[i] = numbers[i] end
  table.sort(copy)
  table.sort(sorted)
  for i = 2, #copy do assert(copy[i - 1] <= copy[i]) end
end
table.sort(numbers)
table.sort(strings)
print("sort", numbers[1], numbers[47500], numbers[95000])
print("sort", strings[1], strings[10000], strings[20000])
