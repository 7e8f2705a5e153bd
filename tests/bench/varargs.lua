-- Variable arguments: select, unpack, ... passed on, packed into tables, counted, returned in bulk.
local unpack = unpack or table.unpack
local select = select

local function sum_by_select(...)
  local sum = 0
  for i = 1, select("#", ...) do sum = sum + (select(i, ...)) end
  return sum
end

local function sum_by_table(...)
  local sum, list = 0, {...}
  for i = 1, #list do sum = sum + list[i] end
  return sum
end

local function sum_by_recursion(first, ...)
  if not first then return 0 end
  return first + sum_by_recursion(...)
end

local function pass(f, ...) return f(...) end
local function swap(a, b, ...) return b, a, ... end

local function bound(f, ...)
  local kept, n = {...}, select("#", ...)
  return function(...)
    local all = {unpack(kept, 1, n)}
    for i = 1, select("#", ...) do all[n + i] = (select(i, ...)) end
    return f(unpack(all))
  end
end

local sum = 0
for i = 1, 180000 do
  sum = sum + sum_by_select(i, 2, 3, 4, 5) + sum_by_table(i, 2, 3, 4, 5)
  sum = sum + sum_by_recursion(i, 2, 3, 4) + pass(math.max, i % 9, 4, 7)
  local a, b, c = pass(swap, i, 1, 2)
  sum = sum + a * c + b
end

local hundred = {}
for i = 1, 100 do hundred[i] = i end
for _ = 1, 7000 do
  sum = sum + sum_by_table(unpack(hundred)) + select("#", unpack(hundred, 1, 50))
  sum = sum + math.max(unpack(hundred))
end

local add = bound(sum_by_table, 1, 2)
for i = 1, 110000 do sum = sum + add(i, 3) end
print("varargs", sum)
