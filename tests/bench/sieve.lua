-- Prime sieve: arrays filled from 1, read and written by a number, then growing and measured by #.
local function sieve(limit)
  local composite = {}
  for i = 1, limit do composite[i] = false end
  for i = 2, limit do
    if not composite[i] then
      for j = i * i, limit, i do composite[j] = true end
    end
  end
  local primes = {}
  for i = 2, limit do
    if not composite[i] then primes[#primes + 1] = i end
  end
  return primes
end

local primes
for _ = 1, 32 do primes = sieve(150000) end
print("sieve", #primes, primes[#primes])
