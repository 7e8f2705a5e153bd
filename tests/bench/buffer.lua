-- Text built by table.concat and whole-string functions: rep, reverse, upper, lower.
local function page(rows)
  local out = {}
  for row = 1, rows do
    out[#out + 1] = "<tr><td>"
    out[#out + 1] = row
    out[#out + 1] = "</td><td>"
    out[#out + 1] = "cell"
    out[#out + 1] = "</td></tr>\n"
  end
  return table.concat(out)
end

local size, marks = 0, 0
for round = 1, 330 do
  local text = page(900 + round)
  size = size + #text
  local loud = text:upper():reverse():lower()
  marks = marks + loud:byte(round) + #(text:rep(2))
end

local words = {}
for i = 1, 300 do words[i] = ("w"):rep(i % 9) .. i end
for i = 1, 7000 do
  local text = table.concat(words, i % 2 == 0 and ", " or " ", i % 100 + 1)
  size = size + #text
end
print("buffer", size, marks)
