-- Coroutines as iterators: recursion that yields, chains of filters, thousands of short lives.
local wrap, yield = coroutine.wrap, coroutine.yield

local function tree(low, high)
  if low > high then return nil end
  local middle = math.floor((low + high) / 2)
  return {left = tree(low, middle - 1), key = middle, right = tree(middle + 1, high)}
end

local function walk(node)
  if not node then return end
  walk(node.left)
  yield(node.key)
  walk(node.right)
end

local function in_order(node)
  return wrap(function() walk(node) end)
end

local function filter(source, divisor)
  return wrap(function()
    for n in source do
      if n % divisor ~= 0 then yield(n) end
    end
  end)
end

local sum, root = 0, tree(1, 5000)
for _ = 1, 320 do
  for key in in_order(root) do sum = sum + key end
end

local source = wrap(function()
  for n = 2, 24000 do yield(n) end
end)
local prime = 0
while true do
  local n = source()
  if not n then break end
  prime = n
  if n < 60 then source = filter(source, n) end
end

for i = 1, 230000 do
  local short = wrap(function(a)
    local b = yield(a + 1)
    return a + b
  end)
  sum = sum + short(i) + short(2)
end
print("generators", sum, prime)
