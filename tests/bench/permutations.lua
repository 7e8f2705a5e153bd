-- Permutations of an array in two ways: recursion with swaps, and prefix reversals until 1 leads.
local function each_permutation(items, n, visit)
  if n == 1 then return visit(items) end
  for i = 1, n do
    items[i], items[n] = items[n], items[i]
    each_permutation(items, n - 1, visit)
    items[i], items[n] = items[n], items[i]
  end
end

local deck = {}

local function flips(items)
  local n = #items
  for i = 1, n do deck[i] = items[i] end
  local count, first = 0, deck[1]
  while first ~= 1 do
    local low, high = 1, first
    while low < high do
      deck[low], deck[high] = deck[high], deck[low]
      low, high = low + 1, high - 1
    end
    count, first = count + 1, deck[1]
  end
  return count
end

local visited, most, sum = 0, 0, 0
local function look(items)
  visited = visited + 1
  local count = flips(items)
  if count > most then most = count end
  sum = sum + count * (visited % 7)
end
for _ = 1, 6 do each_permutation({1, 2, 3, 4, 5, 6, 7, 8}, 8, look) end
print("permutations", visited, most, sum)
