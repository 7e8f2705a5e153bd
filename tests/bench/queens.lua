-- Eight queens and more by backtracking: booleans in arrays, recursion, early exits.
local function count_placements(n)
  local column, rising, falling = {}, {}, {}
  local found = 0
  local function place(row)
    if row > n then
      found = found + 1
      return
    end
    for c = 1, n do
      local up, down = row + c, row - c + n
      if not (column[c] or rising[up] or falling[down]) then
        column[c], rising[up], falling[down] = true, true, true
        place(row + 1)
        column[c], rising[up], falling[down] = false, false, false
      end
    end
  end
  place(1)
  return found
end

local counts = {}
for _, n in ipairs({9, 10, 11, 11, 11}) do counts[#counts + 1] = count_placements(n) end
print("queens", table.concat(counts, " "))
