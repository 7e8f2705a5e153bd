-- each instruction runs under a hook, and each line once
local function noted() end
debug.sethook(noted, "crl", 1)
local sum = 0
for n = 1, 3 do
  sum = sum + n
  sum = sum + math.abs(n)
end
debug.sethook()
print(sum)
