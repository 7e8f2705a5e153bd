-- Deep and nested recursion: frames that stack up by the thousand, tail calls, three arguments.
local function ackermann(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, n - 1))
end

local function takeuchi(x, y, z)
  if y >= x then return z end
  return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y))
end

local sum = 0
for round = 1, 30 do sum = sum + ackermann(2, 100 + round) end
for _ = 1, 8 do sum = sum + ackermann(3, 7) end
for _ = 1, 22 do sum = sum + takeuchi(18, 12, 6) + takeuchi(17, 9, 4) end
print("ackermann", sum)
