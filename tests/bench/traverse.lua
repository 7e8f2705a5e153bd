-- Traversal: ipairs, pairs over both parts of a table, next by hand, keys set to nil on the way.
local array, record = {}, {}
for i = 1, 1000 do array[i] = i % 17 end
for i = 1, 1000 do record["field" .. i] = i % 13 end
local mixed = {1, 2, 3, 4, 5, 6, 7, 8, left = 1, right = 2, up = 3, down = 4}

local sum = 0
for round = 1, 1300 do
  for i, value in ipairs(array) do sum = sum + i * value end
  for key, value in pairs(array) do sum = sum + key + value end
  for key, value in pairs(record) do sum = sum + #key * value end
  local key, value = next(record)
  while key do
    sum = sum + value * round
    key, value = next(record, key)
  end
end
for _ = 1, 170000 do
  for _, value in pairs(mixed) do sum = sum + value end
end

local function is_empty(t) return next(t) == nil end
for i = 1, 1000 do
  local set = {}
  for k = 1, 100 do set[k * 37 % 1009 + i] = true end
  for k in pairs(set) do
    if k % 2 == 0 then set[k] = nil end
  end
  for k in pairs(set) do
    sum = sum + k
    set[k] = nil
  end
  if is_empty(set) then sum = sum + 1 end
end
print("traverse", string.format("%d", sum))
