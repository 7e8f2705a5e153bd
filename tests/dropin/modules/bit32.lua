-- The backport of Lua 5.2's bit32.
-- packages: lua-bit32
local bit32 = require "bit32"
for _, x in ipairs { 0, 1, -1, 2 ^ 31, 2 ^ 32 - 1, 2 ^ 40 + 5, -2 ^ 31 } do
  print(x, bit32.bnot(x), bit32.lshift(x, 4), bit32.rshift(x, 4), bit32.arshift(x, 4), bit32.lrotate(x, 7), bit32.rrotate(x, 7))
end
print(bit32.band(), bit32.bor(), bit32.bxor(1, 3, 7), bit32.btest(6, 8), bit32.btest(6, 2))
print(bit32.extract(0xdeadbeef, 8, 16), bit32.replace(0, 0xabc, 4, 8))
print(pcall(bit32.extract, 1, 30, 5), pcall(bit32.band, "x"), pcall(bit32.replace, 1, 2, -1))
