-- Substrings counted by hashing: sub makes each key, tables of counts, lookup of given sequences.
local letters = {"A", "C", "G", "T"}
local seed, parts = 42, {}
for i = 1, 33000 do
  seed = (seed * 3877 + 29573) % 139968
  local r = seed / 139968
  parts[i] = letters[r < 0.3 and 1 or r < 0.5 and 2 or r < 0.7 and 3 or 4]
end
local genome = table.concat(parts)

local function counts_of(size)
  local counts = setmetatable({}, {__index = function() return 0 end})
  for i = 1, #genome - size + 1 do
    local piece = genome:sub(i, i + size - 1)
    counts[piece] = counts[piece] + 1
  end
  return counts
end

local function most_frequent(counts)
  local list = {}
  for piece, n in pairs(counts) do list[#list + 1] = {piece, n} end
  table.sort(list, function(a, b) return a[2] > b[2] or a[2] == b[2] and a[1] < b[1] end)
  return list[1][1], list[1][2], #list
end

local out = {}
for _, size in ipairs({1, 2, 3, 4, 6, 8, 12, 18}) do
  out[#out + 1] = table.concat({most_frequent(counts_of(size))}, ":")
end
local fours = counts_of(4)
print("kmers", table.concat(out, " "), fours["GATT"], fours["ACCA"], fours["XXXX"])
