-- Global variables and library functions by name: environment lookups, calls from Lua into C.
count, limit = 0, 900000

function step(n)
  count = count + n
  if count > limit then count = count - limit end
  return count
end

for i = 1, 1400000 do step(i % 10) end

total = 0
for i = 1, 700000 do
  total = total + math.floor(i / 3) + math.abs(-i) + math.max(i, 5)
  total = total - string.len("four") + math.min(i, 7)
  if type(i) == "number" then total = total + 1 end
end
print("globals", string.format("%d %d", count, total))
