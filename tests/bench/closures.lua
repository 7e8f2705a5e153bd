-- Closures: made in loops, sharing and changing upvalues, composed, kept as objects.
local function counter(step)
  local value = 0
  local function add() value = value + step end
  local function get() return value end
  return add, get
end

local function compose(f, g)
  return function(x) return f(g(x)) end
end

local function map(list, f)
  local out = {}
  for i = 1, #list do out[i] = f(list[i]) end
  return out
end

local function fold(list, f, start)
  local value = start
  for i = 1, #list do value = f(value, list[i]) end
  return value
end

local sum = 0
for i = 1, 330000 do
  local add, get = counter(i % 5)
  add()
  add()
  sum = sum + get()
end

local add, get = counter(3)
for _ = 1, 5500000 do add() end
sum = sum + get()

local numbers = {}
for i = 1, 200 do numbers[i] = i end
local chain = function(x) return x + 1 end
for i = 1, 10 do chain = compose(chain, function(x) return (x * 3 + i) % 1009 end) end
for _ = 1, 800 do
  sum = sum + fold(map(numbers, chain), function(a, b) return a + b end, 0)
end

local makers = {}
for i = 1, 170000 do
  local kept = i * 2
  makers[i % 100 + 1] = function() return kept + i end
end
for i = 1, 100 do sum = sum + makers[i]() end
print("closures", sum)
