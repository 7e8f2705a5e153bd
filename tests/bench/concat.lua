-- Strings by `..`: many short ones from pieces and numbers, and some that grow a few bytes a time.
local total = 0
for i = 1, 440000 do
  local key = "item" .. i % 1000 .. ":" .. i % 7
  total = total + #key
end

local line = ""
for i = 1, 20000 do line = line .. (i % 10) end

local lines, wide = 0, ""
for i = 1, 64000 do
  wide = wide .. "<" .. i % 13 .. ">"
  if #wide > 200 then
    lines, wide = lines + 1, ""
  end
end
print("concat", total, #line, lines, #wide)
