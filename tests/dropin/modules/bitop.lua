-- Numbers that become integers and come back: BitOp depends on how a C module sees lua_Number.
-- packages: lua-bitop
local bit = require "bit"
for _, x in ipairs { 0, 1, -1, 2 ^ 31, 2 ^ 32, -2 ^ 31, 2 ^ 40 + 5, 1.5, 2.5, -0.5, 1e15, "0x10", "7" } do
  print(x, bit.tobit(x), bit.tohex(x), bit.bnot(x), bit.bswap(x), bit.lshift(x, 3), bit.rshift(x, 3), bit.arshift(x, 3), bit.rol(x, 9), bit.ror(x, 9))
end
print(bit.band(0xff00, 0x0ff0, 0x1110), bit.bor(1, 2, 4, 8), bit.bxor(0xa5a5, 0xffff), bit.tohex(255, 4), bit.tohex(255, -2))
print(pcall(bit.band), pcall(bit.band, {}), pcall(bit.bor, 1, "x"))
local h = 5381
for c in ("a string to be hashed"):gmatch "." do h = bit.tobit(bit.bxor(bit.lshift(h, 5) + h, c:byte())) end
print(h, bit.tohex(h))
