-- table.sort with a comparator: records by two fields, numbers downward; C calls Lua all the time.
local seed = 99
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit
end

local people, numbers = {}, {}
for i = 1, 55000 do
  people[i] = {name = "name" .. random(5000), age = random(90), id = i}
  numbers[i] = random(1000000)
end

table.sort(people, function(a, b)
  if a.age ~= b.age then return a.age < b.age end
  if a.name ~= b.name then return a.name < b.name end
  return a.id < b.id
end)
for _ = 1, 2 do
  table.sort(numbers, function(a, b) return a > b end)
end
local first, last = people[1], people[#people]
print("sort_by", first.name, first.age, last.name, last.age, numbers[1], numbers[#numbers])
