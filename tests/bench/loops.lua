-- Number loops and whole-number arithmetic on locals: dispatch, comparisons, `%`, no memory at all.
local function longest_collatz(limit)
  local best, longest = 0, 0
  for start = 1, limit do
    local n, steps = start, 0
    while n ~= 1 do
      if n % 2 == 0 then n = n / 2 else n = 3 * n + 1 end
      steps = steps + 1
    end
    if steps > longest then best, longest = start, steps end
  end
  return best, longest
end

local function coprime_pairs(limit)
  local count = 0
  for a = 1, limit do
    for b = 1, a do
      local x, y = a, b
      while y > 0 do x, y = y, x % y end
      if x == 1 then count = count + 1 end
    end
  end
  return count
end

local function nested(n)
  local sum = 0
  for i = 1, n do
    for j = n, 1, -1 do sum = sum + i - j end
    for j = 1, n, 3 do sum = sum + j end
  end
  return sum
end

local best, longest = longest_collatz(48000)
print("loops", best, longest, coprime_pairs(900), nested(3000))
