local function step(n)

  local square = n * n
  return square % 7
end

local sum = 0
for i = 1, 1000 do
  sum = sum + step(i)
end
local double = loadstring("local x = ...\nreturn x .. x", "=double")
print(sum, double(21))
