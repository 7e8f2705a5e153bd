-- Raising and catching: pcall that succeeds, errors with text, tables, positions, xpcall, assert.
local function checked(n)
  if n % 3 == 0 then error("three") end
  if n % 5 == 0 then error({code = n}) end
  return n
end

local function nested(depth, n)
  if depth == 0 then return checked(n) end
  local value = nested(depth - 1, n)
  return value + 1
end

local sum, caught, codes = 0, 0, 0
for i = 1, 400000 do
  local ok, value = pcall(checked, i)
  if ok then
    sum = sum + value
  elseif type(value) == "table" then
    codes = codes + value.code
  else
    caught = caught + 1
  end
end
for i = 1, 40000 do
  local ok = pcall(nested, 10, i)
  if not ok then caught = caught + 1 end
end

local length = 0
for i = 1, 70000 do
  local _, message = pcall(function() local t; return t.field end)
  length = length + #message
  _, message = pcall(function() return {} + i end)
  length = length + #message
end
for i = 1, 40000 do
  local _, message = xpcall(function() error("level", 0) end, function(m) return m .. i end)
  length = length + #message
  _, message = pcall(assert, i % 2 == 0, "not even")
  if message then sum = sum + 1 end
end
print("errors", sum, caught, codes, length)
