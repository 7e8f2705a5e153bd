-- Patterns: find, match, gmatch, gsub with text, table and function; plain searches; captures.
local paragraph = [[
The quick brown fox (aged 7) jumps over the lazy dog at 10:45, said fox@example.org;
	width = 640, height=480 ; name = "box one", ratio = 0.75 -- not [nested] text.
From 2001-02-03 until 2012-11-10 nobody <b>saw</b> that <i>fox</i> again; 42 foxes did.
]]
local text = paragraph:rep(20)

local function survey(round)
  local words, digits, dates, pairs_seen = 0, 0, 0, 0
  for word in text:gmatch("%a+") do words = words + #word end
  for number in text:gmatch("%d+") do digits = digits + tonumber(number) end
  for year, month, day in text:gmatch("(%d%d%d%d)%-(%d%d)%-(%d%d)") do
    dates = dates + year + month * day
  end
  for key, value in text:gmatch("(%w+)%s*=%s*(%w+)") do pairs_seen = pairs_seen + #key * #value end

  local plain = text:gsub("<[^>]*>", "")
  local swapped, swaps = text:gsub("(%w+)@(%w+)", "%2 at %1")
  local named, names = text:gsub("%a+", {fox = "cat", dog = "hen", lazy = false})
  local counted = text:gsub("%d+", function(n) return n + round end)

  local at, hits = 1, 0
  while true do
    local from, to = text:find("fox", at, true)
    if not from then break end
    hits, at = hits + 1, to + 1
  end
  if text:find("nothing of the kind", 1, true) then hits = -1 end
  if text:match("^%s*(.-)%s*$") ~= "" then hits = hits + 1 end
  local balanced = text:match("%b()") == "(aged 7)" and 1 or 0
  return words + digits + dates + pairs_seen + #plain + #swapped + swaps + #named + names +
         #counted + hits + balanced
end

local sum = 0
for round = 1, 220 do sum = sum + survey(round) end
print("scan", sum)
