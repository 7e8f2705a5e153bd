-- Heap sort in Lua: array reads and writes at computed places, comparisons that cannot be guessed.
local function random_numbers(n)
  local seed, out = 20011, {}
  for i = 1, n do
    seed = (seed * 3877 + 29573) % 139968
    out[i] = seed / 139968
  end
  return out
end

local function sift(a, from, to)
  local value = a[from]
  while true do
    local child = 2 * from
    if child > to then break end
    if child < to and a[child] < a[child + 1] then child = child + 1 end
    if a[child] <= value then break end
    a[from] = a[child]
    from = child
  end
  a[from] = value
end

local function heapsort(a)
  local n = #a
  for i = math.floor(n / 2), 1, -1 do sift(a, i, n) end
  for i = n, 2, -1 do
    a[1], a[i] = a[i], a[1]
    sift(a, 1, i - 1)
  end
end

local a = random_numbers(250000)
heapsort(a)
for i = 2, #a do assert(a[i - 1] <= a[i]) end
print("heapsort", string.format("%.9f %.9f %.9f", a[1], a[125000], a[#a]))
