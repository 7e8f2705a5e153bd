-- Word counts: strings as keys, many of them new, counters read and written, a final sort.
local syllables = {"ka", "lo", "mi", "ner", "tu", "s", "po", "ri", "an", "e", "ve", "do"}
local seed = 31337
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit + 1
end

local text = {}
for i = 1, 30000 do
  local word = syllables[random(12)] .. syllables[random(12)]
  if random(3) == 1 then word = word .. syllables[random(12)] end
  text[i] = word
end
text = table.concat(text, " ")

local counts, total, order
for _ = 1, 30 do
  counts, total = {}, 0
  for word in text:gmatch("%w+") do
    counts[word] = (counts[word] or 0) + 1
    total = total + 1
  end
  order = {}
  for word in pairs(counts) do order[#order + 1] = word end
  table.sort(order, function(a, b)
    return counts[a] > counts[b] or counts[a] == counts[b] and a < b
  end)
end
print("words", total, #order, order[1], counts[order[1]], order[#order])
